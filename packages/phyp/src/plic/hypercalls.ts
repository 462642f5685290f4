// The door of the PLIC: a token and arguments in, a return code, results and a cost out. Which part serves a token, and what it costs, is
// hypercall-table.ts; what it does, the parts'. Arguments come from a partition and may be any number. Hot: no object per call.

import { H_Busy, H_Function, H_Hardware, H_Parameter, H_Privilege, H_Success } from '@powersim/protocol'
import type { DeviceNode, DmaWindow, GuestMemory, HypercallPort, HypercallResult } from '@powersim/protocol'
import type { HypercallCosts } from '../parameters.js'
import { HypercallTable, INTERRUPTS, LANS, MEMORY, PAGES, PROCESSORS, QUEUES, TCES, TERMINALS } from './hypercall-table.js'
import type { Interrupts } from './interrupts.js'
import type { LanHypercalls } from './lan-hypercalls.js'
import type { MemoryHypercalls } from './memory-hypercalls.js'
import type { MemoryMap } from './memory-map.js'
import type { PageHypercalls } from './page-hypercalls.js'
import { PartitionMemory } from './partition-memory.js'
import type { ProcessorHypercalls } from './processor-hypercalls.js'
import type { QueueHypercalls } from './queue-hypercalls.js'
import type { RealMemory } from './real-memory.js'
import { Registers } from './registers.js'
import type { TceHypercalls } from './tce-hypercalls.js'
import type { TerminalHypercalls } from './terminal-hypercalls.js'

/** The parts that serve. */
export interface HypercallParts {
  readonly memory: MemoryMap
  readonly contents: RealMemory
  readonly pages: PageHypercalls
  readonly queues: QueueHypercalls
  readonly tces: TceHypercalls
  readonly interrupts: Interrupts
  readonly processors: ProcessorHypercalls
  readonly lans: LanHypercalls
  readonly sharedMemory: MemoryHypercalls
  readonly terminals: TerminalHypercalls
}

export class Hypercalls implements HypercallPort {
  /** False: the hypervisor is not there, every call fails with H_Hardware. */
  running = true
  calls = 0
  refused = 0
  /** Results, R4 on, until the next call; and the arguments of `execute`. */
  readonly registers = new Registers()

  private readonly parts: HypercallParts
  private readonly table: HypercallTable
  private readonly memories: (GuestMemory | undefined)[] = []
  private readonly result: HypercallResult = { code: H_Success, costNs: 0, r4: 0 }

  constructor(parts: HypercallParts, costs: HypercallCosts) {
    this.parts = parts
    this.table = new HypercallTable(costs)
  }

  returned(register: number): number {
    return this.registers.value(register)
  }

  window(lparId: number, unitAddress: number): DmaWindow | undefined {
    const device = this.parts.queues.device(lparId, unitAddress)
    return device === undefined ? undefined : device.local
  }

  devices(lparId: number): readonly DeviceNode[] {
    return this.parts.queues.of(lparId)
  }

  memory(lparId: number): GuestMemory {
    return (this.memories[lparId] ??= new PartitionMemory(lparId, this.parts.memory, this.parts.contents))
  }

  /** Arguments as numbers, in R4 to R11; one that is no integer within +-2^53 is H_Parameter. R12 is 0. */
  call(lparId: number, token: number, a1: number, a2: number, a3: number, a4: number, a5: number, a6 = 0, a7 = 0, a8 = 0): HypercallResult {
    const { registers } = this
    registers.processor = 0
    const five = registers.put(4, a1) && registers.put(5, a2) && registers.put(6, a3) && registers.put(7, a4) && registers.put(8, a5)
    const whole = five && registers.put(9, a6) && registers.put(10, a7) && registers.put(11, a8)
    registers.set(12, 0, 0)
    return this.finish(lparId, token, whole)
  }

  /** The call as a processor makes it: `registers` hold its number and all 64-bit arguments. */
  execute(lparId: number, token: number): HypercallResult {
    return this.finish(lparId, token, true)
  }

  private finish(lparId: number, token: number, whole: boolean): HypercallResult {
    const { result, registers, table } = this
    this.calls++
    registers.units = 0
    const at = table.at(token)
    result.costNs = 0
    result.r4 = 0
    if (!this.running) result.code = H_Hardware
    else if (at < 0) result.code = H_Function
    else result.code = this.serve(table.part[at]!, token, lparId, whole)
    if (at >= 0) result.costNs = Math.round(table.fixedNs[at]! + registers.units * table.unitNs[at]!)
    if (result.code === H_Success || result.code === H_Busy) result.r4 = registers.unsigned(4)
    if (result.code !== H_Success) this.refused++
    return result
  }

  private serve(part: number, token: number, lparId: number, whole: boolean): number {
    const { parts, registers } = this
    if (part === 0) return H_Function
    if (parts.processors.inProblemState(lparId, registers.processor)) return H_Privilege
    if (!whole) return H_Parameter
    switch (part) {
      case PAGES:
        return parts.pages.call(token, lparId, registers)
      case QUEUES:
        return parts.queues.call(token, lparId, registers)
      case TCES:
        return parts.tces.call(token, lparId, registers)
      case INTERRUPTS:
        return parts.interrupts.call(token, lparId, registers)
      case PROCESSORS:
        return parts.processors.call(token, lparId, registers)
      case LANS:
        return parts.lans.call(token, lparId, registers)
      case MEMORY:
        return parts.sharedMemory.call(token, lparId, registers)
      case TERMINALS:
        return parts.terminals.call(token, lparId, registers)
      default:
        return H_Function
    }
  }
}
