// The typed error of this package: a caller's mistake, thrown at the call that made it, before time starts where it can.
// What goes wrong inside the simulated world is never thrown: it is a status on a reply, a close reason or a counter.

export type NetsErrorCode = 'bad-parameter' | 'running'

/** A caller's mistake: `code` for programs, `path` to the bad field or call, the message for people. */
export class NetsError extends Error {
  override readonly name = 'NetsError'
  readonly code: NetsErrorCode
  readonly path: string

  constructor(code: NetsErrorCode, path: string, message: string) {
    super(`${path}: ${message}`)
    this.code = code
    this.path = path
  }
}
