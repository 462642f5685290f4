// Who loses a frame: the interface of a replacement policy, and what it sees of the pool. The built-in ones are in hot/.
// What happens to the page then (a copy, a wait) is the pool's business.

import type { Draw } from '@powersim/kernel'
import type { FrameTable } from './hot/frame-table.js'

/** A partition's memory as a policy sees it. Only to be read. */
export interface MemberView {
  readonly id: number
  /** 0 to 255. */
  readonly weight: number
  /** Pages of its logical memory, with or without a frame. */
  readonly logicalPages: number
  /** By page: its frame, or a number below 0. */
  readonly frameOf: Int32Array
  /** Pages with a frame. */
  readonly backed: number
  /** Pages without a frame that are not on their way in: loaned, expropriated, or never used. */
  readonly given: number
  /** Pages that it should give, a number with a fraction. */
  readonly donation: number
  /** Part of its pages that it used lately, 0 to 1, as sampled. */
  readonly utilization: number
}

/** The pool as a policy sees it. Only to be read, but for REFERENCED of `frames.flags`, which policies clear. */
export interface PoolView {
  readonly frames: FrameTable
  /** By id, with holes. */
  readonly members: readonly (MemberView | undefined)[]
  /** Whether the frame's page may lose it now. `critical`: also if its partition called the page critical. */
  takeable(frame: number, critical: boolean): boolean
}

/** Hot: called for every page that comes and goes, and `touched` for every reference. It should make no garbage. */
export interface ReplacementPolicy {
  /** True: wants `touched`. Otherwise references are in REFERENCED of the frame's flags alone. */
  readonly watchesTouches: boolean
  /** A page has got the frame, and was touched by that. Its REFERENCED flag is set. */
  loaded(frame: number): void
  /** The page in the frame was touched. */
  touched(frame: number): void
  /** The frame holds that page no longer. */
  freed(frame: number): void
  /** Its partition will not need the page soon: among the next to go. */
  demoted(frame: number): void
  /** A round of taking frames begins: `victim` will be asked some times in a row. */
  begin(): void
  /**
   * A frame to take, for which `takeable` holds, or -1 if there is none. `urgent`: somebody waits; otherwise frames are taken in advance,
   * and a policy may hold them back.
   */
  victim(urgent: boolean): number
}

/** Makes policies for a pool. */
export interface ReplacementPolicyFactory {
  readonly name: string
  /** `draw` is the policy's only chance. */
  make(pool: PoolView, draw: Draw): ReplacementPolicy
}
