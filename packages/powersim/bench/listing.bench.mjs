// Lines of `lssyscfg -r lpar -F name,state` on a POWER8 machine of 1,000 partitions, one command for the list and one for each partition:
// through the whole machine, by-target. An operation is a line of output.

import { readDocument } from '@powersim/managed-system'
import { openConsole } from 'powersim'

const PARTITIONS = 1000

/** power822 with memory, cores and names for so many partitions; those beside its own are not activated. */
function machine() {
  const [system] = readDocument({ preset: 'power822' }).systems
  const own = system.partitions
  const others = Array.from({ length: PARTITIONS - own.length }, (_, index) => {
    const id = own.length + index + 1
    return { ...own.at(-1), id, name: `lpar${id}`, adapters: [], autoStart: false }
  })
  const phyp = { maxPartitions: PARTITIONS, memory: { installedMiB: 4_194_304 }, processors: { installed: 192 } }
  return { preset: 'power822', phyp, partitions: [...own, ...others] }
}

export const benchmarks = [
  {
    name: 'hmc.listing',
    operations: 20_000,
    prepare() {
      const console = openConsole({ machine: machine(), seed: 'bench' })
      return (operations) => {
        for (let lines = 0; lines < operations; lines += PARTITIONS) {
          const { stdout } = console.type('lssyscfg -r lpar -m s822 -F name,state')
          if (stdout.length < PARTITIONS) throw new Error(`not ${PARTITIONS} lines: ${stdout.slice(0, 200)}`)
        }
      }
    },
  },
]
