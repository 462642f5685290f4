// Virtual Ethernet of the PLIC: registration, receive buffers, 802.1Q, trunk adapters, long copies (LoPAR, Interpartition Logical LAN).

import {
  BROADCAST_MAC,
  bufferDescriptor,
  H_ADD_LOGICAL_LAN_BUFFER,
  H_Busy,
  H_Constrained,
  H_Dropped,
  H_FREE_LOGICAL_LAN,
  H_FREE_LOGICAL_LAN_BUFFER,
  H_ILLAN_ATTRIBUTES,
  H_NotFound,
  H_Parameter,
  H_PUT_TCE,
  H_REGISTER_LOGICAL_LAN,
  H_Resource,
  H_SEND_LOGICAL_LAN,
  H_Success,
  H_VIO_SIGNAL,
  MAX_FRAME_BYTES,
} from '@powersim/protocol'
import { describe, expect, it } from 'vitest'
import { ISOLATED, OUTSTANDING_TRANSLATION } from '../src/index.js'
import type { LogicalLanOptions } from '../src/plic/logical-lan.js'
import { frameOf, LanMachine, PAGE } from './lan-machine.js'

/** Registered adapters of partitions 1, 2, …; address n is 0x200 + n. Each has `buffers` buffers of 2 KiB. */
function machineWith(options: readonly LogicalLanOptions[], buffers = 2) {
  const machine = new LanMachine(options.length)
  const ends = options.map((each, n) => {
    const end = machine.adapter(n + 1, each)
    expect(machine.register(end, 0x201 + n)).toBe(H_Success)
    for (let at = 0; at < buffers; at++) expect(machine.buffer(end, at, 2048)).toBe(H_Success)
    return end
  })
  return { machine, ends: ends as [(typeof ends)[0], (typeof ends)[0], (typeof ends)[0], (typeof ends)[0]] } // As many as are asked for.
}
const books = (machine: LanMachine) => machine.plic.lans.switchNamed('ETHERNET0').counts

