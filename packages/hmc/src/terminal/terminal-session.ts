// A virtual terminal session as who types at it holds it: what was printed comes out, what is typed goes in, both in simulated time.
// States: open -endInput or `~.`-> ending -> ended; open -drop-> ended, with the terminal still held. Serving it is terminal-line.ts.

import type { Signal, Simulation } from '@powersim/kernel'
import { TERMINAL_BURST } from '@powersim/protocol'

/** Characters that may wait to be sent; more are not taken (estimate). */
const TYPED_LIMIT = 65_536
/** Characters that are kept until somebody takes them; of more the newest are (estimate). */
const PRINTED_LIMIT = 1_048_576

export class TerminalSession {
  /** User-defined name of the system. */
  readonly system: string
  /** Name of the partition. */
  readonly partition: string
  private readonly simulation: Simulation
  private printed = ''
  private typed = ''
  /** What is typed now begins a line: the escape sequence counts there only. */
  private atLineStart = true
  private tilde = false
  private endedNs: number | null = null
  private stopped: 'escaped' | 'dropped' | null = null
  private done = false
  private news: Signal<void>

  constructor(simulation: Simulation, system: string, partition: string) {
    this.simulation = simulation
    this.system = system
    this.partition = partition
    this.news = simulation.signal<void>()
  }

  /** Whether the line that opened it has returned, or is about to. */
  get ended(): boolean {
    return this.done
  }

  /** What was printed since the last call. */
  take(): string {
    const { printed } = this
    this.printed = ''
    return printed
  }

  /**
   * Types characters (each of one byte; others become `?`); returns how many were taken. `~.` at the start of a line ends the session and
   * gives the terminal back; `~~` there types one `~`. Nothing is taken after the end of the input.
   */
  type(text: string): number {
    let taken = 0
    for (; taken < text.length && this.typed.length < TYPED_LIMIT && this.endedNs === null && this.stopped === null; taken++) {
      this.typeOne(text.charCodeAt(taken) > 0xff ? '?' : text.charAt(taken))
    }
    if (taken > 0) this.wake()
    return taken
  }

  /** No more is typed: as captured, the session prints on and ends some ten seconds later. */
  endInput(): void {
    if (this.endedNs !== null) return
    this.endedNs = this.simulation.now
    this.wake()
  }

  /** The login that it belongs to is lost: it ends without a word, and the terminal stays held until somebody closes it. */
  drop(): void {
    this.stopped ??= 'dropped'
    this.wake()
  }

  /** For the line that serves it: fires at the next thing that is typed or ends it. */
  get wakes(): Signal<void> {
    if (this.news.fired) this.news = this.simulation.signal<void>()
    return this.news
  }

  /** For the line that serves it: why it is to end at once. */
  get endsNow(): 'escaped' | 'dropped' | null {
    return this.stopped
  }

  /** For the line that serves it: when the input ended; null: it has not. */
  get inputEndedNs(): number | null {
    return this.endedNs
  }

  /** For the line that serves it: whether something waits to be sent. */
  get hasTyped(): boolean {
    return this.typed !== ''
  }

  /** For the line that serves it: characters to be sent now. */
  takeTyped(): string {
    const burst = this.typed.slice(0, TERMINAL_BURST)
    this.typed = this.typed.slice(TERMINAL_BURST)
    return burst
  }

  /** For the line that serves it. */
  print(text: string): void {
    this.printed = (this.printed + text).slice(-PRINTED_LIMIT)
  }

  /** For the line that serves it: nothing more happens. */
  end(): void {
    this.done = true
  }

  private typeOne(character: string): void {
    if (this.tilde) {
      this.tilde = false
      if (character === '.') {
        this.stopped = 'escaped'
        return
      }
      if (character !== '~') this.typed += '~'
    } else if (character === '~' && this.atLineStart) {
      this.tilde = true
      return
    }
    this.typed += character
    this.atLineStart = character === '\r' || character === '\n'
  }

  private wake(): void {
    if (!this.news.fired) this.news.fire(undefined)
  }
}
