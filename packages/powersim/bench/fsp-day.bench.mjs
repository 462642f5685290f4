// A day of the service processor by itself: heartbeats every 60 s, sensors every 10 s, 1,000 error logs, no console's commands and no
// partitions. An operation is a simulated day, its start-up included.

import { Simulation } from '@powersim/kernel'
import { Installation, readDocument } from '@powersim/managed-system'
import { policyByName } from '@powersim/routing'

const DAY_NS = 86_400e9
const LOGS = 1000

const document = readDocument({
  consoles: [{ name: 'hmc1' }],
  nets: null,
  partitions: [],
  phyp: { dispatch: { processors: 'ideal' } },
  fsp: {
    background: [{ name: 'heartbeat', every: '60s', work: '5ms' }],
    runtime: { sensors: { every: '10s' } },
  },
})

function started() {
  const simulation = new Simulation({ seed: 'bench' })
  const installation = new Installation(simulation, document, { policy: () => policyByName('fsp-only') })
  installation.start()
  simulation.run(60e9)
  return installation
}

export const benchmarks = [
  {
    name: 'fsp.day',
    operations: 10,
    prepare() {
      return (days) => {
        for (let day = 0; day < days; day++) {
          const { simulation, systems } = started()
          systems[0].fsp.service.errorStorm(LOGS, Math.floor(DAY_NS / LOGS))
          simulation.run(simulation.now + DAY_NS)
          if (systems[0].fsp.statistics().hostResets > 0) throw new Error('the service processor was lost')
        }
      }
    },
  },
]
