// The hypercalls: their codes, their costs, and that a partition reaches nothing that is not its own.

import { us } from '@powersim/kernel'
import {
  CRQ_PAGE_BYTES,
  type DmaRegion,
  H_Closed,
  H_COPY_RDMA,
  H_DestParm,
  H_Dropped,
  H_FREE_CRQ,
  H_Function,
  H_Hardware,
  H_Parameter,
  H_Permission,
  H_REG_CRQ,
  H_Resource,
  H_SEND_CRQ,
  H_SourceParm,
  H_Success,
  H_VIO_SIGNAL,
} from '@powersim/protocol'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { FIRST_UNIT, HYPERVISOR_QUEUE_ENTRIES, MAX_COPY_BYTES, MAX_REGIONS, PhypError } from '../src/index.js'
import { GuestDriver } from './guest-driver.js'
import { initial, Machine } from './machine.js'

const SEED_ADDRESS = 0x100_0000
const INIT = 0xc001_0000 // an initialisation entry: allowed whenever there is a queue

function twoGuests(poolSize = 32): { machine: Machine; first: GuestDriver; second: GuestDriver } {
  const machine = new Machine({ partitions: [initial(1, 'nets', { devices: ['vmc'] }), initial(2, 'other', { devices: ['vmc'] })] })
  const first = new GuestDriver(machine, 1, machine.phyp.devicesOf(1, 'vmc')[0]!, { capabilities: { poolSize } })
  const second = new GuestDriver(machine, 2, machine.phyp.devicesOf(2, 'vmc')[0]!, { capabilities: { poolSize } })
  return { machine, first, second }
}

function region(ioba: number, bytes: number, page: Uint8Array | null = null): DmaRegion {
  return { ioba, bytes, page, content: null, contentBytes: 0 }
}

describe('H_REG_CRQ and H_FREE_CRQ', () => {
  it('want a page of the caller\'s window, once', () => {
    const { machine, first } = twoGuests()
    const window = machine.phyp.hypercalls.window(1, first.unit)!
    expect(first.call(H_REG_CRQ, first.unit, 0, CRQ_PAGE_BYTES)).toBe(H_Parameter)
    window.map(region(0, CRQ_PAGE_BYTES))
    expect(first.call(H_REG_CRQ, first.unit, 0, CRQ_PAGE_BYTES)).toBe(H_Parameter)
    window.unmap(0)
    window.map(region(0, 2048, new Uint8Array(2048)))
    expect(first.call(H_REG_CRQ, first.unit, 0, 2048)).toBe(H_Parameter)
    window.unmap(0)
    window.map(region(0, CRQ_PAGE_BYTES, new Uint8Array(CRQ_PAGE_BYTES).fill(0xff)))
    expect(first.call(H_REG_CRQ, first.unit, 0, 2 * CRQ_PAGE_BYTES)).toBe(H_Parameter)
    expect(first.call(H_REG_CRQ, first.unit, 0, CRQ_PAGE_BYTES)).toBe(H_Success)
    expect(first.call(H_REG_CRQ, first.unit, 0, CRQ_PAGE_BYTES)).toBe(H_Resource)
    expect(first.call(H_FREE_CRQ, first.unit)).toBe(H_Success)
    expect(first.call(H_FREE_CRQ, first.unit)).toBe(H_Closed)
    expect(first.call(H_REG_CRQ, first.unit, 0, CRQ_PAGE_BYTES)).toBe(H_Success)
  })
})

