// What a session is made of: everything that was done to an installation from outside, with its simulated time. Plain data: the same
// entries on the same machine are the same run. Doing them is open-console.ts.

/** A line that was typed. */
export interface LineEntry {
  readonly console: string
  readonly user?: string
  /** In a login and a shell of its own. */
  readonly alone?: true
  readonly line: string
  /** Whether the virtual terminal that it opened was typed at. */
  readonly terminal?: true
}

/** What was done. `keys`: typed at the open terminal; `terminal`: its input ended, or its login was lost. */
export type SessionStep =
  | LineEntry
  | { readonly action: string; readonly arguments: readonly string[] }
  | { readonly keys: string }
  | { readonly terminal: 'end' | 'drop' }

/** What was done, and when: simulated ns since the start of the run. */
export type SessionEntry = SessionStep & { readonly atNs: number }
