// The parameters of the hypervisor, their defaults and their check. Times are in ns, laws of time in ns, memory in MiB, processors in
// whole cores or hundredths. Nobody published service times of PHYP: they are estimates, to be swept.

import { type LawSpec, minutes, ms, us } from '@powersim/kernel'
import { commandClasses, CRQ_ENTRIES, DEFAULT_VIRTUAL_SWITCH, hptRatios, procCompatModes } from '@powersim/protocol'
import type { CommandClass, FrameSizes, VmcCapabilities, WriteLockOptions } from '@powersim/protocol'
import type { PoolOptions } from '@powersim/micropart'
import type { AddressParameters } from './adapter-addresses.js'
import { PhypError } from './errors.js'
import type { DispatchParameters } from './machine-processors.js'
import { hypercallEntries, type HypercallName } from './plic/hypercall-table.js'
import { MAX_SWITCHES } from './plic/lan-hypercalls.js'
import { MAX_BLOCKS } from './plic/memory-map.js'

/**
 * Fixed processor time of hypercalls, ns, and the rate at which H_COPY_RDMA and H_SEND_LOGICAL_LAN copy, which comes on top. Those not
 * named have the table's.
 */
export interface HypercallCosts extends Readonly<Partial<Record<HypercallName, number>>> {
  readonly H_REG_CRQ: number
  readonly H_FREE_CRQ: number
  readonly H_VIO_SIGNAL: number
  readonly H_SEND_CRQ: number
  readonly H_COPY_RDMA: number
  /** Bytes per second, > 0; Infinity makes the copy free. */
  readonly rdmaBytesPerSecond: number
}

export interface MemoryParameters {
  readonly installedMiB: number
  /** Kept by the hypervisor for itself; the hardware page tables of partitions come on top. */
  readonly firmwareMiB: number
  /** Size of a logical memory block: all amounts are multiples of it. */
  readonly regionMiB: number
  /** Regions that one `dynamic.step` moves at most. */
  readonly batchRegions: number
  /** Maximum memory of a partition over the size of its hardware page table, where its profile names no ratio: 32 to 512. */
  readonly hptRatio: number
  /** False: page tables are within `firmwareMiB`. */
  readonly pageTables: boolean
}

/** What the machine can do with memory besides giving it to partitions. */
export interface MemoryCapabilities {
  /** Active Memory Sharing: POWER6 with PowerVM Enterprise Edition, and later. */
  readonly activeMemorySharing: boolean
  /** Active Memory Expansion: POWER7 and later. */
  readonly activeMemoryExpansion: boolean
  /** Active Memory Deduplication: POWER7 and later. */
  readonly activeMemoryDeduplication: boolean
}

/** A device of a Virtual I/O Server that may hold the pages of a partition that shares memory. */
export interface PagingSpace {
  readonly vios: number
  /** Its name there: `hdisk4`. */
  readonly name: string
  readonly sizeMiB: number
  /** A disk, or a logical volume. */
  readonly kind: 'phys' | 'logical'
  /** Where it is on the storage network: two Virtual I/O Servers that see the same see one device. Empty: it is of one server alone. */
  readonly location: string
}

export interface ProcessorParameters {
  /** Cores, 1 to 256. */
  readonly installed: number
  /** 10 up to POWER7, 5 from POWER7+ on. */
  readonly minHundredthsPerVirtualProcessor: number
  readonly maxVirtualProcessorsPerLpar: number
  /** Shared processor pools, 1 to 64; pool 0 always exists. */
  readonly maxSharedPools: number
  /** Compatibility modes of the processors, oldest first; the last is what `default` comes to. */
  readonly compatModes: readonly string[]
  /** The pools besides pool 0 that are in use: they have a maximum of whole cores, and some capacity reserved. */
  readonly pools: readonly PoolOptions[]
}

/** A physical I/O slot; its number in the list gives its DRC index. */
export interface IoSlot {
  /** Enclosure: `U789C.001.DQD1234`. */
  readonly unit: string
  readonly busId: number
  /** `C1`: the end of its location code. */
  readonly location: string
  /** What is plugged in; `Empty slot`. */
  readonly description: string
}

