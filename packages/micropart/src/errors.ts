// The typed error of this package: a caller's mistake, thrown at the call that made it, before anything has changed.
// What a partition does not get inside the simulated world is never thrown: it waits, and its statistics say so.

export type MicropartErrorCode =
  | 'bad-option'
  | 'bad-work'
  | 'processor-queue-limit'
  | 'bad-entitlement'
  | 'over-committed'
  | 'unknown-pool'
  | 'pool-maximum'
  | 'duplicate-name'
  | 'limit'
  | 'removed'
  | 'still-active'

/** A caller's mistake: `code` for programs, `path` to the bad field or call, the message for people. */
export class MicropartError extends Error {
  override readonly name = 'MicropartError'
  readonly code: MicropartErrorCode
  readonly path: string

  constructor(code: MicropartErrorCode, path: string, message: string) {
    super(`${path}: ${message}`)
    this.code = code
    this.path = path
  }
}

/** `value` if it is an integer from `from` to `to`; throws MicropartError `bad-option` that names it otherwise. */
export function checkedInteger(path: string, value: number, from: number, to: number): number {
  if (Number.isInteger(value) && value >= from && value <= to) return value
  throw new MicropartError('bad-option', path, `expected an integer from ${from} to ${to}, got ${String(value)}`)
}

/** Processors in hundredths, from a number with at most two decimals; throws MicropartError `bad-option` otherwise. */
export function checkedHundredths(path: string, processors: number, from: number, to: number): number {
  const hundredths = Math.round(processors * 100)
  if (Number.isFinite(processors) && Math.abs(processors * 100 - hundredths) < 1e-6 && hundredths >= from && hundredths <= to) {
    return hundredths
  }
  const range = `from ${from / 100} to ${to / 100}, in hundredths`
  throw new MicropartError('bad-option', path, `expected processors ${range}, got ${String(processors)}`)
}
