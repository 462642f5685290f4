// `powersim hmc` at a terminal: a prompt, a history, completion, and the keys that end a line or the session. What a line does is the
// console's business; what may be completed is said by hmc-completion.ts.

import { createInterface } from 'node:readline'
import type { Installation } from '@powersim/managed-system'
import { completionOf } from './hmc-completion.js'
import { endsSession, WholeLines } from './whole-lines.js'

/** Lines that the arrow keys give back. */
const HISTORY_SIZE = 1000

/** Takes the keyboard until it is done with it. */
type Keyboard = () => Promise<void>

/** Who types, and what a line does: nothing is given back, or what wants the keyboard. */
interface ByHand {
  readonly installation: Installation
  readonly console: string
  readonly user: string
  readonly type: (line: string) => Keyboard | undefined
}

/** Takes lines from the terminal until `exit`, Ctrl-D or the end of the terminal. */
export async function typeByHand(hand: ByHand): Promise<void> {
  const { document, simulation } = hand.installation
  process.stderr.write(`${document.name}, seed ${simulation.seed}: exit or Ctrl-D ends, Tab completes\n`)
  let history: string[] = []
  for (;;) {
    const taken = await takeLines(hand, history)
    history = taken.history
    if (taken.keyboard === undefined) return
    await taken.keyboard()
  }
}

interface Taken {
  readonly history: string[]
  /** What wants the keyboard now; undefined: the session has ended. */
  readonly keyboard: Keyboard | undefined
}

/** Until something else takes the keyboard, or the session ends. */
function takeLines({ installation, console, user, type }: ByHand, before: string[]): Promise<Taken> {
  let history = before
  let keyboard: Keyboard | undefined
  let isDone = false
  const lines = new WholeLines()
  const prompt = `${user}@${console}:~> `
  const terminal = createInterface({
    input: process.stdin,
    output: process.stdout,
    prompt,
    history,
    historySize: HISTORY_SIZE,
    completer: (line: string) => completionOf(line, installation, console),
  })
  return new Promise((resolve, reject) => {
    terminal.on('history', (lines) => {
      history = lines
    })
    terminal.on('line', (line) => {
      const whole = lines.add(line)
      try {
        if (whole !== undefined && whole.trim() !== '') keyboard = type(whole)
      } catch (cause) {
        // What escapes from an event of Node would end the process without giving the file back.
        terminal.close()
        reject(cause)
        return
      }
      isDone = endsSession(whole) || keyboard !== undefined
      terminal.setPrompt(lines.open === '' ? prompt : '> ')
      if (isDone) terminal.close()
      else terminal.prompt()
    })
    // As a shell does: the line is given up, the session goes on.
    terminal.on('SIGINT', () => {
      process.stdout.write('^C\n')
      terminal.write(null, { ctrl: true, name: 'e' })
      terminal.write(null, { ctrl: true, name: 'u' })
      lines.open = ''
      terminal.setPrompt(prompt)
      terminal.prompt()
    })
    terminal.on('close', () => {
      // Ctrl-D leaves the cursor behind the prompt.
      if (!isDone) process.stdout.write('\n')
      resolve({ history, keyboard })
    })
    terminal.prompt()
  })
}