export interface PhypParameters {
  /** Most requests in the message loop, waiting and served; one more is answered `busy`. */
  readonly queueLimit: number
  /** Sequence numbers per console that the reply window spans. */
  readonly replyWindow: number
  /** Time of the message loop per command, by class. Of the dynamic commands only `dynamic.step` costs `dynamic`. */
  readonly service: Readonly<Record<CommandClass, LawSpec>>
  /** Time to answer what needs no work: a duplicate, or a request that is refused before it is served. */
  readonly duplicateReply: LawSpec
  readonly hypercalls: HypercallCosts
  readonly memory: MemoryParameters
  readonly capabilities: MemoryCapabilities
  /** Devices that may be given to the shared memory pool; names are unique on their server. */
  readonly pagingSpaces: readonly PagingSpace[]
  readonly processors: ProcessorParameters
  readonly ioSlots: readonly IoSlot[]
  /** Names of the virtual Ethernet switches, 1 to 64; `ETHERNET0` is one. */
  readonly virtualSwitches: readonly string[]
  /** Whether partitions can have virtual Fibre Channel adapters (POWER6 and later). */
  readonly virtualFibreChannel: boolean
  /** How the cores are given out; null: everybody has cores of their own, for closed forms. */
  readonly dispatch: DispatchParameters | null
  /** Highest partition ID and most partitions. */
  readonly maxPartitions: number
  readonly vmc: VmcCapabilities
  /** The lock that lets one console at a time change the system, kept here; null: it is kept elsewhere, or nowhere. */
  readonly writeLock: WriteLockOptions | null
  /**
   * `exclusive`: a management channel serves only while no console manages the machine through its service processor, as LoPAR has it.
   * `coManaged`: always, which the dissertation's two ways at once need.
   */
  readonly vmcPolicy: 'exclusive' | 'coManaged'
  readonly frames: FrameSizes
  /** Addresses of virtual adapters that are not given one. */
  readonly addresses: AddressParameters
  /** Stages open at a time. */
  readonly stageLimit: number
  /** A stage that nobody touched for so long is abandoned when another one is opened. */
  readonly stageLifetimeNs: number
  /** Newest patches of the configuration that are kept; older ones are counted only. */
  readonly patchesKept: number
}

/** A POWER6 520 as in the dissertation (8203-E4A: 4 cores, 64 GiB). Times are estimates but for their order. */
export const defaultPhypParameters: PhypParameters = {
  queueLimit: 256, // estimate
  replyWindow: 4096, // estimate
  service: {
    query: ms(0.5), // estimate, as all of them: 0.5 to 3 ms per message
    configuration: ms(3),
    power: ms(3),
    dynamic: ms(40),
    service: ms(3),
  },
  duplicateReply: ms(0.05), // estimate
  hypercalls: {
    H_REG_CRQ: us(5), // estimate
    H_FREE_CRQ: us(5), // estimate
    H_VIO_SIGNAL: us(0.5), // estimate
    H_SEND_CRQ: us(1), // estimate
    H_COPY_RDMA: us(1), // estimate, plus the bytes
    rdmaBytesPerSecond: 4e9, // estimate
  },
  // Firmware and batch: estimates. Ratio: LoPAR, four entries per 4 KiB page.
  memory: { installedMiB: 65_536, firmwareMiB: 1_280, regionMiB: 64, batchRegions: 8, hptRatio: 64, pageTables: true },
  capabilities: { activeMemorySharing: true, activeMemoryExpansion: false, activeMemoryDeduplication: false },
  pagingSpaces: [],
  processors: {
    installed: 4,
    minHundredthsPerVirtualProcessor: 10,
    maxVirtualProcessorsPerLpar: 64,
    maxSharedPools: 64,
    pools: [],
    compatModes: ['POWER6'],
  },
  ioSlots: [],
  virtualSwitches: [DEFAULT_VIRTUAL_SWITCH],
  virtualFibreChannel: true,
  dispatch: null,
  maxPartitions: 254,
  vmc: { version: 0x0101, mtuBytes: 4096, poolSize: 32, maxHmcs: 2, crqEntries: CRQ_ENTRIES }, // ibmvmc
  writeLock: null,
  vmcPolicy: 'coManaged', // dissertation 4.2
  frames: { requestBytesMin: 1024, replyBytesMin: 4096 }, // estimate
  addresses: { macPrefix: 0x26e6b0, macForm: 'idAndSlot', portNamePrefix: 0 }, // captures of V7R7.9 and V11R2
  stageLimit: 64, // estimate
  stageLifetimeNs: minutes(10), // estimate
  patchesKept: 10_000,
}

