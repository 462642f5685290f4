// Lines as they come, joined until a shell would take them, as it waits itself for the end of a loop or of a quote.
// What a line means is the console's business.

import { isUnfinishedLine } from '@powersim/hmc'

export class WholeLines {
  /** What still waits for more; empty: nothing does. */
  open = ''

  /** The text that has become whole with this line; undefined: it waits for more. */
  add(line: string): string | undefined {
    const text = this.open === '' ? line : `${this.open}\n${line}`
    if (isUnfinishedLine(text)) {
      this.open = text
      return undefined
    }
    this.open = ''
    return text
  }
}

/** Whether a line ends the session: one that leaves the shell and does nothing else. */
export function endsSession(line: string | undefined): boolean {
  return line !== undefined && /^\s*(?:exit|logout|quit)(?:\s+\d+)?\s*;?\s*$/.test(line)
}