describe('H_SEND_CRQ', () => {
  it('wants a queue, and a header that a guest may send', () => {
    const { first } = twoGuests()
    expect(first.call(H_SEND_CRQ, first.unit, INIT, 0, 0, 0)).toBe(H_Closed)
    first.register()
    expect(first.call(H_SEND_CRQ, first.unit, INIT, 0, 0, 0)).toBe(H_Success)
    for (const header of [0x00, 0x01, 0x7f, 0x81, 0xc1, 0xff]) {
      expect(first.call(H_SEND_CRQ, first.unit, (header << 24) >>> 0, 0, 0, 0)).toBe(H_Parameter)
    }
  })

  it('is dropped when the hypervisor\'s queue is full, until it has been read', () => {
    const { machine, first } = twoGuests()
    first.register()
    machine.simulation.run()
    const codes = Array.from({ length: HYPERVISOR_QUEUE_ENTRIES + 3 }, () => first.call(H_SEND_CRQ, first.unit, 0x8099_0000, 0, 0, 0))
    expect(codes.filter((code) => code === H_Success)).toHaveLength(HYPERVISOR_QUEUE_ENTRIES)
    expect(codes.slice(-3)).toEqual([H_Dropped, H_Dropped, H_Dropped])
    machine.simulation.run()
    expect(machine.phyp.statistics().vmc[0]?.counters.unknownType).toBe(HYPERVISOR_QUEUE_ENTRIES)
    expect(first.call(H_SEND_CRQ, first.unit, INIT, 0, 0, 0)).toBe(H_Success)
  })
})

describe('H_VIO_SIGNAL', () => {
  it('arms and disarms, and knows no other mode', () => {
    const { first } = twoGuests()
    expect(first.call(H_VIO_SIGNAL, first.unit, 1)).toBe(H_Closed)
    first.register()
    expect(first.call(H_VIO_SIGNAL, first.unit, 0)).toBe(H_Success)
    expect(first.call(H_VIO_SIGNAL, first.unit, 2)).toBe(H_Parameter)
    expect(first.call(H_VIO_SIGNAL, first.unit, Number.NaN)).toBe(H_Parameter)
  })
})

describe('H_COPY_RDMA', () => {
  it('moves a content between the caller\'s window and a hypervisor buffer that the caller owns', () => {
    const { machine, first } = twoGuests()
    first.start()
    const window = machine.phyp.hypercalls.window(1, first.unit)!
    const [local, remote] = [2 * first.unit, 2 * first.unit + 1]
    const mine = region(0x70_0000, 4096)
    window.map(mine)
    mine.content = 'content'
    // The second connection's seed is the guest's and not in use.
    const address = first.connection(1).buffers.get(0)!.address
    expect(address).toBe(SEED_ADDRESS + 0x100_0000)
    expect(first.call(H_COPY_RDMA, 100, local, mine.ioba, remote, address)).toBe(H_Success)
    mine.content = null
    expect(first.call(H_COPY_RDMA, 50, remote, address, local, mine.ioba)).toBe(H_Success)
    expect([mine.content, mine.contentBytes]).toEqual(['content', 50])
  })

  it('refuses wrong lengths, places and owners, each with its code, and changes nothing', () => {
    const { machine, first, second } = twoGuests()
    first.start()
    second.start()
    const window = machine.phyp.hypercalls.window(1, first.unit)!
    const [local, remote] = [2 * first.unit, 2 * first.unit + 1]
    const [foreign, foreignRemote] = [2 * second.unit, 2 * second.unit + 1]
    const mine = region(0x70_0000, 4096)
    window.map(mine)
    mine.content = 'mine'
    const seed = first.connection(0).buffers.get(0)!
    const unopened = first.connection(1).buffers.get(0)!
    const copy = (bytes: number, ...rest: number[]) => first.call(H_COPY_RDMA, bytes, ...rest)
    for (const bytes of [0, -1, 1.5, Number.NaN, MAX_COPY_BYTES + 1]) {
      expect(copy(bytes, local, mine.ioba, remote, seed.address)).toBe(H_Parameter)
    }
    expect(copy(10, foreign, mine.ioba, remote, seed.address)).toBe(H_SourceParm)
    expect(copy(10, local, mine.ioba, foreignRemote, seed.address)).toBe(H_DestParm)
    expect(copy(10, local, mine.ioba + 1, remote, seed.address)).toBe(H_SourceParm)
    expect(copy(10, local, mine.ioba, remote, seed.address + 1)).toBe(H_DestParm)
    expect(copy(10, local, mine.ioba, remote, unopened.address + 0x4000)).toBe(H_DestParm)
    expect(copy(5000, local, mine.ioba, remote, seed.address)).toBe(H_SourceParm)
    expect(copy(10, local, 0, remote, seed.address)).toBe(H_SourceParm) // the queue's page
    expect(copy(10, remote, seed.address, local, 0)).toBe(H_DestParm)
    expect(copy(10, local, mine.ioba, local, mine.ioba)).toBe(H_DestParm)
    expect(copy(10, remote, seed.address, remote, seed.address)).toBe(H_DestParm)
    expect(copy(10, remote, seed.address + 4, local, mine.ioba)).toBe(H_SourceParm)
    expect(copy(5000, remote, seed.address, local, mine.ioba)).toBe(H_SourceParm)
    expect(mine.content).toBe('mine')
    expect(machine.phyp.hypercalls.window(1, first.unit)!.at(seed.local.ioba)).toBe(seed.local)
    expect(machine.phyp.statistics().hypercalls.refused).toBe(17)
  })

  it('refuses to touch a buffer while it is PHYP\'s', () => {
    const service = { query: 1000, configuration: 0, power: 0, dynamic: 0, service: 0 }
    const machine = new Machine({ parameters: { service }, partitions: [initial(1, 'nets', { devices: ['vmc'] })] })
    const guest = new GuestDriver(machine, 1, machine.phyp.devicesOf(1, 'vmc')[0]!).start()
    guest.send(machine.request('lpar.list', {}))
    machine.simulation.run(machine.simulation.now + 1)
    const taken = [...guest.connection(0).buffers.values()].find((buffer) => !buffer.mine)!
    const other = [...guest.connection(0).buffers.values()].find((buffer) => buffer.mine)!
    const [local, remote] = [2 * guest.unit, 2 * guest.unit + 1]
    expect(guest.call(H_COPY_RDMA, 10, local, other.local.ioba, remote, taken.address)).toBe(H_Permission)
    expect(guest.call(H_COPY_RDMA, 10, remote, taken.address, local, other.local.ioba)).toBe(H_Permission)
    machine.simulation.run()
    expect(guest.received).toHaveLength(1)
  })
})

