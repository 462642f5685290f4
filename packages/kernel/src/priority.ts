// Priorities of events and of jobs at a station: integers from -8 to 7, lower first. Only their range is here; the order
// that they make belongs to event-queue.ts and station.ts.

import { KernelError } from './errors.js'

/** The most urgent priority. */
export const MIN_PRIORITY = -8
/** The least urgent priority. */
export const MAX_PRIORITY = 7

export function isPriority(value: number): boolean {
  return value === (value | 0) && value >= MIN_PRIORITY && value <= MAX_PRIORITY
}

export function refusedPriority(value: number): KernelError {
  const range = `from ${MIN_PRIORITY} (first) to ${MAX_PRIORITY} (last)`
  return new KernelError('bad-priority', `priority: expected an integer ${range}, got ${String(value)}`)
}
