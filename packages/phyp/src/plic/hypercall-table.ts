// The hypercalls that are served: token, performance class, cost, and who serves them (LoPAR, Hypervisor Call Functions).
// A token that is not here is answered H_Function, one that is no multiple of 4 too. Return codes are told where each call is served.
//   critical   never waits: a busy resource is backed out of with H_Busy, and the caller starts again
//   normal     may wait for slow hardware, never for another partition
//   continued  may start work elsewhere, and is called again (H_LongBusyOrder…) until it is done
//   terminal   recovery: takes as long as it needs

import {
  H_ADD_LOGICAL_LAN_BUFFER,
  H_BULK_REMOVE,
  H_CEDE,
  H_CLEAR_HPT,
  H_CLEAR_MOD,
  H_CLEAR_REF,
  H_CONFER,
  H_COPY_RDMA,
  H_CPPR,
  H_ENABLE_CRQ,
  H_ENTER,
  H_EOI,
  H_FREE_CRQ,
  H_FREE_LOGICAL_LAN,
  H_FREE_LOGICAL_LAN_BUFFER,
  H_FREE_SUB_CRQ,
  H_GET_MPP,
  H_GET_MPP_X,
  H_GET_PPP,
  H_GET_TCE,
  H_GET_TERM_CHAR,
  H_ILLAN_ATTRIBUTES,
  H_IPI,
  H_JOIN,
  H_MO_PERF,
  H_PAGE_INIT,
  H_PIC,
  H_POLL_PENDING,
  H_PROD,
  H_PROTECT,
  H_PUT_RTCE,
  H_PUT_TCE,
  H_PUT_TCE_INDIRECT,
  H_PUT_TERM_CHAR,
  H_READ,
  H_REGISTER_LOGICAL_LAN,
  H_REGISTER_VPA,
  H_REG_CRQ,
  H_REG_SNS,
  H_REG_SUB_CRQ,
  H_REMOVE,
  H_SEND_CRQ,
  H_SEND_LOGICAL_LAN,
  H_SEND_SUB_CRQ,
  H_SET_MPP,
  H_SET_PPP,
  H_STUFF_TCE,
  H_VIO_SIGNAL,
  H_VPM_PSTAT,
  H_XIRR,
} from '@powersim/protocol'
import type { HypercallCosts } from '../parameters.js'

export type PerformanceClass = 'critical' | 'normal' | 'continued' | 'terminal'

/** Parts of the PLIC. */
export const PAGES = 1
export const QUEUES = 2
export const TCES = 3
export const INTERRUPTS = 4
export const PROCESSORS = 5
export const LANS = 6
export const MEMORY = 7
export const TERMINALS = 8

/** Name, token, class, part, fixed cost in ns, cost in ns of each unit beyond (entries, pages, bytes: the part counts them). */
type Row = readonly [name: string, token: number, callClass: PerformanceClass, part: number, fixedNs: number, unitNs: number]

/**
 * Costs: H_READ and a refused H_REMOVE are derived: removing 2^25 entries by three calls each took Linux "about a minute", reading them by
 * four "a few seconds" (Linux commit d504bed6). All others are estimates, and so are units: a page zeroed, an entry of a list or a table.
 */
