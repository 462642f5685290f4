// Answers what a machine counts of the use of its processors, for consoles that collect it. The counters are the wheel's; with cores of
// their own for everybody there is no wheel, and all of them read 0.

import { cyclesOf, type ReplyOf } from '@powersim/protocol'
import type { UsedTime } from '../machine-processors.js'
import { heldAmounts, hundredthsHeld, systemMemory, systemProcessors } from './accounting.js'
import { partitionsOf, type PartitionRecord } from './configuration.js'
import type { Hypervisor } from './hypervisor.js'
import { poolFirmwareMiB } from './io-entitlement.js'
import { type Outcome, reply } from './outcome.js'
import type { UseCounters } from './use-counters.js'

type Utilization = ReplyOf<'processors.utilization'>

const nothing: UsedTime = { entitledNs: 0, cappedNs: 0, uncappedNs: 0, donatedNs: 0 }

export function readUtilization(hypervisor: Hypervisor): Outcome<Utilization> {
  const { simulation, parameters, configuration, deconfigured, devices } = hypervisor
  const held = heldAmounts(configuration)
  const utilizedNs = [DEFAULT_POOL, ...parameters.processors.pools].reduce((sum, { id }) => sum + poolNs(devices.uses, id), 0)
  const memoryPool = memoryPoolOf(hypervisor)
  return reply({
    timeNs: simulation.now,
    timeCycles: cyclesOf(simulation.now),
    memory: systemMemory(parameters.memory, deconfigured, held),
    processors: systemProcessors(parameters.processors, deconfigured, held),
    lpars: partitionsOf(configuration).map((record) => lparOf(hypervisor, record)),
    pool: { totalCycles: cyclesOf(utilizedNs + (devices.uses?.idleNs() ?? 0)), utilizedCycles: cyclesOf(utilizedNs) },
    pools: poolsOf(hypervisor, utilizedNs),
    ...(memoryPool === undefined ? {} : { memoryPool }),
  })
}

const DEFAULT_POOL = { id: 0, name: 'DefaultPool' }

function poolNs(uses: UseCounters | null, id: number): number {
  return uses?.usedInPool(id) ?? 0
}

function lparOf({ life, devices }: Hypervisor, { id, name, current }: PartitionRecord): Utilization['lpars'][number] {
  const used = devices.uses?.usedBy(id) ?? nothing
  return {
    id,
    name,
    state: life.stateOf(id),
    mode: current?.processors.mode ?? 'shared',
    hundredths: current === null ? 0 : hundredthsHeld(current.processors),
    procs: current?.processors.procs ?? 0,
    sharingMode: current?.processors.sharingMode ?? 'cap',
    uncapWeight: current?.processors.uncapWeight ?? 0,
    poolId: current?.processors.poolId ?? 0,
    memoryMode: current === null || current.sharing === null ? 'ded' : 'shared',
    memoryMiB: current?.memoryMiB ?? 0,
    entitledCycles: cyclesOf(used.entitledNs),
    cappedCycles: cyclesOf(used.cappedNs),
    uncappedCycles: cyclesOf(used.uncappedNs),
    donatedCycles: cyclesOf(used.donatedNs),
  }
}

/** The default pool has what the physical pool has; any other its maximum of whole processors at all times. */
function poolsOf({ simulation, parameters, devices }: Hypervisor, utilizedNs: number): Utilization['pools'] {
  const { uses } = devices
  const own = { ...DEFAULT_POOL, totalNs: utilizedNs + (uses?.idleNs() ?? 0) }
  const others = parameters.processors.pools
    .filter(({ id }) => id !== DEFAULT_POOL.id)
    .map(({ id, name = `SharedPool${String(id).padStart(2, '0')}`, maximum = 0 }) => ({ id, name, totalNs: maximum * simulation.now }))
  return [own, ...others].map(({ id, name, totalNs }) => {
    return { id, name, totalCycles: cyclesOf(totalNs), utilizedCycles: cyclesOf(poolNs(uses, id)) }
  })
}

function memoryPoolOf({ configuration, life }: Hypervisor): Utilization['memoryPool'] {
  const { memoryPool } = configuration
  if (memoryPool === undefined || memoryPool === null) return undefined
  let ioEntitledMiB = 0
  let runMiB = 0
  for (const { id, current } of partitionsOf(configuration)) {
    if (current === null || current.sharing === null) continue
    ioEntitledMiB += current.sharing.ioEntitledMiB
    if (life.isActive(id)) runMiB += current.memoryMiB
  }
  return { sizeMiB: memoryPool.sizeMiB, firmwareMiB: poolFirmwareMiB(memoryPool.maxMiB), ioEntitledMiB, runMiB }
}
