// The hypercalls of virtual Ethernet (LoPAR, Logical LAN hcalls): an adapter registers, gives receive buffers, sends. Checked first, done
// then: a refused call changes nothing. A copy to many receivers that takes long is given back with H_Busy and a token to go on with.
// Arguments come from a partition and may be any number. Hot: no object per call, but for second and further receivers of a group.

import type { Digest } from '@powersim/kernel'
import {
  copyOfFrame,
  type EthernetFrame,
  H_ADD_LOGICAL_LAN_BUFFER,
  H_Busy,
  H_Constrained,
  H_Dropped,
  H_FREE_LOGICAL_LAN,
  H_FREE_LOGICAL_LAN_BUFFER,
  H_Function,
  H_ILLAN_ATTRIBUTES,
  H_NotFound,
  H_Parameter,
  H_REGISTER_LOGICAL_LAN,
  H_Resource,
  H_SEND_LOGICAL_LAN,
  H_Success,
  ETHERNET_HEADER_BYTES,
  ILLAN_ACTIVE_TRUNK,
  ILLAN_TRUNK_PRIORITY_MASK,
  ILLAN_TRUNK_PRIORITY_SHIFT,
  isGroupMac,
  isUnicastMac,
  LAN_ENTRY_BYTES,
  MAX_FRAME_BYTES,
} from '@powersim/protocol'
import { PhypError } from '../errors.js'
import { LogicalLan, type LogicalLanOptions, type SuspendedSend } from './logical-lan.js'
import { PAGE_BYTES } from './memory-map.js'
import type { PlicCounts } from './plic-counts.js'
import type { QueueHypercalls } from './queue-hypercalls.js'
import type { Registers } from './registers.js'
import type { TceHypercalls } from './tce-hypercalls.js'
import { TCE_CONTROL, TCE_READ, TCE_WRITE } from './tce-table.js'
import type { VirtualDevice } from './virtual-device.js'
import { VirtualSwitch } from './virtual-switch.js'

/** Virtual switches of one machine. */
export const MAX_SWITCHES = 64
/** Buffer descriptors of one send (LoPAR). */
const MAX_DESCRIPTORS = 6
const FIRST_DESCRIPTOR = 5
const CONTINUE_TOKEN = 11
/** Bytes that one call copies before it gives the rest back with H_Busy: 32 us at 4 GB/s (estimate). */
const COPY_BYTES_PER_CALL = 131_072

export class LanHypercalls {
  private readonly tces: TceHypercalls
  private readonly queues: QueueHypercalls
  private readonly counts: PlicCounts
  private readonly switches: VirtualSwitch[] = []
  private readonly receivers: LogicalLan[] = []
  private lastToken = 0

  constructor(tces: TceHypercalls, queues: QueueHypercalls, counts: PlicCounts) {
    this.tces = tces
    this.queues = queues
    this.counts = counts
  }

  /** The switch of that name, made when it is first asked for. Throws PhypError `bad-parameter` for one too many. */
  switchNamed(name: string): VirtualSwitch {
    for (let at = 0; at < this.switches.length; at++) if (this.switches[at]!.name === name) return this.switches[at]!
    if (this.switches.length >= MAX_SWITCHES) {
      throw new PhypError('bad-parameter', 'virtualSwitch', `there are ${MAX_SWITCHES} virtual switches already`)
    }
    const network = new VirtualSwitch(name)
    this.switches.push(network)
    this.counts.writes++
    return network
  }

  /** Makes an attached device a virtual Ethernet adapter at a switch. Throws PhypError `bad-parameter`. */
  attach(device: VirtualDevice, network: string, options: LogicalLanOptions): LogicalLan {
    const table = this.tces.tableOf(device.local.liobn)
    if (table === undefined) throw new PhypError('bad-parameter', 'device', 'expected a device that is attached')
    const lan = new LogicalLan(device, table, this.switchNamed(network), options)
    device.lan = lan
    this.counts.writes++
    return lan
  }

  /** By name, with their books. */
  all(): readonly VirtualSwitch[] {
    return this.switches
  }

  foldInto(digest: Digest): void {
    digest.fold(this.lastToken)
    for (let at = 0; at < this.switches.length; at++) this.switches[at]?.foldInto(digest)
  }

  call(token: number, lparId: number, registers: Registers): number {
    const lan = this.queues.device(lparId, registers.value(4))?.lan ?? null
    if (lan === null) return H_Parameter
    switch (token) {
      case H_SEND_LOGICAL_LAN:
        return this.send(lan, registers)
      case H_ADD_LOGICAL_LAN_BUFFER:
        return this.addBuffer(lan, registers.high[5]! & 0xff_ffff, registers.low[5]! >>> 0)
      case H_REGISTER_LOGICAL_LAN:
        return this.register(lan, registers)
      case H_FREE_LOGICAL_LAN_BUFFER:
        return this.freeBuffer(lan, registers.unsigned(5))
      case H_FREE_LOGICAL_LAN:
        if (lan.registered) this.counts.writes++
        lan.free()
        return H_Success
      case H_ILLAN_ATTRIBUTES:
        return this.attributes(lan, registers)
      default:
        return H_Function
    }
  }

