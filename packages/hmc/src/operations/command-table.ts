// The modelled commands of the console by name. A new command is a row in list-commands.ts, change-commands.ts or a table of its subject,
// and a file in the folder of its subject. Not here: commands that a real console has and this one does not (cli/real-commands.ts).

import type { CommandRule } from '../cli/command-rules.js'
import { type CommandGrammar, grammarOf, isForAll } from '../cli/options.js'
import { coManagementCommands } from './arbitration/co-management.js'
import { lockCommands } from './arbitration/lock-commands.js'
import { changeCommands } from './change-commands.js'
import { type Generation, knows } from '../generation/generation.js'
import type { LineScope } from './line-scope.js'
import { listCommands } from './list-commands.js'
import { mobilityCommands } from './partitions/list-mobility.js'
import { affinityCommands } from './partitions/memory-affinity.js'
import { networkBootCommands } from './partitions/network-boot.js'
import { profileDataCommands } from './profiles/profile-data.js'
import { serviceCommands } from './service/service-commands.js'
import { terminalCommands } from '../terminal/terminal-commands.js'
import { utilizationCommands } from '../utilization/utilization-commands.js'
import { settingsCommands } from '../settings/settings-commands.js'
import { roleCommands } from '../users/role-commands.js'
import { userCommands } from '../users/user-commands.js'

export const commandRules: readonly CommandRule<LineScope>[] = [
  ...listCommands,
  ...changeCommands,
  ...serviceCommands,
  ...profileDataCommands,
  ...terminalCommands,
  ...affinityCommands,
  ...mobilityCommands,
  ...networkBootCommands,
  ...utilizationCommands,
  ...userCommands,
  ...roleCommands,
  ...settingsCommands,
  ...coManagementCommands,
  ...lockCommands,
]

type CommandTable = ReadonlyMap<string, CommandGrammar<LineScope>>

// Most commands are the same everywhere: their grammars are made once.
const common = new Map(commandRules.filter(isForAll).map((command) => [command.name, grammarOf(command, 'v7r7')]))

function tableOf(generation: Generation): CommandTable {
  const known = commandRules.filter((command) => knows(generation, command))
  return new Map(known.map((command) => [command.name, common.get(command.name) ?? grammarOf(command, generation)]))
}

/** The commands of the consoles of each generation. */
export const commandTables: Readonly<Record<Generation, CommandTable>> = {
  v7r7: tableOf('v7r7'),
  v8r8: tableOf('v8r8'),
  v10r3: tableOf('v10r3'),
  v11r1: tableOf('v11r1'),
}
