// From a checked document to the parameters of serviceability and run-time care. The parts are those that the document gives the
// hypervisor.

import type { FspParameters } from '@powersim/fsp'
import { lawOf } from './document/quantity.js'
import type { SystemDocument } from './document/schema.js'

type FspDocument = SystemDocument['fsp']
type DumpDocument = FspDocument['service']['dumps']['sys']
type DumpParameters = FspParameters['service']['dumps']['sys']

export function serviceParameters({ fsp, phyp }: SystemDocument): FspParameters['service'] {
  const { logs, dumps, firmware, capacity, parts } = fsp.service
  return {
    logs: {
      maxLogs: logs.kept,
      maxBytes: logs.keptBytes,
      purgeToPercent: logs.purgeToPercent,
      work: lawOf(logs.work),
      window: logs.window,
    },
    dumps: {
      fsp: dumpParameters(dumps.fsp),
      sys: dumpParameters(dumps.sys),
      power: dumpParameters(dumps.power),
      resource: dumpParameters(dumps.resource),
      partition: dumpParameters(dumps.partition),
    },
    firmware: {
      ...firmware,
      check: lawOf(firmware.check),
      activate: lawOf(firmware.activate),
      copy: lawOf(firmware.copy),
      copyWork: lawOf(firmware.copyWork),
    },
    capacity: { processors: capacity.processors, memoryMiB: capacity.memoryMiB, trialNs: capacity.trial },
    parts: {
      ...parts,
      processors: phyp.processors.installed,
      memoryMiB: phyp.memory.installedMiB,
      slots: phyp.ioSlots.map(({ location }) => location),
    },
  }
}

function dumpParameters({ bytes, chunkBytes, take, work }: DumpDocument): DumpParameters {
  return { bytes, chunkBytes, take: lawOf(take), work: lawOf(work) }
}

export function runtimeParameters({ sensors, correctedErrors, energy }: FspDocument['runtime']): FspParameters['runtime'] {
  const { every, work, threshold, window } = correctedErrors
  const { timeConstant, ...rest } = energy
  return {
    sensors: { everyNs: sensors.every, work: lawOf(sensors.work) },
    correctedErrors: { every: every === null ? null : lawOf(every), work: lawOf(work), threshold, windowNs: window },
    energy: { ...rest, timeConstantNs: timeConstant },
  }
}
