// A virtual terminal that a line of an open console has opened: what was printed comes out, what is typed goes in. Simulated time passes by
// OpenConsole.wait. What a terminal does is the console's (TerminalSession of hmc).

import type { TerminalSession } from '@powersim/hmc'
import type { TypedLine } from './open-console.js'
import type { SessionStep } from './session-entry.js'

export class OpenTerminal {
  /** The line that opened it, once it has returned: the session has ended, or there was none. */
  line: TypedLine | null = null
  private session: TerminalSession | null = null
  private readonly owner: { readonly done: (what: SessionStep) => void }

  constructor(owner: { readonly done: (what: SessionStep) => void }) {
    this.owner = owner
  }

  /** Whether there is a session; false: the line has returned without one, as when somebody holds the terminal. */
  get isOpen(): boolean {
    return this.session !== null
  }

  /** What was printed since the last call. What is left when the line returns is its `stdout`. */
  take(): string {
    return this.session?.take() ?? ''
  }

  /** Types characters of one byte; `~.` at the start of a line ends the session. Without a session nothing happens. */
  type(keys: string): void {
    if (this.session === null || this.line !== null) return
    this.owner.done({ keys })
    this.session.type(keys)
  }

  /** No more is typed: the session ends by itself some ten seconds later. */
  endInput(): void {
    if (this.session === null || this.line !== null) return
    this.owner.done({ terminal: 'end' })
    this.session.endInput()
  }

  /** The login is lost: the session ends, and the terminal stays held until `rmvterm`. */
  drop(): void {
    if (this.session === null || this.line !== null) return
    this.owner.done({ terminal: 'drop' })
    this.session.drop()
  }

  /** For the console: the line has opened a session. */
  opened(session: TerminalSession, then: () => void): void {
    this.session = session
    then()
  }

  /** For the console: the line has returned. */
  returned(line: TypedLine): void {
    this.line = line
  }
}
