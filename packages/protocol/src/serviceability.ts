// Words about service that the console, the service processor and the hypervisor share: severities of error logs, kinds of dumps, lights,
// parts, power modes and capacity on demand. How a log becomes bytes is the service processor's (PEL); how a row prints the console's.

import * as z from 'zod'

/** Severity byte of an error log (LoPAR error log format, user header; openpower-pels), by name. */
export const errorSeverities = {
  informational: 0x00,
  recovered: 0x10,
  'spare-used': 0x14,
  'lost-capacity': 0x15,
  predictive: 0x20,
  'predictive-degraded': 0x21,
  'cured-by-reboot': 0x22,
  'cured-by-reboot-degraded': 0x23,
  'lost-redundancy': 0x24,
  unrecoverable: 0x40,
  bypassed: 0x41,
  'bypassed-loss': 0x44,
  'bypassed-redundancy': 0x45,
  'bypassed-function': 0x48,
  diagnostic: 0x60,
  'diagnostic-degraded': 0x61,
} as const
export type ErrorSeverity = keyof typeof errorSeverities
// The record's keys are these names and there is at least one.
const severityNames = Object.keys(errorSeverities) as [ErrorSeverity, ...ErrorSeverity[]]
export const errorSeveritySchema = z.enum(severityNames)

/** Dumps by where they come from: `fsp` is FSPDUMP, `sys` SYSDUMP, `power` PWRDUMP, `resource` RSCDUMP, `partition` LPARDUMP. */
export const dumpTypes = ['fsp', 'sys', 'power', 'resource', 'partition'] as const
export type DumpType = (typeof dumpTypes)[number]

/** System attention lights: the one at the front, those of the partitions, the one of the system as the console sees it. */
export const ledScopes = ['phys', 'virtuallpar', 'virtualsys'] as const
export type LedScope = (typeof ledScopes)[number]

/** Kinds of parts with vital product data of their own. */
export const systemParts = ['enclosure', 'backplane', 'processor', 'memory', 'service-processor', 'fan', 'power-supply', 'slot'] as const
export type SystemPart = (typeof systemParts)[number]

/** `none` is nominal; the others are EnergyScale's static and dynamic power savers. */
export const powerModes = ['none', 'static', 'dynamic_favor_power', 'dynamic_favor_perf'] as const
export type PowerMode = (typeof powerModes)[number]

/** Ways of having capacity that was not bought with the machine. */
export const capacityKinds = ['cuod', 'trial', 'onoff', 'utility'] as const
export type CapacityKind = (typeof capacityKinds)[number]

/** Whole processors, and memory in MiB. */
export const capacityResources = ['proc', 'mem'] as const
export type CapacityResource = (typeof capacityResources)[number]
