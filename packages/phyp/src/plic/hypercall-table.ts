// The hypercalls that are served, by token: name and cost. A token that is not here is answered H_Function.
// What they do is hypercalls.ts.

import { H_COPY_RDMA, H_FREE_CRQ, H_REG_CRQ, H_SEND_CRQ, H_VIO_SIGNAL } from '@powersim/protocol'
import type { HypercallCosts } from '../parameters.js'

/** Tokens ascending; they are multiples of 4 (LoPAR). */
const served: readonly (readonly [token: number, name: Exclude<keyof HypercallCosts, 'rdmaBytesPerSecond'>])[] = [
  [H_REG_CRQ, 'H_REG_CRQ'],
  [H_FREE_CRQ, 'H_FREE_CRQ'],
  [H_VIO_SIGNAL, 'H_VIO_SIGNAL'],
  [H_SEND_CRQ, 'H_SEND_CRQ'],
  [H_COPY_RDMA, 'H_COPY_RDMA'],
]

/** Fixed cost in ns by token / 4; 0 for what is not served. */
export function costTable(costs: HypercallCosts): Float64Array {
  const table = new Float64Array(H_COPY_RDMA / 4 + 1)
  for (const [token, name] of served) table[token / 4] = costs[name]
  return table
}
