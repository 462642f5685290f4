// Steps of random traffic against random changes of memory on virtual Ethernet adapters, and what has to hold after each: an entry maps its
// owner's page, a frame is in mapped memory of its receiver, what was taken from a partition is reached by nothing, new blocks are zeros,
// and the books of the switch balance.

import {
  BROADCAST_MAC,
  bufferDescriptor,
  type EthernetFrame,
  H_ADD_LOGICAL_LAN_BUFFER,
  H_Busy,
  H_FREE_LOGICAL_LAN,
  H_FREE_LOGICAL_LAN_BUFFER,
  H_PUT_TCE,
  H_Parameter,
  H_Success,
  MAX_FRAME_BYTES,
} from '@powersim/protocol'
import { ISOLATED } from '../src/index.js'
import { DmaWatch, frameOf, holds } from './dma-watch.js'
import { FIRST_BUFFER, type LanEnd, LanMachine, PAGE } from './lan-machine.js'

/** So many receivers of a long frame that its sender has to go on with it. */
const PARTITIONS = 6
const SPARE = 6
const PAGES_PER_BLOCK = 256
/** Logical blocks that steps name; pages of the windows that they use. */
const BLOCKS = 5
const WINDOW_PAGES = 80
const QUEUE = 2 * PAGE
const OUT = 0x1_0000
/** Receive buffers of an adapter, by number. */
const SIZES = [2048, 65_536, 65_536]

export type LanStep = readonly [kind: number, who: number, place: number, page: number, more: number]

interface Station {
  readonly end: LanEnd
  readonly mac: number
  /** By buffer: whether the hypervisor has it. */
  readonly given: boolean[]
  /** Of a send that it has to go on with. */
  token: number
  sent: EthernetFrame | null
}

export class LanIsolationRun {
  readonly machine = new LanMachine(PARTITIONS, SPARE)
  readonly watch = new DmaWatch(this.machine.plic)
  received = 0
  faults = 0
  refused = 0
  withdrawn = 0
  private readonly stations: readonly Station[]
  private frames = 0

  constructor() {
    this.stations = Array.from({ length: PARTITIONS }, (_, n) => {
      const station = { end: this.machine.adapter(n + 1, { vlan: 1 }), mac: 0x200 + n, given: [], token: 0, sent: null }
      this.open(station)
      return station
    })
  }

  step([kind, who, place, page, more]: LanStep): void {
    const station = this.stations[who % PARTITIONS]!
    const { plic } = this.machine
    const { lparId, unit, device } = station.end
    const number = more % SIZES.length
    const at = FIRST_BUFFER + number * 0x1_0000
    const lmb = place % BLOCKS
    switch (kind) {
      case 0:
      case 1:
        return this.send(station, more)
      case 2:
        return this.goOn(station)
      case 3:
        return this.give(station, number)
      case 4: {
        const bytes = SIZES[number]!
        const code = this.machine.call(lparId, H_FREE_LOGICAL_LAN_BUFFER, unit, bytes)
        if (code === H_Success) this.seeBack(station, bytes)
        return
      }
      case 5:
        // Somewhere else, and all of it in one block or partly in the next one.
        return this.put(station, at, SIZES[number]!, (lmb * PAGES_PER_BLOCK + page) * PAGE)
      case 6:
        return this.put(station, more % 2 === 0 ? at : OUT, 65_536, null)
      case 7:
        return this.put(station, QUEUE, 2 * PAGE, more % 2 === 0 ? null : (lmb * PAGES_PER_BLOCK + page) * PAGE)
      case 8:
        return this.put(station, OUT, 65_536, (lmb * PAGES_PER_BLOCK + page) * PAGE)
      case 9:
        return this.watch.begin(device.local.liobn, at, lparId)
      case 10:
        return this.watch.end(more)
      case 11:
      case 12:
        if (plic.memory.isolate(lparId, lmb) !== ISOLATED) return
        holds(plic.memory.mappedPages(lparId, lmb) === 0, 'nothing maps an isolated block')
        if (more % 4 === 0) plic.memory.unisolate(lparId, lmb)
        else if (plic.memory.withdraw(lparId, lmb)) this.withdrawn++
        return
      case 13:
        if (plic.memory.assign(lparId, lmb)) this.watch.seeZeros(lparId, lmb, PAGES_PER_BLOCK)
        return
      case 14:
        this.machine.call(lparId, H_FREE_LOGICAL_LAN, unit)
        return this.open(station)
      default:
        if (more % 8 === 0) this.restart(station)
    }
  }

  check(): void {
    const { plic } = this.machine
    for (const { end } of this.stations) {
      const table = plic.tces.tableOf(end.device.local.liobn)!
      for (let index = 0; index < WINDOW_PAGES; index++) {
        if (table.look(index) !== 0) holds(plic.memory.ownerOf(frameOf(table)) === end.lparId, "an entry maps its owner's memory")
      }
      holds(this.machine.receive(end) === undefined, 'nothing comes that nobody has sent')
    }
    const { offered, delivered, unknown, withoutBuffer, faults, abandoned, inFlight } = plic.lans.switchNamed('ETHERNET0').counts
    holds(offered === delivered + unknown + withoutBuffer + faults + abandoned + inFlight, 'every copy is accounted for')
    holds(delivered === this.received, 'what was delivered was received, once')
  }

