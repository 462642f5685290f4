// Copies between two partitions (LoPAR 14.5.5.2, 14.5.5.3): a server reaches what its client has mapped into the window of their pair of
// devices, by H_COPY_RDMA of bytes or by H_PUT_RTCE, which copies the client's entries into a window of the server's own adapter. A client
// reaches nothing of its server. Checked first, done then: a refused call changes nothing. Hot: no object per call.

import { H_DestParm, H_Parameter, H_RemoteParm, H_Resource, H_SourceParm, H_Success } from '@powersim/protocol'
import { PAGE_BYTES } from './memory-map.js'
import type { RealMemory } from './real-memory.js'
import { pageNumber, type Registers } from './registers.js'
import { MAX_LIST, type TceHypercalls } from './tce-hypercalls.js'
import { TCE_READ, TCE_WRITE, type TceTable } from './tce-table.js'
import type { VirtualDevice } from './virtual-device.js'

export class PartitionCopies {
  private readonly tces: TceHypercalls
  private readonly contents: RealMemory

  constructor(tces: TceHypercalls, contents: RealMemory) {
    this.tces = tces
    this.contents = contents
  }

  /** Both devices are the caller's. */
  copy(
    bytes: number,
    from: VirtualDevice,
    fromLiobn: number,
    fromIoba: number,
    to: VirtualDevice,
    toLiobn: number,
    toIoba: number,
  ): number {
    const source = this.windowOf(from, fromLiobn)
    if (source === undefined || !allows(source, fromIoba, bytes, TCE_READ)) return H_SourceParm
    const target = this.windowOf(to, toLiobn)
    if (target === undefined || !allows(target, toIoba, bytes, TCE_WRITE)) return H_DestParm
    let done = 0
    while (done < bytes) {
      const fromByte = (fromIoba + done) % PAGE_BYTES
      const toByte = (toIoba + done) % PAGE_BYTES
      const length = Math.min(PAGE_BYTES - fromByte, PAGE_BYTES - toByte, bytes - done)
      const fromFrame = frameAt(source, fromIoba + done)
      const toFrame = frameAt(target, toIoba + done)
      if (length === PAGE_BYTES) this.contents.copy(fromFrame, toFrame)
      else this.contents.copyBytes(fromFrame, fromByte, toFrame, toByte, length)
      done += length
    }
    return H_Success
  }

  /** R4 remote LIOBN of `server`, R5 address there, R6 LIOBN of a window of the caller, R7 address there, R8 how many pages. */
  redirect(lparId: number, server: VirtualDevice | undefined, registers: Registers): number {
    if (server === undefined || registers.unsigned(4) !== server.local.liobn + 1 || !server.isServer) return H_Parameter
    const count = registers.unsigned(8)
    const client = server.peer === null ? undefined : this.tces.tableOf(server.peer.local.liobn)
    const table = this.tces.tableOf(registers.unsigned(6))
    if (client === undefined) return H_RemoteParm
    if (table === undefined || table.lparId !== lparId || !(count >= 1 && count <= MAX_LIST)) return H_Parameter
    const from = client.indexOf(registers.unsigned(5))
    const to = table.indexOf(registers.unsigned(7))
    if (from < 0 || from + count > client.pages || to < 0 || to + count > table.pages) return H_Parameter
    if (!connected(server)) return H_RemoteParm
    for (let n = 0; n < count; n++) {
      if (client.look(from + n) === 0) return H_RemoteParm
      // One copy of an entry (ibm,max-rtce-mappings absent).
      if (client.linked(from + n) !== null) return H_Resource
    }
    for (let n = 0; n < count; n++) table.redirect(to + n, client, from + n)
    registers.units = count
    return H_Success
  }

  /** Entries that a LIOBN of a device stands for: its own partition's, or, for a server, its connected client's. */
  private windowOf(device: VirtualDevice, liobn: number): TceTable | undefined {
    if (liobn === device.local.liobn) return this.tces.tableOf(liobn)
    if (!device.isServer || device.peer === null || !connected(device)) return undefined
    return this.tces.tableOf(device.peer.local.liobn)
  }
}

function connected(device: VirtualDevice): boolean {
  return device.queue.registered && device.peer !== null && device.peer.queue.registered
}

/** Whether all entries for bytes from an address on are there and allow it. */
function allows(table: TceTable, ioba: number, bytes: number, control: number): boolean {
  const last = table.indexOf(ioba + bytes - 1)
  const first = table.indexOf(ioba)
  if (first < 0 || last < 0) return false
  for (let index = first; index <= last; index++) if ((table.look(index) & control) !== control) return false
  return true
}

function frameAt(table: TceTable, ioba: number): number {
  table.look(table.indexOf(ioba))
  return pageNumber(table.high, table.low)
}
