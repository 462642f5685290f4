// The LAN of NETS in the machine document: an adapter of its own, or a virtual Ethernet that virtual I/O servers bridge to outside.
// Only what may be written; what it becomes is management-lan.ts, with which rules it goes together, rules.ts.

import { DEFAULT_VIRTUAL_SWITCH, MAX_VLAN, nameSchema } from '@powersim/protocol'
import * as z from 'zod'
import { durationSchema } from './quantity.js'

const vlan = z.int().min(1).max(MAX_VLAN)
const perByteNs = z.number().min(0).max(1e6)

const virtualLanSchema = z.strictObject({
  /** Virtual I/O servers that bridge it with a shared Ethernet adapter, the first as long as it can; two of them for fail-over. */
  bridges: z.array(nameSchema).min(1).max(2),
  virtualSwitch: z.string().min(1).max(31).default(DEFAULT_VIRTUAL_SWITCH),
  vlan: vlan.default(1),
  /** Slot of the adapters of NETS's partition and of the servers; the one above it has a server's control channel. */
  slot: z.int().min(2).max(4094).default(8),
  /** Physical adapter of each server. */
  bitsPerSecond: z.number().min(1).default(1_000_000_000),
  /** Processor time of a server for each frame that it bridges, and each byte of it. */
  perFrame: durationSchema.default(3075),
  perByteNs: perByteNs.default(1.3125),
  /** Processor time of NETS's partition: for an interrupt, a frame, a byte. */
  guestPerInterrupt: durationSchema.default(3000),
  guestPerFrame: durationSchema.default(2000),
  guestPerByteNs: perByteNs.default(0.25),
  /** Two servers: the VLAN on which they hear each other, how often, how many may be missed; how long to be healthy before coming back. */
  controlVlan: vlan.default(4093),
  heartbeat: durationSchema.default(200_000_000),
  missedHeartbeats: z.int().min(1).max(1000).default(3),
  healthTime: durationSchema.default(600_000_000_000),
  /** Whether servers ask an address outside, every second, three times in vain before they give up; it always answers. */
  ping: z.boolean().default(false),
  /** What does not get through is sent again after so long, and twice as long each time; a session ends that waits longer than this. */
  retransmit: durationSchema.default(200_000_000),
  lossTimeout: durationSchema.default(10_000_000_000),
  /** Frames of other clients that come from outside through the server that bridges, evenly spaced. Left out: none. */
  clientLoad: z.strictObject({ framesPerSecond: z.number().positive().max(1e7), frameBytes: z.int().min(60).max(9018) }).optional(),
})

/** `own`: an adapter of NETS's partition; its link is all that there is. */
export const managementLanSchema = z.union([z.literal('own'), z.strictObject({ virtual: virtualLanSchema })])

export type VirtualLanDocument = z.output<typeof virtualLanSchema>
