// What a guest does with shared memory: its own work uses pages, its program does with each piece of work, and its operating system loans
// what neither uses. On a partition with memory of its own none of it happens.

import type { KeyedDraws, Simulation } from '@powersim/kernel'
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
  /** It loans what it does not use. */
  readonly loans: boolean
}

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

export class GuestPaging {
  readonly touches: PageTouches
  readonly load: MemoryLoad | null
  readonly loaner: Loaner | null
  /** Pages that the program touches with each piece of work; null: none. */
  readonly program: { readonly source: PageSource; readonly perPiece: number } | null
  private readonly pages: ProgramPages | null

  /** Throws LparError `bad-option`. */
  constructor(simulation: Simulation, { load, program, loans }: GuestMemoryParameters, wiring: GuestMemoryWiring) {
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
    this.loaner = loans ? new Loaner(simulation, name, lparId, hypercalls, processor, used + (program?.pages ?? 0)) : null
  }

  /** The operating system is up. */
  start(entity: number, { memoryMiB, virtualProcessors }: PartitionStart): void {
    if (!this.touches.shared) return
    if (this.pages !== null) this.pages.entity = entity
    this.load?.start(entity, virtualProcessors)
    this.loaner?.start(memoryMiB)
  }

  stop(reason: 'shutdown' | 'crash'): void {
    if (this.touches.shared) this.loaner?.stop(reason === 'shutdown')
    this.load?.stop()
    this.touches.forget()
  }

  resized({ memoryMiB }: PartitionStart): void {
    if (this.touches.shared) this.loaner?.resized(memoryMiB)
  }
}
