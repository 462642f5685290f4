// The memory that a guest's own work uses: references to pages of a working set, so many a second, spread over its virtual processors. It
// makes its partition and its neighbours short of memory and says nothing of what is computed. A thread that still waits for a page when
// its next period comes leaves that out: references do not pile up.

import type { Handler, KeyedDraws, Simulation, Timer } from '@powersim/kernel'
import type { ProcessorPort } from '@powersim/protocol'
import { checkedInteger, LparError } from '../errors.js'
import type { PageSource, PageTouches } from './page-touches.js'

export interface MemoryLoadParameters {
  /** Pages that it uses, from page 0 on. */
  readonly workingSetPages: number
  readonly perSecond: number
  /** Of a hundred uses, those that change the page. */
  readonly writePercent: number
  /** Processor time of a use of a page that is there, ns. */
  readonly workNs: number
  /** Every so long, ns, each thread makes its share of the references: 1 us to 10 s. */
  readonly periodNs: number
}

/** Makes the references of one thread: page numbers below the working set's. */
export type PageReferenceMaker = (thread: number, entity: number) => { next(): number }

export interface MemoryLoadStatistics {
  /** References that a thread left out, since it still waited. */
  readonly missed: number
}

const MAX_PER_SECOND = 1e9

class Thread implements PageSource {
  life = 0
  /** References of the periods so far that were no whole number. */
  owed = 0
  private readonly references: { next(): number }
  private readonly draws: KeyedDraws
  private readonly entity: number
  private readonly writePercent: number
  private uses = 0

  constructor(references: { next(): number }, draws: KeyedDraws, entity: number, writePercent: number) {
    this.references = references
    this.draws = draws
    this.entity = entity
    this.writePercent = writePercent
  }

  next(): number {
    return this.references.next()
  }

  writes(): boolean {
    if (this.writePercent === 0) return false
    return this.writePercent >= 100 || this.draws.cursor(this.entity, this.uses++).below(100) < this.writePercent
  }
}

export class MemoryLoad {
  private readonly parameters: MemoryLoadParameters
  private readonly touches: PageTouches
  private readonly processor: ProcessorPort
  private readonly make: PageReferenceMaker
  private readonly draws: KeyedDraws
  private readonly timer: Timer
  private readonly run: Handler<Thread>
  private readonly done: Handler<Thread>
  private threads: readonly Thread[] = []
  private life = 0
  private missed = 0

  /** Throws LparError `bad-option`. */
  constructor(
    simulation: Simulation,
    name: string,
    parameters: MemoryLoadParameters,
    touches: PageTouches,
    processor: ProcessorPort,
    make: PageReferenceMaker,
  ) {
    const path = `${name}.memory`
    checkedInteger(`${path}.workingSetPages`, parameters.workingSetPages, 1, 2 ** 28)
    checkedInteger(`${path}.writePercent`, parameters.writePercent, 0, 100)
    checkedInteger(`${path}.workNs`, parameters.workNs, 0, 1e9)
    checkedInteger(`${path}.period`, parameters.periodNs, 1000, 10_000_000_000)
    if (!(parameters.perSecond >= 0 && parameters.perSecond <= MAX_PER_SECOND)) {
      throw new LparError('bad-option', `${path}.perSecond`, `expected 0 to ${MAX_PER_SECOND}, got ${String(parameters.perSecond)}`)
    }
    this.parameters = parameters
    this.touches = touches
    this.processor = processor
    this.make = make
    this.draws = simulation.draws('guest.memory', 'guest')
    this.timer = simulation.timer(
      simulation.handler<null>(`${path}.period`, () => this.period()),
      null,
    )
    this.run = simulation.handler<Thread>(`${path}.run`, (thread) => this.use(thread))
    this.done = simulation.handler<Thread>(`${path}.done`, (thread) => {
      if (thread.life === this.life) thread.life = 0
    })
  }

  /** The operating system is up. `entity` keys the draws: another one for each start. */
  start(entity: number, processors: number): void {
    this.life++
    const { writePercent } = this.parameters
    this.threads = Array.from({ length: processors }, (_, n) => {
      return new Thread(this.make(n, entity), this.draws, entity * 256 + n, writePercent)
    })
    if (this.touches.shared) this.timer.start(this.parameters.periodNs)
  }

  stop(): void {
    this.life++
    this.timer.stop()
    this.threads = []
  }

  statistics(): MemoryLoadStatistics {
    return { missed: this.missed }
  }

  private period(): void {
    const { perSecond, periodNs, workNs } = this.parameters
    const each = (perSecond * periodNs) / 1e9 / this.threads.length
    for (const thread of this.threads) {
      thread.owed += each
      const count = Math.floor(thread.owed)
      if (thread.life === this.life) {
        this.missed += count
        thread.owed -= count
      } else if (count > 0) {
        thread.life = this.life
        this.processor.run(count * workNs, this.run, thread)
      }
    }
    this.timer.start(periodNs)
  }

  private use(thread: Thread): void {
    const count = Math.floor(thread.owed)
    thread.owed -= count
    this.touches.touch(thread, count, this.done, thread)
  }
}
