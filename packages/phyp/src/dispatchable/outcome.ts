// What a server function gives back: a reply, or a refusal with its reason. Simulated failures are values.
// How a console words a refusal for its operator is the console's business.

import type { Refusal, RefusalReason } from '@powersim/protocol'

export interface Refused {
  readonly refusal: Refusal
}

export type Outcome<R> = { readonly reply: R } | Refused

export function reply<R>(value: R): { readonly reply: R } {
  return { reply: value }
}

/** `values` name the partition, the limits and so on, for whoever words the message. */
export function refused(reason: RefusalReason, detail: string, values?: Readonly<Record<string, string | number>>): Refused {
  return { refusal: values === undefined ? { reason, detail } : { reason, detail, values } }
}

/** A request that fits its schema and still makes no sense here; no reason of the list fits it. */
export function senseless(detail: string): Refused {
  return { refusal: { detail } }
}

export function isRefused(outcome: object): outcome is Refused {
  return 'refusal' in outcome
}
