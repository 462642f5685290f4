// Queueing stations: M/M/1 at 80 %, and a tandem of ten M/M/4 at 80 %. An operation is one customer, from arrival to leaving.
// Statistics are kept and conservation is checked at every step, as in every run.

import { Simulation, Station } from '@powersim/kernel'

const SERVICE_NS = 1e6
const LOAD = 0.8

function tandem(length, servers) {
  const simulation = new Simulation({ seed: 'bench', maxEvents: Number.MAX_SAFE_INTEGER })
  const gap = simulation.law({ exponential: SERVICE_NS / servers / LOAD })
  const service = simulation.law({ exponential: SERVICE_NS })
  const gaps = simulation.stream('station', 'gap')
  const services = simulation.stream('station', 'service')
  let left = 0
  let next = simulation.handler('leave', () => {
    if (--left === 0) simulation.stop()
  })
  const stations = []
  for (let place = length; place > 0; place--) {
    const station = new Station(simulation, { name: `station-${place}`, servers })
    stations.push(station)
    const then = next
    next = simulation.handler(`enter-${place}`, (customer) => {
      station.submit(service.sample(services), then, customer)
    })
  }
  const enter = next
  const arrive = simulation.handler('arrive', (customer) => {
    simulation.schedule(gap.sample(gaps), arrive, customer + 1)
    simulation.call(enter, customer)
  })
  simulation.schedule(0, arrive, 0)
  return (operations) => {
    left = operations
    simulation.run()
    return { simulatedNs: simulation.now, areaNs: stations.reduce((sum, station) => sum + station.statistics().areaNs, 0) }
  }
}

export const benchmarks = [
  { name: 'station.mm1', operations: 1_000_000, prepare: () => tandem(1, 1) },
  { name: 'station.tandem', operations: 100_000, prepare: () => tandem(10, 4) },
]