describe('an adapter', () => {
  it('registers what its partition maps, once, with an address that is its own', () => {
    const machine = new LanMachine(2)
    const end = machine.adapter(1, { vlan: 1 })
    const call = (list: number, queue: number, bytes: number, filter: number, mac: number) =>
      machine.call(1, H_REGISTER_LOGICAL_LAN, end.unit, list, bufferDescriptor(queue, bytes), filter, mac)
    expect(call(100, 2 * PAGE, 2 * PAGE, PAGE, 0x201)).toBe(H_Parameter)
    expect(call(0, 2 * PAGE, 2 * PAGE, 64 * PAGE, 0x201)).toBe(H_Parameter)
    expect(call(0, 2 * PAGE, PAGE, PAGE, 0x201)).toBe(H_Parameter)
    expect(call(0, 2 * PAGE, 2 * PAGE, PAGE, BROADCAST_MAC)).toBe(H_Parameter)
    expect(machine.call(2, H_REGISTER_LOGICAL_LAN, end.unit, 0, bufferDescriptor(2 * PAGE, 2 * PAGE), PAGE, 0x201)).toBe(H_Parameter)
    expect(call(0, 2 * PAGE, 2 * PAGE, PAGE, 0x201)).toBe(H_Success)
    expect(machine.costNs).toBe(5000)
    expect(call(0, 2 * PAGE, 2 * PAGE, PAGE, 0x201)).toBe(H_Resource)
    const twin = machine.adapter(2, { vlan: 2, additionalVlans: [1] })
    expect(machine.register(twin, 0x201)).toBe(H_Resource)
    expect(machine.call(1, H_FREE_LOGICAL_LAN, end.unit)).toBe(H_Success)
    expect(machine.register(twin, 0x201)).toBe(H_Success)
    expect(machine.buffer(end, 0, 2048)).toBe(H_Parameter)
  })

  it('gets a frame in the smallest buffer that takes it and its correlator, with an interrupt if it wants one', () => {
    const { machine, ends } = machineWith([{ vlan: 1 }, { vlan: 1 }], 0)
    const [from, to] = ends
    for (const [n, bytes] of [4096, 512, 2048].entries()) machine.buffer(to, n, bytes)
    machine.call(2, H_VIO_SIGNAL, to.unit, 1)
    const arrivals = [504, 505, 2041].map((bytes) => {
      expect(machine.send(from, frameOf(0x201, 0x202, bytes))).toBe(H_Success)
      expect(machine.costNs).toBe(1500 + Math.round(bytes / 4))
      return machine.receive(to)
    })
    expect(arrivals.map((arrival) => [arrival!.correlator, arrival!.bytes])).toEqual([
      [1, 504],
      [2, 505],
      [0, 2041],
    ])
    machine.simulation.run()
    expect(machine.interrupts).toEqual([to.unit])
    expect(machine.send(from, frameOf(0x201, 0x202, 60))).toBe(H_Dropped)
    expect([to.lan.withoutBuffer, machine.receive(to)]).toEqual([1, undefined])
    machine.call(2, H_VIO_SIGNAL, to.unit, 0)
    machine.buffer(to, 0, 4096)
    expect(machine.send(from, frameOf(0x201, 0x202, 60))).toBe(H_Success)
    machine.simulation.run()
    expect(machine.interrupts).toEqual([to.unit])
    expect(books(machine)).toMatchObject({ frames: 5, offered: 5, delivered: 4, withoutBuffer: 1, inFlight: 0 })
  })

  it('sends up to 65,408 bytes from up to six pieces that it maps', () => {
    const { machine, ends } = machineWith([{ vlan: 1 }, { vlan: 1 }], 0)
    const [from, to] = ends
    machine.buffer(to, 0, 65_536)
    const send = (bytes: number, ...pieces: number[]) => {
      from.device.local.at(0x1_0000)!.content = frameOf(0x201, 0x202, bytes)
      let at = 0x1_0000
      const descriptors = pieces.map((length) => bufferDescriptor((at += length) - length, length))
      return machine.call(1, H_SEND_LOGICAL_LAN, from.unit, ...descriptors)
    }
    expect(send(MAX_FRAME_BYTES + 1, 60_000, MAX_FRAME_BYTES + 1 - 60_000)).toBe(H_Parameter)
    expect(send(1000, 999)).toBe(H_Parameter)
    expect(send(13, 13)).toBe(H_Parameter)
    expect(send(100)).toBe(H_Parameter)
    machine.call(1, H_PUT_TCE, from.device.local.liobn, 0x1_f000, 0)
    expect(send(MAX_FRAME_BYTES, 10_000, 10_000, 10_000, 10_000, 10_000, 15_408)).toBe(H_Parameter)
    machine.call(1, H_PUT_TCE, from.device.local.liobn, 0x1_f000, 0x1_f003)
    expect(send(MAX_FRAME_BYTES, 10_000, 10_000, 10_000, 10_000, 10_000, 15_408)).toBe(H_Success)
    expect(machine.receive(to)!.bytes).toBe(MAX_FRAME_BYTES)
    expect(books(machine).frames).toBe(1)
  })

  it('gets nothing into memory that it does not map, and hears of the buffer', () => {
    const { machine, ends } = machineWith([{ vlan: 1 }, { vlan: 1 }], 1)
    const [from, to] = ends
    machine.call(2, H_PUT_TCE, to.device.local.liobn, 0x2_0000, 0)
    expect(machine.send(from, frameOf(0x201, 0x202))).toBe(H_Dropped)
    expect(machine.receive(to)).toMatchObject({ frame: null, correlator: 0 })
    expect(books(machine)).toMatchObject({ delivered: 0, faults: 1 })
    expect(machine.call(2, H_ADD_LOGICAL_LAN_BUFFER, to.unit, bufferDescriptor(0x1000_0000, 512))).toBe(H_Parameter)
  })
})

