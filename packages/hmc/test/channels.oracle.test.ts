// Oracle F7: with a full handshake of h and c per command, a session of n commands costs (h + n c) / n per command. Here the console
// makes the sessions: one kept session for all, or one per command, which is n = 1 each time.

import { ms } from '@powersim/kernel'
import { describe, expect, it } from 'vitest'
import { freeTls, perCommand, servedConsole } from './served-console.js'

const HANDSHAKE = ms(300)
const PER_COMMAND = ms(8)

/** Sends n commands one after the other, and returns how long it all took and how many connections there were. */
function run(commands: number, kept: boolean): { totalNs: number; connections: number } {
  const scene = servedConsole({
    // Set-up messages cost the server nothing here: what is left is the handshake and the commands.
    parameters: { commandTimeoutNs: ms(1e6), ...(kept ? {} : { fsp: perCommand }) },
    link: { latency: 0 },
    fsp: { serviceNs: PER_COMMAND, servers: 1, tls: { ...freeTls, fullHandshake: HANDSHAKE } },
  })
  for (let i = 0; i < commands; i++) scene.console.send(scene.system, 'lpar.list', {})
  scene.simulation.run()
  expect(scene.commands().filter(({ status }) => status === 'ok')).toHaveLength(commands)
  return { totalNs: scene.simulation.now, connections: scene.fsp.offered.length }
}

describe('F7', () => {
  it.each([
    [1, 308],
    [10, 38],
    [100, 11],
  ])('%i commands on a kept session cost %i ms each', (commands, expectedMs) => {
    const { totalNs, connections } = run(commands, true)
    expect([totalNs / commands, connections]).toEqual([ms(expectedMs), 1])
  })

  it.each([1, 10, 100])('%i commands on a session each cost 308 ms each', (commands) => {
    const { totalNs, connections } = run(commands, false)
    expect([totalNs / commands, connections]).toEqual([ms(308), commands])
  })
})
