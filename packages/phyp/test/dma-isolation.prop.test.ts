// Random DMA against random changes of memory: entries come and go, copies of them are made for a server's adapter, transfers begin and
// end, blocks are isolated, withdrawn and given to others, partitions end and start (dma-isolation-run.ts).

import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { DmaRun, PAGES, type Step, WINDOW } from './dma-isolation-run.js'

it('holds under any mix of DMA, dynamic reconfiguration and restarts', () => {
  const step: fc.Arbitrary<Step> = fc.tuple(
    fc.integer({ min: 0, max: 13 }),
    fc.integer({ min: 0, max: 1 }),
    fc.integer({ min: 0, max: WINDOW - 1 }),
    fc.integer({ min: 0, max: PAGES - 1 }),
    fc.nat({ max: 255 }),
  )
  let landed = 0
  fc.assert(
    fc.property(fc.array(step, { minLength: 60, maxLength: 300 }), (steps) => {
      const run = new DmaRun()
      for (const each of steps) {
        run.step(each)
        run.check()
      }
      landed += run.watch.stamp
    }),
    { numRuns: 150 },
  )
  expect(landed).toBeGreaterThan(100)
})
