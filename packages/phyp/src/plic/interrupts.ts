// Virtual interrupts (LoPAR, Interrupt Controller; the presentation rules are those of QEMU xics.c): sources, each with one interrupt
// outstanding from its trigger to its H_EOI, and per virtual processor the presentation controller with priorities. 0 is the highest
// priority, 255 the lowest; a processor takes what is more urgent than its current one (CPPR), which is 0 (nothing) until it is set.
// A partition that never sets it has a guest that is told of interrupts directly: for it every trigger says "tell".
// Hot: a few array elements, no object.

import type { Digest } from '@powersim/kernel'
import { H_CPPR, H_EOI, H_Function, H_IPI, H_Parameter, H_Success, H_XIRR } from '@powersim/protocol'
import { PhypError } from '../errors.js'
import type { PlicCounts } from './plic-counts.js'
import type { Registers } from './registers.js'

/** Source number of interrupts between processors. */
const IPI_SOURCE = 2
/** Priority of a source unless it is set. */
const DEFAULT_PRIORITY = 5
const LOWEST = 0xff
/** Sources are numbered like this: a device has its unit address, its subordinate queue n FIRST_SUB_SOURCE + 8 * (unit - 0x1000) + n. */
const FIRST_SOURCE = 0x1000
export const FIRST_SUB_SOURCE = 0x2_0000
export const SUBS = 8
/** Sources of one machine: 65,536 devices with eight subordinate queues each. */
export const MAX_SOURCES = 589_824

// A source: owner (0: none), processor, priority, state.
const SOURCE = 4
const OUTSTANDING = 1
const REJECTED = 2
// A presentation controller: current priority, source presented, its priority, most favoured request (IPI), whether CPPR was ever set,
// and whether a source may have been turned away and wait.
const SERVER = 6
const CPPR = 0
const XISR = 1
const PENDING = 2
const MFRR = 3
const IN_USE = 4
const REJECTIONS = 5
const NO_SERVERS = new Int32Array(0)

/** Who is told that an interrupt waits for a processor, so that a ceded one wakes up. */
export interface InterruptLine {
  raised(lparId: number, processor: number): void
}

export class Interrupts {
  line: InterruptLine | null = null
  private readonly counts: PlicCounts
  private sources = new Int32Array(0)
  private readonly servers: (Int32Array | undefined)[] = []

  constructor(counts: PlicCounts) {
    this.counts = counts
  }

  /** A source of a partition, at its processor 0. Throws PhypError `bad-parameter`. */
  add(source: number, lparId: number): void {
    const index = indexOf(source)
    if (!(Number.isInteger(index) && index >= 0 && index < MAX_SOURCES)) {
      throw new PhypError('bad-parameter', 'source', `expected the number of a device or of a subordinate queue, got ${source}`)
    }
    const words = (index + 1) * SOURCE
    if (words > this.sources.length) {
      const grown = new Int32Array(Math.max(words, this.sources.length * 2))
      grown.set(this.sources)
      this.sources = grown
    }
    this.setSource(index, lparId, 0, DEFAULT_PRIORITY, 0)
  }

  remove(source: number): void {
    if (this.ownerOf(source) !== 0) this.setSource(indexOf(source), 0, 0, LOWEST, 0)
  }

  /** Which processor takes a source, at which priority (RTAS ibm,set-xive); 255 masks it. False for a processor that is not there. */
  route(source: number, lparId: number, processor: number, priority: number): boolean {
    const servers = this.servers[lparId]
    if (this.ownerOf(source) !== lparId || servers === undefined || !(processor >= 0 && processor * SERVER < servers.length)) return false
    const at = indexOf(source) * SOURCE
    this.sources[at + 1] = processor
    this.sources[at + 2] = priority & LOWEST
    this.counts.writes++
    return true
  }

