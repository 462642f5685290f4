// Checks every slice of a wheel from outside, by the rules of micro-partitioning alone: it shares nothing with the dispatcher. Rules are
// those of LoPAR's shared-processor option and of shared processor pools; the letters are those of docs/models/micropart.md.

import type { DispatchObserver, Slice } from '../src/index.js'

export interface DrawnPartition {
  readonly entitledHundredths: number
  readonly virtualProcessors: number
  readonly capped: boolean
  readonly weight: number
  readonly pool: number
  readonly dedicated: boolean
  readonly donate: boolean
  /** Processors asked for all the time; as many as virtual processors: always ready. */
  readonly demand: number
}

export interface DrawnMachine {
  readonly cores: number
  readonly pools: readonly { readonly id: number; readonly reserved: number; readonly maximum: number }[]
  readonly partitions: readonly DrawnPartition[]
}

const WINDOW = 10_000_000

export class SliceChecker implements DispatchObserver {
  readonly problems: string[] = []
  /** Core time of slices, of virtual processors and of the hypervisor. */
  busyNs = 0
  hypervisorNs = 0
  private readonly machine: DrawnMachine
  private readonly stealing: boolean
  private readonly coreEnd = new Map<number, number>()
  private readonly processorEnd = new Map<number, number>()
  private readonly used = new Map<string, number>()

  constructor(machine: DrawnMachine, stealing: boolean) {
    this.machine = machine
    this.stealing = stealing
  }

  ran(slice: Slice): void {
    const { virtualProcessor, partition, core, fromNs, toNs } = slice
    const length = toNs - fromNs
    this.rule('whole', Number.isSafeInteger(fromNs) && Number.isSafeInteger(toNs) && length >= 0, slice)
    this.rule('a core runs one thing at a time', fromNs >= (this.coreEnd.get(core) ?? 0), slice)
    this.coreEnd.set(core, toNs)
    if (virtualProcessor < 0) {
      this.hypervisorNs += length
      return
    }
    this.busyNs += length
    const before = this.processorEnd.get(virtualProcessor) ?? 0
    this.rule('(d) a virtual processor runs on one core at a time', fromNs >= before, slice)
    this.processorEnd.set(virtualProcessor, toNs)
    const drawn = this.machine.partitions[partition]
    if (drawn === undefined) {
      this.rule('a known partition', false, slice)
      return
    }
    if (drawn.dedicated) return
    const window = Math.floor(fromNs / WINDOW)
    this.rule('a shared slice ends with its window', toNs <= (window + 1) * WINDOW, slice)
    const used = this.add(`partition ${partition} ${window}`, length)
    if (drawn.capped || drawn.weight === 0) {
      this.rule('(b) a capped partition stays within its entitlement', used <= drawn.entitledHundredths * (WINDOW / 100), slice)
    }
    this.rule('(d) a partition uses at most its virtual processors', used <= drawn.virtualProcessors * WINDOW, slice)
    const pool = this.machine.pools.find(({ id }) => id === drawn.pool)
    const maximum = pool?.maximum ?? this.machine.cores
    this.rule('(i) a pool stays within its maximum', this.add(`pool ${drawn.pool} ${window}`, length) <= maximum * WINDOW, slice)
    this.add(`window ${window}`, length)
    if (drawn.demand < drawn.virtualProcessors || this.stealing) return
    const quantum = (drawn.entitledHundredths * (WINDOW / 100)) / drawn.virtualProcessors
    this.rule('(g) the gap between two dispatches is at most 2 (W - q)', fromNs - before <= 2 * (WINDOW - Math.floor(quantum)), slice)
  }

  /** After `windows` whole windows. */
  finish(windows: number): void {
    const { machine } = this
    for (let window = 0; window < windows; window++) {
      const all = this.used.get(`window ${window}`) ?? 0
      if (all > machine.cores * WINDOW) this.problems.push(`(a) window ${window}: ${all} ns are more than the cores have`)
      for (const [index, drawn] of machine.partitions.entries()) {
        // Stolen cycles are nobody's fault.
        if (drawn.dedicated || drawn.demand < drawn.virtualProcessors || this.stealing) continue
        const used = this.used.get(`partition ${index} ${window}`) ?? 0
        const entitled = drawn.entitledHundredths * (WINDOW / 100)
        if (used < entitled) this.problems.push(`(c) window ${window}: partition ${index} wanted ${entitled} ns and got ${used}`)
      }
    }
  }

  private add(key: string, ns: number): number {
    const sum = (this.used.get(key) ?? 0) + ns
    this.used.set(key, sum)
    return sum
  }

  private rule(what: string, ok: boolean, slice: Slice): void {
    if (!ok) this.problems.push(`${what}: ${JSON.stringify(slice)}`)
  }
}