  /** R5 buffer list, R6 descriptor of the receive queue, R7 filter list, R8 address. */
  private register(lan: LogicalLan, registers: Registers): number {
    const bufferList = registers.unsigned(5)
    const filterList = registers.unsigned(7)
    const bytes = registers.high[6]! & 0xff_ffff
    const queue = registers.low[6]! >>> 0
    const mac = registers.unsigned(8)
    if (bufferList % PAGE_BYTES !== 0 || !lan.maps(bufferList, PAGE_BYTES, TCE_CONTROL)) return H_Parameter
    if (filterList % PAGE_BYTES !== 0 || !lan.maps(filterList, PAGE_BYTES, TCE_CONTROL)) return H_Parameter
    if (bytes === 0 || bytes % LAN_ENTRY_BYTES !== 0 || queue % LAN_ENTRY_BYTES !== 0) return H_Parameter
    const region = lan.device.local.at(queue)
    if (region === undefined || region.page === null || region.bytes !== bytes || !lan.maps(queue, bytes, TCE_WRITE)) return H_Parameter
    if (!isUnicastMac(mac)) return H_Parameter
    if (lan.registered || !lan.network.hasRoom(lan, mac)) return H_Resource
    lan.register(region.page, queue, mac)
    this.counts.writes++
    return H_Success
  }

  private addBuffer(lan: LogicalLan, bytes: number, ioba: number): number {
    // Whether it is mapped is looked at when a frame goes in (LoPAR).
    if (!lan.registered || bytes === 0 || !lan.within(ioba, bytes)) return H_Parameter
    if (!lan.buffers.add(ioba, bytes)) return H_Resource
    this.counts.writes++
    return H_Success
  }

  /** One buffer of that size comes back through the receive queue, without the valid bit. */
  private freeBuffer(lan: LogicalLan, bytes: number): number {
    if (!lan.registered || !lan.queueMapped) return H_Parameter
    if (!lan.giveBack(bytes)) return H_NotFound
    this.counts.writes++
    return H_Success
  }

  /** R5 to R10 descriptors, up to the first of length 0; R11 the token of a call that was H_Busy. */
  private send(lan: LogicalLan, registers: Registers): number {
    const first = lan.device.local.at(registers.low[FIRST_DESCRIPTOR]! >>> 0)
    if (!lan.registered || first === undefined || !isFrame(first.content)) return H_Parameter
    let bytes = 0
    for (let n = 0; n < MAX_DESCRIPTORS; n++) {
      const length = registers.high[FIRST_DESCRIPTOR + n]! & 0xff_ffff
      if (length === 0) break
      if (!lan.maps(registers.low[FIRST_DESCRIPTOR + n]! >>> 0, length, TCE_READ)) return H_Parameter
      bytes += length
    }
    const frame = first.content
    if (bytes !== frame.bytes || bytes < ETHERNET_HEADER_BYTES || bytes > MAX_FRAME_BYTES) return H_Parameter
    const token = registers.unsigned(CONTINUE_TOKEN)
    const before = lan.suspended
    if (token !== 0) {
      if (before === null || before.token !== token || before.frame !== frame) return H_Parameter
      return this.handOut(lan, before, registers)
    }
    const vid = lan.network.vlanOf(lan, frame)
    if (vid === 0) return H_Parameter
    if (before !== null) lan.giveUp()
    const { receivers } = this
    this.counts.writes++
    if (lan.network.receiversOf(lan, frame, vid, receivers) > 1) {
      const send = { token: 0, frame, vid, receivers: receivers.slice(), next: 0, dropped: false }
      return this.handOut(lan, send, registers)
    }
    const only = receivers[0]
    // A group without members is no loss.
    if (only === undefined) return isGroupMac(frame.destination) ? H_Success : H_Dropped
    registers.units = bytes
    return lan.network.hand(only, frame, vid) ? H_Success : H_Dropped
  }

  /** Copies a frame to receiver after receiver, until it has copied so much that the caller has to call again. */
  private handOut(lan: LogicalLan, send: SuspendedSend, registers: Registers): number {
    const { network } = lan
    const { frame, receivers, vid } = send
    let copied = 0
    while (send.next < receivers.length) {
      if (copied >= COPY_BYTES_PER_CALL) {
        send.token = ++this.lastToken
        lan.suspended = send
        registers.set(4, Math.floor(send.token / 2 ** 32), send.token)
        registers.units = copied
        this.counts.writes++
        return H_Busy
      }
      const to = receivers[send.next++]!
      copied += frame.bytes
      const copy = send.next === receivers.length ? frame : copyOfFrame(frame)
      if (!to.registered) network.abandon(1)
      if (!to.registered || !network.hand(to, copy, vid)) send.dropped = true
    }
    lan.suspended = null
    registers.units = copied
    this.counts.writes++
    return send.dropped ? H_Dropped : H_Success
  }

  /** R5 bits to reset, R6 bits to set: of them only the active trunk can be changed, from 0 to 1. R4: the attributes. */
  private attributes(lan: LogicalLan, registers: Registers): number {
    const set = registers.low[6]!
    let constrained = ((registers.low[5]! | set) & ILLAN_TRUNK_PRIORITY_MASK) !== 0
    if ((set & ILLAN_ACTIVE_TRUNK) !== 0 && !lan.active) {
      if (lan.trunkPriority === 0 || !lan.registered) constrained = true
      else {
        lan.network.activate(lan)
        this.counts.writes++
      }
    }
    registers.set(4, 0, (lan.trunkPriority << ILLAN_TRUNK_PRIORITY_SHIFT) | (lan.active ? ILLAN_ACTIVE_TRUNK : 0))
    return constrained ? H_Constrained : H_Success
  }
}

function isFrame(content: unknown): content is EthernetFrame {
  return typeof content === 'object' && content !== null && 'destination' in content && 'vlan' in content
}
