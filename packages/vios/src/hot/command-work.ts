// A command's way through a virtual I/O server: work of the stack -> client's pages mapped into the adapter's window, or data copied ->
// device -> work -> response copied to the client, queue entry. How commands come in, and who is logged in, is storage-server.ts.
// Hot: three events a command, one of them shared by those that their devices are done with at a time; no object.

import type { Handler, Simulation } from '@powersim/kernel'
import {
  emptySrpCommand,
  emptySrpResponse,
  H_COPY_RDMA,
  H_PUT_RTCE,
  H_SEND_CRQ,
  H_STUFF_TCE,
  H_Success,
  readSrpCommand,
  SCSI_BLOCK_BYTES,
  SCSI_BUSY,
  SCSI_CHECK_CONDITION,
  SCSI_GOOD,
  SCSI_READ_16,
  SCSI_TASK_SET_FULL,
  SCSI_TEST_UNIT_READY,
  SCSI_WRITE_16,
  SRP_MAX_IU_BYTES,
  SRP_RSP_BYTES,
  VIOSRP_SRP_ENTRY,
  writeSrpResponse,
} from '@powersim/protocol'
import type { ViosParameters } from '../parameters.js'
import type { Target } from './back-end.js'
import type { CommandTable } from './command-table.js'
import { CopyBuffers, MAX_TRANSFER_BYTES } from './copy-buffers.js'
import { BLOCK_BYTES } from './disk-content.js'
import type { PhysicalAdapter } from './physical-adapter.js'
import type { ServerAdapter } from './server-adapter.js'
import { PAGE, type ServerPartition, UNITS_IOBA } from './server-partition.js'

const SECTORS_PER_BLOCK = BLOCK_BYTES / SCSI_BLOCK_BYTES
const TWO_32 = 4294967296
const NONE = -1

/** Who is told when an adapter has answered a command. */
export interface AdapterSettlement {
  settle(adapter: ServerAdapter): void
}

export class CommandWork {
  /** Commands answered, by any status; of these, with another status than good. */
  answered = 0
  failed = 0
  bytes = 0

  private readonly parameters: ViosParameters
  private readonly partition: ServerPartition
  private readonly adapters: readonly ServerAdapter[]
  private readonly commands: CommandTable
  private readonly buffers: CopyBuffers
  private readonly settlement: AdapterSettlement
  private readonly down: Handler<number>
  private readonly copiedIn: Handler<number>
  private readonly completed: Handler<number>
  private readonly up: Handler<number>
  private readonly command = emptySrpCommand()
  private readonly response = emptySrpResponse()
  /** Commands that their devices are done with, in order: those whose work is asked for (pending), then those of this interrupt. */
  private readonly rising: Int32Array
  private risingHead = 0
  private risingPending = 0
  private risingCount = 0

  constructor(
    simulation: Simulation,
    name: string,
    parameters: ViosParameters,
    partition: ServerPartition,
    adapters: readonly ServerAdapter[],
    commands: CommandTable,
    settlement: AdapterSettlement,
  ) {
    this.parameters = parameters
    this.partition = partition
    this.adapters = adapters
    this.commands = commands
    this.settlement = settlement
    this.buffers = new CopyBuffers(partition, parameters.copyBuffers, commands.limit)
    this.rising = new Int32Array(commands.limit)
    this.down = simulation.handler<number>(`${name}.down`, (command) => this.goDown(command))
    this.copiedIn = simulation.handler<number>(`${name}.copied`, (command) => this.start(command))
    this.completed = simulation.handler<number>(`${name}.completed`, (count) => this.answerAll(count))
    this.up = simulation.handler<number>(`${name}.up`, (command) => this.answer(command))
  }

  /** The partition starts anew. */
  clear(): void {
    this.buffers.clear()
    this.risingHead = 0
    this.risingPending = 0
    this.risingCount = 0
  }

