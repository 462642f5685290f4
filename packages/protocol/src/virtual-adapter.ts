// Virtual adapters as configuration: what a profile asks for and a partition holds, one kind of object per kind of adapter.
// The strings by which a console's operator writes them (`2/client/1//2/1`) are the console's; the devices that they become at the start
// of a partition are the hypervisor's.

import * as z from 'zod'

/** The virtual Ethernet switch that every machine has (consoles from V7R3 on: vswitch). */
export const DEFAULT_VIRTUAL_SWITCH = 'ETHERNET0'

/** Highest slot of an adapter with an address of its own: a MAC address holds 12 bits of the slot (captures of V7R7.9). */
const MAX_ADDRESSED_SLOT = 4095

const slot = z.int().min(0).max(65_535)
const role = z.enum(['server', 'client'])
/** Partition ID of the adapter at the other end; `any`: whoever names this one. */
const remoteId = z.union([z.literal('any'), z.int().min(1).max(4095)])
const remoteSlot = z.union([z.literal('any'), slot])
/** A required adapter has to be there for an activation, and is not removed from a running partition. */
const required = z.boolean()
const vlan = z.int().min(1).max(4094)

/** Name of a virtual switch. */
export const virtualSwitchNameSchema = z
  .string()
  .regex(/^[\x21-\x2e\x30-\x7e]{1,31}$/, 'expected 1 to 31 printable characters without / and blanks')

const serialAdapterSchema = z.object({
  kind: z.literal('serial'),
  slot,
  role,
  /** Whether a console may open a terminal on it. */
  supportsHmc: z.boolean(),
  remoteId,
  remoteSlot,
  required,
})

const scsiAdapterSchema = z.object({ kind: z.literal('scsi'), slot, role, remoteId, remoteSlot, required })

const wwpn = z.string().regex(/^[0-9a-f]{16}$/, 'expected 16 lower-case hexadecimal digits')

const fcAdapterSchema = z.object({
  kind: z.literal('fc'),
  slot: slot.max(MAX_ADDRESSED_SLOT),
  role,
  remoteId,
  remoteSlot,
  /** World-wide port names of a client, the second for a migration; null: the machine's own for this partition and slot. */
  wwpns: z.tuple([wwpn, wwpn]).nullable(),
  required,
})

/** 12 upper-case hexadecimal digits; null: the machine's own for this partition and slot. */
const mac = z
  .string()
  .regex(/^[0-9A-F]{12}$/, 'expected 12 upper-case hexadecimal digits')
  .nullable()

const ethernetAdapterSchema = z.object({
  kind: z.literal('eth'),
  slot: slot.max(MAX_ADDRESSED_SLOT),
  /** Whether it takes part in IEEE 802.1Q: frames of `additionalVlans` pass with their tags. */
  ieee: z.boolean(),
  /** Port VLAN ID: frames without a tag belong to it. */
  vlan,
  additionalVlans: z.array(vlan).max(20),
  /** 0: no trunk. Of the trunks of a VLAN the one with the lowest priority number bridges. */
  trunkPriority: z.int().min(0).max(15),
  required,
  virtualSwitch: virtualSwitchNameSchema,
  mac,
})

/** A logical port of a physical adapter that a virtual I/O server lends to a virtual NIC. */
const backingDeviceSchema = z.object({
  /** Partition ID of the virtual I/O server. */
  viosId: z.int().min(1).max(4095),
  adapterId: z.int().min(1).max(65_535),
  physicalPort: z.int().min(0).max(65_535),
  /** Share of the physical port, in hundredths of a percent. */
  capacityHundredths: z.int().min(0).max(10_000),
  /** 1 to 100; the lowest one that works carries the traffic. */
  failoverPriority: z.int().min(1).max(100),
})
export type BackingDevice = z.infer<typeof backingDeviceSchema>

const vnicAdapterSchema = z.object({
  kind: z.literal('vnic'),
  slot: slot.max(MAX_ADDRESSED_SLOT),
  /** Port VLAN ID; 0: frames go out without a tag. */
  vlan: z.int().min(0).max(4094),
  backingDevices: z.array(backingDeviceSchema).min(1).max(6),
  required,
  mac,
})

/** A virtual adapter of a profile or of a partition. */
export const virtualAdapterSchema = z.discriminatedUnion('kind', [
  serialAdapterSchema,
  scsiAdapterSchema,
  ethernetAdapterSchema,
  fcAdapterSchema,
  vnicAdapterSchema,
])
export type VirtualAdapter = z.infer<typeof virtualAdapterSchema>
export const adapterKinds = ['serial', 'scsi', 'eth', 'fc', 'vnic'] as const satisfies readonly VirtualAdapter['kind'][]
export type AdapterKind = VirtualAdapter['kind']
/** A virtual adapter of one kind. */
export type AdapterOf<K extends AdapterKind> = Extract<VirtualAdapter, { kind: K }>

/** Kinds of virtual devices, as the device tree names them (LoPAR; Linux drivers ibmvscsi, ibmvfc, ibmveth, ibmvnic, ibmvmc; VASI). */
export const deviceKinds = ['v-scsi', 'v-scsi-host', 'vfc-client', 'vfc-server', 'l-lan', 'vnic', 'vmc', 'vasi'] as const
export type DeviceKind = (typeof deviceKinds)[number]

/** What a partition finds in its device tree where a virtual device is. */
export interface DeviceNode {
  readonly unitAddress: number
  readonly kind: DeviceKind
  /** Virtual slot; null: in none, as the management channel. */
  readonly slot: number | null
  /** Of an Ethernet adapter or virtual NIC: 12 upper-case hexadecimal digits. */
  readonly mac: string | null
  /** World-wide port names of a Fibre Channel client. */
  readonly wwpns: readonly [string, string] | null
}

/** The device that an adapter becomes; null: none, its work is the hypervisor's own (serial adapters). */
export function deviceKindOf(adapter: VirtualAdapter): DeviceKind | null {
  switch (adapter.kind) {
    case 'serial':
      return null
    case 'scsi':
      return adapter.role === 'client' ? 'v-scsi' : 'v-scsi-host'
    case 'fc':
      return adapter.role === 'client' ? 'vfc-client' : 'vfc-server'
    case 'eth':
      return 'l-lan'
    case 'vnic':
      return 'vnic'
  }
}

/** The two serial adapters that every partition has: its console terminal and its firmware's (captures of consoles). */
export const defaultSerialAdapters: readonly VirtualAdapter[] = [0, 1].map((number) => ({
  kind: 'serial',
  slot: number,
  role: 'server',
  supportsHmc: true,
  remoteId: 'any',
  remoteSlot: 'any',
  required: true,
}))
