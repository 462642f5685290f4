// What can be wrong with a script or a trace (ScriptError, TraceError: their author can mend it) and with a call of this package
// (WorkloadError: the author of the calling code can). A refused command is neither: it is the console's answer at that line's time.

/** The kinds of mistake in a script. */
export type ScriptErrorCode =
  | 'open-quote'
  | 'bad-line'
  | 'bad-time'
  | 'bad-count'
  | 'bad-directive'
  | 'bad-event'
  | 'unknown-action'
  | 'unknown-console'
  | 'stray-end'
  | 'unclosed-block'
  | 'too-deep'
  | 'too-many-lines'
  | 'too-many-copies'

/** Where a mistake stands and what it is. Line and column count from 1; a column is one UTF-16 code unit (a tab is one). */
export interface ScriptMistake {
  code: ScriptErrorCode
  file: string
  line: number
  column: number
  /** What would have been accepted there, or the whole complaint of the line checker (code 'bad-line'). */
  expected: string
  /** What stood there instead; absent for 'bad-line', whose checker says it all. */
  found?: string
}

/** A script that no shell would accept. The message reads `day-one.hmc:12:8: expected …, found …`. */
export class ScriptError extends Error {
  readonly code: ScriptErrorCode
  readonly file: string
  readonly line: number
  readonly column: number
  readonly expected: string
  readonly found: string | undefined

  constructor(mistake: ScriptMistake) {
    const { code, file, line, column, expected, found } = mistake
    super(`${file}:${line}:${column}: ${found === undefined ? expected : `expected ${expected}, found ${found}`}`)
    this.name = 'ScriptError'
    this.code = code
    this.file = file
    this.line = line
    this.column = column
    this.expected = expected
    this.found = found
  }
}

export type WorkloadErrorCode = 'no-consoles' | 'bad-start' | 'bad-mix' | 'too-many-operations' | 'too-many-in-progress' | 'bad-references'

/**
 * A mistake of the calling code: `no-consoles` (an empty list of consoles), `bad-start` (a start of day outside one day), `bad-mix` (a mix
 * without consoles, shares or targets), `bad-references` (pages, a law or a record of references); or a mix that asks for too much:
 * `too-many-operations`, `too-many-in-progress`.
 */
export class WorkloadError extends Error {
  readonly code: WorkloadErrorCode

  constructor(code: WorkloadErrorCode, message: string) {
    super(message)
    this.name = 'WorkloadError'
    this.code = code
  }
}

/** A record of page references that is none. The message reads `run.trace:12: expected …, found …`. */
export class TraceError extends Error {
  override readonly name = 'TraceError'
  readonly file: string
  /** From 1. */
  readonly line: number

  constructor(file: string, line: number, expected: string, found: string) {
    super(`${file}:${line}: expected ${expected}, found ${found}`)
    this.file = file
    this.line = line
  }
}

const quotedCharacters = 40

/** A piece of a script as an error shows it: quoted, control characters escaped, cut after 40 characters. */
export function quoted(text: string): string {
  return JSON.stringify(text.length > quotedCharacters ? `${text.slice(0, quotedCharacters)}…` : text)
}
