// Commands about virtual terminals (opcodes 0x08..): the console of a partition, on its first virtual serial adapter. The hypervisor
// keeps what the partition prints until the console has it, and hands on what is typed. One console at a time holds a terminal.

import * as z from 'zod'
import { command } from '../command.js'
import { lparIdSchema } from '../partition.js'

/** Characters of one exchange each way (estimate). */
export const TERMINAL_BURST = 4096
const burst = z.string().max(TERMINAL_BURST)
/** Number of a hold, from 1 on; each has one of its own. */
const terminal = z.int().min(1)

export const terminalCommands = [
  /** Takes the terminal; `terminal` 0: somebody holds it. */
  command('terminal.open', 0x0801, 'phyp', 'service', {
    request: z.object({ id: lparIdSchema }),
    reply: z.object({ terminal: z.int().min(0) }),
  }),
  /**
   * Types, and asks for what was printed: `next` is the place behind it, the `from` of the next exchange, which says by that what has
   * arrived. `open` false: this hold is no more.
   */
  command('terminal.exchange', 0x0802, 'phyp', 'query', {
    request: z.object({ id: lparIdSchema, terminal, from: z.int().min(0), typed: burst }),
    reply: z.object({ open: z.boolean(), printed: burst, next: z.int().min(0) }),
  }),
  /** Gives a hold back; without `terminal` whoever has it loses it. */
  command('terminal.close', 0x0803, 'phyp', 'service', {
    request: z.object({ id: lparIdSchema, terminal: terminal.optional() }),
    reply: z.object({}),
  }),
] as const
