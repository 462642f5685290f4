// A logical partition: its processor, its guest, its link to the consoles' resource monitoring network.
// Programs that run on one (NETS, VIOS) and the hypervisor that starts it are packages of their own.

// The partition and what a program sees of it
export { Partition, powerStates, reportedStates } from './partition.js'
export type { PartitionObserver, PartitionProcessor, PartitionWiring, PowerState } from './partition.js'
export type { DeviceDriver } from './device-drivers.js'

// What a guest is like
export { aixGuest, ibmiGuest, linuxGuest, refcodes, viosGuest } from './guest-parameters.js'
export type { DlparParameters, GuestParameters } from './guest-parameters.js'

// A guest's own load
export { Demand } from './demand.js'
export type { DemandParameters, DemandPattern, DemandStatistics, DemandStep } from './demand.js'

// Shared memory, as a guest uses it
export type { GuestMemoryParameters, GuestPaging } from './memory/guest-paging.js'
export type { MemoryLoadParameters, PageReferenceMaker } from './memory/memory-load.js'

// Processor time without a dispatcher
export { IdealProcessor, MAX_PROCESSORS } from './ideal-processor.js'
export type { IdealProcessorOptions } from './ideal-processor.js'

// The RMC network and the agents on it
export { RmcNetwork } from './rmc-network.js'
export type { RmcNetworkOptions, RmcStatistics } from './rmc-network.js'
export { MAX_UNITS } from './dlpar-agent.js'
export type { DlparStatistics } from './dlpar-agent.js'

// Drivers of virtual adapters
export { EthernetDriver } from './adapters/ethernet-driver.js'
export type { EthernetDriverOptions } from './adapters/ethernet-driver.js'
export { VirtualEthernet } from './adapters/virtual-ethernet.js'
export type { VirtualEthernetCounts, VirtualEthernetState } from './adapters/virtual-ethernet.js'
export { aixReceivePools, linuxEthernetCosts, linuxReceivePools } from './adapters/virtual-ethernet-options.js'
export type { ReceivePool, VirtualEthernetCosts, VirtualEthernetOptions } from './adapters/virtual-ethernet-options.js'

// Storage of a guest
export { ClientStorage } from './adapters/client-storage.js'
export type { ClientStorageOptions } from './adapters/client-storage.js'
export { defaultClientStorage } from './adapters/storage-parameters.js'
export type { ClientStorageParameters } from './adapters/storage-parameters.js'
export { VirtualDisk } from './adapters/virtual-disk.js'
export type { DiskStatistics, PathState } from './adapters/virtual-disk.js'
export type { IoLoadOptions, IoLoadStatistics } from './adapters/io-load.js'

// Errors
export { LparError } from './errors.js'
export type { LparErrorCode } from './errors.js'
