// Parameters of serviceability and run-time care for a machine of which nothing more is known. A preset gives each value with its source;
// these are the same ones, for programs that build a service processor by themselves.

import { hours, mib, ms, seconds } from '@powersim/kernel'
import type { RuntimeParameters, ServiceParameters } from './service-parameters.js'

export const defaultServiceParameters: ServiceParameters = {
  logs: { maxLogs: 3000, maxBytes: 20_000_000, purgeToPercent: 90, work: ms(40), window: 8 },
  dumps: {
    fsp: { bytes: mib(8), chunkBytes: mib(5), take: seconds(60), work: seconds(15) },
    sys: { bytes: mib(256), chunkBytes: mib(4), take: seconds(30), work: seconds(5) },
    power: { bytes: mib(1), chunkBytes: mib(2), take: seconds(30), work: seconds(5) },
    resource: { bytes: 2_490_992, chunkBytes: mib(2), take: seconds(10), work: seconds(1) },
    partition: { bytes: mib(64), chunkBytes: mib(4), take: seconds(30), work: seconds(2) },
  },
  firmware: {
    temporary: '01EL350_085',
    permanent: '01EL350_085',
    side: 'temp',
    chunkBytes: 65_536,
    writeNsPerByte: 1000,
    workNsPerByte: 100,
    check: seconds(10),
    activate: seconds(5),
    copy: seconds(90),
    copyWork: seconds(20),
  },
  capacity: { processors: null, memoryMiB: null, trialNs: hours(720) },
  parts: { processors: 4, memoryMiB: 65_536, moduleMiB: 4096, fans: 4, powerSupplies: 2, slots: ['P1-C1', 'P1-C2'] },
}

/** Polls and corrected errors are off. */
export const defaultRuntimeParameters: RuntimeParameters = {
  sensors: { everyNs: 0, work: ms(60) },
  correctedErrors: { every: null, work: ms(5), threshold: 24, windowNs: hours(24) },
  energy: {
    ambientCelsius: 22,
    load: 0.5,
    idleWatts: 350,
    maxWatts: 700,
    kelvinPerWatt: 0.06,
    timeConstantNs: seconds(120),
    fanFromCelsius: 45,
    throttleCelsius: 75,
    criticalCelsius: 90,
  },
}
