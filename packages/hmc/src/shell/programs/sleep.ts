// sleep: passes simulated time, exactly. Every other program of the shell answers at once (program-table.ts).
// Durations are those of GNU sleep.

import { MAX_TIME, type Yieldable } from '@powersim/kernel'
import type { OperationContext } from '../../operations/operation-context.js'
import { done, type ProgramReply, unknown, wrong } from './program.js'

const unitNs: Readonly<Record<string, number>> = { '': 1e9, s: 1e9, m: 60e9, h: 3_600e9, d: 86_400e9 }

/** Nanoseconds of `30`, `1.5`, `2m`; undefined when it is no duration. Digits beyond nanoseconds are cut. */
function durationNs(text: string): number | undefined {
  const match = /^(\d{1,12})?(?:\.(\d{0,9})\d*)?([smhd]?)$/.exec(text)
  if (match === null || (match[1] === undefined && (match[2] ?? '') === '')) return undefined
  const unit = unitNs[match[3] ?? ''] ?? 1e9
  const fraction = Number((match[2] ?? '').padEnd(9, '0')) * (unit / 1e9)
  return Number(match[1] ?? 0) * unit + fraction
}

export function* sleep(context: OperationContext, words: readonly string[]): Generator<Yieldable, ProgramReply> {
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
