// A virtual Ethernet switch of the hypervisor (LoPAR, Interpartition Logical LAN; IEEE 802.1Q): which adapters get a frame. Frames never
// leave their VLAN. A port inserts and strips the tag of its own VLAN; frames of its additional ones keep theirs.
// To whom a frame goes stands at the class. Of the trunk adapters that share a VLAN at most one is active: the one that was last set
// active; one that registers is active by itself when no VLAN of it has an active one.
// Hot: a frame to one address costs a look into a Map, and no object.

import type { Digest } from '@powersim/kernel'
import { type EthernetFrame, isGroupMac, MAX_VLAN } from '@powersim/protocol'
import { DELIVERED, type LogicalLan, NO_BUFFER } from './logical-lan.js'

/** Addresses learned per VLAN; a source beyond is forwarded and not learned. */
const MAX_LEARNED = 1024
/** Adapters of one VLAN. */
const MAX_MEMBERS = 4096

/** Books of a switch in copies: a frame to a group is one for each receiver. offered = delivered + dropped + inFlight, always. */
export interface SwitchCounts {
  /** Frames that were taken from senders. */
  frames: number
  offered: number
  delivered: number
  /** By reason: nobody has the address; no receive buffer; buffer not mapped; the sender did not go on with a long copy. */
  unknown: number
  withoutBuffer: number
  faults: number
  abandoned: number
  /** Copies of frames whose sender has to go on. */
  inFlight: number
  learned: number
}

/** One VLAN of a switch. */
class Vlan {
  readonly members: LogicalLan[] = []
  readonly byMac = new Map<number, LogicalLan>()
  readonly learned = new Map<number, LogicalLan>()
  trunk: LogicalLan | null = null
}

/**
 *     to an address of the VLAN, registered or learned   its adapter
 *     to an unknown one                                  the active trunk adapter of the VLAN, else dropped
 *     to a group                                         all adapters of the VLAN, but inactive trunk adapters and the sender
 */
export class VirtualSwitch {
  readonly name: string
  readonly counts: SwitchCounts = {
    frames: 0,
    offered: 0,
    delivered: 0,
    unknown: 0,
    withoutBuffer: 0,
    faults: 0,
    abandoned: 0,
    inFlight: 0,
    learned: 0,
  }
  private readonly vlans: (Vlan | undefined)[] = []

  constructor(name: string) {
    this.name = name
  }

  /** Whether an adapter with that address can come: each address is one adapter's per VLAN. */
  hasRoom(lan: LogicalLan, mac: number): boolean {
    for (let at = -1; at < lan.additionalVlans.length; at++) {
      const vlan = this.vlans[vlanAt(lan, at)]
      if (vlan !== undefined && (vlan.byMac.has(mac) || vlan.members.length >= MAX_MEMBERS)) return false
    }
    return true
  }

  /** A registered adapter comes. */
  join(lan: LogicalLan): void {
    let trunkless = lan.trunkPriority > 0
    for (let at = -1; at < lan.additionalVlans.length; at++) {
      const vlan = (this.vlans[vlanAt(lan, at)] ??= new Vlan())
      vlan.members.push(lan)
      vlan.byMac.set(lan.mac, lan)
      vlan.learned.delete(lan.mac)
      if (vlan.trunk !== null) trunkless = false
    }
    if (trunkless) this.activate(lan)
  }

  leave(lan: LogicalLan): void {
    for (let at = -1; at < lan.additionalVlans.length; at++) {
      const vlan = this.vlans[vlanAt(lan, at)]
      if (vlan === undefined) continue
      vlan.members.splice(vlan.members.indexOf(lan), 1)
      vlan.byMac.delete(lan.mac)
      for (const [mac, at] of vlan.learned) if (at === lan) vlan.learned.delete(mac)
      if (vlan.trunk === lan) vlan.trunk = null
    }
    lan.active = false
  }

