// The typed error of this package: a caller's mistake, thrown at the call that made it, before anything has changed.
// A page that cannot be had, a device that is gone, an entitlement that is used up are never thrown: they are values.

export type AmsErrorCode = 'bad-option' | 'duplicate-member' | 'unknown-member' | 'no-page' | 'over-committed' | 'pool-maximum' | 'limit'

/** A caller's mistake: `code` for programs, `path` to the bad field or call, the message for people. */
export class AmsError extends Error {
  override readonly name = 'AmsError'
  readonly code: AmsErrorCode
  readonly path: string

  constructor(code: AmsErrorCode, path: string, message: string) {
    super(`${path}: ${message}`)
    this.code = code
    this.path = path
  }
}

/** `value` if it is an integer from `from` to `to`; throws AmsError `bad-option` that names it otherwise. */
export function checkedInteger(path: string, value: number, from: number, to: number): number {
  if (Number.isInteger(value) && value >= from && value <= to) return value
  throw new AmsError('bad-option', path, `expected an integer from ${from} to ${to}, got ${String(value)}`)
}

export function unknownMember(id: number): AmsError {
  return new AmsError('unknown-member', 'id', `${String(id)} is no member of the pool`)
}

export function noPage(id: number, page: number): AmsError {
  return new AmsError('no-page', 'page', `member ${id} has no logical page ${String(page)}`)
}