  /** A command's unit is here. */
  take(adapter: ServerAdapter, number: number, view: DataView, at: number): void {
    const { commands, command, parameters } = this
    readSrpCommand(view, at, command)
    commands.adapter[number] = this.adapters.indexOf(adapter)
    commands.login[number] = adapter.login
    commands.tag[number] = command.tag
    commands.lun[number] = command.lun
    commands.operation[number] = command.operation
    commands.block[number] = command.block
    commands.blocks[number] = command.blocks
    commands.ioba[number] = command.ioba
    commands.bytes[number] = command.bytes
    adapter.inside++
    adapter.commands++
    const target = adapter.target(command.lun)
    const stackNs = target === undefined ? parameters.requestNs : target.backEnd.requestNs
    this.partition.run(stackNs + Math.round(command.bytes * parameters.perByteNs), this.down, number)
  }

  /** An adapter has interrupted: these commands' devices are done with them. */
  collect(physical: PhysicalAdapter): void {
    const { rising } = this
    for (let command = physical.take(); command !== NONE; command = physical.take()) {
      this.commands.status[command] = physical.ok ? SCSI_GOOD : SCSI_CHECK_CONDITION
      rising[(this.risingHead + this.risingPending + this.risingCount) % rising.length] = command
      this.risingCount++
    }
  }

  /** All interrupts are served: one piece of work for all commands on their way up. */
  rise(): void {
    const { risingCount } = this
    if (risingCount === 0) return
    this.risingPending += risingCount
    this.risingCount = 0
    this.partition.run(risingCount * this.parameters.completionNs, this.completed, risingCount)
  }

  /** Copies a unit to where the client's was, and tells it. Whether the client is still there is the hypervisor's to say. */
  respond(adapter: ServerAdapter, number: number, bytes: number): void {
    const ioba = this.commands.unitIoba[number]!
    this.partition.call(H_COPY_RDMA, bytes, adapter.liobn, UNITS_IOBA + number * SRP_MAX_IU_BYTES, adapter.remoteLiobn, ioba)
    this.partition.call(H_SEND_CRQ, adapter.unitAddress, VIOSRP_SRP_ENTRY, bytes, Math.floor(ioba / TWO_32), ioba >>> 0)
  }

  private goDown(number: number): void {
    if (this.partition.guest === null) return
    const { commands } = this
    const adapter = this.adapters[commands.adapter[number]!]!
    if (commands.login[number] !== adapter.login) {
      this.drop(adapter, number)
      return
    }
    const target = adapter.target(commands.lun[number]!)
    const operation = commands.operation[number]!
    if (target === undefined || operation === SCSI_TEST_UNIT_READY) {
      this.answerWith(number, target === undefined ? SCSI_CHECK_CONDITION : SCSI_GOOD)
      return
    }
    const refusal = this.refusal(target, number)
    if (refusal !== SCSI_GOOD) {
      this.answerWith(number, refusal)
      return
    }
    const pages = commands.bytes[number]! / PAGE
    if (!target.backEnd.copied) {
      const { liobn } = target.backEnd.adapter
      const code = this.partition.call(H_PUT_RTCE, adapter.remoteLiobn, commands.ioba[number]!, liobn, number * MAX_TRANSFER_BYTES, pages)
      if (code !== H_Success) {
        this.answerWith(number, SCSI_CHECK_CONDITION)
        return
      }
      commands.mapped[number] = 1
      this.startOn(adapter, target, number)
      return
    }
    const buffer = this.buffers.take(adapter, target.backEnd.adapter)
    if (buffer === NONE) {
      this.answerWith(number, SCSI_BUSY)
      return
    }
    commands.buffer[number] = buffer
    if (operation === SCSI_WRITE_16 && !this.copyData(adapter, number, true)) {
      this.answerWith(number, SCSI_CHECK_CONDITION)
      return
    }
    // The copy is paid for before the device hears of it.
    this.partition.run(0, this.copiedIn, number)
  }

  private start(number: number): void {
    if (this.partition.guest === null) return
    const adapter = this.adapters[this.commands.adapter[number]!]!
    const target = adapter.target(this.commands.lun[number]!)
    if (this.commands.login[number] !== adapter.login || target === undefined) this.drop(adapter, number)
    else this.startOn(adapter, target, number)
  }

  private startOn(adapter: ServerAdapter, { backEnd }: Target, number: number): void {
    const { commands } = this
    const write = commands.operation[number] === SCSI_WRITE_16
    const block = backEnd.firstBlock + commands.block[number]! / SECTORS_PER_BLOCK
    const blocks = commands.bytes[number]! / BLOCK_BYTES
    const buffer = commands.buffer[number]!
    const ioba = buffer === NONE ? number * MAX_TRANSFER_BYTES : this.buffers.physicalIoba(buffer)
    const isTaken = backEnd.device.submit(backEnd.adapter, number, adapter.client, write, block, blocks, ioba)
    if (!isTaken) this.answerWith(number, SCSI_TASK_SET_FULL)
  }