describe('a receive buffer', () => {
  it('comes back one by one by its size, through the queue and without the valid bit (H_FREE_LOGICAL_LAN_BUFFER)', () => {
    const { machine, ends } = machineWith([{ vlan: 1 }, { vlan: 1 }], 0)
    const [from, to] = ends
    const free = (bytes: number, lparId = 2) => machine.call(lparId, H_FREE_LOGICAL_LAN_BUFFER, to.unit, bytes)
    expect(free(2048)).toBe(H_NotFound)
    for (const [n, bytes] of [2048, 512, 2048].entries()) machine.buffer(to, n, bytes)
    machine.call(2, H_VIO_SIGNAL, to.unit, 1)
    expect([free(1024), free(512, 1)]).toEqual([H_NotFound, H_Parameter])
    expect([free(2048), free(512)]).toEqual([H_Success, H_Success])
    expect([machine.receive(to), machine.receive(to)]).toMatchObject([
      { frame: null, correlator: 0 },
      { frame: null, correlator: 1 },
    ])
    machine.simulation.run()
    expect(machine.interrupts).toEqual([to.unit])
    // The one that is left takes the next frame, and then there is none.
    expect([machine.send(from, frameOf(0x201, 0x202, 60)), machine.receive(to)!.correlator]).toEqual([H_Success, 2])
    expect([free(2048), free(512), to.lan.buffers.size]).toEqual([H_NotFound, H_NotFound, 0])
    expect(machine.send(from, frameOf(0x201, 0x202, 60))).toBe(H_Dropped)
    expect(books(machine)).toMatchObject({ offered: 2, delivered: 1, withoutBuffer: 1, faults: 0 })
    machine.call(2, H_FREE_LOGICAL_LAN, to.unit)
    expect(free(2048)).toBe(H_Parameter)
  })
})

describe('memory of an adapter', () => {
  it('that the receive queue had takes no entry when it is not mapped any more, and no buffer is lost', () => {
    const { machine, ends } = machineWith([{ vlan: 1 }, { vlan: 1 }], 1)
    const [from, to] = ends
    const { liobn } = to.device.local
    machine.call(2, H_PUT_TCE, liobn, 2 * PAGE, 0)
    expect(machine.send(from, frameOf(0x201, 0x202))).toBe(H_Dropped)
    expect(machine.call(2, H_FREE_LOGICAL_LAN_BUFFER, to.unit, 2048)).toBe(H_Parameter)
    expect([machine.receive(to), to.lan.buffers.size]).toEqual([undefined, 1])
    expect(books(machine)).toMatchObject({ delivered: 0, faults: 1, inFlight: 0 })
    machine.call(2, H_PUT_TCE, liobn, 2 * PAGE, 2 * PAGE + 3)
    expect(machine.send(from, frameOf(0x201, 0x202))).toBe(H_Success)
    expect(machine.receive(to)!.correlator).toBe(0)
  })

  it('stays with its partition while buffers are mapped, and is gone from the adapter when they are not', () => {
    const { machine, ends } = machineWith([{ vlan: 1 }, { vlan: 1 }], 1)
    const [from, to] = ends
    const { memory } = machine.plic
    // A buffer in the second block: mapped, it keeps the block; unmapped, the block goes, and the frame with it.
    to.device.local.map({ ioba: 0x9_0000, bytes: 2048, page: null, content: 7, contentBytes: 0 })
    machine.call(2, H_PUT_TCE, to.device.local.liobn, 0x9_0000, 0x10_0003)
    machine.call(2, H_ADD_LOGICAL_LAN_BUFFER, to.unit, bufferDescriptor(0x9_0000, 2048))
    expect(machine.send(from, frameOf(0x201, 0x202))).toBe(H_Success)
    expect(memory.isolate(2, 1)).toBe(OUTSTANDING_TRANSLATION)
    machine.call(2, H_PUT_TCE, to.device.local.liobn, 0x9_0000, 0)
    expect(memory.isolate(2, 1)).toBe(ISOLATED)
    expect(memory.withdraw(2, 1)).toBe(true)
    expect(machine.send(from, frameOf(0x201, 0x202))).toBe(H_Dropped)
    expect(to.device.local.at(0x9_0000)!.content).toBe(7)
    expect(machine.call(2, H_PUT_TCE, to.device.local.liobn, 0x9_0000, 0x10_0003)).toBe(H_Parameter)
  })
})

