// Virtual devices from configuration: which device each adapter becomes, which pairs find each other, and what the one that stays hears
// when the other goes.

import {
  CRQ_EVENT_PARTNER_DEREGISTERED,
  CRQ_EVENT_PARTNER_FAILED,
  CRQ_TRANSPORT_EVENT,
  defaultSerialAdapters,
  H_Closed,
  H_FREE_CRQ,
  H_Parameter,
  H_REG_CRQ,
  H_Resource,
  H_SEND_CRQ,
  H_Success,
  H_VIO_SIGNAL,
  type VirtualAdapter,
} from '@powersim/protocol'
import { ethernetAdapter, scsiClient, scsiServer } from '@powersim/testkit'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { macAddress, portNames } from '../src/adapter-addresses.js'
import { initial, Machine, profileOf } from './machine.js'

const INIT = 0xc001_0000

const withAdapters = (id: number, adapters: readonly VirtualAdapter[], running = true) =>
  initial(id, `p${id}`, { running, profiles: [profileOf('normal', { adapters: [...adapters] })] })

/** A queue of one page in the window of a device. */
function register(machine: Machine, lparId: number, unit: number): number {
  const window = machine.phyp.hypercalls.window(lparId, unit)
  const page = new Uint8Array(4096)
  if (window?.at(0) === undefined) window?.map({ ioba: 0, bytes: 4096, page, content: null, contentBytes: 0 })
  return call(machine, lparId, H_REG_CRQ, unit, 0, 4096)
}

function call(machine: Machine, lparId: number, token: number, a1 = 0, a2 = 0, a3 = 0): number {
  return machine.phyp.hypercalls.call(lparId, token, a1, a2, a3, 0, 0).code
}

function pageOf(machine: Machine, lparId: number, unit: number): Uint8Array {
  return machine.phyp.hypercalls.window(lparId, unit)?.at(0)?.page ?? new Uint8Array(0)
}

function unitAt(machine: Machine, lparId: number, slot: number): number {
  return machine.phyp.hypercalls.devices(lparId).find((node) => node.slot === slot)?.unitAddress ?? -1
}

const fibre = (slot: number, role: 'client' | 'server', remoteId: number, remoteSlot: number): VirtualAdapter => ({
  kind: 'fc',
  slot,
  role,
  remoteId,
  remoteSlot,
  wwpns: null,
  required: false,
})

describe('devices of a partition', () => {
  it('are those of its adapters while it runs, at unit addresses that stay', () => {
    const adapters = [...defaultSerialAdapters, scsiClient(2, 2, 5), scsiServer(3), fibre(4, 'client', 2, 6), fibre(5, 'server', 2, 7)]
    const machine = new Machine({ partitions: [withAdapters(1, [...adapters, ethernetAdapter(6)], false), withAdapters(2, [], false)] })
    expect(machine.phyp.hypercalls.devices(1)).toEqual([])
    machine.activate(1, 'normal')
    machine.simulation.run()
    const nodes = machine.phyp.hypercalls.devices(1).map(({ kind, slot, mac, wwpns }) => ({ kind, slot, mac, wwpns }))
    const none = { mac: null, wwpns: null }
    expect(nodes).toEqual([
      { kind: 'v-scsi', slot: 2, ...none },
      { kind: 'v-scsi-host', slot: 3, ...none },
      { kind: 'vfc-client', slot: 4, mac: null, wwpns: ['c050760000010008', 'c050760000010009'] },
      { kind: 'vfc-server', slot: 5, ...none },
      { kind: 'l-lan', slot: 6, mac: '26E6B0001006', wwpns: null },
    ])
    const units = machine.phyp.hypercalls.devices(1).map(({ unitAddress }) => unitAddress)
    expect(machine.phyp.devicesOf(1, 'l-lan')).toEqual([units[4]])
    machine.done('lpar.shutdown', { id: 1, immediate: true, restart: false })
    expect(machine.phyp.hypercalls.devices(1)).toEqual([])
    expect(register(machine, 1, units[0]!)).toBe(H_Parameter)
    machine.activate(1)
    machine.simulation.run()
    expect(machine.phyp.hypercalls.devices(1).map(({ unitAddress }) => unitAddress)).toEqual(units)
  })

  it('map their own memory each in a window of its own', () => {
    const machine = new Machine({ partitions: [withAdapters(1, [scsiServer(2), scsiServer(3)])] })
    const [first, second] = machine.phyp.hypercalls.devices(1).map(({ unitAddress }) => machine.phyp.hypercalls.window(1, unitAddress))
    expect(first?.liobn).not.toBe(second?.liobn)
    expect(machine.phyp.hypercalls.window(2, unitAt(machine, 1, 2))).toBeUndefined()
  })
})

