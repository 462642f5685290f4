// Codes that activate capacity: 34 hexadecimal digits, as the printed ones have. Made for one machine and one place in its sequence, so
// that a code works once. The arithmetic is this simulator's own: real codes are made by their vendor with a key, and none fits here.

import { type CapacityKind, capacityKinds, type CapacityResource, capacityResources } from '@powersim/protocol'

export interface Activation {
  readonly kind: CapacityKind
  readonly resource: CapacityResource
  /** Processors, MiB; for On/Off capacity the days that it is worth, for utility capacity processor minutes. */
  readonly amount: number
  /** Place in the sequence of the machine's codes, from 1. */
  readonly sequence: number
}

const MAX_AMOUNT = 0xffff_ffff
const MAX_SEQUENCE = 0xffff

/** The code of an activation for the machine of a serial number. RangeError for an amount or a place that a code cannot hold. */
export function activationCode(serialNumber: string, { kind, resource, amount, sequence }: Activation): string {
  if (!fits(amount, MAX_AMOUNT) || !fits(sequence, MAX_SEQUENCE)) throw new RangeError(`no code holds ${amount} at place ${sequence}`)
  const head = capacityKinds.indexOf(kind) * 16 + capacityResources.indexOf(resource)
  const plain = hex(head, 2) + hex(sequence, 4) + hex(amount, 8)
  return plain + hex(mixed(serialNumber + plain, 1), 8) + hex(mixed(serialNumber + plain, 2), 8) + hex(mixed(plain + serialNumber, 3), 4)
}

/** What a code is for on the machine of a serial number; undefined for one that is not its. */
export function readActivationCode(serialNumber: string, code: string): Activation | undefined {
  const text = code.toUpperCase()
  if (!/^[0-9A-F]{34}$/.test(text)) return undefined
  const head = Number.parseInt(text.slice(0, 2), 16)
  const kind = capacityKinds[head >> 4]
  const resource = capacityResources[head & 15]
  if (kind === undefined || resource === undefined) return undefined
  const activation = { kind, resource, amount: Number.parseInt(text.slice(6, 14), 16), sequence: Number.parseInt(text.slice(2, 6), 16) }
  return activationCode(serialNumber, activation) === text ? activation : undefined
}

function fits(value: number, max: number): boolean {
  return Number.isInteger(value) && value >= 0 && value <= max
}

function hex(value: number, digits: number): string {
  return value.toString(16).toUpperCase().padStart(digits, '0').slice(-digits)
}

/** FNV-1a over the characters, with a salt. */
function mixed(text: string, salt: number): number {
  let hash = 0x811c_9dc5 ^ salt
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x0100_0193)
  return (hash ^ (hash >>> 15)) >>> 0
}
