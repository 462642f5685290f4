// The jobs inside a station or a resource: slots in typed arrays, reused from a free list, and FIFO lines linked through
// them, so that a job joins, leaves or is withdrawn from the middle in O(1) without garbage. What a line means is the owner's.

import type { ExactSum } from './exact-sum.js'
import { widened } from './widened.js'

const NONE = -1
const FREE = -2
const FIRST_CAPACITY = 16

export class JobTable {
  /** By slot: when the job came, what it wants (ns of service), whom to tell, and the event that it waits for. */
  since = new Float64Array(FIRST_CAPACITY)
  amount = new Float64Array(FIRST_CAPACITY)
  handler = new Int32Array(FIRST_CAPACITY)
  event = new Int32Array(FIRST_CAPACITY)
  readonly argument: unknown[] = []

  /** Jobs that are in some line. */
  waiting = 0
  /** Jobs that have a slot. */
  count = 0

  // Also the free list, through `next`.
  private next = new Int32Array(FIRST_CAPACITY)
  private previous = new Int32Array(FIRST_CAPACITY)
  // By slot: the line that the job waits in, NONE if in none, FREE if the slot holds no job.
  private line = new Int32Array(FIRST_CAPACITY)
  private readonly heads: Int32Array
  private readonly tails: Int32Array
  // Bit i tells that line i is not empty.
  private occupied = 0
  private firstFree = NONE
  private used = 0

  /** `lines` up to 31. */
  constructor(lines: number) {
    this.heads = new Int32Array(lines).fill(NONE)
    this.tails = new Int32Array(lines).fill(NONE)
  }

  /** A slot for a job that is in no line. */
  open(since: number, amount: number, handler: number, argument: unknown): number {
    let slot = this.firstFree
    if (slot === NONE) {
      if (this.used === this.since.length) this.grow()
      slot = this.used++
      this.argument.push(argument)
    } else {
      this.firstFree = this.next[slot]!
      this.argument[slot] = argument
    }
    this.since[slot] = since
    this.amount[slot] = amount
    this.handler[slot] = handler
    this.event[slot] = NONE
    this.line[slot] = NONE
    this.count++
    return slot
  }

  /** Gives back the slot of a job that is in no line. */
  close(slot: number): void {
    this.argument[slot] = undefined
    this.line[slot] = FREE
    this.next[slot] = this.firstFree
    this.firstFree = slot
    this.count--
  }

  /** Puts a job at the end of a line. */
  append(slot: number, line: number): void {
    const tail = this.tails[line]!
    this.next[slot] = NONE
    this.previous[slot] = tail
    this.line[slot] = line
    if (tail === NONE) {
      this.heads[line] = slot
      this.occupied |= 1 << line
    } else {
      this.next[tail] = slot
    }
    this.tails[line] = slot
    this.waiting++
  }

  /** Takes the first job of the lowest line that has one; -1 if none waits. */
  shift(): number {
    if (this.occupied === 0) return NONE
    const line = 31 - Math.clz32(this.occupied & -this.occupied)
    const slot = this.heads[line]!
    this.remove(slot)
    return slot
  }

  /** True if the job waits in a line. */
  isWaiting(slot: number): boolean {
    return this.line[slot] !== NONE
  }

  /** Takes a job out of its line, wherever it stands. */
  remove(slot: number): void {
    const line = this.line[slot]!
    const next = this.next[slot]!
    const previous = this.previous[slot]!
    if (previous === NONE) this.heads[line] = next
    else this.next[previous] = next
    if (next === NONE) this.tails[line] = previous
    else this.previous[next] = previous
    if (this.heads[line] === NONE) this.occupied &= ~(1 << line)
    this.line[slot] = NONE
    this.waiting--
  }

  /** Adds to `sum` how long each job that has a slot, or only each that waits in a line, has been here at `now`. Looks at all slots. */
  addResiduals(sum: ExactSum, now: number, waitingOnly: boolean): void {
    const lowest = waitingOnly ? 0 : NONE
    for (let slot = 0; slot < this.used; slot++) {
      if (this.line[slot]! >= lowest) sum.add(now - this.since[slot]!)
    }
  }

  private grow(): void {
    const capacity = this.since.length * 2
    this.since = widened(this.since, new Float64Array(capacity))
    this.amount = widened(this.amount, new Float64Array(capacity))
    this.handler = widened(this.handler, new Int32Array(capacity))
    this.event = widened(this.event, new Int32Array(capacity))
    this.next = widened(this.next, new Int32Array(capacity))
    this.previous = widened(this.previous, new Int32Array(capacity))
    this.line = widened(this.line, new Int32Array(capacity))
  }
}
