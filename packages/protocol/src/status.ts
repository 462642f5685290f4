// Statuses of a reply, and the reasons of a refusal. A simulated failure is one of these values, never an exception.
// How a console words them for an operator (HSCL messages) belongs to the hmc package.

import type { Json } from './message.js'

/** Status of a reply, by its number in the header. */
export const statuses = [
  'ok',
  'malformed', // the payload does not fit the command
  'unknown-command', // the opcode is not served here
  'wrong-target', // the component that got it cannot serve this target
  'busy', // a bounded queue was full: nothing was done, try again
  'too-old', // the key is below the reply window: never applied
  'not-authenticated', // a command before the connection's set-up was done
  'hypervisor-not-running', // target PHYP while the server is off, starting or stopped
  'refused', // the target understood and declined: see the refusal's reason
  'timed-out', // made by the console: no reply in time, the effect is unknown
  'disconnected', // made by the console: no connection on the chosen path
  'failed', // the target broke while serving it
] as const
export type StatusName = (typeof statuses)[number]

export const STATUS_OK = 0

/** The number of a status in the header. */
export function statusNumber(name: StatusName): number {
  return statuses.indexOf(name)
}

/** The name of a status number; undefined when no status has it. */
export function statusName(number: number): StatusName | undefined {
  return statuses[number]
}

/** Why a target declined. `values` of the refusal name the partition, the limits and so on. */
export const refusalReasons = [
  'partition-not-found',
  'profile-not-found',
  'partition-name-in-use',
  'profile-name-in-use',
  'partition-id-in-use',
  'too-many-partitions',
  'partition-active', // the step needs state Not Activated
  'partition-not-active', // the step needs an activated partition
  'no-current-configuration', // activation without a profile, and no configuration is held
  'memory-insufficient',
  'processors-insufficient',
  'memory-range', // outside the partition's minimum and maximum
  'memory-region-multiple',
  'processor-range',
  'processor-entitlement', // below the minimum per virtual processor, or above one whole processor each
  'processor-mode', // procs for shared, processing units for dedicated and so on
  'slot-in-use',
  'slot-range',
  'adapter-not-found', // no virtual adapter in that slot, or one of another kind
  'adapter-required', // a running partition keeps it
  'adapter-invalid',
  'fibre-channel-not-supported', // the machine has no virtual Fibre Channel
  'virtual-switch-not-found',
  'virtual-switch-name-in-use',
  'virtual-switch-in-use', // an adapter is at it, or every machine has it
  'virtual-switch-limit', // there have been as many names as a machine takes
  'io-slot-not-found',
  'io-slot-in-use', // another partition has it, or this one does not
  'resource-busy', // another operation holds the partition
  'stage-not-found',
  'stage-incomplete',
  'profile-in-use', // it is the default or the last profile
  'partition-environment', // a partition of that ID is made for something else
  'system-profile-not-found',
  'system-profile-name-in-use',
  'system-profile-invalid', // a partition twice, or a profile of shared memory, or too many of them
  'processor-pool-not-found',
  'processor-pool-name-in-use',
  'processor-pool-in-use', // partitions are in it
  'processor-pool-range', // no whole processors, or outside what is reserved, entitled and there
  'memory-sharing-capability', // the machine cannot share memory
  'memory-expansion-capability',
  'memory-deduplication-capability',
  'memory-mode', // what does not go with shared memory: dedicated processors, physical slots, paging for others
  'memory-pool-not-found',
  'memory-pool-exists', // there is one at most
  'memory-pool-in-use', // partitions share it
  'memory-pool-range', // outside what partitions are entitled to and the pool's maximum
  'io-entitlement', // outside what the virtual adapters need and the pool has
  'virtual-adapter-missing', // a partition that shares memory has a virtual adapter that is not serial
  'paging-vios', // no Virtual I/O Server with dedicated memory, not one of the pool's, or needed there
  'paging-device-not-found',
  'paging-device-in-use',
  'paging-device-insufficient', // no free one is large enough
  'system-state', // the managed system is not in a state for this
  'wrong-password',
  'password-locked', // too many wrong passwords: none is looked at for a time
  'passwords-not-set', // the service processor has passwords yet to be set
  'version-mismatch', // the service processor does not serve a console of this version
  'not-primary', // this is the secondary service processor
  'write-locked', // another console has the right to change the system
  'not-controller', // another console or partition is the controller: the others may only read
  'dump-in-progress', // one of its type is taken, or not yet fetched
  'dump-not-found',
  'dump-space',
  'firmware-busy', // an update, an acceptance or a rejection is under way
  'firmware-side', // not with the side of the flash that the system runs from
  'firmware-disruptive', // the level cannot be activated while the system runs
  'firmware-order', // a part of the image before this one is not there
  'firmware-none', // no update is under way
  'capacity-code', // not a code of this system, or used up
  'capacity-state', // the capacity is not there, or not in a state for this
  'power-cap', // outside the range of caps
  'location-not-found',
  'terminal-open', // somebody has the partition's virtual terminal open
] as const
export type RefusalReason = (typeof refusalReasons)[number]

/** Data of a reply whose status is not `ok`. A type and not an interface, so that it is seen to be Json. */
export type Refusal = {
  readonly reason?: RefusalReason
  readonly detail: string
  readonly values?: Readonly<Record<string, string | number>>
}

/** Whether a reply's data has the shape of a refusal; foreign data is then told by its status alone. */
export function isRefusal(data: Json): data is Refusal {
  return typeof data === 'object' && data !== null && 'detail' in data && typeof data.detail === 'string'
}