describe('costs', () => {
  it('are the parameters\' by call, and the copied bytes at the rate', () => {
    const hypercalls = { H_REG_CRQ: 11, H_FREE_CRQ: 12, H_VIO_SIGNAL: 13, H_SEND_CRQ: 14, H_COPY_RDMA: 15, rdmaBytesPerSecond: 4e9 }
    const machine = new Machine({ parameters: { hypercalls }, partitions: [initial(1, 'nets', { devices: ['vmc'] })] })
    const guest = new GuestDriver(machine, 1, machine.phyp.devicesOf(1, 'vmc')[0]!).start()
    const cost = (token: number, ...rest: number[]) => {
      const before = guest.costNs
      guest.call(token, ...rest)
      return guest.costNs - before
    }
    expect(cost(H_VIO_SIGNAL, guest.unit, 1)).toBe(13)
    expect(cost(H_SEND_CRQ, guest.unit, INIT, 0, 0, 0)).toBe(14)
    const { address, local } = guest.connection(1).buffers.get(0)!
    expect(cost(H_COPY_RDMA, 4096, 2 * guest.unit, local.ioba, 2 * guest.unit + 1, address)).toBe(15 + 1024)
    expect(cost(H_COPY_RDMA, 4096, 2 * guest.unit, local.ioba, 1, address)).toBe(15)
    expect(cost(H_REG_CRQ, guest.unit, 0, CRQ_PAGE_BYTES)).toBe(11)
    expect(cost(H_FREE_CRQ, guest.unit)).toBe(12)
    expect(cost(0x5a8, 0)).toBe(0)
  })

  it('are a microsecond by default, as estimated', () => {
    const { machine } = twoGuests()
    expect(machine.phyp.hypercalls.call(1, H_SEND_CRQ, FIRST_UNIT, INIT, 0, 0, 0).costNs).toBe(us(1))
  })
})

