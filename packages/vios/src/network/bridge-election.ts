// Which of two shared Ethernet adapters on the same VLANs bridges. They hear each other on a control channel, a VLAN of their own, and each
// looks after its adapters and, if told so, whether an address outside answers.
// States: waiting -nobody bridges, or none with a better priority-> bridging -a better one bridges, or unhealthy-> standby, waiting.
// Whoever hears nothing from the other one for some heartbeats takes over. One that was down or unhealthy takes the work back from a
// worse one only when it has been healthy for long, so that a failing server does not swing.

import type { Simulation, Timer } from '@powersim/kernel'
import { BROADCAST_MAC, type EthernetFrame, type EthernetPort } from '@powersim/protocol'
import { ViosError } from '../errors.js'
import type { TrunkPort } from './shared-ethernet.js'

export interface ElectionOptions {
  /** The adapter on the control channel. */
  readonly control: EthernetPort
  /** 1 is the best; the trunk priority of the adapter. */
  readonly priority: number
  /** Default 200 ms (estimate: fail-over was seen within 1 s). */
  readonly heartbeatNs?: number
  /** Heartbeats without a word from the other one before it counts as dead. Default 3 (estimate). */
  readonly missed?: number
  /** Default 600 s: health_time_req of an SEA. */
  readonly healthTimeNs?: number
  /** An address outside that must answer; null: none is asked. Default every 1 s, three times in vain is unhealthy (SEA netaddr). */
  readonly ping?: { readonly mac: number; readonly everyNs?: number; readonly tries?: number } | null
}

/** What an election holds of its bridge. */
export interface ElectionWiring {
  readonly trunk: TrunkPort
  readonly physical: EthernetPort
  readonly began: () => void
  readonly ended: () => void
  /** Addresses behind the trunk, shared with the other one. */
  readonly clients: Set<number>
}

/** What one tells the other. */
class Heartbeat {
  readonly priority: number
  readonly bridging: boolean
  readonly healthy: boolean
  readonly clients: readonly number[]

  constructor(priority: number, bridging: boolean, healthy: boolean, clients: readonly number[]) {
    this.priority = priority
    this.bridging = bridging
    this.healthy = healthy
    this.clients = clients
  }
}

/** An echo request, and its answer. */
class Ping {
  readonly answer: boolean

  constructor(answer: boolean) {
    this.answer = answer
  }
}

/** Shortest frames: heartbeats, echoes, announcements (IEEE 802.3, without check sequence). */
const SHORT_BYTES = 60

export class BridgeElection {
  bridging = false
  readonly #simulation: Simulation
  readonly #wiring: ElectionWiring
  readonly #control: EthernetPort
  readonly #priority: number
  readonly #heartbeatNs: number
  readonly #silenceNs: number
  readonly #healthTimeNs: number
  readonly #ping: { readonly mac: number; readonly everyNs: number; readonly tries: number } | null
  readonly #beat: Timer
  readonly #ask: Timer
  #partner: Heartbeat | null = null
  #heardNs = 0
  #startedNs = 0
  /** Infinity: it is not healthy. */
  #healthySinceNs = Infinity
  #unanswered = 0

  /** Throws ViosError `bad-parameter`. */
  constructor(simulation: Simulation, name: string, options: ElectionOptions, wiring: ElectionWiring) {
    const { control, priority, heartbeatNs = 200_000_000, missed = 3, healthTimeNs = 600_000_000_000, ping = null } = options
    if (!Number.isInteger(priority) || priority < 1 || priority > 15 || !(heartbeatNs >= 1000) || !(missed >= 1) || !(healthTimeNs >= 0)) {
      throw new ViosError('bad-parameter', `${name}.failover`, 'expected a priority from 1 to 15, a heartbeat of 1 us or more, one to miss')
    }
    this.#simulation = simulation
    this.#wiring = wiring
    this.#control = control
    this.#priority = priority
    this.#heartbeatNs = heartbeatNs
    this.#silenceNs = missed * heartbeatNs
    this.#healthTimeNs = healthTimeNs
    this.#ping = ping === null ? null : { everyNs: 1_000_000_000, tries: 3, ...ping }
    this.#beat = simulation.timer(
      simulation.handler<null>(`${name}.heartbeat`, () => this.#tick()),
      null,
    )
    this.#ask = simulation.timer(
      simulation.handler<null>(`${name}.ping`, () => this.#askOutside()),
      null,
    )
  }

