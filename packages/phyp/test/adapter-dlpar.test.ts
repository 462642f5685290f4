// Virtual adapters of partitions that exist: in profiles, in what a partition holds, and under a running operating system, whose device
// comes when it takes the slot in and goes when it gives it up.

import {
  DR_ENTITY_PRESENT,
  DR_ENTITY_UNUSABLE,
  drcIndexOf,
  H_Closed,
  H_REG_CRQ,
  H_Success,
  type RequestOf,
  RTAS_NO_SUCH_INDICATOR,
  RTAS_SUCCESS,
  type VirtualAdapter,
} from '@powersim/protocol'
import { ethernetAdapter, scsiClient, scsiServer } from '@powersim/testkit'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { initial, Machine, profileOf } from './machine.js'

const holding = (id: number, adapters: readonly VirtualAdapter[], running = true) =>
  initial(id, `p${id}`, { running, holdsResources: true, profiles: [profileOf('normal', { adapters: [...adapters] })] })

const slotsOf = (machine: Machine, id: number): number[] => machine.done('adapters.lpar', { id }).adapters.map(({ slot }) => slot)

/** What a resource manager does about a virtual slot. */
function guestTakes(machine: Machine, id: number, slot: number): number {
  const port = machine.phyp.reconfiguration
  const status = port.setAllocation(id, drcIndexOf('vslot', slot), true)
  return status === RTAS_SUCCESS ? port.setIsolation(id, drcIndexOf('vslot', slot), false) : status
}

function guestGives(machine: Machine, id: number, slot: number): number {
  const port = machine.phyp.reconfiguration
  const status = port.setIsolation(id, drcIndexOf('vslot', slot), true)
  return status === RTAS_SUCCESS ? port.setAllocation(id, drcIndexOf('vslot', slot), false) : status
}

/** A whole change; `guest` is what the operating system does about it, before the step when it gives, after it when it takes. */
function change(machine: Machine, data: RequestOf<'dynamic.begin'>, guest: () => void): number {
  const { stage, batches } = machine.done('dynamic.begin', data)
  expect(batches).toBe(1)
  if (data.direction === 'remove') guest()
  machine.done('dynamic.step', { stage, batch: 0 })
  if (data.direction === 'add') guest()
  return machine.done('dynamic.finish', { stage }).units
}

