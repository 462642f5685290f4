// An ideal processor behind ProcessorPort: one queueing station, no dispatch, no preemption. For components under test.
// A processor with a dispatch latency is in the lpar package, a shared one in micropart.

import { type Handler, type Simulation, Station, type StationStatistics } from '@powersim/kernel'
import type { ProcessorPort, ProcessorStatistics } from '@powersim/protocol'
import { ContractError } from './errors.js'

export interface IdealProcessorOptions {
  readonly name: string
  /** Default 1. */
  readonly processors?: number
  /** Pieces of work inside, waiting and running; one more throws, since a test should know. Default 1,000,000. */
  readonly workLimit?: number
}

export class IdealProcessor implements ProcessorPort {
  readonly name: string
  private readonly station: Station

  constructor(simulation: Simulation, options: IdealProcessorOptions) {
    const { name, processors = 1, workLimit = 1_000_000 } = options
    this.name = name
    this.station = new Station(simulation, { name, servers: processors, capacity: workLimit })
  }

  run<A>(workNs: number, then: Handler<A>, argument: A): void {
    if (this.station.submit(workNs, then, argument)) return
    throw new ContractError('bad-option', `processor '${this.name}' has ${this.station.capacity} pieces of work inside: raise workLimit`)
  }

  statistics(): ProcessorStatistics {
    const { busyNs, elapsedNs, utilization } = this.station.statistics()
    return { busyNs, elapsedNs, processors: this.station.servers, utilization, dispatches: 0, dispatchWaitNs: 0 }
  }

  /** The station's own counts, for checks of Little's law. */
  stationStatistics(): StationStatistics {
    return this.station.statistics()
  }
}
