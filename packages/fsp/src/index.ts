// The flexible service processor (FSP): the slow embedded computer that every console command passed through before the dissertation,
// and that alone can serve diagnosis, recovery, status and power.

export { Fsp } from './fsp.js'
export type { FspStatistics, FspWiring } from './fsp.js'
export { iplPhases } from './power/ipl.js'
export type { IplPhase } from './power/ipl.js'
export type { BackgroundTask, FspParameters, SystemIdentity } from './parameters.js'
