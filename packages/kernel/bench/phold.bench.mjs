// PHOLD: 1,000 logical processes pass 10,000 messages around. Each message that arrives goes on to a process drawn at random, after a
// drawn delay. Sixteen handlers, so that the dispatch sees more than one body.

import { Simulation } from '@powersim/kernel'

const PROCESSES = 1000
const MESSAGES = 10_000
const BODIES = 16

function phold() {
  const simulation = new Simulation({ seed: 'bench', maxEvents: Number.MAX_SAFE_INTEGER })
  const delay = simulation.law({ exponential: 1e6 })
  let left = 0
  const processes = Array.from({ length: PROCESSES }, (_, id) => {
    return { received: 0, stream: simulation.stream('phold', `process-${id}`), handler: 0 }
  })
  const handlers = Array.from({ length: BODIES }, (_, body) => {
    return simulation.handler(`arrive-${body}`, (process) => {
      process.received++
      const to = processes[process.stream.below(PROCESSES)]
      simulation.schedule(delay.sample(process.stream), to.handler, to)
      if (--left === 0) simulation.stop()
    })
  })
  processes.forEach((process, id) => {
    process.handler = handlers[id % BODIES]
  })
  for (let message = 0; message < MESSAGES; message++) {
    const process = processes[message % PROCESSES]
    simulation.schedule(delay.sample(process.stream), process.handler, process)
  }
  return (operations) => {
    left = operations
    simulation.run()
    return { simulatedNs: simulation.now, areaNs: 0 }
  }
}

export const benchmarks = [{ name: 'kernel.phold', operations: 2_000_000, prepare: phold }]
