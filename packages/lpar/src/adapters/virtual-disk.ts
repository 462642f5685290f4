// A disk of a guest behind one or more paths (MPIO, fail-over only): the best path that works carries all I/Os, in priority order; an I/O
// whose path is lost is tried again on another one, with the same identity; failed and waiting paths are tried by health checks.
// An I/O: free -submit-> waiting for the queue depth -> on a path -answer-> ended, or -path lost, server busy-> on a path again, or
// -tried often enough, no path-> ended as failed. It ends once. Path states: missing (never logged in) -> enabled <-> failed.

import type { Handler, Simulation, Timer } from '@powersim/kernel'
import {
  type emptySrpCommand,
  SCSI_BLOCK_BYTES,
  SCSI_BUSY,
  SCSI_GOOD,
  SCSI_READ_16,
  SCSI_TASK_SET_FULL,
  SCSI_TEST_UNIT_READY,
  SCSI_WRITE_16,
} from '@powersim/protocol'
import { LparError } from '../errors.js'
import type { ScsiClientAdapter } from './scsi-client-adapter.js'
import type { ClientStorageParameters } from './storage-parameters.js'

/** I/Os of one disk, inside and in its line; one more is a caller's mistake. */
export const IO_LIMIT = 4096
const MAX_PATHS = 8
const NONE = -1

export type PathState = 'missing' | 'enabled' | 'failed'

export interface DiskPath {
  readonly adapter: ScsiClientAdapter
  readonly lun: number
  /** 1 to 255; the lowest goes first. */
  readonly priority: number
  state: PathState
}

export interface DiskStatistics {
  readonly submitted: number
  readonly ended: number
  /** Of those ended: without having been served. */
  readonly failed: number
  /** Times that an I/O was tried again. */
  readonly retries: number
  /** Times that I/O went to another path than before. */
  readonly failovers: number
  readonly inside: number
}

/** What carries I/Os: numbers are the storage's, `io + base` (client-storage.ts). */
export class VirtualDisk {
  readonly name: string
  readonly paths: readonly DiskPath[]
  /** First of the numbers that its I/Os have on adapters. */
  readonly base: number
  /** Whether the I/O whose end is being told was served. */
  ok = false
  readonly #simulation: Simulation
  readonly #parameters: ClientStorageParameters
  readonly #again: Handler<number>
  readonly #health: Timer
  readonly #giveUp: Timer
  // By I/O.
  readonly #operation = new Int32Array(IO_LIMIT)
  readonly #block = new Float64Array(IO_LIMIT)
  readonly #bytes = new Int32Array(IO_LIMIT)
  readonly #page = new Int32Array(IO_LIMIT)
  readonly #tries = new Int32Array(IO_LIMIT)
  readonly #busyAnswers = new Int32Array(IO_LIMIT)
  readonly #path = new Int32Array(IO_LIMIT)
  readonly #inUse = new Uint8Array(IO_LIMIT)
  readonly #ended: (Handler<number> | null)[] = []
  readonly #argument = new Float64Array(IO_LIMIT)
  readonly #free = new Int32Array(IO_LIMIT)
  #freeCount = IO_LIMIT
  /** Line of those that wait for the queue depth, or, with delayed_fail, for a server. */
  readonly #line = new Int32Array(IO_LIMIT)
  #lineHead = 0
  #lineCount = 0
  #active = 0
  #current = NONE
  #life = 0
  #submitted = 0
  #endedCount = 0
  #failed = 0
  #retries = 0
  #failovers = 0
  #opened: { readonly handler: Handler<number>; readonly argument: number } | null = null

