// A what-if of a shared memory pool by itself: partitions that refer to their memory, a pool that has less, a paging device. No console, no
// hypervisor, no virtual processors that share cores: those are in a machine document.

import { type MemberStatistics, PagingDisk, SharedMemoryPool } from '@powersim/ams'
import { Digest, ms, Simulation } from '@powersim/kernel'
import { pageReferences, type PageTrace, parsePageTrace } from '@powersim/workload'
import { PoolError } from '../pool/pool-document.js'
import { MemoryGuest } from './memory-guest.js'
import { type MemoryPoolDocument, readMemoryPoolDocument } from './memory-pool-document.js'
import { replacementPolicies } from './page-traces.js'
import { ThroughVios } from './through-vios.js'

export interface MemoryPoolOptions {
  readonly seed: string
  /** Gives the bytes of a trace by the name that the document has for it. Needed only for documents with traces. */
  readonly readTrace?: (file: string) => Uint8Array
}

/** One partition. Amounts are those at the end; faults are those that its processor had to wait for. */
export interface MemoryPartitionResult {
  readonly name: string
  readonly logicalMiB: number
  readonly residentMiB: number
  readonly loanedMiB: number
  readonly faultsPerSecond: number
  /** Null without faults. */
  readonly faultLatencyMs: { readonly mean: number | null; readonly p95: number | null }
}

export interface MemoryPoolResult {
  /** Logical memory of all partitions over the pool. */
  readonly overcommit: number
  readonly partitions: readonly MemoryPartitionResult[]
  readonly digest: string
  readonly seconds: number
  /** References made, pages read in and written out in all. */
  readonly references: number
  readonly pageIns: number
  readonly pageOuts: number
}

const PAGES_PER_MIB = 256
const NS_PER_MS = 1e6
const NS_PER_SECOND = 1e9

/** Runs the document of a memory pool. Throws PoolError with the path of the bad field before anything runs. */
export function memoryPool(given: unknown, options: MemoryPoolOptions): MemoryPoolResult {
  const document = readMemoryPoolDocument(given)
  const { poolMiB, pagingDevice, partitions, seconds } = document
  const simulation = new Simulation({ seed: options.seed })
  const disk = new PagingDisk(simulation, { service: Math.round(ms(pagingDevice.serviceMs)) })
  const device = pagingDevice.vios === undefined ? disk : new ThroughVios(simulation, disk, pagingDevice.vios.serviceMs)
  const guests: MemoryGuest[] = []
  const pool = new SharedMemoryPool(simulation, {
    frames: poolMiB * PAGES_PER_MIB,
    replacement: replacementPolicies[document.replacement]!,
    device,
    listener: { resolved: (member, page) => guests[member]?.resolved(page) },
  })
  const built = partitions.map((partition, id) => guestOf(simulation, pool, partition, id, options))
  device.setTimed(false)
  useAll(pool, document)
  device.setTimed(true)
  const before = pool.ids().map((id) => pool.memberStatistics(id))
  guests.push(...built)
  for (const guest of guests) guest.start()
  simulation.run(Math.round(seconds * NS_PER_SECOND))
  pool.check()
  const after = pool.ids().map((id) => pool.memberStatistics(id))
  const more = (count: (one: MemberStatistics) => number): number => sum(after.map(count)) - sum(before.map(count))
  return {
    overcommit: sum(partitions.map(({ logicalMiB }) => logicalMiB)) / poolMiB,
    partitions: partitions.map(({ name, logicalMiB }, id) => {
      const { waits } = guests[id]!
      return {
        name,
        logicalMiB,
        residentMiB: after[id]!.backed / PAGES_PER_MIB,
        loanedMiB: after[id]!.loaned / PAGES_PER_MIB,
        faultsPerSecond: waits.count / seconds,
        faultLatencyMs: { mean: inMs(waits.mean), p95: inMs(waits.quantile(0.95)) },
      }
    }),
    digest: Digest.combine([simulation.digest.hex(), pool.digest()]),
    seconds,
    references: sum(guests.map(({ made }) => made)),
    pageIns: more(({ pageIns }) => pageIns),
    pageOuts: more(({ pageOuts }) => pageOuts),
  }
}

function guestOf(
  simulation: Simulation,
  pool: SharedMemoryPool,
  partition: MemoryPoolDocument['partitions'][number],
  id: number,
  { readTrace }: MemoryPoolOptions,
): MemoryGuest {
  const { name, logicalMiB, workingSetMiB, ioEntitledMiB, weight, loaning, references, perSecond, writes } = partition
  const logicalPages = logicalMiB * PAGES_PER_MIB
  const workingSetPages = Math.max(1, Math.round(workingSetMiB * PAGES_PER_MIB))
  const ioPages = Math.round(ioEntitledMiB * PAGES_PER_MIB)
  pool.join({ id, logicalPages, weight, ioEntitledPages: ioPages })
  const spec =
    'trace' in references ? traceOf(references.trace, workingSetPages, `partitions.${id}.references.trace`, readTrace) : references
  const stream = pageReferences(spec, workingSetPages, simulation.stream('memory.references', name))
  return new MemoryGuest(simulation, pool, {
    id,
    name,
    logicalPages,
    workingSetPages,
    ioPages,
    loaning,
    references: stream,
    perSecond,
    writes,
  })
}

function traceOf(file: string, pages: number, path: string, readTrace: MemoryPoolOptions['readTrace']) {
  if (readTrace === undefined) throw new PoolError(path, `no reader for the trace ${file}: give readTrace`)
  const { references, distinct }: PageTrace = parsePageTrace(readTrace(file), file)
  if (distinct > pages) throw new PoolError(path, `${file} refers to ${distinct} pages, the working set has ${pages}: raise workingSetMiB`)
  return { trace: references, repeat: true }
}

/**
 * Every partition has used all of its memory before the run: what the pool has no frames for is in paging space. The working set was used
 * last, and by all of them alike. Pages for I/O are the last ones.
 */
function useAll(pool: SharedMemoryPool, { partitions }: MemoryPoolDocument): void {
  const logical = partitions.map(({ logicalMiB }) => logicalMiB * PAGES_PER_MIB)
  for (const [id, { ioEntitledMiB }] of partitions.entries()) {
    const first = logical[id]! - Math.round(ioEntitledMiB * PAGES_PER_MIB)
    for (let page = first; page < logical[id]!; page++) pool.mapIo(id, page)
  }
  const most = Math.max(...logical)
  for (let step = most - 1; step >= 0; step--) {
    for (const [id, pages] of logical.entries()) {
      const page = Math.floor((step * pages) / most)
      if (page !== Math.floor(((step + 1) * pages) / most)) pool.touch(id, page, 1 + page)
    }
  }
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0)
const inMs = (ns: number): number | null => (Number.isNaN(ns) ? null : ns / NS_PER_MS)
