// The message: a fixed-size header and data (dissertation 4.2: flag bits, opcode and target are the header's formative fields).
// The data is JSON in UTF-8, checked by the catalogue's schema. A run passes messages by reference with their byte length.

import type { Address } from './address.js'

// The header, byte by byte, big endian (offset, size, field):
//    0 1 version      protocol version, 1
//    1 1 flags        FLAG_* below; other bits must be 0
//    2 2 opcode       from the command catalogue
//    4 2 target       address of the intended receiver (address.ts)
//    6 2 source       address of the sender
//    8 4 epoch        session epoch: how often the console has started
//   12 4 sequence     per console and epoch; a retry carries the same one
//   16 2 status       status.ts; 0 in a request
//   18 2 operation    which of the console's operations a request belongs to, 1 to 65535 and round again; 0: none, and in replies
//   20 4 length       bytes of data that follow

export const PROTOCOL_VERSION = 1
export const HEADER_BYTES = 24

/** Largest data part, 1 MiB: larger ones are refused as `bad-length` on both sides (estimate). */
export const MAX_DATA_BYTES = 1 << 20

export const FLAG_REPLY = 0x01
export const FLAG_ERROR = 0x02
export const FLAG_EVENT = 0x04
export const FLAG_RETRY = 0x08
export const FLAGS_KNOWN = FLAG_REPLY | FLAG_ERROR | FLAG_EVENT | FLAG_RETRY

/** Operations of a console are numbered from 1 to this, and then from 1 again. */
export const MAX_OPERATION = 0xffff

/** Plain data that JSON can carry. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json | undefined }

/** A message in flight. `entity`, `attempt` and `bytes` belong to the run and are not on the wire. */
export interface Message {
  readonly version: number
  readonly flags: number
  readonly opcode: number
  readonly target: Address
  readonly source: Address
  readonly epoch: number
  readonly sequence: number
  readonly status: number
  readonly data: Json
  /** Operation of the console that a request belongs to, 1 to MAX_OPERATION; 0 or absent: none. */
  readonly operation?: number
  /** Bytes on the wire, header included: what links, records and buffers are charged for. */
  readonly bytes: number
  /** What the random draws of this command are keyed by: the same for every policy and every retry. */
  readonly entity: number
  /** 0 for the first try, 1 for the first retry and so on. */
  readonly attempt: number
}

/** The smallest size on the wire of a request and a reply: real payloads stand for larger firmware structures. */
export interface FrameSizes {
  readonly requestBytesMin: number
  readonly replyBytesMin: number
}

/** Identity of a command: effects happen once per key, whatever path or retry brings it. */
export function sameKey(a: Message, b: Message): boolean {
  return a.epoch === b.epoch && a.sequence === b.sequence && a.source === b.source
}

export function isReply(message: Message): boolean {
  return (message.flags & FLAG_REPLY) !== 0
}

/** The reply to a request, in the frame of the machine: swaps source and target and carries key, entity and attempt over. */
export function replyTo(request: Message, status: number, data: Json, dataBytes: number, frames: FrameSizes): Message {
  const bytes = HEADER_BYTES + dataBytes
  return {
    version: request.version,
    flags: FLAG_REPLY | (status === 0 ? 0 : FLAG_ERROR),
    opcode: request.opcode,
    target: request.source,
    source: request.target,
    epoch: request.epoch,
    sequence: request.sequence,
    status,
    data,
    bytes: bytes < frames.replyBytesMin ? frames.replyBytesMin : bytes,
    entity: request.entity,
    attempt: request.attempt,
  }
}