  /** Throws LparError `bad-option`. */
  constructor(
    simulation: Simulation,
    name: string,
    base: number,
    paths: readonly Omit<DiskPath, 'state'>[],
    parameters: ClientStorageParameters,
  ) {
    if (!(paths.length >= 1 && paths.length <= MAX_PATHS)) {
      throw new LparError('bad-option', `${name}.paths`, `expected 1 to ${MAX_PATHS} paths, got ${paths.length}`)
    }
    this.name = name
    this.base = base
    this.paths = paths.map((path) => ({ ...path, state: 'missing' }))
    this.#simulation = simulation
    this.#parameters = parameters
    for (let io = 0; io < IO_LIMIT; io++) this.#free[io] = IO_LIMIT - 1 - io
    this.#again = simulation.handler<number>(`${name}.again`, (which) => {
      if (Math.floor(which / IO_LIMIT) === this.#life) this.#dispatch(which % IO_LIMIT)
    })
    this.#health = simulation.timer(
      simulation.handler<null>(`${name}.hcheck`, () => this.#checkHealth()),
      null,
    )
    this.#giveUp = simulation.timer(
      simulation.handler<null>(`${name}.delayed-fail`, () => this.#failHeld()),
      null,
    )
  }

  /** Calls, once a path works for the first time since the start, or now if one does. */
  whenOpen(handler: Handler<number>, argument: number): void {
    if (this.paths.some(({ state }) => state === 'enabled')) this.#simulation.schedule(0, handler, argument)
    else this.#opened = { handler, argument }
  }

  /** The operating system is gone: its I/Os end nowhere. */
  end(): void {
    this.#life++
    this.#health.stop()
    this.#giveUp.stop()
    this.#opened = null
    this.#inUse.fill(0)
    for (let io = 0; io < IO_LIMIT; io++) this.#free[io] = IO_LIMIT - 1 - io
    this.#freeCount = IO_LIMIT
    this.#lineCount = 0
    this.#active = 0
    this.#current = NONE
    for (const path of this.paths) path.state = 'missing'
  }

  /**
   * Takes an I/O of whole blocks of 4 KiB, at most 128 KiB, for pages of the guest from `page` on. `ended` is called with `argument` when
   * it is over, maybe before this returns; `ok` says how, within that call. Throws LparError `bad-option` when 4096 are inside already.
   */
  submit(write: boolean, block: number, bytes: number, page: number, ended: Handler<number>, argument: number): void {
    const io = this.#take(write ? SCSI_WRITE_16 : SCSI_READ_16, ended, argument)
    this.#block[io] = block
    this.#bytes[io] = bytes
    this.#page[io] = page
    this.#submitted++
    if (this.#active < this.#parameters.queueDepth && this.#lineCount === 0) {
      this.#active++
      this.#dispatch(io)
    } else this.#wait(io)
  }

  /** An I/O for its server: fills in what to ask; returns the first page of its data. */
  describe(io: number, into: ReturnType<typeof emptySrpCommand>): number {
    into.operation = this.#operation[io]!
    into.lun = this.paths[this.#path[io]!]!.lun
    into.block = (this.#block[io]! * 4096) / SCSI_BLOCK_BYTES
    into.bytes = this.#bytes[io]!
    return this.#page[io]!
  }

  answered(io: number, status: number): void {
    const path = this.paths[this.#path[io]!]!
    if (this.#operation[io] === SCSI_TEST_UNIT_READY) {
      if (status === SCSI_GOOD) path.state = 'enabled'
      this.#release(io)
      return
    }
    const isBusy = status === SCSI_BUSY || status === SCSI_TASK_SET_FULL
    if (isBusy && this.#busyAnswers[io]! < this.#parameters.busyTries) {
      // Its path works: it does not count as a try.
      this.#busyAnswers[io] = this.#busyAnswers[io]! + 1
      this.#tries[io] = this.#tries[io]! - 1
      this.#simulation.schedule(this.#parameters.busyRetryNs, this.#again, this.#life * IO_LIMIT + io)
      return
    }
    if (status === SCSI_GOOD && path.state === 'failed') path.state = 'enabled'
    this.#over(io, status === SCSI_GOOD)
  }

  /** Its path is gone, and with it whatever the server had of the I/O. */
  lost(io: number): void {
    this.paths[this.#path[io]!]!.state = 'failed'
    if (this.#operation[io] === SCSI_TEST_UNIT_READY) {
      this.#release(io)
      return
    }
    this.#retries++
    this.#dispatch(io)
  }

  /** An adapter serves, or serves no more. */
  adapterChanged(adapter: ScsiClientAdapter): void {
    for (const path of this.paths) {
      if (path.adapter !== adapter) continue
      if (adapter.state !== 'ready') {
        if (path.state === 'enabled') path.state = 'failed'
      } else if (path.state === 'missing') {
        path.state = 'enabled'
        this.#open()
      }
    }
    if (this.#parameters.healthCheckNs > 0 && !this.#health.active) this.#health.start(this.#parameters.healthCheckNs)
    if (adapter.state === 'ready' && this.#giveUp.active) {
      this.#giveUp.stop()
      this.#fill()
    }
  }

  statistics(): DiskStatistics {
    return {
      submitted: this.#submitted,
      ended: this.#endedCount,
      failed: this.#failed,
      retries: this.#retries,
      failovers: this.#failovers,
      inside: IO_LIMIT - this.#freeCount,
    }
  }

  #open(): void {
    const opened = this.#opened
    this.#opened = null
    if (opened !== null) this.#simulation.schedule(0, opened.handler, opened.argument)
  }

  #take(operation: number, ended: Handler<number> | null, argument: number): number {
    if (this.#freeCount === 0) throw new LparError('bad-option', this.name, `${IO_LIMIT} I/Os are inside already`)
    const io = this.#free[--this.#freeCount]!
    this.#operation[io] = operation
    this.#tries[io] = 0
    this.#busyAnswers[io] = 0
    this.#inUse[io] = 1
    this.#ended[io] = ended
    this.#argument[io] = argument
    return io
  }

  #wait(io: number): void {
    this.#line[(this.#lineHead + this.#lineCount++) % IO_LIMIT] = io
  }

  /** Sends an I/O by the best path; ends it as failed when it was tried often enough or there is none. */
  #dispatch(io: number): void {
    while (this.#tries[io]! < this.#parameters.tries) {
      const at = this.#choose()
      if (at === NONE) break
      this.#tries[io] = this.#tries[io]! + 1
      this.#path[io] = at
      if (this.paths[at]!.adapter.submit(this.base + io)) {
        if (this.#current !== at && this.#current !== NONE) this.#failovers++
        this.#current = at
        return
      }
      this.paths[at]!.state = 'failed'
    }
    if (this.#parameters.errorRecovery === 'delayed_fail' && this.#tries[io]! < this.#parameters.tries) this.#hold(io)
    else this.#over(io, false)
  }

  /** The enabled path that goes first; without one, any whose server is there. */
  #choose(): number {
    let best = NONE
    let bestRank = Infinity
    for (let at = 0; at < this.paths.length; at++) {
      const { adapter, priority, state } = this.paths[at]!
      if (adapter.state !== 'ready') continue
      const rank = state === 'enabled' ? priority : priority + 1000
      if (rank < bestRank) {
        best = at
        bestRank = rank
      }
    }
    return best
  }

  /** No server is there: wait for one, a while. */
  #hold(io: number): void {
    this.#active--
    this.#wait(io)
    if (!this.#giveUp.active) this.#giveUp.start(this.#parameters.delayedFailNs)
  }

  #failHeld(): void {
    // Those that are there now: what their users ask for next waits anew.
    for (let count = this.#lineCount; count > 0; count--) {
      const io = this.#shift()
      this.#active++
      this.#over(io, false)
    }
  }

  #shift(): number {
    const io = this.#line[this.#lineHead]!
    this.#lineHead = (this.#lineHead + 1) % IO_LIMIT
    this.#lineCount--
    return io
  }

  #fill(): void {
    while (this.#lineCount > 0 && this.#active < this.#parameters.queueDepth && !this.#giveUp.active) {
      this.#active++
      this.#dispatch(this.#shift())
    }
  }

  #over(io: number, ok: boolean): void {
    this.#simulation.invariant(this.#inUse[io] === 1, 'disk: an I/O ends once')
    const ended = this.#ended[io] ?? null
    const argument = this.#argument[io]!
    this.ok = ok
    this.#endedCount++
    if (!ok) this.#failed++
    this.#active--
    this.#release(io)
    if (ended !== null) this.#simulation.call(ended, argument)
    this.#fill()
  }

  #release(io: number): void {
    this.#inUse[io] = 0
    this.#free[this.#freeCount++] = io
  }

  /** Every path that I/O does not use is tried, if its server is there. */
  #checkHealth(): void {
    for (let at = 0; at < this.paths.length; at++) {
      const path = this.paths[at]!
      if (path.adapter.state !== 'ready' || path.state === 'enabled' || this.#freeCount === 0) continue
      const io = this.#take(SCSI_TEST_UNIT_READY, null, 0)
      this.#path[io] = at
      this.#bytes[io] = 0
      this.#block[io] = 0
      if (!path.adapter.submit(this.base + io)) this.#release(io)
    }
    this.#health.start(this.#parameters.healthCheckNs)
  }
}
