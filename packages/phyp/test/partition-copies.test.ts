// Copies between a server and its client: bytes and data by H_COPY_RDMA, redirected DMA by H_PUT_RTCE, and what ends both.

import {
  H_Busy,
  H_COPY_RDMA,
  H_DestParm,
  H_FREE_CRQ,
  H_Parameter,
  H_PUT_RTCE,
  H_PUT_TCE,
  H_REG_CRQ,
  H_RemoteParm,
  H_Resource,
  H_SourceParm,
  H_STUFF_TCE,
  H_Success,
} from '@powersim/protocol'
import { describe, expect, it } from 'vitest'
import { ISOLATED, OUTSTANDING_TRANSLATION } from '../src/index.js'
import { PAGE, PlicMachine } from './plic-bench-machine.js'

const SERVER = 1
const CLIENT = 2
const READ_WRITE = 3

/** A connected pair; the client's page 5 is at 0x5000 of its window, the server's page 7 at 0x7000 of its own. */
function connected() {
  const machine = new PlicMachine(2 ** 20)
  const [server, client] = machine.devices as [PlicMachine['devices'][0], PlicMachine['devices'][0]] // There are four.
  machine.call(SERVER, H_REG_CRQ, server.unitAddress, 0, PAGE)
  machine.call(CLIENT, H_REG_CRQ, client.unitAddress, 0, PAGE)
  const own = server.local.liobn
  const remote = own + 1
  const theirs = client.local.liobn
  const physical = machine.plic.tces.addPhysical(SERVER)
  machine.call(SERVER, H_PUT_TCE, own, 0x7000, 0x7000 + READ_WRITE)
  const map = (address: number, page: number, control = READ_WRITE) =>
    machine.call(CLIENT, H_PUT_TCE, theirs, address, page * PAGE + control)
  expect(map(0x5000, 5)).toBe(H_Success)
  const memory = (lparId: number) => machine.plic.hypercalls.memory(lparId)
  return { machine, server, client, own, remote, theirs, physical, map, memory, tces: machine.plic.tces }
}

describe('H_COPY_RDMA between partitions', () => {
  it('copies bytes at any offset, and whole pages with their data, both ways', () => {
    const { machine, own, remote, memory } = connected()
    memory(CLIENT).bytes(5)!.setUint32(104, 0xabcd1234)
    expect(machine.call(SERVER, H_COPY_RDMA, 64, remote, 0x5000 + 100, own, 0x7000 + 202)).toBe(H_Success)
    expect(memory(SERVER).bytes(7)!.getUint32(206)).toBe(0xabcd1234)
    expect(machine.costNs).toBe(1000 + 64 / 4)
    memory(SERVER).setStamp(7, 42)
    expect(machine.call(SERVER, H_COPY_RDMA, PAGE, own, 0x7000, remote, 0x5000)).toBe(H_Success)
    expect([memory(CLIENT).stamp(5), memory(CLIENT).bytes(5)!.getUint32(206)]).toEqual([42, 0xabcd1234])
  })

  it('is for the server alone, needs entries that allow it, and a partner', () => {
    const { machine, client, own, remote, theirs, map } = connected()
    expect(machine.call(SERVER, H_COPY_RDMA, 64, remote, 0x6000, own, 0x7000)).toBe(H_SourceParm)
    expect(machine.call(SERVER, H_COPY_RDMA, PAGE + 1, remote, 0x5000, own, 0x7000)).toBe(H_SourceParm)
    map(0x5000, 5, 1)
    expect(machine.call(SERVER, H_COPY_RDMA, 64, own, 0x7000, remote, 0x5000)).toBe(H_DestParm)
    expect(machine.call(CLIENT, H_COPY_RDMA, 64, theirs + 1, 0x7000, theirs, 0x5000)).toBe(H_SourceParm)
    machine.call(CLIENT, H_FREE_CRQ, client.unitAddress)
    expect(machine.call(SERVER, H_COPY_RDMA, 64, remote, 0x5000, own, 0x7000)).toBe(H_SourceParm)
  })
})

