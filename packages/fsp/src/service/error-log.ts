// An error log of the platform in the form that IBM's service processors write (platform event log, PEL): header fields, the system
// reference code with its callouts, and further sections (LoPAR, error log format; openpower-pels). Its bytes are in pel-codec.ts, who
// keeps it in log-store.ts.

import { type ErrorSeverity, errorSeverities } from '@powersim/protocol'

/** Who made it: one letter of the private header. */
export const logCreators = { serviceProcessor: 'E', hypervisor: 'H', power: 'W', partitionFirmware: 'L' } as const
export type LogCreator = (typeof logCreators)[keyof typeof logCreators]

/** Subsystem byte of the user header: the base of each range. */
export const subsystems = {
  processor: 0x10,
  memory: 0x20,
  io: 0x30,
  cec: 0x50,
  power: 0x60,
  surveillance: 0x7a,
  firmware: 0x80,
} as const
export type Subsystem = keyof typeof subsystems

/** Action flags of the user header. */
export const ACTION_SERVICE = 0x8000
export const ACTION_HIDDEN = 0x4000
export const ACTION_REPORT = 0x2000
export const ACTION_DO_NOT_REPORT = 0x1000
export const ACTION_CALL_HOME = 0x0800

/** Event types of the user header: what kind of entry it is. */
export const EVENT_OTHER = 0x00
/** A guard record: the part stays out over an IPL, and the log is never purged. */
export const EVENT_GUARD = 0x21
/** A dump was taken. */
export const EVENT_DUMP = 0x08

export const MAX_CALLOUTS = 10
/** Words 2 to 9 of a reference code. */
export const SRC_WORDS = 8

export interface Callout {
  readonly priority: 'H' | 'M' | 'L'
  /** Location code, up to 80 characters. */
  readonly location: string
  /** Seven characters. */
  readonly partNumber: string
  /** Four characters. */
  readonly ccin: string
  /** Twelve characters at most. */
  readonly serialNumber: string
}

/** Sections beside the two headers and the reference code, by the two letters that they begin with. */
export type LogSection =
  | { readonly id: 'MT'; readonly typeModel: string; readonly serialNumber: string }
  | { readonly id: 'LR'; readonly resourceType: number; readonly entitledCapacity: number; readonly drcIndex: number }
  | { readonly id: 'DH'; readonly dumpType: number; readonly dumpId: number; readonly bytes: number; readonly name: string }
  | { readonly id: 'EP'; readonly action: number; readonly event: number; readonly modifier: number }
  | { readonly id: 'IE'; readonly eventType: number; readonly scope: number; readonly drcIndex: number }
  | { readonly id: 'LP'; readonly lparId: number; readonly name: string; readonly targets: readonly number[] }
  | { readonly id: 'UD'; readonly component: number; readonly data: Uint8Array }

export interface ErrorLog {
  /** Number of the entry, from 1. */
  readonly id: number
  /** Platform log ID: the same in all logs of one event. */
  readonly platformLogId: number
  readonly creator: LogCreator
  readonly createdNs: number
  readonly subsystem: Subsystem
  readonly severity: ErrorSeverity
  readonly eventType: number
  readonly actionFlags: number
  /** Eight characters. */
  readonly refcode: string
  readonly words: readonly number[]
  readonly callouts: readonly Callout[]
  readonly sections: readonly LogSection[]
}

/** Severity as the byte of the user header. */
export function severityByte(log: ErrorLog): number {
  return errorSeverities[log.severity]
}

export function hasFlag(log: ErrorLog, flag: number): boolean {
  return (log.actionFlags & flag) !== 0
}

/** A log with a guard record is kept whatever else is purged. */
export function isGuardRecord(log: ErrorLog): boolean {
  return log.eventType === EVENT_GUARD
}

/** Consoles call home for a log only when it asks for a service action and for the call. */
export function callsHome(log: ErrorLog): boolean {
  return hasFlag(log, ACTION_SERVICE) && hasFlag(log, ACTION_CALL_HOME)
}
