// Expropriation and subvention notices (LoPAR, Expropriation/Subvention Notification Option): instead of a processor that waits for a page
// its operating system gets a correlation number and an interrupt, and later an entry in the subvention queue of its notification structure
// (SNS, one page: control byte, state byte, entries of two bytes). Without a registered structure all of it is off.

import type { Digest } from '@powersim/kernel'
import { H_Busy, H_NotEnoughResources, H_P2, H_Parameter, H_Success, SUBVENTION_UNIT } from '@powersim/protocol'
import type { MemoryMap } from './memory-map.js'
import { PAGE_BYTES } from './memory-map.js'
import type { PagedMemory } from './paged-memory.js'
import type { PlicCounts } from './plic-counts.js'
import { type ProcessorAreas, VPA_CORRELATION, VPA_CYCLE_FLAGS, VPA_EXPROPRIATION_FLAGS } from './processor-areas.js'
import type { RealMemory } from './real-memory.js'
import { pageNumber, type Registers } from './registers.js'

const LEAST_BYTES = 256
/** Bit 0 of the state byte: the queue has overflowed, and drops what comes. Bit 0 of the control byte: the notification trigger. */
const TOP = 0x80
const FIRST_ENTRY = 2
const ENTRY_BYTES = 2
/** Bit 6 of VPA byte 0xB9: the expropriation interrupt is enabled. */
const INTERRUPT_ENABLED = 0x02
/** Bit 7 of VPA byte 0x17D: the page's data will be restored; else it is zeros. */
const RESTORED = 0x01

interface Structure {
  readonly frame: number
  readonly bytes: number
  next: number
  toggle: number
  /** Notices of which no subvention has been posted. */
  outstanding: number
  correlation: number
}

export class Subventions {
  /** Told when the queue goes from empty to not empty. */
  signal: ((lparId: number) => void) | null = null
  private readonly memory: MemoryMap
  private readonly contents: RealMemory
  private readonly areas: ProcessorAreas
  private readonly counts: PlicCounts
  private readonly structures: (Structure | undefined)[] = []

  constructor(memory: MemoryMap, contents: RealMemory, areas: ProcessorAreas, counts: PlicCounts) {
    this.memory = memory
    this.contents = contents
    this.areas = areas
    this.counts = counts
  }

  /** H_REG_SNS: R4 logical address, -1 for none, R5 bytes; R4 and R5 the unit address and source of its interrupt. */
  register(paged: PagedMemory, lparId: number, registers: Registers): number {
    const { high, low } = registers
    if (high[4] === -1 && low[4] === -1) {
      this.ended(lparId)
      return H_Success
    }
    const page = pageNumber(high[4]!, low[4]!)
    if ((low[4]! & (PAGE_BYTES - 1)) !== 0 || !paged.contains(lparId, page)) return H_Parameter
    const bytes = registers.unsigned(5)
    if (bytes < LEAST_BYTES || bytes > PAGE_BYTES || bytes % ENTRY_BYTES !== 0) return H_P2
    if (!paged.isIoMapped(lparId, page) && !paged.mayMap(lparId, 1)) return H_NotEnoughResources
    if (!paged.restore(lparId, page)) return H_Busy
    const frame = this.memory.frameOf(lparId, page)
    this.ended(lparId)
    this.memory.hold(frame)
    const content = this.contents.touch(frame)
    content.setUint8(1, 0)
    this.structures[lparId] = { frame, bytes, next: FIRST_ENTRY, toggle: content.getUint8(0) & TOP, outstanding: 0, correlation: 0 }
    this.counts.writes++
    registers.set(4, 0, SUBVENTION_UNIT)
    registers.set(5, 0, SUBVENTION_UNIT)
    return H_Success
  }

  /** Whether a processor of the partition gets notices. */
  enabled(lparId: number, processor: number): boolean {
    return this.structures[lparId] !== undefined && (this.areas.hint(lparId, processor, VPA_CYCLE_FLAGS) & INTERRUPT_ENABLED) !== 0
  }

  ended(lparId: number): void {
    const structure = this.structures[lparId]
    if (structure === undefined) return
    this.memory.drop(structure.frame)
    this.structures[lparId] = undefined
    this.counts.writes++
  }

  /**
   * A processor has touched a page that is on its way. Returns the correlation number of the notice; 0: it waits, since notices are off, or
   * the queue could not take all that would come. The page will have its data: those without are there at once.
   */
  notice(lparId: number, processor: number): number {
    const structure = this.structures[lparId]
    if (structure === undefined || !this.enabled(lparId, processor)) return 0
    if (this.inUse(structure) + structure.outstanding >= (structure.bytes - FIRST_ENTRY) / ENTRY_BYTES) return 0
    structure.correlation = structure.correlation === 0xffff ? 1 : structure.correlation + 1
    structure.outstanding++
    this.again(lparId, processor, structure.correlation)
    return structure.correlation
  }

  /** Another touch of a page of which a notice is out gets the same number; 0 tells that the page is there. */
  again(lparId: number, processor: number, correlation: number): void {
    this.areas.setByte(lparId, processor, VPA_EXPROPRIATION_FLAGS, RESTORED)
    this.areas.setHalf(lparId, processor, VPA_CORRELATION, correlation)
  }

  /** The page of a notice is there: an entry in the queue, and an interrupt when it was empty. */
  post(lparId: number, correlation: number): void {
    const structure = this.structures[lparId]
    if (structure === undefined) return
    structure.outstanding--
    const content = this.contents.touch(structure.frame)
    if ((content.getUint8(1) & TOP) !== 0) return
    if (content.getUint16(structure.next) !== 0) {
      content.setUint8(1, content.getUint8(1) | TOP)
      return
    }
    content.setUint16(structure.next, correlation)
    structure.next = structure.next + ENTRY_BYTES >= structure.bytes ? FIRST_ENTRY : structure.next + ENTRY_BYTES
    this.counts.writes++
    if (structure.toggle === (content.getUint8(0) & TOP)) return
    structure.toggle ^= TOP
    this.signal?.(lparId)
  }

  foldInto(digest: Digest): void {
    for (let lparId = 0; lparId < this.structures.length; lparId++) {
      const structure = this.structures[lparId]
      if (structure === undefined) continue
      digest.fold(structure.frame)
      digest.fold(structure.next)
      digest.fold(structure.outstanding)
      digest.fold(structure.correlation)
    }
  }

  /** Entries that the operating system has not cleared: those before the next one, going back. */
  private inUse({ frame, bytes, next }: Structure): number {
    const content = this.contents.at(frame)
    if (content === undefined) return 0
    const size = bytes - FIRST_ENTRY
    let used = 0
    for (let back = ENTRY_BYTES; back <= size; back += ENTRY_BYTES) {
      const at = next - back >= FIRST_ENTRY ? next - back : next - back + size
      if (content.getUint16(at) === 0) return used
      used++
    }
    return used
  }
}
