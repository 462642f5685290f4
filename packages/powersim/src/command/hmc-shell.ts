// `powersim hmc` at a terminal: a prompt, a history, completion, and the keys that end a line or the session. What a line does is the
// console's business; what may be completed is said by hmc-completion.ts.

import { createInterface } from 'node:readline'
import type { Installation } from '@powersim/managed-system'
import { completionOf } from './hmc-completion.js'

/** Lines that the arrow keys give back. */
const HISTORY_SIZE = 1000

/** Whether a line ends the session, as the shell of a console takes it. */
export function endsSession(line: string): boolean {
  return /^\s*(?:exit|logout|quit)\s*;?\s*$/.test(line)
}

/** Takes lines from the terminal until `exit`, Ctrl-D or the end of the terminal, and hands each to `type`; `login` is `hscroot@hmc1`. */
export function typeByHand(installation: Installation, login: string, type: (line: string) => void): Promise<void> {
  const { document, simulation } = installation
  process.stderr.write(`${document.name}, seed ${simulation.seed}: exit or Ctrl-D ends, Tab completes\n`)
  const terminal = createInterface({
    input: process.stdin,
    output: process.stdout,
    prompt: `${login}:~> `,
    historySize: HISTORY_SIZE,
    completer: (line: string) => completionOf(line, installation, login.slice(login.indexOf('@') + 1)),
  })
  return new Promise((resolve, reject) => {
    terminal.on('line', (line) => {
      if (endsSession(line)) {
        terminal.close()
        return
      }
      try {
        if (line.trim() !== '') type(line)
      } catch (cause) {
        // What escapes from an event of Node would end the process without giving the file back.
        terminal.close()
        reject(cause)
      }
      terminal.prompt()
    })
    // As a shell does: the line is given up, the session goes on.
    terminal.on('SIGINT', () => {
      process.stdout.write('^C\n')
      terminal.write(null, { ctrl: true, name: 'e' })
      terminal.write(null, { ctrl: true, name: 'u' })
      terminal.prompt()
    })
    terminal.on('close', () => {
      process.stdout.write('\n')
      resolve()
    })
    terminal.prompt()
  })
}
