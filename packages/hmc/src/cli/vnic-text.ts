// Virtual NICs in configuration data: name=value groups joined by colons, since a virtual NIC has a list in it (domain knowledge: no
// capture of a profile with one is public). A backing device is
//   sriov/vios-name/vios-id/adapter-id/physical-port-id[/logical-port-id[/capacity[/failover-priority]]]
// The row of lshwres, which has been captured, is operations/virtual-io/list-virtual-io.ts.

import type { AdapterOf, BackingDevice } from '@powersim/protocol'
import { flagOf, flagText, numberOf, type PartitionNames } from './field-text.js'

/** Capacity of a logical port, in hundredths of a percent, and priority when none are entered (powercampus.de: 2.0, 50). */
const DEFAULT_CAPACITY = 200
const DEFAULT_PRIORITY = 50

export function formatVnic({ slot, required, vlan, backingDevices, mac }: AdapterOf<'vnic'>, names: PartitionNames): string {
  const devices = backingDevices.map((device) => {
    const { viosId, adapterId, physicalPort, capacityHundredths, failoverPriority } = device
    return ['sriov', names.nameOf(viosId) ?? '', viosId, adapterId, physicalPort, '', formatCapacity(capacityHundredths), failoverPriority]
  })
  const groups = [
    `slot_num=${slot}`,
    `is_required=${flagText(required)}`,
    `port_vlan_id=${vlan}`,
    ...(mac === null ? [] : [`mac_addr=${mac}`]),
  ]
  return [...groups, `backing_devices=${devices.map((device) => device.join('/')).join(',')}`].join(':')
}

/** Percent with one decimal, or two when they are needed. */
export function formatCapacity(hundredths: number): string {
  return hundredths % 10 === 0 ? (hundredths / 100).toFixed(1) : (hundredths / 100).toFixed(2)
}

/** The fields, not yet checked for their ranges; undefined: no such string; a text: the name of a partition that is not known. */
export function readVnic(text: string, names: PartitionNames): object | string | undefined {
  const values = new Map<string, string>()
  for (const group of text.split(':')) {
    const [name = '', value, ...more] = group.split('=')
    if (value === undefined || more.length > 0 || values.has(name) || !groupNames.includes(name)) return undefined
    values.set(name, value)
  }
  const backingDevices: BackingDevice[] = []
  for (const device of (values.get('backing_devices') ?? '').split(',')) {
    const read = readBackingDevice(device, names)
    if (read === undefined || typeof read === 'string') return read
    backingDevices.push(read)
  }
  return {
    kind: 'vnic',
    slot: numberOf(values.get('slot_num')),
    vlan: numberOf(values.get('port_vlan_id') ?? '0'),
    backingDevices,
    required: flagOf(values.get('is_required') ?? '0'),
    mac: values.get('mac_addr')?.toUpperCase() ?? null,
  }
}

const groupNames = ['slot_num', 'is_required', 'port_vlan_id', 'mac_addr', 'backing_devices']

export function readBackingDevice(text: string, names: PartitionNames): BackingDevice | string | undefined {
  const [kind, name = '', idText = '', adapter, port, , capacity = '', priority = '', ...more] = text.split('/')
  if (kind !== 'sriov' || more.length > 0) return undefined
  const viosId = idText === '' ? names.idOf(name) : numberOf(idText)
  if (viosId === undefined) return idText === '' && name !== '' ? name : undefined
  const adapterId = numberOf(adapter)
  const physicalPort = numberOf(port)
  const capacityHundredths = capacity === '' ? DEFAULT_CAPACITY : readCapacity(capacity)
  const failoverPriority = priority === '' ? DEFAULT_PRIORITY : numberOf(priority)
  if (adapterId === undefined || physicalPort === undefined || capacityHundredths === undefined || failoverPriority === undefined) {
    return undefined
  }
  return { viosId, adapterId, physicalPort, capacityHundredths, failoverPriority }
}

function readCapacity(text: string): number | undefined {
  return /^\d{1,3}(?:\.\d{1,2})?$/.test(text) ? Math.round(Number(text) * 100) : undefined
}
