// The parameters of the network server and of its management channel, their defaults with sources, and their check.
// Laws of time are LawSpecs in ns; fields of constant time say `Ns`. What NETS did is published without a single time: they are
// estimates, split so that the path costs about 0.3 ms of a 4 GHz core per command, to be swept.

import type { TlsCosts } from '@powersim/bus'
import { type Law, type LawSpec, minutes, ms, seconds, type Simulation, us } from '@powersim/kernel'
import { CRQ_ENTRIES, type FrameSizes, type VmcCapabilities } from '@powersim/protocol'
import { NetsError } from './errors.js'

/** What the partition offers to the hypervisor (the effective set is the minimum of both), and what its driver costs. */
export interface VmcParameters extends VmcCapabilities {
  /** Processor time of the driver per message buffer, sent or received, ns; hypercalls come on top. */
  readonly perBufferNs: number
  /** No free buffer: `wait` in line, or answer the command `busy` at once (the driver's write gives EBUSY). */
  readonly whenFull: 'wait' | 'busy'
  /** Commands of one console that may wait for a buffer; one more is answered `busy`. */
  readonly waitLimit: number
  /** A command that waits longer for a buffer is answered `busy`, and longer for its reply `failed`. */
  readonly replyTimeoutNs: number
}

export interface NetsParameters {
  readonly tls: TlsCosts
  /** The dispatcher's pool: `min` threads are made at start, more as sessions come, up to `max`. */
  readonly threads: { readonly min: number; readonly max: number }
  /** Processor time to make a thread. */
  readonly threadCreation: LawSpec
  /** NETSReceive: processor time to take a decrypted command in. */
  readonly receive: LawSpec
  /** NETSProcessMsg: processor time to decide on a command and hand it over. */
  readonly process: LawSpec
  /** NETSSend: processor time to hand a reply to the secure session. */
  readonly send: LawSpec
  readonly vmc: VmcParameters
  /** Without a channel for so long, NETS ends its sessions and takes none until the channel is ready again. */
  readonly channelGraceNs: number
  /** Sessions that may wait for a thread; one more is refused and counted. */
  readonly backlogLimit: number
  /** Commands of one session that may wait while another one is served; one more closes the session (`reset`). */
  readonly inboxLimit: number
  /** A session without a command for so long is closed as `timed-out`; null: never, as in the dissertation. */
  readonly idleTimeoutNs: number | null
  /** The console access password that `connection.authenticate` must carry. */
  readonly accessPassword: string
  readonly frames: FrameSizes
  /** How many of the first commands keep their stage times one by one, for tests and studies. */
  readonly residenceLogLimit: number
}

/** The dissertation's NETS: one thread at start, ten at most (snapshot 4.1), no idle timeout. */
export const defaultNetsParameters: NetsParameters = {
  tls: {
    fullHandshake: ms(3), // estimate: RSA-2048 private operation on a POWER core, 1.5 to 3 ms
    resumedHandshake: ms(0.2), // estimate
    perRecord: us(20), // estimate
    perByteNs: 7.5, // estimate: 30 cycles a byte at 4 GHz
  },
  threads: { min: 1, max: 10 }, // dissertation, snapshot 4.1
  threadCreation: us(50), // estimate
  receive: us(50), // estimate
  process: us(200), // estimate
  send: us(50), // estimate
  vmc: {
    version: 0x0101, // ibmvmc
    mtuBytes: 4096, // ibmvmc: 4,096 to 16,384
    poolSize: 32, // ibmvmc: 16 to 64
    maxHmcs: 2, // ibmvmc: 1 to 2, default 1; a system of the dissertation has one console or two
    crqEntries: CRQ_ENTRIES, // LoPAR: one page
    perBufferNs: us(30), // estimate
    whenFull: 'wait',
    waitLimit: 64, // estimate
    replyTimeoutNs: minutes(16), // the time of a mailbox's HMC class (skiboot hw/fsp/fsp.c), by analogy
  },
  channelGraceNs: seconds(10), // estimate
  backlogLimit: 64, // estimate
  inboxLimit: 1024, // estimate
  idleTimeoutNs: null,
  accessPassword: 'access',
  frames: { requestBytesMin: 1024, replyBytesMin: 4096 }, // estimate
  residenceLogLimit: 0,
}

/** Regions of one DMA window: the queue's page and every message buffer. */
const MAX_WINDOW_REGIONS = 4096
const MAX_NS = Number.MAX_SAFE_INTEGER

/** Throws NetsError `bad-parameter` with the path of the first bad field. Laws are checked when they are compiled. */
export function checkNetsParameters(parameters: NetsParameters): void {
  const { threads, vmc } = parameters
  checkInteger('threads.max', threads.max, 1, 1024)
  checkInteger('threads.min', threads.min, 0, threads.max)
  checkInteger('channelGraceNs', parameters.channelGraceNs, 0, MAX_NS)
  checkInteger('backlogLimit', parameters.backlogLimit, 0, 65_536)
  checkInteger('inboxLimit', parameters.inboxLimit, 1, 65_536)
  checkInteger('residenceLogLimit', parameters.residenceLogLimit, 0, 2 ** 24)
  if (parameters.idleTimeoutNs !== null) checkInteger('idleTimeoutNs', parameters.idleTimeoutNs, 1, MAX_NS)
  checkInteger('frames.replyBytesMin', parameters.frames.replyBytesMin, 0, 2 ** 20)
  checkInteger('vmc.version', vmc.version, 0x0100, 0xffff)
  checkInteger('vmc.mtuBytes', vmc.mtuBytes, 512, 16_384)
  checkInteger('vmc.poolSize', vmc.poolSize, 1, 256)
  checkInteger('vmc.maxHmcs', vmc.maxHmcs, 1, 255)
  checkInteger('vmc.poolSize * vmc.maxHmcs', vmc.poolSize * vmc.maxHmcs, 1, MAX_WINDOW_REGIONS - 1)
  checkInteger('vmc.crqEntries', vmc.crqEntries, 2, CRQ_ENTRIES)
  checkInteger('vmc.perBufferNs', vmc.perBufferNs, 0, MAX_NS)
  checkInteger('vmc.waitLimit', vmc.waitLimit, 0, 65_536)
  checkInteger('vmc.replyTimeoutNs', vmc.replyTimeoutNs, 1, MAX_NS)
  if (vmc.whenFull !== 'wait' && vmc.whenFull !== 'busy') throw bad('vmc.whenFull', "'wait' or 'busy'", vmc.whenFull satisfies never)
}

/** Compiles a law; what the kernel refuses becomes a NetsError `bad-parameter` with the field's path. */
export function checkedLaw(simulation: Simulation, path: string, spec: LawSpec): Law {
  try {
    return simulation.law(spec)
  } catch (error) {
    throw new NetsError('bad-parameter', path, error instanceof Error ? error.message : String(error))
  }
}

function checkInteger(path: string, value: number, from: number, to: number): void {
  if (!(Number.isInteger(value) && value >= from && value <= to)) throw bad(path, `an integer from ${from} to ${to}`, value)
}

function bad(path: string, expected: string, got: unknown): NetsError {
  return new NetsError('bad-parameter', `nets.${path}`, `expected ${expected}, got ${String(got)}`)
}
