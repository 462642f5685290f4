// The three ways in which the kernel refuses to go on: a caller's mistake (KernelError), a bug (InvariantError) and an
// interrupt thrown into a process on purpose (Interrupted). Simulated failures are not here: they are values.

/**
 * A caller's mistake, thrown at the call that made it. `code` is stable and meant for programs; the message says what was
 * expected, what came and what to do.
 *
 * Codes. Events: `bad-time`, `past-time`, `horizon`, `bad-priority`, `bad-handler`, `handler-limit`, `queue-limit`, `event-limit`,
 * `running`, `look-acted`. Making things: `seed-required`, `bad-option`, `bad-tick`, `stream-taken`, `bad-stream`, `bad-law`.
 * Processes: `bad-yield`,
 * `request-reused`, `process-failed`, `process-spins`, `signal-fired`. Stations and resources: `bad-service`, `not-seized`.
 * Numbers: `bad-duration`, `bad-quantity`, `bad-range`, `bad-entity`, `bad-value`, `bad-note`, `bad-digest`, `bad-probability`,
 * `bad-degrees`, `bad-level`, `bad-series`, `unpaired`, `sample-full`.
 */
export class KernelError extends Error {
  override readonly name = 'KernelError'
  readonly code: string

  constructor(code: string, message: string) {
    super(message)
    this.code = code
  }
}

/** A bug in the simulator. The message holds the seed, the replication, the time and the last lines of the trace. */
export class InvariantError extends Error {
  override readonly name = 'InvariantError'
}

/** Thrown at the `yield` of a process that was interrupted; `cause` is what was handed to `process.interrupt(cause)`. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted'
  override readonly cause: unknown

  constructor(cause: unknown) {
    super(`interrupted: ${String(cause)}`)
    this.cause = cause
  }
}

/** Checks an integer option; throws KernelError `bad-option` that names it. */
export function checkedOption(path: string, value: number, from: number, to: number): number {
  if (Number.isInteger(value) && value >= from && value <= to) return value
  throw new KernelError('bad-option', `${path}: expected an integer from ${from} to ${to}, got ${String(value)}`)
}
