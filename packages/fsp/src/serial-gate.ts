// The interface process when the HMC class is serial: it reads the next command off its sessions only after it has sealed the reply to
// the one before. With a pipelined class the gate is always open.
// States: open -> reading (a record is decrypted) -> serving (a command is inside) -> answering (its reply waits on its session behind
// an event) -> sealing -> open. A session that ends under an answering process takes the reply along: -> open.

import type { Connection } from '@powersim/bus'
import type { Handler, Simulation } from '@powersim/kernel'
import type { Message } from '@powersim/protocol'
import type { ServiceProcessor } from './service-processor.js'

interface Reading {
  readonly workNs: number
  readonly message: Message | null
  readonly then: Handler<unknown>
  readonly argument: unknown
}

export class SerialGate {
  private readonly processor: ServiceProcessor
  private readonly serial: boolean
  private readonly waiting: Reading[] = []
  private readonly read: Handler<Reading>
  private readonly sealed: Handler<Reading>
  private state: 'open' | 'reading' | 'serving' | 'answering' | 'sealing' = 'open'
  /** The record that is being decrypted. */
  private current: Reading | null = null
  /** The session that the reply was given to. */
  private answered: Connection | null = null

  constructor(simulation: Simulation, processor: ServiceProcessor, serial: boolean, name: string) {
    this.processor = processor
    this.serial = serial
    this.read = simulation.handler(`${name}.read`, (reading: Reading) => {
      simulation.call(reading.then, reading.argument)
      // The session may have closed under the record: then no command came of it. Nor may it be the next record by now.
      if (this.state === 'reading' && this.current === reading) this.release()
    })
    this.sealed = simulation.handler(`${name}.sealed`, (reading: Reading) => {
      simulation.call(reading.then, reading.argument)
      this.release()
    })
  }

  /** Processor time to open a record, when the process comes to read it. */
  open<A>(workNs: number, then: Handler<A>, argument: A, message: Message | null): void {
    if (!this.serial) {
      this.processor.run(workNs, then, argument, 'open', message)
      return
    }
    // Handler and argument belong together; only their common type is forgotten here.
    const reading: Reading = { workNs, message, then: then as Handler<unknown>, argument }
    if (this.state === 'open') this.begin(reading)
    else this.waiting.push(reading)
  }

  /** Processor time to seal the reply to the command that is being served. */
  seal<A>(workNs: number, then: Handler<A>, argument: A, message: Message | null): void {
    if (!this.serial) {
      this.processor.run(workNs, then, argument, 'seal', message)
      return
    }
    this.state = 'sealing'
    // As above.
    this.processor.run(workNs, this.sealed, { workNs, message, then: then as Handler<unknown>, argument }, 'seal', message)
  }

  /** A record held a command: the process is with it until its reply is sealed. */
  taken(): void {
    if (this.serial) this.state = 'serving'
  }

  /** The reply is about to be given to its session, which seals it when it comes to it. */
  answering(session: Connection): void {
    if (!this.serial) return
    this.state = 'answering'
    this.answered = session
  }

  /** A session has ended: what waited on it to be sealed is gone. */
  ended(session: Connection): void {
    if (this.state === 'answering' && this.answered === session) this.release()
  }

  /** The process is free for the next record: a reply was sealed, or there is nobody to answer. */
  release(): void {
    if (!this.serial) return
    this.state = 'open'
    const next = this.waiting.shift()
    if (next !== undefined) this.begin(next)
  }

  /** The service processor was reset: its sessions and what they brought are gone. */
  reset(): void {
    this.waiting.length = 0
    this.state = 'open'
  }

  private begin(reading: Reading): void {
    this.state = 'reading'
    this.current = reading
    this.processor.run(reading.workNs, this.read, reading, 'open', reading.message)
  }
}
