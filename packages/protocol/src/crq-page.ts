// The guest's end of a command/response queue: a page of 16-byte entries that the hypervisor writes in order and the guest reads in order,
// zeroing the header byte of what it has read. What the words of an entry mean is srp.ts's or vmc.ts's business. Hot: no object per entry.

import { CRQ_ENTRY_BYTES, CRQ_PAGE_BYTES } from './vmc.js'

export class CrqPage {
  readonly page = new Uint8Array(CRQ_PAGE_BYTES)
  /** The entry that `take` has read, as four words. */
  w0 = 0
  w1 = 0
  w2 = 0
  w3 = 0
  private readonly view = new DataView(this.page.buffer)
  private next = 0

  /** The queue is registered anew: it is empty, and reading begins at its first entry. */
  reset(): void {
    this.page.fill(0)
    this.next = 0
  }

  /** Reads the next entry into the words; false when there is none. */
  take(): boolean {
    const { page, view, next } = this
    if (page[next] === 0) return false
    this.w0 = view.getUint32(next)
    this.w1 = view.getUint32(next + 4)
    this.w2 = view.getUint32(next + 8)
    this.w3 = view.getUint32(next + 12)
    page[next] = 0
    this.next = next + CRQ_ENTRY_BYTES === CRQ_PAGE_BYTES ? 0 : next + CRQ_ENTRY_BYTES
    return true
  }

  /** Header byte of the entry that was read: CRQ_COMMAND, CRQ_INIT or CRQ_TRANSPORT_EVENT. */
  get header(): number {
    return this.w0 >>> 24
  }

  /** Second byte of the entry that was read: format of a command, kind of an initialisation or of a transport event. */
  get kind(): number {
    return (this.w0 >>> 16) & 0xff
  }
}
