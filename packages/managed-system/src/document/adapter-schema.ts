// Virtual adapters of a partition in a machine document: the protocol's fields, most of them with a default.
// What several adapters have to agree on is adapter-rules.ts.

import { type AdapterKind, DEFAULT_VIRTUAL_SWITCH, type VirtualAdapter } from '@powersim/protocol'
import * as z from 'zod'

const slot = z.int().min(0).max(65_535)
/** Its MAC address or port names hold 12 bits of the slot. */
const addressedSlot = z.int().min(0).max(4095)
const vlan = z.int().min(1).max(4094)
const required = z.boolean().default(false)
const role = z.enum(['server', 'client'])
const remoteId = z.union([z.literal('any'), z.int().min(1).max(4095)]).default('any')
const remoteSlot = z.union([z.literal('any'), slot]).default('any')
const wwpn = z.string().regex(/^[0-9a-f]{16}$/, 'expected 16 lower-case hexadecimal digits')

const mac = z
  .string()
  .regex(/^[0-9A-F]{12}$/, 'expected 12 upper-case hexadecimal digits')
  .nullable()
  .default(null)

export const virtualSwitchSchema = z
  .string()
  .regex(/^[\x21-\x2e\x30-\x7e]{1,31}$/, 'expected 1 to 31 printable characters without / and blanks')

export const adapterSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('serial'), slot, role, supportsHmc: z.boolean().default(false), remoteId, remoteSlot, required }),
  z.strictObject({ kind: z.literal('scsi'), slot, role, remoteId, remoteSlot, required }),
  z.strictObject({
    kind: z.literal('fc'),
    slot: addressedSlot,
    role,
    remoteId,
    remoteSlot,
    wwpns: z.tuple([wwpn, wwpn]).nullable().default(null),
    required,
  }),
  z.strictObject({
    kind: z.literal('eth'),
    slot: addressedSlot,
    /** Default: with additional VLANs. */
    ieee: z.boolean().optional(),
    vlan,
    additionalVlans: z.array(vlan).max(20).default([]),
    trunkPriority: z.int().min(0).max(15).default(0),
    required,
    virtualSwitch: virtualSwitchSchema.default(DEFAULT_VIRTUAL_SWITCH),
    mac,
  }),
  z.strictObject({
    kind: z.literal('vnic'),
    slot: addressedSlot,
    vlan: z.int().min(0).max(4094).default(0),
    backingDevices: z
      .array(
        z.strictObject({
          viosId: z.int().min(1).max(4095),
          adapterId: z.int().min(1).max(65_535),
          physicalPort: z.int().min(0).max(65_535),
          capacityHundredths: z.int().min(0).max(10_000).default(200),
          failoverPriority: z.int().min(1).max(100).default(50),
        }),
      )
      .min(1)
      .max(6),
    required,
    mac,
  }),
])
export type AdapterDocument = z.output<typeof adapterSchema>
export type AdapterDocumentOf<K extends AdapterKind> = Extract<AdapterDocument, { kind: K }>

/** The protocol's words for it. */
export function adapterOf(adapter: AdapterDocument): VirtualAdapter {
  if (adapter.kind !== 'eth') return adapter
  return { ...adapter, ieee: adapter.ieee ?? adapter.additionalVlans.length > 0 }
}
