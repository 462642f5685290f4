// Servers and clients of storage on the real hypervisor layer, without consoles: partitions boot, die and return at once, and each client
// has one adapter for each server. Used by the tests of this package and by the benchmark of the split driver's path.

import { Simulation } from '@powersim/kernel'
import { ClientStorage, type ClientStorageParameters, defaultClientStorage, type IoLoadOptions, type Partition } from '@powersim/lpar'
import { AdapterDevices, defaultPhypParameters, PhysicalAdapters, Plic, type VirtualDevice } from '@powersim/phyp'
import type { PartitionHost, VirtualAdapter } from '@powersim/protocol'
import { defaultViosParameters, ioDisciplines, StorageDevice, type StorageDeviceOptions, Vios, type ViosParameters } from '@powersim/vios'
import { benchPartition, type BenchParts } from './bench-partition.js'

const BLOCK_BYTES = 2 ** 28
const BLOCKS_EACH = 2
const MIB = 2 ** 20

export interface StorageMachineOptions {
  readonly seed?: string
  readonly traceLines?: number
  readonly servers?: number
  readonly clients?: number
  readonly device: StorageDeviceOptions
  readonly kind?: 'scsi' | 'fc'
  readonly vios?: Partial<ViosParameters>
  readonly client?: Partial<ClientStorageParameters>
  readonly load?: IoLoadOptions
  /** How the device is shown. Default `lun`: as it is. */
  readonly show?: 'lun' | 'lv' | 'file' | 'optical'
  readonly spanMiB?: number
}

export class StorageMachine implements PartitionHost {
  readonly simulation: Simulation
  readonly plic = new Plic({ blockBytes: BLOCK_BYTES, blocks: 16, hypercalls: defaultPhypParameters.hypercalls })
  readonly device: StorageDevice
  readonly servers: readonly { readonly lparId: number; readonly vios: Vios; readonly partition: Partition }[]
  readonly clients: readonly { readonly lparId: number; readonly partition: Partition; readonly storage: ClientStorage }[]
  private readonly partitions = new Map<number, Partition>()
  private readonly adapters: AdapterDevices
  private readonly slots = new Map<number, VirtualAdapter[]>()

  constructor(options: StorageMachineOptions) {
    const { seed = 'storage', servers = 2, clients = 1, kind = 'scsi', show = 'lun' } = options
    this.simulation = new Simulation({ seed, traceLines: options.traceLines ?? 256 })
    const { simulation, plic } = this
    this.device = new StorageDevice(simulation, options.device)
    const physical = new PhysicalAdapters(plic, this)
    const wake = simulation.handler('device', (device: VirtualDevice) => device.run())
    this.adapters = new AdapterDevices(simulation, defaultPhypParameters.addresses, this, plic, wake)
    const serverIds = Array.from({ length: servers }, (_, n) => 1 + n)
    const clientIds = Array.from({ length: clients }, (_, n) => 1 + servers + n)
    // Slot of a server's adapter: 10 and the client; of a client's: 10 and the server.
    for (const server of serverIds) {
      this.slots.set(
        server,
        clientIds.map((client) => adapterOf(kind, 'server', 10 + client, client, 10 + server)),
      )
    }
    for (const client of clientIds) {
      this.slots.set(
        client,
        serverIds.map((server) => adapterOf(kind, 'client', 10 + server, server, 10 + client)),
      )
    }
    this.servers = serverIds.map((lparId) => {
      const vios = new Vios(
        simulation,
        { ...defaultViosParameters, ...options.vios },
        {
          name: `vios${lparId}`,
          dma: physical.dma,
          physicalInterrupts: physical,
          physicalAdapters: [{ name: 'fcs0', ...physical.add(lparId), bytesPerSecond: Infinity }],
          fibrePorts: [{ name: 'fcs0', physicalLocation: 'U78A0-P1-C1-T1', targetPorts: 64, luns: () => [this.device] }],
        },
      )
      this.show(vios, show, kind, clientIds)
      return { lparId, vios, partition: this.partition(lparId, { program: vios }) }
    })
    this.clients = clientIds.map((lparId) => {
      const storage = new ClientStorage(simulation, `lpar${lparId}`, {
        parameters: { ...defaultClientStorage, ...options.client },
        adapters: serverIds.map((server) => ({ name: `vscsi${server}`, slot: 10 + server })),
        disks: [
          {
            name: 'hdisk0',
            paths: serverIds.map((server) => ({ adapter: `vscsi${server}`, lun: kind === 'scsi' ? 1 : 0, priority: server })),
            ...(options.load === undefined ? {} : { load: options.load }),
          },
        ],
      })
      return { lparId, storage, partition: this.partition(lparId, { drivers: [storage] }) }
    })
    for (const lparId of this.partitions.keys()) this.power(lparId)
  }