describe('VLANs', () => {
  it('are apart: tags are stripped at the port of their VLAN, kept at others, and refused where nobody has them', () => {
    const { machine, ends } = machineWith([{ vlan: 1 }, { vlan: 1 }, { vlan: 2, additionalVlans: [1] }, { vlan: 2 }], 3)
    const [one, , both, two] = ends
    expect(machine.send(one, frameOf(0x201, 0x204))).toBe(H_Dropped)
    expect(machine.send(one, frameOf(0x201, 0x204, 100, 2))).toBe(H_Parameter)
    expect(machine.send(one, frameOf(0x201, 0x203))).toBe(H_Success)
    expect(machine.receive(both)!.frame!.vlan).toBe(1)
    expect(machine.send(both, frameOf(0x203, 0x201, 100, 1))).toBe(H_Success)
    expect(machine.receive(one)!.frame!.vlan).toBe(0)
    expect(machine.send(both, frameOf(0x203, 0x204))).toBe(H_Success)
    expect(machine.receive(two)!.frame!.vlan).toBe(0)
    expect(machine.send(both, frameOf(0x203, BROADCAST_MAC))).toBe(H_Success)
    expect(ends.map((end) => machine.receive(end) !== undefined)).toEqual([false, false, false, true])
    expect(machine.send(both, frameOf(0x203, BROADCAST_MAC, 100, 1))).toBe(H_Success)
    expect(ends.map((end) => machine.receive(end) !== undefined)).toEqual([true, true, false, false])
  })

  it('are apart on each virtual switch', () => {
    const machine = new LanMachine(2)
    const one = machine.adapter(1, { vlan: 1 }, 'ETHERNET0')
    const other = machine.adapter(2, { vlan: 1 }, 'ETHERNET1')
    machine.register(one, 0x201)
    expect(machine.register(other, 0x201)).toBe(H_Success)
    expect(machine.send(one, frameOf(0x201, 0x201))).toBe(H_Dropped)
  })

  it('learn which adapter an address is behind, until it is seen outside', () => {
    const { machine, ends } = machineWith([{ vlan: 1 }, { vlan: 1 }, { vlan: 1, trunkPriority: 1 }])
    const [one, two, trunk] = ends
    expect(machine.send(one, frameOf(0x901, 0x202))).toBe(H_Success)
    expect(machine.send(two, frameOf(0x202, 0x901))).toBe(H_Success)
    expect(machine.receive(one)!.frame!.destination).toBe(0x901)
    expect(machine.send(trunk, frameOf(0x901, 0x202))).toBe(H_Success)
    expect(machine.send(two, frameOf(0x202, 0x901))).toBe(H_Success)
    expect(machine.receive(trunk)!.frame!.destination).toBe(0x901)
    expect(machine.receive(one)).toBeUndefined()
  })
})

describe('trunk adapters', () => {
  const attributes = (machine: LanMachine, lparId: number, unit: number, set = 0) => [
    machine.call(lparId, H_ILLAN_ATTRIBUTES, unit, 0, set),
    Number(machine.plic.hypercalls.registers.low[4]),
  ]

  it('get what nobody knows; of those of a VLAN the last one that was set active', () => {
    const { machine, ends } = machineWith([
      { vlan: 1 },
      { vlan: 1, trunkPriority: 1 },
      { vlan: 9, additionalVlans: [1], trunkPriority: 2 },
      { vlan: 9 },
    ])
    const [client, first, second, nine] = ends
    expect(attributes(machine, 2, first.unit)).toEqual([H_Success, 0x101])
    // No trunk was active for VLAN 9, but there was one for VLAN 1.
    expect(attributes(machine, 3, second.unit)).toEqual([H_Success, 0x200])
    expect(machine.send(client, frameOf(0x201, 0x999))).toBe(H_Success)
    expect(machine.receive(first)!.frame!.destination).toBe(0x999)
    expect(machine.send(nine, frameOf(0x204, 0x999))).toBe(H_Dropped)
    expect(attributes(machine, 3, second.unit, 1)).toEqual([H_Success, 0x201])
    expect(attributes(machine, 2, first.unit)).toEqual([H_Success, 0x100])
    expect(machine.send(client, frameOf(0x201, 0x999))).toBe(H_Success)
    expect(machine.receive(second)!.frame!.vlan).toBe(1)
    expect(machine.send(nine, frameOf(0x204, 0x999))).toBe(H_Success)
    // Broadcasts reach the active one, not the other, and nothing that a trunk brings goes out again.
    expect(machine.receive(second)!.frame!.vlan).toBe(0)
    machine.buffer(second, 0, 2048)
    expect(machine.send(client, frameOf(0x201, BROADCAST_MAC))).toBe(H_Success)
    expect([machine.receive(first), machine.receive(second)!.frame!.vlan]).toEqual([undefined, 1])
    expect(machine.send(second, frameOf(0x777, 0x999, 100, 1))).toBe(H_Dropped)
    expect(attributes(machine, 1, client.unit, 1)).toEqual([H_Constrained, 0])
    expect(attributes(machine, 2, first.unit, 0x100)).toEqual([H_Constrained, 0x100])
  })

  it('leave their VLANs without an active one when they go, until another is set active', () => {
    const { machine, ends } = machineWith([{ vlan: 1 }, { vlan: 1, trunkPriority: 1 }, { vlan: 1, trunkPriority: 2 }])
    const [client, first, second] = ends
    machine.call(2, H_FREE_LOGICAL_LAN, first.unit)
    expect(machine.send(client, frameOf(0x201, 0x999))).toBe(H_Dropped)
    expect(attributes(machine, 3, second.unit, 1)).toEqual([H_Success, 0x201])
    expect(machine.send(client, frameOf(0x201, 0x999))).toBe(H_Success)
    machine.register(first, 0x202)
    expect(attributes(machine, 2, first.unit)).toEqual([H_Success, 0x100])
  })
})

