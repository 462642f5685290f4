// The few words of the shell that a console line may be: echo, sleep and date. They touch no managed system.
// Everything else that a shell has is answered as not simulated (cli/real-commands.ts).

import { MAX_TIME, type Yieldable } from '@powersim/kernel'
import { dateLine } from './date-line.js'
import type { OperationContext } from './operation-context.js'

/** What a program of the shell answers; newlines are its own. */
interface ProgramReply {
  readonly exitStatus: number
  readonly stdout: string
  readonly stderr: string
  readonly notSimulated?: string
}

type Program = (context: OperationContext, words: readonly string[]) => Generator<Yieldable, ProgramReply>

const done = (stdout = ''): ProgramReply => ({ exitStatus: 0, stdout, stderr: '' })
const wrong = (stderr: string): ProgramReply => ({ exitStatus: 1, stdout: '', stderr: `${stderr}\n` })
const unknown = (what: string): ProgramReply => ({ ...wrong(`not simulated: ${what}`), notSimulated: what })

function* echo(_: OperationContext, words: readonly string[]): Generator<Yieldable, ProgramReply> {
  const [first, ...rest] = words
  if (first === '-n') return done(rest.join(' '))
  if (first === '-e' || first === '-E' || first === '-ne' || first === '-en') return unknown(`echo ${first}`)
  return done(`${words.join(' ')}\n`)
}

const unitNs: Readonly<Record<string, number>> = { '': 1e9, s: 1e9, m: 60e9, h: 3_600e9, d: 86_400e9 }

/** Nanoseconds of `30`, `1.5`, `2m`; undefined when it is no duration. Digits beyond nanoseconds are cut. */
function durationNs(text: string): number | undefined {
  const match = /^(\d{1,12})?(?:\.(\d{0,9})\d*)?([smhd]?)$/.exec(text)
  if (match === null || (match[1] === undefined && (match[2] ?? '') === '')) return undefined
  const unit = unitNs[match[3] ?? ''] ?? 1e9
  const fraction = Number((match[2] ?? '').padEnd(9, '0')) * (unit / 1e9)
  return Number(match[1] ?? 0) * unit + fraction
}

function* sleep(context: OperationContext, words: readonly string[]): Generator<Yieldable, ProgramReply> {
  if (words.length === 0) return wrong('sleep: missing operand')
  let total = 0
  for (const word of words) {
    const ns = durationNs(word)
    if (ns === undefined) return wrong(`sleep: invalid time interval '${word}'`)
    total += ns
  }
  // Simulated time ends about 104 days in.
  if (total > MAX_TIME - context.simulation.now) return unknown('sleep beyond the end of simulated time')
  yield total
  return done()
}

function* date(context: OperationContext, words: readonly string[]): Generator<Yieldable, ProgramReply> {
  return words.length === 0 ? done(`${dateLine(context.timeOfDay())}\n`) : unknown('date with arguments')
}

function* whoami({ user }: OperationContext): Generator<Yieldable, ProgramReply> {
  return done(`${user.name}\n`)
}

/** The shell's words by name. */
export const shellPrograms: ReadonlyMap<string, Program> = new Map([
  ['echo', echo],
  ['sleep', sleep],
  ['date', date],
  ['whoami', whoami],
])
