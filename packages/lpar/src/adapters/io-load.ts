// The I/O that a guest's applications do to a disk: closed (so many threads, each with its next I/O when the last has ended and it has
// thought), or open (I/Os that come by a law, whatever becomes of those before). It writes data that is nobody else's and looks whether it
// reads what it has written. A thread has its own stretch of the disk, so that no two of its I/Os are for the same block at a time.

import type { Handler, KeyedDraws, Law, LawSpec, Simulation } from '@powersim/kernel'
import { checkedInteger, checkedLaw, LparError } from '../errors.js'
import { type ClientPartition, PAGE } from './client-partition.js'
import type { VirtualDisk } from './virtual-disk.js'

export interface IoLoadOptions {
  /** `closed`: threads that think between I/Os. `open`: gaps between I/Os, and how many threads may be busy with them. */
  readonly pattern:
    | { readonly closed: { readonly threads: number; readonly think: LawSpec } }
    | { readonly open: { readonly gap: LawSpec; readonly threads: number } }
  /** Bytes of an I/O: a multiple of 4096 up to 131,072. */
  readonly blockBytes: number
  /** Part of the I/Os that are reads, 0 to 1. */
  readonly reads: number
  /** One block after the other, or anywhere in the thread's stretch. */
  readonly sequential: boolean
  /** Part of the disk that is used: from its first block on, bytes. */
  readonly spanBytes: number
  /** Ends after so many I/Os; Infinity: never. */
  readonly ios: number
}

export interface IoLoadStatistics {
  readonly submitted: number
  readonly ended: number
  readonly failed: number
  readonly bytes: number
  /** Reads that gave something else than was written last. A bug, or a disk that others write. */
  readonly mismatches: number
  /** From the application's request to its end, ns; of those that were served. */
  readonly meanLatencyNs: number
  readonly maxLatencyNs: number
  /** Open: I/Os that have come and wait for a thread. */
  readonly backlog: number
}

export interface IoLoadSurroundings {
  readonly partition: ClientPartition
  readonly disk: VirtualDisk
  /** Work of a request on its way down, ns. */
  readonly requestNs: number
  /** Called with base + thread when that work is done. */
  readonly requested: Handler<number>
  readonly base: number
}

const MAX_THREADS = 1024
const MAX_IO_BYTES = 131_072
/** Draws of an I/O: pause, kind, place. */
const DRAWS_PER_IO = 8
/** Stamps of a guest are its lparId times this, plus a count. */
const STAMPS = 2 ** 36
const UNKNOWN = -1

export class IoLoad {
  readonly #simulation: Simulation
  readonly #options: IoLoadOptions
  readonly #around: IoLoadSurroundings
  readonly #pause: Law
  readonly #draws: KeyedDraws
  readonly #threads: number
  readonly #blocksPerIo: number
  readonly #stretch: number
  readonly #isOpen: boolean
  readonly #next: Handler<number>
  readonly #ended: Handler<number>
  readonly #opened: Handler<number>
  readonly #page: number
  /** What was written last, by block of 4 KiB; -1: not known. */
  readonly #written: Float64Array
  // By thread.
  readonly #block: Float64Array
  readonly #writes: Uint8Array
  readonly #startedNs: Float64Array
  readonly #position: Float64Array
  readonly #idle: Int32Array
  #idleCount = 0
  #entity = 0
  #life = 0
  #stamp = 0
  #drawn = 0
  #backlog = 0
  #submitted = 0
  #endedCount = 0
  #failed = 0
  #bytes = 0
  #mismatches = 0
  #latencyNs = 0
  #maxLatencyNs = 0

  /** Throws LparError `bad-option`. */
  constructor(simulation: Simulation, name: string, options: IoLoadOptions, around: IoLoadSurroundings) {
    const { pattern, blockBytes, reads, spanBytes } = options
    checkedInteger(`${name}.blockBytes`, blockBytes, PAGE, MAX_IO_BYTES)
    if (blockBytes % PAGE !== 0)
      throw new LparError('bad-option', `${name}.blockBytes`, `expected a multiple of ${PAGE}, got ${blockBytes}`)
    if (!(reads >= 0 && reads <= 1)) throw new LparError('bad-option', `${name}.reads`, `expected 0 to 1, got ${reads}`)
    this.#isOpen = 'open' in pattern
    const { threads } = 'open' in pattern ? pattern.open : pattern.closed
    this.#threads = checkedInteger(`${name}.threads`, threads, 1, MAX_THREADS)
    this.#blocksPerIo = blockBytes / PAGE
    this.#stretch = Math.floor(spanBytes / blockBytes / threads)
    if (!(this.#stretch >= 1 && spanBytes <= 2 ** 36)) {
      throw new LparError(
        'bad-option',
        `${name}.spanBytes`,
        `expected ${threads * blockBytes} to 64 GiB for ${threads} threads, got ${spanBytes}`,
      )
    }
    this.#simulation = simulation
    this.#options = options
    this.#around = around
    this.#pause = checkedLaw(simulation, `${name}.pause`, 'open' in pattern ? pattern.open.gap : pattern.closed.think)
    this.#draws = simulation.draws('guest.io', 'guest')
    this.#page = around.partition.takePages(threads * this.#blocksPerIo)
    this.#written = new Float64Array(threads * this.#stretch * this.#blocksPerIo)
    this.#block = new Float64Array(threads)
    this.#writes = new Uint8Array(threads)
    this.#startedNs = new Float64Array(threads)
    this.#position = new Float64Array(threads)
    this.#idle = new Int32Array(threads)
    const { base } = around
    this.#next = simulation.handler<number>(`${name}.next`, (which) => {
      if (Math.floor(which / MAX_THREADS) !== this.#life) return
      if (this.#isOpen) this.#arrive()
      else this.#request(which % MAX_THREADS)
    })
    this.#ended = simulation.handler<number>(`${name}.ended`, (which) => this.#end(which - base))
    this.#opened = simulation.handler<number>(`${name}.opened`, (life) => {
      if (life === this.#life) this.#start()
    })
  }

