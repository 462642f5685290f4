// Dumps: what was asked for is taken once the processor comes to it, kept until a console has fetched and deleted it, one of a type at a
// time (skiboot hw/fsp/fsp-dump.c, LoPAR: serialised per type until it is acknowledged). What was asked for outlives a reset of the
// service processor: it starts over, a dump of the service processor itself three times at most. A system dump needs the memory of the
// server as it was: it waits for an IPL that keeps it.
// States of a dump: asked -> (waiting for the IPL ->) taking -> ready -> transferred; deleted from the last two.

import { type Handler, type KeyedDraws, type Law, type LawSpec, ms, type Simulation } from '@powersim/kernel'
import { type DumpType, dumpTypes, type ReplyOf } from '@powersim/protocol'
import type { ProcessorTime } from '../service-processor.js'
import { PacedWork } from './paced-work.js'

export interface DumpParameters {
  /** Size of the dump. */
  readonly bytes: number
  /** Most that one read gives. */
  readonly chunkBytes: number
  /** From the start to a ready dump at least, ns. */
  readonly take: LawSpec
  /** Processor time of the service processor for it, ns. */
  readonly work: LawSpec
}

/** Names as the console shows them begin so. */
const prefixes: Readonly<Record<DumpType, string>> = {
  fsp: 'FSPDUMP',
  sys: 'SYSDUMP',
  power: 'PWRDUMP',
  resource: 'RSCDUMP',
  partition: 'LPARDUMP',
}

/** Dumps kept; the oldest transferred one goes first, and without one nothing more is taken (estimate). */
const DUMPS_KEPT = 32
/** Times that a dump of the service processor is begun (skiboot hw/fsp/fsp-dump.c). */
const FSP_DUMP_TRIES = 3
/** Draws that one try may use. */
const DRAWS_PER_TRY = 4

interface Dump {
  readonly id: number
  readonly name: string
  readonly type: DumpType
  readonly selector: string
  readonly startedNs: number
  state: 'asked' | 'waiting' | 'taking' | 'ready' | 'transferred'
  tries: number
}

export type DumpRefusal = 'dump-in-progress' | 'dump-not-found' | 'dump-space'

export interface DumpWiring {
  readonly system: string
  readonly serialNumber: string
  readonly processor: ProcessorTime
  /** A dump is ready, or was given up. */
  readonly ended: (
    dump: { readonly name: string; readonly id: number; readonly type: DumpType; readonly bytes: number },
    ready: boolean,
  ) => void
}

export class Dumps {
  readonly counts = { started: 0, ready: 0, givenUp: 0, refused: 0, chunks: 0 }
  private readonly wiring: DumpWiring
  private readonly parameters: Readonly<Record<DumpType, DumpParameters>>
  private readonly takeLaws: ReadonlyMap<DumpType, Law>
  private readonly workLaws: ReadonlyMap<DumpType, Law>
  private readonly draws: KeyedDraws
  private readonly work: PacedWork
  private readonly dumps: Dump[] = []
  private readonly simulation: Simulation
  /** The dump that the processor is at. */
  private current: Dump | null = null
  private made = 0
  private away = false

  constructor(simulation: Simulation, parameters: Readonly<Record<DumpType, DumpParameters>>, wiring: DumpWiring) {
    this.simulation = simulation
    this.wiring = wiring
    this.parameters = parameters
    this.takeLaws = new Map(dumpTypes.map((type) => [type, simulation.law(parameters[type].take)]))
    this.workLaws = new Map(dumpTypes.map((type) => [type, simulation.law(parameters[type].work)]))
    this.draws = simulation.draws('fsp.dump', wiring.system)
    const done: Handler<null> = simulation.handler(`${wiring.system}.fsp.dump-taken`, () => this.taken())
    this.work = new PacedWork(simulation, wiring.processor, `${wiring.system}.fsp.dump`, 'dump', done)
  }

  /** Dumps that were asked for and are not ready. */
  get unfinished(): number {
    return this.dumps.filter(({ state }) => state !== 'ready' && state !== 'transferred').length
  }

  /** Asks for a dump; its number, or why not. `waits`: for an IPL that keeps the memory. */
  start(type: DumpType, selector: string, waits = false): number | DumpRefusal {
    const refusal = this.refusalOf(type)
    if (refusal !== null) {
      this.counts.refused++
      return refusal
    }
    const dump = this.make(type, selector, waits ? 'waiting' : 'asked')
    this.counts.started++
    this.takeNext()
    return dump.id
  }

