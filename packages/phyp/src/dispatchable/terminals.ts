// Who has the virtual terminal of a partition open: one hold at a time, with a number of its own, whatever the partition does. A hold lasts
// until it is given back or taken away, the partition is removed or the power goes. Its characters are in plic/terminal-hypercalls.ts.

import { type ReplyOf, type RequestOf, TERMINAL_BURST, TERMINAL_UNIT } from '@powersim/protocol'
import type { TerminalHypercalls } from '../plic/terminal-hypercalls.js'
import { type Hypervisor, noPartition } from './hypervisor.js'
import { type Outcome, refused, type Refused, reply } from './outcome.js'

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

export function openTerminal(hypervisor: Hypervisor, { id }: RequestOf<'terminal.open'>): Outcome<ReplyOf<'terminal.open'>> {
  if (hypervisor.record(id) === undefined) return noPartition(id)
  return reply({ terminal: hypervisor.terminals.take(id) })
}

export function exchangeTerminal(hypervisor: Hypervisor, data: RequestOf<'terminal.exchange'>): Outcome<ReplyOf<'terminal.exchange'>> {
  const { id, terminal, from, typed } = data
  const { terminals, life, host } = hypervisor
  if (!terminals.has(id, terminal)) return reply({ open: false, printed: '', next: from })
  const { printed, next, tell } = terminals.exchange(id, from, typed)
  if (tell && life.isActive(id)) host.interrupt(id, TERMINAL_UNIT)
  return reply({ open: true, printed, next })
}

export function closeTerminal(hypervisor: Hypervisor, data: RequestOf<'terminal.close'>): Outcome<ReplyOf<'terminal.close'>> {
  const { id, terminal } = data
  if (hypervisor.record(id) === undefined) return noPartition(id)
  if (hypervisor.terminals.has(id, terminal)) hypervisor.terminals.end(id)
  return reply({})
}

/** Undefined when a partition may be removed: nobody has its terminal open. */
export function refuseWithTerminal(hypervisor: Hypervisor, id: number): Refused | undefined {
  if (!hypervisor.terminals.has(id)) return undefined
  return refused('terminal-open', `a virtual terminal session is open for partition ${id}`, { id })
}
