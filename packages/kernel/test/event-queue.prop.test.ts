// The event queue against the plainest reference there is: an array, sorted by (time, priority, sequence). The queue is driven
// as the run loop drives it; a long run with growth, ties and mass cancelling stands beside the drawn ones.

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { EventQueue, priorityOf, sequenceOf } from '../src/event-queue.js'
import type { QueueShape } from '../src/far-events.js'
import { RandomStream, streamKey } from '../src/random.js'

interface Entry {
  time: number
  priority: number
  sequence: number
  handler: number
}

class SortedArray {
  entries: Entry[] = []
  private sequence = 0

  push(time: number, priority: number, handler: number): Entry {
    const entry = { time, priority, sequence: this.sequence++, handler }
    // The first that must come later, by halving.
    let low = 0
    let high = this.entries.length
    while (low < high) {
      const middle = (low + high) >> 1
      const other = this.entries[middle]!
      const isLater = other.time > time || (other.time === time && other.priority > priority)
      if (isLater) high = middle
      else low = middle + 1
    }
    this.entries.splice(low, 0, entry)
    return entry
  }

  take(): Entry | undefined {
    return this.entries.shift()
  }

  cancel(entry: Entry): void {
    this.entries.splice(this.entries.indexOf(entry), 1)
  }
}

class Pair {
  readonly queue: EventQueue
  readonly reference = new SortedArray()
  readonly slots = new Map<Entry, number>()

  constructor(shape?: QueueShape) {
    this.queue = new EventQueue(shape)
  }

  push(time: number, priority: number, handler: number): void {
    const entry = this.reference.push(time, priority, handler)
    this.slots.set(entry, this.queue.push(time, priority, handler, entry))
  }

  cancel(index: number): void {
    const { entries } = this.reference
    if (entries.length === 0) return
    const entry = entries[index % entries.length]!
    const slot = this.slots.get(entry)!
    this.reference.cancel(entry)
    this.queue.cancel(slot)
    this.slots.delete(entry)
  }

  // Takes from both and compares all that the run loop sees.
  take(): number | undefined {
    const wanted = this.reference.take()
    const time = this.queue.nextTime()
    if (wanted === undefined) {
      if (time !== Infinity) throw new Error(`nothing is pending, nextTime is ${time}`)
      return undefined
    }
    this.queue.take()
    const { handler, argument, rank, priority, live } = this.queue
    const isEqual = time === wanted.time && handler === wanted.handler && argument === wanted && priority === wanted.priority
    const isRank = priorityOf(rank) === wanted.priority && sequenceOf(rank) === wanted.sequence
    if (!isEqual || !isRank || live !== this.reference.entries.length) {
      throw new Error(`expected ${JSON.stringify(wanted)}, got ${JSON.stringify({ time, handler, argument, priority, rank, live })}`)
    }
    this.slots.delete(wanted)
    return time
  }
}

const push = fc.record({
  kind: fc.constant('push' as const),
  delay: fc.constantFrom(0, 0, 0, 1, 1, 2, 3, 1000, 2 ** 40),
  priority: fc.integer({ min: -8, max: 7 }),
})
const step = fc.oneof(
  { weight: 6, arbitrary: push },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('cancel' as const), index: fc.nat() }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('take' as const) }) },
)

