// The laws of a pool after every event of drawn scripts: paging, loaning, hints, I/O mapping, resizing, partitions that come and go, a
// paging device that fails and works again. And the content of every page, held against a model that knows no frames.

import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { drawnPool, drawnStep, PlayedPool } from './drawn-pool.js'
import type { Step } from './drawn-pool.js'

it('keeps every law at every event, and data read are data written', () => {
  fc.assert(
    fc.property(drawnPool, fc.array(drawnStep, { minLength: 40, maxLength: 200 }), (drawn, steps) => {
      const played = new PlayedPool(drawn)
      const { simulation, pool } = played
      const act = simulation.handler<Step>('act', (step) => {
        played.play(step)
        played.look()
      })
      let atNs = 0
      for (const step of steps) {
        atNs += step.gapNs
        simulation.scheduleAt(atNs, act, step)
      }
      // A look between any two instants: no page is read back wrong, no count is off.
      for (let lookNs = 0; lookNs < atNs; lookNs += 1000) {
        simulation.run(lookNs)
        played.look()
      }
      simulation.run(atNs)
      played.mend()
      simulation.run()
      played.look()
      expect(played.problems).toEqual([])
      // Whoever waits gets its page once paging works, unless every frame is bound.
      expect(pool.statistics().faults).toBe(played.waiting)
      if (pool.statistics().waiting > 0) expect(pool.statistics().free).toBe(0)
      expect(played.waiting).toBe(0)
    }),
    { numRuns: 300 },
  )
})
