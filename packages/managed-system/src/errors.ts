// The typed error of this package: a machine document that does not say a machine, or an action that no component knows.
// Simulated failures are values and never come this way.

import { BusError } from '@powersim/bus'
import { HmcError } from '@powersim/hmc'
import { LparError } from '@powersim/lpar'
import { MicropartError } from '@powersim/micropart'
import { NetsError } from '@powersim/nets-lpar'
import { PhypError } from '@powersim/phyp'

export type MachineErrorCode = 'bad-document' | 'unknown-preset' | 'unknown-action' | 'bad-action'

/** `path` leads to the bad field: `systems.0.fsp.forwardIn`, or `fsp.forwardIn` in the short form. */
export class MachineError extends Error {
  override readonly name = 'MachineError'
  readonly code: MachineErrorCode
  readonly path: string

  constructor(code: MachineErrorCode, path: string, message: string, cause?: unknown) {
    super(path === '' ? message : `${path}: ${message}`, cause === undefined ? undefined : { cause })
    this.code = code
    this.path = path
  }
}

const componentErrors = [HmcError, PhypError, NetsError, BusError, LparError, MicropartError] as const

/**
 * Builds a part of a machine. What a component refuses of its parameters is the document's mistake: its own path and words say what,
 * `part` says where.
 */
export function built<T>(part: string, build: () => T): T {
  try {
    return build()
  } catch (cause) {
    if (!componentErrors.some((kind) => cause instanceof kind)) throw cause
    // Each of these kinds is an Error.
    throw new MachineError('bad-document', part, (cause as Error).message, cause)
  }
}
