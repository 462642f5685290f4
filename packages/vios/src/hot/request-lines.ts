// Lines of requests as lists in typed arrays: a request is in one line at most, joins at its end and leaves from anywhere. What the lines
// mean is the disciplines' (fifo.ts, fair-share.ts, priority.ts). No object per request.

const NONE = -1

export class RequestLines {
  readonly lines: number
  private readonly heads: Int32Array
  private readonly tails: Int32Array
  private readonly next: Int32Array
  private readonly previous: Int32Array
  /** Line of a request; NONE: it does not wait. */
  private readonly lineOf: Int32Array

  constructor(requestLimit: number, lines: number) {
    this.lines = lines
    this.heads = new Int32Array(lines).fill(NONE)
    this.tails = new Int32Array(lines).fill(NONE)
    this.next = new Int32Array(requestLimit).fill(NONE)
    this.previous = new Int32Array(requestLimit).fill(NONE)
    this.lineOf = new Int32Array(requestLimit).fill(NONE)
  }

  /** First request of a line; -1 when nobody waits there. */
  first(line: number): number {
    return this.heads[line]!
  }

  /** Line in which a request waits; -1: in none. */
  line(request: number): number {
    return this.lineOf[request] ?? NONE
  }

  join(request: number, line: number): void {
    const last = this.tails[line]!
    this.previous[request] = last
    this.next[request] = NONE
    this.lineOf[request] = line
    if (last === NONE) this.heads[line] = request
    else this.next[last] = request
    this.tails[line] = request
  }

  leave(request: number): void {
    const line = this.lineOf[request]!
    const before = this.previous[request]!
    const after = this.next[request]!
    if (before === NONE) this.heads[line] = after
    else this.next[before] = after
    if (after === NONE) this.tails[line] = before
    else this.previous[after] = before
    this.lineOf[request] = NONE
  }
}
