// The public names of this package: the virtual I/O server, a program of a partition that shows physical storage to others.
// Anything not here is its own business and may change.

// In which order a back end serves its clients
export { ioDisciplineNames, ioDisciplines } from './hot/disciplines.js'
export type { IoDisciplineName } from './hot/disciplines.js'

// Errors
export { ViosError } from './errors.js'
export type { ViosErrorCode } from './errors.js'
