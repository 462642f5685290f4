// A mistake in how the command was called: told on stderr, exit status 2, nothing on stdout.
// What a document, a script or a policy gets wrong has an error of its own package.

export class UsageError extends Error {
  override readonly name = 'UsageError'
}

/** What an error of the file system says. */
export function reason(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause)
}
