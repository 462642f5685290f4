// Whole installations: the only package that knows all components.
// Documents in, installations out.

// Documents and presets
export { readDocument } from './document/read-document.js'
export type { MachineDocument } from './document/read-document.js'
export type { InstallationDocument, SystemDocument, WholeDocument } from './document/schema.js'
export { documentWarnings } from './document/dependencies.js'
export type { DocumentWarning } from './document/dependencies.js'
export { complaintOf } from './document/complaint.js'
export type { Complaint } from './document/complaint.js'
export { durationSchema, lawOf, lawSchema } from './document/quantity.js'
export { presetDocument, presetNames, presetSources } from './presets/presets.js'
export type { PresetName } from './presets/presets.js'
export type { ParameterSource } from './presets/sourced.js'

// Installations
export { Installation, secondsOfText } from './installation.js'
export type { InstallationOptions } from './installation.js'
export { ManagedSystem } from './system.js'
export type { SystemObserver, SystemPath } from './system.js'
export { ManagementLan } from './management-lan.js'
export type { BridgeStatistics, ManagementLanStatistics } from './management-lan.js'
export { fitsPartition } from './guest-rules.js'
export { actionHelp, actionNames } from './actions.js'
export { activationCode } from '@powersim/fsp'
export type { Activation } from '@powersim/fsp'

// Errors
export { MachineError } from './errors.js'
export type { MachineErrorCode } from './errors.js'
