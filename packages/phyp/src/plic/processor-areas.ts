// What the hypervisor writes into a partition's memory about a virtual processor: the virtual processor area (VPA, 640 bytes) with its
// dispatch count and wait times, and the dispatch trace log (LoPAR, H_REGISTER_VPA; Linux asm/lppaca.h, asm/dtl.h; QEMU spapr_hcall.c).
// Registered pages count as mapped: their block does not go away. Hot: a few words written per dispatch.

import type { Digest } from '@powersim/kernel'
import { H_Busy, H_Hardware, H_NotEnoughResources, H_Parameter, H_Resource, H_Success } from '@powersim/protocol'
import type { MemoryMap } from './memory-map.js'
import { PAGE_BYTES } from './memory-map.js'
import type { PlicCounts } from './plic-counts.js'
import type { RealMemory } from './real-memory.js'
import type { Registers } from './registers.js'

const VPA_BYTES = 640
const SLB_SHADOW_BYTES = 8
const DTL_ENTRY_BYTES = 48
const CACHE_LINE = 128
/** Longest trace log: LoPAR puts no limit; this one is the model's. */
const MAX_DTL_BYTES = 65_536

/** Offsets in the VPA. */
export const VPA_DISPATCH_COUNT = 0x100
export const VPA_DISPERSION = 0x104
export const VPA_EXPROPRIATED = 0x118
const VPA_DTL_MASK = 0xb8
/** Waits for pages of shared memory: how many, and time base ticks (Linux asm/lppaca.h: cmo_faults, cmo_fault_time). */
export const VPA_FAULTS = 0x108
export const VPA_FAULT_TIME = 0x110
/** Written by the guest: bit 6 enables expropriation interrupts. Written by the hypervisor: flags and number of the notice. */
export const VPA_CYCLE_FLAGS = 0xb9
export const VPA_EXPROPRIATION_FLAGS = 0x17d
export const VPA_CORRELATION = 0x17e
/** Written by the guest: faults on pages that it has paged out itself. */
const VPA_PAGE_IN_HINT = 0x180
/** Waits for a core, for capacity, and to become ready, time base ticks. */
export const VPA_WAITS = 0x158
const VPA_DTL_INDEX = 0x218

const VPA = 0
const DTL = 1
const SLB = 2
const AREAS = 3
const NONE = -1
const TWO_32 = 4294967296
const NO_AREAS = new Float64Array(0)

export class ProcessorAreas {
  private readonly memory: MemoryMap
  private readonly contents: RealMemory
  private readonly counts: PlicCounts
  /** By partition, three per processor: real address, or NONE. Logs are contiguous within their block. */
  private readonly addresses: (Float64Array | undefined)[] = []
  private readonly logEntries: (Int32Array | undefined)[] = []

  constructor(memory: MemoryMap, contents: RealMemory, counts: PlicCounts) {
    this.memory = memory
    this.contents = contents
    this.counts = counts
  }

  started(lparId: number, processors: number): void {
    this.addresses[lparId] = new Float64Array(processors * AREAS).fill(NONE)
    this.logEntries[lparId] = new Int32Array(processors)
  }

  ended(lparId: number): void {
    const addresses = this.addresses[lparId]
    if (addresses === undefined) return
    for (let at = 0; at < addresses.length; at++) this.release(addresses, at)
    this.addresses[lparId] = undefined
  }

  /** H_REGISTER_VPA: R4 flags (subfunction in bits 16 to 23), R5 processor, R6 logical address. */
  register(lparId: number, registers: Registers): number {
    const addresses = this.addresses[lparId]
    const processor = registers.unsigned(5)
    if (addresses === undefined || processor * AREAS >= addresses.length) return H_Parameter
    const at = processor * AREAS
    const address = registers.unsigned(6)
    switch ((registers.high[4]! >>> 8) & 0xff) {
      case 0x20:
        return this.take(lparId, addresses, at + VPA, address, VPA_BYTES)
      case 0x40:
        return this.take(lparId, addresses, at + DTL, address, DTL_ENTRY_BYTES)
      case 0x60:
        return this.take(lparId, addresses, at + SLB, address, SLB_SHADOW_BYTES)
      case 0xa0:
        if (addresses[at + SLB] !== NONE || addresses[at + DTL] !== NONE) return H_Resource
        return this.release(addresses, at + VPA)
      case 0xc0:
        return this.release(addresses, at + DTL)
      case 0xe0:
        return this.release(addresses, at + SLB)
      default:
        return H_Parameter
    }
  }

  /** Whether a VPA is registered. */
  has(lparId: number, processor: number): boolean {
    return (this.addresses[lparId]?.[processor * AREAS + VPA] ?? NONE) !== NONE
  }

  /** Sets a 32-bit field of a registered VPA. */
  set(lparId: number, processor: number, offset: number, value: number): void {
    const address = this.addresses[lparId]?.[processor * AREAS + VPA] ?? NONE
    if (address !== NONE) this.word(address, offset, value)
  }

  /** Sets a byte of a registered VPA. */
  setByte(lparId: number, processor: number, offset: number, value: number): void {
    const address = this.addresses[lparId]?.[processor * AREAS + VPA] ?? NONE
    if (address === NONE) return
    this.contents.touch(Math.floor(address / PAGE_BYTES)).setUint8((address % PAGE_BYTES) + offset, value)
    this.counts.writes++
  }

  /** Sets a 16-bit field of a registered VPA. */
  setHalf(lparId: number, processor: number, offset: number, value: number): void {
    this.setByte(lparId, processor, offset, value >>> 8)
    this.setByte(lparId, processor, offset + 1, value & 0xff)
  }

