// What becomes of a failed command on the console: every refusal reason and status of the protocol, and its message. One table; a row
// with a `verb` is for operations whose name begins so and goes before the row without.

import type { OperationName, Refusal, RefusalReason, StatusName } from '@powersim/protocol'
import { type MessageName, messageText } from './messages.js'

export interface FailedCommand {
  readonly status: Exclude<StatusName, 'ok'>
  readonly refusal: Refusal
}

interface RefusalRow {
  readonly cause: RefusalReason | Exclude<StatusName, 'ok' | 'refused'>
  readonly verb?: string
  readonly message: MessageName
  /** What `{name}` or `{resource}` of the message stands for, where the refusal's values do not say it. */
  readonly about?: string
}

const rows: readonly RefusalRow[] = [
  // Reasons of a refusal
  { cause: 'partition-not-found', message: 'partitionNotFound' },
  { cause: 'profile-not-found', message: 'profileNotFound' },
  { cause: 'partition-name-in-use', message: 'partitionNameInUse' },
  { cause: 'profile-name-in-use', message: 'profileNameInUse' },
  { cause: 'partition-id-in-use', message: 'dataInvalid', about: 'lpar_id' },
  { cause: 'too-many-partitions', message: 'dataInvalid', about: 'lpar_id' },
  { cause: 'partition-active', verb: 'chsysstate', message: 'mustBeNotActivated' },
  { cause: 'partition-active', verb: 'chsyscfg lpar apply', message: 'mustBeNotActivated' },
  { cause: 'partition-active', message: 'notInState' },
  { cause: 'partition-not-active', verb: 'chsysstate lpar', message: 'alreadyOff' },
  { cause: 'partition-not-active', message: 'notInState' },
  { cause: 'no-current-configuration', message: 'noCurrentConfiguration' },
  { cause: 'memory-insufficient', verb: 'chhwres mempool', message: 'memoryPoolShort' },
  { cause: 'memory-insufficient', verb: 'chhwres mem remove', message: 'dynamicRemoveFailed', about: 'memory' },
  { cause: 'memory-insufficient', verb: 'chhwres', message: 'dynamicAddFailed', about: 'memory' },
  { cause: 'memory-insufficient', message: 'memoryInsufficient' },
  { cause: 'processors-insufficient', verb: 'chhwres proc remove', message: 'dynamicRemoveFailed', about: 'processor' },
  { cause: 'processors-insufficient', verb: 'chhwres procpool', message: 'processorPoolInvalid' },
  { cause: 'processors-insufficient', verb: 'chhwres', message: 'dynamicAddFailed', about: 'processor' },
  { cause: 'processors-insufficient', message: 'processorsInsufficient' },
  { cause: 'memory-range', verb: 'chhwres mem remove', message: 'dynamicRemoveFailed', about: 'memory' },
  { cause: 'memory-range', verb: 'chhwres', message: 'dynamicAddFailed', about: 'memory' },
  { cause: 'memory-range', message: 'dataInvalid', about: 'desired_mem' },
  { cause: 'memory-region-multiple', verb: 'chhwres mem remove', message: 'dynamicRemoveFailed', about: 'memory' },
  { cause: 'memory-region-multiple', verb: 'chhwres', message: 'dynamicAddFailed', about: 'memory' },
  { cause: 'memory-region-multiple', message: 'dataInvalid', about: 'desired_mem' },
  { cause: 'processor-range', verb: 'chhwres proc remove', message: 'dynamicRemoveFailed', about: 'processor' },
  { cause: 'processor-range', verb: 'chhwres', message: 'dynamicAddFailed', about: 'processor' },
  { cause: 'processor-range', message: 'dataInvalid', about: 'desired_procs' },
  { cause: 'processor-entitlement', verb: 'chhwres proc remove', message: 'dynamicRemoveFailed', about: 'processor' },
  { cause: 'processor-entitlement', verb: 'chhwres', message: 'dynamicAddFailed', about: 'processor' },
  { cause: 'processor-entitlement', message: 'dataInvalid', about: 'desired_proc_units' },
  { cause: 'processor-mode', verb: 'chhwres proc remove', message: 'dynamicRemoveFailed', about: 'processor' },
  { cause: 'processor-mode', verb: 'chhwres', message: 'dynamicAddFailed', about: 'processor' },
  { cause: 'processor-mode', message: 'dataInvalid', about: 'proc_mode or lpar_proc_compat_mode' },
  { cause: 'slot-in-use', verb: 'chhwres', message: 'dynamicAddFailed', about: 'virtual I/O' },
  { cause: 'slot-in-use', message: 'dataInvalid', about: 'virtual adapters' },
  { cause: 'slot-range', verb: 'chhwres', message: 'dynamicAddFailed', about: 'virtual I/O' },
  { cause: 'slot-range', message: 'dataInvalid', about: 'virtual adapters' },
  { cause: 'adapter-not-found', message: 'adapterNotFound' },
  { cause: 'adapter-required', message: 'adapterRequired' },
  { cause: 'adapter-invalid', verb: 'chhwres', message: 'dynamicAddFailed', about: 'virtual I/O' },
  { cause: 'adapter-invalid', message: 'dataInvalid', about: 'virtual adapters' },
  { cause: 'fibre-channel-not-supported', message: 'fibreNotSupported' },
  { cause: 'virtual-switch-not-found', message: 'switchNotFound' },
  { cause: 'io-slot-not-found', verb: 'chhwres', message: 'slotNotFound' },
  { cause: 'io-slot-not-found', message: 'dataInvalid', about: 'io_slots' },
  { cause: 'io-slot-in-use', verb: 'chhwres io remove', message: 'dynamicRemoveFailed', about: 'I/O slot' },
  { cause: 'io-slot-in-use', verb: 'chhwres', message: 'dynamicAddFailed', about: 'I/O slot' },
  { cause: 'io-slot-in-use', verb: 'chsysstate', message: 'slotInUse' },
  { cause: 'io-slot-in-use', message: 'dataInvalid', about: 'io_slots' },
  { cause: 'resource-busy', message: 'resourceBusy' },
  // The partition went down, and the hypervisor dropped the change with it: another operation was at it.
  { cause: 'stage-not-found', verb: 'chhwres', message: 'notInState' },
  { cause: 'stage-not-found', message: 'resourceBusy' },
  { cause: 'stage-incomplete', message: 'internalError' },
  { cause: 'profile-in-use', message: 'profileInUse' },
  { cause: 'partition-environment', message: 'environmentMismatch' },
  { cause: 'virtual-switch-name-in-use', message: 'switchNameInUse' },
  { cause: 'virtual-switch-in-use', message: 'switchInUse' },
  { cause: 'virtual-switch-limit', message: 'switchLimit' },
  { cause: 'system-profile-not-found', message: 'systemProfileNotFound' },
  { cause: 'system-profile-name-in-use', message: 'systemProfileNameInUse' },
  { cause: 'system-profile-invalid', message: 'systemProfileInvalid' },
  { cause: 'processor-pool-not-found', message: 'processorPoolNotFound' },
  { cause: 'processor-pool-name-in-use', message: 'processorPoolNameInUse' },
  { cause: 'processor-pool-in-use', message: 'processorPoolInUse' },
  { cause: 'processor-pool-range', message: 'processorPoolInvalid' },
  { cause: 'memory-sharing-capability', message: 'sharedMemoryNotSupported' },
  { cause: 'memory-expansion-capability', message: 'memoryExpansionNotSupported' },
  { cause: 'memory-deduplication-capability', message: 'deduplicationNotSupported' },
  { cause: 'memory-mode', message: 'memoryModeInvalid' },
  { cause: 'memory-pool-not-found', message: 'memoryPoolNotFound' },
  { cause: 'memory-pool-exists', message: 'memoryPoolExists' },
  { cause: 'memory-pool-in-use', message: 'memoryPoolInUse' },
  { cause: 'memory-pool-range', message: 'memoryPoolInvalid' },
  { cause: 'io-entitlement', message: 'ioEntitlementInvalid' },
  { cause: 'virtual-adapter-missing', message: 'virtualAdapterMissing' },
  { cause: 'paging-vios', message: 'pagingViosInvalid' },
  { cause: 'paging-device-not-found', message: 'pagingDeviceNotFound' },
  { cause: 'paging-device-in-use', message: 'pagingDeviceInUse' },
  { cause: 'paging-device-insufficient', message: 'pagingDeviceMissing' },
  { cause: 'system-state', message: 'wrongSystemState' },
  { cause: 'wrong-password', message: 'wrongPassword' },
  { cause: 'password-locked', message: 'passwordLocked' },
  { cause: 'passwords-not-set', message: 'passwordsNotSet' },
  { cause: 'version-mismatch', message: 'versionMismatch' },
  { cause: 'not-primary', message: 'notPrimary' },
  { cause: 'write-locked', message: 'resourceBusy' },
  { cause: 'not-controller', message: 'notController' },
  { cause: 'dump-in-progress', message: 'dumpInProgress' },
  { cause: 'dump-space', message: 'dumpInProgress' },
  { cause: 'dump-not-found', message: 'dumpNotFound' },
  { cause: 'firmware-busy', message: 'firmwareBusy' },
  { cause: 'firmware-side', message: 'firmwareNotPossible' },
  { cause: 'firmware-disruptive', message: 'firmwareNotPossible' },
  { cause: 'firmware-order', message: 'firmwareNotPossible' },
  { cause: 'firmware-none', message: 'firmwareNotPossible' },
  { cause: 'capacity-code', message: 'capacityCodeInvalid' },
  { cause: 'capacity-state', message: 'capacityNotPossible' },
  { cause: 'power-cap', message: 'powerCapInvalid' },
  { cause: 'location-not-found', message: 'locationNotFound' },
  { cause: 'terminal-open', message: 'terminalOpen' },
  // Statuses
  { cause: 'busy', message: 'resourceBusy' },
  { cause: 'hypervisor-not-running', message: 'wrongSystemState' },
  { cause: 'not-authenticated', message: 'notConnected' },
  { cause: 'disconnected', message: 'notConnected' },
  { cause: 'timed-out', message: 'timedOut' },
  { cause: 'too-old', message: 'timedOut' },
  { cause: 'malformed', message: 'internalError' },
  { cause: 'unknown-command', message: 'internalError' },
  { cause: 'wrong-target', message: 'internalError' },
  { cause: 'failed', message: 'internalError' },
]

/**
 * The line to print for a failed command of an operation. `names` say what the operator called things: they fill the message's
 * parameters where the refusal's own values do not.
 */
export function failureText(operation: OperationName, failed: FailedCommand, names: Readonly<Record<string, string | number>>): string {
  const cause = failed.status === 'refused' ? failed.refusal.reason : failed.status
  const row = rows.find((entry) => entry.cause === cause && (entry.verb === undefined || operation.startsWith(entry.verb)))
  const detail = failed.refusal.detail === '' ? failed.status : failed.refusal.detail
  const values = failed.refusal.values ?? {}
  const about = row?.about ?? (cause === 'profile-not-found' ? values['profile'] : undefined)
  const named = about === undefined ? {} : { name: about, resource: about }
  return messageText(row?.message ?? 'internalError', { ...names, ...values, ...named, detail })
}