  /** All partitions run. */
  begin(): void {
    for (const { partition } of [...this.servers, ...this.clients]) partition.alreadyRunning()
  }

  /** Power of a partition is cut, as a crash of it is. */
  kill(lparId: number): void {
    const partition = this.partitions.get(lparId)!
    if (partition.state === 'off') return
    partition.stop('immediate')
    this.adapters.ended(lparId)
    this.plic.ended(lparId)
  }

  /** It is started, and runs at once. */
  revive(lparId: number): void {
    const partition = this.partitions.get(lparId)!
    if (partition.state !== 'off') return
    this.power(lparId)
    partition.alreadyRunning()
  }

  private power(lparId: number): void {
    this.plic.started(lparId, BLOCKS_EACH, 65_536, 2)
    for (const adapter of this.slots.get(lparId)!) this.adapters.add(lparId, adapter)
  }

  start(): void {}
  stop(): void {}
  resized(): void {}
  deviceChanged(): void {}
  interrupt(lparId: number, unitAddress: number): void {
    this.partitions.get(lparId)?.interrupt(unitAddress)
  }

  private show(vios: Vios, show: 'lun' | 'lv' | 'file' | 'optical', kind: 'scsi' | 'fc', clients: readonly number[]): void {
    for (const client of clients) vios.storage.serverAdapter(kind, 10 + client)
    if (kind === 'fc') {
      for (let n = 0; n < clients.length; n++) vios.storage.mapFibre(`vfchost${n}`, 'fcs0')
      return
    }
    if (show === 'optical') vios.storage.addDevice('cd0', 'optical', this.device, 'fcs0')
    else vios.storage.addDevice('hdisk1', 'lun', this.device, 'fcs0')
    if (show === 'lv' || show === 'file' || clients.length > 1) vios.storage.addVolumeGroup('clientvg', 'hdisk1')
    for (let n = 0; n < clients.length; n++) {
      let backing = show === 'optical' ? 'cd0' : 'hdisk1'
      if (show === 'lv' || show === 'file' || clients.length > 1) {
        backing = `lv${n}`
        vios.storage.addVolume(backing, show === 'file' ? 'file' : 'lv', 'clientvg', 64 * MIB)
      }
      vios.storage.makeTarget(backing, `vhost${n}`)
    }
  }

  private partition(lparId: number, parts: BenchParts): Partition {
    const partition = benchPartition(this.simulation, this.plic, lparId, (BLOCKS_EACH * BLOCK_BYTES) / MIB, parts)
    this.partitions.set(lparId, partition)
    return partition
  }
}

/** A device without queueing that takes this long for a request of this size. */
export function deviceOf(bytesPerSecond: number, perRequestNs = 0, slots = 1): StorageDeviceOptions {
  return {
    name: 'lun0',
    bytes: 2 ** 30,
    service: { perRequestNs, bytesPerSecond, positioning: null },
    slots,
    requestLimit: 1024,
    discipline: ioDisciplines.fifo,
    shareOf: () => 128,
  }
}

function adapterOf(kind: 'scsi' | 'fc', role: 'server' | 'client', slot: number, remoteId: number, remoteSlot: number): VirtualAdapter {
  return kind === 'scsi'
    ? { kind, role, slot, remoteId, remoteSlot, required: false }
    : { kind, role, slot, remoteId, remoteSlot, wwpns: null, required: false }
}
