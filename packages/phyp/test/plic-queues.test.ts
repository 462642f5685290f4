// Queues between partitions: pairs of devices, transport events, subordinate queues, suspension (LoPAR, Reliable Command/Response Transport
// and Subordinate CRQ).

import {
  CRQ_PAGE_BYTES,
  H_Busy,
  H_Closed,
  H_CPPR,
  H_Dropped,
  H_ENABLE_CRQ,
  H_EOI,
  H_FREE_CRQ,
  H_FREE_SUB_CRQ,
  H_LongBusyOrder10mSec,
  H_Parameter,
  H_PUT_TCE,
  H_REG_CRQ,
  H_REG_SUB_CRQ,
  H_Resource,
  H_SEND_CRQ,
  H_SEND_SUB_CRQ,
  H_Success,
  H_VIO_SIGNAL,
  H_XIRR,
} from '@powersim/protocol'
import { describe, expect, it } from 'vitest'
import { MAX_SUB_QUEUES } from '../src/index.js'
import { PlicMachine } from './plic-bench-machine.js'

const BLOCK = 2 ** 20
const ENTRIES = CRQ_PAGE_BYTES / 16

function pair() {
  const machine = new PlicMachine(BLOCK)
  const [server, client] = machine.devices as [PlicMachine['devices'][0], PlicMachine['devices'][0]] // There are four.
  const page = (device: typeof server) => machine.plic.queues.device(device.lparId, device.unitAddress)!.local.at(0)!.page!
  const register = () => {
    machine.call(1, H_REG_CRQ, server.unitAddress, 0, CRQ_PAGE_BYTES)
    machine.call(2, H_REG_CRQ, client.unitAddress, 0, CRQ_PAGE_BYTES)
  }
  const send = (value = 0) => machine.call(2, H_SEND_CRQ, client.unitAddress, 0x8001_0000, 0, 0, value)
  return { machine, server, client, page, register, send }
}

describe('a pair of queues', () => {
  it('is open when both ends are registered, and carries entries to the other end', () => {
    const { machine, server, client, page, send } = pair()
    expect(send()).toBe(H_Closed)
    expect(machine.call(2, H_REG_CRQ, client.unitAddress, 0, CRQ_PAGE_BYTES)).toBe(H_Closed)
    expect(machine.call(2, H_REG_CRQ, client.unitAddress, 0, CRQ_PAGE_BYTES)).toBe(H_Resource)
    expect(send()).toBe(H_Closed)
    expect(machine.call(1, H_REG_CRQ, server.unitAddress, 0, CRQ_PAGE_BYTES)).toBe(H_Success)
    for (let n = 0; n < ENTRIES; n++) expect(send(n)).toBe(H_Success)
    expect(send()).toBe(H_Dropped)
    expect([...page(server).subarray(16, 32)]).toEqual([0x80, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1])
    page(server)[0] = 0
    expect(send()).toBe(H_Success)
    expect(page(client)[0]).toBe(0)
  })

  it('interrupts when enabled, once until the end of the interrupt', () => {
    const { machine, server, register, send } = pair()
    register()
    send()
    machine.simulation.run()
    expect(machine.interrupts).toHaveLength(0)
    expect(machine.call(1, H_VIO_SIGNAL, server.unitAddress, 1)).toBe(H_Success)
    machine.call(1, H_CPPR, 0xff)
    for (let n = 0; n < 3; n++) send()
    machine.simulation.run()
    expect(machine.interrupts).toEqual([{ lparId: 1, unitAddress: server.unitAddress }])
    machine.call(1, H_XIRR)
    expect(machine.word(4)).toBe(BigInt(0xff00_0000 + server.unitAddress))
    send()
    machine.simulation.run()
    expect(machine.interrupts).toHaveLength(1)
    machine.call(1, H_EOI, 0xff00_0000 + server.unitAddress)
    send()
    machine.simulation.run()
    expect(machine.interrupts).toHaveLength(2)
  })

  it('tells its end to the other side, in a full queue instead of the last entry', () => {
    const { machine, server, client, page, register, send } = pair()
    register()
    for (let n = 0; n < ENTRIES; n++) send()
    expect(machine.call(2, H_FREE_CRQ, client.unitAddress)).toBe(H_Success)
    expect([...page(server).subarray(CRQ_PAGE_BYTES - 16, CRQ_PAGE_BYTES - 14)]).toEqual([0xff, 2])
    expect(page(server)[CRQ_PAGE_BYTES - 32]).toBe(0x80)
    expect(machine.call(2, H_FREE_CRQ, client.unitAddress)).toBe(H_Closed)
    machine.call(2, H_REG_CRQ, client.unitAddress, 0, CRQ_PAGE_BYTES)
    page(server).fill(0)
    client.stopped()
    expect([...page(server).subarray(0, 2)]).toEqual([0xff, 1])
  })

  it('is not freed while bytes are moving', () => {
    const { machine, client, register } = pair()
    register()
    machine.call(2, H_PUT_TCE, client.local.liobn, 0, 3)
    const transfer = machine.plic.tces.transfers.begin(client.local.liobn, 0, 100, 1)
    expect(machine.call(2, H_FREE_CRQ, client.unitAddress)).toBe(H_Busy)
    expect(client.queue.registered).toBe(true)
    machine.plic.tces.transfers.finish(transfer)
    expect(machine.call(2, H_FREE_CRQ, client.unitAddress)).toBe(H_Success)
  })

  it('is closed while its partition is suspended, until it is enabled', () => {
    const { machine, server, client, page, register, send } = pair()
    register()
    machine.plic.queues.suspend(server, 2)
    expect(send()).toBe(H_Closed)
    expect([...page(client).subarray(0, 2)]).toEqual([0xff, 6])
    machine.plic.queues.resume(server)
    expect([...page(server).subarray(0, 2)]).toEqual([0xff, 10])
    const enable = () => machine.call(1, H_ENABLE_CRQ, server.unitAddress)
    expect([enable(), enable(), enable()]).toEqual([H_LongBusyOrder10mSec, H_LongBusyOrder10mSec, H_Success])
    expect(send()).toBe(H_Success)
    expect(machine.call(2, H_ENABLE_CRQ, server.unitAddress)).toBe(H_Parameter)
  })

  it('joins devices of two partitions that have no other end', () => {
    const { machine, server, client } = pair()
    expect(() => machine.plic.queues.pair(server, client)).toThrow('unconnected')
    machine.plic.detach(client)
    expect(server.peer).toBeNull()
  })
})

