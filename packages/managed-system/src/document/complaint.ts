// The one complaint about a document that says most, out of all that its schema found: a choice of laws finds one for each law.
// What the document is and which error carries the complaint is up to who reads it.

import type * as z from 'zod'

/** Where a document is wrong, as `systems.0.fsp.forwardIn`, and what is wrong there. */
export interface Complaint {
  readonly path: string
  readonly message: string
}

/** The complaint about `what` ('a machine document'). */
export function complaintOf(error: z.ZodError, what: string): Complaint {
  const issue = deepest(error.issues)
  const path = issue === undefined ? '' : issue.path.map(String).join('.')
  const [key] = issue?.code === 'unrecognized_keys' ? issue.keys : []
  if (key === undefined) return { path, message: issue?.message ?? 'does not fit' }
  return { path: path === '' ? key : `${path}.${key}`, message: `is no field of ${what}` }
}

/** The first issue; inside a choice of laws, the one that says most. */
function deepest(issues: readonly z.core.$ZodIssue[]): z.core.$ZodIssue | undefined {
  const [first] = issues
  return first?.code === 'invalid_union' ? (bestOf(first) ?? first) : first
}

/** Of all issues of all alternatives of a choice, the one that says most, with its whole path. */
function bestOf(union: z.core.$ZodIssueInvalidUnion): z.core.$ZodIssue | undefined {
  let best: z.core.$ZodIssue | undefined
  for (const alternative of union.errors) {
    for (const issue of alternative) {
      const inner = issue.code === 'invalid_union' ? (bestOf(issue) ?? issue) : issue
      const candidate = { ...inner, path: [...union.path, ...inner.path] }
      if (best === undefined || rank(candidate) > rank(best)) best = candidate
    }
  }
  return best
}

/** How much an issue says: the deeper the better; then a named complaint, unknown fields (the fewer), a wrong type, what is not there. */
function rank(issue: z.core.$ZodIssue): number {
  if (issue.message.endsWith('received undefined')) return -1
  const kind = issue.code === 'unrecognized_keys' ? 2 - issue.keys.length / 100 : issue.code === 'invalid_type' ? 1 : 3
  return issue.path.length * 4 + kind
}
