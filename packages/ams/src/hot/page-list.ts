// Frames in an order, as a doubly linked list over one typed array, 8 bytes a frame: for policies that keep one (LRU, FIFO). The first is
// the next to go.

const NEXT = 0
const PREVIOUS = 1

export class PageList {
  /** Links of frame f at 2 f and 2 f + 1; the last pair is the ring's end, so that no case is special. */
  private readonly links: Int32Array
  private readonly end: number

  constructor(capacity: number) {
    this.links = new Int32Array(2 * (capacity + 1))
    this.end = 2 * capacity
    this.links[this.end + NEXT] = this.end
    this.links[this.end + PREVIOUS] = this.end
  }

  append(frame: number): void {
    this.link(2 * frame, this.links[this.end + PREVIOUS]!, this.end)
  }

  prepend(frame: number): void {
    this.link(2 * frame, this.end, this.links[this.end + NEXT]!)
  }

  remove(frame: number): void {
    const { links } = this
    const next = links[2 * frame + NEXT]!
    const previous = links[2 * frame + PREVIOUS]!
    links[previous + NEXT] = next
    links[next + PREVIOUS] = previous
  }

  /** Moves a frame to the end. */
  renew(frame: number): void {
    const { links, end } = this
    const at = 2 * frame
    const next = links[at + NEXT]!
    if (next === end) return
    const previous = links[at + PREVIOUS]!
    const last = links[end + PREVIOUS]!
    links[previous + NEXT] = next
    links[next + PREVIOUS] = previous
    links[last + NEXT] = at
    links[at + PREVIOUS] = last
    links[at + NEXT] = end
    links[end + PREVIOUS] = at
  }

  /** The first frame, or -1. */
  first(): number {
    return this.frameAt(this.links[this.end + NEXT]!)
  }

  /** The frame after this one, or -1. */
  after(frame: number): number {
    return this.frameAt(this.links[2 * frame + NEXT]!)
  }

  private frameAt(at: number): number {
    return at === this.end ? -1 : at >> 1
  }

  private link(at: number, previous: number, next: number): void {
    const { links } = this
    links[at + NEXT] = next
    links[at + PREVIOUS] = previous
    links[previous + NEXT] = at
    links[next + PREVIOUS] = at
  }
}
