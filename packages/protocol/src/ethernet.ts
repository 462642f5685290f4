// Ethernet as adapters, the hypervisor's virtual switch and bridges share it: frames by reference, the words of the receive queue of a
// logical LAN (LoPAR, Interpartition Logical LAN; Linux ibmveth.h), and attributes. No behaviour but reading and writing of words.

/** A frame. Whoever sends it gives it up; a receiver of a broadcast gets a frame of its own. */
export interface EthernetFrame {
  /** 48-bit addresses as numbers. */
  readonly destination: number
  readonly source: number
  /** VLAN ID of its 802.1Q tag, 1 to 4094; 0: it has no tag. Ports insert and strip it. */
  vlan: number
  /** From the destination address to the end of the data, without tag and check sequence: 14 to MAX_FRAME_BYTES. */
  readonly bytes: number
  readonly content: unknown
}

export const ETHERNET_HEADER_BYTES = 14
/** Bytes that an 802.1Q tag adds. */
export const VLAN_TAG_BYTES = 4
/** Largest frame of a virtual Ethernet, with its header: an MTU of 65,394, of 65,390 with a tag (AIX and Linux documents). */
export const MAX_FRAME_BYTES = 65_408
export const BROADCAST_MAC = 0xffff_ffff_ffff
/** 802.1Q: 0 is no VLAN, 4095 is reserved. */
export const MAX_VLAN = 4094

const TWO_40 = 2 ** 40

/** Whether an address is of many: multicast or broadcast. */
export function isGroupMac(mac: number): boolean {
  return (Math.floor(mac / TWO_40) & 1) === 1
}

/** Whether a number is an address that one adapter can have. */
export function isUnicastMac(mac: number): boolean {
  return Number.isSafeInteger(mac) && mac > 0 && mac < BROADCAST_MAC && !isGroupMac(mac)
}

/** The frame that one more receiver gets. */
export function copyOfFrame(frame: EthernetFrame): EthernetFrame {
  return { ...frame }
}

/** An address as consoles write it: `AA1122334455`. */
export function macText(mac: number): string {
  return mac.toString(16).toUpperCase().padStart(12, '0')
}

/** An adapter that sends and takes frames, whatever is behind it: a virtual Ethernet, a logical port, a physical adapter. */
export interface EthernetPort {
  readonly mac: number
  /** Whether frames can be sent and come in. */
  readonly up: boolean
  /** Takes a frame. False: it was dropped here, and is counted. */
  send(frame: EthernetFrame): boolean
  /** Tells who gets the frames that come in from now on; null: nobody, they are dropped. */
  deliverTo(receiver: FrameReceiver | null): void
}

/** Gets each frame of a port once, in order. */
export type FrameReceiver = (frame: EthernetFrame) => void

/**
 * A buffer descriptor as one number: its length in the upper half, its I/O bus address in the lower. The valid bit of LoPAR does not fit
 * into the numbers of a hypercall port, which end at 2^53: a length above 0 stands for it.
 */
export function bufferDescriptor(ioba: number, bytes: number): number {
  return bytes * 2 ** 32 + ioba
}

/** Receive queue: entries of 16 bytes; flags and offset, length, correlator in two words (LoPAR; Linux ibmveth.h). */
export const LAN_ENTRY_BYTES = 16
export const LAN_TOGGLE = 0x8000_0000
export const LAN_VALID = 0x4000_0000
export const LAN_OFFSET_MASK = 0xffff
/** A correlator at the head of each receive buffer, which comes back with the frame: data begins after it (LoPAR; Linux ibmveth.h). */
export const LAN_CORRELATOR_BYTES = 8

/** Attributes of H_ILLAN_ATTRIBUTES: this trunk adapter is the active one of its VLANs; its priority, 1 the highest, 0: no trunk. */
export const ILLAN_ACTIVE_TRUNK = 1
export const ILLAN_TRUNK_PRIORITY_SHIFT = 8
export const ILLAN_TRUNK_PRIORITY_MASK = 0xf00