/** Throws PhypError `bad-parameter` with the path of the first bad field; laws are checked when they are compiled. */
export function checkPhypParameters(parameters: PhypParameters): void {
  const { memory, processors, hypercalls, vmc } = parameters
  checkInteger('queueLimit', parameters.queueLimit, 1, 1_000_000)
  checkInteger('replyWindow', parameters.replyWindow, 1, 1_048_576)
  checkInteger('maxPartitions', parameters.maxPartitions, 1, 4095)
  checkInteger('stageLimit', parameters.stageLimit, 1, 4096)
  checkInteger('stageLifetimeNs', parameters.stageLifetimeNs, 1, Number.MAX_SAFE_INTEGER)
  checkInteger('ioSlots.length', parameters.ioSlots.length, 0, 4096)
  checkInteger('virtualSwitches.length', parameters.virtualSwitches.length, 1, MAX_SWITCHES)
  checkInteger('patchesKept', parameters.patchesKept, 0, 10_000_000)
  checkInteger('memory.regionMiB', memory.regionMiB, 1, 65_536)
  checkInteger('memory.installedMiB', memory.installedMiB, memory.regionMiB, 2 ** 32)
  checkInteger('memory.firmwareMiB', memory.firmwareMiB, 0, memory.installedMiB)
  checkInteger('memory.batchRegions', memory.batchRegions, 1, 1_000_000)
  if (!hptRatios.some((ratio) => ratio === memory.hptRatio)) throw bad('memory.hptRatio', hptRatios.join(', '), memory.hptRatio)
  checkMultiple('memory.installedMiB', memory.installedMiB, memory.regionMiB)
  checkInteger('memory.installedMiB / memory.regionMiB', memory.installedMiB / memory.regionMiB, 1, MAX_BLOCKS)
  checkMultiple('memory.firmwareMiB', memory.firmwareMiB, memory.regionMiB)
  checkPagingSpaces(parameters)
  checkInteger('processors.installed', processors.installed, 1, 256)
  checkInteger('processors.minHundredthsPerVirtualProcessor', processors.minHundredthsPerVirtualProcessor, 1, 100)
  checkInteger('processors.maxVirtualProcessorsPerLpar', processors.maxVirtualProcessorsPerLpar, 1, 65_535)
  checkInteger('processors.compatModes.length', processors.compatModes.length, 1, procCompatModes.length)
  checkInteger('processors.maxSharedPools', processors.maxSharedPools, 1, 64)
  for (const { name, fixedNs } of hypercallEntries()) checkInteger(`hypercalls.${name}`, hypercalls[name] ?? fixedNs, 0, 1e12)
  if (!(hypercalls.rdmaBytesPerSecond > 0)) throw bad('hypercalls.rdmaBytesPerSecond', 'a number above 0', hypercalls.rdmaBytesPerSecond)
  checkInteger('vmc.version', vmc.version, 1, 0xffff)
  checkInteger('vmc.mtuBytes', vmc.mtuBytes, 512, 16_384)
  checkInteger('vmc.poolSize', vmc.poolSize, 1, 256)
  checkInteger('vmc.maxHmcs', vmc.maxHmcs, 1, 255)
  checkInteger('vmc.crqEntries', vmc.crqEntries, 2, CRQ_ENTRIES)
  if (parameters.vmcPolicy !== 'exclusive' && parameters.vmcPolicy !== 'coManaged') {
    throw bad('vmcPolicy', "'exclusive' or 'coManaged'", parameters.vmcPolicy satisfies never)
  }
  checkInteger('addresses.macPrefix', parameters.addresses.macPrefix, 0, 0xffffff)
  checkInteger('addresses.portNamePrefix', parameters.addresses.portNamePrefix, 0, 0xfff)
  checkInteger('frames.replyBytesMin', parameters.frames.replyBytesMin, 0, 2 ** 20)
  for (const name of commandClasses) {
    if (parameters.service[name] === undefined) throw bad(`service.${name}`, 'a law of time in ns', undefined)
  }
}

function checkPagingSpaces({ pagingSpaces, memory, maxPartitions }: PhypParameters): void {
  const seen = new Set<string>()
  for (const [place, { vios, name, sizeMiB }] of pagingSpaces.entries()) {
    checkInteger(`pagingSpaces.${place}.vios`, vios, 1, maxPartitions)
    checkInteger(`pagingSpaces.${place}.sizeMiB`, sizeMiB, memory.regionMiB, 2 ** 32)
    if (seen.has(`${vios}/${name}`)) throw bad(`pagingSpaces.${place}.name`, 'a name of its own', name)
    seen.add(`${vios}/${name}`)
  }
}

function checkInteger(path: string, value: number, from: number, to: number): void {
  if (!(Number.isInteger(value) && value >= from && value <= to)) throw bad(path, `an integer from ${from} to ${to}`, value)
}

function checkMultiple(path: string, value: number, of: number): void {
  if (value % of !== 0) throw bad(path, `a multiple of the region, ${of} MiB`, value)
}

function bad(path: string, expected: string, got: unknown): PhypError {
  return new PhypError('bad-parameter', path, `expected ${expected}, got ${String(got)}`)
}
