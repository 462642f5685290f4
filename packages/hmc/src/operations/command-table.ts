// The modelled commands of the console by name. A new command is a row in list-commands.ts, change-commands.ts or service-commands.ts
// and a file of its own beside this one. Not here: commands that a real console has and this one does not (cli/real-commands.ts).

import { type CommandGrammar, grammarOf } from '../cli/options.js'
import { changeCommands } from './change-commands.js'
import type { LineScope } from './line-scope.js'
import { listCommands } from './list-commands.js'
import { serviceCommands } from './service-commands.js'

export const commandTable: ReadonlyMap<string, CommandGrammar<LineScope>> = new Map(
  [...listCommands, ...changeCommands, ...serviceCommands].map((command) => [command.name, grammarOf(command)]),
)
