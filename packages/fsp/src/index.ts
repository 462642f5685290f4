// The flexible service processor (FSP): the slow embedded computer that every console command passed through before the dissertation,
// and that alone can serve diagnosis, recovery, status and power.

export { Fsp } from './fsp.js'
export type { FspStatistics, FspWiring } from './fsp.js'
export { iplPhases } from './power/ipl.js'
export type { IplPhase } from './power/ipl.js'
export { activationCode } from './service/activation-code.js'
export type { Activation } from './service/activation-code.js'
export { defaultRuntimeParameters, defaultServiceParameters } from './service/default-parameters.js'
export type { RuntimeParameters, ServiceParameters } from './service/service-parameters.js'
export type { Serviceability, ServiceabilityStatistics } from './service/serviceability.js'
export { decodeLog, encodeLog } from './service/pel-codec.js'
export { PelError } from './service/pel-bytes.js'
export type { Callout, ErrorLog, LogSection } from './service/error-log.js'
export type { BackgroundTask, FspParameters, SystemIdentity } from './parameters.js'
