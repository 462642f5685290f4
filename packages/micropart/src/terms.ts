// What an operator may set of a partition and of a pool, and the rules that hold for all of them together. A breach throws before
// anything has changed. When the amounts take effect is the dispatcher's.

import { checkedHundredths, checkedInteger, MicropartError } from './errors.js'
import { MAX_POOLS } from './hot/partitions.js'

/** Least entitled capacity of a virtual processor in hundredths, by generation (p5-570 redbook; PowerVM from POWER7+ on). */
const leastHundredths = { power6: 10, power8: 5 } as const
export type Generation = keyof typeof leastHundredths

export const MAX_CORES = 256
const MAX_VIRTUAL_PROCESSORS = 256
const DEFAULT_WEIGHT = 128
const MAX_WEIGHT = 255

export interface PartitionOptions {
  /** Unique within the wheel. */
  readonly name: string
  /** Default `shared`. `dedicated`: `virtualProcessors` cores of its own. */
  readonly mode?: 'shared' | 'dedicated'
  /** Processors, in hundredths. Dedicated: as many as `virtualProcessors`, and may be left out. */
  readonly entitledCapacity?: number
  /** Shared: from the entitled capacity to that over the least of one virtual processor. */
  readonly virtualProcessors: number
  /** Default false. */
  readonly capped?: boolean
  /** 0 to 255, default 128; 0 is the same as capped. */
  readonly weight?: number
  /** Shared processor pool, default 0. */
  readonly pool?: number
  /** Dedicated: idle cores are lent to the shared pool. Default false. */
  readonly donate?: boolean
  /** Pieces of work that may wait, default 65,536. */
  readonly queueLimit?: number
}

/** What DLPAR can change. */
export type EntitlementChange = Partial<Pick<PartitionOptions, 'entitledCapacity' | 'virtualProcessors' | 'capped' | 'weight' | 'pool'>>

export interface PoolOptions {
  /** 0 (the default pool) to 63. */
  readonly id: number
  readonly name?: string
  /** Reserved capacity in processors, in hundredths: the pool's even when no partition of it is entitled to it. Default 0. */
  readonly reserved?: number
  /** Whole processors that the pool may use at most in a window. Pool 0: the physical shared pool, unless given. */
  readonly maximum?: number
}

/** A partition's options, checked and whole. */
export interface Terms {
  readonly name: string
  readonly path: string
  readonly dedicated: boolean
  readonly donates: boolean
  readonly pool: number
  readonly capped: boolean
  readonly weight: number
  readonly entitledHundredths: number
  readonly virtualProcessors: number
  readonly frequencyPercent: number
}

export interface Pool {
  readonly id: number
  readonly reservedHundredths: number
  readonly maximumHundredths: number
}

/** Checks a partition by itself. Throws MicropartError `bad-option`, `bad-entitlement`. */
export function checkedTerms(options: PartitionOptions, generation: Generation, frequencyPercent: number): Terms {
  const path = `partition '${options.name}'`
  if (options.name === '') throw new MicropartError('bad-option', 'partition.name', 'expected a text that is not empty')
  const dedicated = options.mode === 'dedicated'
  const virtualProcessors = checkedInteger(`${path}.virtualProcessors`, options.virtualProcessors, 1, MAX_VIRTUAL_PROCESSORS)
  const entitled = options.entitledCapacity ?? (dedicated ? virtualProcessors : Number.NaN)
  const entitledHundredths = checkedHundredths(`${path}.entitledCapacity`, entitled, 1, MAX_CORES * 100)
  const weight = checkedInteger(`${path}.weight`, options.weight ?? DEFAULT_WEIGHT, 0, MAX_WEIGHT)
  const terms: Terms = {
    name: options.name,
    path,
    dedicated,
    donates: options.donate ?? false,
    pool: checkedInteger(`${path}.pool`, options.pool ?? 0, 0, MAX_POOLS - 1),
    capped: options.capped ?? false,
    weight,
    entitledHundredths,
    virtualProcessors,
    frequencyPercent,
  }
  if (!dedicated && terms.donates) {
    throw new MicropartError('bad-option', `${path}.donate`, 'only a dedicated partition has cores to lend')
  }
  checkEntitlement(terms, generation)
  return terms
}

