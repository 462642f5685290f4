// The typed error of this package: a caller's mistake in parameters or in the initial partitions, thrown before time starts.
// What the simulated hypervisor declines is never thrown: it travels as a refusal on a reply.

export type PhypErrorCode =
  | 'bad-parameter'
  | 'bad-partition'
  | 'bad-memory-pool'
  | 'partition-exists'
  | 'partition-not-found'
  | 'resources-exhausted'
  | 'region-overlap'
  | 'no-such-region'
  | 'memory-mapped'
  | 'no-mailbox'
  | 'started-already'

/** `code` for programs, `path` to the bad field, the message for people. */
export class PhypError extends Error {
  override readonly name = 'PhypError'
  readonly code: PhypErrorCode
  readonly path: string

  constructor(code: PhypErrorCode, path: string, message: string) {
    super(`${path}: ${message}`)
    this.code = code
    this.path = path
  }
}
