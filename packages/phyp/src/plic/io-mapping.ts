// What memory over-commitment adds to the calls that map pages for I/O (LoPAR, CMO Extensions for I/O Mapping Hcall()s): a page must be
// there and stays while it is mapped; it counts once, however often it is mapped, against the partition's entitlement.

import { H_LongBusyOrder1mSec, H_NotEnoughResources, H_Parameter, H_Success } from '@powersim/protocol'
import type { PagedMemory } from './paged-memory.js'
import { pageNumber } from './registers.js'
import { TCE_CONTROL } from './tce-table.js'

/**
 * Whether all entries of a list, in halves, may be mapped now. H_Parameter for a page that is not the partition's, H_NOT_ENOUGH_RESOURCES
 * beyond its entitlement; while pages are on their way H_LongBusyOrder1mSec, and the caller asks again. Changes no mapping.
 */
export function mappable(paged: PagedMemory, lparId: number, list: Int32Array, count: number): number {
  for (let n = 0; n < count; n++) {
    if (isEntry(list, n) && !paged.contains(lparId, pageAt(list, n))) return H_Parameter
  }
  if (!paged.mayMap(lparId, added(paged, lparId, list, count))) return H_NotEnoughResources
  for (let n = 0; n < count; n++) if (isEntry(list, n)) paged.restore(lparId, pageAt(list, n))
  // To restore the last may have cost the first its frame.
  for (let n = 0; n < count; n++) if (isEntry(list, n) && paged.frameOf(lparId, pageAt(list, n)) < 0) return H_LongBusyOrder1mSec
  return H_Success
}

/** Pages of the list that are not I/O mapped yet, each counted once. */
function added(paged: PagedMemory, lparId: number, list: Int32Array, count: number): number {
  let pages = 0
  for (let n = 0; n < count; n++) {
    if (!isEntry(list, n)) continue
    const page = pageAt(list, n)
    if (paged.isIoMapped(lparId, page)) continue
    let before = 0
    while (before < n && !(isEntry(list, before) && pageAt(list, before) === page)) before++
    if (before === n) pages++
  }
  return pages
}

function isEntry(list: Int32Array, n: number): boolean {
  return (list[2 * n + 1]! & TCE_CONTROL) !== 0
}

function pageAt(list: Int32Array, n: number): number {
  return pageNumber(list[2 * n]!, list[2 * n + 1]!)
}
