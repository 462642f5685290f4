// The network server (NETS) and the partition's end of the virtual management channel (VMC).
// The hypervisor's end is a package of its own; the two meet only by hypercalls and queue entries.

// The program
export { Nets } from './nets.js'
export type { NetsStatistics, NetsWiring } from './nets.js'
export type { NetsIdentity } from './channel-commands.js'
export { defaultNetsParameters } from './nets-parameters.js'
export type { NetsParameters, VmcParameters } from './nets-parameters.js'

// Where time goes and what was counted
export { stageNames } from './stages.js'
export type { Residence, StageName, StageStatistics } from './stages.js'
export type { SessionObserver } from './session-observer.js'
export type { SessionCounts } from './ssl-handler.js'
export type { ThreadStatistics } from './thread-pool.js'

// The management channel
export { vmcStates } from './vmc/driver.js'
export type { VmcState } from './vmc/driver.js'
export { hmcStates } from './vmc/hmc-connection.js'
export type { HmcState } from './vmc/hmc-connection.js'
export type { ChannelStatistics, HmcConnectionStatistics } from './vmc/channel.js'
export type { ChannelCounts } from './vmc/channel-end.js'
export type { BufferStatistics } from './vmc/buffer-pool.js'

// Errors
export { NetsError } from './errors.js'
export type { NetsErrorCode } from './errors.js'