describe('isolation', () => {
  it('a token that is not served is H_Function', () => {
    const { first } = twoGuests()
    for (const token of [0, 1, 0x24, 0x128, 0x111, 0xf00, -4, Number.NaN]) expect(first.call(token, first.unit)).toBe(H_Function)
  })

  it('a unit of another partition does not exist', () => {
    const { machine, first, second } = twoGuests()
    second.register()
    expect(machine.phyp.hypercalls.window(1, second.unit)).toBeUndefined()
    for (const token of [H_REG_CRQ, H_FREE_CRQ, H_VIO_SIGNAL, H_SEND_CRQ]) {
      expect(first.call(token, second.unit, INIT, 0, 0, 0)).toBe(H_Parameter)
    }
  })

  it('no call of one partition changes anything of another, whatever its arguments', () => {
    const word = fc.oneof(
      fc.constantFrom(0, 1, 2, 32, 4096, 0x10000, 0x20000, SEED_ADDRESS, SEED_ADDRESS + 0x4000),
      fc.integer({ min: 2 * FIRST_UNIT - 2, max: 2 * FIRST_UNIT + 6 }),
      fc.integer({ min: FIRST_UNIT - 1, max: FIRST_UNIT + 3 }),
      fc.integer(),
      fc.double(),
    )
    const token = fc.constantFrom(H_REG_CRQ, H_FREE_CRQ, H_VIO_SIGNAL, H_SEND_CRQ, H_COPY_RDMA, 0x5a8)
    fc.assert(
      fc.property(fc.array(fc.tuple(token, word, word, word, word, word), { minLength: 1, maxLength: 30 }), (calls) => {
        const { machine, first, second } = twoGuests(3)
        first.start()
        second.start()
        for (const buffer of second.connection(0).buffers.values()) buffer.local.content = `of ${buffer.id}`
        const look = () => ({
          page: second.page.join(),
          contents: [...second.connection(0).buffers.values()].map(({ local }) => [local.content, local.contentBytes]),
          vmc: machine.phyp.statistics().vmc[1],
          interrupts: machine.host.interrupts.filter(({ lparId }) => lparId === 2).length,
        })
        const before = look()
        for (const [called, ...rest] of calls) first.call(called, ...rest)
        machine.simulation.run()
        expect(look()).toEqual(before)
      }),
      { numRuns: 100, seed: 1 },
    )
  })

  it('nothing is served while the hypervisor is off', () => {
    const { machine, first } = twoGuests()
    first.start()
    machine.phyp.power.stop()
    expect(first.call(H_SEND_CRQ, first.unit, INIT, 0, 0, 0)).toBe(H_Hardware)
  })
})

describe('a window', () => {
  it('refuses overlaps, odd regions and unknown addresses', () => {
    const { machine, first } = twoGuests()
    const window = machine.phyp.hypercalls.window(1, first.unit)!
    expect(window.liobn).toBe(2 * first.unit)
    window.map(region(4096, 4096))
    for (const [ioba, bytes] of [[4096, 1], [0, 4097], [8191, 10], [4100, 4]] as const) {
      expect(() => window.map(region(ioba, bytes))).toThrow('overlaps')
    }
    window.map(region(0, 4096))
    window.map(region(8192, 4096))
    for (const bad of [region(-1, 1), region(1.5, 1), region(1 << 20, 0), region(1 << 20, 8, new Uint8Array(4))]) {
      expect(() => window.map(bad)).toThrow(PhypError)
    }
    expect(() => window.unmap(77)).toThrow('no region')
    window.unmap(4096)
    expect(window.at(4096)).toBeUndefined()
    for (let n = 0; n < MAX_REGIONS - 2; n++) window.map(region((1 << 20) + n, 1))
    expect(() => window.map(region(1 << 30, 1))).toThrow('unmap some')
  })
})
