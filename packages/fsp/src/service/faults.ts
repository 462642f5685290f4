// What can go wrong with the hardware, and the error log that the service processor makes of it: reference code, severity, action flags,
// text. The codes have the form and the leading digits of IBM's (B1 service processor, B7 hypervisor, BC hardware, 11 power); which exact
// one a fault has is an estimate, but 110000AC, the loss of power of a public capture.

import type { ErrorSeverity, SystemPart } from '@powersim/protocol'
import {
  ACTION_CALL_HOME,
  ACTION_HIDDEN,
  ACTION_REPORT,
  ACTION_SERVICE,
  type Callout,
  EVENT_DUMP,
  EVENT_GUARD,
  EVENT_OTHER,
  type LogSection,
  SRC_WORDS,
  type Subsystem,
} from './error-log.js'
import type { LogDraft } from './log-store.js'

interface Fault {
  readonly refcode: string
  readonly subsystem: Subsystem
  readonly severity: ErrorSeverity
  readonly eventType: number
  readonly actionFlags: number
  readonly text: string
  /** The kind of part that is called out. */
  readonly part: SystemPart | null
}

const serviceAndCall = ACTION_SERVICE | ACTION_REPORT | ACTION_CALL_HOME
const hidden = ACTION_HIDDEN | ACTION_REPORT

export const faults = {
  'recovered-error': fault('B1818601', 'firmware', 'recovered', hidden, 'Recovered error in the service processor firmware', null),
  'processor-predictive': fault(
    'BC10E504',
    'processor',
    'predictive',
    serviceAndCall,
    'Processor: too many corrected errors',
    'processor',
    EVENT_GUARD,
  ),
  'processor-spared': fault(
    'BC10E510',
    'processor',
    'spare-used',
    hidden,
    'A spare processor has replaced a failing one',
    'processor',
    EVENT_GUARD,
  ),
  'memory-predictive': fault(
    'BC20E504',
    'memory',
    'predictive',
    serviceAndCall,
    'Memory: too many corrected errors',
    'memory',
    EVENT_GUARD,
  ),
  fan: fault('11007610', 'power', 'lost-redundancy', serviceAndCall, 'An air moving device has failed', 'fan'),
  'power-supply': fault('11001510', 'power', 'lost-redundancy', serviceAndCall, 'A power supply has failed', 'power-supply'),
  'service-processor': fault(
    'B1817212',
    'firmware',
    'lost-redundancy',
    serviceAndCall,
    'The secondary service processor does not answer',
    null,
  ),
  'power-loss': fault('110000AC', 'power', 'unrecoverable', ACTION_SERVICE | ACTION_REPORT, 'Loss of power to the system unit', null),
  overheating: fault('11007203', 'power', 'predictive', ACTION_SERVICE | ACTION_REPORT, 'Ambient temperature is above its limit', null),
  overheated: fault('11007205', 'power', 'unrecoverable', serviceAndCall, 'Temperature is critical: the system is shut down', null),
  'dump-ready': fault('B181F300', 'firmware', 'informational', ACTION_SERVICE | ACTION_REPORT, 'A dump is available', null, EVENT_DUMP),
  'dump-failed': fault('B181F3E0', 'firmware', 'unrecoverable', ACTION_SERVICE | ACTION_REPORT, 'A dump could not be taken', null),
} as const satisfies Record<string, Fault>
export type FaultName = keyof typeof faults

function fault(
  refcode: string,
  subsystem: Subsystem,
  severity: ErrorSeverity,
  actionFlags: number,
  text: string,
  part: SystemPart | null,
  eventType = EVENT_OTHER,
): Fault {
  return { refcode, subsystem, severity, actionFlags, text, part, eventType }
}

const noWords: readonly number[] = Array.from({ length: SRC_WORDS }, () => 0)

/** The log of a fault, before it has a number. */
export function draftOf(name: FaultName, callouts: readonly Callout[], sections: readonly LogSection[]): LogDraft {
  const { refcode, subsystem, severity, eventType, actionFlags } = faults[name]
  const creator = subsystem === 'power' ? 'W' : 'E'
  return { creator, subsystem, severity, eventType, actionFlags, refcode, words: noWords, callouts, sections }
}
