// Where slices are drawn: a track whose slices overlap gets as many lanes as it needs, each slice the lowest lane that is free. A viewer
// shows lanes as threads; on one thread slices must follow or contain each other.

import type { ObservedRun, ObservedSlice } from './observed-run.js'

export interface Lanes {
  /** First lane of each track, counted over the whole run; what has no slice and no span has no lane. */
  readonly first: readonly number[]
  /** Lanes of each track. */
  readonly count: readonly number[]
  /** Lane of each slice, counted over the whole run. */
  readonly of: ReadonlyMap<ObservedSlice, number>
}

/** Slices in the order of their starts, longer ones first, so that one that contains others comes before them. */
export function slicesInOrder(run: ObservedRun): ObservedSlice[] {
  const slices = run.records.filter((record) => record.kind === 'slice')
  // The sort is stable: equal ones stay as they were told.
  return slices.sort((a, b) => a.startNs - b.startNs || b.endNs - a.endNs)
}

export function lanesOf(run: ObservedRun, slices: readonly ObservedSlice[]): Lanes {
  const count = run.tracks.map(() => 0)
  const freeAt: number[][] = run.tracks.map(() => [])
  const own = new Map<ObservedSlice, number>()
  for (const slice of slices) {
    const ends = freeAt[slice.track] ?? []
    const found = run.tracks[slice.track]?.overlapping === true ? ends.findIndex((endNs) => endNs <= slice.startNs) : 0
    const lane = found < 0 ? ends.length : found
    ends[lane] = slice.endNs
    own.set(slice, lane)
    count[slice.track] = Math.max(count[slice.track] ?? 0, lane + 1)
  }
  for (const record of run.records) if (record.kind === 'span') count[record.track] = Math.max(count[record.track] ?? 0, 1)
  const first: number[] = []
  let next = 1
  for (const lanes of count) {
    first.push(next)
    next += lanes
  }
  const of = new Map<ObservedSlice, number>()
  for (const [slice, lane] of own) of.set(slice, (first[slice.track] ?? 0) + lane)
  return { first, count, of }
}