describe('pairs', () => {
  const pair = () => new Machine({ partitions: [withAdapters(1, [scsiServer(5, 2, 3)]), withAdapters(2, [scsiClient(3, 1, 5)], false)] })

  it('of a client and its server connect when both are there, whoever registers first', () => {
    const machine = pair()
    const server = unitAt(machine, 1, 5)
    expect(register(machine, 1, server)).toBe(H_Closed)
    expect(register(machine, 1, server)).toBe(H_Resource)
    expect(call(machine, 1, H_SEND_CRQ, server, INIT)).toBe(H_Closed)
    machine.activate(2, 'normal')
    machine.simulation.run()
    const client = unitAt(machine, 2, 3)
    expect(register(machine, 2, client)).toBe(H_Success)
    expect(call(machine, 1, H_VIO_SIGNAL, server, 1)).toBe(H_Success)
    machine.host.interrupts.length = 0
    expect(call(machine, 2, H_SEND_CRQ, client, INIT)).toBe(H_Success)
    machine.simulation.run()
    expect(pageOf(machine, 1, server)[0]).toBe(0xc0)
    expect(machine.host.interrupts).toMatchObject([{ lparId: 1, unitAddress: server }])
    expect(call(machine, 2, H_FREE_CRQ, client)).toBe(H_Success)
    expect([...pageOf(machine, 1, server).subarray(16, 18)]).toEqual([CRQ_TRANSPORT_EVENT, CRQ_EVENT_PARTNER_DEREGISTERED])
  })

  it('part when one of them ends: the other hears that its partner has failed, and meets the next one', () => {
    const machine = pair()
    machine.activate(2, 'normal')
    machine.simulation.run()
    const [server, client] = [unitAt(machine, 1, 5), unitAt(machine, 2, 3)]
    expect([register(machine, 1, server), register(machine, 2, client)]).toEqual([H_Closed, H_Success])
    machine.done('lpar.shutdown', { id: 2, immediate: true, restart: false })
    expect([...pageOf(machine, 1, server).subarray(0, 2)]).toEqual([CRQ_TRANSPORT_EVENT, CRQ_EVENT_PARTNER_FAILED])
    expect(call(machine, 1, H_SEND_CRQ, server, INIT)).toBe(H_Closed)
    machine.activate(2)
    machine.simulation.run()
    expect(register(machine, 2, client)).toBe(H_Success)
    expect(call(machine, 1, H_SEND_CRQ, server, INIT)).toBe(H_Success)
  })

  it('are made by both: a server for somebody else, another kind, or the same partition is no partner', () => {
    const others: [VirtualAdapter, VirtualAdapter][] = [
      [scsiServer(5, 3, 3), scsiClient(3, 1, 5)],
      [scsiServer(5, 2, 4), scsiClient(3, 1, 5)],
      [scsiServer(6, 2, 3), scsiClient(3, 1, 5)],
      [fibre(5, 'server', 2, 3), scsiClient(3, 1, 5)],
      [scsiClient(5, 2, 3), scsiClient(3, 1, 5)],
    ]
    for (const [one, two] of others) {
      const machine = new Machine({ partitions: [withAdapters(1, [one]), withAdapters(2, [two])] })
      expect([register(machine, 1, unitAt(machine, 1, one.slot)), register(machine, 2, unitAt(machine, 2, 3))]).toEqual([
        H_Closed,
        H_Closed,
      ])
    }
    const alone = new Machine({ partitions: [withAdapters(1, [scsiServer(5), scsiClient(3, 1, 5)])] })
    expect([register(alone, 1, unitAt(alone, 1, 5)), register(alone, 1, unitAt(alone, 1, 3))]).toEqual([H_Closed, H_Closed])
  })

  it('of a server for anyone: one client at a time, the next one when that is gone', () => {
    const machine = new Machine({
      partitions: [withAdapters(1, [scsiServer(5)]), withAdapters(2, [scsiClient(3, 1, 5)]), withAdapters(3, [scsiClient(9, 1, 5)])],
    })
    const server = unitAt(machine, 1, 5)
    expect(register(machine, 1, server)).toBe(H_Closed)
    expect([register(machine, 2, unitAt(machine, 2, 3)), register(machine, 3, unitAt(machine, 3, 9))]).toEqual([H_Success, H_Closed])
    machine.done('lpar.shutdown', { id: 2, immediate: true, restart: false })
    expect(call(machine, 3, H_SEND_CRQ, unitAt(machine, 3, 9), INIT)).toBe(H_Success)
  })
})

describe('addresses', () => {
  it('are those of the captures', () => {
    const capture = { macPrefix: 0x26e6b0, macForm: 'idAndSlot', portNamePrefix: 0 } as const
    expect(macAddress(capture, 5, 6)).toBe('26E6B0005006')
    expect(macAddress({ ...capture, macPrefix: 0xbe6aaf, macForm: 'partitionPrefix' }, 5, 2)).toMatch(/^BE6AAF[0-9A-F]{4}02$/)
  })

  it('of different adapters differ', () => {
    const place = fc.tuple(fc.integer({ min: 1, max: 4095 }), fc.integer({ min: 0, max: 4095 }))
    fc.assert(
      fc.property(place, place, fc.constantFrom('idAndSlot' as const, 'partitionPrefix' as const), (one, other, macForm) => {
        fc.pre(one[0] !== other[0] || one[1] !== other[1])
        const addresses = { macPrefix: 0x26e6b0, macForm, portNamePrefix: 7 }
        expect(macAddress(addresses, ...one)).toMatch(/^[0-9A-F]{12}$/)
        expect(macAddress(addresses, ...one)).not.toBe(macAddress(addresses, ...other))
        const names = [...portNames(addresses, ...one), ...portNames(addresses, ...other)]
        expect(new Set(names).size).toBe(4)
        for (const name of names) expect(name).toMatch(/^[0-9a-f]{16}$/)
      }),
    )
  })
})
