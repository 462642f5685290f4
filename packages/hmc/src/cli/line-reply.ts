// What a line answers, and on which stream its errors come.
// The shell's own words (echo, sleep, date) have no streams of errors to choose: see operations/shell-programs.ts.

import { type MessageName, messageText } from './messages.js'

/** The answer of one command line. `text` is without the last newline, unless `raw`; a success may print nothing. */
export interface LineReply {
  readonly ok: boolean
  readonly text: string
  /** `text` is printed as it is: a terminal's stream, an empty line. */
  readonly raw?: true
  /** What a real console would have done here and this one does not. */
  readonly notSimulated?: string
}

/**
 * Where the errors of a command go, by its verb. Errors of ls* come on stdout, with status 1 and an empty stderr (captured on V10R3);
 * for the others clients read both.
 */
export const ERROR_STREAM: Readonly<Record<'list' | 'change', 'stdout' | 'stderr'>> = { list: 'stdout', change: 'stderr' }

export function printed(text: string): LineReply {
  return { ok: true, text }
}

/** Success of a command that changes something prints nothing. */
export const silent: LineReply = { ok: true, text: '' }

export function failed(text: string): LineReply {
  return { ok: false, text }
}

export function refused(name: MessageName, parameters: Readonly<Record<string, string | number>> = {}): LineReply {
  return failed(messageText(name, parameters))
}

/** `text`: the answer of a console that lacks the feature. */
export function notSimulated(what: string, text: string): LineReply {
  return { ok: false, text, notSimulated: what }
}