  /** A trunk adapter is the active one of its VLANs from now on; those that share one of them are no longer. */
  activate(lan: LogicalLan): void {
    for (let at = -1; at < lan.additionalVlans.length; at++) {
      const vlan = this.vlans[vlanAt(lan, at)]
      if (vlan === undefined) continue
      if (vlan.trunk !== null && vlan.trunk !== lan) this.deactivate(vlan.trunk)
      vlan.trunk = lan
    }
    lan.active = true
  }

  /** The VLAN of a frame that an adapter sends; 0 when the adapter is not in it. */
  vlanOf(from: LogicalLan, frame: EthernetFrame): number {
    const { vlan } = frame
    if (vlan === 0) return from.vlan
    return vlan === from.vlan || from.additionalVlans.includes(vlan) ? vlan : 0
  }

  /** Notes the receivers of a frame into `receivers` and books a copy for each of them. Returns how many: 0 when nobody is there. */
  receiversOf(from: LogicalLan, frame: EthernetFrame, vid: number, receivers: LogicalLan[]): number {
    const { counts } = this
    const vlan = this.vlans[vid]!
    counts.frames++
    this.learn(from, frame.source, vlan)
    receivers.length = 0
    if (isGroupMac(frame.destination)) {
      for (let at = 0; at < vlan.members.length; at++) {
        const member = vlan.members[at]!
        if (member !== from && (member.trunkPriority === 0 || member.active)) receivers.push(member)
      }
    } else {
      const known = vlan.byMac.get(frame.destination) ?? vlan.learned.get(frame.destination) ?? vlan.trunk
      if (known !== null && known !== from) receivers.push(known)
    }
    counts.offered += receivers.length
    counts.inFlight += receivers.length
    if (receivers.length === 0 && !isGroupMac(frame.destination)) {
      counts.offered++
      counts.unknown++
    }
    return receivers.length
  }

  /** Hands a copy to a receiver, tagged as its port wants it. Returns whether it took it. */
  hand(to: LogicalLan, frame: EthernetFrame, vid: number): boolean {
    const { counts } = this
    frame.vlan = vid === to.vlan ? 0 : vid
    const outcome = to.receive(frame)
    counts.inFlight--
    if (outcome === DELIVERED) counts.delivered++
    else if (outcome === NO_BUFFER) counts.withoutBuffer++
    else counts.faults++
    return outcome === DELIVERED
  }

  /** A copy whose sender did not go on, or whose receiver has left meanwhile. */
  abandon(copies: number): void {
    this.counts.inFlight -= copies
    this.counts.abandoned += copies
  }

  foldInto(digest: Digest): void {
    const { counts } = this
    digest.fold(counts.frames)
    digest.fold(counts.delivered)
    digest.fold(counts.inFlight)
    digest.fold(counts.learned)
    for (let vid = 1; vid <= MAX_VLAN && vid < this.vlans.length; vid++) {
      const vlan = this.vlans[vid]
      if (vlan === undefined) continue
      digest.fold(vid)
      digest.fold(vlan.members.length)
      digest.fold(vlan.trunk === null ? 0 : vlan.trunk.device.unitAddress)
    }
  }

  private deactivate(lan: LogicalLan): void {
    lan.active = false
    for (let at = -1; at < lan.additionalVlans.length; at++) {
      const vlan = this.vlans[vlanAt(lan, at)]
      if (vlan !== undefined && vlan.trunk === lan) vlan.trunk = null
    }
  }

  /** A source that is no adapter's own is behind the one that sent it. What trunk adapters bring in is outside, as all unknown ones are. */
  private learn(from: LogicalLan, source: number, vlan: Vlan): void {
    if (source === from.mac || isGroupMac(source)) return
    if (from.trunkPriority > 0) {
      if (vlan.learned.size > 0) vlan.learned.delete(source)
      return
    }
    if (vlan.learned.get(source) === from || vlan.byMac.has(source)) return
    if (vlan.learned.size >= MAX_LEARNED && !vlan.learned.has(source)) return
    vlan.learned.set(source, from)
    this.counts.learned++
  }
}

/** VLANs of an adapter by place: its own at -1, then the additional ones. */
function vlanAt(lan: LogicalLan, at: number): number {
  return at < 0 ? lan.vlan : lan.additionalVlans[at]!
}
