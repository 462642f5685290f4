// Parameters of a link, checked before anything is built, and the arithmetic of framing: how many bytes a message takes on the wire
// and for how long. Defaults are Ethernet with TCP timestamps: 1,448 bytes of payload in 1,538 bytes of wire time per frame.

import type { Law, LawSpec, Simulation } from '@powersim/kernel'
import { BusError, checkedNumber } from './errors.js'
import { checkedLaw } from './keyed-law.js'

export interface LinkParameters {
  /** Unique among the links and hops of a bus; names the link in statistics, observations and fate rules. */
  readonly name: string
  /** What the latency's draws are keyed by, with the command: `management`, `mailbox`, `rmc`. Links of one role see equal numbers. */
  readonly role: string
  /** One way, ns. */
  readonly latency: LawSpec
  /** Rate of each direction; Infinity: transmission takes no time. */
  readonly bitsPerSecond: number
  /** Bytes that a frame carries, headers included; 0: no framing, wire bytes = message bytes. Default 1500. */
  readonly mtuBytes?: number
  /** Headers inside the MTU: 20 IP + 20 TCP + 12 timestamps. Default 52. */
  readonly segmentOverheadBytes?: number
  /** Bytes of wire time around the MTU: 14 header + 4 check + 8 preamble + 12 gap of Ethernet. Default 38. */
  readonly frameOverheadBytes?: number
  /** Most unacknowledged bytes of a connection, each direction; 536 (smallest TCP segment) or more. Default 65,535 (no scaling). */
  readonly windowBytes?: number
  /** From `connect` until the server's transport must have answered, else it closes as `unreachable`. Default 3 s (estimate). */
  readonly connectTimeout?: LawSpec
  /** From `connect` until the handshake must be done, admission included, else it closes as `timed-out`. Default 60 s (estimate). */
  readonly setupTimeout?: LawSpec
  /** Round trips of the TLS handshake (1 to 8), after the one of the transport. Default 2 and 1 (TLS 1.2). */
  readonly handshakeRoundTrips?: { readonly full: number; readonly resumed: number }
  /** Bytes of a handshake. Default full 600 and 3,200, resumed 350 and 200 (estimate: a chain of two RSA-2048 certificates). */
  readonly handshakeBytes?: { readonly full: HandshakeBytes; readonly resumed: HandshakeBytes }
  /** Messages that wait for the transmitter, per direction; one more is dropped (`queue-full`). Default 65,536. */
  readonly queueLimit?: number
}

/** What each end sends in a handshake, all flights together. */
export type HandshakeBytes = readonly [client: number, server: number]

const MTU_BYTES = 1500
const SEGMENT_BYTES = 52
const FRAME_BYTES = 38
export const DEFAULT_WINDOW_BYTES = 65_535
export const MIN_WINDOW_BYTES = 536
export const DEFAULT_QUEUE_LIMIT = 65_536
const MAX_BYTES = 2 ** 30
const THREE_SECONDS = 3_000_000_000
const ONE_MINUTE = 60_000_000_000
const NS_BITS_PER_BYTE = 8e9

/** Checked parameters, with the laws compiled. */
export class LinkPlan {
  readonly name: string
  readonly role: string
  readonly latency: Law
  readonly bitsPerSecond: number
  readonly windowBytes: number
  readonly connectTimeout: Law
  readonly setupTimeout: Law
  readonly fullRoundTrips: number
  readonly resumedRoundTrips: number
  readonly fullBytes: HandshakeBytes
  readonly resumedBytes: HandshakeBytes
  readonly queueLimit: number
  private readonly payloadBytes: number
  private readonly segmentBytes: number
  private readonly overheadBytes: number

