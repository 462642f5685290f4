// The hypercalls of shared memory (LoPAR, Cooperative Memory Over-commitment: H_GET_MPP, H_GET_MPP_X, H_SET_MPP, H_MO_PERF; Virtual
// Partition Memory Pool Statistics: H_VPM_PSTAT; Expropriation/Subvention Notification: H_REG_SNS). What they tell comes from whoever keeps
// the pool; a partition with memory of its own is answered as the text says. Hot: no object per call.

import {
  H_Authority,
  H_Constrained,
  H_Function,
  H_GET_MPP,
  H_GET_MPP_X,
  H_MO_PERF,
  H_Parameter,
  H_REG_SNS,
  H_SET_MPP,
  H_Success,
  H_VPM_PSTAT,
} from '@powersim/protocol'
import type { MemoryMap } from './memory-map.js'
import { noMemoryFigures } from './paged-memory.js'
import type { Registers } from './registers.js'
import type { Subventions } from './subventions.js'

/** The only pool; a partition with memory of its own is in none. */
const POOL = 0
const NO_POOL = 0xffff
const TWO_32 = 4294967296

export class MemoryHypercalls {
  private readonly memory: MemoryMap
  private readonly subventions: Subventions
  private readonly figures = noMemoryFigures()

  constructor(memory: MemoryMap, subventions: Subventions) {
    this.memory = memory
    this.subventions = subventions
  }

  call(token: number, lparId: number, registers: Registers): number {
    const paged = this.memory.pagedOf(lparId)
    if (token === H_MO_PERF) return this.load(lparId, registers)
    if (paged === null || !paged.has(lparId)) return this.dedicated(token, lparId, registers)
    paged.figures(lparId, this.figures)
    switch (token) {
      case H_GET_MPP:
        return this.tell(registers)
      case H_GET_MPP_X:
        return this.tellMore(registers)
      case H_SET_MPP:
        // R4 I/O entitlement in bytes, R5 weight.
        return paged.setParameters(lparId, registers.unsigned(4), registers.unsigned(5)) ? H_Success : H_Constrained
      case H_VPM_PSTAT:
        return this.tellPool(registers)
      case H_REG_SNS:
        return this.subventions.register(paged, lparId, registers)
      default:
        return H_Function
    }
  }

  private dedicated(token: number, lparId: number, registers: Registers): number {
    if (token === H_GET_MPP) return this.tellDedicated(lparId, registers)
    return token === H_VPM_PSTAT ? H_Authority : H_Function
  }

  /** R4 I/O entitlement, R5 I/O mapped, R6 pool, R7 weights and unallocated entitlement, R8 pool, R9 loan request, R10 backing. */
  private tell(registers: Registers): number {
    const { figures } = this
    registers.put(4, figures.ioEntitledBytes)
    registers.put(5, figures.ioMappedBytes)
    registers.set(6, 0, POOL)
    const pages = Math.floor(figures.unallocatedIoBytes / 4096)
    const weights = ((figures.weight & 0xff) << 24) | ((figures.unallocatedWeight & 0xff) << 16)
    registers.set(7, weights | (Math.floor(pages / TWO_32) & 0xffff), pages | 0)
    registers.put(8, figures.poolBytes)
    registers.put(9, figures.loanRequestBytes)
    registers.put(10, figures.backingBytes)
    return H_Success
  }

  private tellDedicated(lparId: number, registers: Registers): number {
    const bytes = this.memory.blocksOf(lparId) * this.memory.blockBytes
    registers.put(4, bytes)
    registers.put(5, -1)
    registers.set(6, 0, NO_POOL)
    registers.set(7, 0, 0)
    registers.put(8, -1)
    registers.set(9, 0, 0)
    registers.put(10, bytes)
    return H_Success
  }

  /** R4 own and R5 the pool's coalesced bytes, R6 and R7 PURR and SPURR spent on that, R8 bytes of the pool in use. */
  private tellMore(registers: Registers): number {
    const { figures } = this
    registers.put(4, figures.coalescedBytes)
    registers.put(5, figures.poolCoalescedBytes)
    registers.put(6, figures.coalesceTicks)
    registers.put(7, figures.coalesceTicks)
    registers.put(8, figures.poolUsedBytes)
    registers.set(9, 0, 0)
    registers.set(10, 0, 0)
    return H_Success
  }

  /** R4 faults, R5 ticks waited for them, R6 physical memory, R7 I/O entitlements, R8 I/O mapped, R9 logical memory: sums of the pool. */
  private tellPool(registers: Registers): number {
    const { figures } = this
    registers.put(4, figures.poolFaults)
    registers.put(5, figures.poolFaultTicks)
    registers.put(6, figures.poolBytes)
    registers.put(7, figures.poolIoEntitledBytes)
    registers.put(8, figures.poolIoMappedBytes)
    registers.put(9, figures.poolLogicalBytes)
    return H_Success
  }

  /** R4 pool, R5 signed bytes on its low-water mark, R6 signed low-memory events; R4 and R5 what both are then. */
  private load(lparId: number, registers: Registers): number {
    const { paged } = this.memory
    if (paged === null || !paged.mayLoad(lparId)) return H_Authority
    if (registers.value(4) !== POOL) return H_Parameter
    paged.load(registers.value(5), registers.value(6))
    registers.put(4, paged.loadedBytes())
    registers.put(5, paged.loadedLows())
    return H_Success
  }
}
