// From a checked document to storage at work: the devices of a system, the programs of its Virtual I/O Servers, the client drivers of its
// guests. What a document leaves out makes nothing, so that a machine without storage is as it was.

import type { Simulation } from '@powersim/kernel'
import { ClientStorage, defaultClientStorage } from '@powersim/lpar'
import type { Phyp } from '@powersim/phyp'
import { defaultViosParameters, ioDisciplines, StorageDevice, Vios } from '@powersim/vios'
import { lawOf } from './document/quantity.js'
import type { GuestRule, SystemDocument } from './document/schema.js'
import { MachineError } from './errors.js'

const MIB = 2 ** 20
const DEFAULT_SHARE = 128
/** Virtual ports of one physical one: 64 on an 8 Gb adapter (IBM, NPIV limits). */
const TARGET_PORTS = 64

type PartitionDocument = SystemDocument['partitions'][number]

export class SystemStorage {
  /** By partition ID. */
  readonly servers = new Map<number, Vios>()
  readonly drivers = new Map<number, ClientStorage>()
  private readonly simulation: Simulation
  private readonly document: SystemDocument
  private readonly devices = new Map<string, StorageDevice>()

  /** Throws MachineError `bad-document` for a device that is not there, ViosError for what does not fit. */
  constructor(simulation: Simulation, document: SystemDocument, phyp: Phyp) {
    this.simulation = simulation
    this.document = document
    for (const { name, sizeMiB, perRequest, bytesPerSecond, positioning, slots, requestLimit, discipline, shares } of document.storage) {
      const shareById = new Map(shares.map(({ partition, share }) => [this.partitionId(partition, `storage.${name}.shares`), share]))
      const moves =
        positioning === undefined
          ? null
          : {
              seekMinNs: positioning.seekMin,
              seekMaxNs: positioning.seekMax,
              rotationNs: positioning.rotation,
              blocksPerTurn: positioning.blocksPerTurn,
            }
      const options = {
        name: `${document.name}.${name}`,
        bytes: sizeMiB * MIB,
        service: { perRequestNs: perRequest, bytesPerSecond, positioning: moves },
        slots,
        requestLimit,
        discipline: ioDisciplines[discipline],
        shareOf: (client: number) => shareById.get(client) ?? DEFAULT_SHARE,
      }
      this.devices.set(name, new StorageDevice(simulation, options))
    }
    for (const partition of document.partitions) if (partition.vios !== undefined) this.serve(partition, partition.vios, phyp)
  }

  /** The storage driver of a guest that does I/O and has client adapters; undefined for any other. */
  driverOf({ io }: GuestRule, lparId: number): ClientStorage | undefined {
    const partition = this.document.partitions.find(({ id }) => id === lparId)
    if (io === undefined || partition === undefined) return undefined
    const slots = partition.adapters.flatMap((adapter) => {
      return (adapter.kind === 'scsi' || adapter.kind === 'fc') && adapter.role === 'client' ? [adapter.slot] : []
    })
    if (slots.length === 0) return undefined
    const { pattern, blockBytes, reads, sequential, spanMiB, lun, ios = Infinity } = io
    const load =
      'open' in pattern
        ? { open: { gap: lawOf(pattern.open.gap), threads: pattern.open.threads } }
        : { closed: { threads: pattern.closed.threads, think: lawOf(pattern.closed.think) } }
    const adapters = slots.toSorted((one, other) => one - other).map((slot, at) => ({ name: `vscsi${at}`, slot }))
    const driver = new ClientStorage(this.simulation, `${this.document.name}.lpar${lparId}`, {
      parameters: defaultClientStorage,
      adapters,
      disks: [
        {
          name: 'hdisk0',
          paths: adapters.map(({ name }, at) => ({ adapter: name, lun, priority: at + 1 })),
          load: { pattern: load, blockBytes, reads, sequential, spanBytes: spanMiB * MIB, ios },
        },
      ],
    })
    this.drivers.set(lparId, driver)
    return driver
  }

  private serve(partition: PartitionDocument, vios: NonNullable<PartitionDocument['vios']>, phyp: Phyp): void {
    const path = `partitions.${partition.name}.vios`
    const program = new Vios(this.simulation, defaultViosParameters, {
      name: `${this.document.name}.${partition.name}`,
      dma: phyp.adapters.dma,
      physicalInterrupts: phyp.adapters,
      physicalAdapters: vios.adapters.map(({ name, bytesPerSecond = Infinity }) => {
        return { name, ...phyp.adapters.add(partition.id), bytesPerSecond }
      }),
      fibrePorts: vios.adapters.map(({ name, location }) => ({
        name,
        physicalLocation: location,
        targetPorts: TARGET_PORTS,
        luns: (_wwpn, slot) => {
          const zone = vios.fibre.find((fibre) => fibre.adapter === name && fibre.slot === slot)?.zone ?? []
          return zone.map((device) => this.device(device, `${path}.fibre`))
        },
      })),
    })
    const { storage } = program
    for (const { name, device, kind, adapter } of vios.disks) storage.addDevice(name, kind, this.device(device, `${path}.disks`), adapter)
    for (const { name, disk } of vios.volumeGroups) storage.addVolumeGroup(name, disk)
    for (const { name, kind, group, sizeMiB } of vios.volumes) storage.addVolume(name, kind, group, sizeMiB * MIB)
    for (const { slot, backing } of vios.maps) {
      const made = storage.makeTarget(backing, storage.serverAdapter('scsi', slot).name)
      if (typeof made === 'string')
        throw new MachineError('bad-document', `${path}.maps`, `'${backing}' cannot be shown in slot ${slot}: ${made}`)
    }
    for (const { slot, adapter } of vios.fibre) {
      const refusal = storage.mapFibre(storage.serverAdapter('fc', slot).name, adapter)
      if (refusal !== null) throw new MachineError('bad-document', `${path}.fibre`, `slot ${slot} cannot use '${adapter}': ${refusal}`)
    }
    this.servers.set(partition.id, program)
  }

  private device(name: string, path: string): StorageDevice {
    const device = this.devices.get(name)
    if (device === undefined) throw new MachineError('bad-document', path, `there is no device '${name}' in the system's storage`)
    return device
  }

  private partitionId(name: string, path: string): number {
    const id = this.document.partitions.find((partition) => partition.name === name)?.id
    if (id === undefined) throw new MachineError('bad-document', path, `there is no partition '${name}'`)
    return id
  }
}
