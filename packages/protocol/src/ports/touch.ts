// How the processors of a partition with shared memory meet its pages: by touching them. A page that is not there makes the processor wait,
// or its operating system gets a notice and runs something else (LoPAR, CMO and Expropriation/Subvention Notification).

import type { Handler } from '@powersim/kernel'

/**
 * What a touch came to. THERE: the page can be used. WAITS: the processor waits until `resolved` is called. NOTICED: the notice is in the
 * processor's area, and the subvention queue will tell; `resolved` is not called.
 */
export const PAGE_TOUCH = { THERE: 0, WAITS: 1, NOTICED: 2 } as const
export type PageTouch = (typeof PAGE_TOUCH)[keyof typeof PAGE_TOUCH]

export interface TouchPort {
  /** Whether a partition's memory is shared; one with memory of its own touches nothing here. */
  shares(lparId: number): boolean
  /**
   * Virtual processor `processor` uses a logical page. `write`: it changes it. `resolved` is called with `argument` when a page that WAITS
   * is there; never after the partition has ended. A page that is no page of the partition is THERE, whatever comes of it.
   */
  touch<A>(lparId: number, processor: number, page: number, write: boolean, resolved: Handler<A>, argument: A): PageTouch
}