describe('H_PUT_RTCE', () => {
  const redirect = ({ machine, remote, physical }: ReturnType<typeof connected>, from = 0x5000, to = 0, count = 1) =>
    machine.call(SERVER, H_PUT_RTCE, remote, from, physical, to, count)

  it('lets an adapter of the server reach a page of the client', () => {
    const it = connected()
    expect(redirect(it)).toBe(H_Success)
    expect(it.machine.costNs).toBe(610)
    const transfer = it.tces.transfers.start(it.physical, 0, 512, true)
    expect(it.tces.transfers.write(transfer, 0, 77)).toBe(true)
    expect(it.tces.transfers.finish(transfer)).toBe(true)
    expect(it.memory(CLIENT).stamp(5)).toBe(77)
    expect(it.tces.transfers.write(transfer, 0, 78)).toBe(false)
  })

  it('refuses unmapped pages, a second copy, windows of others and a partner that is gone', () => {
    const it = connected()
    expect(redirect(it, 0x6000)).toBe(H_RemoteParm)
    expect(redirect(it, 0x5000, 0, 2)).toBe(H_RemoteParm)
    expect(redirect(it)).toBe(H_Success)
    expect(redirect(it, 0x5000, 0x1000)).toBe(H_Resource)
    expect(it.machine.call(SERVER, H_PUT_RTCE, it.remote, 0x5000, it.theirs, 0, 1)).toBe(H_Parameter)
    expect(it.machine.call(CLIENT, H_PUT_RTCE, it.theirs + 1, 0x5000, it.physical, 0, 1)).toBe(H_Parameter)
    expect(it.machine.call(SERVER, H_PUT_RTCE, it.own, 0x5000, it.physical, 0, 1)).toBe(H_Parameter)
    expect(it.machine.call(SERVER, H_STUFF_TCE, it.physical, 0, 0, 1)).toBe(H_Success)
    expect(redirect(it, 0x5000, 0x1000)).toBe(H_Success)
    it.machine.call(CLIENT, H_FREE_CRQ, it.client.unitAddress)
    expect(redirect(it)).toBe(H_RemoteParm)
  })

  it('goes with the entry that it is the copy of, which waits for a transfer under way', () => {
    const it = connected()
    redirect(it)
    const transfer = it.tces.transfers.start(it.physical, 0, PAGE, false)
    expect(it.map(0x5000, 5, 0)).toBe(H_Resource)
    expect(it.machine.call(CLIENT, H_STUFF_TCE, it.theirs, 0x4000, 0, 3)).toBe(H_Resource)
    expect(it.machine.call(CLIENT, H_FREE_CRQ, it.client.unitAddress)).toBe(H_Busy)
    it.tces.transfers.finish(transfer)
    expect(it.map(0x5000, 5, 0)).toBe(H_Success)
    expect(it.tces.transfers.start(it.physical, 0, PAGE, false)).toBe(-1)
  })

  it('keeps the block of the page: not isolated while an entry, a copy or a transfer is there', () => {
    const it = connected()
    const page = 2 ** 20 / PAGE + 3
    const isolate = () => it.machine.plic.memory.isolate(CLIENT, 1)
    it.map(0x9000, page)
    expect(redirect(it, 0x9000)).toBe(H_Success)
    const transfer = it.tces.transfers.start(it.physical, 0, PAGE, true)
    expect(it.machine.plic.memory.mappedPages(CLIENT, 1)).toBe(3)
    expect(isolate()).toBe(OUTSTANDING_TRANSLATION)
    it.tces.transfers.finish(transfer)
    expect(isolate()).toBe(OUTSTANDING_TRANSLATION)
    it.map(0x9000, page, 0)
    expect(isolate()).toBe(ISOLATED)
  })

  it.each([SERVER, CLIENT])('partition %i ends: nothing is left, and what moved moves no more', (gone) => {
    const it = connected()
    redirect(it)
    const transfer = it.tces.transfers.start(it.physical, 0, PAGE, true)
    it.machine.plic.ended(gone)
    expect(it.tces.transfers.write(transfer, 0, 9)).toBe(false)
    expect(it.tces.transfers.finish(transfer)).toBe(false)
    expect(it.machine.plic.memory.mappedPages(CLIENT, 0)).toBe(gone === CLIENT ? 0 : 1)
  })
})
