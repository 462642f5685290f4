// The command catalogue: every command by name and by opcode. Adding a command is one entry in catalogue/, and its server.
// Its types say at compile time which payload a name takes and what comes back.

import type * as z from 'zod'
import { arbitrationCommands } from './catalogue/arbitration.js'
import { connectionCommands } from './catalogue/connection.js'
import { memoryPoolCommands } from './catalogue/memory-pool.js'
import { partitionCommands } from './catalogue/partition.js'
import { processorPoolCommands } from './catalogue/processor-pool.js'
import { profileDataCommands } from './catalogue/profile-data.js'
import { rmcCommands } from './catalogue/rmc.js'
import { serviceCommands } from './catalogue/serviceability.js'
import { systemCommands } from './catalogue/system.js'
import { systemProfileCommands } from './catalogue/system-profile.js'
import { terminalCommands } from './catalogue/terminal.js'
import { virtualSwitchCommands } from './catalogue/virtual-switch.js'
import type { CommandDefinition } from './command.js'

const all = [
  ...connectionCommands,
  ...systemCommands,
  ...serviceCommands,
  ...partitionCommands,
  ...rmcCommands,
  ...memoryPoolCommands,
  ...terminalCommands,
  ...processorPoolCommands,
  ...systemProfileCommands,
  ...profileDataCommands,
  ...arbitrationCommands,
  ...virtualSwitchCommands,
] as const
type Entry = (typeof all)[number]

export type CommandName = Entry['name']
type EntryOf<N extends CommandName> = Extract<Entry, { name: N }>

/** Payload of a request, by command name. */
export type RequestOf<N extends CommandName> = z.infer<EntryOf<N>['request']>
/** Payload of an `ok` reply, by command name. */
export type ReplyOf<N extends CommandName> = z.infer<EntryOf<N>['reply']>

const byName = new Map<string, CommandDefinition>(all.map((entry) => [entry.name, entry]))
const byOpcode = new Map<number, CommandDefinition>(all.map((entry) => [entry.opcode, entry]))

/** All entries, in opcode order within their families. */
export const commandCatalogue: readonly CommandDefinition[] = all

/** The entry of a known name. */
export function commandByName(name: CommandName): CommandDefinition {
  // Every CommandName is the name of an entry, by its type.
  return byName.get(name) as CommandDefinition
}

/** The entry of an opcode, or undefined. */
export function commandByOpcode(opcode: number): CommandDefinition | undefined {
  return byOpcode.get(opcode)
}
