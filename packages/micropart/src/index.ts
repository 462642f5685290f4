// Micro-partitioning: partitions share cores by entitlement and weight, in dispatch windows of 10 ms. What a partition computes is its
// guest's; when it may is decided here.

// The wheel and its partitions
export { SharedProcessors } from './shared-processors.js'
export type { SharedProcessorsOptions, WheelStatistics } from './shared-processors.js'
export type { Partition, PartitionProcessor, PartitionStatistics } from './partition.js'
export type { EntitlementChange, Generation, PartitionOptions, PoolOptions } from './terms.js'
export type { VirtualProcessorUsage, VirtualProcessorView } from './dispatcher.js'
export type { DemandSpec, DemandStep } from './demand.js'

// Policies of spare time
export type { DispatchPolicy, DispatchPolicyFactory } from './dispatch-policy.js'
export { byWeight } from './hot/by-weight.js'
export { lottery } from './hot/lottery.js'
export { stride } from './hot/stride.js'

// Watching
export type { DispatchObserver, Slice } from './dispatch-observer.js'

// Errors
export { MicropartError } from './errors.js'
export type { MicropartErrorCode } from './errors.js'
