// The typed error of this package: a caller's mistake, thrown at the call that made it.
// What goes wrong inside the simulated world is never thrown: it is a status on a reply, or the exit status of a line.

export type HmcErrorCode =
  | 'bad-parameter'
  | 'bad-wiring'
  | 'system-twice'
  | 'path-twice'
  | 'no-fsp-path'
  | 'no-path'
  | 'foreign-system'
  | 'bad-line'

/** A caller's mistake: `code` for programs, `path` to the bad field or call, the message for people. */
export class HmcError extends Error {
  override readonly name = 'HmcError'
  readonly code: HmcErrorCode
  readonly path: string

  constructor(code: HmcErrorCode, path: string, message: string) {
    super(`${path}: ${message}`)
    this.code = code
    this.path = path
  }
}

/** `value` if it is an integer from `from` to `to`; throws HmcError `code` that names it otherwise. */
export function checkedInteger(code: HmcErrorCode, path: string, value: number, from: number, to: number): number {
  if (Number.isInteger(value) && value >= from && value <= to) return value
  throw new HmcError(code, path, `expected an integer from ${from} to ${to}, got ${String(value)}`)
}
