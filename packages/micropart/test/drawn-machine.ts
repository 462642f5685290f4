// Machines for property tests: cores, pools and partitions that fit together, and a way to build them. What is checked on them is in the
// tests.

import { Simulation } from '@powersim/kernel'
import fc from 'fast-check'
import { type Partition, SharedProcessors, type SharedProcessorsOptions } from '../src/index.js'
import type { DrawnMachine, DrawnPartition } from './slice-checker.js'

const drawnPartition = fc.record({
  share: fc.integer({ min: 1, max: 20 }),
  spread: fc.nat(3),
  capped: fc.boolean(),
  weight: fc.constantFrom(0, 1, 64, 128, 255),
  inPool1: fc.boolean(),
  dedicated: fc.integer({ min: 0, max: 7 }).map((n) => n === 0),
  donate: fc.boolean(),
  load: fc.constantFrom(0, 0.1, 0.3, 0.7, 1, 1),
})

/** Entitlements are shares of what the cores have, so that a machine may be full to the last hundredth. */
export const drawnMachine = fc
  .record({ cores: fc.integer({ min: 1, max: 6 }), full: fc.boolean(), parts: fc.array(drawnPartition, { minLength: 1, maxLength: 8 }) })
  .map(({ cores, full, parts }): DrawnMachine => {
    const dedicated = parts.filter((part) => part.dedicated).slice(0, cores - 1)
    const shared = parts.filter((part) => !part.dedicated)
    const sharedCores = cores - dedicated.length
    const sum = shared.reduce((total, { share }) => total + share, 0)
    const hundredths = (share: number): number => {
      const most = Math.floor((sharedCores * 100 * share) / sum)
      return Math.max(5, full ? most : Math.floor(most * 0.7))
    }
    const partitions = shared.map((part): DrawnPartition => {
      const entitledHundredths = hundredths(part.share)
      const least = Math.ceil(entitledHundredths / 100)
      const virtualProcessors = Math.min(Math.floor(entitledHundredths / 5), least + part.spread)
      const pool = part.inPool1 ? 1 : 0
      return {
        ...part,
        pool,
        dedicated: false,
        donate: false,
        entitledHundredths,
        virtualProcessors,
        demand: part.load * virtualProcessors,
      }
    })
    const own = dedicated.map((part): DrawnPartition => {
      return { ...part, pool: 0, entitledHundredths: 100, virtualProcessors: 1, demand: part.load }
    })
    const used = partitions.filter(({ pool }) => pool === 1).reduce((total, { entitledHundredths }) => total + entitledHundredths, 0)
    const maximum = Math.max(1, Math.ceil(used / 100))
    const pools = used > 0 ? [{ id: 1, reserved: 0, maximum }] : []
    return { cores, pools, partitions: [...own, ...partitions] }
  })
  .filter(({ cores, partitions }) => {
    const sum = partitions.reduce((total, { entitledHundredths }) => total + entitledHundredths, 0)
    return sum <= cores * 100 && partitions.some(({ dedicated }) => !dedicated)
  })

export function build(machine: DrawnMachine, options: Partial<SharedProcessorsOptions> = {}) {
  const simulation = new Simulation({ seed: 'property' })
  const wheel = new SharedProcessors(simulation, { cores: machine.cores, pools: machine.pools, ...options })
  const partitions = machine.partitions.map((drawn, index): Partition => {
    const partition = wheel.partition({
      name: `p${index}`,
      mode: drawn.dedicated ? 'dedicated' : 'shared',
      entitledCapacity: drawn.entitledHundredths / 100,
      virtualProcessors: drawn.virtualProcessors,
      capped: drawn.capped,
      weight: drawn.weight,
      pool: drawn.pool,
      donate: drawn.dedicated && drawn.donate,
    })
    if (drawn.demand > 0) partition.demand({ processors: drawn.demand })
    return partition
  })
  return { simulation, wheel, partitions }
}
