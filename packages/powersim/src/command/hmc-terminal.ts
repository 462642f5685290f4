// A virtual terminal at `powersim hmc`: what is typed here is typed there, key by key, and what a partition prints is printed. Simulated
// time goes with the clock on the wall while it is open, since somebody looks at it; each key is kept with its simulated time all the same.

import { ms } from '@powersim/kernel'
import type { OpenConsole } from '../session/open-console.js'
import type { OpenTerminal } from '../session/open-terminal.js'

/** Between two looks at what was printed. */
const LOOK_MS = 100

/** Ends when the line that opened the terminal has returned: by `~.`, `rmvterm` of another console, or the end of the input. */
export function atTerminal(session: OpenConsole, terminal: OpenTerminal): Promise<void> {
  const { stdin, stdout } = process
  return new Promise((resolve, reject) => {
    const keys = (data: Buffer): void => {
      terminal.type(data.toString('latin1'))
    }
    const ended = (): void => {
      terminal.endInput()
    }
    const look = setInterval(() => {
      try {
        session.wait(ms(LOOK_MS))
      } catch (cause) {
        leave()
        reject(cause)
        return
      }
      stdout.write(terminal.take(), 'latin1')
      if (terminal.line === null) return
      leave()
      resolve()
    }, LOOK_MS)
    const leave = (): void => {
      clearInterval(look)
      stdin.off('data', keys).off('end', ended).setRawMode(false)
    }
    stdin.setRawMode(true).on('data', keys).on('end', ended).resume()
  })
}
