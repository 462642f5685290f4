// The dispatcher of exact fidelity. An operation of micropart.slices is one slice of a core; of micropart.pool one window of 64 cores with
// 300 busy partitions; of micropart.work one piece of work that waits for its dispatch beside a busy neighbour.

import { Simulation } from '@powersim/kernel'
import { SharedProcessors } from '@powersim/micropart'

const WINDOW = 10_000_000

function machine(cores, count, virtualProcessors, entitledCapacity) {
  const simulation = new Simulation({ seed: 'bench', maxEvents: Number.MAX_SAFE_INTEGER })
  const wheel = new SharedProcessors(simulation, { cores })
  for (let at = 0; at < count; at++) {
    const capped = at % 2 === 0
    const partition = wheel.partition({ name: `p${at}`, entitledCapacity, virtualProcessors, capped, weight: 1 + (at % 255) })
    partition.demand({ processors: virtualProcessors })
  }
  return { simulation, wheel }
}

function slices() {
  const { simulation, wheel } = machine(16, 40, 4, 0.4)
  return (operations) => {
    const goal = wheel.statistics().slices + operations
    while (wheel.statistics().slices < goal) simulation.run(simulation.now + 50 * WINDOW)
  }
}

function windows() {
  const { simulation, wheel } = machine(64, 300, 1, 0.2)
  return (operations) => {
    simulation.run(simulation.now + operations * WINDOW)
    wheel.statistics()
  }
}

function work() {
  const { simulation, wheel } = machine(1, 1, 1, 0.5)
  const own = wheel.partition({ name: 'own', entitledCapacity: 0.2, virtualProcessors: 1, capped: true })
  let left = 0
  const done = simulation.handler('done', () => {
    if (--left > 0) own.processor.run(100_000, done, null)
  })
  return (operations) => {
    left = operations
    own.processor.run(100_000, done, null)
    simulation.run()
  }
}

export const benchmarks = [
  { name: 'micropart.slices', operations: 2_000_000, prepare: slices },
  { name: 'micropart.pool', operations: 6_000, prepare: windows },
  { name: 'micropart.work', operations: 200_000, prepare: work },
]
