// The commands about virtual terminals. Who has one open is terminal-holds.ts, its characters are in plic/terminal-hypercalls.ts.
// What a guest prints is its own matter.

import { type ReplyOf, type RequestOf, TERMINAL_UNIT } from '@powersim/protocol'
import { type Hypervisor, noPartition } from './hypervisor.js'
import { type Outcome, refused, type Refused, reply } from './outcome.js'

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
