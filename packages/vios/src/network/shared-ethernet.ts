// A shared Ethernet adapter (SEA): a bridge between a trunk adapter on a virtual switch and a physical adapter. Every frame costs processor
// time of its server, hypercalls included, so that a busy server is a slow bridge. Who of two servers bridges is bridge-election.ts.
// Frames pass in order; no copy of a frame is made here, and none is sent twice.

import type { Handler, Simulation } from '@powersim/kernel'
import type { EthernetFrame, EthernetPort, GuestPort } from '@powersim/protocol'
import { ViosError } from '../errors.js'
import { announcementOf, BridgeElection, type ElectionOptions } from './bridge-election.js'

/** An adapter that can be the active trunk adapter of its VLANs. */
export interface TrunkPort extends EthernetPort {
  /** Whether the hypervisor gives it the frames for outside. */
  readonly isActive: boolean
  /** Makes it the active one. False: it cannot be. */
  becomeActive(): boolean
}

export interface SharedEthernetCosts {
  /** Processor time per frame, either way, ns. */
  readonly perFrameNs: number
  /** And per byte of it, ns. */
  readonly perByteNs: number
}

/**
 * From the sizing rule of IBM for POWER5 (one core of 1.65 GHz for 1 Gb/s at an MTU of 1500, half of one at 9000): 14.0 cycles a byte of
 * payload at 117.7 MB/s, and 6.7 at 123.8 MB/s. From both, a frame takes 12,300 cycles and each byte of it 5.25: just below the rule.
 */
export function seaCosts(clockHz: number): SharedEthernetCosts {
  return { perFrameNs: (12_300 * 1e9) / clockHz, perByteNs: (5.25 * 1e9) / clockHz }
}

export interface SharedEthernetOptions {
  readonly name: string
  readonly costs: SharedEthernetCosts
  /** With a second server: who bridges. null: this one always does. */
  readonly failover: ElectionOptions | null
  /** Frames that wait for the processor; one more is dropped. Default 8192 (estimate). */
  readonly queueLimit?: number
}

export interface SharedEthernetCounts {
  /** Frames that came while it bridged. received = forwarded + refused + overrun + lost + waiting. */
  received: number
  forwarded: number
  /** The adapter or the hypervisor did not take it, or not for all receivers. */
  refused: number
  overrun: number
  /** Inside when the server died, or when another one took over. */
  lost: number
  /** Frames that came while it did not bridge. */
  ignored: number
  /** Processor time asked for, ns. */
  workNs: number
  /** Times that it began to bridge. */
  takeovers: number
}

/** Frames of one piece of processor work. */
const BATCH = 16
const QUEUE_LIMIT = 8192
/** Addresses of clients that it remembers. */
const MAX_CLIENTS = 4096

export class SharedEthernet {
  readonly counts: SharedEthernetCounts = {
    received: 0,
    forwarded: 0,
    refused: 0,
    overrun: 0,
    lost: 0,
    ignored: 0,
    workNs: 0,
    takeovers: 0,
  }
  readonly #simulation: Simulation
  readonly #trunk: TrunkPort
  readonly #physical: EthernetPort
  readonly #options: SharedEthernetOptions
  readonly #queueLimit: number
  readonly #election: BridgeElection | null
  readonly #worked: Handler<number>
  /** Addresses behind the trunk adapter, so that the network outside can be told where they are. */
  readonly #clients = new Set<number>()
  #guest: GuestPort | null = null
  #life = 0
  #queue: EthernetFrame[] = []
  /** By place in the queue: whether the frame goes out. */
  #outward: boolean[] = []
  #batch = 0