describe('a subordinate queue', () => {
  const QUEUE = 0x10_000

  it('has a number and a source, and takes entries of 32 bytes from the other end', () => {
    const { machine, server, client, register } = pair()
    register()
    expect(machine.call(1, H_REG_SUB_CRQ, server.unitAddress, QUEUE, 100)).toBe(H_Parameter)
    expect(machine.call(1, H_REG_SUB_CRQ, server.unitAddress, QUEUE, CRQ_PAGE_BYTES)).toBe(H_Success)
    const [number, source] = [machine.word(4), machine.word(5)]
    const word = 0x80_01_02_03_04_05_06_07n
    expect(machine.call(2, H_SEND_SUB_CRQ, client.unitAddress, number, word, 1, 2, 3)).toBe(H_Success)
    const page = server.local.at(QUEUE)!.page!
    expect([...page.subarray(0, 32)]).toEqual([
      0x80, 1, 2, 3, 4, 5, 6, 7, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 3,
    ])
    machine.simulation.run()
    expect(machine.interrupts).toHaveLength(1)
    for (let n = 1; n < CRQ_PAGE_BYTES / 32; n++) machine.call(2, H_SEND_SUB_CRQ, client.unitAddress, number, word)
    expect(machine.call(2, H_SEND_SUB_CRQ, client.unitAddress, number, word)).toBe(H_Dropped)
    expect(machine.call(2, H_SEND_SUB_CRQ, client.unitAddress, number, 1)).toBe(H_Parameter)
    expect(machine.call(2, H_SEND_SUB_CRQ, client.unitAddress, 5, word)).toBe(H_Parameter)
    expect(machine.call(1, H_FREE_SUB_CRQ, server.unitAddress, number)).toBe(H_Success)
    expect(machine.call(1, H_FREE_SUB_CRQ, server.unitAddress, number)).toBe(H_Parameter)
    expect(machine.call(2, H_SEND_SUB_CRQ, client.unitAddress, number, word)).toBe(H_Parameter)
    expect(source > 0xffffn).toBe(true)
  })

  it('is one of eight at most, and ends with its queue', () => {
    const { machine, server, client, register } = pair()
    register()
    const codes = Array.from({ length: MAX_SUB_QUEUES + 1 }, () =>
      machine.call(1, H_REG_SUB_CRQ, server.unitAddress, QUEUE, CRQ_PAGE_BYTES),
    )
    expect(codes.at(-1)).toBe(H_Resource)
    expect(codes.slice(0, -1).every((code) => code === H_Success)).toBe(true)
    machine.call(1, H_FREE_CRQ, server.unitAddress)
    expect(machine.call(2, H_SEND_SUB_CRQ, client.unitAddress, 0, 1n << 63n)).toBe(H_Closed)
  })
})
