// Page states on the flags of the page table calls (LoPAR, Setting CMO Page Usage States): bit 28 says that the state changes, bits 29 and
// 30 which it is, bit 31 that the page is critical or, when unused, on loan. H_BULK_REMOVE has two bits of its own in each specifier.
// With memory of its own nothing of it counts.

import type { MemoryMap } from './memory-map.js'
import { pageStates } from './paged-memory.js'

/** In the high half of the flags. */
const CHANGE = 0x8
const MODIFIER = 0x1
/** In the high half of a specifier: 10 unused, 11 loaned. */
const BULK_STATE = 0x2000_0000
const BULK_LOANED = 0x1000_0000

/** Sets the state that the flags of a call name, for pages from `page` on, if they name one. Hot. */
export function setPageState(memory: MemoryMap, lparId: number, flagsHigh: number, page: number, pages: number): void {
  const paged = (flagsHigh & CHANGE) === 0 ? null : memory.pagedOf(lparId)
  if (paged === null) return
  const state = (flagsHigh >>> 1) & 3
  const modifier = (flagsHigh & MODIFIER) !== 0
  for (let at = 0; at < pages; at++) paged.setState(lparId, page + at, state, modifier)
}

/** The same for a specifier of H_BULK_REMOVE. */
export function setBulkState(memory: MemoryMap, lparId: number, specifierHigh: number, page: number, pages: number): void {
  const paged = (specifierHigh & BULK_STATE) === 0 ? null : memory.pagedOf(lparId)
  if (paged === null) return
  const loaned = (specifierHigh & BULK_LOANED) !== 0
  for (let at = 0; at < pages; at++) paged.setState(lparId, page + at, pageStates.unused, loaned)
}
