// The console's own processor: a desktop or rack machine, several processors behind one queue. What work there is and what it
// costs is said by who asks for it.

import { type Handler, type Simulation, Station, type StationStatistics } from '@powersim/kernel'

export class ConsoleProcessor {
  private readonly simulation: Simulation
  private readonly station: Station

  constructor(simulation: Simulation, console: string, processors: number) {
    this.simulation = simulation
    this.station = new Station(simulation, { name: `${console}.processor`, servers: processors })
  }

  /** Runs `workNs` of processor time, then calls `then`. Zero work takes no event. */
  run<A>(workNs: number, then: Handler<A>, argument: A): void {
    if (workNs === 0) this.simulation.call(then, argument)
    else this.simulation.invariant(this.station.submit(workNs, then, argument), 'console: no more than a million pieces of work at once')
  }

  statistics(): StationStatistics {
    return this.station.statistics()
  }
}
