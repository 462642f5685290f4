// Who has the virtual terminal of a partition open: one hold at a time, with a number of its own, whatever the partition does. A hold lasts
// until it is given back or taken away, the partition is removed or the power goes. Its characters are in plic/terminal-hypercalls.ts.

import { TERMINAL_BURST } from '@powersim/protocol'
import type { TerminalHypercalls } from '../plic/terminal-hypercalls.js'

export class TerminalHolds {
  private readonly lines: TerminalHypercalls
  private readonly holds = new Map<number, number>()
  private last = 0

  constructor(lines: TerminalHypercalls) {
    this.lines = lines
  }

  /** The number of a new hold; 0: somebody has it. */
  take(lparId: number): number {
    if (this.holds.has(lparId)) return 0
    this.holds.set(lparId, ++this.last)
    this.lines.open(lparId)
    return this.last
  }

  has(lparId: number, hold?: number): boolean {
    return hold === undefined ? this.holds.has(lparId) : this.holds.get(lparId) === hold
  }

  end(lparId: number): void {
    this.holds.delete(lparId)
    this.lines.close(lparId)
  }

  endAll(): void {
    for (const lparId of [...this.holds.keys()]) this.end(lparId)
  }

  /** What was printed from a place on, and the place behind it. Returns also whether the partition is to be told of what was typed. */
  exchange(lparId: number, from: number, typed: string): { printed: string; next: number; tell: boolean } {
    const tell = this.lines.type(lparId, typed)
    const printed = this.lines.printed(lparId, from, TERMINAL_BURST)
    return { printed, next: this.lines.firstOf(lparId, from) + printed.length, tell }
  }
}
