// The typed error of this package: a subject under test that breaks its contract, or a generator that was asked for the impossible.
// Checks return violations; only the `assert` forms throw.

export type ContractErrorCode = 'contract' | 'unknown-schema' | 'bad-option'

export class ContractError extends Error {
  override readonly name = 'ContractError'
  readonly code: ContractErrorCode
  /** One line each; empty unless the code is `contract`. */
  readonly violations: readonly string[]

  constructor(code: ContractErrorCode, message: string, violations: readonly string[] = []) {
    super([message, ...violations.map((violation) => `  - ${violation}`)].join('\n'))
    this.code = code
    this.violations = violations
  }
}
