// The pending events, in exact (time, priority, sequence) order: a 4-ary heap over typed arrays with lazy cancelling.
// Nothing here knows what an event does. Everything is behind push, nextTime, take and cancel, so that another structure
// (a ladder) can take this one's place. An event costs 32 bytes and makes no garbage: slots are reused from a free list.

import { KernelError } from './errors.js'
import { MIN_PRIORITY } from './priority.js'
import { widened } from './widened.js'

/** Most events that may be pending at once; one more is a KernelError `queue-limit`. */
export const MAX_PENDING = 2 ** 24

const SEQUENCE_SPAN = 2 ** 48
const RANK_TO_PRIORITY = 1 / SEQUENCE_SPAN
const FIRST_CAPACITY = 256
const DEAD = -1
// Below this many dead events a sweep costs more than it saves.
const SWEEP_FLOOR = 64

/** Priority part of a rank (see `EventQueue.rank`). */
export function priorityOf(rank: number): number {
  return Math.floor(rank * RANK_TO_PRIORITY) + MIN_PRIORITY
}

/** Sequence part of a rank (see `EventQueue.rank`). */
export function sequenceOf(rank: number): number {
  return rank % SEQUENCE_SPAN
}

export class EventQueue {
  /** The event that `take` took last: its handler id, its argument, its priority, and its rank = (priority + 8) * 2^48 + sequence. */
  handler = 0
  argument: unknown = undefined
  priority = 0
  rank = 0

  /** Events that are pending and not cancelled. */
  live = 0

  private dead = 0
  private size = 0
  private sequence = 0
  private capacity = FIRST_CAPACITY

  // The heap: the time beside the slot; the rank is read through the slot, only when times tie.
  private heapTime = new Float64Array(FIRST_CAPACITY)
  private heapSlot = new Int32Array(FIRST_CAPACITY)

  // The slots. A dead slot has handler DEAD. `free` is a stack of the slots from 0 to `used` that hold nothing.
  private slotRank = new Float64Array(FIRST_CAPACITY)
  private slotHandler = new Int32Array(FIRST_CAPACITY)
  private readonly slotArgument: unknown[] = []
  private free = new Int32Array(FIRST_CAPACITY)
  private freeCount = 0
  private used = 0

  /** Adds an event and returns its slot, which stays valid for `cancel` until the event is taken or cancelled. */
  push(time: number, priority: number, handler: number, argument: unknown): number {
    let slot: number
    if (this.freeCount > 0) {
      slot = this.free[--this.freeCount]!
      this.slotArgument[slot] = argument
    } else {
      if (this.used === this.capacity) this.grow()
      slot = this.used++
      this.slotArgument.push(argument)
    }
    const rank = (priority - MIN_PRIORITY) * SEQUENCE_SPAN + this.sequence++
    this.slotRank[slot] = rank
    this.slotHandler[slot] = handler
    this.live++
    this.rise(this.size++, time, rank, slot)
    return slot
  }

  /** Time of the next event, or Infinity when none is pending. */
  nextTime(): number {
    while (this.size > 0) {
      const slot = this.heapSlot[0]!
      if (this.slotHandler[slot] !== DEAD) return this.heapTime[0]!
      this.dead--
      this.release(slot)
      this.removeRoot()
    }
    return Infinity
  }

  /** Takes the next event into `handler`, `argument` and `rank`. Only right after `nextTime` has given a finite time. */
  take(): void {
    const slot = this.heapSlot[0]!
    this.handler = this.slotHandler[slot]!
    this.argument = this.slotArgument[slot]
    this.rank = this.slotRank[slot]!
    this.priority = priorityOf(this.rank)
    this.slotArgument[slot] = undefined
    this.live--
    this.release(slot)
    this.removeRoot()
  }

  /** Cancels the pending event in `slot`. The slot is dropped when it surfaces, or by a sweep when the dead outnumber the live 2:1. */
  cancel(slot: number): void {
    this.slotHandler[slot] = DEAD
    this.slotArgument[slot] = undefined
    this.live--
    this.dead++
    if (this.dead > SWEEP_FLOOR && this.dead > 2 * this.live) this.sweep()
  }

  private release(slot: number): void {
    this.free[this.freeCount++] = slot
  }

  private removeRoot(): void {
    const last = --this.size
    if (last === 0) return
    const slot = this.heapSlot[last]!
    this.sink(0, this.heapTime[last]!, this.slotRank[slot]!, slot)
  }

  private rise(from: number, time: number, rank: number, slot: number): void {
    const { heapTime, heapSlot, slotRank } = this
    let at = from
    while (at > 0) {
      const parent = (at - 1) >> 2
      const parentTime = heapTime[parent]!
      if (parentTime < time) break
      const parentSlot = heapSlot[parent]!
      if (parentTime === time && slotRank[parentSlot]! < rank) break
      heapTime[at] = parentTime
      heapSlot[at] = parentSlot
      at = parent
    }
    heapTime[at] = time
    heapSlot[at] = slot
  }

  private sink(from: number, time: number, rank: number, slot: number): void {
    const { heapTime, heapSlot, slotRank, size } = this
    let at = from
    for (;;) {
      let child = (at << 2) + 1
      if (child >= size) break
      const end = child + 4 < size ? child + 4 : size
      let best = child
      let bestTime = heapTime[child]!
      for (child++; child < end; child++) {
        const childTime = heapTime[child]!
        if (childTime > bestTime) continue
        if (childTime === bestTime && slotRank[heapSlot[child]!]! > slotRank[heapSlot[best]!]!) continue
        best = child
        bestTime = childTime
      }
      if (bestTime > time) break
      const bestSlot = heapSlot[best]!
      if (bestTime === time && slotRank[bestSlot]! > rank) break
      heapTime[at] = bestTime
      heapSlot[at] = bestSlot
      at = best
    }
    heapTime[at] = time
    heapSlot[at] = slot
  }

  private sweep(): void {
    let kept = 0
    for (let at = 0; at < this.size; at++) {
      const slot = this.heapSlot[at]!
      if (this.slotHandler[slot] === DEAD) {
        this.release(slot)
        continue
      }
      this.heapTime[kept] = this.heapTime[at]!
      this.heapSlot[kept++] = slot
    }
    this.size = kept
    this.dead = 0
    for (let at = (kept - 2) >> 2; at >= 0; at--) {
      const slot = this.heapSlot[at]!
      this.sink(at, this.heapTime[at]!, this.slotRank[slot]!, slot)
    }
  }

  private grow(): void {
    if (this.capacity >= MAX_PENDING) {
      throw new KernelError('queue-limit', `more than ${MAX_PENDING} events are pending; something schedules faster than it executes`)
    }
    this.capacity *= 2
    this.heapTime = widened(this.heapTime, new Float64Array(this.capacity))
    this.heapSlot = widened(this.heapSlot, new Int32Array(this.capacity))
    this.slotRank = widened(this.slotRank, new Float64Array(this.capacity))
    this.slotHandler = widened(this.slotHandler, new Int32Array(this.capacity))
    this.free = widened(this.free, new Int32Array(this.capacity))
  }
}
