// lpar.shutdown: the only power command of a partition that is not staged. Immediate cuts the power at once and ends whatever stage
// holds the partition; delayed asks the operating system, and the partition ends when that reports. Restart starts it again with
// what it holds.

import type { ReplyOf, RequestOf } from '@powersim/protocol'
import { type Hypervisor, noPartition } from './hypervisor.js'
import { type Outcome, refused, reply } from './outcome.js'

export function shutDownPartition(
  hypervisor: Hypervisor,
  { id, immediate, restart }: RequestOf<'lpar.shutdown'>,
): Outcome<ReplyOf<'lpar.shutdown'>> {
  const { life, stages } = hypervisor
  if (hypervisor.record(id) === undefined) return noPartition(id)
  const state = life.stateOf(id)
  if (state === 'Not Activated') return refused('partition-not-active', `partition ${id} is ${state}`, { id, state })
  const stage = stages.holding(id)
  if (immediate || state === 'Error') {
    if (stage !== undefined) stages.abandon(stage)
    // A partition that failed at its start holds what it held before; it may hold nothing to start again with.
    life.stopNow(id, restart && hypervisor.record(id)?.current !== null)
  } else {
    if (stage !== undefined) return refused('resource-busy', `another operation holds partition ${id}`, { id, stage: stage.number })
    life.stopLater(id, restart)
  }
  return reply({ state: life.stateOf(id) })
}
