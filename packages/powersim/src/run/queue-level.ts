// How many requests are inside the hypervisor's message loop, over time. A request enters just after the bus has told of its arrival, so
// the level of an arrival is read at the next arrival or departure.

import type { TraceSink } from './trace-recording.js'

export class QueueLevel {
  private readonly sink: TraceSink
  private readonly process: number
  private readonly name: string
  private readonly endpoint: string
  private readonly inside: () => number
  private arrivedNs: number | null = null

  /** `endpoint`: where requests arrive. */
  constructor(sink: TraceSink, process: number, name: string, endpoint: string, inside: () => number) {
    this.sink = sink
    this.process = process
    this.name = name
    this.endpoint = endpoint
    this.inside = inside
  }

  /** A message has reached this endpoint of the bus, and will now be taken in. */
  reached(endpoint: string): void {
    if (endpoint !== this.endpoint) return
    this.settle(this.inside())
    this.arrivedNs = this.sink.now()
  }

  /** A request has just left. */
  left(): void {
    const inside = this.inside()
    this.settle(inside + 1)
    this.level(this.sink.now(), inside)
  }

  finish(): void {
    this.settle(this.inside())
  }

  private settle(value: number): void {
    if (this.arrivedNs !== null) this.level(this.arrivedNs, value)
    this.arrivedNs = null
  }

  private level(timeNs: number, value: number): void {
    this.sink.keep({ kind: 'level', process: this.process, name: this.name, timeNs, value })
  }
}