  start(): void {
    this.#startedNs = this.#simulation.now
    this.#partner = null
    this.#unanswered = 0
    // A server that runs when time begins has been up for long.
    this.#healthySinceNs = this.#startedNs === 0 ? -Infinity : this.#startedNs
    this.#control.deliverTo((frame) => this.#heard(frame))
    this.#beat.start(0)
    if (this.#ping !== null) this.#ask.start(this.#ping.everyNs)
  }

  stop(): void {
    this.bridging = false
    this.#control.deliverTo(null)
    this.#beat.stop()
    this.#ask.stop()
  }

  /** The hypervisor has another active trunk adapter. */
  overruled(): void {
    this.#leave()
  }

  /** Whether a frame from outside is the answer to an echo: nothing to bridge. */
  answered({ content }: EthernetFrame): boolean {
    if (!(content instanceof Ping) || !content.answer) return false
    this.#unanswered = 0
    return true
  }

  #tick(): void {
    this.#decide()
    this.#say()
    this.#beat.start(this.#heartbeatNs)
  }

  #say(): void {
    const { clients } = this.#wiring
    const content = new Heartbeat(this.#priority, this.bridging, this.#healthy, [...clients])
    this.#control.send({ source: this.#control.mac, destination: BROADCAST_MAC, vlan: 0, bytes: SHORT_BYTES, content })
  }

  #heard({ content }: EthernetFrame): void {
    if (!(content instanceof Heartbeat)) return
    this.#partner = content
    this.#heardNs = this.#simulation.now
    if (!this.bridging) for (const client of content.clients) this.#wiring.clients.add(client)
    this.#decide()
  }

  get #healthy(): boolean {
    return this.#healthySinceNs !== Infinity
  }

  #decide(): void {
    const { now } = this.#simulation
    const { trunk, physical } = this.#wiring
    const up = trunk.up && physical.up && this.#unanswered < (this.#ping?.tries ?? 1)
    if (!up) {
      // An adapter that is still being configured was never healthy, so it loses nothing.
      if (trunk.up) this.#healthySinceNs = Infinity
      if (this.bridging) this.#leave()
      return
    }
    if (!this.#healthy) this.#healthySinceNs = now
    const partner = this.#partner !== null && now - this.#heardNs < this.#silenceNs ? this.#partner : null
    if (this.bridging) {
      if (partner !== null && partner.bridging && partner.priority < this.#priority) this.#leave()
    } else if (this.#mayBegin(partner, now)) this.#begin()
  }

  #mayBegin(partner: Heartbeat | null, now: number): boolean {
    const waited = now - this.#startedNs >= this.#silenceNs
    if (partner === null) return waited || (this.#partner === null && this.#wiring.trunk.isActive)
    const better = this.#priority < partner.priority
    if (partner.bridging) return better && now - this.#healthySinceNs >= this.#healthTimeNs
    return better || (!partner.healthy && waited)
  }

  #begin(): void {
    if (!this.#wiring.trunk.becomeActive()) return
    this.bridging = true
    this.#say()
    this.#wiring.began()
  }

  #leave(): void {
    this.bridging = false
    this.#wiring.ended()
    this.#say()
  }

  #askOutside(): void {
    const { physical } = this.#wiring
    const ping = this.#ping
    if (ping === null) return
    this.#unanswered++
    physical.send({ source: physical.mac, destination: ping.mac, vlan: 0, bytes: SHORT_BYTES, content: new Ping(false) })
    this.#decide()
    this.#ask.start(ping.everyNs)
  }
}

/** A frame that tells the network outside where a client is. */
export function announcementOf(client: number): EthernetFrame {
  return { source: client, destination: BROADCAST_MAC, vlan: 0, bytes: SHORT_BYTES, content: null }
}

/** Makes a station answer echoes, as a router does. */
export function answerPings(station: EthernetPort): void {
  station.deliverTo(({ source, content }) => {
    if (!(content instanceof Ping) || content.answer) return
    station.send({ source: station.mac, destination: source, vlan: 0, bytes: SHORT_BYTES, content: new Ping(true) })
  })
}
