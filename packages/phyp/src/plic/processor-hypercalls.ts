// The hypercalls of virtual processors (LoPAR, SPLPAR: H_CEDE, H_CONFER, H_PROD, H_JOIN, H_SET_PPP, H_GET_PPP, H_PIC, H_POLL_PENDING,
// H_REGISTER_VPA), and the register state that is saved when one leaves its core and restored when it comes back. Who runs when is not
// decided here: that is behind `VirtualProcessors`. A partition names its own processors only. Hot: no object per
// call here; what is behind the port may make some for figures, and for partitions with areas.

import type { Digest } from '@powersim/kernel'
import {
  H_Authority,
  H_BadMode,
  H_CEDE,
  H_CONFER,
  H_Constrained,
  H_Continue,
  H_Function,
  H_GET_PPP,
  H_JOIN,
  H_Parameter,
  H_Pending,
  H_PIC,
  H_POLL_PENDING,
  H_PROD,
  H_REGISTER_VPA,
  H_SET_PPP,
  H_Success,
} from '@powersim/protocol'
import type { InterruptLine, Interrupts } from './interrupts.js'
import type { PlicCounts } from './plic-counts.js'
import { type ProcessorAreas, VPA_DISPATCH_COUNT, VPA_DISPERSION, VPA_EXPROPRIATED, VPA_WAITS } from './processor-areas.js'
import type { Registers } from './registers.js'
import { noFigures, type VirtualProcessors } from './virtual-processors.js'

/** Why a processor was dispatched and preempted, as the trace log says it (LoPAR). */
export const DISPATCH_INTERRUPT = 0
export const DISPATCH_PROD = 2
export const DISPATCH_BOOT = 4
export const DISPATCH_SLICE = 7
export const PREEMPT_CEDE = 2
export const PREEMPT_CONFER = 3
export const PREEMPT_SLICE = 4
export const PREEMPT_MEMORY_FAULT = 6

/** Registers of 64 bits that are saved: 32 general ones, 16 special ones. */
export const SAVED_WORDS = 96

// A processor's state.
const STATE = 6
const PROD = 0
const WAITS_FOR = 1
const COUNT = 2
const MODE = 3
const CORE = 4
const DISPERSION = 5
/** What it waits for; a confer to processor n is CONFERRED + n. */
const NOTHING = 0
const CEDED = 1
const JOINED = 2
const CONFERRED_ALL = 3
const CONFERRED = 4
/** Mode bits. */
export const EXTERNAL_ENABLED = 1
export const PROBLEM_STATE = 2

export class ProcessorHypercalls implements InterruptLine {
  /**
   * Who gives processor time, set before any partition starts; null: nobody, the calls change the PLIC's state only and H_GET_PPP is
   * H_Function.
   */
  port: VirtualProcessors | null = null
  private readonly interrupts: Interrupts
  private readonly areas: ProcessorAreas
  private readonly counts: PlicCounts
  private readonly states: (Int32Array | undefined)[] = []
  private readonly saved: (Int32Array | undefined)[] = []
  /** By partition: processors with an area. */
  private readonly watched: (number | undefined)[] = []
  private readonly figures = noFigures()

  constructor(interrupts: Interrupts, areas: ProcessorAreas, counts: PlicCounts) {
    this.interrupts = interrupts
    this.areas = areas
    this.counts = counts
    interrupts.line = this
  }

  started(lparId: number, processors: number): void {
    const states = new Int32Array(processors * STATE)
    for (let at = 0; at < states.length; at += STATE) {
      // Odd: not on a core.
      states[at + COUNT] = 1
      states[at + CORE] = -1
    }
    this.states[lparId] = states
    this.saved[lparId] = undefined
    this.areas.started(lparId, processors)
    this.counts.writes++
  }

