// The pending events that are not near: a ladder of buckets over time, and above it a top without order. It only says when an event's
// turn comes near: `open` hands over the events of the earliest bucket, `boundary` is the time from which events belong here. It knows
// no order within a bucket (the heap of event-queue.ts makes it) and nothing of priorities, handlers or cancelling.
// Rungs: rung 0 spreads the top, a rung above it spreads one crowded bucket of the rung below. Widths are powers of two, so that
// edges are exact: no event can round into the wrong bucket.

import { widened } from './widened.js'

/** When the queue changes its shape. Any positive numbers give the same order; tests make them small. */
export interface QueueShape {
  /** So few events need no ladder: they are all near. */
  readonly few: number
  /** A bucket with more events than this is spread over a finer rung. */
  readonly crowd: number
  /** With more near events than this they are spread anew. */
  readonly mostNear: number
}

export const USUAL_SHAPE: QueueShape = { few: 32, crowd: 48, mostNear: 256 }

// Widths shrink with each rung by a factor of at least the crowd; beyond the last rung a crowded bucket is the caller's.
const MAX_RUNGS = 12
const FIRST_BUCKETS = 64
const SAMPLES = 64
// The span of rung 0 comes from this place in a sorted sample, so that outliers stay on top.
const SAMPLE_PLACE = 56

export class FarEvents {
  /** Events at or after this time are kept here, earlier ones are the caller's. Infinity: nothing is kept here. */
  boundary = Infinity

  private readonly few: number = 0
  private readonly mostInBucket: number = 0

  // The queue's own: key[2 * slot] is a far event's time, link[2 * slot + 1] the slot after it in its bucket plus 1 (0: none).
  private key: Float64Array
  private link: Int32Array

  // By rung: time of its first bucket, the end of its last, bucket width and 1 / width, where its buckets begin in `heads`, how many
  // they are, and the first that has not been opened.
  private rungs = 0
  private readonly start = new Float64Array(MAX_RUNGS)
  private readonly end = new Float64Array(MAX_RUNGS)
  private readonly width = new Float64Array(MAX_RUNGS)
  private readonly perNs = new Float64Array(MAX_RUNGS)
  private readonly offset = new Int32Array(MAX_RUNGS)
  private readonly buckets = new Int32Array(MAX_RUNGS)
  private readonly opened = new Int32Array(MAX_RUNGS)

  // The first slot of each bucket plus 1; 0 for an empty one.
  private heads = new Int32Array(FIRST_BUCKETS)

  // The top: at or after the end of rung 0, in no order.
  private topCount = 0
  private topTime: Float64Array
  private topSlot: Int32Array
  private readonly sample = new Float64Array(SAMPLES)

  /** Both belong to the queue and have two numbers a slot. */
  constructor(key: Float64Array, link: Int32Array, shape: QueueShape) {
    this.few = shape.few
    this.mostInBucket = shape.crowd
    this.key = key
    this.link = link
    this.topTime = new Float64Array(key.length / 2)
    this.topSlot = new Int32Array(key.length / 2)
  }

  /** The queue has grown: the same with more slots. */
  grow(key: Float64Array, link: Int32Array): void {
    this.key = key
    this.link = link
    this.topTime = widened(this.topTime, new Float64Array(key.length / 2))
    this.topSlot = widened(this.topSlot, new Int32Array(key.length / 2))
  }

  /** Keeps an event that is due at or after `boundary`. */
  add(time: number, slot: number): void {
    this.key[2 * slot] = time
    for (let rung = this.rungs - 1; rung >= 0; rung--) {
      if (time < this.end[rung]!) {
        this.put(rung, time, slot)
        return
      }
    }
    this.topTime[this.topCount] = time
    this.topSlot[this.topCount++] = slot
  }

  /** Forgets everything; the caller adds again what there is, and then opens. */
  clear(): void {
    this.heads.fill(0)
    this.rungs = 0
    this.topCount = 0
    this.boundary = -Infinity
  }

  /**
   * Can the caller's events, `size` of them, be spread? True: `boundary` has been moved down, all of them are to be added, and the
   * next `open` gives back the first. Those before `boundary` go into the first bucket.
   */
  takeBack(size: number): boolean {
    if (this.boundary === Infinity) {
      this.boundary = -Infinity
      return true
    }
    const finest = this.rungs - 1
    const width = this.width[finest]!
    if (width === 1 || this.rungs === MAX_RUNGS) return false
    this.boundary -= width
    this.raise(this.boundary, width, size)
    return true
  }

