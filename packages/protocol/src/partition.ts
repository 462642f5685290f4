// What is known of a partition: the configuration that a profile holds, and the views that queries answer with.
// Memory is in MiB, processing units in hundredths of a core, so that sums stay exact.

import * as z from 'zod'
import { partitionEnvironments, partitionStates } from './states.js'
import { virtualAdapterSchema } from './virtual-adapter.js'

/** Partition and profile names: 1 to 31 printable ASCII characters. */
export const nameSchema = z.string().regex(/^[\x20-\x7e]{1,31}$/, 'expected 1 to 31 printable ASCII characters')
export const lparIdSchema = z.int().min(1).max(4095)
export const mib = z
  .int()
  .min(0)
  .max(2 ** 32)
const hundredths = z.int().min(0).max(25_600)
const count = z.int().min(0).max(65_535)

/** Weight of a partition among those that share memory or processors. */
const weight = z.int().min(0).max(255)

/**
 * Memory of a profile: what an activation must, should and may get. Of a partition that shares memory (Active Memory Sharing) it is
 * logical memory; the fields after `mode` count only then.
 */
export const profileMemorySchema = z.object({
  minMiB: mib,
  desiredMiB: mib,
  maxMiB: mib,
  /** Maximum memory over the size of the hardware page table; without it the machine's default. */
  hptRatio: z.int().min(32).max(512).optional(),
  /** Left out: `ded`. */
  mode: z.enum(['ded', 'shared']).optional(),
  /** Left out: 128. */
  weight: weight.optional(),
  /** Physical memory that its I/O is guaranteed; left out: computed from its virtual adapters. */
  ioEntitledMiB: mib.optional(),
  /** IDs of the Virtual I/O Servers that page for it; without a primary one the pool's first. */
  primaryPagingVios: lparIdSchema.optional(),
  secondaryPagingVios: lparIdSchema.optional(),
  /** Active Memory Expansion: target over memory, in hundredths; left out or 0: none. */
  expansionHundredths: z.int().min(0).max(1000).optional(),
})
/** Ratios of memory to hardware page table that a profile may have (captures of consoles: possible_hpt_ratios). */
export const hptRatios = [32, 64, 128, 256, 512] as const
export type ProfileMemory = z.infer<typeof profileMemorySchema>

/** Processors of a profile. `hundredths` fields count only in mode `shared`. */
export const profileProcessorsSchema = z.object({
  mode: z.enum(['shared', 'ded']),
  minProcs: count,
  desiredProcs: count,
  maxProcs: count,
  minHundredths: hundredths,
  desiredHundredths: hundredths,
  maxHundredths: hundredths,
  sharingMode: z.enum(['cap', 'uncap', 'keep_idle_procs', 'share_idle_procs', 'share_idle_procs_active', 'share_idle_procs_always']),
  uncapWeight: z.int().min(0).max(255),
  poolId: z.int().min(0).max(63),
})
export type ProfileProcessors = z.infer<typeof profileProcessorsSchema>

/** An I/O slot of a profile. A required one must be free for an activation, any other is taken when it is. */
export const profileIoSlotSchema = z.object({ drcIndex: z.int().min(0), required: z.boolean() })
export type ProfileIoSlot = z.infer<typeof profileIoSlotSchema>

/** Processor compatibility modes (captures of consoles, POWER5 to POWER11). `default`: the newest that the machine has. */
export const procCompatModes = [
  ...(['default', 'POWER5', 'POWER6', 'POWER6_plus', 'POWER7', 'POWER8', 'POWER9_base', 'POWER9', 'POWER10', 'POWER11'] as const),
] as const

export const bootModes = ['norm', 'dd', 'ds', 'of', 'sms'] as const

/** A partition profile: the wanted configuration, applied at activation. */
export const profileSchema = z.object({
  name: nameSchema,
  memory: profileMemorySchema,
  processors: profileProcessorsSchema,
  maxVirtualSlots: z.int().min(2).max(65_535),
  adapters: z.array(virtualAdapterSchema).max(1024),
  ioSlots: z.array(profileIoSlotSchema).max(1024).optional(),
  bootMode: z.enum(bootModes),
  autoStart: z.boolean(),
  connectionMonitoring: z.boolean(),
  procCompatMode: z.enum(procCompatModes).optional(),
})
export type PartitionProfile = z.infer<typeof profileSchema>