/** LoPAR: each virtual processor is entitled to at least the generation's least and at most 1.00. */
function checkEntitlement({ path, dedicated, entitledHundredths, virtualProcessors }: Terms, generation: Generation): void {
  const least = leastHundredths[generation]
  const entitled = (entitledHundredths / 100).toFixed(2)
  if (dedicated) {
    if (entitledHundredths === virtualProcessors * 100) return
    const expected = `expected ${virtualProcessors}, the dedicated processors, got ${entitled}`
    throw new MicropartError('bad-entitlement', `${path}.entitledCapacity`, expected)
  }
  if (entitledHundredths > virtualProcessors * 100) {
    const rule = 'more than 1.00 for each virtual processor'
    throw new MicropartError('bad-entitlement', `${path}.virtualProcessors`, `${entitled} processors are ${rule} of ${virtualProcessors}`)
  }
  if (entitledHundredths < virtualProcessors * least) {
    const rule = `less than ${(least / 100).toFixed(2)}, the minimum of ${generation}, for each virtual processor`
    throw new MicropartError('bad-entitlement', `${path}.entitledCapacity`, `${entitled} processors are ${rule} of ${virtualProcessors}`)
  }
}

/** Checks pools by themselves; pool 0 is there in any case. Throws MicropartError `bad-option`, `pool-maximum`. */
export function checkedPools(pools: readonly PoolOptions[], cores: number): Pool[] {
  const checked = pools.map((pool, index): Pool => {
    const path = `pools.${index}`
    const id = checkedInteger(`${path}.id`, pool.id, 0, MAX_POOLS - 1)
    const reservedHundredths = checkedHundredths(`${path}.reserved`, pool.reserved ?? 0, 0, cores * 100)
    if (id === 0 && reservedHundredths > 0) {
      throw new MicropartError('bad-option', `${path}.reserved`, 'the default pool has no reserved capacity')
    }
    const maximum = pool.maximum ?? (id === 0 ? cores : Number.NaN)
    const maximumHundredths = 100 * checkedInteger(`${path}.maximum`, maximum, 1, MAX_CORES)
    if (pools.findIndex((other) => other.id === id) < index) {
      throw new MicropartError('duplicate-name', `${path}.id`, `pool ${id} is there twice`)
    }
    return { id, reservedHundredths, maximumHundredths }
  })
  if (!checked.some(({ id }) => id === 0)) checked.unshift({ id: 0, reservedHundredths: 0, maximumHundredths: cores * 100 })
  return checked.sort((one, other) => one.id - other.id)
}

/** Checks all active partitions together. Throws MicropartError `unknown-pool`, `pool-maximum`, `over-committed`. */
export function checkTogether(active: readonly Terms[], pools: readonly Pool[], cores: number): void {
  const dedicated = active.filter((terms) => terms.dedicated).reduce((sum, terms) => sum + terms.virtualProcessors, 0)
  const shared = active.filter((terms) => !terms.dedicated)
  const unknown = shared.find((terms) => !pools.some(({ id }) => id === terms.pool))
  if (unknown !== undefined) {
    const known = pools.map(({ id }) => id).join(', ')
    throw new MicropartError('unknown-pool', `${unknown.path}.pool`, `there is no pool ${unknown.pool}: expected one of ${known}`)
  }
  const entitledOf = (id: number): number => {
    return shared.reduce((sum, terms) => (terms.pool === id ? sum + terms.entitledHundredths : sum), 0)
  }
  const promised = pools.reduce((sum, { id, reservedHundredths }) => sum + reservedHundredths + entitledOf(id), 0)
  const available = (cores - dedicated) * 100
  if (promised > available || available < 0) {
    const rest = dedicated === 0 ? '' : ` that ${dedicated} dedicated ones leave`
    const there = `${processorsOf(Math.max(0, available))}${rest}`
    const what = `${processorsOf(promised)} entitled and reserved processors are more than the ${there}`
    throw new MicropartError('over-committed', active.at(-1)?.path ?? 'pools', `the shared pool is over-committed: ${what}`)
  }
  for (const { id, reservedHundredths, maximumHundredths } of pools) {
    const entitled = reservedHundredths + entitledOf(id)
    if (entitled <= maximumHundredths) continue
    const path = shared.findLast((terms) => terms.pool === id)?.path ?? `pools.${id}`
    const more = `are more than its maximum of ${processorsOf(maximumHundredths)}`
    throw new MicropartError('pool-maximum', path, `pool ${id}: ${processorsOf(entitled)} entitled and reserved processors ${more}`)
  }
}

function processorsOf(hundredths: number): string {
  return (hundredths / 100).toFixed(2)
}
