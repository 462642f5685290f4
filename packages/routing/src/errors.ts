// The typed error of this package: a policy that is unknown, is not one, or broke its contract. It names policy and command.
// These are the caller's mistakes; a path that is down is none.

export type RoutingErrorCode = 'unknown-policy' | 'not-a-policy' | 'unknown-path' | 'policy-threw'

export class RoutingError extends Error {
  override readonly name = 'RoutingError'
  readonly code: RoutingErrorCode
  readonly policy: string

  constructor(code: RoutingErrorCode, policy: string, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause })
    this.code = code
    this.policy = policy
  }
}
