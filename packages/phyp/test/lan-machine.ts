// A PLIC with virtual Ethernet adapters on a bench, without a hypervisor around it: partitions of 2 MiB, adapters with their memory mapped
// and registered, sends, and what has come. Calls are made as a guest's port makes them.

import { Simulation } from '@powersim/kernel'
import {
  bufferDescriptor,
  type DmaRegion,
  type EthernetFrame,
  H_ADD_LOGICAL_LAN_BUFFER,
  H_PUT_TCE,
  H_REGISTER_LOGICAL_LAN,
  H_SEND_LOGICAL_LAN,
  LAN_VALID,
  type PartitionHost,
} from '@powersim/protocol'
import { defaultPhypParameters, Plic } from '../src/index.js'
import type { LogicalLan, LogicalLanOptions } from '../src/plic/logical-lan.js'
import { VirtualDevice } from '../src/plic/virtual-device.js'

export const PAGE = 4096
const QUEUE_BYTES = 2 * PAGE
/** I/O bus address of buffer 0; the next one is 64 KiB further. */
export const FIRST_BUFFER = 0x2_0000

/** A frame as a sender makes it. */
export function frameOf(source: number, destination: number, bytes = 100, vlan = 0): EthernetFrame {
  return { source, destination, bytes, vlan, content: null }
}

export interface LanEnd {
  readonly lparId: number
  readonly unit: number
  readonly device: VirtualDevice
  readonly lan: LogicalLan
  readonly queue: Uint8Array
  /** Entries read so far. */
  read: number
}

export class LanMachine {
  readonly simulation = new Simulation({ seed: 'lan' })
  readonly plic: Plic
  readonly interrupts: number[] = []
  r4 = 0
  costNs = 0
  private readonly host: PartitionHost
  private readonly wake

  /** Two blocks for each partition; `spare` more are free. */
  constructor(partitions: number, spare = 0) {
    this.plic = new Plic({ blockBytes: 2 ** 20, blocks: 2 * partitions + spare, hypercalls: defaultPhypParameters.hypercalls })
    for (let lparId = 1; lparId <= partitions; lparId++) this.plic.started(lparId, 2, 1024, 1)
    this.host = {
      start: () => {},
      stop: () => {},
      resized: () => {},
      deviceChanged: () => {},
      interrupt: (_lparId, unitAddress) => this.interrupts.push(unitAddress),
    }
    this.wake = this.simulation.handler('device', (device: VirtualDevice) => device.run())
  }

  /** An adapter with its queue and 64 KiB to send mapped, not registered. */
  adapter(lparId: number, options: LogicalLanOptions, network = 'ETHERNET0'): LanEnd {
    const { plic } = this
    const device = new VirtualDevice(this.simulation, this.host, this.wake, plic.queues.nextUnit(), lparId, plic.interrupts)
    plic.attach(device)
    const lan = plic.lans.attach(device, network, options)
    const end = { lparId, unit: device.unitAddress, device, lan, queue: new Uint8Array(QUEUE_BYTES), read: 0 }
    this.map(end)
    return end
  }

  /** Maps what an adapter needs before it registers: pages of its own, where they were. */
  map({ lparId, device: { local }, queue }: LanEnd): void {
    local.map(region(2 * PAGE, QUEUE_BYTES, queue))
    local.map(region(0x1_0000, 0x1_0000, null))
    for (let at = 0; at < FIRST_BUFFER; at += PAGE) this.call(lparId, H_PUT_TCE, local.liobn, at, at + 3)
  }

  register(end: LanEnd, mac: number): number {
    return this.call(end.lparId, H_REGISTER_LOGICAL_LAN, end.unit, 0, bufferDescriptor(2 * PAGE, QUEUE_BYTES), PAGE, mac)
  }

  /** Maps a buffer and gives it to the hypervisor; number `n` is its correlator and its place. */
  buffer(end: LanEnd, n: number, bytes: number): number {
    const ioba = FIRST_BUFFER + n * 0x1_0000
    if (end.device.local.at(ioba) === undefined) end.device.local.map(region(ioba, bytes, null))
    end.device.local.at(ioba)!.content = n
    const first = ioba % (2 * 2 ** 20 - 0x2_0000)
    for (let at = 0; at < bytes; at += PAGE) this.call(end.lparId, H_PUT_TCE, end.device.local.liobn, ioba + at, first + at + 3)
    return this.call(end.lparId, H_ADD_LOGICAL_LAN_BUFFER, end.unit, bufferDescriptor(ioba, bytes))
  }

  send(end: LanEnd, frame: EthernetFrame, token = 0): number {
    const out = end.device.local.at(0x1_0000)!
    out.content = frame
    return this.call(end.lparId, H_SEND_LOGICAL_LAN, end.unit, bufferDescriptor(0x1_0000, frame.bytes), 0, 0, 0, 0, 0, token)
  }

  /** The next frame of a receive queue and its correlator; undefined when there is none, no frame for an entry without one. */
  receive(end: LanEnd): { readonly frame: EthernetFrame | null; readonly correlator: number; readonly bytes: number } | undefined {
    const { queue } = end
    const at = (end.read * 16) % queue.length
    const view = new DataView(queue.buffer)
    const flags = view.getUint32(at)
    const expected = Math.floor((end.read * 16) / queue.length) % 2 === 0 ? 1 : 0
    if (flags >>> 31 !== expected || (expected === 0 && end.read * 16 < queue.length)) return undefined
    end.read++
    const correlator = Number(view.getBigUint64(at + 8))
    const content = end.device.local.at(FIRST_BUFFER + correlator * 0x1_0000)?.content as EthernetFrame // The hypervisor put it there.
    return { frame: (flags & LAN_VALID) === 0 ? null : content, correlator, bytes: view.getUint32(at + 4) }
  }

  call(lparId: number, token: number, ...args: number[]): number {
    const [a1 = 0, a2 = 0, a3 = 0, a4 = 0, a5 = 0, a6 = 0, a7 = 0, a8 = 0] = args
    const result = this.plic.hypercalls.call(lparId, token, a1, a2, a3, a4, a5, a6, a7, a8)
    this.r4 = result.r4
    this.costNs = result.costNs
    return result.code
  }
}

function region(ioba: number, bytes: number, page: Uint8Array | null): DmaRegion {
  return { ioba, bytes, page, content: null, contentBytes: 0 }
}