  /** The operating system is up: it begins when a path to its disk works. */
  begin(entity: number): void {
    this.#life++
    this.#entity = entity
    this.#drawn = 0
    this.#backlog = 0
    // What a write that was cut short has left on the disk, nobody knows.
    this.#written.fill(UNKNOWN)
    this.#around.disk.whenOpen(this.#opened, this.#life)
  }

  end(): void {
    this.#life++
  }

  /** The guest's work for a thread's I/O is done: it goes to the disk. */
  requested(thread: number): void {
    const { disk, partition, base } = this.#around
    const page = this.#page + thread * this.#blocksPerIo
    const block = this.#block[thread]!
    const isWrite = this.#writes[thread] === 1
    if (isWrite) {
      const memory = partition.guest?.memory
      if (memory === undefined) return
      for (let n = 0; n < this.#blocksPerIo; n++) memory.setStamp(page + n, this.#nextStamp())
    }
    disk.submit(isWrite, block, this.#options.blockBytes, page, this.#ended, base + thread)
  }

  statistics(): IoLoadStatistics {
    const served = this.#endedCount - this.#failed
    return {
      submitted: this.#submitted,
      ended: this.#endedCount,
      failed: this.#failed,
      bytes: this.#bytes,
      mismatches: this.#mismatches,
      meanLatencyNs: served === 0 ? 0 : this.#latencyNs / served,
      maxLatencyNs: this.#maxLatencyNs,
      backlog: this.#backlog,
    }
  }

  #start(): void {
    if (!this.#isOpen) {
      for (let thread = 0; thread < this.#threads; thread++) this.#think(thread)
      return
    }
    for (let thread = 0; thread < this.#threads; thread++) this.#idle[thread] = this.#threads - 1 - thread
    this.#idleCount = this.#threads
    this.#think(0)
  }

  /** The pause before a thread's next I/O, or before the next one comes. */
  #think(thread: number): void {
    if (this.#drawn >= this.#options.ios) return
    const pauseNs = this.#pause.sample(this.#draws.cursor(this.#entity, this.#drawn++ * DRAWS_PER_IO))
    if (pauseNs === 0 && !this.#isOpen) this.#request(thread)
    else this.#simulation.schedule(pauseNs, this.#next, this.#life * MAX_THREADS + thread)
  }

  #arrive(): void {
    this.#backlog++
    if (this.#idleCount > 0) this.#takeUp(this.#idle[--this.#idleCount]!)
    this.#think(0)
  }

  #takeUp(thread: number): void {
    this.#backlog--
    this.#request(thread)
  }

  #request(thread: number): void {
    const { reads, sequential } = this.#options
    const draws = this.#draws.cursor(this.#entity, this.#submitted * DRAWS_PER_IO + 5)
    this.#writes[thread] = draws.next() < reads ? 0 : 1
    const place = sequential ? this.#position[thread]! % this.#stretch : Math.floor(draws.next() * this.#stretch)
    this.#position[thread] = place + 1
    this.#block[thread] = (thread * this.#stretch + place) * this.#blocksPerIo
    this.#startedNs[thread] = this.#simulation.now
    this.#submitted++
    this.#around.partition.run(this.#around.requestNs, this.#around.requested, this.#around.base + thread)
  }

  #end(thread: number): void {
    const { ok } = this.#around.disk
    this.#endedCount++
    if (ok) this.#served(thread)
    else {
      this.#failed++
      if (this.#writes[thread] === 1) this.#note(thread, true)
    }
    if (!this.#isOpen) this.#think(thread)
    else if (this.#backlog > 0) this.#takeUp(thread)
    else this.#idle[this.#idleCount++] = thread
  }

  #served(thread: number): void {
    const latencyNs = this.#simulation.now - this.#startedNs[thread]!
    this.#latencyNs += latencyNs
    if (latencyNs > this.#maxLatencyNs) this.#maxLatencyNs = latencyNs
    this.#bytes += this.#options.blockBytes
    this.#note(thread, false)
  }

  /** What is on the disk where a thread has written, or whether it is what was read. */
  #note(thread: number, unknown: boolean): void {
    const memory = this.#around.partition.guest?.memory
    if (memory === undefined) return
    const page = this.#page + thread * this.#blocksPerIo
    const block = this.#block[thread]!
    const isWrite = this.#writes[thread] === 1
    for (let n = 0; n < this.#blocksPerIo; n++) {
      const stamp = unknown ? UNKNOWN : memory.stamp(page + n)
      if (!isWrite && this.#written[block + n] !== UNKNOWN && this.#written[block + n] !== stamp) this.#mismatches++
      this.#written[block + n] = stamp
    }
  }

  #nextStamp(): number {
    return (this.#around.partition.guest?.lparId ?? 0) * STAMPS + ++this.#stamp
  }
}
