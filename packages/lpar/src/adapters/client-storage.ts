// The storage of a guest: a driver of its operating system with client adapters, the disks behind them, the guest's own I/O, and what of
// its processor they take. An adapter is known by its slot. An I/O of disk d has the number d * IO_LIMIT + io on every adapter.

import type { Handler, Simulation } from '@powersim/kernel'
import { type DeviceKind, type emptySrpCommand, type GuestPort, H_EOI, H_XIRR } from '@powersim/protocol'
import type { DeviceDriver } from '../device-drivers.js'
import { LparError } from '../errors.js'
import { ClientPartition } from './client-partition.js'
import { IoLoad, type IoLoadOptions } from './io-load.js'
import { type AdapterUser, ScsiClientAdapter } from './scsi-client-adapter.js'
import { checkClientStorage, type ClientStorageParameters } from './storage-parameters.js'
import { IO_LIMIT, VirtualDisk } from './virtual-disk.js'

export interface ClientStorageOptions {
  readonly parameters: ClientStorageParameters
  /** `vscsi0`, `fcs0`: of virtual SCSI or Fibre Channel, whichever is in the slot. */
  readonly adapters: readonly { readonly name: string; readonly slot: number }[]
  readonly disks: readonly {
    /** `hdisk0`. */
    readonly name: string
    readonly paths: readonly { readonly adapter: string; readonly lun: number; readonly priority: number }[]
    /** The guest's own I/O to it. Default: none. */
    readonly load?: IoLoadOptions
  }[]
}

/** What H_EOI is told of an interrupt: no processor priority, and its source (LoPAR, Interrupt Controller). */
const ANY_PRIORITY = 0xff00_0000
/** Draws of a guest's I/O are keyed by lparId * 4096 + how many times it has started, so that no policy shifts them. */
const STARTS = 4096
const MAX_DISKS = 256

export class ClientStorage implements AdapterUser, DeviceDriver {
  readonly kinds: readonly DeviceKind[] = ['v-scsi', 'vfc-client']
  readonly adapters: readonly ScsiClientAdapter[]
  readonly disks: readonly VirtualDisk[]
  readonly loads: readonly IoLoad[]
  readonly #partition = new ClientPartition()
  readonly #parameters: ClientStorageParameters
  readonly #interrupted: Handler<null>
  readonly #requested: Handler<number>
  #starts = 0
  #queued = false
  #answers = 0

  /** Throws LparError `bad-option`. */
  constructor(simulation: Simulation, name: string, { parameters, adapters, disks }: ClientStorageOptions) {
    checkClientStorage(`${name}.storage`, parameters)
    if (disks.length > MAX_DISKS) throw new LparError('bad-option', `${name}.disks`, `expected at most ${MAX_DISKS}, got ${disks.length}`)
    this.#parameters = parameters
    this.adapters = adapters.map((adapter) => {
      return new ScsiClientAdapter(simulation, `${name}.${adapter.name}`, adapter.slot, this.#partition, parameters, this)
    })
    this.disks = disks.map((disk, number) => {
      const paths = disk.paths.map(({ adapter, lun, priority }, at) => {
        const known = adapters.findIndex((other) => other.name === adapter)
        if (known < 0) throw new LparError('bad-option', `${name}.${disk.name}.paths.${at}`, `there is no adapter '${adapter}'`)
        return { adapter: this.adapters[known]!, lun, priority }
      })
      return new VirtualDisk(simulation, `${name}.${disk.name}`, number * IO_LIMIT, paths, parameters)
    })
    this.#requested = simulation.handler<number>(`${name}.io-requested`, (which) => this.#loadOf(which).requested(which % IO_LIMIT))
    const loads: IoLoad[] = []
    for (const [number, { load }] of disks.entries()) {
      if (load === undefined) continue
      const base = loads.length * IO_LIMIT
      const around = {
        partition: this.#partition,
        disk: this.disks[number]!,
        requestNs: parameters.requestNs,
        requested: this.#requested,
        base,
      }
      loads.push(new IoLoad(simulation, `${name}.${disks[number]!.name}.load`, load, around))
    }
    this.loads = loads
    this.#interrupted = simulation.handler<null>(`${name}.storage-interrupted`, () => this.#serve())
  }

  start(guest: GuestPort): void {
    this.#queued = false
    this.#partition.begin(guest)
    for (const kind of this.kinds) for (const unitAddress of guest.devices(kind)) this.attached(unitAddress)
    for (const load of this.loads) load.begin(guest.lparId * STARTS + (this.#starts % STARTS))
    this.#starts++
  }

  stop(): void {
    this.#partition.end()
    for (const load of this.loads) load.end()
    for (const adapter of this.adapters) adapter.end()
    for (const disk of this.disks) disk.end()
  }

  attached(unitAddress: number): void {
    const slot = this.#partition.guest?.slotOf(unitAddress)
    this.adapters.find((adapter) => adapter.slot === slot)?.begin(unitAddress)
  }

  detached(unitAddress: number): void {
    const adapter = this.#adapter(unitAddress)
    if (adapter === null) return
    adapter.lose()
    adapter.end()
  }

  interrupt(unitAddress: number): void {
    const adapter = this.#adapter(unitAddress)
    if (adapter === null) return
    adapter.interrupted = true
    if (this.#queued) return
    this.#queued = true
    this.#partition.run(this.#parameters.interruptNs + this.#parameters.completionNs, this.#interrupted, null)
  }

  answered(io: number, status: number): void {
    this.#answers++
    this.#diskOf(io).answered(io % IO_LIMIT, status)
  }

  lost(io: number): void {
    this.#diskOf(io).lost(io % IO_LIMIT)
  }

  changed(adapter: ScsiClientAdapter): void {
    for (const disk of this.disks) disk.adapterChanged(adapter)
  }

  describe(io: number, into: ReturnType<typeof emptySrpCommand>): number {
    return this.#diskOf(io).describe(io % IO_LIMIT, into)
  }

  #serve(): void {
    if (this.#partition.guest === null) return
    this.#queued = false
    this.#answers = 0
    for (const adapter of this.adapters) {
      if (!adapter.interrupted) continue
      adapter.interrupted = false
      this.#partition.call(H_XIRR)
      adapter.drain()
      this.#partition.call(H_EOI, ANY_PRIORITY + adapter.unitAddress)
    }
    // The work of the first answer was done with the interrupt's.
    if (this.#answers > 1) this.#partition.owe((this.#answers - 1) * this.#parameters.completionNs)
  }

  #adapter(unitAddress: number): ScsiClientAdapter | null {
    const { adapters } = this
    for (let n = 0; n < adapters.length; n++) if (adapters[n]!.unitAddress === unitAddress) return adapters[n]!
    return null
  }

  #diskOf(io: number): VirtualDisk {
    return this.disks[Math.floor(io / IO_LIMIT)]!
  }

  #loadOf(which: number): IoLoad {
    return this.loads[Math.floor(which / IO_LIMIT)]!
  }
}
