// The whole machine: the day's work of the main example over the default machine, by-target. An operation is one command that a
// console issued, through routing, session, service processor or NETS, and hypervisor, and back.

import { fileURLToPath } from 'node:url'
import { policies, presets, runWorkload, workloads } from 'powersim'

const dayOne = fileURLToPath(new URL('../../../examples/workloads/day-one.hmc', import.meta.url))
const ROUNDS = 30

export const benchmarks = [
  {
    name: 'model.commands',
    // Set by `prepare`: the commands of a day, times the days.
    operations: 0,
    async prepare() {
      const workload = await workloads.script(dayOne)
      const machine = presets.power520
      const day = () => runWorkload({ machine, workload, policy: policies.byTarget(), seed: 'bench' })
      const { completed } = day().commands
      this.operations = completed * ROUNDS
      return (operations) => {
        for (let done = 0; done < operations; done += completed) day()
      }
    },
  },
]
