// The pending events, in exact (time, priority, sequence) order, over typed arrays with lazy cancelling. The near ones stand in a
// 4-ary heap, which alone makes the order; the others wait in far-events.ts until their turn comes near. Few events are all near.
// Nothing here knows what an event does. Everything is behind push, find, take and cancel. An event costs about 70 bytes and makes
// no garbage: slots are reused from a free list.

import { KernelError } from './errors.js'
import { FarEvents, USUAL_SHAPE } from './far-events.js'
import type { QueueShape } from './far-events.js'
import { MIN_PRIORITY } from './priority.js'
import { widened } from './widened.js'

/** Most events that may be pending at once; one more is a KernelError `queue-limit`. */
export const MAX_PENDING = 2 ** 24

const SEQUENCE_SPAN = 2 ** 48
const RANK_TO_PRIORITY = 1 / SEQUENCE_SPAN
const FIRST_CAPACITY = 256
const DEAD = -1
const UNUSED = -2
// Below this many dead events a sweep costs more than it saves.
const SWEEP_FLOOR = 64
// Nor is one worth it until the dead hold this part of the slots: a sweep looks at them all.
const SWEEP_PART = 8
// From so many events a heap is made at once, and not one by one.
const MANY = 8

/** What stands in the queue of the event that was taken last; handed over as a whole, since a number on its own may be boxed. */
export interface TakenEvent {
  readonly time: number
  readonly rank: number
  readonly handler: number
}

/** Priority part of a rank (see `EventQueue.rank`). */
export function priorityOf(rank: number): number {
  return Math.floor(rank * RANK_TO_PRIORITY) + MIN_PRIORITY
}

/** Sequence part of a rank (see `EventQueue.rank`). */
export function sequenceOf(rank: number): number {
  return rank % SEQUENCE_SPAN
}

export class EventQueue implements TakenEvent {
  /** Of the event that `find` found last. */
  time = 0

  /** The event that `take` took last: its handler id, its argument, its priority, and its rank = (priority + 8) * 2^48 + sequence. */
  handler = 0
  argument: unknown = undefined
  priority = 0
  rank = 0

  // When the event that is being pushed is due.
  private due = 0

  /** Events that are pending and not cancelled. */
  live = 0

  private dead = 0
  private size = 0
  private sequence = 0
  private capacity = FIRST_CAPACITY
  // Doubled when spreading does not help: events of one time stay together.
  private mostNear = 0
  private readonly usualNear: number = 0

  // The slots, two numbers side by side since both are read together: time (only of a far event) and rank; handler (DEAD, or UNUSED)
  // and what far-events.ts links.
  private key = new Float64Array(2 * FIRST_CAPACITY)
  private link = new Int32Array(2 * FIRST_CAPACITY)
  private readonly far: FarEvents

  // The heap of the near events: the time beside the slot; the rank is read through the slot, only when times tie.
  private heapTime = new Float64Array(FIRST_CAPACITY)
  private heapSlot = new Int32Array(FIRST_CAPACITY)

  // `free` is a stack of the slots from 0 to `used` that hold nothing.
  private readonly slotArgument: unknown[] = []
  private free = new Int32Array(FIRST_CAPACITY)
  private freeCount = 0
  private used = 0

  constructor(shape: QueueShape = USUAL_SHAPE) {
    this.usualNear = shape.mostNear
    this.mostNear = shape.mostNear
    this.far = new FarEvents(this.key, this.link, shape)
  }

  /** Events that were ever added. */
  get pushed(): number {
    return this.sequence
  }

  /** Adds an event and returns its slot, which stays valid for `cancel` until the event is taken or cancelled. */
  push(time: number, priority: number, handler: number, argument: unknown): number {
    this.due = time
    return this.enter(priority, handler, argument)
  }

  /** `push` at `due`: a time that stands in a field is not boxed on its way here. */
  private enter(priority: number, handler: number, argument: unknown): number {
    const time = this.due
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
    this.key[2 * slot + 1] = rank
    this.link[2 * slot] = handler
    this.live++
    if (time < this.far.boundary) {
      this.heapTime[this.size] = time
      this.rise(this.size++, slot)
      if (this.size > this.mostNear) this.spread()
    } else {
      this.far.add(time, slot)
    }
    return slot
  }

  /** Finds the next event: its time stands in `time` then. False: none is pending. */
  find(): boolean {
    if (this.size === 0 || this.link[2 * this.heapSlot[0]!] === DEAD) return this.findLive()
    this.time = this.heapTime[0]!
    return true
  }

  /** Time of the next event, or Infinity when none is pending. */
  nextTime(): number {
    return this.find() ? this.time : Infinity
  }

  private findLive(): boolean {
    for (;;) {
      while (this.size > 0) {
        const slot = this.heapSlot[0]!
        if (this.link[2 * slot] !== DEAD) {
          this.time = this.heapTime[0]!
          return true
        }
        this.bury(slot)
        this.removeRoot()
      }
      if (!this.refill()) return false
    }
  }