  /** Adds to a 64-bit counter of a registered VPA. */
  add(lparId: number, processor: number, offset: number, value: number): void {
    const address = this.addresses[lparId]?.[processor * AREAS + VPA] ?? NONE
    if (address === NONE) return
    const page = this.contents.touch(Math.floor(address / PAGE_BYTES))
    const at = (address % PAGE_BYTES) + offset
    const sum = page.getUint32(at) * TWO_32 + page.getUint32(at + 4) + value
    page.setUint32(at, Math.floor(sum / TWO_32))
    page.setUint32(at + 4, sum % TWO_32)
    this.counts.writes++
  }

  /** A byte of a registered VPA, which the guest writes: hints and masks. 0 when there is none. */
  hint(lparId: number, processor: number, offset: number): number {
    const address = this.addresses[lparId]?.[processor * AREAS + VPA] ?? NONE
    if (address === NONE) return 0
    return this.contents.at(Math.floor(address / PAGE_BYTES))?.getUint8((address % PAGE_BYTES) + offset) ?? 0
  }

  /** Page-ins from its own paging space that the guest counts. */
  pageIns(lparId: number, processor: number): number {
    const address = this.addresses[lparId]?.[processor * AREAS + VPA] ?? NONE
    if (address === NONE) return 0
    return this.contents.at(Math.floor(address / PAGE_BYTES))?.getUint32((address % PAGE_BYTES) + VPA_PAGE_IN_HINT) ?? 0
  }

  /** Logs a dispatch, if the guest's mask (1 cede, 2 preemption, 4 fault) wants it. Times in time base ticks. */
  log(
    lparId: number,
    processor: number,
    mask: number,
    dispatchReason: number,
    preemptReason: number,
    core: number,
    ticks: number,
    waitCore: number,
    waitCapacity: number,
    waitReady: number,
  ): void {
    const log = this.addresses[lparId]?.[processor * AREAS + DTL] ?? NONE
    if (log === NONE || (this.hint(lparId, processor, VPA_DTL_MASK) & mask) === 0) return
    const entries = this.logEntries[lparId]![processor]!
    const vpa = this.addresses[lparId]![processor * AREAS + VPA]!
    const page = this.contents.touch(Math.floor(vpa / PAGE_BYTES))
    // The low word is enough to find the place: the index counts on by one.
    const index = page.getUint32((vpa % PAGE_BYTES) + VPA_DTL_INDEX) * TWO_32 + page.getUint32((vpa % PAGE_BYTES) + VPA_DTL_INDEX + 4)
    const entry = log + (index % entries) * DTL_ENTRY_BYTES
    this.word(entry, 0, (dispatchReason << 24) | (preemptReason << 16) | (core & 0xffff))
    this.word(entry, 4, waitCore)
    this.word(entry, 8, waitCapacity)
    this.word(entry, 12, waitReady)
    this.word(entry, 16, Math.floor(ticks / TWO_32))
    this.word(entry, 20, ticks % TWO_32)
    this.add(lparId, processor, VPA_DTL_INDEX, 1)
  }

  foldInto(digest: Digest): void {
    for (let lparId = 0; lparId < this.addresses.length; lparId++) {
      const addresses = this.addresses[lparId] ?? NO_AREAS
      for (let at = 0; at < addresses.length; at++) digest.fold(addresses[at]!)
    }
  }

  private take(lparId: number, addresses: Float64Array, at: number, address: number, minimum: number): number {
    if (address === 0) return H_Hardware
    const kind = at % AREAS
    if (kind === VPA && address % CACHE_LINE !== 0) return H_Parameter
    const first = Math.floor(address / PAGE_BYTES)
    const paged = this.memory.pagedOf(lparId)
    // With shared memory the page is I/O mapped from now on: it must be there, and counts against the entitlement.
    if (paged !== null && paged.contains(lparId, first)) {
      if (!paged.isIoMapped(lparId, first) && !paged.mayMap(lparId, 1)) return H_NotEnoughResources
      if (!paged.restore(lparId, first)) return H_Busy
    }
    const frame = this.memory.frameOf(lparId, first)
    const offset = address % PAGE_BYTES
    if (frame < 0 || offset % 8 !== 0) return H_Parameter
    const page = this.contents.at(frame)
    const bytes = page === undefined ? 0 : kind === VPA ? page.getUint16(offset + 4) : page.getUint32(offset + 4)
    if (bytes < minimum || bytes > MAX_DTL_BYTES) return H_Parameter
    const lastPage = Math.floor((address + bytes - 1) / PAGE_BYTES)
    const pages = lastPage - Math.floor(address / PAGE_BYTES)
    // A log may be longer than a page, as long as it lies in one piece in the machine, too.
    if (kind !== DTL && pages > 0) return H_Parameter
    if (this.memory.frameOf(lparId, lastPage) !== frame + pages) return H_Parameter
    if (kind !== VPA && addresses[at - kind] === NONE) return H_Resource
    this.release(addresses, at)
    addresses[at] = frame * PAGE_BYTES + offset
    this.memory.hold(frame)
    if (kind === DTL) this.logEntries[lparId]![Math.floor(at / AREAS)] = Math.floor(bytes / DTL_ENTRY_BYTES)
    this.counts.writes++
    return H_Success
  }

  private release(addresses: Float64Array, at: number): number {
    const address = addresses[at]!
    if (address === NONE) return H_Success
    this.memory.drop(Math.floor(address / PAGE_BYTES))
    addresses[at] = NONE
    this.counts.writes++
    return H_Success
  }

  private word(address: number, offset: number, value: number): void {
    const at = address + offset
    this.contents.touch(Math.floor(at / PAGE_BYTES)).setUint32(at % PAGE_BYTES, value)
    this.counts.writes++
  }
}