const rows = [
  ['H_REMOVE', H_REMOVE, 'critical', PAGES, 600, 0],
  ['H_ENTER', H_ENTER, 'critical', PAGES, 1000, 250],
  ['H_READ', H_READ, 'critical', PAGES, 600, 0],
  ['H_CLEAR_MOD', H_CLEAR_MOD, 'critical', PAGES, 1000, 0],
  ['H_CLEAR_REF', H_CLEAR_REF, 'critical', PAGES, 1000, 0],
  ['H_PROTECT', H_PROTECT, 'critical', PAGES, 1200, 0],
  ['H_GET_TCE', H_GET_TCE, 'critical', TCES, 500, 0],
  ['H_PUT_TCE', H_PUT_TCE, 'critical', TCES, 500, 0],
  ['H_PAGE_INIT', H_PAGE_INIT, 'critical', PAGES, 600, 250],
  ['H_GET_TERM_CHAR', H_GET_TERM_CHAR, 'critical', TERMINALS, 1000, 0],
  ['H_PUT_TERM_CHAR', H_PUT_TERM_CHAR, 'critical', TERMINALS, 1000, 0],
  ['H_EOI', H_EOI, 'critical', INTERRUPTS, 500, 0],
  ['H_CPPR', H_CPPR, 'critical', INTERRUPTS, 400, 0],
  ['H_IPI', H_IPI, 'critical', INTERRUPTS, 500, 0],
  ['H_XIRR', H_XIRR, 'critical', INTERRUPTS, 400, 0],
  ['H_REGISTER_VPA', H_REGISTER_VPA, 'normal', PROCESSORS, 2000, 0],
  ['H_CEDE', H_CEDE, 'critical', PROCESSORS, 1000, 0],
  ['H_CONFER', H_CONFER, 'critical', PROCESSORS, 1000, 0],
  ['H_PROD', H_PROD, 'critical', PROCESSORS, 600, 0],
  ['H_GET_PPP', H_GET_PPP, 'normal', PROCESSORS, 1500, 0],
  ['H_SET_PPP', H_SET_PPP, 'normal', PROCESSORS, 3000, 0],
  ['H_PIC', H_PIC, 'normal', PROCESSORS, 1000, 0],
  ['H_REG_CRQ', H_REG_CRQ, 'normal', QUEUES, 5000, 0],
  ['H_FREE_CRQ', H_FREE_CRQ, 'normal', QUEUES, 5000, 0],
  ['H_VIO_SIGNAL', H_VIO_SIGNAL, 'critical', QUEUES, 500, 0],
  ['H_SEND_CRQ', H_SEND_CRQ, 'critical', QUEUES, 1000, 0],
  ['H_PUT_RTCE', H_PUT_RTCE, 'critical', QUEUES, 600, 10],
  ['H_COPY_RDMA', H_COPY_RDMA, 'critical', QUEUES, 1000, 0.25],
  ['H_REGISTER_LOGICAL_LAN', H_REGISTER_LOGICAL_LAN, 'normal', LANS, 5000, 0],
  ['H_FREE_LOGICAL_LAN', H_FREE_LOGICAL_LAN, 'normal', LANS, 5000, 0],
  ['H_ADD_LOGICAL_LAN_BUFFER', H_ADD_LOGICAL_LAN_BUFFER, 'critical', LANS, 500, 0],
  ['H_SEND_LOGICAL_LAN', H_SEND_LOGICAL_LAN, 'critical', LANS, 1500, 0.25],
  ['H_BULK_REMOVE', H_BULK_REMOVE, 'critical', PAGES, 1800, 0],
  ['H_STUFF_TCE', H_STUFF_TCE, 'critical', TCES, 600, 10],
  ['H_PUT_TCE_INDIRECT', H_PUT_TCE_INDIRECT, 'critical', TCES, 600, 10],
  ['H_FREE_LOGICAL_LAN_BUFFER', H_FREE_LOGICAL_LAN_BUFFER, 'critical', LANS, 500, 0],
  ['H_POLL_PENDING', H_POLL_PENDING, 'critical', PROCESSORS, 300, 0],
  ['H_ILLAN_ATTRIBUTES', H_ILLAN_ATTRIBUTES, 'normal', LANS, 1000, 0],
  ['H_JOIN', H_JOIN, 'normal', PROCESSORS, 1500, 0],
  ['H_ENABLE_CRQ', H_ENABLE_CRQ, 'continued', QUEUES, 2000, 0],
  ['H_VPM_PSTAT', H_VPM_PSTAT, 'normal', MEMORY, 1500, 0],
  ['H_SET_MPP', H_SET_MPP, 'normal', MEMORY, 3000, 0],
  ['H_GET_MPP', H_GET_MPP, 'normal', MEMORY, 1500, 0],
  ['H_MO_PERF', H_MO_PERF, 'normal', MEMORY, 3000, 0],
  ['H_REG_SUB_CRQ', H_REG_SUB_CRQ, 'normal', QUEUES, 5000, 0],
  ['H_FREE_SUB_CRQ', H_FREE_SUB_CRQ, 'normal', QUEUES, 5000, 0],
  ['H_SEND_SUB_CRQ', H_SEND_SUB_CRQ, 'normal', QUEUES, 1000, 0],
  ['H_REG_SNS', H_REG_SNS, 'normal', MEMORY, 5000, 0],
  ['H_GET_MPP_X', H_GET_MPP_X, 'normal', MEMORY, 1500, 0],
  ['H_CLEAR_HPT', H_CLEAR_HPT, 'terminal', PAGES, 10_000, 10],
] as const satisfies readonly Row[]

export type HypercallName = (typeof rows)[number][0]

/** One hypercall, for documents and tests. */
export interface HypercallEntry {
  readonly name: HypercallName
  readonly token: number
  readonly class: PerformanceClass
  readonly fixedNs: number
  readonly unitNs: number
}

/** What is served, by ascending token. */
export function hypercallEntries(): readonly HypercallEntry[] {
  const entries: HypercallEntry[] = []
  for (let at = 0; at < rows.length; at++) {
    const row = rows[at]!
    entries.push({ name: row[0], token: row[1], class: row[2], fixedNs: row[4], unitNs: row[5] })
  }
  return entries
}

/** The table as the dispatcher reads it: by token / 4. */
export class HypercallTable {
  readonly part: Uint8Array
  readonly fixedNs: Float64Array
  readonly unitNs: Float64Array
  readonly size: number

  constructor(costs: HypercallCosts) {
    this.size = H_CLEAR_HPT / 4 + 1
    this.part = new Uint8Array(this.size)
    this.fixedNs = new Float64Array(this.size)
    this.unitNs = new Float64Array(this.size)
    for (const [name, token, , part, fixedNs, unitNs] of rows) {
      const at = token / 4
      this.part[at] = part
      this.fixedNs[at] = costs[name] ?? fixedNs
      const copies = name === 'H_COPY_RDMA' || name === 'H_SEND_LOGICAL_LAN'
      this.unitNs[at] = copies ? 1e9 / costs.rdmaBytesPerSecond : unitNs
    }
  }

  /** Place of a token in the table; -1 for a token that no table can have. */
  at(token: number): number {
    const at = token / 4
    return at >= 0 && at < this.size && Math.floor(at) === at ? at : -1
  }
}