  ended(lparId: number): void {
    if (this.port !== null && this.watched[lparId] !== undefined) {
      const processors = (this.states[lparId]?.length ?? 0) / STATE
      for (let processor = 0; processor < processors; processor++) {
        if (this.areas.has(lparId, processor)) this.port.watch(lparId, processor, false)
      }
    }
    this.watched[lparId] = undefined
    this.areas.ended(lparId)
    this.states[lparId] = undefined
    this.saved[lparId] = undefined
    this.counts.writes++
  }

  /** The guest sets its own mode: EXTERNAL_ENABLED, PROBLEM_STATE. */
  setMode(lparId: number, processor: number, mode: number): void {
    const states = this.states[lparId]
    if (states === undefined || !(processor * STATE < states.length)) return
    states[processor * STATE + MODE] = mode
    this.counts.writes++
  }

  /** Whether a call comes from a program that may not make any. */
  inProblemState(lparId: number, processor: number): boolean {
    return ((this.states[lparId]?.[processor * STATE + MODE] ?? 0) & PROBLEM_STATE) !== 0
  }

  isWaiting(lparId: number, processor: number): boolean {
    return (this.states[lparId]?.[processor * STATE + WAITS_FOR] ?? NOTHING) !== NOTHING
  }

  /** An interrupt waits for a processor: one that has ceded is ready. One that has joined only hears a prod. */
  raised(lparId: number, processor: number): void {
    const states = this.states[lparId]
    if (states === undefined || states[processor * STATE + WAITS_FOR] === JOINED) return
    this.ready(states, lparId, processor)
  }

  /**
   * The processor is on a core from now on: its prod bit is cleared, its dispatch count becomes even, and `registers` get what was saved.
   * Waits for the core, for capacity and to become ready, and the time, in time base ticks.
   */
  dispatched(
    lparId: number,
    processor: number,
    core: number,
    reason: number,
    ticks: number,
    waitCore: number,
    waitCapacity: number,
    waitReady: number,
    registers: Int32Array,
  ): void {
    const states = this.states[lparId]
    if (states === undefined) return
    const at = processor * STATE
    states[at + PROD] = 0
    states[at + WAITS_FOR] = NOTHING
    states[at + COUNT] = (states[at + COUNT]! + 1) >>> 0
    if (states[at + CORE] !== core && states[at + CORE] !== -1) states[at + DISPERSION] = states[at + DISPERSION]! + 1
    states[at + CORE] = core
    this.counts.writes++
    this.areas.set(lparId, processor, VPA_DISPATCH_COUNT, states[at + COUNT]!)
    this.areas.set(lparId, processor, VPA_DISPERSION, states[at + DISPERSION]!)
    this.areas.add(lparId, processor, VPA_WAITS, waitCore)
    this.areas.add(lparId, processor, VPA_WAITS + 8, waitCapacity)
    this.areas.add(lparId, processor, VPA_WAITS + 16, waitReady)
    const mask = this.lastPreempt(states, at)
    this.areas.log(lparId, processor, mask, reason, 0, core, ticks, waitCore, waitCapacity, waitReady)
    const saved = this.saved[lparId]
    const first = processor * SAVED_WORDS
    for (let word = 0; word < SAVED_WORDS; word++) registers[word] = saved === undefined ? 0 : saved[first + word]!
  }

  /** The processor left its core: `registers` are saved, its dispatch count becomes odd. `stolenTicks` the hypervisor took for itself. */
  preempted(lparId: number, processor: number, reason: number, stolenTicks: number, registers: Int32Array): void {
    const states = this.states[lparId]
    if (states === undefined) return
    const at = processor * STATE
    states[at + COUNT] = (states[at + COUNT]! + 1) >>> 0
    states[at + MODE] = (states[at + MODE]! & 0xff) | (reason << 8)
    this.areas.set(lparId, processor, VPA_DISPATCH_COUNT, states[at + COUNT]!)
    this.areas.add(lparId, processor, VPA_EXPROPRIATED, stolenTicks)
    const saved = (this.saved[lparId] ??= new Int32Array((states.length / STATE) * SAVED_WORDS))
    const first = processor * SAVED_WORDS
    for (let word = 0; word < SAVED_WORDS; word++) saved[first + word] = registers[word]!
    this.counts.writes++
  }

