// NETS with its management channel ready for a test.
// No test stands here.

import { type SetUpOptions, setUp } from './nets-surroundings.js'

/** Started, with `sessions` authenticated sessions of the first console. */
export function ready(options: SetUpOptions = {}, sessions = 1) {
  const surroundings = setUp(options)
  const { console, start, pass } = surroundings
  start()
  pass()
  const opened = Array.from({ length: sessions }, () => console.session(pass))
  const [session] = opened
  if (session === undefined) throw new Error('expected a session')
  const channel = () => surroundings.nets.statistics().channel
  const last = () => console.statuses().at(-1)
  return { ...surroundings, session, sessions: opened, channel, last }
}