describe('a long copy', () => {
  it('is given back as busy, with a token to go on with; each receiver gets it once', () => {
    const { machine, ends } = machineWith([{ vlan: 1 }, { vlan: 1 }, { vlan: 1 }, { vlan: 1 }], 0)
    const [from, ...others] = ends
    for (const other of others) machine.buffer(other, 0, 65_536)
    const frame = frameOf(0x201, BROADCAST_MAC, MAX_FRAME_BYTES)
    // 128 KiB and a bit: two receivers make 130,816 bytes, the third one reaches the budget.
    expect(machine.send(from, frame)).toBe(H_Success)
    for (const other of others) expect(machine.receive(other)!.bytes).toBe(MAX_FRAME_BYTES)
  })

  it('that is not gone on with leaves the other receivers without; a token of somebody else is refused', () => {
    const machine = new LanMachine(6)
    const ends = Array.from({ length: 6 }, (_, n) => machine.adapter(n + 1, { vlan: 1 }))
    for (const [n, end] of ends.entries()) machine.register(end, 0x201 + n)
    const [from, ...others] = ends
    for (const other of others) for (const n of [0, 1]) machine.buffer(other, n, 65_536)
    const frame = frameOf(0x201, BROADCAST_MAC, MAX_FRAME_BYTES)
    expect(machine.send(from!, frame)).toBe(H_Busy)
    const token = machine.r4
    expect(books(machine)).toMatchObject({ offered: 5, delivered: 3, inFlight: 2 })
    expect(machine.send(others[0]!, frame, token)).toBe(H_Parameter)
    expect(machine.send(from!, frame, token + 1)).toBe(H_Parameter)
    expect(machine.send(from!, frame, token)).toBe(H_Success)
    expect(others.map((other) => other.lan.delivered)).toEqual([1, 1, 1, 1, 1])
    expect(machine.send(from!, frame)).toBe(H_Busy)
    expect(machine.send(from!, frameOf(0x201, 0x202))).toBe(H_Dropped)
    expect(books(machine)).toMatchObject({ abandoned: 2, inFlight: 0 })
    expect(machine.send(from!, frame, token + 1)).toBe(H_Parameter)
  })

  it('ends with its sender', () => {
    const machine = new LanMachine(6)
    const ends = Array.from({ length: 6 }, (_, n) => machine.adapter(n + 1, { vlan: 1 }))
    for (const [n, end] of ends.entries()) machine.register(end, 0x201 + n)
    for (const end of ends.slice(1)) machine.buffer(end, 0, 65_536)
    expect(machine.send(ends[0]!, frameOf(0x201, BROADCAST_MAC, MAX_FRAME_BYTES))).toBe(H_Busy)
    ends[0]!.device.stopped()
    machine.plic.ended(1)
    const { offered, delivered, abandoned, inFlight } = books(machine)
    expect([offered, delivered, abandoned, inFlight]).toEqual([5, 3, 2, 0])
    expect(machine.plic.memory.blocksOf(1)).toBe(0)
  })
})
