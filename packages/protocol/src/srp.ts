// Information units of virtual SCSI: SCSI RDMA Protocol (SRP, ANSI INCITS 365; layouts of Linux include/scsi/srp.h and viosrp.h) as bytes
// in a page of memory, and the entry of a command/response queue that points at one. Both ends share the layout; what they do is theirs.
// A command has one direct data descriptor: its buffer is contiguous in I/O bus addresses. Hot: a unit is written and read in place.

/** Formats of a queue entry with header CRQ_COMMAND (viosrp.h): the unit it points at is SRP, or a management datagram. */
export const VIOSRP_SRP_FORMAT = 0x01

/** Opcodes of information units. */
export const SRP_LOGIN_REQ = 0x00
export const SRP_CMD = 0x02
export const SRP_LOGIN_RSP = 0xc0
export const SRP_RSP = 0xc1
export const SRP_LOGIN_REJ = 0xc2

/** Bytes of each unit: the fixed part, and one direct descriptor of 16 bytes behind a command. */
export const SRP_LOGIN_REQ_BYTES = 64
export const SRP_LOGIN_RSP_BYTES = 52
export const SRP_LOGIN_REJ_BYTES = 32
export const SRP_CMD_BYTES = 64
export const SRP_RSP_BYTES = 36
/** Room for any unit (ibmvscsi: srp_event_struct holds a union of them). */
export const SRP_MAX_IU_BYTES = 256

/** SCSI operation codes that are modelled. */
export const SCSI_TEST_UNIT_READY = 0x00
export const SCSI_READ_16 = 0x88
export const SCSI_WRITE_16 = 0x8a
/** Bytes of a logical block. */
export const SCSI_BLOCK_BYTES = 512

/** SCSI statuses. */
export const SCSI_GOOD = 0x00
export const SCSI_CHECK_CONDITION = 0x02
export const SCSI_BUSY = 0x08
export const SCSI_TASK_SET_FULL = 0x28

/** A command, decoded. Ends keep one and refill it. */
export interface SrpCommand {
  /** The sender's name of the command, below 2^53: what the response repeats. */
  tag: number
  /** 0 to 63. */
  lun: number
  /** SCSI_* operation code. */
  operation: number
  /** First logical block, and how many. */
  block: number
  blocks: number
  /** I/O bus address of the buffer in the client's window, and its length. */
  ioba: number
  bytes: number
}

/** A response, decoded. */
export interface SrpResponse {
  tag: number
  /** SCSI status. */
  status: number
  /** Requests that the client may have outstanding beyond what it knows of. */
  requestLimitDelta: number
}

export function emptySrpCommand(): SrpCommand {
  return { tag: 0, lun: 0, operation: 0, block: 0, blocks: 0, ioba: 0, bytes: 0 }
}

export function emptySrpResponse(): SrpResponse {
  return { tag: 0, status: 0, requestLimitDelta: 0 }
}

/** First word of a queue entry for a unit: valid, format, timeout 0 (viosrp_crq); the others are 0, its length beside 0, its address. */
export const VIOSRP_SRP_ENTRY = ((0x80 << 24) | (VIOSRP_SRP_FORMAT << 16)) >>> 0

export function writeSrpCommand(
  view: DataView,
  at: number,
  { tag, lun, operation, block, blocks, ioba, bytes }: Readonly<SrpCommand>,
): void {
  const writes = operation === SCSI_WRITE_16
  view.setUint32(at, SRP_CMD << 24)
  // Buffer format: a direct descriptor, for data out in the upper half of the byte, for data in in the lower one.
  view.setUint32(at + 4, bytes === 0 ? 0 : writes ? 0x0010_0100 : 0x0001_0001)
  writeWide(view, at + 8, tag)
  view.setUint32(at + 16, 0)
  // Logical unit: target in flat addressing, as virtual SCSI servers number theirs (0x8100000000000000 is `lun 1`).
  view.setUint32(at + 20, (0x8000 | (lun << 8)) << 16)
  view.setUint32(at + 24, 0)
  view.setUint32(at + 28, 0)
  view.setUint16(at + 32, operation << 8)
  view.setUint32(at + 34, (block / 0x1_0000_0000) >>> 0)
  view.setUint32(at + 38, block >>> 0)
  view.setUint32(at + 42, blocks)
  view.setUint16(at + 46, 0)
  writeWide(view, at + 48, ioba)
  view.setUint32(at + 56, 0)
  view.setUint32(at + 60, bytes)
}

