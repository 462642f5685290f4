// Processor time for whoever computes: consoles, service processors, partitions. `ideal` and `dispatched` processors serve the same port.
// Who serves it decides how long work waits; who asks cannot tell the difference.

import type { Handler } from '@powersim/kernel'

export interface ProcessorPort {
  /** Runs `workNs` of processor time, after whatever wait the processor has, then calls `then`. Queued in order of asking. */
  run<A>(workNs: number, then: Handler<A>, argument: A): void
  statistics(): ProcessorStatistics
}

/** A processor whose virtual processors can wait for a page of memory: one that waits does nothing else until it is there. */
export interface StallingProcessor extends ProcessorPort {
  /** Within a completion: the virtual processor that has done the work waits from now on. Returns the wait; -1: it is no completion. */
  stall(): number
  /** The page is there: the virtual processor that waits does this next. Nothing when its work has been dropped meanwhile. */
  resume<A>(wait: number, workNs: number, then: Handler<A>, argument: A): void
  /** Number of the virtual processor that waits, from 0 on; 0 where they are not told apart. */
  stalledIndex(wait: number): number
}

export interface ProcessorStatistics {
  /** Processor time used, summed over (virtual) processors. */
  readonly busyNs: number
  readonly elapsedNs: number
  readonly processors: number
  /** busyNs / (elapsedNs * processors), 0 when nothing has elapsed. */
  readonly utilization: number
  /** How often work found its processor ceded and had to be dispatched. */
  readonly dispatches: number
  /** Time that work waited for a dispatch. */
  readonly dispatchWaitNs: number
}
