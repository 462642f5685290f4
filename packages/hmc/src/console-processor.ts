// The console's own processor: a desktop or rack machine, several processors behind one queue. What work there is and what it
// costs is said by who asks for it.

import { type Handler, type Simulation, Station, type StationStatistics } from '@powersim/kernel'
import type { Message, WorkObserver } from '@powersim/protocol'

/** What a piece of work is, for an observer. */
interface Label {
  readonly what: string
  readonly message: Message | null
}

export class ConsoleProcessor {
  /** By argument, since each is on the processor once at a time; null while nobody watches. */
  private labels: Map<unknown, Label> | null = null
  private readonly simulation: Simulation
  private readonly station: Station

  constructor(simulation: Simulation, console: string, processors: number) {
    this.simulation = simulation
    this.station = new Station(simulation, { name: `${console}.processor`, servers: processors })
  }

  /** Whether `label` is to be called before `run`. */
  get observed(): boolean {
    return this.labels !== null
  }

  /** Tells of every labelled piece of work from now on. */
  observe(observer: WorkObserver): void {
    const labels = new Map<unknown, Label>()
    this.labels = labels
    this.station.observe((argument, startNs) => {
      const label = labels.get(argument)
      labels.delete(argument)
      if (label !== undefined) observer(label.what, label.message, startNs)
    })
  }

  /** Says what the work is that is about to be run with this argument. */
  label(argument: unknown, what: string, message: Message | null): void {
    this.labels?.set(argument, { what, message })
  }

  /** Runs `workNs` of processor time, then calls `then`. Zero work takes no event. */
  run<A>(workNs: number, then: Handler<A>, argument: A): void {
    if (workNs === 0) {
      this.labels?.delete(argument)
      this.simulation.call(then, argument)
    } else this.simulation.invariant(this.station.submit(workNs, then, argument), 'console: no more than a million pieces of work at once')
  }

  statistics(): StationStatistics {
    return this.station.statistics()
  }
}
