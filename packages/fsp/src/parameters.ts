// What a service processor is made of and what its work costs. A preset gives each value with its source.
// Simulated time only: what a run costs the host is nobody's parameter.

import type { TlsCosts } from '@powersim/bus'
import type { LawSpec } from '@powersim/kernel'
import type { FrameSizes, WriteLockOptions } from '@powersim/protocol'
import type { AccessParameters } from './access.js'
import type { SurveillanceParameters } from './host/host-surveillance.js'
import type { PowerParameters } from './power/system-power.js'
import type { FailoverParameters } from './redundancy.js'
import type { RuntimeParameters, ServiceParameters } from './service/service-parameters.js'

/** Work that the service processor does for the server itself, again and again. */
export interface BackgroundTask {
  readonly name: string
  /** From one due time to the next, ns. */
  readonly every: LawSpec
  /** Processor time of one run, ns. */
  readonly work: LawSpec
}

export interface FspParameters {
  readonly tls: TlsCosts
  /** Processor time to take a hypervisor's command in and post it to the mailbox, ns. */
  readonly forwardIn: LawSpec
  /** Processor time to take the hypervisor's reply and hand it to the session, ns. */
  readonly forwardOut: LawSpec
  /** Processor time of the commands that it serves itself, ns. */
  readonly serve: {
    readonly channel: LawSpec
    readonly query: LawSpec
    readonly power: LawSpec
    readonly service: LawSpec
  }
  /**
   * `pipelined`: commands overlap (the HMC classes are exempt from one outstanding message, skiboot hw/fsp/fsp.c).
   * `serial`: the interface process serves one command from reading it off the session to its sealed reply (assumption by symmetry).
   */
  readonly hmcClass: 'pipelined' | 'serial'
  /** Commands inside, forwarded or served, before new ones are answered `busy`. */
  readonly commandLimit: number
  /** Secure sessions at the same time; more are refused. */
  readonly connectionLimit: number
  /** A forwarded command without a reply fails after this time, ns (HMC class: 16 minutes, skiboot), at the next look at such. */
  readonly mailboxTimeoutNs: number
  readonly background: readonly BackgroundTask[]
  readonly power: PowerParameters
  /** How server and service processor watch each other. */
  readonly surveillance: SurveillanceParameters
  /** For a server with two service processors. */
  readonly failover: FailoverParameters
  /** From a reset of the service processor until it serves again, ns. */
  readonly reset: LawSpec
  readonly access: AccessParameters
  /** Oldest console that is served, as versions compare (`V7R3.5.0`); empty: any. */
  readonly oldestConsole: string
  /** The lock on changes of the system, kept here; null: it is kept elsewhere or nowhere. */
  readonly writeLock: WriteLockOptions | null
  readonly frames: FrameSizes
  readonly service: ServiceParameters
  readonly runtime: RuntimeParameters
}

/** The server that this is the service processor of. */
export interface SystemIdentity {
  readonly name: string
  /** `8203-E4A` */
  readonly typeModel: string
  /** `10ACE01` */
  readonly serialNumber: string
}
