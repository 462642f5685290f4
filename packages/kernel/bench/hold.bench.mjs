// The hold model: N events are pending, and each schedules itself again after an exponential delay drawn from a named stream.
// The whole kernel takes part (queue, run loop, digest, trace, law), nothing is drawn beforehand.

import { Simulation } from '@powersim/kernel'

function hold(pending) {
  const simulation = new Simulation({ seed: 'bench', maxEvents: Number.MAX_SAFE_INTEGER })
  const delay = simulation.law({ exponential: 1e6 })
  const stream = simulation.stream('hold', 'delay')
  let left = 0
  const again = simulation.handler('again', (event) => {
    simulation.schedule(delay.sample(stream), again, event)
    if (--left === 0) simulation.stop()
  })
  for (let event = 0; event < pending; event++) simulation.schedule(delay.sample(stream), again, event)
  return (operations) => {
    left = operations
    simulation.run()
    return { simulatedNs: simulation.now, areaNs: 0 }
  }
}

export const benchmarks = [1000, 100_000, 1_000_000].map((pending) => ({
  name: `kernel.hold.${pending}`,
  operations: 2_000_000,
  prepare: () => hold(pending),
}))