describe('EventQueue', () => {
  it('gives (time, priority, sequence) order under ties, zero delays, priorities and cancels', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 400 }), fc.boolean(), (steps, isTiny) => {
        const pair = new Pair(isTiny ? { few: 1, crowd: 1, mostNear: 1 } : undefined)
        let now = 0
        steps.forEach((one, index) => {
          if (one.kind === 'push') pair.push(now + one.delay, one.priority, index)
          else if (one.kind === 'cancel') pair.cancel(one.index)
          else now = pair.take() ?? now
        })
        while (pair.take() !== undefined);
      }),
      { numRuns: 300 },
    )
  })

  // Laws of the delay that broke queues elsewhere: ties, clusters, mostly near, heavy tails, two humps.
  const laws: Record<string, (u: number, v: number) => number> = {
    ties: (u) => Math.floor(u * 4),
    uniform: (u) => Math.floor(u * 1e6),
    'mostly near': (u, v) => (u < 0.95 ? Math.floor(v * 3) : Math.floor(v * 1e9)),
    pareto: (u) => Math.floor(1 / (u * Math.sqrt(u))),
    'two humps': (u, v) => Math.floor(v * 100) + (u < 0.5 ? 0 : 1e7),
    'half of them zero': (u, v) => (u < 0.5 ? 0 : Math.floor(v * 1e6)),
    'up to the horizon': (u) => Math.floor(u * 2 ** 50),
    'one and the same': () => 1000,
  }

  // The hold model with clusters: the rungs, the top and what spreads the near events anew all take part, most of all when they are small.
  const shapes: Record<string, QueueShape | undefined> = {
    'the usual shape': undefined,
    'a small shape': { few: 3, crowd: 4, mostNear: 10 },
    'a tiny shape': { few: 1, crowd: 1, mostNear: 1 },
  }

  for (const [name, law] of Object.entries(laws)) {
    for (const [kind, shape] of Object.entries(shapes)) {
      it(`keeps the order of 3,000 pending in ${kind}, delays ${name}`, () => {
        const random = new RandomStream(streamKey('differential', 'hold', name, 0))
        const pair = new Pair(shape)
        let now = 0
        let handler = 0
        const push = () => pair.push(now + law(random.next(), random.next()), random.below(16) - 8, handler++)
        for (let i = 0; i < 3000; i++) push()
        for (let i = 0; i < 10_000; i++) {
          // As a run does that ends before the next event: the bucket is open, and what is added is due before it.
          if (random.below(8) === 0) {
            now = Math.min(now + 1, pair.queue.nextTime())
            push()
          } else {
            now = pair.take() ?? now
          }
          push()
          if (i % 4 === 0) pair.cancel(random.below(1e6))
          if (i % 3000 === 2999) while (pair.queue.live > 30) pair.cancel(random.below(1e6))
        }
        while (pair.take() !== undefined);
        expect(pair.queue.live).toBe(0)
        expect(handler).toBeGreaterThan(10_000)
      })
    }
  }

  for (const [name, law] of Object.entries(laws)) {
    it(`agrees with the reference over 50,000 events, delays ${name}`, () => {
      const random = new RandomStream(streamKey('differential', 'delays', name, 0))
      const pair = new Pair()
      let now = 0
      let taken = 0
      let pushed = 0
      while (pushed < 50_000) {
        const what = random.next()
        if (what < 0.55) {
          pair.push(now + law(random.next(), random.next()), random.below(16) - 8, pushed)
          pushed++
          // Let it grow to some thousands, then cancel most at once: growth, free list and sweep all happen.
          if (pushed % 5000 === 0) for (let left = pair.queue.live * 0.85; left > 0; left--) pair.cancel(random.below(1e6))
        } else if (what < 0.65) {
          pair.cancel(random.below(1e6))
        } else if (what < 0.9) {
          const time = pair.take()
          if (time !== undefined) {
            now = time
            taken++
          }
        }
      }
      while (pair.take() !== undefined) taken++
      expect(taken).toBeGreaterThan(10_000)
      expect(pair.queue.live).toBe(0)
    })
  }

  it('drops arguments when it takes or cancels, and forgets the dead', () => {
    const queue = new EventQueue()
    const slots = Array.from({ length: 1000 }, (_, i) => queue.push(i, 0, 0, { i }))
    for (const slot of slots.slice(0, 900)) queue.cancel(slot)
    while (queue.nextTime() < Infinity) queue.take()
    expect(Reflect.get(queue, 'slotArgument')).toEqual(slots.map(() => undefined))
    expect(['dead', 'size', 'live'].map((count) => Reflect.get(queue, count))).toEqual([0, 0, 0])
  })

  it('reuses slots: a queue that stays small stays small', () => {
    const queue = new EventQueue()
    let highest = 0
    for (let i = 0; i < 10_000; i++) {
      highest = Math.max(highest, queue.push(i, 0, 0, { i }), queue.push(i, 0, 1, { i }))
      for (let k = 0; k < 2; k++) {
        expect(queue.nextTime()).toBe(i)
        queue.take()
      }
    }
    expect(highest).toBe(1)
  })

  it('sweeps cancelled events: a timer restarted for ever does not fill the queue', () => {
    const queue = new EventQueue()
    let highest = 0
    queue.push(1e9, 0, 0, undefined)
    for (let i = 0; i < 10_000; i++) {
      const slot = queue.push(1e6 + i, 0, 1, undefined)
      highest = Math.max(highest, slot)
      queue.cancel(slot)
    }
    expect(highest).toBeLessThan(100)
    expect(queue.live).toBe(1)
    expect(queue.nextTime()).toBe(1e9)
  })
})