  call(token: number, lparId: number, registers: Registers): number {
    const states = this.states[lparId]
    const { processor } = registers
    const at = processor * STATE
    if (states === undefined || at >= states.length) return H_Parameter
    if (this.port !== null && (this.watched[lparId] ?? 0) > 0) this.port.report(lparId)
    switch (token) {
      case H_CEDE:
        return this.cede(states, lparId, processor)
      case H_CONFER:
        return this.confer(states, lparId, registers)
      case H_PROD:
        return this.prod(states, lparId, registers.unsigned(4))
      case H_JOIN:
        return this.join(states, lparId, processor)
      case H_SET_PPP:
        return this.setPortion(lparId, registers)
      case H_GET_PPP:
        return this.getPortion(lparId, registers)
      case H_PIC:
        return this.poolIdle(lparId, registers)
      case H_POLL_PENDING:
        return this.port !== null && this.port.workPending(lparId) ? H_Pending : H_Success
      case H_REGISTER_VPA:
        return this.register(lparId, registers)
      default:
        return H_Function
    }
  }

  foldInto(digest: Digest): void {
    for (let lparId = 0; lparId < this.states.length; lparId++) {
      const states = this.states[lparId]
      if (states === undefined) continue
      digest.fold(lparId)
      digest.foldWords(states)
      const saved = this.saved[lparId]
      if (saved !== undefined) digest.foldWords(saved)
    }
  }

  private cede(states: Int32Array, lparId: number, processor: number): number {
    const at = processor * STATE
    this.counts.writes++
    states[at + MODE] = states[at + MODE]! | EXTERNAL_ENABLED
    if (states[at + PROD] !== 0) states[at + PROD] = 0
    else if (!this.interrupts.waiting(lparId, processor)) this.wait(states, lparId, processor, CEDED)
    return H_Success
  }

  /** R4 whom (-1: all), R5 its dispatch count as the caller last saw it. */
  private confer(states: Int32Array, lparId: number, registers: Registers): number {
    const { processor } = registers
    const own = processor * STATE
    const to = registers.value(4)
    const all = to === -1
    if (!all && !(to >= 0 && to * STATE < states.length)) return H_Parameter
    if (to === processor) {
      this.counts.writes++
      if (states[own + PROD] !== 0) states[own + PROD] = 0
      else this.wait(states, lparId, processor, CONFERRED + to)
      return H_Success
    }
    if (!all) {
      const count = states[to * STATE + COUNT]!
      // It runs, or has run since, or has itself conferred to all: nothing would come of it.
      if (count % 2 === 0 || count !== (registers.low[5]! | 0) || states[to * STATE + WAITS_FOR] === CONFERRED_ALL) return H_Success
    }
    this.counts.writes++
    states[own + WAITS_FOR] = all ? CONFERRED_ALL : CONFERRED + to
    if (this.port !== null) this.port.confer(lparId, processor, to)
    return H_Success
  }

  private prod(states: Int32Array, lparId: number, target: number): number {
    if (target * STATE >= states.length) return H_Parameter
    this.counts.writes++
    states[target * STATE + PROD] = 1
    this.ready(states, lparId, target)
    return H_Success
  }

  /** All but the last active processor of the partition wait for a prod. */
  private join(states: Int32Array, lparId: number, processor: number): number {
    const at = processor * STATE
    if ((states[at + MODE]! & EXTERNAL_ENABLED) !== 0) return H_BadMode
    if (states[at + PROD] !== 0) {
      this.counts.writes++
      states[at + PROD] = 0
      return H_Success
    }
    let others = 0
    for (let other = 0; other < states.length; other += STATE) if (other !== at && states[other + WAITS_FOR] !== JOINED) others++
    if (others === 0) return H_Continue
    this.counts.writes++
    this.wait(states, lparId, processor, JOINED)
    return H_Success
  }

