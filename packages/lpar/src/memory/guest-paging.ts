// What a guest does with shared memory: its own work uses pages, its program does with each piece of work, others were filled once, and its
// operating system loans what it can do without. On a partition with memory of its own none of it happens.
// Page numbers, from 0: its own work's, its program's, file pages, freed pages, and those that were never used.

import type { Handler, KeyedDraws, Simulation } from '@powersim/kernel'
import type { HypercallPort, PartitionStart, StallingProcessor, TouchPort } from '@powersim/protocol'
import { checkedInteger } from '../errors.js'
import { Loaner } from './loaner.js'
import { MemoryLoad, type MemoryLoadParameters, type PageReferenceMaker } from './memory-load.js'
import { type PageSource, PageTouches } from './page-touches.js'

export interface GuestMemoryParameters {
  /** What its own work uses; null: nothing. */
  readonly load: MemoryLoadParameters | null
  /** What its program uses: so many pages of a set of its own with each piece of work, all alike; null: nothing. */
  readonly program: { readonly pages: number; readonly perPiece: number } | null
  /** Filled once, when the operating system has come up, and not used since. */
  readonly filled: { readonly filePages: number; readonly freedPages: number }
  readonly loaning: LoanPolicy
}

/**
 * What an operating system loans when it is asked: nothing; Linux free pages, used before or not (cmm.c); AIX also pages of files, which it
 * can read again (its default policy).
 */
type LoanPolicy = 'off' | 'linux' | 'aix'

export interface GuestMemoryWiring {
  readonly name: string
  readonly lparId: number
  readonly touches: TouchPort
  readonly processor: StallingProcessor
  readonly hypercalls: HypercallPort
  /** References of the guest's own work. */
  readonly references: PageReferenceMaker
}

/** Pages of the program, behind those of the guest's own work. */
class ProgramPages implements PageSource {
  entity = 0
  private readonly draws: KeyedDraws
  private readonly first: number
  private readonly pages: number
  private uses = 0

  constructor(draws: KeyedDraws, first: number, pages: number) {
    this.draws = draws
    this.first = first
    this.pages = pages
  }

  next(): number {
    return this.first + this.draws.cursor(this.entity, this.uses++).below(this.pages)
  }

  writes(): boolean {
    return false
  }
}

/** Pages that are written once each, in order. */
class FilledPages implements PageSource {
  private page: number
  private readonly end: number

  constructor(first: number, pages: number) {
    this.page = first
    this.end = first + pages
  }

  next(): number {
    return this.page < this.end ? this.page++ : -1
  }

  writes(): boolean {
    return true
  }
}

/** Processor time of filling a page, ns (estimate: 4 KiB at 4 GB/s). */
const FILL_NS = 1000

export class GuestPaging {
  readonly touches: PageTouches
  readonly load: MemoryLoad | null
  readonly loaner: Loaner | null
  /** Pages that the program touches with each piece of work; null: none. */
  readonly program: { readonly source: PageSource; readonly perPiece: number } | null
  private readonly pages: ProgramPages | null
  private readonly processor: StallingProcessor
  private readonly firstFilled: number
  private readonly filledPages: number
  private readonly fill: Handler<number>
  private readonly filled: Handler<null>
  private life = 0

  /** Throws LparError `bad-option`. */
  constructor(simulation: Simulation, { load, program, filled, loaning }: GuestMemoryParameters, wiring: GuestMemoryWiring) {
    const { name, lparId, touches, processor, hypercalls, references } = wiring
    this.touches = new PageTouches(simulation, name, lparId, touches, processor)
    this.load = load === null ? null : new MemoryLoad(simulation, name, load, this.touches, processor, references)
    const used = load?.workingSetPages ?? 0
    if (program === null) {
      this.pages = null
      this.program = null
    } else {
      checkedInteger(`${name}.memory.program.pages`, program.pages, 1, 2 ** 28)
      checkedInteger(`${name}.memory.program.perPiece`, program.perPiece, 0, 4096)
      this.pages = new ProgramPages(simulation.draws('guest.program-pages', 'guest'), used, program.pages)
      this.program = { source: this.pages, perPiece: program.perPiece }
    }
    const { filePages, freedPages } = filled
    checkedInteger(`${name}.memory.filePages`, filePages, 0, 2 ** 28)
    checkedInteger(`${name}.memory.freedPages`, freedPages, 0, 2 ** 28)
    this.processor = processor
    this.firstFilled = used + (program?.pages ?? 0)
    this.filledPages = filePages + freedPages
    this.filled = simulation.handler<null>(`${name}.memory.filled`, () => {})
    this.fill = simulation.handler<number>(`${name}.memory.fill`, (life) => {
      if (life !== this.life) return
      this.touches.touch(new FilledPages(this.firstFilled, this.filledPages), this.filledPages, this.filled, null)
    })
    const kept = this.firstFilled + (loaning === 'linux' ? filePages : 0)
    this.loaner = loaning === 'off' ? null : new Loaner(simulation, name, lparId, hypercalls, processor, kept)
  }

  /** The operating system is up. */
  start(entity: number, { memoryMiB, virtualProcessors }: PartitionStart): void {
    if (!this.touches.shared) return
    if (this.filledPages > 0) this.processor.run(this.filledPages * FILL_NS, this.fill, this.life)
    if (this.pages !== null) this.pages.entity = entity
    this.load?.start(entity, virtualProcessors)
    this.loaner?.start(memoryMiB)
  }

  stop(reason: 'shutdown' | 'crash'): void {
    this.life++
    if (this.touches.shared) this.loaner?.stop(reason === 'shutdown')
    this.load?.stop()
    this.touches.forget()
  }

  resized({ memoryMiB }: PartitionStart): void {
    if (this.touches.shared) this.loaner?.resized(memoryMiB)
  }
}
