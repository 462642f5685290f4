// A guest's own load on the whole machine: the partition that runs NETS is slower with one, others are not, and a document says it.

import { readDocument } from '@powersim/managed-system'
import { policyByName } from '@powersim/routing'
import { expect, it } from 'vitest'
import { runWorkload, workloads } from '../src/index.js'

const script = Array.from({ length: 10 }, () => 'lshwres -r mem -m p520 --level sys').join('\n')

/** Mean time of a line, ms, when the guests that fit have this demand. */
function lineMs(fits: (name: string | undefined) => boolean, demand: unknown): number {
  const [system] = readDocument({}).systems
  const guests = (system?.guests ?? []).map((rule) => (fits(rule.names) ? { ...rule, demand } : rule))
  const machine = { consoles: [{ name: 'hmc1' }], guests } as Parameters<typeof readDocument>[0]
  const { lines } = runWorkload({ machine, workload: workloads.text(script), policy: policyByName('by-target'), seed: 'load' })
  return lines.reduce((sum, line) => sum + line.durationMs, 0) / lines.length
}

it('makes the programs on its own partition wait, and on an ideal processor nobody else', () => {
  const none = lineMs(() => false, undefined)
  const half = { pattern: { constant: { processors: 0.5 } } }
  expect(lineMs((names) => names === 'lnx*', half)).toBeGreaterThan(none + 1)
  expect(lineMs((names) => names !== 'lnx*', half)).toBe(none)
})

it('is refused where it makes no sense, with the path of the field', () => {
  expect(() => lineMs(() => true, { pattern: { constant: { processors: -1 } } })).toThrow(/guests\.0\.demand/)
  expect(() => lineMs(() => true, { pattern: { trace: { steps: [], repeat: true } } })).toThrow(/guests\.0\.demand/)
})
