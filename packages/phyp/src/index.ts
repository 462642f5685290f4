// The Power hypervisor, as far as the management channel needs it: its public names.
// Anything not here is the package's own business and may change.

// The hypervisor of one managed system
export { Phyp } from './phyp.js'
export type { PhypStatistics, PhypWiring, VmcStatistics } from './phyp.js'
export type { InitialPartition } from './initial-partitions.js'

// Parameters
export { checkPhypParameters, defaultPhypParameters } from './parameters.js'
export type { HypercallCosts, MemoryParameters, PhypParameters, ProcessorParameters } from './parameters.js'

// Configuration, for checkers
export type { Commit, ConfigurationView } from './dispatchable/configuration-store.js'
export type { Configuration, Holding, PartitionRecord } from './dispatchable/configuration.js'
export type { Amounts } from './dispatchable/accounting.js'
export type { PhypCommandName } from './dispatchable/serve.js'

// Limits
export { REFCODES_KEPT } from './dispatchable/partition-life.js'
export { CONSOLE_LIMIT, JOIN_LIMIT } from './dispatchable/reply-window.js'
export { HYPERVISOR_QUEUE_ENTRIES } from './plic/virtual-device.js'
export { FIRST_UNIT, MAX_COPY_BYTES, MAX_DEVICES } from './plic/hypercalls.js'
export { MAX_REGIONS } from './plic/dma-window.js'
export { HMC_ID_BYTES, PENDING_ENTRIES, SEED } from './vmc/channel.js'
export { OUTBOX_LIMIT, REMOVE_RETRY_NS, REMOVE_TRIES } from './vmc/connection.js'
export type { ChannelState } from './vmc/channel.js'
export type { VmcCounters } from './vmc/counters.js'

// Errors
export { PhypError } from './errors.js'
export type { PhypErrorCode } from './errors.js'
