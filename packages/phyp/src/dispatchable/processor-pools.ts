// Shared processor pools in the configuration: what they are, and changes of one. A pool that is in use has a maximum of whole cores and
// maybe some capacity reserved, which is then nobody's; who is in it is said by the partitions' processors. What the wheel makes of it is
// micropart's.

import { defaultPoolName, type ReplyOf, type RequestOf } from '@powersim/protocol'
import { heldAmounts, systemProcessors } from './accounting.js'
import { type Holding, partitionsOf, poolOf, type ProcessorPoolRecord } from './configuration.js'
import { type Hypervisor, isInPool } from './hypervisor.js'
import { type Outcome, refused, type Refused, reply } from './outcome.js'

export function listPools(hypervisor: Hypervisor): Outcome<ReplyOf<'processorPool.list'>> {
  const { configuration, parameters } = hypervisor
  const { installed, maxSharedPools } = parameters.processors
  const first: ProcessorPoolRecord = { id: 0, name: defaultPoolName(0), maximum: installed, reservedHundredths: 0 }
  const pools = [first, ...configuration.processorPools].map(({ id, name, maximum, reservedHundredths }) => {
    const members = partitionsOf(configuration).filter(({ current }) => current !== null && isInPool(current.processors, id))
    return {
      id,
      name,
      maximumHundredths: maximum * 100,
      reservedHundredths,
      entitledHundredths: members.reduce((sum, { current }) => sum + (current?.processors.hundredths ?? 0), 0),
      lparIds: members.map((member) => member.id),
    }
  })
  const { deconfigured } = hypervisor
  const { configurableHundredths, availableHundredths } = systemProcessors(parameters.processors, deconfigured, heldAmounts(configuration))
  const owned = partitionsOf(configuration).reduce((sum, { current }) => sum + ownHundredths(current), 0)
  return reply({ most: maxSharedPools, pools, sharedHundredths: configurableHundredths - owned, availableHundredths })
}

/** Of a partition's own cores; none while it shares them. */
function ownHundredths(current: Holding | null): number {
  return current?.processors.mode === 'ded' ? current.processors.procs * 100 : 0
}

/** The name of a pool where it is not the one that everybody expects. */
export function givenPoolName({ configuration }: Hypervisor, id: number): { readonly poolName?: string } {
  const name = poolOf(configuration, id)?.name
  return name === undefined || name === defaultPoolName(id) ? {} : { poolName: name }
}

export function changePool(hypervisor: Hypervisor, data: RequestOf<'processorPool.change'>): Outcome<ReplyOf<'processorPool.change'>> {
  const { configuration, parameters } = hypervisor
  if (data.pool < 1 || data.pool >= parameters.processors.maxSharedPools) return noPool(data.pool)
  const before = poolOf(configuration, data.pool) ?? {
    id: data.pool,
    name: defaultPoolName(data.pool),
    maximum: 0,
    reservedHundredths: 0,
  }
  const { name = before.name, maximumHundredths = before.maximum * 100, reservedHundredths = before.reservedHundredths } = data
  const taken = configuration.processorPools.find((other) => other.id !== data.pool && other.name === name)
  if (taken !== undefined || (name === defaultPoolName(0) && name !== before.name)) {
    return refused('processor-pool-name-in-use', `there is a pool ${name} already`, { name })
  }
  const pool = { id: data.pool, name, maximum: maximumHundredths / 100, reservedHundredths }
  const bad = refuseAmounts(hypervisor, before, pool)
  if (bad !== undefined) return bad
  const version = hypervisor.store.commit('processorPool.change', [], (draft) => {
    const others = draft.processorPools.filter((other) => other.id !== pool.id)
    const isKept = pool.maximum > 0 || pool.name !== defaultPoolName(pool.id)
    draft.processorPools = (isKept ? [...others, pool] : others).sort((one, other) => one.id - other.id)
  })
  hypervisor.available() // checks that nothing was given twice
  hypervisor.devices.processorPools(hypervisor.configuration.processorPools)
  return reply({ version })
}

function refuseAmounts(hypervisor: Hypervisor, before: ProcessorPoolRecord, after: ProcessorPoolRecord): Refused | undefined {
  const { id, maximum, reservedHundredths } = after
  const { installed } = hypervisor.parameters.processors
  if (!Number.isInteger(maximum) || maximum > installed) {
    return refused('processor-pool-range', `expected a maximum of whole processors, up to ${installed}`, { pool: id, maximum })
  }
  // What is entitled there, or is about to be.
  const used = before.maximum * 100 - before.reservedHundredths - (before.maximum === 0 ? 0 : hypervisor.roomInPool(id))
  if (maximum === 0 && used > 0)
    return refused('processor-pool-in-use', `partitions are entitled to ${used} hundredths of it`, { pool: id })
  if (used + reservedHundredths > maximum * 100) {
    const detail = `${used} hundredths are entitled and ${reservedHundredths} reserved, more than the maximum of ${maximum * 100}`
    return refused('processor-pool-range', detail, { pool: id, maximum })
  }
  const more = reservedHundredths - before.reservedHundredths
  const available = Math.max(0, hypervisor.free().hundredths)
  if (more <= available || more <= 0) return undefined
  return refused('processors-insufficient', `${available} hundredths are free to be reserved`, { pool: id, wanted: more, available })
}

export function noPool(pool: number): Refused {
  return refused('processor-pool-not-found', `there is no shared processor pool ${pool}`, { pool, name: pool })
}