describe('an adapter for a running partition', () => {
  it('becomes a device when the operating system takes it in, and the configuration follows', () => {
    const machine = new Machine({ partitions: [holding(1, [scsiServer(5, 2, 3)]), holding(2, [])] })
    const adapter = scsiClient(3, 1, 5)
    const early = guestTakes(machine, 2, 3)
    expect(early).toBe(RTAS_NO_SUCH_INDICATOR)
    const units = change(machine, { id: 2, direction: 'add', adapter }, () => {
      expect(machine.phyp.reconfiguration.sense(2, drcIndexOf('vslot', 3))).toBe(DR_ENTITY_UNUSABLE)
      expect(machine.phyp.hypercalls.devices(2)).toEqual([])
      expect(guestTakes(machine, 2, 3)).toBe(RTAS_SUCCESS)
    })
    expect(units).toBe(1)
    expect(slotsOf(machine, 2)).toEqual([3])
    const [device] = machine.phyp.hypercalls.devices(2)
    expect(device).toMatchObject({ kind: 'v-scsi', slot: 3 })
    expect(machine.host.deviceChanges).toEqual([{ lparId: 2, unitAddress: device?.unitAddress, there: true }])
    expect(machine.phyp.configuration.snapshot.partitions[2]?.profiles[0]?.adapters).toEqual([])
  })

  it('that the operating system does not take in is not its own', () => {
    const machine = new Machine({ partitions: [holding(2, [])] })
    expect(change(machine, { id: 2, direction: 'add', adapter: ethernetAdapter(3) }, () => {})).toBe(0)
    expect([slotsOf(machine, 2), machine.phyp.hypercalls.devices(2)]).toEqual([[], []])
  })

  it('goes with its device, whose last instant the driver is told of; its peer hears it', () => {
    const machine = new Machine({ partitions: [holding(1, [scsiServer(5, 2, 3)]), holding(2, [scsiClient(3, 1, 5)])] })
    const units = change(machine, { id: 2, direction: 'remove', virtualSlot: { slot: 3, kind: 'scsi' } }, () => {
      expect(guestGives(machine, 2, 3)).toBe(RTAS_SUCCESS)
      expect(machine.phyp.hypercalls.devices(2)).toEqual([])
    })
    expect([units, slotsOf(machine, 2)]).toEqual([1, []])
    expect(machine.host.deviceChanges).toMatchObject([{ lparId: 2, there: false }])
    const [server] = machine.phyp.devicesOf(1, 'v-scsi-host')
    machine.phyp.hypercalls.window(1, server!)?.map({ ioba: 0, bytes: 4096, page: new Uint8Array(4096), content: null, contentBytes: 0 })
    const register = () => machine.phyp.hypercalls.call(1, H_REG_CRQ, server!, 0, 4096, 0, 0).code
    expect(register()).toBe(H_Closed)
    expect(change(machine, { id: 2, direction: 'add', adapter: scsiClient(3, 1, 5) }, () => guestTakes(machine, 2, 3))).toBe(1)
    const [client] = machine.phyp.devicesOf(2, 'v-scsi')
    machine.phyp.hypercalls.window(2, client!)?.map({ ioba: 0, bytes: 4096, page: new Uint8Array(4096), content: null, contentBytes: 0 })
    expect(machine.phyp.hypercalls.call(2, H_REG_CRQ, client!, 0, 4096, 0, 0).code).toBe(H_Success)
  })

  it('that the operating system keeps stays, and is present', () => {
    const machine = new Machine({ partitions: [holding(2, [ethernetAdapter(3)])] })
    expect(change(machine, { id: 2, direction: 'remove', virtualSlot: { slot: 3, kind: 'eth' } }, () => {})).toBe(0)
    expect(slotsOf(machine, 2)).toEqual([3])
    expect(machine.phyp.reconfiguration.sense(2, drcIndexOf('vslot', 3))).toBe(DR_ENTITY_PRESENT)
  })
})

describe('an adapter of a partition that is off', () => {
  it('changes at once, and is there at the next start', () => {
    const machine = new Machine({ partitions: [holding(2, [ethernetAdapter(3)], false)] })
    expect(change(machine, { id: 2, direction: 'add', adapter: ethernetAdapter(4) }, () => {})).toBe(1)
    expect(change(machine, { id: 2, direction: 'remove', virtualSlot: { slot: 3, kind: 'eth' } }, () => {})).toBe(1)
    machine.done('dynamic.adapter', { id: 2, adapter: ethernetAdapter(4, { vlan: 7 }) })
    expect(machine.done('adapters.lpar', { id: 2 })).toMatchObject({ active: false, nextSlot: 2, adapters: [{ slot: 4, vlan: 7 }] })
    expect(machine.done('adapters.switches', {})).toEqual({ switches: [{ name: 'ETHERNET0', vlans: [7] }] })
    machine.activate(2)
    machine.simulation.run()
    expect(machine.phyp.hypercalls.devices(2)).toMatchObject([{ slot: 4, mac: '26E6B0002004' }])
  })
})

