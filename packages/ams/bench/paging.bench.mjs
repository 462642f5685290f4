// References through the pool's own interface: Zipf(.9) over 400,000 pages, 100,000 frames, paging space that takes no time, so that what
// is measured is the pager. The references are drawn before; one in ten writes. An operation is one reference.

import { clock, fifo, idleTax, InstantPaging, lopar, lru, random, SharedMemoryPool } from '@powersim/ams'
import { Simulation } from '@powersim/kernel'
import { pageReferences, recordReferences } from '@powersim/workload'

const PAGES = 400_000
const FRAMES = 100_000
const REFERENCES = 10_000_000
const WRITES_EVERY = 10

function prepared(replacement, freeList) {
  const simulation = new Simulation({ seed: 'bench' })
  const references = recordReferences(pageReferences({ zipf: 0.9 }, PAGES, simulation.stream('references', 'bench')), REFERENCES)
  const device = new InstantPaging(simulation)
  const pool = new SharedMemoryPool(simulation, { frames: FRAMES, freeList, replacement, device, sampleEveryNs: 0 })
  pool.join({ id: 1, logicalPages: PAGES })
  return (operations) => {
    for (let at = 0; at < operations; at++) pool.touch(1, references[at], at % WRITES_EVERY === 0 ? 1 + at : 0)
  }
}

const policies = [
  ['clock', clock, 'onDemand'],
  ['lru', lru, 'onDemand'],
  ['fifo', fifo, 'onDemand'],
  ['random', random, 'onDemand'],
  ['lopar', lopar, { low: 0.02, high: 0.05 }],
  ['idle-tax', idleTax, { low: 0.02, high: 0.05 }],
]

export const benchmarks = policies.map(([name, replacement, freeList]) => ({
  name: `ams.${name}`,
  operations: REFERENCES,
  prepare: () => prepared(replacement, freeList),
}))
