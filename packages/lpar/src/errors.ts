// The typed error of this package: a caller's mistake, thrown at the call that made it.
// What goes wrong inside the simulated world is never thrown: it is a status on a reply, or a partition's state.

import type { Law, LawSpec, Simulation } from '@powersim/kernel'

export type LparErrorCode = 'bad-option' | 'bad-work' | 'processor-queue-limit' | 'not-off' | 'attached-twice'

/** A caller's mistake: `code` for programs, `path` to the bad field or call, the message for people. */
export class LparError extends Error {
  override readonly name = 'LparError'
  readonly code: LparErrorCode
  readonly path: string

  constructor(code: LparErrorCode, path: string, message: string) {
    super(`${path}: ${message}`)
    this.code = code
    this.path = path
  }
}

/** Compiles a law; what the kernel refuses becomes an LparError `bad-option` with the field's path. */
export function checkedLaw(simulation: Simulation, path: string, spec: LawSpec): Law {
  try {
    return simulation.law(spec)
  } catch (error) {
    throw new LparError('bad-option', path, error instanceof Error ? error.message : String(error))
  }
}

/** `value` if it is an integer from `from` to `to`; throws LparError `bad-option` that names it otherwise. */
export function checkedInteger(path: string, value: number, from: number, to: number): number {
  if (Number.isInteger(value) && value >= from && value <= to) return value
  throw new LparError('bad-option', path, `expected an integer from ${from} to ${to}, got ${String(value)}`)
}
