// How many pages an operating system has on loan next: the arithmetic of Linux's collaborative memory manager (cmm.c), without time and
// without pages. Who has the pages, and when this is asked, is the guest's.

export interface LoanState {
  /** What the hypervisor asks for (H_GET_MPP, R9): so many pages more, or, negative, as many fewer. */
  readonly requestPages: number
  readonly loanedPages: number
  /** Pages that the operating system has no use for, so that it could loan them at once. */
  readonly freePages: number
  /** All pages of the partition, those on loan too. */
  readonly totalPages: number
  /** Pages that it never loans away. */
  readonly floorPages: number
  /** Pages that it took back because it ran out of memory: they lower what is asked of it. */
  readonly takenBackPages: number
}

/** Linux never has less than this active: min_mem_mb of cmm.c, in MiB. */
export const LOAN_FLOOR_MIB = 256
/** Linux asks the hypervisor that often: the delay of cmm.c, ns. */
export const LOAN_PERIOD_NS = 1_000_000_000
/** What Linux takes back when it runs out of memory: oom_kb of cmm.c, in KiB. */
export const LOAN_TAKEN_BACK_KIB = 1024
/** Linux loans nothing for so long after memory was added or removed: the hot-plug delay of cmm.c, ns. */
export const LOAN_PAUSE_NS = 5_000_000_000

/**
 * Pages to loan now; negative: to take back. The goal is what is on loan and what is asked for, less what ran short before, between 0 and
 * all but the floor; pages that are not free are not loaned.
 */
export function loanStep({ requestPages, loanedPages, freePages, totalPages, floorPages, takenBackPages }: LoanState): number {
  const most = Math.max(0, totalPages - floorPages)
  const goal = Math.min(most, Math.max(0, loanedPages + requestPages - takenBackPages))
  return Math.min(goal - loanedPages, freePages)
}
