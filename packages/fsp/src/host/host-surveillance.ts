// How the server watches its service processor, and resets one that is lost: skiboot hw/fsp/fsp-surveillance.c, fsp.c, psi.c.
// States: watching -> (a heartbeat stays unanswered) -> critical (an operation that must not be cut is let finish) -> preparing (the
// service processor is asked to get ready) -> resetting (the link is polled until it is back) -> watching; given up after the recovery
// time, and watching again if it comes back all the same.
// Heartbeats that are answered are no events of this class: when the next one is due follows from when the hypervisor started.

import type { Handler, Simulation, Timer } from '@powersim/kernel'

export interface SurveillanceParameters {
  /** From one heartbeat of the hypervisor to the next, ns. */
  readonly heartbeatNs: number
  /** An unanswered heartbeat counts as lost after this time, ns. */
  readonly answerNs: number
  /** The service processor counts a hypervisor as gone that it has not heard of for this time, ns. */
  readonly silenceNs: number
  /** A critical operation of the service processor is waited for so long before a reset, ns. */
  readonly criticalNs: number
  /** So long it may take to get ready for a reset, ns. */
  readonly prepareNs: number
  /** From one look at the link to the next while it is down, ns. */
  readonly pollNs: number
  /** A service processor that is not back after this time is given up, ns. */
  readonly recoveryNs: number
  /** From one look at unanswered messages of the mailbox to the next, ns. */
  readonly checkNs: number
}

export interface SurveillanceWiring {
  readonly name: string
  /** Whether the service processor answers at all, and whether it is in an operation that must not be cut. */
  readonly answers: () => boolean
  readonly critical: () => boolean
  readonly reset: () => void
  /** The link is back. */
  readonly linkUp: () => void
}

export class HostSurveillance {
  /** Resets that the server has begun. */
  resets = 0
  givenUp = 0
  /** When a lost service processor was noticed last; -1: never. */
  noticedNs = -1
  state: 'watching' | 'critical' | 'preparing' | 'resetting' | 'given-up' = 'watching'
  private readonly simulation: Simulation
  private readonly parameters: SurveillanceParameters
  private readonly wiring: SurveillanceWiring
  private readonly unanswered: Timer
  private readonly waited: Timer
  private readonly polled: Timer
  private readonly lost: Timer
  /** When the hypervisor started, and with it the heartbeats; -1: none are sent. */
  private beatingSinceNs: number
  private resetNs = 0

  constructor(simulation: Simulation, parameters: SurveillanceParameters, wiring: SurveillanceWiring, beats: boolean) {
    const timer = (what: string, body: () => void): Timer => {
      const handler: Handler<undefined> = simulation.handler(`${wiring.name}.${what}`, body)
      return simulation.timer(handler, undefined)
    }
    this.simulation = simulation
    this.parameters = parameters
    this.wiring = wiring
    this.beatingSinceNs = beats ? simulation.now : -1
    this.unanswered = timer('heartbeat-lost', () => this.notice())
    this.waited = timer('reset-waited', () => this.proceed())
    this.polled = timer('link-polled', () => this.foundUp())
    this.lost = timer('given-up', () => this.giveUp())
  }

  /** The hypervisor runs from now on, or no more. */
  hypervisor(runs: boolean): void {
    this.beatingSinceNs = runs ? this.simulation.now : -1
    if (!runs) this.unanswered.stop()
    else if (!this.wiring.answers()) this.silent(this.simulation.now)
  }

  /** When the last heartbeat was sent; -1: none. */
  lastBeatNs(): number {
    const since = this.beatingSinceNs
    if (since < 0) return -1
    const { heartbeatNs } = this.parameters
    return since + Math.floor((this.simulation.now - since) / heartbeatNs) * heartbeatNs
  }

  /** The service processor has stopped answering: a heartbeat sent at `fromNs` or later will be missed. */
  silent(fromNs: number): void {
    if (this.beatingSinceNs < 0 || this.state !== 'watching' || this.unanswered.active) return
    const { heartbeatNs, answerNs } = this.parameters
    const beats = Math.ceil((fromNs - this.beatingSinceNs) / heartbeatNs)
    const missedNs = this.beatingSinceNs + beats * heartbeatNs
    this.unanswered.start(Math.max(0, missedNs + answerNs - this.simulation.now))
  }

  /** It answers again before it was given up. */
  answered(): void {
    this.unanswered.stop()
  }

  /** It is lost: a heartbeat or another message of the mailbox has had its time. */
  notice(): void {
    if (this.state !== 'watching') return
    this.unanswered.stop()
    this.noticedNs = this.simulation.now
    if (this.wiring.critical() && this.wiring.answers()) {
      this.state = 'critical'
      this.waited.start(this.parameters.criticalNs)
    } else this.prepare()
  }

  /** The operation that must not be cut is over. */
  criticalOver(): void {
    if (this.state === 'critical') this.proceed()
  }

  /** It is reset, by whomever: the link is down from now on. */
  linkDown(): void {
    this.unanswered.stop()
    this.waited.stop()
    this.polled.stop()
    this.state = 'resetting'
    this.resetNs = this.simulation.now
    this.lost.start(this.parameters.recoveryNs)
  }

  /** It serves again: the next look at the link finds that. */
  serves(): void {
    const { pollNs } = this.parameters
    const downNs = this.simulation.now - this.resetNs
    this.polled.start(Math.ceil(downNs / pollNs) * pollNs - downNs)
  }

  private proceed(): void {
    this.waited.stop()
    if (this.state === 'critical') this.prepare()
    else if (this.state === 'preparing') this.reset()
  }

  /** One that answers is ready at once; one that does not is waited for. */
  private prepare(): void {
    this.state = 'preparing'
    if (this.wiring.answers()) this.reset()
    else this.waited.start(this.parameters.prepareNs)
  }

  private reset(): void {
    this.resets++
    this.wiring.reset()
  }

  private foundUp(): void {
    this.lost.stop()
    this.state = 'watching'
    this.wiring.linkUp()
  }

  private giveUp(): void {
    this.state = 'given-up'
    this.givenUp++
  }
}
