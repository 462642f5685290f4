// The page table of one partition: H_ENTER and H_REMOVE in turn on the bare table, and the same through the door of the PLIC, with checks,
// translation and costs. An operation is one call. Half of the table's groups are occupied beforehand, half of their slots.

import { H_ENTER, H_REMOVE } from '@powersim/protocol'
import { HashedPageTable, Plic, PlicCounts, defaultPhypParameters } from '@powersim/phyp'

const ENTRIES = 1 << 18
const OCCUPIED = ENTRIES / 4
const STEP = 40_503 * 8

const high = (n) => n >>> 6
const low = (n) => (n << 7) | 1

function bare() {
  const table = new HashedPageTable(ENTRIES, new PlicCounts())
  for (let n = 0; n < OCCUPIED; n++) table.enter(false, (n * STEP) & (ENTRIES - 1), high(n), low(n), 0, n << 12)
  let ptex = 0
  return (operations) => {
    for (let n = 0; n < operations; n += 2) {
      ptex = (ptex + STEP) & (ENTRIES - 1)
      const slot = table.enter(false, ptex, high(n), low(n), 0, n << 12)
      if (slot < 0 || table.remove(slot, 1, high(n), low(n) & ~127) !== 0) throw new Error('the table lost an entry')
    }
  }
}

function door() {
  const plic = new Plic({ blockBytes: 2 ** 26, blocks: 64, hypercalls: defaultPhypParameters.hypercalls })
  plic.started(1, 64, 2 ** 22, 1)
  const { hypercalls } = plic
  let ptex = 0
  return (operations) => {
    for (let n = 0; n < operations; n += 2) {
      ptex = (ptex + STEP) & (ENTRIES - 1)
      const page = n & 0x7_ffff
      const { r4 } = hypercalls.call(1, H_ENTER, 0, ptex, page * 128 + 1, page * 4096 + 0x10, 0)
      if (hypercalls.call(1, H_REMOVE, 0, r4, 0, 0, 0).code !== 0) throw new Error('the table lost an entry')
    }
  }
}

export const benchmarks = [
  { name: 'phyp.hpt', operations: 20_000_000, prepare: bare },
  { name: 'phyp.hypercall', operations: 10_000_000, prepare: door },
]