/** Opcode of the unit at an offset. */
export function srpOpcode(view: DataView, at: number): number {
  return view.getUint8(at)
}

export function readSrpCommand(view: DataView, at: number, into: SrpCommand): void {
  into.tag = readWide(view, at + 8)
  into.lun = (view.getUint16(at + 20) >>> 8) & 0x3f
  into.operation = view.getUint8(at + 32)
  into.block = view.getUint32(at + 34) * 0x1_0000_0000 + view.getUint32(at + 38)
  into.blocks = view.getUint32(at + 42)
  into.ioba = readWide(view, at + 48)
  into.bytes = view.getUint32(at + 60)
}

export function writeSrpResponse(view: DataView, at: number, { tag, status, requestLimitDelta }: Readonly<SrpResponse>): void {
  view.setUint32(at, SRP_RSP << 24)
  view.setInt32(at + 4, requestLimitDelta)
  writeWide(view, at + 8, tag)
  view.setUint32(at + 16, status)
  for (let offset = 20; offset < SRP_RSP_BYTES; offset += 4) view.setUint32(at + offset, 0)
}

export function readSrpResponse(view: DataView, at: number, into: SrpResponse): void {
  into.requestLimitDelta = view.getInt32(at + 4)
  into.tag = readWide(view, at + 8)
  into.status = view.getUint8(at + 19)
}

/**
 * A login, or its answer: `limit` is the requests that the server takes at a time (an accepted one's request limit delta), `client` the
 * partition ID of who logs in, at the end of its initiator port identifier; before it the port name (16 hexadecimal digits) of a client of
 * virtual Fibre Channel.
 */
export function writeSrpLogin(view: DataView, at: number, opcode: number, tag: number, limit: number, client = 0, name = ''): void {
  view.setUint32(at, opcode << 24)
  view.setInt32(at + 4, limit)
  writeWide(view, at + 8, tag)
  const bytes = opcode === SRP_LOGIN_REQ ? SRP_LOGIN_REQ_BYTES : opcode === SRP_LOGIN_RSP ? SRP_LOGIN_RSP_BYTES : SRP_LOGIN_REJ_BYTES
  for (let offset = 16; offset < bytes; offset += 4) view.setUint32(at + offset, 0)
  if (opcode !== SRP_LOGIN_REJ) view.setUint32(at + 16, SRP_MAX_IU_BYTES)
  if (opcode !== SRP_LOGIN_REQ) return
  view.setUint32(at + 32, Number.parseInt(name.slice(0, 8) || '0', 16))
  view.setUint32(at + 36, Number.parseInt(name.slice(8) || '0', 16))
  view.setUint32(at + 44, client)
}

/** Partition ID of who logs in. */
export function readSrpLoginClient(view: DataView, at: number): number {
  return view.getUint32(at + 44)
}

/** What an accepted login says of the requests that may be outstanding. */
export function readSrpLoginLimit(view: DataView, at: number): number {
  return view.getInt32(at + 4)
}

/** Port name of who logs in: 16 hexadecimal digits. */
export function readSrpLoginName(view: DataView, at: number): string {
  const half = (offset: number): string =>
    view
      .getUint32(at + offset)
      .toString(16)
      .padStart(8, '0')
  return half(32) + half(36)
}

/** Tag of any unit. */
export function readSrpTag(view: DataView, at: number): number {
  return readWide(view, at + 8)
}

function writeWide(view: DataView, at: number, value: number): void {
  view.setUint32(at, Math.floor(value / 0x1_0000_0000))
  view.setUint32(at + 4, value >>> 0)
}

function readWide(view: DataView, at: number): number {
  return view.getUint32(at) * 0x1_0000_0000 + view.getUint32(at + 4)
}
