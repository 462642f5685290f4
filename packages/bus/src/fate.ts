// Fate rules: what happens to a message on a hop, decided by the user's fault rules. A rule is a bare function, asked once for every
// message when it is offered to a link's transmitter or to a hop. Nothing here applies a fate: links do (transmitter.ts), hop owners do.

import type { Message } from '@powersim/protocol'
import { BusError } from './errors.js'

/** What a rule sees. The object is used again: it is valid during the call only. */
export interface FateView {
  readonly message: Message
  /** Name of the link or hop. */
  readonly hop: string
  /** Names of the endpoints on both sides. */
  readonly from: string
  readonly to: string
  readonly nowNs: number
}

/**
 * `delay` adds to the latency and reorders at most what it delays; `drop` makes the message vanish (on a connection too: only the
 * application's time-out notices); `duplicate` sends a second copy `afterNs` after the first.
 */
export type Fate =
  | { readonly do: 'pass' }
  | { readonly do: 'delay'; readonly ns: number }
  | { readonly do: 'drop' }
  | { readonly do: 'duplicate'; readonly afterNs: number }

/** Undefined means pass. */
export type FateRule = (view: FateView) => Fate | undefined

/** The fate of a message that no rule touches. */
export const PASS: Fate = { do: 'pass' }

/** Longest delay that a rule may ask for: an hour, in ns. A longer one is a mistake of units, refused as `bad-fate`. */
export const MAX_FATE_NS = 3_600_000_000_000

/** Asks a rule about one message after the other, with one view object for all of them. */
export class FateQuestion implements FateView {
  message: Message
  hop = ''
  from = ''
  to = ''
  nowNs = 0

  constructor(message: Message) {
    this.message = message
  }

  /** Throws BusError `bad-fate` when the answer is none of the four fates or its time is not 0 to an hour in whole ns. */
  ask(rule: FateRule): Fate {
    const fate = rule(this)
    if (fate === undefined) return PASS
    switch (fate.do) {
      case 'pass':
      case 'drop':
        return fate
      case 'delay':
        checkTime('fate.ns', fate.ns)
        return fate
      case 'duplicate':
        checkTime('fate.afterNs', fate.afterNs)
        return fate
      default:
        throw new BusError('bad-fate', 'fate.do', `expected pass, delay, drop or duplicate, got ${JSON.stringify(fate satisfies never)}`)
    }
  }
}

function checkTime(path: string, ns: number): void {
  if (Number.isInteger(ns) && ns >= 0 && ns <= MAX_FATE_NS) return
  throw new BusError('bad-fate', path, `expected whole nanoseconds from 0 to ${MAX_FATE_NS}, got ${String(ns)}`)
}
