// The flexible service processor: wires its processor, its interface to consoles, the mailbox to the hypervisor, the server's power and
// its own background work. It lives on its own power boundary: it serves while the server is off.

import type { Bus, Endpoint, Link } from '@powersim/bus'
import { type Handler, type KeyedDraws, type Law, Sample, type Simulation, type StationStatistics } from '@powersim/kernel'
import { address, FLAG_EVENT, type HypervisorPower, type SystemState, type WorkObserver, WriteLock } from '@powersim/protocol'
import { Access } from './access.js'
import { Background } from './background.js'
import { HmcInterface } from './hmc-interface.js'
import { Mailbox } from './mailbox.js'
import type { FspParameters, SystemIdentity } from './parameters.js'
import { ReferenceCodes } from './power/reference-codes.js'
import { SerialGate } from './serial-gate.js'
import { ServiceProcessor } from './service-processor.js'
import { type PowerOnGoal, SystemPower } from './power/system-power.js'

export interface FspWiring {
  /** Instance number in addresses, 1 to 4095: the system's number. */
  readonly number: number
  readonly identity: SystemIdentity
  readonly hypervisor: HypervisorPower
  readonly initialState: Extract<SystemState, 'Operating' | 'Power Off'>
}

export class Fsp {
  readonly endpoint: Endpoint
  private readonly simulation: Simulation
  private readonly processor: ServiceProcessor
  private readonly interface: HmcInterface
  private readonly mailboxToPhyp: Mailbox
  private readonly power: SystemPower
  private readonly background: Background
  private readonly backgroundLatencies = new Sample()
  private readonly resetLaw: Law
  private readonly resetDraws: KeyedDraws
  private readonly reloaded: Handler<number>
  private resets = 0

  constructor(simulation: Simulation, bus: Bus, parameters: FspParameters, wiring: FspWiring) {
    const { identity, hypervisor } = wiring
    this.simulation = simulation
    this.processor = new ServiceProcessor(simulation, identity.name)
    const gate = new SerialGate(simulation, this.processor, parameters.hmcClass === 'serial', `${identity.name}.fsp`)
    this.endpoint = bus.endpoint({
      name: `${identity.name}.fsp`,
      address: address('fsp', wiring.number),
      tls: parameters.tls,
      compute: (purpose, message, _connection, workNs, then, argument) => {
        if (purpose === 'open') gate.open(workNs, then, argument, message)
        else if (purpose === 'seal' && message !== null && (message.flags & FLAG_EVENT) === 0) gate.seal(workNs, then, argument, message)
        else this.processor.run(workNs, then, argument, purpose, message)
      },
      accept: (connection) => this.interface.accept(connection),
      received: (message, connection) => {
        if (connection === null) this.interface.repliedBy(message)
        else this.interface.received(message, connection)
      },
      closed: (connection) => this.interface.closed(connection),
    })
    const { mailboxTimeoutNs } = parameters
    this.mailboxToPhyp = new Mailbox(simulation, bus, this.endpoint, mailboxTimeoutNs, (command) => this.interface.expired(command))
    const codes = new ReferenceCodes(simulation)
    this.power = new SystemPower(simulation, parameters.power, wiring.initialState, {
      system: identity.name,
      hypervisor,
      codes,
      changed: () => this.stateChanged(hypervisor),
    })
    this.interface = new HmcInterface(simulation, parameters, {
      endpoint: this.endpoint,
      identity,
      processor: this.processor,
      mailbox: this.mailboxToPhyp,
      gate,
      access: new Access(simulation, parameters.access),
      writeLock: parameters.writeLock === null ? null : new WriteLock(parameters.writeLock),
      serving: { simulation, identity, power: this.power, codes, hypervisorRunning: () => hypervisor.running },
      managed: (sessions) => hypervisor.managed(sessions),
    })
    this.background = new Background(simulation, identity.name, parameters.background, this.processor, (latencyNs) =>
      this.backgroundLatencies.add(latencyNs),
    )
    this.resetLaw = simulation.law(parameters.reset)
    this.resetDraws = simulation.draws('fsp.reset', identity.name)
    this.reloaded = simulation.handler(`${identity.name}.fsp.reloaded`, (reset: number) => this.reload(reset))
    this.background.start()
  }

  /** State of the server as the service processor sees it. */
  get state(): SystemState {
    return this.power.state
  }

  /** Joins the mailbox to the hypervisor's link. */
  mailbox(link: Link): void {
    this.mailboxToPhyp.connect(link)
  }

  /** Powers the server on, as the operator panel does; false when it is not off. */
  powerOn(goal: PowerOnGoal = 'autostart'): boolean {
    return this.power.on(goal)
  }

  /** Powers the server off, as the operator panel does; false when it is off already. */
  powerOff(immediate = false): boolean {
    return this.power.off(immediate, false)
  }

  /** Resets the service processor: its sessions end, the server runs on, and it serves again after the reload. */
  reset(): void {
    const reset = ++this.resets
    this.processor.reset()
    this.interface.reset()
    this.background.pause()
    this.power.pause()
    this.endpoint.reachable = false
    this.simulation.schedule(this.resetLaw.sample(this.resetDraws.cursor(reset)), this.reloaded, reset)
  }

  /** Tells of every piece of work of its processor from now on. Changes nothing of the run. */
  observe(work: WorkObserver): void {
    this.processor.observer = work
  }

  statistics(): FspStatistics {
    return {
      processor: this.processor.statistics(),
      ownLatencies: this.interface.ownLatencies,
      backgroundLatencies: this.backgroundLatencies,
      backgroundSkipped: this.background.skipped,
      resets: this.resets,
      reposted: this.mailboxToPhyp.reposted,
      unmatched: this.mailboxToPhyp.unmatched,
      ...this.interface.counts,
      inside: this.interface.inside,
    }
  }

  private reload(reset: number): void {
    // A second reset while the first reload was under way starts over.
    if (reset !== this.resets) return
    this.endpoint.reachable = true
    this.background.resume()
    this.power.resume()
    this.mailboxToPhyp.repost()
  }

  private stateChanged(hypervisor: HypervisorPower): void {
    if (!hypervisor.running) this.interface.hypervisorStopped()
    this.interface.announce()
  }
}

export interface FspStatistics {
  readonly processor: StationStatistics
  /** Latencies of the commands that it served itself, ns. */
  readonly ownLatencies: Sample
  /** Latencies of its background work, ns, from due to done. */
  readonly backgroundLatencies: Sample
  /** Runs of background work that were left out: too many of the same task were unfinished. */
  readonly backgroundSkipped: number
  readonly resets: number
  /** Posted commands that were sent to the hypervisor again after a reload. */
  readonly reposted: number
  /** Replies of the hypervisor that no posted command waits for. */
  readonly unmatched: number
  /** Commands read off sessions = busy + unauthenticated + locked + forwarded + served = answered + unanswerable + lostByReset + inside. */
  readonly received: number
  readonly busy: number
  readonly unauthenticated: number
  /** Taken in for the hypervisor, which may turn out not to run. */
  readonly forwarded: number
  /** Taken in to be served here. */
  readonly served: number
  /** Replies given to a session. */
  readonly answered: number
  /** Replies that nobody could be given: the session had ended. */
  readonly unanswerable: number
  /** Commands that a reset caught on this processor. Those it caught in the mailbox stay inside. */
  readonly lostByReset: number
  readonly inside: number
  readonly refusedSessions: number
  /** Commands that were refused because another console is changing the system. */
  readonly locked: number
}
