// The mailbox to the hypervisor: commands posted and not answered, by key. Delivery is at least once: what a reset caught under way is
// posted again after the reload (skiboot hw/fsp/fsp.c: the in-flight message moves to rr_queue), and PHYP's reply window makes its
// effect happen once.

import type { Bus, Connection, Endpoint, Link } from '@powersim/bus'
import type { Handler, Simulation, Timer } from '@powersim/kernel'
import { addressInstance, isReply, type Message } from '@powersim/protocol'

/** A command of a console inside the service processor. */
export interface Command {
  readonly message: Message
  /** The session it came on; null after a reset, when nobody can be answered. */
  connection: Connection | null
  readonly arrivedNs: number
  reply: Message | null
  timer: Timer | null
}

export interface MailboxTimes {
  /** A command without a reply is given up after this time, ns. */
  readonly timeoutNs: number
  /** From one look at commands without a reply to the next, ns. */
  readonly checkNs: number
}

export class Mailbox {
  private readonly simulation: Simulation
  private readonly bus: Bus
  private readonly endpoint: Endpoint
  private readonly timeoutNs: number
  private readonly checkNs: number
  private readonly expired: Handler<Command>
  private readonly posted = new Map<number, Command[]>()
  private link: Link | null = null
  /** Replies that no posted command waits for. */
  unmatched = 0
  reposted = 0

  constructor(simulation: Simulation, bus: Bus, endpoint: Endpoint, times: MailboxTimes, expire: (command: Command) => void) {
    this.simulation = simulation
    this.bus = bus
    this.endpoint = endpoint
    this.timeoutNs = times.timeoutNs
    this.checkNs = times.checkNs
    this.expired = simulation.handler(`${endpoint.name}.mailbox-timeout`, (command: Command) => {
      this.take(command)
      expire(command)
    })
  }

  connect(link: Link): void {
    this.link = link
  }

  post(command: Command): void {
    const key = keyOf(command.message)
    const sharing = this.posted.get(key)
    if (sharing === undefined) this.posted.set(key, [command])
    else sharing.push(command)
    command.timer = this.simulation.timer(this.expired, command)
    command.timer.start(this.expiryNs())
    this.send(command)
  }

  /** The posted command that a reply of the hypervisor answers, taken out; undefined when none waits. */
  answered(reply: Message): Command | undefined {
    const sharing = this.posted.get(keyOf(reply))?.filter((candidate) => candidate.message.epoch === reply.epoch)
    const command = sharing?.find((candidate) => candidate.message.attempt === reply.attempt) ?? sharing?.[0]
    if (command === undefined) {
      this.unmatched++
      return undefined
    }
    this.take(command)
    return command
  }

  /** A reset: nobody can be answered any more, but what is posted stays so. Gives the number of commands that are. */
  orphan(): number {
    let posted = 0
    for (const sharing of this.posted.values()) {
      posted += sharing.length
      for (const command of sharing) command.connection = null
    }
    return posted
  }

  /** After a reload: everything that is posted goes to the hypervisor again. */
  repost(): void {
    for (const sharing of this.posted.values()) {
      for (const command of sharing) {
        this.reposted++
        this.send(command)
      }
    }
  }

  /** Power was cut: the hypervisor that these were for is gone. */
  clear(): readonly Command[] {
    const all: Command[] = []
    for (const sharing of this.posted.values()) all.push(...sharing)
    for (const command of all) this.take(command)
    return all
  }

  /** Until the first look at unanswered commands that finds this one too old. */
  private expiryNs(): number {
    const dueNs = this.simulation.now + this.timeoutNs
    return Math.ceil(dueNs / this.checkNs) * this.checkNs - this.simulation.now
  }

  private send(command: Command): void {
    this.simulation.invariant(this.link !== null, `${this.endpoint.name}: the mailbox is connected to no hypervisor`)
    this.bus.send(this.link, this.endpoint, command.message)
  }

  private take(command: Command): void {
    command.timer?.stop()
    const key = keyOf(command.message)
    const sharing = this.posted.get(key)
    const place = sharing?.indexOf(command) ?? -1
    if (sharing === undefined || place < 0) return
    sharing.splice(place, 1)
    if (sharing.length === 0) this.posted.delete(key)
  }
}

/** Console and sequence in one integer: a request has the console as its source, a reply as its target. Epochs share a key. */
function keyOf(message: Message): number {
  const console = isReply(message) ? message.target : message.source
  return addressInstance(console) * 2 ** 32 + message.sequence
}
