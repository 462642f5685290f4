// Messages between a console and a partition's operating system over the RMC network (opcodes 0x06..): neither FSP nor NETS is on
// that way (LoPAR dynamic reconfiguration: the console reserves in PHYP, then asks the partition's resource manager).

import * as z from 'zod'
import { command } from '../command.js'
import { lparIdSchema } from '../partition.js'
import { rmcStates } from '../states.js'

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
      resource: z.enum(['mem', 'proc']),
      /** Memory regions or virtual processors. */
      count: z.int().min(0),
    }),
    reply: z.object({ done: z.int() }),
  }),
] as const
