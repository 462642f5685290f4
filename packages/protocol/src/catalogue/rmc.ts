// Messages between a console and a partition's operating system over the RMC network (opcodes 0x06..): neither FSP nor NETS is on
// that way (LoPAR dynamic reconfiguration: the console reserves in PHYP, then asks the partition's resource manager).

import * as z from 'zod'
import { command } from '../command.js'
import { connectorTypes } from '../dr-connector.js'
import { lparIdSchema } from '../partition.js'
import { rmcStates } from '../states.js'

/** Why an operating system did less than it was asked for. */
const reconfigureReasons = [
  'timed-out', // the time for the operation was over
  'none-left', // nothing more that it could take in or give up
  'in-use', // what it tried to give up is still mapped or needed
  'refused', // the hypervisor did not let it have, or free, a unit
] as const
export type ReconfigureReason = (typeof reconfigureReasons)[number]

export const rmcCommands = [
  /** Event from a partition's agent: its RMC link came up or went down. */
  command('rmc.announce', 0x0601, 'lpar', 'query', {
    request: z.object({ id: lparIdSchema, state: z.enum(rmcStates) }),
    reply: z.object({}),
  }),
  /** Asks the operating system to take resources in or to give them up (`drmgr`). */
  command('rmc.reconfigure', 0x0602, 'lpar', 'dynamic', {
    request: z.object({
      id: lparIdSchema,
      direction: z.enum(['add', 'remove']),
      resource: z.enum(connectorTypes),
      /** Memory regions, virtual processors, or one slot. */
      count: z.int().min(0),
      /** The slot, physical or virtual. */
      drcIndex: z.int().min(0).optional(),
      /** No unit is begun that long after the request has come, ns; without it there is no limit. */
      timeoutNs: z.int().min(0).optional(),
    }),
    /** `done` units; `reason` says why not all. */
    reply: z.object({ done: z.int(), reason: z.enum(reconfigureReasons).optional() }),
  }),
] as const