  /** Opens the earliest bucket that is not empty: gives its first slot plus 1, and moves `boundary` to its end. 0: nothing is kept here. */
  open(): number {
    for (;;) {
      const rung = this.rungs - 1
      if (rung < 0) {
        if (this.topCount <= this.few) return this.openTop()
        this.spreadTop()
        continue
      }
      const offset = this.offset[rung]!
      const last = offset + this.buckets[rung]!
      let at = offset + this.opened[rung]!
      while (at < last && this.heads[at] === 0) at++
      if (at === last) {
        this.rungs--
        continue
      }
      const head = this.heads[at]!
      this.heads[at] = 0
      this.opened[rung] = at - offset + 1
      const width = this.width[rung]!
      const from = this.start[rung]! + (at - offset) * width
      const crowd = this.crowd(head)
      if (crowd > this.mostInBucket && width > 1 && this.rungs < MAX_RUNGS) {
        this.raise(from, width, crowd)
        this.deal(head)
        continue
      }
      this.boundary = from + width
      return head
    }
  }

  private put(rung: number, time: number, slot: number): void {
    const bucket = (time - this.start[rung]!) * this.perNs[rung]!
    // What was due before the rung begins goes first.
    const at = this.offset[rung]! + (bucket > 0 ? bucket | 0 : 0)
    this.link[2 * slot + 1] = this.heads[at]!
    this.heads[at] = slot + 1
  }

  private crowd(head: number): number {
    const { link } = this
    let count = 0
    for (let at = head; at !== 0; at = link[2 * at - 1]!) count++
    return count
  }

  /** Puts the events of a bucket into the finest rung. */
  private deal(head: number): void {
    const { link, key } = this
    const rung = this.rungs - 1
    for (let at = head; at !== 0; ) {
      const slot = at - 1
      at = link[2 * slot + 1]!
      this.put(rung, key[2 * slot]!, slot)
    }
  }

  /** A new finest rung over `span` ns (a power of two) from `from`, for about `count` events. */
  private raise(from: number, span: number, count: number): void {
    let buckets = 1
    while (buckets < count && buckets < span) buckets *= 2
    this.push(from, span / buckets, buckets)
  }

  private push(from: number, width: number, buckets: number): void {
    const rung = this.rungs++
    const offset = rung === 0 ? 0 : this.offset[rung - 1]! + this.buckets[rung - 1]!
    let size = this.heads.length
    while (size < offset + buckets) size *= 2
    if (size > this.heads.length) this.heads = widened(this.heads, new Int32Array(size))
    this.start[rung] = from
    this.end[rung] = from + buckets * width
    this.width[rung] = width
    this.perNs[rung] = 1 / width
    this.offset[rung] = offset
    this.buckets[rung] = buckets
    this.opened[rung] = 0
  }

  /** The whole top, as one bucket without an end. */
  private openTop(): number {
    let head = 0
    for (let i = 0; i < this.topCount; i++) {
      const slot = this.topSlot[i]!
      this.link[2 * slot + 1] = head
      head = slot + 1
    }
    this.topCount = 0
    this.boundary = Infinity
    return head
  }

  private spreadTop(): void {
    const { topTime, topSlot, topCount } = this
    let first = Infinity
    let last = 0
    for (let i = 0; i < topCount; i++) {
      const time = topTime[i]!
      if (time < first) first = time
      if (time > last) last = time
    }
    let until = this.sampled()
    let within = 0
    for (let i = 0; i < topCount; i++) if (topTime[i]! <= until) within++
    // A sample that misses most of the events would have the top walked again and again.
    if (within * 2 < topCount) until = last
    const span = until - first + 1
    let width = 1
    while (width * topCount < span) width *= 2
    this.push(first, width, Math.floor(span / width) + 1)
    const end = this.end[0]!
    let kept = 0
    for (let i = 0; i < topCount; i++) {
      const time = topTime[i]!
      if (time < end) {
        this.put(0, time, topSlot[i]!)
      } else {
        topTime[kept] = time
        topSlot[kept++] = topSlot[i]!
      }
    }
    this.topCount = kept
  }

  private sampled(): number {
    const { sample, topTime, topCount } = this
    const step = topCount / SAMPLES
    for (let i = 0; i < SAMPLES; i++) sample[i] = topTime[Math.floor(i * step)]!
    sample.sort()
    return sample[SAMPLE_PLACE]!
  }
}
