// The reply window: what makes effects happen once. Per console (source address) it knows the newest epoch and, of that, the newest
// `size` sequence numbers with their replies. Both routes share it, so a retry on either finds the first try.
// A sequence at or below newest - size, or an older epoch, is too old: it is never applied. A newer epoch begins an empty window.

import type { Simulation } from '@powersim/kernel'
import type { Address, Json, Message } from '@powersim/protocol'
import type { ReplyRoute } from './reply-route.js'

/** Consoles that can have a window: as many as the message's address can name would be a way to fill the memory. */
export const CONSOLE_LIMIT = 256
/** Duplicates that can wait for the end of one command; one more is dropped. */
export const JOIN_LIMIT = 16

/** A command of the window. */
export interface WindowEntry {
  readonly sequence: number
  finished: boolean
  status: number
  data: Json
  dataBytes: number
  /** Duplicates that came while it was under way. */
  readonly joined: { readonly message: Message; readonly route: ReplyRoute }[]
}

interface ConsoleWindow {
  epoch: number
  newest: number
  readonly entries: (WindowEntry | undefined)[]
}

export class ReplyWindow {
  private readonly simulation: Simulation
  private readonly size: number
  private readonly consoles = new Map<Address, ConsoleWindow>()

  constructor(simulation: Simulation, size: number) {
    this.simulation = simulation
    this.size = size
  }

  /** Whether this message would start a newer epoch of a console that is known. */
  startsEpoch({ source, epoch }: Message): boolean {
    const known = this.consoles.get(source)
    return known !== undefined && epoch > known.epoch
  }

  /** What is known of the key: its entry, that it is too old, that it is fresh, or that there is no room for one more console. */
  look({ source, epoch, sequence }: Message): WindowEntry | 'fresh' | 'too-old' | 'no-room' {
    const known = this.consoles.get(source)
    if (known === undefined) return this.consoles.size < CONSOLE_LIMIT ? 'fresh' : 'no-room'
    if (epoch < known.epoch) return 'too-old'
    if (epoch > known.epoch) return 'fresh'
    if (sequence <= known.newest - this.size) return 'too-old'
    const entry = known.entries[sequence % this.size]
    return entry !== undefined && entry.sequence === sequence ? entry : 'fresh'
  }

  /** Enters a fresh key as under way. */
  open({ source, epoch, sequence }: Message): WindowEntry {
    let known = this.consoles.get(source)
    if (known === undefined) {
      known = { epoch, newest: -1, entries: [] }
      this.consoles.set(source, known)
    } else if (epoch > known.epoch) {
      known.epoch = epoch
      known.newest = -1
      known.entries.length = 0
    }
    if (sequence > known.newest) known.newest = sequence
    const place = sequence % this.size
    const before = known.entries[place]
    const newer = before === undefined || before.sequence < sequence
    this.simulation.invariant(newer, 'phyp: a place in the reply window is taken by newer sequences only')
    const entry: WindowEntry = { sequence, finished: false, status: 0, data: null, dataBytes: 0, joined: [] }
    known.entries[place] = entry
    return entry
  }

  /** Power-off: replies are forgotten; epochs and the newest sequences are not. */
  clear(): void {
    for (const known of this.consoles.values()) known.entries.length = 0
  }
}
