// The strings of virtual adapters in configuration data: captured ones read and printed back letter for letter, wrong ones refused, and
// whatever adapter there is, its string reads as the same adapter.

import { type AdapterKind, type VirtualAdapter, virtualAdapterSchema } from '@powersim/protocol'
import { ethernetAdapter, scsiClient, scsiServer } from '@powersim/testkit'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { formatAdapter, readAdapter } from '../src/cli/adapter-text.js'
import { partitionNames } from '../src/cli/field-text.js'

const names = partitionNames([
  { id: 2, name: 'vios1' },
  { id: 3, name: 'vios2' },
  { id: 5, name: 'nim1' },
])

describe('captured strings', () => {
  const captured: [AdapterKind, string][] = [
    ['serial', '0/server/1/any//any/1'],
    ['scsi', '2/client/2/vios1/2/1'],
    ['scsi', '3/client/3/vios2/2/1'],
    ['scsi', '2/server/5/nim1/3/0'],
    ['eth', '6/1/6//0/0'],
    ['eth', '2/1/1/3,4,5/0/1'],
    ['eth', '6/0/6//2/1'],
  ]
  test.each(captured)('%s %s', (kind, text) => {
    const reading = readAdapter(kind, text, names)
    expect(reading.ok && formatAdapter(reading.adapter, names, false)).toBe(text)
  })

  test('the long form of Ethernet adapters is what later consoles print', () => {
    const text = '10/0/1//0/0/ETHERNET0//all/none'
    const reading = readAdapter('eth', text, names)
    expect(reading).toEqual({ ok: true, adapter: ethernetAdapter(10) })
    expect(formatAdapter(ethernetAdapter(10), names, true)).toBe(text)
    expect(formatAdapter(ethernetAdapter(10), names, false)).toBe('10/0/1//0/0')
    const other = ethernetAdapter(10, { virtualSwitch: 'VSW1', mac: '26E6B000500A' })
    expect(formatAdapter(other, names, false)).toBe('10/0/1//0/0/VSW1/26E6B000500A/all/none')
  })
})

describe('partitions in strings', () => {
  test('by number, by name, by both: the number counts, and the name is printed', () => {
    for (const text of ['5/client/2//4/1', '5/client//vios1/4/1', '5/client/2/vios1/4/1']) {
      expect(readAdapter('scsi', text, names)).toEqual({ ok: true, adapter: scsiClient(5, 2, 4, true) })
    }
    expect(formatAdapter(scsiClient(5, 2, 4, true), names, false)).toBe('5/client/2/vios1/4/1')
    expect(formatAdapter(scsiClient(5, 9, 4), names, false)).toBe('5/client/9//4/0')
    expect(readAdapter('scsi', '5/server/any//any/0', names)).toEqual({ ok: true, adapter: scsiServer(5) })
  })

  test('a name that is not known is told by name', () => {
    expect(readAdapter('scsi', '5/client//other/4/1', names)).toEqual({ ok: false, unknownPartition: 'other' })
    const vnic = 'slot_num=4:backing_devices=sriov/other//1/0'
    expect(readAdapter('vnic', vnic, names)).toEqual({ ok: false, unknownPartition: 'other' })
  })
})