  /** R4 entitlement in hundredths, R5 weight: what is beyond the bounds is cut, and told. */
  private setPortion(lparId: number, registers: Registers): number {
    const { figures } = this
    if (this.port === null) return H_Function
    this.port.figures(lparId, figures)
    if (!figures.shared) return H_Function
    const hundredths = between(figures.minHundredths, registers.unsigned(4), figures.maxHundredths)
    const weight = between(figures.minWeight, registers.unsigned(5), figures.maxWeight)
    this.counts.writes++
    this.port.setEntitlement(lparId, hundredths, weight)
    return hundredths === registers.unsigned(4) && weight === registers.unsigned(5) ? H_Success : H_Constrained
  }

  /** R4 to R8, as Linux reads them (asm/plpar_wrappers.h, h_get_ppp). */
  private getPortion(lparId: number, registers: Registers): number {
    const { figures } = this
    if (this.port === null) return H_Function
    this.port.figures(lparId, figures)
    registers.set(4, 0, figures.entitledHundredths)
    registers.set(5, 0, figures.unallocatedHundredths)
    const pool = figures.shared ? figures.pool : 0xffff
    registers.set(6, figures.group & 0xffff, pool | 0)
    const capped = figures.capped || !figures.shared ? 1 : 0
    const weights = (capped << 16) | ((figures.weight & 0xff) << 8) | (figures.unallocatedWeight & 0xff)
    registers.set(7, weights, ((figures.poolProcessors & 0xffff) << 16) | (figures.systemProcessors & 0xffff))
    const limits = (figures.poolMaxHundredths & 0xff_ffff) * 0x100_0000 + (figures.poolEntitledHundredths & 0xff_ffff)
    registers.set(8, ((figures.systemProcessors & 0xffff) << 16) | Math.floor(limits / 2 ** 32), limits | 0)
    return H_Success
  }

  /** R4 idle cycles of the pool, R5 its processors. */
  private poolIdle(lparId: number, registers: Registers): number {
    const { figures } = this
    if (this.port === null) return H_Function
    this.port.figures(lparId, figures)
    if (!figures.mayReadPool) return H_Authority
    registers.put(4, figures.poolIdleCycles)
    registers.set(5, 0, figures.poolProcessors)
    return H_Success
  }

  /** R4 flags, R5 whose area, R6 where. */
  private register(lparId: number, registers: Registers): number {
    const processor = registers.unsigned(5)
    const before = this.areas.has(lparId, processor)
    const code = this.areas.register(lparId, registers)
    const after = this.areas.has(lparId, processor)
    if (before === after) return code
    this.watched[lparId] = (this.watched[lparId] ?? 0) + (after ? 1 : -1)
    if (after) this.areas.set(lparId, processor, VPA_DISPATCH_COUNT, this.states[lparId]![processor * STATE + COUNT]!)
    if (this.port !== null) this.port.watch(lparId, processor, after)
    return code
  }

  private wait(states: Int32Array, lparId: number, processor: number, what: number): void {
    states[processor * STATE + WAITS_FOR] = what
    if (this.port !== null) this.port.cede(lparId, processor)
  }

  private ready(states: Int32Array, lparId: number, processor: number): void {
    if (states[processor * STATE + WAITS_FOR] === NOTHING) return
    states[processor * STATE + WAITS_FOR] = NOTHING
    if (this.port !== null) this.port.wake(lparId, processor)
  }

  /** Bit of the trace log's mask for why the processor last left its core. */
  private lastPreempt(states: Int32Array, at: number): number {
    const reason = (states[at + MODE]! >>> 8) & 0xff
    return reason === PREEMPT_CEDE ? 1 : reason === PREEMPT_MEMORY_FAULT ? 4 : 2
  }
}

function between(low: number, value: number, high: number): number {
  return value < low ? low : value > high ? high : value
}
