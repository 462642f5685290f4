// The Power hypervisor, as far as the management channel needs it: its public names.
// Anything not here is the package's own business and may change.

// The hypervisor of one managed system
export { Phyp } from './phyp.js'
export type { PhypStatistics, PhypWiring, VmcStatistics } from './phyp.js'
export type { InitialMemoryPool, InitialPartition } from './initial-partitions.js'

// Time-critical layer (PLIC): what Dispatchable PHYP, tests and benchmarks hold of it
export { Plic } from './plic/plic.js'
export { AdapterDevices } from './adapter-devices.js'
export type { VirtualDevice } from './plic/virtual-device.js'
export type { PlicOptions } from './plic/plic.js'
export { MAX_CHUNKS, PlicCounts } from './plic/plic-counts.js'
export { MAX_TOUCHED_FRAMES } from './plic/real-memory.js'
export { HashedPageTable, LOCKED, PTE_LOCK } from './plic/hashed-page-table.js'
export { ISOLATED, MemoryMap, NO_SUCH_INDICATOR, OUTSTANDING_TRANSLATION } from './plic/memory-map.js'
export type { IsolationStatus, MemoryMapOptions } from './plic/memory-map.js'
export {
  DISPATCH_BOOT,
  DISPATCH_INTERRUPT,
  DISPATCH_PROD,
  DISPATCH_SLICE,
  EXTERNAL_ENABLED,
  PREEMPT_CEDE,
  PREEMPT_CONFER,
  PREEMPT_MEMORY_FAULT,
  PREEMPT_SLICE,
  PROBLEM_STATE,
  SAVED_WORDS,
} from './plic/processor-hypercalls.js'
export type { PartitionFigures, VirtualProcessors } from './plic/virtual-processors.js'
export { MAX_SOURCES } from './plic/interrupts.js'
export { MAX_SUB_QUEUES } from './plic/sub-queue-hypercalls.js'
export { MAX_LIST, MAX_WINDOWS } from './plic/tce-hypercalls.js'
export { MAX_TRANSFERS, TRANSFER_PAGES } from './plic/transfers.js'
export { TCE_READ, TCE_WRITE } from './plic/tce-table.js'
export { hypercallEntries } from './plic/hypercall-table.js'
export type { HypercallEntry, HypercallName, PerformanceClass } from './plic/hypercall-table.js'

// Cores and their dispatch
export { MachineProcessors } from './machine-processors.js'
export type { DispatchedProcessor, DispatchParameters } from './machine-processors.js'

// Physical adapters of partitions
export { PhysicalAdapters } from './physical-adapters.js'
export type { PhysicalAdapterNumbers } from './physical-adapters.js'

// Parameters
export { checkPhypParameters, defaultPhypParameters } from './parameters.js'
export type { AddressParameters } from './adapter-addresses.js'
export type {
  HypercallCosts,
  IoSlot,
  MemoryCapabilities,
  MemoryParameters,
  PagingSpace,
  PhypParameters,
  ProcessorParameters,
} from './parameters.js'

// Configuration, for checkers
export type { Commit, ConfigurationView } from './dispatchable/configuration-store.js'
export type {
  Configuration,
  Holding,
  MemoryPoolRecord,
  MemorySharing,
  PagingDeviceRecord,
  PagingPath,
  PartitionRecord,
} from './dispatchable/configuration.js'
export { firmwareAmount, pageTableEntries, pageTableKiB } from './dispatchable/accounting.js'
export type { Amounts } from './dispatchable/accounting.js'
export type { PhypCommandName } from './dispatchable/serve.js'

// Limits
export { REFCODES_KEPT } from './dispatchable/partition-life.js'
export { CONSOLE_LIMIT, JOIN_LIMIT } from './dispatchable/reply-window.js'
export { FIRST_UNIT, HYPERVISOR_QUEUE_ENTRIES } from './plic/virtual-device.js'
export { MAX_COPY_BYTES, MAX_DEVICES } from './plic/queue-hypercalls.js'
export { MAX_REGIONS } from './plic/dma-window.js'
export { HMC_ID_BYTES, PENDING_ENTRIES, SEED } from './vmc/channel.js'
export { OUTBOX_LIMIT, REMOVE_RETRY_NS, REMOVE_TRIES } from './vmc/connection.js'
export type { ChannelState } from './vmc/channel.js'
export type { VmcCounters } from './vmc/counters.js'

// Errors
export { PhypError } from './errors.js'
export type { PhypErrorCode } from './errors.js'

// Active Memory Sharing
export { SharedMemory } from './paging/shared-memory.js'
export type { SharedMemoryOptions } from './paging/shared-memory.js'
export type { FrameImages, ViosPagingStatistics } from './paging/vios-paging.js'
