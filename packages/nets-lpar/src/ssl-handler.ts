// The SSLHandler of one secure session (dissertation 4.2): NETSReceive -> ProcessMessage -> NETSSend, strictly one command after
// the other, on one pool thread for as long as the session lives. ProcessMessage is synchronous: a command that is under way is
// served to its end even if its session has closed meanwhile; then the thread is given back.
// States: waiting (for a thread) -> admitted (handshake) -> idle <-> serving -> gone; serving -session closes-> leaving -> gone.

import type { Connection, Endpoint } from '@powersim/bus'
import type { Handler, Simulation, Timer } from '@powersim/kernel'
import { FLAG_EVENT, FLAG_REPLY, type Message, type StatusName } from '@powersim/protocol'
import type { ChannelCommands, CommandSession } from './channel-commands.js'
import type { GuestWork } from './guest-work.js'
import type { SessionObserver } from './session-observer.js'
import type { StageWork } from './stage-work.js'
import { BUFFER, CommandClock, PROCESS, RECEIVE, SEND, type StageLedger } from './stages.js'
import type { ThreadPool, ThreadUser } from './thread-pool.js'
import type { ManagementChannel } from './vmc/channel.js'
import type { ConsoleShare } from './vmc/console-share.js'
import type { Traveller, Trip } from './vmc/trip.js'

export type HandlerState = 'waiting' | 'admitted' | 'idle' | 'serving' | 'leaving' | 'gone'

export interface SessionCounts {
  /** Sessions admitted, and closed by NETS: idle too long, or more commands waiting than the inbox takes. */
  admitted: number
  timedOut: number
  overrun: number
  /** Commands that came. = finished + discarded + those inside. */
  arrived: number
  finished: number
  /** Commands that were not served: their session or NETS ended before their turn, or before their end. */
  discarded: number
  /** Of the finished: forwarded to the hypervisor and answered by it; refused by NETS; reply without a session to send it on. */
  forwarded: number
  refused: number
  unanswerable: number
  /** Replies and events from a console: not for NETS, dropped. */
  unexpected: number
}

/** What all handlers share; kept by nets.ts. */
export interface HandlerSurroundings {
  readonly simulation: Simulation
  readonly work: GuestWork
  readonly pool: ThreadPool
  readonly channel: ManagementChannel
  readonly commands: ChannelCommands
  readonly ledger: StageLedger
  readonly stageWork: StageWork
  readonly counts: SessionCounts
  readonly endpoint: Endpoint
  readonly inboxLimit: number
  readonly idleTimeoutNs: number | null
  readonly received: Handler<SslHandler>
  readonly processed: Handler<SslHandler>
  readonly sent: Handler<SslHandler>
  readonly idleTooLong: Handler<SslHandler>
  /** Null: nobody watches. */
  observer: SessionObserver | null
  /** The handler has given everything back. */
  ended(handler: SslHandler): void
}

export class SslHandler implements ThreadUser, Traveller, CommandSession {
  readonly connection: Connection
  state: HandlerState = 'waiting'
  readonly #around: HandlerSurroundings
  readonly #clock = new CommandClock()
  readonly #trip: Trip
  readonly #idleTimer: Timer
  // Commands in the session's socket, oldest at `#inboxHead`, and when they came.
  readonly #inbox: Message[] = []
  readonly #inboxNs: number[] = []
  #inboxHead = 0
  #share: ConsoleShare | null = null
  #console = -1
  #request: Message | null = null
  #reply: Message | null = null

  constructor(around: HandlerSurroundings, connection: Connection) {
    this.#around = around
    this.connection = connection
    this.#trip = around.channel.trip(this, this.#clock)
    this.#idleTimer = around.simulation.timer(around.idleTooLong, this)
  }

  /** Commands inside: waiting and in hand. */
  get inside(): number {
    return this.#inbox.length - this.#inboxHead + (this.#request === null ? 0 : 1)
  }

  get authenticated(): boolean {
    return this.#share !== null && this.#request?.source === this.#console
  }

