// A guest's own load on the whole machine: NETS waits for the load of its own partition, and for that of others where they share cores.

import { readDocument } from '@powersim/managed-system'
import { policyByName } from '@powersim/routing'
import { expect, it } from 'vitest'
import { runWorkload, workloads } from '../src/index.js'

const script = Array.from({ length: 10 }, () => 'lshwres -r mem -m p520 --level sys').join('\n')

/** Mean time of a line, ms, when the guests that fit have this demand. */
function lineMs(processors: 'ideal' | 'dispatched', fits: (name: string | undefined) => boolean, demand: unknown): number {
  const [system] = readDocument({}).systems
  const guests = (system?.guests ?? []).map((rule) => (fits(rule.names) ? { ...rule, demand } : rule))
  // A capped NETS: what its own load has used of its entitlement is gone.
  const partitions = (system?.partitions ?? []).map((partition) => ({ ...partition, capped: partition.name === 'lnxnets' }))
  const phyp = { dispatch: { processors } }
  const machine = { consoles: [{ name: 'hmc1' }], guests, partitions, phyp } as Parameters<typeof readDocument>[0]
  const { lines } = runWorkload({ machine, workload: workloads.text(script), policy: policyByName('by-target'), seed: 'load' })
  return lines.reduce((sum, line) => sum + line.durationMs, 0) / lines.length
}

const half = { pattern: { constant: { processors: 0.5 } } }

it.each(['ideal', 'dispatched'] as const)('makes the programs on its own partition wait: %s processors', (processors) => {
  const none = lineMs(processors, () => false, undefined)
  expect(lineMs(processors, (names) => names === 'lnx*', half)).toBeGreaterThan(none + 1)
})

it('does not concern others on ideal processors; where cores are shared it does, once they are all busy', () => {
  const others = (names: string | undefined): boolean => names !== 'lnx*'
  const whole = { pattern: { constant: { processors: 2 } } }
  expect(lineMs('ideal', others, whole)).toBe(lineMs('ideal', () => false, undefined))
  expect(lineMs('dispatched', others, whole)).toBeGreaterThan(lineMs('dispatched', () => false, undefined) + 0.5)
})

it('is refused where it makes no sense, with the path of the field', () => {
  expect(() => lineMs('dispatched', () => true, { pattern: { constant: { processors: -1 } } })).toThrow(/guests\.0\.demand/)
  expect(() => lineMs('dispatched', () => true, { pattern: { trace: { steps: [], repeat: true } } })).toThrow(/guests\.0\.demand/)
})
