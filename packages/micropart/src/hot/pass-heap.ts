// Competitors in the order of their pass, the first to join first among equals: a binary heap over typed arrays. Who joins is put into
// order only when somebody asks for the first: in a window without spare time nobody does. What a pass counts is the policy's
// (by-weight.ts, stride.ts).

const OUT = -1

export class PassHeap {
  /** By handle. Change it with `move` while the handle is in. */
  readonly pass: Float64Array
  size = 0
  private readonly heap: Int32Array
  private readonly place: Int32Array
  private readonly order: Float64Array
  private joined = 0
  /** So many of `heap` are in order; the others have joined since. */
  private ordered = 0

  constructor(handles: number) {
    this.pass = new Float64Array(handles)
    this.heap = new Int32Array(handles)
    this.place = new Int32Array(handles).fill(OUT)
    this.order = new Float64Array(handles)
  }

  first(): number {
    if (this.size === 0) return OUT
    while (this.ordered < this.size) this.rise(this.ordered, this.heap[this.ordered++]!)
    return this.heap[0]!
  }

  add(handle: number): void {
    this.order[handle] = this.joined++
    this.put(this.size++, handle)
  }

  remove(handle: number): void {
    const { heap, place } = this
    let hole = place[handle]!
    place[handle] = OUT
    if (hole < this.ordered) {
      const last = heap[--this.ordered]!
      if (last !== handle) this.settle(hole, last)
      hole = this.ordered
    }
    if (hole !== --this.size) this.put(hole, heap[this.size]!)
  }

  /** Restores the order after `pass[handle]` has changed; does nothing for a handle that is not in. */
  move(handle: number): void {
    const at = this.place[handle]!
    if (at !== OUT && at < this.ordered) this.settle(at, handle)
  }

  /** Takes `amount` off every pass, not below 0, so that sums stay exact in long runs. */
  lower(amount: number): void {
    const { pass } = this
    for (let handle = 0; handle < pass.length; handle++) pass[handle] = pass[handle]! > amount ? pass[handle]! - amount : 0
    // Those that are equal now may stand in the wrong order.
    this.ordered = 0
  }

  private put(at: number, handle: number): void {
    this.heap[at] = handle
    this.place[handle] = at
  }

  private settle(at: number, handle: number): void {
    if (at > 0 && this.before(handle, this.heap[(at - 1) >> 1]!)) this.rise(at, handle)
    else this.sink(at, handle)
  }

  private before(one: number, other: number): boolean {
    const difference = this.pass[one]! - this.pass[other]!
    return difference < 0 || (difference === 0 && this.order[one]! < this.order[other]!)
  }

  private rise(from: number, handle: number): void {
    const { heap, place } = this
    let at = from
    while (at > 0) {
      const parent = (at - 1) >> 1
      const above = heap[parent]!
      if (this.before(above, handle)) break
      heap[at] = above
      place[above] = at
      at = parent
    }
    heap[at] = handle
    place[handle] = at
  }

  private sink(from: number, handle: number): void {
    const { heap, place, ordered } = this
    let at = from
    for (;;) {
      let child = 2 * at + 1
      if (child >= ordered) break
      if (child + 1 < ordered && this.before(heap[child + 1]!, heap[child]!)) child++
      const below = heap[child]!
      if (this.before(handle, below)) break
      heap[at] = below
      place[below] = at
      at = child
    }
    heap[at] = handle
    place[handle] = at
  }
}