  private send(station: Station, more: number): void {
    const to = this.stations[more % PARTITIONS]!
    const destination = to === station ? BROADCAST_MAC : to.mac
    const bytes = more % 3 === 0 ? 100 : MAX_FRAME_BYTES
    const frame: EthernetFrame = { source: station.mac, destination, bytes, vlan: 0, content: ++this.frames }
    station.sent = frame
    this.finish(station, this.machine.send(station.end, frame))
  }

  private goOn(station: Station): void {
    if (station.token === 0 || station.sent === null) return
    const isMapped = this.maps(station, OUT, station.sent.bytes)
    const code = this.machine.send(station.end, station.sent, station.token)
    if (isMapped) this.finish(station, code)
    else holds(code === H_Parameter, 'nothing is read from memory that its sender does not map any more')
  }

  private finish(station: Station, code: number): void {
    // A refused call leaves what was to go on as it was.
    if (code === H_Busy) station.token = this.machine.r4
    else if (code === H_Parameter) this.refused++
    else station.token = 0
    for (const receiver of this.stations) this.take(receiver, station.sent!)
  }

  /** Reads the one entry that a send may have brought. */
  private take(receiver: Station, sent: EthernetFrame): void {
    const arrival = this.machine.receive(receiver.end)
    if (arrival === undefined) return
    const { frame, correlator } = arrival
    holds(receiver.given[correlator] === true, 'only buffers come back that were given')
    receiver.given[correlator] = false
    holds(this.maps(receiver, QUEUE, 2 * PAGE) || this.maps(receiver, this.entryAt(receiver), 16), 'an entry is in mapped memory')
    const isMapped = this.maps(receiver, FIRST_BUFFER + correlator * 0x1_0000, SIZES[correlator]!)
    holds((frame !== null) === isMapped, 'a frame is in a buffer exactly if all of it is mapped')
    if (frame === null) {
      this.faults++
      return
    }
    this.received++
    holds(frame.content === sent.content && frame.source === sent.source, 'a frame is the one that was sent')
    holds(frame.destination === receiver.mac || frame.destination === BROADCAST_MAC, 'a frame is for its receiver')
    holds(receiver.mac !== sent.source, 'nobody hears itself')
  }

  private seeBack(station: Station, bytes: number): void {
    const arrival = this.machine.receive(station.end)
    holds(arrival !== undefined && arrival.frame === null && SIZES[arrival.correlator] === bytes, 'a buffer of that size comes back')
    holds(station.given[arrival!.correlator] === true, 'only buffers come back that were given')
    station.given[arrival!.correlator] = false
  }

  private give(station: Station, number: number): void {
    const { lparId, unit, device } = station.end
    const at = FIRST_BUFFER + number * 0x1_0000
    const region = device.local.at(at)
    if (station.given[number] === true || region === undefined) return
    region.content = number
    if (this.machine.call(lparId, H_ADD_LOGICAL_LAN_BUFFER, unit, bufferDescriptor(at, SIZES[number]!)) === H_Success) {
      station.given[number] = true
    }
  }

  /** Registers, with all buffers mapped in the first block and given. */
  private open(station: Station): void {
    const { machine } = this
    station.given.fill(false)
    station.token = 0
    station.end.read = 0
    for (let n = 0; n < SIZES.length; n++) {
      const at = FIRST_BUFFER + n * 0x1_0000
      const { local } = station.end.device
      if (local.at(at) === undefined) local.map({ ioba: at, bytes: SIZES[n]!, page: null, content: null, contentBytes: 0 })
    }
    this.put(station, QUEUE, 2 * PAGE, QUEUE)
    this.put(station, OUT, 65_536, OUT)
    holds(machine.register(station.end, station.mac) === H_Success, 'an adapter registers again')
    for (let n = 0; n < SIZES.length; n++) {
      this.put(station, FIRST_BUFFER + n * 0x1_0000, SIZES[n]!, FIRST_BUFFER + n * 0x1_0000)
      this.give(station, n)
    }
  }

  private restart(station: Station): void {
    const { machine } = this
    const { lparId, device, lan } = station.end
    device.stopped()
    machine.plic.ended(lparId)
    holds(!lan.registered && lan.buffers.size === 0 && !this.watch.moves(lparId), 'nothing is left of a partition that has ended')
    machine.plic.started(lparId, 2, 1024, 1)
    for (let lmb = 0; lmb < machine.plic.memory.blocksOf(lparId); lmb++) this.watch.seeZeros(lparId, lmb, PAGES_PER_BLOCK)
    machine.map(station.end)
    this.open(station)
  }

  /** Maps bytes of a window to logical memory from an address on; null: to nothing. Pages that are not the partition's are refused. */
  private put({ end: { lparId, device } }: Station, ioba: number, bytes: number, address: number | null): void {
    for (let at = 0; at < bytes; at += PAGE) {
      this.machine.call(lparId, H_PUT_TCE, device.local.liobn, ioba + at, address === null ? 0 : address + at + 3)
    }
  }

  /** Whether all pages are mapped, and to memory of the adapter's own partition. */
  private maps({ end: { lparId, device } }: Station, ioba: number, bytes: number): boolean {
    const { plic } = this.machine
    const table = plic.tces.tableOf(device.local.liobn)!
    for (let at = ioba - (ioba % PAGE); at < ioba + bytes; at += PAGE) {
      if (table.look(table.indexOf(at)) !== 3) return false
      holds(plic.memory.ownerOf(frameOf(table)) === lparId, "an entry maps its owner's memory")
    }
    return true
  }

  /** I/O bus address of the entry that was read last. */
  private entryAt({ end: { read, queue } }: Station): number {
    return QUEUE + (((read - 1) * 16) % queue.length)
  }
}
