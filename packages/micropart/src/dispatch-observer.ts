// Watching a wheel from outside: every slice that a core has run, told at its end. Times are the wheel's own: a wheel that nobody asks
// anything computes its slices later, in one go, so `simulation.now` may be ahead of them.

/** One slice. The object is used again: copy what is to be kept. */
export interface Slice {
  /** Handle of the virtual processor, -1 for hypervisor work; partition likewise. */
  virtualProcessor: number
  partition: number
  core: number
  fromNs: number
  toNs: number
  /** 1 entitled, 2 spare time of the own pool, 3 of all pools, 4 a dedicated core, 5 hypervisor on idle cycles, 6 on stolen ones. */
  kind: number
  /**
   * As in LoPAR's dispatch trace log: 0 interrupt (new work), 3 timer (the demand stream's next), 6 preempted before, 7 entitled slice,
   * 8 the page is there that it waited for.
   */
  dispatchReason: number
  /** As in LoPAR's dispatch trace log: 2 ceded, 4 end of the slice or preempted, 6 memory fault. */
  preemptReason: number
}

export interface DispatchObserver {
  ran?(slice: Slice): void
  /** A dispatch window begins. */
  window?(startNs: number): void
}
