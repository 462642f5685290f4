// What a console tells an observer of its commands: one object per move of an exchange, none while nobody watches.
// Messages on the wire are the bus's to tell.

import type { StatusName } from '@powersim/protocol'

export interface CommandObservation {
  /**
   * `asked`: it exists, its preparation begins. `routed`: its path is decided, its time-out runs. `sent`: a session has it. `replied`: its
   * reply is there. `given-up`: the try has ended without one, see `status`. `again`: the next try begins after a pause. `finished`.
   */
  readonly kind: 'asked' | 'routed' | 'sent' | 'replied' | 'given-up' | 'again' | 'finished'
  readonly timeNs: number
  readonly console: string
  readonly system: string
  readonly name: string
  /** Its key, with the console. */
  readonly epoch: number
  readonly sequence: number
  /** 0 for the first try. */
  readonly attempt: number
  /** Ordinal of the script line; -1 for none. */
  readonly ordinal: number
  /** From `routed` to the end of the try; then the path of the last try, if there was one. */
  readonly path: string | null
  /** Commands on that path after the move, set-up left out; null when the try is on no path. */
  readonly outstanding: number | null
  /** Of the reply, of the try that was given up, of the whole; else null. */
  readonly status: StatusName | null
}

export type CommandObserver = (observation: CommandObservation) => void
