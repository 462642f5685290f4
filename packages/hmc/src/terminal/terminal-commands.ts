// The grammar of mkvterm and rmvterm.
// What they do is terminal-line.ts.

import { type CommandRule, option } from '../cli/command-rules.js'
import type { LineScope } from '../operations/line-scope.js'
import { closeTerminal, openTerminal } from './terminal-line.js'

const ofTerminal = (name: 'mkvterm' | 'rmvterm', run: typeof openTerminal): CommandRule<LineScope> => ({
  name,
  kind: 'change',
  selectors: [],
  otherValues: {},
  variants: [
    {
      select: {},
      operation: name,
      options: [option('-m'), option('-p'), option('--id', 'lparId')],
      required: ['-m', '-p|--id'],
      exclusive: [['-p', '--id']],
      notSimulated: [],
      run,
    },
  ],
})

export const terminalCommands: readonly CommandRule<LineScope>[] = [
  ofTerminal('mkvterm', openTerminal),
  ofTerminal('rmvterm', closeTerminal),
]