  /** A partition starts with so many virtual processors, none of which takes interrupts yet. */
  started(lparId: number, processors: number): void {
    const servers = new Int32Array(processors * SERVER)
    for (let at = 0; at < servers.length; at += SERVER) {
      servers[at + PENDING] = LOWEST
      servers[at + MFRR] = LOWEST
    }
    this.servers[lparId] = servers
    this.forget(lparId)
  }

  ended(lparId: number): void {
    this.servers[lparId] = undefined
    this.forget(lparId)
  }

  /** A device has something to say. Returns whether its guest is to be told now: not while the last interrupt is outstanding or waits. */
  trigger(source: number): boolean {
    const lparId = this.ownerOf(source)
    if (lparId === 0) return false
    const at = indexOf(source) * SOURCE
    const servers = this.servers[lparId]
    const server = this.sources[at + 1]! * SERVER
    if (servers === undefined || servers[server + IN_USE] === 0) return true
    if ((this.sources[at + 3]! & OUTSTANDING) !== 0) return false
    this.counts.writes++
    this.sources[at + 3] = OUTSTANDING
    return this.present(servers, server, source, lparId)
  }

  /** Whether an interrupt waits for a processor. */
  waiting(lparId: number, processor: number): boolean {
    const servers = this.servers[lparId]
    return servers !== undefined && (servers[processor * SERVER + XISR] ?? 0) !== 0
  }

  call(token: number, lparId: number, registers: Registers): number {
    const servers = this.servers[lparId]
    const server = registers.processor * SERVER
    if (servers === undefined || server >= servers.length) return H_Parameter
    const value = registers.unsigned(4)
    switch (token) {
      case H_XIRR:
        return this.accept(servers, server, registers)
      case H_CPPR:
        if (value > LOWEST) return H_Parameter
        this.setPriority(servers, server, value, lparId)
        return H_Success
      case H_EOI:
        return this.endOfInterrupt(servers, server, registers, lparId)
      case H_IPI: {
        const target = value * SERVER
        const request = registers.unsigned(5)
        if (target >= servers.length || request > LOWEST) return H_Parameter
        this.counts.writes++
        servers[target + MFRR] = request
        if (request < servers[target + CPPR]!) this.checkRequest(servers, target, lparId)
        return H_Success
      }
      default:
        return H_Function
    }
  }

  foldInto(digest: Digest): void {
    digest.foldWords(this.sources)
    for (let lparId = 0; lparId < this.servers.length; lparId++) digest.foldWords(this.servers[lparId] ?? NO_SERVERS)
  }

  /** R4: priority and source of what is presented; it is in service from now on, at its priority. */
  private accept(servers: Int32Array, server: number, registers: Registers): number {
    const source = servers[server + XISR]!
    registers.set(4, 0, (servers[server + CPPR]! << 24) | source)
    if (source === 0) return H_Success
    this.counts.writes++
    servers[server + CPPR] = servers[server + PENDING]!
    servers[server + XISR] = 0
    servers[server + PENDING] = LOWEST
    return H_Success
  }

  /** R4: what H_XIRR gave. The processor is back at that priority; the source may interrupt again. */
  private endOfInterrupt(servers: Int32Array, server: number, registers: Registers, lparId: number): number {
    const xirr = registers.unsigned(4)
    if (xirr >= 2 ** 32) return H_Parameter
    const source = xirr % 0x100_0000
    if (source !== IPI_SOURCE && this.ownerOf(source) !== lparId) return H_Parameter
    this.counts.writes++
    if (source !== IPI_SOURCE) this.sources[indexOf(source) * SOURCE + 3] = 0
    servers[server + CPPR] = Math.floor(xirr / 0x100_0000)
    if (servers[server + XISR] === 0) this.presentAgain(servers, server, lparId)
    return H_Success
  }

  private setPriority(servers: Int32Array, server: number, priority: number, lparId: number): void {
    this.counts.writes++
    const old = servers[server + CPPR]!
    servers[server + CPPR] = priority
    servers[server + IN_USE] = 1
    if (priority < old) {
      const presented = servers[server + XISR]!
      if (presented !== 0 && priority <= servers[server + PENDING]!) {
        servers[server + XISR] = 0
        servers[server + PENDING] = LOWEST
        this.reject(servers, presented)
      }
    } else if (servers[server + XISR] === 0) this.presentAgain(servers, server, lparId)
  }