  /** A dump that was taken by others and lies in memory, ready to be fetched: what a crash has left. */
  found(type: DumpType): number | DumpRefusal {
    const refusal = this.refusalOf(type)
    if (refusal !== null) return refusal
    const dump = this.make(type, '', 'taking')
    this.counts.started++
    this.become(dump, 'ready')
    return dump.id
  }

  /** The server is up again with its memory kept: dumps that waited for it are taken. */
  memoryKept(): void {
    for (const dump of this.dumps) if (dump.state === 'waiting') dump.state = 'asked'
    this.takeNext()
  }

  /** The server lost its memory: dumps that waited for it are no more. */
  memoryLost(): void {
    for (const dump of this.dumps.filter(({ state }) => state === 'waiting')) this.giveUp(dump)
  }

  list(): ReplyOf<'dump.list'> {
    return {
      dumps: this.dumps
        .filter(({ state }) => state === 'ready' || state === 'transferred')
        .map((dump) => ({
          name: dump.name,
          type: dump.type,
          bytes: this.parameters[dump.type].bytes,
          startedNs: dump.startedNs,
          transferred: dump.state === 'transferred',
        })),
    }
  }

  /** The chunk at an offset; asking again gives the same. */
  read(name: string, offset: number): ReplyOf<'dump.read'> | DumpRefusal {
    const dump = this.fetchable(name)
    if (dump === undefined) return 'dump-not-found'
    const { bytes, chunkBytes } = this.parameters[dump.type]
    this.counts.chunks++
    const length = Math.max(0, Math.min(chunkBytes, bytes - offset))
    return { offset, bytes: length, last: offset + length >= bytes }
  }

  /** A console has it: the next of its type may be asked for. */
  acknowledge(name: string): boolean {
    const dump = this.fetchable(name)
    if (dump !== undefined) dump.state = 'transferred'
    return dump !== undefined
  }

  delete(name: string): boolean {
    const dump = this.fetchable(name)
    if (dump !== undefined) this.dumps.splice(this.dumps.indexOf(dump), 1)
    return dump !== undefined
  }

  /** The service processor was reset: the dump it was at starts over when it serves again. */
  reset(): void {
    this.away = true
    this.work.stop()
    if (this.current !== null) this.current.state = 'asked'
    this.current = null
  }

  resume(): void {
    this.away = false
    this.takeNext()
  }

  private refusalOf(type: DumpType): DumpRefusal | null {
    if (this.dumps.some((dump) => dump.type === type && dump.state !== 'transferred')) return 'dump-in-progress'
    return this.dumps.length < DUMPS_KEPT || this.dumps.some(({ state }) => state === 'transferred') ? null : 'dump-space'
  }

  private make(type: DumpType, selector: string, state: Dump['state']): Dump {
    if (this.dumps.length >= DUMPS_KEPT)
      this.dumps.splice(
        this.dumps.findIndex((dump) => dump.state === 'transferred'),
        1,
      )
    const id = ++this.made
    const name = `${prefixes[type]}.${this.wiring.serialNumber}.${id.toString(16).toUpperCase().padStart(8, '0')}`
    const dump: Dump = { id, name, type, selector, startedNs: this.simulation.now, state, tries: 0 }
    this.dumps.push(dump)
    return dump
  }

  private fetchable(name: string): Dump | undefined {
    return this.dumps.find((dump) => dump.name === name && (dump.state === 'ready' || dump.state === 'transferred'))
  }

  private takeNext(): void {
    if (this.current !== null || this.away) return
    const dump = this.dumps.find(({ state }) => state === 'asked')
    if (dump === undefined) return
    if (dump.type === 'fsp' && dump.tries >= FSP_DUMP_TRIES) {
      this.giveUp(dump)
      this.takeNext()
      return
    }
    const draw = this.draws.cursor(dump.id, dump.tries * DRAWS_PER_TRY)
    dump.tries++
    dump.state = 'taking'
    this.current = dump
    const paceNs = this.takeLaws.get(dump.type)?.sample(draw) ?? ms(0)
    this.work.start(this.workLaws.get(dump.type)?.sample(draw) ?? 0, paceNs)
  }

  private taken(): void {
    const { current } = this
    this.current = null
    if (current !== null) this.become(current, 'ready')
    this.takeNext()
  }

  private become(dump: Dump, state: 'ready'): void {
    dump.state = state
    this.counts.ready++
    this.wiring.ended({ ...dump, bytes: this.parameters[dump.type].bytes }, true)
  }

  private giveUp(dump: Dump): void {
    this.dumps.splice(this.dumps.indexOf(dump), 1)
    this.counts.givenUp++
    this.wiring.ended({ ...dump, bytes: 0 }, false)
  }
}
