// The typed error of this package: what a caller of the bus did wrong, thrown at the call that did it.
// Simulated failures (refused, unreachable, dropped) are never thrown: they are close reasons and counters.

/**
 * `bad-parameter`: a parameter of a link, an endpoint or the bus; `bad-fate`: what a fate rule returned; `bad-message`: a message
 * without a size; `name-taken`: two endpoints, or two links or hops, of one name; `foreign`: an endpoint or link of another bus;
 * `wrong-end`: an endpoint that is no end of this link or connection, or the end that may not do this; `wrong-state`: a move that
 * the connection's state does not have.
 */
export type BusErrorCode = 'bad-parameter' | 'bad-fate' | 'bad-message' | 'name-taken' | 'foreign' | 'wrong-end' | 'wrong-state'

/** A caller's mistake: `code` for programs, `path` to the bad field, the message for people. */
export class BusError extends Error {
  override readonly name = 'BusError'
  readonly code: BusErrorCode
  readonly path: string

  constructor(code: BusErrorCode, path: string, message: string) {
    super(`${path}: ${message}`)
    this.code = code
    this.path = path
  }
}

/** Checks a number of a document; throws BusError `bad-parameter` that names it. */
export function checkedNumber(path: string, value: number, from: number, to: number, kind: 'integer' | 'number'): number {
  const whole = kind === 'number' || Number.isInteger(value) || value === Infinity
  if (typeof value === 'number' && value >= from && value <= to && whole) return value
  const article = kind === 'integer' ? 'an integer' : 'a number'
  throw new BusError('bad-parameter', path, `expected ${article} from ${from} to ${to}, got ${String(value)}`)
}
