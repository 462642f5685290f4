// Commands about the virtual Ethernet switches of a system (opcodes 0x0d..). Their list is a query about adapters (`adapters.switches`);
// which switch an adapter is at is said by the adapter.

import * as z from 'zod'
import { command } from '../command.js'
import { virtualSwitchNameSchema } from '../virtual-adapter.js'

const named = z.object({ name: virtualSwitchNameSchema })
const changed = z.object({ version: z.int() })

export const virtualSwitchCommands = [
  command('virtualSwitch.add', 0x0d10, 'phyp', 'configuration', { request: named, reply: changed }),
  /** No adapter of a profile or of a partition may be at it. */
  command('virtualSwitch.remove', 0x0d11, 'phyp', 'configuration', { request: named, reply: changed }),
] as const
