// The typed error of sessions: a caller's mistake, or a file that does not hold what it should. What a line does wrong is never one:
// that is its exit status and what it prints.

export type SessionErrorCode = 'bad-time' | 'bad-entry' | 'terminal-open' | 'bad-state' | 'other-state' | 'state-in-use' | 'state-limit'

export class SessionError extends Error {
  override readonly name = 'SessionError'
  readonly code: SessionErrorCode

  constructor(code: SessionErrorCode, message: string) {
    super(message)
    this.code = code
  }
}
