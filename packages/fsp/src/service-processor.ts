// The one slow processor of the FSP (PowerPC 405 class): everything it does waits in one queue. A reset empties it: what was asked
// before never completes and takes no more time. A processor that hangs takes work and never does it.

import { RECORD_BYTES } from '@powersim/bus'
import { type Handler, type Simulation, Station, type StationStatistics } from '@powersim/kernel'
import type { Message, WorkObserver } from '@powersim/protocol'

/** Pieces of work that may wait; the callers' own limits are far below. */
const WORK_LIMIT = 100_000

/** A message above this is sealed and opened record by record, so that other work comes between two records of it: 64 KiB. */
const LONG_MESSAGE_BYTES = 65_536

/** A long message on the processor. */
interface Records {
  left: number
  readonly recordNs: number
  readonly what: string
  readonly message: Message
  readonly then: Handler<unknown>
  readonly argument: unknown
}

interface Work {
  readonly life: number
  /** For an observer: how long it is, what it is, and for which message. */
  readonly workNs: number
  readonly what: string
  readonly message: Message | null
  readonly then: Handler<unknown>
  readonly argument: unknown
}

/** Whoever has processor time of the service processor to give: to whatever belongs to the system and not to one of two. */
export interface ProcessorTime {
  /** Runs `workNs` for `what`, then calls `then`, unless a reset comes between. */
  work<A>(workNs: number, then: Handler<A>, argument: A, what: string): void
}

export class ServiceProcessor {
  /** Null: nobody watches. */
  observer: WorkObserver | null = null
  private readonly simulation: Simulation
  private readonly name: string
  private readonly finished: Handler<Work>
  private readonly recordDone: Handler<Records>
  private station: Station
  private life = 0
  private hung = false
  /** Figures of the lives before this one. */
  private before: StationStatistics | null = null

  constructor(simulation: Simulation, system: string) {
    this.simulation = simulation
    this.name = `${system}.fsp`
    this.station = this.emptyStation()
    this.finished = simulation.handler(`${system}.fsp.work-done`, (work: Work) => {
      if (work.life !== this.life) return
      if (this.observer !== null) this.observer(work.what, work.message, simulation.now - work.workNs)
      simulation.call(work.then, work.argument)
    })
    this.recordDone = simulation.handler(`${system}.fsp.record-done`, (records: Records) => {
      if (--records.left === 0) simulation.call(records.then, records.argument)
      else this.submit(records.recordNs, this.recordDone, records, records.what, records.message)
    })
  }

  /** Runs `workNs` of processor time for `what`, then calls `then`, unless a reset comes between. Zero work takes no event. */
  run<A>(workNs: number, then: Handler<A>, argument: A, what: string, message: Message | null): void {
    if (this.hung) return
    if (workNs === 0) {
      this.simulation.call(then, argument)
      return
    }
    if (message !== null && message.bytes > LONG_MESSAGE_BYTES && (what === 'seal' || what === 'open')) {
      const left = Math.ceil(message.bytes / RECORD_BYTES)
      const recordNs = Math.ceil(workNs / left)
      // As in `submit`.
      const records: Records = { left, recordNs, what, message, then: then as Handler<unknown>, argument }
      this.submit(recordNs, this.recordDone, records, what, message)
    } else this.submit(workNs, then, argument, what, message)
  }

  private submit<A>(workNs: number, then: Handler<A>, argument: A, what: string, message: Message | null): void {
    // The pair (handler, its argument) stays together; only their common type is forgotten in the queue.
    const work: Work = { life: this.life, workNs, what, message, then: then as Handler<unknown>, argument }
    this.simulation.invariant(this.station.submit(workNs, this.finished, work), `fsp: more than ${WORK_LIMIT} pieces of work`)
  }

  /** A fault: it does nothing any more, until it is reset. */
  hang(): void {
    this.reset()
    this.hung = true
  }

  /** Drops all work asked for so far: it counts as withdrawn. The station is left to its fate, since it cannot be emptied. */
  reset(): void {
    this.hung = false
    const { inside, withdrawn, ...rest } = this.statistics()
    this.before = { ...rest, withdrawn: withdrawn + inside, inside: 0 }
    this.station = this.emptyStation()
    this.life++
  }

  /** Over all lives. */
  statistics(): StationStatistics {
    const now = this.station.statistics()
    return this.before === null ? now : joined(this.before, now)
  }

  private emptyStation(): Station {
    return new Station(this.simulation, { name: this.name, servers: 1, capacity: WORK_LIMIT })
  }
}

/** Figures of one server's time, then of the time after it. */
function joined(before: StationStatistics, after: StationStatistics): StationStatistics {
  const arrivals = before.arrivals + after.arrivals
  const rejected = before.rejected + after.rejected
  const busyNs = before.busyNs + after.busyNs
  const areaNs = before.areaNs + after.areaNs
  const residenceNs = before.residenceNs + after.residenceNs
  const elapsedNs = before.elapsedNs + after.elapsedNs
  const admitted = arrivals - rejected
  return {
    arrivals,
    completed: before.completed + after.completed,
    rejected,
    withdrawn: before.withdrawn + after.withdrawn,
    inside: after.inside,
    busyNs,
    areaNs,
    residenceNs,
    elapsedNs,
    utilization: elapsedNs === 0 ? 0 : busyNs / elapsedNs,
    meanInside: elapsedNs === 0 ? 0 : areaNs / elapsedNs,
    meanResidenceNs: admitted === 0 ? 0 : residenceNs / admitted,
    meanWaitNs: admitted === 0 ? 0 : (residenceNs - busyNs) / admitted,
  }
}
