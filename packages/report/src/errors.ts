// The typed error of this package: what a caller asked to be drawn and cannot be. What a study measured never throws here: a value
// that nobody observed is null in JSON and a dash in a table.

/**
 * `bad-level`: a comparison whose intervals are not the 95 % ones that the field `ci95` promises. `no-curves`: a comparison without what a
 * page draws. `nothing-to-draw`: an operation without a message. `no-line`: a line that a script does not have.
 */
export type ReportErrorCode = 'bad-level' | 'no-curves' | 'nothing-to-draw' | 'no-line'

/** A caller's mistake: `code` for programs, `path` to the bad field, the message for people. */
export class ReportError extends Error {
  override readonly name = 'ReportError'
  readonly code: ReportErrorCode
  readonly path: string

  constructor(code: ReportErrorCode, path: string, message: string) {
    super(`${path}: ${message}`)
    this.code = code
    this.path = path
  }
}