  authenticate(source: number): boolean {
    if (this.#share !== null) return source === this.#console
    this.#share = this.#around.channel.attach(source)
    this.#console = source
    return this.#share !== null
  }

  threadGranted(): void {
    if (this.state === 'gone') {
      // The console was gone before its thread was made.
      this.#around.pool.release()
      return
    }
    this.state = 'admitted'
    this.#around.counts.admitted++
    if (this.#around.observer !== null) this.#watch(this.#around.observer)
    this.connection.admit()
  }

  /** The handshake is done. */
  opened(): void {
    if (this.state !== 'admitted') return
    this.state = 'idle'
    this.#restIdle()
  }

  /** A decrypted command. */
  deliver(message: Message): void {
    const { counts, inboxLimit, simulation } = this.#around
    if ((message.flags & (FLAG_REPLY | FLAG_EVENT)) !== 0) {
      counts.unexpected++
      return
    }
    if (this.state !== 'idle' && this.state !== 'serving') return
    counts.arrived++
    if (this.state === 'serving' && this.#inbox.length - this.#inboxHead >= inboxLimit) {
      counts.discarded++
      counts.overrun++
      this.#hangUp('reset')
      return
    }
    this.#inbox.push(message)
    this.#inboxNs.push(simulation.now)
    if (this.state === 'idle') this.#serveNext()
  }

  /** The session was closed by its console or by the network. */
  closed(): void {
    if (this.state === 'waiting') {
      this.#around.pool.withdraw(this)
      this.state = 'gone'
      this.#around.ended(this)
    } else {
      this.#leave()
    }
  }

  /** No command came for too long. */
  idleTooLong(): void {
    if (this.state !== 'idle') return
    this.#around.counts.timedOut++
    this.#hangUp('timed-out')
  }

  /** NETS stops: whatever it was doing is over, and nobody hears of it. */
  stop(): void {
    this.#around.counts.discarded += this.inside
    this.#idleTimer.stop()
    this.#trip.comeHome()
    this.#forgetInbox()
    this.#request = null
    this.#reply = null
    if (this.state !== 'waiting' && this.state !== 'gone') this.#around.observer?.ended(this.connection.id)
    this.state = 'gone'
  }

  /** NETSReceive is done: a command for the hypervisor takes its buffer first, then it is processed. */
  received(): void {
    const { channel, commands } = this.#around
    const simulation: Simulation = this.#around.simulation
    const request = this.#inHand()
    if (!commands.forwards(request, this)) {
      this.#process()
      return
    }
    const share = this.#share
    simulation.invariant(share !== null, 'nets: who forwards has a share of the channel')
    this.#trip.request = request
    this.#clock.enter(BUFFER, simulation.now)
    const answer = channel.seize(this.#trip, share)
    if (answer === 'granted') this.#process()
    else if (answer !== 'waiting') this.gaveUp(answer, creditRefusals[answer])
  }

  /** The command has its buffer. */
  credited(): void {
    this.#process()
  }

  /** NETSPProcessMsg is done: hand the command over, or answer it. */
  processed(): void {
    const { channel, commands } = this.#around
    if (this.#trip.phase === 'home') this.#answer(commands.answer(this.#inHand(), this))
    else channel.transmit(this.#trip)
  }

  replied(reply: Message): void {
    this.#around.counts.forwarded++
    this.#answer(reply)
  }

  gaveUp(status: StatusName, detail: string): void {
    this.#answer(this.#around.commands.refuse(this.#inHand(), status, detail))
  }

  /** NETSSend is done: the reply goes to the secure session, which seals it. */
  sent(): void {
    const { counts, endpoint, ledger } = this.#around
    const { entity, attempt } = this.#inHand()
    const reply = this.#reply
    if (reply === null || !this.connection.send(endpoint, reply)) counts.unanswerable++
    else if (reply.status !== 0) counts.refused++
    counts.finished++
    ledger.finish(this.#clock, entity, attempt)
    this.#request = null
    this.#reply = null
    if (this.state === 'leaving') this.#end()
    else this.#serveNext()
  }

  #serveNext(): void {
    const { simulation, stageWork, received } = this.#around
    if (this.#inboxHead === this.#inbox.length) {
      this.#forgetInbox()
      this.state = 'idle'
      this.#restIdle()
      return
    }
    if (this.#inboxHead === INBOX_SLACK) {
      this.#inbox.splice(0, INBOX_SLACK)
      this.#inboxNs.splice(0, INBOX_SLACK)
      this.#inboxHead = 0
    }
    const head = this.#inboxHead
    this.#idleTimer.stop()
    this.state = 'serving'
    const request = this.#inbox[head]!
    this.#request = request
    this.#inboxHead = head + 1
    this.#clock.begin(this.#inboxNs[head]!)
    this.#clock.enter(RECEIVE, simulation.now)
    this.#clock.work(stageWork.receive(request, received, this))
  }

  #process(): void {
    const { simulation, stageWork, processed } = this.#around
    this.#clock.enter(PROCESS, simulation.now)
    this.#clock.work(stageWork.process(this.#inHand(), processed, this))
  }

  #answer(reply: Message): void {
    const { simulation, stageWork, sent } = this.#around
    this.#reply = reply
    this.#clock.enter(SEND, simulation.now)
    this.#clock.work(stageWork.send(this.#inHand(), sent, this))
  }

  #inHand(): Message {
    const request = this.#request
    const simulation: Simulation = this.#around.simulation
    simulation.invariant(request !== null, 'nets: a handler that works has a command in hand')
    return request
  }

  #restIdle(): void {
    if (this.#around.idleTimeoutNs !== null) this.#idleTimer.start(this.#around.idleTimeoutNs)
  }

  #hangUp(reason: 'reset' | 'timed-out'): void {
    this.connection.close(reason)
    this.#leave()
  }

  /** The session is closed; a command in hand is served to its end all the same. */
  #leave(): void {
    if (this.state === 'gone' || this.state === 'leaving') return
    this.#idleTimer.stop()
    this.#around.counts.discarded += this.#inbox.length - this.#inboxHead
    this.#forgetInbox()
    if (this.#request === null) this.#end()
    else this.state = 'leaving'
  }

  #end(): void {
    this.state = 'gone'
    if (this.#share !== null) this.#around.channel.detach(this.#share)
    this.#share = null
    this.#around.observer?.ended(this.connection.id)
    this.#around.pool.release()
    this.#around.ended(this)
  }

  #watch(observer: SessionObserver): void {
    const { id, client } = this.connection
    observer.began(id, client.name)
    this.#clock.observer = (stage, startNs, endNs) => {
      if (this.#request !== null) observer.stage(id, stage, startNs, endNs, this.#request)
    }
  }

  #forgetInbox(): void {
    this.#inbox.length = 0
    this.#inboxNs.length = 0
    this.#inboxHead = 0
  }
}

/** Served commands that may stand in front of the inbox before it is moved up. */
const INBOX_SLACK = 256

const creditRefusals = {
  busy: 'no message buffer of the management channel is free',
  failed: 'there is no management channel',
  refused: 'the hypervisor takes no more consoles',
} as const
