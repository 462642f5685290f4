// Pages that work touches on a partition with shared memory. When one is not there, the virtual processor that has done the work waits for
// it, and goes on with the rest of the pages before anything else. With memory of its own a partition touches nothing.
// Which pages come is the caller's; who restores them, the hypervisor's.

import { type Handler, type Simulation, withAnyArgument } from '@powersim/kernel'
import { PAGE_TOUCH, type StallingProcessor, type TouchPort } from '@powersim/protocol'

/** Pages in the order in which they are used. */
export interface PageSource {
  /** The next page; -1: there is none. */
  next(): number
  /** Whether its use changes it. */
  writes(): boolean
}

/** Work that touches pages; the objects are reused. */
interface Toucher {
  source: PageSource | null
  left: number
  wait: number
  sinceNs: number
  life: number
  then: Handler<unknown>
  argument: unknown
  next: Toucher | null
}

export interface PageTouchStatistics {
  readonly touches: number
  /** Touches that a processor waited for, those under way too, and for how long the ended ones took, ns. */
  readonly faults: number
  readonly waitNs: number
  readonly longestNs: number
}

export class PageTouches {
  private readonly simulation: Simulation
  private readonly lparId: number
  private readonly port: TouchPort
  private readonly processor: StallingProcessor
  private readonly there: Handler<Toucher>
  private readonly on: Handler<Toucher>
  private unused: Toucher | null = null
  private life = 0
  private readonly counts = { touches: 0, faults: 0, waitNs: 0, longestNs: 0 }

  constructor(simulation: Simulation, name: string, lparId: number, port: TouchPort, processor: StallingProcessor) {
    this.simulation = simulation
    this.lparId = lparId
    this.port = port
    this.processor = processor
    this.there = simulation.handler<Toucher>(`${name}.page-there`, (toucher) => this.resume(toucher))
    this.on = simulation.handler<Toucher>(`${name}.page-on`, (toucher) => this.goOn(toucher))
  }

  /** Whether touches may wait at all. */
  get shared(): boolean {
    return this.port.shares(this.lparId)
  }

  /** Within a completion of the processor: touches so many pages, then calls `then`; at once when all are there. */
  touch<A>(source: PageSource, count: number, then: Handler<A>, argument: A): void {
    const handler = withAnyArgument(then)
    const toucher = this.unused ?? { source, left: 0, wait: -1, sinceNs: 0, life: 0, then: handler, argument, next: null }
    if (this.unused === toucher) this.unused = toucher.next
    toucher.source = source
    toucher.left = count
    toucher.life = this.life
    toucher.then = handler
    toucher.argument = argument
    this.goOn(toucher)
  }

  /** The operating system is gone: nobody goes on. */
  forget(): void {
    this.life++
  }

  statistics(): PageTouchStatistics {
    return { ...this.counts }
  }

  private goOn(toucher: Toucher): void {
    const { source, then, argument } = toucher
    const { counts, lparId } = this
    while (source !== null && toucher.left > 0 && toucher.life === this.life) {
      toucher.left--
      const page = source.next()
      if (page < 0) break
      counts.touches++
      if (this.port.touch(lparId, 0, page, source.writes(), this.there, toucher) === PAGE_TOUCH.THERE) continue
      counts.faults++
      toucher.sinceNs = this.simulation.now
      toucher.wait = this.processor.stall()
      return
    }
    const { life } = toucher
    toucher.source = null
    toucher.argument = undefined
    toucher.next = this.unused
    this.unused = toucher
    if (life === this.life) this.simulation.call(then, argument)
  }

  private resume(toucher: Toucher): void {
    if (toucher.life !== this.life) return
    const waitedNs = this.simulation.now - toucher.sinceNs
    this.counts.waitNs += waitedNs
    if (waitedNs > this.counts.longestNs) this.counts.longestNs = waitedNs
    if (toucher.wait >= 0) this.processor.resume(toucher.wait, 0, this.on, toucher)
    else this.processor.run(0, this.on, toucher)
  }
}
