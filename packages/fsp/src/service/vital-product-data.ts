// Vital product data: the parts of the machine with location codes, part and serial numbers, as the service processor collects them at
// each IPL. Numbers are made from the machine's serial number, so that each part has its own. Which parts are guarded out is guards.ts.

import type { SystemPart } from '@powersim/protocol'
import type { SystemIdentity } from '../parameters.js'
import type { Callout } from './error-log.js'

/** How many parts of each kind the machine has. */
export interface MachineParts {
  readonly processors: number
  readonly memoryMiB: number
  /** MiB of a memory module. */
  readonly moduleMiB: number
  readonly fans: number
  readonly powerSupplies: number
  /** Location codes of I/O slots within the enclosure, `P1-C1`. */
  readonly slots: readonly string[]
}

export interface Part {
  readonly location: string
  readonly kind: SystemPart
  readonly description: string
  readonly partNumber: string
  readonly ccin: string
  readonly serialNumber: string
}

/** Modules that one list has at most: a larger memory is shown as fewer, larger ones. */
const MAX_MODULES = 256

interface PartKind {
  readonly kind: SystemPart
  readonly description: string
  /** Part number and CCIN (estimates: of the form that such parts have). */
  readonly partNumber: string
  readonly ccin: string
}

const kinds = {
  enclosure: { kind: 'enclosure', description: 'System unit', partNumber: '44V6885', ccin: '78A0' },
  backplane: { kind: 'backplane', description: 'System backplane', partNumber: '46K7761', ccin: '2BD4' },
  processor: { kind: 'processor', description: 'Processor', partNumber: '10N9725', ccin: '53E1' },
  memory: { kind: 'memory', description: 'Memory DIMM', partNumber: '77P6500', ccin: '31C7' },
  serviceProcessor: { kind: 'service-processor', description: 'Service processor', partNumber: '46K7745', ccin: '2B0A' },
  fan: { kind: 'fan', description: 'Air moving device', partNumber: '44V3454', ccin: '6B05' },
  powerSupply: { kind: 'power-supply', description: 'AC power supply', partNumber: '44V4954', ccin: '51C3' },
  slot: { kind: 'slot', description: 'I/O slot', partNumber: 'N/A', ccin: '0000' },
} as const satisfies Record<string, PartKind>

/** The parts of a machine, enclosure first. */
export function partsOf(identity: SystemIdentity, machine: MachineParts): readonly Part[] {
  const unit = `U${identity.typeModel.replace('-', '.')}.${identity.serialNumber}`
  const parts: Part[] = []
  const add = (of: PartKind, location: string): void => {
    const serialNumber = `YL1${identity.serialNumber.slice(-4)}${String(parts.length).padStart(5, '0')}`
    parts.push({ ...of, location: location === '' ? unit : `${unit}-${location}`, serialNumber })
  }
  add(kinds.enclosure, '')
  add(kinds.backplane, 'P1')
  add(kinds.serviceProcessor, 'P1-C9')
  for (let core = 0; core < machine.processors; core++) add(kinds.processor, `P1-C10-R${core + 1}`)
  const modules = Math.min(MAX_MODULES, Math.ceil(machine.memoryMiB / machine.moduleMiB))
  for (let module = 0; module < modules; module++) add(kinds.memory, `P1-C11-M${module + 1}`)
  for (let fan = 0; fan < machine.fans; fan++) add(kinds.fan, `A${fan + 1}`)
  for (let supply = 0; supply < machine.powerSupplies; supply++) add(kinds.powerSupply, `E${supply + 1}`)
  for (const slot of machine.slots) add(kinds.slot, slot)
  return parts
}

/** The n-th part of a kind, from 0. */
export function partOf(parts: readonly Part[], kind: SystemPart, number: number): Part | undefined {
  return parts.filter((part) => part.kind === kind)[number]
}

export function calloutOf({ location, partNumber, ccin, serialNumber }: Part, priority: Callout['priority']): Callout {
  return { priority, location, partNumber, ccin, serialNumber }
}