  /** Throws BusError `bad-parameter` with the path of the field. */
  constructor(simulation: Simulation, parameters: LinkParameters) {
    const { name, role, mtuBytes = MTU_BYTES, segmentOverheadBytes = SEGMENT_BYTES, frameOverheadBytes = FRAME_BYTES } = parameters
    this.name = checkedText('link.name', name)
    const path = `link '${name}'`
    this.role = checkedText(`${path}.role`, role)
    this.latency = checkedLaw(simulation, `${path}.latency`, parameters.latency)
    this.bitsPerSecond = checkedNumber(`${path}.bitsPerSecond`, parameters.bitsPerSecond, 1, Infinity, 'number')
    checkedNumber(`${path}.mtuBytes`, mtuBytes, 0, MAX_BYTES, 'integer')
    checkedNumber(`${path}.segmentOverheadBytes`, segmentOverheadBytes, 0, mtuBytes === 0 ? MAX_BYTES : mtuBytes - 1, 'integer')
    checkedNumber(`${path}.frameOverheadBytes`, frameOverheadBytes, 0, MAX_BYTES, 'integer')
    this.payloadBytes = mtuBytes === 0 ? 0 : mtuBytes - segmentOverheadBytes
    this.segmentBytes = segmentOverheadBytes
    this.overheadBytes = segmentOverheadBytes + frameOverheadBytes
    const { windowBytes = DEFAULT_WINDOW_BYTES, queueLimit = DEFAULT_QUEUE_LIMIT } = parameters
    this.windowBytes = checkedNumber(`${path}.windowBytes`, windowBytes, MIN_WINDOW_BYTES, Infinity, 'integer')
    this.queueLimit = checkedNumber(`${path}.queueLimit`, queueLimit, 0, 2 ** 24, 'integer')
    this.connectTimeout = checkedLaw(simulation, `${path}.connectTimeout`, parameters.connectTimeout ?? THREE_SECONDS)
    this.setupTimeout = checkedLaw(simulation, `${path}.setupTimeout`, parameters.setupTimeout ?? ONE_MINUTE)
    const { handshakeRoundTrips = { full: 2, resumed: 1 }, handshakeBytes = { full: [600, 3200], resumed: [350, 200] } } = parameters
    this.fullRoundTrips = checkedNumber(`${path}.handshakeRoundTrips.full`, handshakeRoundTrips.full, 1, 8, 'integer')
    this.resumedRoundTrips = checkedNumber(`${path}.handshakeRoundTrips.resumed`, handshakeRoundTrips.resumed, 1, 8, 'integer')
    this.fullBytes = checkedPair(`${path}.handshakeBytes.full`, handshakeBytes.full)
    this.resumedBytes = checkedPair(`${path}.handshakeBytes.resumed`, handshakeBytes.resumed)
  }

  /** Bytes of wire time that so many bytes of payload take. */
  wireBytes(bytes: number): number {
    return framed(bytes, this.payloadBytes, this.overheadBytes)
  }

  /** Frames that so many bytes of payload make: at least one. */
  framesOf(bytes: number): number {
    return this.payloadBytes === 0 ? 1 : Math.max(1, Math.ceil(bytes / this.payloadBytes))
  }

  /** Bytes of payload in the n-th frame of so many. */
  frameData(bytes: number, frame: number): number {
    return this.payloadBytes === 0 ? bytes : Math.max(0, Math.min(this.payloadBytes, bytes - frame * this.payloadBytes))
  }

  /** The same with the headers inside the MTU. */
  frameBytes(bytes: number, frame: number): number {
    return this.frameData(bytes, frame) + this.segmentBytes
  }

  /** Time that so many bytes of wire time take, in whole ns (halves up). */
  wireNs(wireBytes: number): number {
    return Math.round((wireBytes * NS_BITS_PER_BYTE) / this.bitsPerSecond)
  }
}

/** Bytes of wire time that a message of so many bytes takes on a link with these parameters, headers of segments and frames included. */
export function bytesOnWire(
  parameters: Pick<LinkParameters, 'mtuBytes' | 'segmentOverheadBytes' | 'frameOverheadBytes'>,
  bytes: number,
): number {
  const { mtuBytes = MTU_BYTES, segmentOverheadBytes = SEGMENT_BYTES, frameOverheadBytes = FRAME_BYTES } = parameters
  return framed(bytes, mtuBytes === 0 ? 0 : mtuBytes - segmentOverheadBytes, segmentOverheadBytes + frameOverheadBytes)
}

function framed(bytes: number, payloadBytes: number, overheadBytes: number): number {
  return payloadBytes === 0 ? bytes : bytes + Math.ceil(bytes / payloadBytes) * overheadBytes
}

function checkedText(path: string, text: string): string {
  if (typeof text === 'string' && text !== '' && !text.includes('\0')) return text
  throw new BusError('bad-parameter', path, `expected a text that is not empty, got ${JSON.stringify(text)}`)
}

function checkedPair(path: string, pair: HandshakeBytes): HandshakeBytes {
  if (!Array.isArray(pair) || pair.length !== 2) {
    throw new BusError('bad-parameter', path, `expected [client, server], got ${JSON.stringify(pair)}`)
  }
  return [checkedNumber(`${path}.0`, pair[0], 0, MAX_BYTES, 'integer'), checkedNumber(`${path}.1`, pair[1], 0, MAX_BYTES, 'integer')]
}