/** What changes of a partition's configuration do to its current profile: nothing, go into it too, or that from the next activation on. */
const syncProfile = z.union([z.literal(0), z.literal(1), z.literal(2)])
export type SyncProfile = z.infer<typeof syncProfile>

/** Attributes of a partition that do not come from its profile. */
export const partitionAttributesSchema = z.object({
  name: nameSchema.optional(),
  defaultProfile: nameSchema.optional(),
  profileName: nameSchema.optional(),
  bootMode: z.enum(bootModes).optional(),
  autoStart: z.boolean().optional(),
  connectionMonitoring: z.boolean().optional(),
  procCompatMode: z.enum(procCompatModes).optional(),
  keylock: z.enum(['norm', 'manual']).optional(),
  syncProfile: syncProfile.optional(),
  workGroup: z.string().max(31).optional(),
  description: z.string().max(1024).optional(),
  managementCapable: z.boolean().optional(),
})
export type PartitionAttributes = z.infer<typeof partitionAttributesSchema>

/** All that is configured of a partition, without what it holds. */
export const partitionDataSchema = z.object({
  id: lparIdSchema,
  name: nameSchema,
  environment: z.enum(partitionEnvironments),
  profiles: z.array(profileSchema).min(1).max(1024),
  defaultProfile: nameSchema,
  bootMode: z.enum(bootModes),
  keylock: z.enum(['norm', 'manual']),
  autoStart: z.boolean(),
  connectionMonitoring: z.boolean(),
  syncProfile,
  workGroup: z.string(),
  description: z.string(),
})
export type PartitionData = z.infer<typeof partitionDataSchema>

/** Answer of `lpar.read`. */
export const partitionViewSchema = z.object({
  id: lparIdSchema,
  name: nameSchema,
  environment: z.enum(partitionEnvironments),
  state: z.enum(partitionStates),
  /** Whether it holds resources: a partition that was never applied or activated does not. */
  resourceConfig: z.boolean(),
  osVersion: z.string(),
  defaultProfile: z.string(),
  currentProfile: z.string(),
  profiles: z.array(z.string()),
  bootMode: z.enum(bootModes),
  keylock: z.enum(['norm', 'manual']),
  /** Of the profile activated last, and what it came to; empty before the first activation. */
  desiredCompatMode: z.string().optional(),
  currentCompatMode: z.string().optional(),
  autoStart: z.boolean(),
  /** Left out: 0. */
  syncProfile: syncProfile.optional(),
  workGroup: z.string(),
  description: z.string(),
  /** Whether it may manage the system beside the consoles. Left out: no. */
  managementCapable: z.boolean().optional(),
  refcode: z.string(),
  /** Number of the last commit that changed this partition. */
  version: z.int(),
})
export type PartitionView = z.infer<typeof partitionViewSchema>

/** How a partition shares memory. Amounts 0 while it holds no resources; ID 0: none. */
const sharedMemoryViewSchema = z.object({
  weight,
  ioEntitledMiB: mib,
  /** The entitlement is computed from the virtual adapters. */
  ioEntitledAuto: z.boolean(),
  /** What the virtual adapters need: no entitlement is below. */
  ioNeededMiB: mib,
  primaryPagingVios: z.int().min(0).max(4095),
  secondaryPagingVios: z.int().min(0).max(4095),
})

/** Answer of `memory.lpar`: current, pending and running amounts in MiB; all 0 when no resources are held. */
export const partitionMemorySchema = z.object({
  id: lparIdSchema,
  currentMinMiB: mib,
  currentMiB: mib,
  currentMaxMiB: mib,
  pendingMinMiB: mib,
  pendingMiB: mib,
  pendingMaxMiB: mib,
  runMinMiB: mib,
  runMiB: mib,
  mode: z.enum(['ded', 'shared']),
  hptRatio: z.string(),
  /** In mode `shared`. */
  shared: sharedMemoryViewSchema.optional(),
  /** Active Memory Expansion factor in hundredths; left out: none. */
  expansionHundredths: z.int().optional(),
})
export type PartitionMemory = z.infer<typeof partitionMemorySchema>

