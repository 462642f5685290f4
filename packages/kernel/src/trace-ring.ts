// The last events of a run, kept in a ring of typed arrays so that a failure can say what led to it. Recording an event is
// three stores; text is made only when somebody asks. Only handlers' names are kept, not arguments.

import { priorityOf, sequenceOf, type TakenEvent } from './event-queue.js'

/** One executed event. */
export interface TraceLine {
  timeNs: number
  priority: number
  sequence: number
  /** Name of the handler, as registered. */
  handler: string
}

export class TraceRing {
  private readonly lines: number
  private readonly mask: number
  private readonly times: Float64Array
  private readonly ranks: Float64Array
  private readonly handlers: Int32Array
  private readonly names: readonly string[]
  private recorded = 0

  /** `lines` is the most that `last` can give (0 keeps nothing); `names` maps handler ids to names and may grow later. */
  constructor(lines: number, names: readonly string[]) {
    let size = 1
    while (size < lines) size *= 2
    this.lines = lines
    this.mask = size - 1
    this.times = new Float64Array(size)
    this.ranks = new Float64Array(size)
    this.handlers = new Int32Array(size)
    this.names = names
  }

  /** Called by the run loop for each event, before its handler runs. */
  record(event: TakenEvent): void {
    const at = this.recorded & this.mask
    this.times[at] = event.time
    this.ranks[at] = event.rank
    this.handlers[at] = event.handler
    this.recorded++
  }

  /** The last `count` events (all that are kept, unless told), oldest first. The last line is the event that runs now. */
  last(count: number = this.lines): readonly TraceLine[] {
    const wanted = Math.max(0, Math.min(count, this.lines, this.recorded))
    const lines: TraceLine[] = []
    for (let index = this.recorded - wanted; index < this.recorded; index++) {
      const at = index & this.mask
      const rank = this.ranks[at]!
      lines.push({
        timeNs: this.times[at]!,
        priority: priorityOf(rank),
        sequence: sequenceOf(rank),
        handler: this.names[this.handlers[at]!] ?? 'unknown',
      })
    }
    return lines
  }
}