  /** SCSI status with which a command is refused; SCSI_GOOD: it is not. */
  private refusal({ backEnd }: Target, number: number): number {
    const { commands } = this
    const operation = commands.operation[number]!
    const block = commands.block[number]!
    const bytes = commands.bytes[number]!
    const isKnown = operation === SCSI_READ_16 || (operation === SCSI_WRITE_16 && !backEnd.readOnly)
    const isWhole = bytes > 0 && bytes % PAGE === 0 && block % SECTORS_PER_BLOCK === 0 && commands.ioba[number]! % PAGE === 0
    const isInside = bytes <= MAX_TRANSFER_BYTES && block / SECTORS_PER_BLOCK + bytes / BLOCK_BYTES <= backEnd.blocks
    const fits = bytes === commands.blocks[number]! * SCSI_BLOCK_BYTES
    return isKnown && isWhole && isInside && fits ? SCSI_GOOD : SCSI_CHECK_CONDITION
  }

  private answerWith(number: number, status: number): void {
    this.commands.status[number] = status
    this.answer(number)
  }

  /** So many commands have come up, in order. */
  private answerAll(count: number): void {
    if (this.partition.guest === null) return
    const { commands, rising } = this
    for (let n = 0; n < count; n++) {
      const number = rising[this.risingHead]!
      this.risingHead = this.risingHead + 1 === rising.length ? 0 : this.risingHead + 1
      this.risingPending--
      const adapter = this.adapters[commands.adapter[number]!]!
      const isCopied = commands.buffer[number] !== NONE && commands.operation[number] === SCSI_READ_16
      if (!isCopied || commands.status[number] !== SCSI_GOOD || commands.login[number] !== adapter.login) {
        this.answer(number)
        continue
      }
      if (!this.copyData(adapter, number, false)) commands.status[number] = SCSI_CHECK_CONDITION
      this.partition.run(0, this.up, number)
    }
  }

  private answer(number: number): void {
    if (this.partition.guest === null) return
    const { commands, response } = this
    const adapter = this.adapters[commands.adapter[number]!]!
    if (commands.login[number] !== adapter.login) {
      this.drop(adapter, number)
      return
    }
    this.giveUp(adapter, number)
    response.tag = commands.tag[number]!
    response.status = commands.status[number]!
    response.requestLimitDelta = 1
    writeSrpResponse(this.partition.unit(number), this.partition.offsetOf(number), response)
    this.respond(adapter, number, SRP_RSP_BYTES)
    this.answered++
    if (response.status === SCSI_GOOD) this.bytes += commands.bytes[number]!
    else this.failed++
    this.leave(adapter, number)
  }

  /** Of an older login: nobody waits for it. */
  private drop(adapter: ServerAdapter, number: number): void {
    this.giveUp(adapter, number)
    adapter.unanswered++
    this.leave(adapter, number)
  }

  private leave(adapter: ServerAdapter, number: number): void {
    this.commands.release(number)
    adapter.inside--
    this.settlement.settle(adapter)
  }

  /** Pages and buffer of a command that is done with its device. */
  private giveUp(adapter: ServerAdapter, number: number): void {
    const { commands } = this
    if (commands.mapped[number] === 1) {
      const target = adapter.target(commands.lun[number]!)
      if (target !== undefined) {
        this.partition.call(H_STUFF_TCE, target.backEnd.adapter.liobn, number * MAX_TRANSFER_BYTES, 0, commands.bytes[number]! / PAGE)
      }
      commands.mapped[number] = 0
    }
    if (commands.buffer[number] !== NONE) this.buffers.release(commands.buffer[number]!)
    commands.buffer[number] = NONE
  }

  private copyData(adapter: ServerAdapter, number: number, fromClient: boolean): boolean {
    const { buffer, ioba, bytes } = this.commands
    return this.buffers.copy(adapter, buffer[number]!, ioba[number]!, bytes[number]!, fromClient)
  }
}