describe('refused', () => {
  const machine = (): Machine =>
    new Machine({
      partitions: [holding(2, [ethernetAdapter(3, { required: true }), scsiClient(4, 1, 5)])],
      parameters: { virtualFibreChannel: false },
    })
  const add = (adapter: VirtualAdapter): RequestOf<'dynamic.begin'> => ({ id: 2, direction: 'add', adapter })
  const fibre: VirtualAdapter = { kind: 'fc', slot: 6, role: 'client', remoteId: 1, remoteSlot: 6, wwpns: null, required: false }
  const cases: [string, string, RequestOf<'dynamic.begin'>][] = [
    ['a slot with an adapter', 'slot-in-use', add(ethernetAdapter(3))],
    ['a slot beyond the slots', 'slot-range', add(ethernetAdapter(20))],
    ['a slot of the serial adapters', 'slot-range', add(ethernetAdapter(1))],
    ['a switch that is not there', 'virtual-switch-not-found', add(ethernetAdapter(5, { virtualSwitch: 'X' }))],
    ['VLANs without IEEE', 'adapter-invalid', add(ethernetAdapter(5, { additionalVlans: [2] }))],
    ['Fibre Channel where there is none', 'fibre-channel-not-supported', add(fibre)],
    ['an empty slot', 'adapter-not-found', { id: 2, direction: 'remove', virtualSlot: { slot: 5, kind: 'eth' } }],
    ['another kind', 'adapter-not-found', { id: 2, direction: 'remove', virtualSlot: { slot: 4, kind: 'eth' } }],
    ['one that is required', 'adapter-required', { id: 2, direction: 'remove', virtualSlot: { slot: 3, kind: 'eth' } }],
  ]

  it.each(cases)('%s', (_, reason, data) => {
    const on = machine()
    const before = on.phyp.configuration.version
    expect(on.ask('dynamic.begin', data).refusal.reason).toBe(reason)
    expect(on.phyp.configuration.version).toBe(before)
    expect(on.phyp.hypercalls.devices(2)).toHaveLength(2)
  })

  it('a change in place under a running operating system', () => {
    expect(machine().ask('dynamic.adapter', { id: 2, adapter: ethernetAdapter(3) }).refusal.reason).toBe('partition-active')
  })
})

describe('of a profile', () => {
  it('are taken out by slot', () => {
    const machine = new Machine({ partitions: [holding(2, [ethernetAdapter(3), ethernetAdapter(4)])] })
    const { stage } = machine.done('profile.change', { id: 2, name: 'normal' })
    machine.done('stage.removeAdapter', { stage, slot: 3 })
    machine.done('stage.commit', { stage })
    expect(machine.done('profile.read', { id: 2, name: 'normal' }).adapters.map(({ slot }) => slot)).toEqual([4])
    expect(slotsOf(machine, 2)).toEqual([3, 4])
    const again = machine.done('profile.change', { id: 2, name: 'normal' })
    expect(machine.ask('stage.removeAdapter', { stage: again.stage, slot: 3 }).refusal.reason).toBe('adapter-not-found')
  })
})

describe('books', () => {
  const slot = fc.integer({ min: 2, max: 9 })
  const step = fc.record({ add: fc.boolean(), id: fc.constantFrom(1, 2, 3), slot, takes: fc.boolean(), server: fc.boolean() })

  it('agree after any changes: adapters held, devices there, slots counted, pairs mutual', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
        const machine = new Machine({ partitions: [holding(1, []), holding(2, []), holding(3, [], false)] })
        for (const { add, id, slot: number, takes, server } of steps) {
          const partner = id === 1 ? 2 : 1
          const adapter = server ? scsiServer(number) : scsiClient(number, partner, number)
          const data: RequestOf<'dynamic.begin'> = add
            ? { id, direction: 'add', adapter }
            : { id, direction: 'remove', virtualSlot: { slot: number, kind: 'scsi' } }
          const begun = machine.ask('dynamic.begin', data)
          if (begun.status !== 'ok') continue
          const { stage } = begun.data
          if (!add && takes) guestGives(machine, id, number)
          machine.done('dynamic.step', { stage, batch: 0 })
          if (add && takes) guestTakes(machine, id, number)
          machine.done('dynamic.finish', { stage })
        }
        for (const id of [1, 2, 3]) {
          const { adapters, nextSlot, currentMaxSlots } = machine.done('adapters.lpar', { id })
          const slots = adapters.map(({ slot: number }) => number)
          expect(slots).toEqual([...new Set(slots)].sort((a, b) => a - b))
          expect(slots).not.toContain(nextSlot)
          expect(nextSlot).toBeLessThanOrEqual(currentMaxSlots)
          for (let number = 2; number < nextSlot; number++) expect(slots).toContain(number)
          const devices = machine.phyp.hypercalls.devices(id).map((node) => node.slot)
          expect(devices.sort((a, b) => (a ?? 0) - (b ?? 0))).toEqual(id === 3 ? [] : slots)
        }
      }),
      { numRuns: 60 },
    )
  })
})
