// The public names of this package: the virtual I/O server, a program of a partition that shows physical storage to others.
// Anything not here is its own business and may change.

// The server
export { Vios } from './vios.js'
export type { ViosStatistics, ViosWiring } from './vios.js'
export { defaultViosParameters } from './parameters.js'
export type { ViosParameters } from './parameters.js'

// What it has and shows
export { StorageConfiguration } from './storage-configuration.js'
export type { FibrePortOptions } from './storage-configuration.js'
export type { PhysicalAdapterOptions } from './hot/physical-adapter.js'

// Devices behind it
export { StorageDevice } from './hot/storage-device.js'
export type { DeviceStatistics, StorageDeviceOptions } from './hot/storage-device.js'
export type { Positioning, ServiceModel } from './hot/service-model.js'
export { BLOCK_BYTES } from './hot/disk-content.js'

// In which order a device serves its clients
export { ioDisciplineNames, ioDisciplines } from './hot/disciplines.js'
export type { IoDisciplineName } from './hot/disciplines.js'

// Networks: bridges to outside, physical adapters, what they are plugged into
export { seaCosts, SharedEthernet } from './network/shared-ethernet.js'
export type { SharedEthernetCosts, SharedEthernetCounts, SharedEthernetOptions, TrunkPort } from './network/shared-ethernet.js'
export { answerPings } from './network/bridge-election.js'
export type { ElectionOptions } from './network/bridge-election.js'
export { PhysicalEthernet } from './network/physical-ethernet.js'
export type { FrameNetwork, NetworkStation, PhysicalEthernetCounts, PhysicalEthernetOptions } from './network/physical-ethernet.js'
export { Lan, LanHost } from './network/lan.js'
export type { LanCounts } from './network/lan.js'

// Paging for shared memory
export { PagingServer } from './paging/paging-server.js'
export type { PagingServerParameters, PagingServerStatistics } from './paging/paging-server.js'
export { PagingSpace } from './paging/paging-space.js'
export type { PagingSpaceOptions } from './paging/paging-space.js'

// Errors
export { ViosError } from './errors.js'
export type { ViosErrorCode } from './errors.js'