  /** Takes the next event into `handler`, `argument` and `rank`. Only right after `find` has found one. */
  take(): void {
    const slot = this.heapSlot[0]!
    this.handler = this.link[2 * slot]!
    this.argument = this.slotArgument[slot]
    this.rank = this.key[2 * slot + 1]!
    this.priority = priorityOf(this.rank)
    this.slotArgument[slot] = undefined
    this.live--
    this.release(slot)
    this.removeRoot()
  }

  /** Cancels the pending event in `slot`. The slot is dropped when it surfaces, or by a sweep when the dead outnumber the live 2:1. */
  cancel(slot: number): void {
    this.link[2 * slot] = DEAD
    this.slotArgument[slot] = undefined
    this.live--
    this.dead++
    if (this.dead > SWEEP_FLOOR && this.dead > 2 * this.live && this.dead * SWEEP_PART > this.used) this.sweep()
  }

  private release(slot: number): void {
    this.link[2 * slot] = UNUSED
    this.free[this.freeCount++] = slot
  }

  private bury(slot: number): void {
    this.dead--
    this.release(slot)
  }

  /** The heap is empty: makes one of the next bucket. False: nothing is left. */
  private refill(): boolean {
    const { far, heapTime, heapSlot } = this
    let at = far.open()
    if (at === 0) return false
    const { key, link } = this
    let size = 0
    while (at !== 0) {
      const slot = at - 1
      at = link[2 * slot + 1]!
      if (link[2 * slot] === DEAD) {
        this.bury(slot)
      } else {
        heapTime[size] = key[2 * slot]!
        heapSlot[size++] = slot
      }
    }
    this.size = size
    this.mostNear = size * 2 > this.usualNear ? size * 2 : this.usualNear
    if (size > MANY) this.order()
    else for (let i = 1; i < size; i++) this.rise(i, heapSlot[i]!)
    return true
  }

  /** The near events have become many: they become far, and the nearest of them come back. */
  private spread(): void {
    const { far, heapTime, heapSlot, size } = this
    this.mostNear = size * 2
    if (!far.takeBack(size)) return
    for (let at = 0; at < size; at++) far.add(heapTime[at]!, heapSlot[at]!)
    this.size = 0
    // What is added before the next take must find the boundary above all that is near.
    while (this.size === 0 && this.refill());
  }

  private order(): void {
    for (let at = (this.size - 2) >> 2; at >= 0; at--) {
      this.sink(at, at, this.heapSlot[at]!)
    }
  }

  private removeRoot(): void {
    const last = --this.size
    if (last === 0) return
    const slot = this.heapSlot[last]!
    this.sink(0, last, slot)
  }

  /** Finds a place, at `from` or above, for the slot whose time stands at `from`. */
  private rise(from: number, slot: number): void {
    const { heapTime, heapSlot, key } = this
    const time = heapTime[from]!
    let at = from
    while (at > 0) {
      const parent = (at - 1) >> 2
      const parentTime = heapTime[parent]!
      if (parentTime < time) break
      const parentSlot = heapSlot[parent]!
      if (parentTime === time && key[2 * parentSlot + 1]! < key[2 * slot + 1]!) break
      heapTime[at] = parentTime
      heapSlot[at] = parentSlot
      at = parent
    }
    heapTime[at] = time
    heapSlot[at] = slot
  }

  /** Finds a place, at `from` or below, for the slot whose time stands at `of`. */
  private sink(from: number, of: number, slot: number): void {
    const { heapTime, heapSlot, key, size } = this
    const time = heapTime[of]!
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
        if (childTime === bestTime && key[2 * heapSlot[child]! + 1]! > key[2 * heapSlot[best]! + 1]!) continue
        best = child
        bestTime = childTime
      }
      if (bestTime > time) break
      const bestSlot = heapSlot[best]!
      if (bestTime === time && key[2 * bestSlot + 1]! > key[2 * slot + 1]!) break
      heapTime[at] = bestTime
      heapSlot[at] = bestSlot
      at = best
    }
    heapTime[at] = time
    heapSlot[at] = slot
  }

  private sweep(): void {
    const { far, heapTime, heapSlot, key, link } = this
    for (let at = 0; at < this.size; at++) key[2 * heapSlot[at]!] = heapTime[at]!
    this.size = 0
    far.clear()
    for (let slot = 0; slot < this.used; slot++) {
      const handler = link[2 * slot]!
      if (handler === DEAD) this.bury(slot)
      else if (handler !== UNUSED) far.add(key[2 * slot]!, slot)
    }
    this.refill()
  }

  private grow(): void {
    if (this.capacity >= MAX_PENDING) {
      throw new KernelError('queue-limit', `more than ${MAX_PENDING} events are pending; something schedules faster than it executes`)
    }
    this.capacity *= 2
    this.heapTime = widened(this.heapTime, new Float64Array(this.capacity))
    this.heapSlot = widened(this.heapSlot, new Int32Array(this.capacity))
    this.key = widened(this.key, new Float64Array(2 * this.capacity))
    this.link = widened(this.link, new Int32Array(2 * this.capacity))
    this.far.grow(this.key, this.link)
    this.free = widened(this.free, new Int32Array(this.capacity))
  }
}
