// The ideal processor against a reference: whatever is asked and whenever, the ends are those of a plain list simulation.

import { Simulation } from '@powersim/kernel'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { IdealProcessor } from '../src/index.js'

interface Piece {
  gapNs: number
  workNs: number
}

/** Ends of the pieces by hand: FIFO over c servers, a dispatch latency whenever all are idle and nothing waits. */
function reference(pieces: readonly Piece[], processors: number, latencyNs: number): number[] {
  const freeAt = new Array<number>(processors).fill(0)
  const ends: number[] = []
  let arrival = 0
  let runsFrom = 0
  let busyUntil = -1
  for (const { gapNs, workNs } of pieces) {
    arrival += gapNs
    if (arrival > busyUntil) runsFrom = arrival + latencyNs
    const server = freeAt.indexOf(Math.min(...freeAt))
    const begin = Math.max(arrival, runsFrom, freeAt[server]!)
    freeAt[server] = begin + workNs
    ends.push(begin + workNs)
    busyUntil = Math.max(busyUntil, begin + workNs)
  }
  return ends
}

it('ends every piece when the reference does, and is busy exactly as long as was asked', () => {
  const piece = fc.record({ gapNs: fc.integer({ min: 1, max: 60 }), workNs: fc.integer({ min: 0, max: 40 }) })
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 40 }), fc.nat(2), fc.nat(25), (pieces, more, latencyNs) => {
      const processors = 1 + more
      const simulation = new Simulation({ seed: 'property' })
      const processor = new IdealProcessor(simulation, { name: 'p', processors, dispatchLatencyNs: latencyNs })
      const ends: number[] = []
      const done = simulation.handler<number>('done', (which) => {
        ends[which] = simulation.now
      })
      // Odd instants for arrivals, even ones for ends: no tie of a completion and an arrival, which either order would be right for.
      const ask = simulation.handler<number>('ask', (which) => processor.run(2 * pieces[which]!.workNs, done, which))
      let arrival = 0
      for (const [which, { gapNs }] of pieces.entries()) {
        arrival += 2 * gapNs
        simulation.scheduleAt(arrival + 1, ask, which)
      }
      simulation.run()
      const doubled = pieces.map(({ gapNs, workNs }) => ({ gapNs: 2 * gapNs, workNs: 2 * workNs }))
      expect(ends.map((end) => end - 1)).toEqual(reference(doubled, processors, latencyNs))
      expect(processor.statistics().busyNs).toBe(doubled.reduce((sum, { workNs }) => sum + workNs, 0))
    }),
    { numRuns: 200 },
  )
})