  /** Presents a source, unless the processor has something as urgent. Returns whether the line has just been raised. */
  private present(servers: Int32Array, server: number, source: number, lparId: number): boolean {
    const priority = this.sources[indexOf(source) * SOURCE + 2]!
    const presented = servers[server + XISR]!
    if (priority >= servers[server + CPPR]! || (presented !== 0 && servers[server + PENDING]! <= priority)) {
      this.reject(servers, source)
      return false
    }
    if (presented !== 0) this.reject(servers, presented)
    servers[server + XISR] = source
    servers[server + PENDING] = priority
    if (presented === 0 && this.line !== null) this.line.raised(lparId, server / SERVER)
    return presented === 0
  }

  private reject(servers: Int32Array, source: number): void {
    // A request of a processor is kept in MFRR.
    if (source === IPI_SOURCE) return
    const at = indexOf(source) * SOURCE
    this.sources[at + 3] = this.sources[at + 3]! | REJECTED
    servers[this.sources[at + 1]! * SERVER + REJECTIONS] = 1
  }

  private checkRequest(servers: Int32Array, server: number, lparId: number): void {
    const presented = servers[server + XISR]!
    if (presented !== 0 && servers[server + PENDING]! <= servers[server + MFRR]!) return
    if (presented !== 0) this.reject(servers, presented)
    servers[server + XISR] = IPI_SOURCE
    servers[server + PENDING] = servers[server + MFRR]!
    if (presented === 0 && this.line !== null) this.line.raised(lparId, server / SERVER)
  }

  /** What had to wait, now that the processor may take more. */
  private presentAgain(servers: Int32Array, server: number, lparId: number): void {
    if (servers[server + MFRR]! < servers[server + CPPR]!) this.checkRequest(servers, server, lparId)
    if (servers[server + REJECTIONS] === 0) return
    servers[server + REJECTIONS] = 0
    const { sources } = this
    for (let at = 0; at < sources.length; at += SOURCE) {
      if (sources[at] !== lparId || (sources[at + 3]! & REJECTED) === 0 || sources[at + 1]! * SERVER !== server) continue
      sources[at + 3] = OUTSTANDING
      this.present(servers, server, sourceAt(at / SOURCE), lparId)
    }
  }

  /** Owner of a source; 0 for a number that is none. */
  private ownerOf(source: number): number {
    const index = indexOf(source)
    return index >= 0 && index * SOURCE < this.sources.length ? this.sources[index * SOURCE]! : 0
  }

  private forget(lparId: number): void {
    this.counts.writes++
    for (let at = 0; at < this.sources.length; at += SOURCE) {
      if (this.sources[at] !== lparId) continue
      this.sources[at + 1] = 0
      this.sources[at + 3] = 0
    }
  }

  private setSource(index: number, lparId: number, processor: number, priority: number, state: number): void {
    const at = index * SOURCE
    this.sources[at] = lparId
    this.sources[at + 1] = processor
    this.sources[at + 2] = priority
    this.sources[at + 3] = state
    this.counts.writes++
  }
}

/** Place of a source: a device's, then those of its subordinate queues. Negative for a number that is none. */
function indexOf(source: number): number {
  if (source < FIRST_SUB_SOURCE) return (source - FIRST_SOURCE) * (SUBS + 1)
  const sub = source - FIRST_SUB_SOURCE
  return Math.floor(sub / SUBS) * (SUBS + 1) + 1 + (sub % SUBS)
}

function sourceAt(index: number): number {
  const unit = Math.floor(index / (SUBS + 1))
  const place = index % (SUBS + 1)
  return place === 0 ? FIRST_SOURCE + unit : FIRST_SUB_SOURCE + unit * SUBS + place - 1
}