const processorAmountsSchema = z.object({
  mode: z.enum(['shared', 'ded']),
  minHundredths: hundredths,
  hundredths,
  maxHundredths: hundredths,
  minProcs: count,
  procs: count,
  maxProcs: count,
  sharingMode: profileProcessorsSchema.shape.sharingMode,
  uncapWeight: z.int().min(0).max(255),
  poolId: z.int().min(0).max(63),
  /** Of a pool that has another name than `defaultPoolName` says. */
  poolName: z.string().optional(),
})
export type ProcessorAmounts = z.infer<typeof processorAmountsSchema>

/** What a pool is called that nobody has named (captures of consoles: DefaultPool; the rest domain knowledge). */
export function defaultPoolName(id: number): string {
  return id === 0 ? 'DefaultPool' : `SharedPool${String(id).padStart(2, '0')}`
}

/** Answer of `processors.lpar`. */
export const partitionProcessorsSchema = z.object({
  id: lparIdSchema,
  current: processorAmountsSchema,
  pending: processorAmountsSchema,
  runHundredths: hundredths,
  runProcs: count,
})
export type PartitionProcessors = z.infer<typeof partitionProcessorsSchema>

/** Answer of `adapters.lpar`. Its maximum is 0 when it holds nothing; then the adapters are those of its default profile. */
export const partitionAdaptersSchema = z.object({
  id: lparIdSchema,
  currentMaxSlots: count,
  pendingMaxSlots: count,
  /** The lowest free slot, from 2 on; the maximum when all are taken. */
  nextSlot: count,
  /** Whether the partition is activated. */
  active: z.boolean(),
  /** Whether the machine has virtual Fibre Channel. */
  fibreChannel: z.boolean(),
  adapters: z.array(virtualAdapterSchema).max(1024),
})
export type PartitionAdapters = z.infer<typeof partitionAdaptersSchema>

/** An I/O slot of the machine, and the partition that it is assigned to; ID 0: none. */
export const ioSlotViewSchema = z.object({
  drcIndex: z.int().min(0),
  unit: z.string(),
  busId: z.int(),
  location: z.string(),
  description: z.string(),
  lparId: z.int().min(0).max(4095),
  lparName: z.string(),
  /** Whether its partition's operating system has it now. */
  running: z.boolean(),
})
export type IoSlotView = z.infer<typeof ioSlotViewSchema>

/**
 * Answer of `memory.system`, MiB. available = configurable - firmware - shared memory pool - sum of current over the partitions whose
 * memory is their own.
 */
export const systemMemorySchema = z.object({
  configurableMiB: mib,
  availableMiB: mib,
  pendingAvailableMiB: mib,
  installedMiB: mib,
  deconfiguredMiB: mib,
  firmwareMiB: mib,
  regionMiB: mib,
  /** Ratio of maximum memory to hardware page table of a profile that names none. */
  hptRatio: z.int(),
  /** Shared memory pools that there may be; left out: 0, the machine does not share memory. */
  maxMemoryPools: z.int().optional(),
  /** Virtual I/O Servers that may page for one pool. */
  maxPagingVioses: z.int().optional(),
})
export type SystemMemory = z.infer<typeof systemMemorySchema>

/** Answer of `processors.system`. available = configurable - shared units - dedicated processors. */
export const systemProcessorsSchema = z.object({
  configurableHundredths: hundredths,
  availableHundredths: hundredths,
  pendingAvailableHundredths: hundredths,
  installedHundredths: hundredths,
  deconfiguredHundredths: hundredths,
  minHundredthsPerVirtualProcessor: hundredths,
  maxVirtualProcessorsPerLpar: count,
  maxProcessorsPerLpar: count,
  maxSharedPools: count,
})
export type SystemProcessors = z.infer<typeof systemProcessorsSchema>
