// The virtual I/O server: a program of a partition, with its adapters, its work and what it shows. The partition starts, interrupts and
// stops it; a console asks and changes its `storage`. Networks are not here.
// States: stopped -start-> running: every server adapter that has a device is opened -stop-> stopped: what was under way is nobody's.

import type { Simulation } from '@powersim/kernel'
import type { DeviceDma, GuestPort, GuestProgram, PhysicalInterrupts } from '@powersim/protocol'
import { ViosError } from './errors.js'
import { PhysicalAdapter, type PhysicalAdapterOptions } from './hot/physical-adapter.js'
import { StorageServer } from './hot/storage-server.js'
import { checkViosParameters, type ViosParameters } from './parameters.js'
import { type FibrePortOptions, StorageConfiguration } from './storage-configuration.js'

export interface ViosWiring {
  /** Prefixes handlers: unique in a simulation. */
  readonly name: string
  readonly dma: DeviceDma
  readonly physicalInterrupts: PhysicalInterrupts
  readonly physicalAdapters: readonly PhysicalAdapterOptions[]
  readonly fibrePorts?: readonly FibrePortOptions[]
}

export interface ViosStatistics {
  readonly running: boolean
  /** Times that it started. */
  readonly starts: number
  /** Commands that were answered, of these not with status good, and the bytes of those that were. */
  readonly answered: number
  readonly failed: number
  readonly bytes: number
  /** Commands that ended without an answer: their client or this server was gone. */
  readonly unanswered: number
  /** Commands inside now. */
  readonly inside: number
  /** Interrupts served, of clients and of physical adapters. */
  readonly interrupts: number
}

export class Vios implements GuestProgram {
  readonly storage: StorageConfiguration
  private readonly server: StorageServer
  private guest: GuestPort | null = null
  private starts = 0

  /** Throws ViosError `bad-parameter`, `name-taken`. */
  constructor(simulation: Simulation, parameters: ViosParameters, wiring: ViosWiring) {
    checkViosParameters(parameters)
    const { name, dma, physicalInterrupts, physicalAdapters, fibrePorts = [] } = wiring
    const names = physicalAdapters.map((adapter) => adapter.name)
    for (const [at, taken] of names.entries()) {
      if (names.indexOf(taken) !== at) throw new ViosError('name-taken', `${name}.physicalAdapters`, `there are two '${taken}'`)
    }
    const { commandLimit } = parameters
    const physical = physicalAdapters.map((options) => new PhysicalAdapter(options, dma, physicalInterrupts, commandLimit))
    this.storage = new StorageConfiguration(parameters, physical, fibrePorts)
    this.server = new StorageServer(simulation, name, parameters, this.storage.servers, physical, commandLimit, this.storage)
  }

  start(guest: GuestPort): void {
    this.guest = guest
    this.starts++
    for (const unitAddress of [...guest.devices('v-scsi-host'), ...guest.devices('vfc-server')]) this.claim(guest, unitAddress)
    this.server.begin(guest)
  }

  interrupt(unitAddress: number): void {
    this.server.interrupt(unitAddress)
  }

  attached(unitAddress: number): void {
    const adapter = this.guest === null ? undefined : this.claim(this.guest, unitAddress)
    if (adapter !== undefined) this.server.open(adapter)
  }

  detached(unitAddress: number): void {
    const adapter = this.storage.servers.find((known) => known.unitAddress === unitAddress)
    if (adapter !== undefined) this.server.close(adapter)
  }

  stop(): void {
    this.guest = null
    this.server.end()
    for (const adapter of this.storage.servers) adapter.unitAddress = 0
  }

  statistics(): ViosStatistics {
    const { work, interrupts } = this.server
    let unanswered = 0
    let inside = 0
    for (const adapter of this.storage.servers) {
      unanswered += adapter.unanswered
      inside += adapter.inside
    }
    const { answered, failed, bytes } = work
    return { running: this.guest !== null, starts: this.starts, answered, failed, bytes, unanswered, inside, interrupts }
  }

  /** The server adapter of a device's slot; undefined for a device that is none of ours. */
  private claim(guest: GuestPort, unitAddress: number) {
    const kind = guest.node(unitAddress)?.kind
    const slot = guest.slotOf(unitAddress)
    if ((kind !== 'v-scsi-host' && kind !== 'vfc-server') || slot === undefined) return undefined
    const adapter = this.storage.serverAdapter(kind === 'v-scsi-host' ? 'scsi' : 'fc', slot)
    adapter.unitAddress = unitAddress
    return adapter
  }
}
