// The virtual management channel's messages on a command/response queue (CRQ): 16-byte entries as the ibmvmc driver defines them
// (Linux drivers/misc/ibmvmc.h; LoPAR app_vmc_comm). Both ends share this layout; their state machines are their own.

// An entry, byte by byte (offset, size, field):
//   0 1 header   0x80 command, 0xC0 initialisation, 0xFF transport event
//   1 1 type     VMC_* (command), CRQ_INIT_* (initialisation), CRQ_EVENT_* (transport event)
//   2 1 status   of a response
//   3 1 reserved
//   4 1 session  1..255, 0 = none
//   5 1 hmcIndex 0..254
//   6 2 bufferId
//   8 4 reserved (capabilities: MTU)
//  12 4 value    address of a buffer, or length of a message

export const CRQ_ENTRY_BYTES = 16
export const CRQ_PAGE_BYTES = 4096
export const CRQ_ENTRIES = CRQ_PAGE_BYTES / CRQ_ENTRY_BYTES

export const CRQ_COMMAND = 0x80
export const CRQ_INIT = 0xc0
export const CRQ_TRANSPORT_EVENT = 0xff
export const CRQ_INIT_START = 0x01
export const CRQ_INIT_COMPLETE = 0x02
export const CRQ_EVENT_PARTNER_FAILED = 0x01
export const CRQ_EVENT_PARTNER_DEREGISTERED = 0x02

export const VMC_CAPABILITIES = 0x01
export const VMC_OPEN = 0x02
export const VMC_CLOSE = 0x03
export const VMC_ADD_BUFFER = 0x04
export const VMC_REMOVE_BUFFER = 0x05
export const VMC_SIGNAL = 0x06
/** Set in the type of a response. A signal has none. */
export const VMC_RESPONSE = 0x80

export const VMC_OK = 0
export const VMC_INVALID_INDEX = 1
export const VMC_INVALID_BUFFER = 2
export const VMC_CLOSED = 3
export const VMC_INTERFACE_FAILURE = 4
export const VMC_NO_BUFFER = 5

/** What the two ends can do; the effective set is the field-wise minimum. */
export interface VmcCapabilities {
  readonly version: number
  /** 4096..16384 bytes; default 4096. */
  readonly mtuBytes: number
  /** Buffers per HMC connection, 16..64; default 32. The driver's own limits are widened for closed-form documents only. */
  readonly poolSize: number
  /** HMC connections, 1..2; default 1 in the driver. */
  readonly maxHmcs: number
  /** Entries of the queue; the partner keeps at most half of them outstanding. */
  readonly crqEntries: number
}

/** Field-wise minimum, or undefined when the major versions (upper byte) differ. */
export function negotiate(a: VmcCapabilities, b: VmcCapabilities): VmcCapabilities | undefined {
  if (a.version >> 8 !== b.version >> 8) return undefined
  return {
    version: Math.min(a.version, b.version),
    mtuBytes: Math.min(a.mtuBytes, b.mtuBytes),
    poolSize: Math.min(a.poolSize, b.poolSize),
    maxHmcs: Math.min(a.maxHmcs, b.maxHmcs),
    crqEntries: Math.min(a.crqEntries, b.crqEntries),
  }
}

/** A decoded entry. Ends keep one and refill it. */
export interface CrqEntry {
  header: number
  type: number
  status: number
  session: number
  hmcIndex: number
  bufferId: number
  extra: number
  value: number
}

export function emptyCrqEntry(): CrqEntry {
  return { header: 0, type: 0, status: 0, session: 0, hmcIndex: 0, bufferId: 0, extra: 0, value: 0 }
}

/** Writes an entry into a queue page or a scratch area of 16 bytes. */
export function writeCrqEntry(page: Uint8Array, offset: number, entry: Readonly<CrqEntry>): void {
  page[offset] = entry.header
  page[offset + 1] = entry.type
  page[offset + 2] = entry.status
  page[offset + 3] = 0
  page[offset + 4] = entry.session
  page[offset + 5] = entry.hmcIndex
  page[offset + 6] = entry.bufferId >>> 8
  page[offset + 7] = entry.bufferId
  writeWord(page, offset + 8, entry.extra)
  writeWord(page, offset + 12, entry.value)
}

export function readCrqEntry(page: Uint8Array, offset: number, into: CrqEntry): void {
  into.header = page[offset] ?? 0
  into.type = page[offset + 1] ?? 0
  into.status = page[offset + 2] ?? 0
  into.session = page[offset + 4] ?? 0
  into.hmcIndex = page[offset + 5] ?? 0
  into.bufferId = ((page[offset + 6] ?? 0) << 8) | (page[offset + 7] ?? 0)
  into.extra = readWord(page, offset + 8)
  into.value = readWord(page, offset + 12)
}

function writeWord(page: Uint8Array, offset: number, word: number): void {
  page[offset] = word >>> 24
  page[offset + 1] = word >>> 16
  page[offset + 2] = word >>> 8
  page[offset + 3] = word
}

function readWord(page: Uint8Array, offset: number): number {
  return (((page[offset] ?? 0) << 24) | ((page[offset + 1] ?? 0) << 16) | ((page[offset + 2] ?? 0) << 8) | (page[offset + 3] ?? 0)) >>> 0
}