describe('strings that are none', () => {
  const wrong: [AdapterKind, string][] = [
    ['scsi', '5/client/2//4'],
    ['scsi', '5/client/any//4/1'],
    ['scsi', '5/client/2//any/1'],
    ['scsi', '5/both/2//4/1'],
    ['scsi', 'x/client/2//4/1'],
    ['scsi', '5/client/2//4/yes'],
    ['scsi', '70000/client/2//4/1'],
    ['serial', '0/server/2/any//any/1'],
    ['serial', '0/server/any//any/1'],
    ['fc', '5/client/2//4/c050760000000000/1'],
    ['fc', '5/client/2//4/1'],
    ['eth', '5/0'],
    ['eth', '5/0/4095//0/0'],
    ['eth', '5/0/1/3,x/0/0'],
    ['eth', '5/0/1//16/0'],
    ['eth', '5/0/1//0/0/ETHERNET0//2A2B2C000102/none'],
    ['eth', '5/0/1//0/0/ETHERNET0/short/all/none'],
    ['vnic', 'slot_num=4'],
    ['vnic', 'slot_num=4:backing_devices=roce/vios1/2/1/0'],
    ['vnic', 'slot_num=4:colour=blue:backing_devices=sriov/vios1/2/1/0'],
    ['eth', `5/0/1//0/0/${'S'.repeat(300)}`],
  ]
  test.each(wrong)('%s %s', (kind, text) => {
    expect(readAdapter(kind, text, names)).toEqual({ ok: false })
  })
})

const id = fc.integer({ min: 1, max: 4095 })
const slot = fc.integer({ min: 0, max: 4095 })
const vlan = fc.integer({ min: 1, max: 4094 })
const remote = fc.oneof(
  fc.record({ role: fc.constant('client' as const), remoteId: id, remoteSlot: slot }),
  fc.record({
    role: fc.constant('server' as const),
    remoteId: fc.oneof(fc.constant('any' as const), id),
    remoteSlot: fc.oneof(fc.constant('any' as const), slot),
  }),
)
const hex = (digits: number, letters: string): fc.Arbitrary<string> =>
  fc.array(fc.constantFrom(...letters), { minLength: digits, maxLength: digits }).map((all) => all.join(''))
const wwpn = hex(16, '0123456789abcdef')
const anyAdapter: fc.Arbitrary<VirtualAdapter> = fc.oneof(
  fc
    .tuple(remote, slot, fc.boolean(), fc.boolean())
    .map(([end, number, supportsHmc, required]) => ({ kind: 'serial' as const, slot: number, ...end, supportsHmc, required })),
  fc.tuple(remote, slot, fc.boolean()).map(([end, number, required]) => ({ kind: 'scsi' as const, slot: number, ...end, required })),
  fc
    .tuple(remote, slot, fc.boolean(), fc.option(fc.tuple(wwpn, wwpn)))
    .map(([end, number, required, wwpns]) => ({ kind: 'fc' as const, slot: number, ...end, wwpns, required })),
  fc.record({
    kind: fc.constant('eth' as const),
    slot,
    ieee: fc.boolean(),
    vlan,
    additionalVlans: fc.array(vlan, { maxLength: 20 }),
    trunkPriority: fc.integer({ min: 0, max: 15 }),
    required: fc.boolean(),
    virtualSwitch: fc.constantFrom('ETHERNET0', 'VSW1'),
    mac: fc.option(hex(12, '0123456789ABCDEF')),
  }),
  fc.record({
    kind: fc.constant('vnic' as const),
    slot,
    vlan: fc.integer({ min: 0, max: 4094 }),
    mac: fc.option(hex(12, '0123456789ABCDEF')),
    required: fc.boolean(),
    backingDevices: fc.array(
      fc.record({
        viosId: id,
        adapterId: fc.integer({ min: 1, max: 99 }),
        physicalPort: fc.integer({ min: 0, max: 7 }),
        capacityHundredths: fc.integer({ min: 0, max: 10_000 }),
        failoverPriority: fc.integer({ min: 1, max: 100 }),
      }),
      { minLength: 1, maxLength: 3 },
    ),
  }),
)

test('every adapter reads back from its own string', () => {
  fc.assert(
    fc.property(anyAdapter, fc.boolean(), (adapter, longForm) => {
      expect(virtualAdapterSchema.parse(adapter)).toEqual(adapter)
      const text = formatAdapter(adapter, names, longForm)
      fc.pre(text.length <= 256)
      expect(readAdapter(adapter.kind, text, names)).toEqual({ ok: true, adapter })
    }),
    { numRuns: 300 },
  )
})