  /** Throws ViosError `bad-parameter`. */
  constructor(simulation: Simulation, trunk: TrunkPort, physical: EthernetPort, options: SharedEthernetOptions) {
    const { name, costs, failover, queueLimit = QUEUE_LIMIT } = options
    if (!(costs.perFrameNs >= 0 && costs.perByteNs >= 0 && costs.perFrameNs + costs.perByteNs < 1e9)) {
      throw new ViosError('bad-parameter', `${name}.costs`, `expected times from 0 to 1 s, got ${costs.perFrameNs} and ${costs.perByteNs}`)
    }
    this.#simulation = simulation
    this.#trunk = trunk
    this.#physical = physical
    this.#options = options
    this.#queueLimit = queueLimit
    this.#worked = simulation.handler<number>(`${name}.bridged`, (life) => this.#forward(life))
    this.#election =
      failover === null
        ? null
        : new BridgeElection(simulation, name, failover, {
            trunk,
            physical,
            began: () => this.#announce(),
            ended: () => this.#dropAll(),
            clients: this.#clients,
          })
  }

  /** Whether frames pass now. */
  get bridging(): boolean {
    return this.#guest !== null && (this.#election === null ? this.#trunk.up : this.#election.bridging)
  }

  /** Frames that wait for the processor, or for the work on them to end. */
  get waiting(): number {
    return this.#queue.length
  }

  start(guest: GuestPort): void {
    this.#guest = guest
    this.#trunk.deliverTo((frame) => this.#came(frame, true))
    this.#physical.deliverTo((frame) => this.#came(frame, false))
    this.#election?.start()
  }

  stop(): void {
    this.#guest = null
    this.#trunk.deliverTo(null)
    this.#physical.deliverTo(null)
    this.#dropAll()
    this.#clients.clear()
    this.#election?.stop()
  }

  /** Checks the books. */
  check(): void {
    const { received, forwarded, refused, overrun, lost } = this.counts
    this.#simulation.invariant(
      received === forwarded + refused + overrun + lost + this.waiting,
      'sea: frames in = frames out + lost + inside',
    )
  }

  #came(frame: EthernetFrame, outward: boolean): void {
    if (!outward && this.#election?.answered(frame) === true) return
    if (!this.bridging) {
      this.counts.ignored++
      return
    }
    this.counts.received++
    if (this.#queue.length >= this.#queueLimit) {
      this.counts.overrun++
      return
    }
    if (outward && this.#clients.size < MAX_CLIENTS) this.#clients.add(frame.source)
    this.#put(frame, outward)
  }

  #put(frame: EthernetFrame, outward: boolean): void {
    this.#queue.push(frame)
    this.#outward.push(outward)
    if (this.#batch === 0) this.#work()
  }

  #work(): void {
    const { costs } = this.#options
    this.#batch = Math.min(BATCH, this.#queue.length)
    if (this.#batch === 0) return
    let workNs = costs.perFrameNs * this.#batch
    for (let n = 0; n < this.#batch; n++) workNs += costs.perByteNs * this.#queue[n]!.bytes
    workNs = Math.round(workNs)
    this.counts.workNs += workNs
    this.#guest?.run(workNs, this.#worked, this.#life)
  }

  #forward(life: number): void {
    if (life !== this.#life || this.#guest === null) return
    // The hypervisor has one active trunk adapter: whoever is it no more has lost its frames.
    if (this.#election !== null && !this.#trunk.isActive) {
      this.#election.overruled()
      return
    }
    const frames = this.#queue.splice(0, this.#batch)
    const outward = this.#outward.splice(0, this.#batch)
    for (let n = 0; n < frames.length; n++) {
      const taken = (outward[n] === true ? this.#physical : this.#trunk).send(frames[n]!)
      if (taken) this.counts.forwarded++
      else this.counts.refused++
    }
    this.#work()
  }

  /** Tells the network outside behind which port its clients are now, with a frame for each. */
  #announce(): void {
    this.counts.takeovers++
    for (const client of this.#clients) {
      this.counts.received++
      this.#put(announcementOf(client), true)
    }
  }

  #dropAll(): void {
    this.#life++
    this.counts.lost += this.#queue.length
    this.#queue = []
    this.#outward = []
    this.#batch = 0
  }
}
