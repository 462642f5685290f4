// The typed error of this package: a byte string, a header or a payload that is not what the protocol says.
// Simulated refusals are never thrown: they travel as a status on a reply (status.ts).

export type ProtocolErrorCode =
  'bad-version' | 'bad-flags' | 'bad-opcode' | 'bad-target' | 'bad-source' | 'bad-status' | 'bad-length' | 'bad-data' | 'bad-field'

/** What is wrong with a message: `code` for programs, `path` to the bad field, the message for people. */
export class ProtocolError extends Error {
  override readonly name = 'ProtocolError'
  readonly code: ProtocolErrorCode
  readonly path: string

  constructor(code: ProtocolErrorCode, path: string, message: string) {
    super(`${path}: ${message}`)
    this.code = code
    this.path = path
  }
}
