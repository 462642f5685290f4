// Receipts for error logs: a service processor tells its consoles of every log, and each says what it has. One receipt of a system is under
// way at a time; logs that come meanwhile are in the next one, so that a storm of logs makes no storm of receipts.

import type { Handler, Simulation } from '@powersim/kernel'
import { commandByName } from '@powersim/protocol'
import { RECEIPT_ENTITIES } from './command-identity.js'
import type { RawOutcome } from './channel/exchange.js'
import type { Exchanger } from './channel/exchanger.js'
import type { ManagedSystemView } from './managed-system-view.js'

interface Ledger {
  readonly system: ManagedSystemView
  /** Numbers of the newest log that has come, and of the newest that a receipt has gone out for. */
  received: number
  acknowledged: number
  /** Number that the receipt under way is for; 0: none is. */
  asked: number
  receipts: number
  readonly answered: Handler<RawOutcome>
}

/** Identities of receipts: room for every system of every console. */
const PER_SYSTEM = 2 ** 24
const PER_CONSOLE = 2 ** 36

const receipt = commandByName('service.acknowledgeLogs')

export class LogReceipts {
  private readonly simulation: Simulation
  private readonly name: string
  private readonly number: number
  private readonly exchanger: Exchanger
  private readonly ledgers: Ledger[] = []

  constructor(simulation: Simulation, console: { readonly name: string; readonly number: number }, exchanger: Exchanger) {
    this.simulation = simulation
    this.name = console.name
    this.number = console.number
    this.exchanger = exchanger
  }

  /** A log has come. */
  received(system: ManagedSystemView, log: number): void {
    const ledger = this.ledgers.find((known) => known.system === system) ?? this.open(system)
    ledger.received = Math.max(ledger.received, log)
    // One that was sent again has not been acknowledged there.
    if (log <= ledger.acknowledged) ledger.acknowledged = log - 1
    this.send(ledger)
  }

  private open(system: ManagedSystemView): Ledger {
    const answered = this.simulation.handler(`${this.name}.log-receipt`, (outcome: RawOutcome) => this.answered(ledger, outcome))
    const ledger: Ledger = { system, received: 0, acknowledged: 0, asked: 0, receipts: 0, answered }
    this.ledgers.push(ledger)
    return ledger
  }

  private send(ledger: Ledger): void {
    if (ledger.asked > 0 || ledger.received <= ledger.acknowledged) return
    const { system, received: upTo } = ledger
    ledger.asked = upTo
    const entity = RECEIPT_ENTITIES + this.number * PER_CONSOLE + system.wiring.number * PER_SYSTEM + (ledger.receipts++ % PER_SYSTEM)
    const asked = { system, definition: receipt, data: { upTo }, entity, ordinal: -1, lparId: null, operation: 0, ownChannel: null }
    this.exchanger.ask(asked).outcome.onFire(ledger.answered)
  }

  private answered(ledger: Ledger, { ok }: RawOutcome): void {
    const { asked } = ledger
    ledger.asked = 0
    if (ok) ledger.acknowledged = Math.max(ledger.acknowledged, asked)
    // A receipt that was lost is not sent again by itself: the logs come again when the console listens again.
    if (ok || ledger.received > asked) this.send(ledger)
  }
}
