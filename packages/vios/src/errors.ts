// The typed error of this package: a caller's mistake, thrown at the call that made it, before time starts where it can.
// What goes wrong inside the simulated world is never thrown: it is a SCSI status, a refusal or a counter.

export type ViosErrorCode = 'bad-parameter' | 'name-taken' | 'no-such-name'

/** A caller's mistake: `code` for programs, `path` to the bad field or call, the message for people. */
export class ViosError extends Error {
  override readonly name = 'ViosError'
  readonly code: ViosErrorCode
  readonly path: string

  constructor(code: ViosErrorCode, path: string, message: string) {
    super(`${path}: ${message}`)
    this.code = code
    this.path = path
  }
}
