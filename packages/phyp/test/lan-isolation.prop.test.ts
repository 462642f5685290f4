// Frames and DMA of virtual Ethernet adapters against random changes of memory: mappings of buffers, of the receive queue and of what is
// sent come and go, blocks are isolated, withdrawn and given to others, partitions end and start (lan-isolation-run.ts).

import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { LanIsolationRun, type LanStep } from './lan-isolation-run.js'

it('holds under any mix of frames, DMA, dynamic reconfiguration and restarts', () => {
  const step: fc.Arbitrary<LanStep> = fc.tuple(
    fc.integer({ min: 0, max: 15 }),
    fc.nat({ max: 5 }),
    fc.nat({ max: 4 }),
    fc.nat({ max: 255 }),
    fc.nat({ max: 255 }),
  )
  const seen = { received: 0, faults: 0, refused: 0, withdrawn: 0, landed: 0 }
  fc.assert(
    fc.property(fc.array(step, { minLength: 60, maxLength: 300 }), (steps) => {
      const run = new LanIsolationRun()
      for (const each of steps) {
        run.step(each)
        run.check()
      }
      seen.received += run.received
      seen.faults += run.faults
      seen.refused += run.refused
      seen.withdrawn += run.withdrawn
      seen.landed += run.watch.stamp
    }),
    { numRuns: 300 },
  )
  for (const [what, count] of Object.entries(seen)) expect([what, count > 20]).toEqual([what, true])
})
