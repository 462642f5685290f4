// What a virtual I/O server has and what it shows: disks behind physical adapters, volume groups and volumes on them, files, optical media,
// and the mapping of each to a server adapter. Front and back vary independently: any back end can be shown by any virtual SCSI adapter.
// It is the port of a console's viosrvcmd; mistakes of a document are thrown, refusals of a command are values. Cold.

import type {
  BackEndKind,
  ViosAdapter,
  ViosCommandPort,
  ViosDisk,
  ViosFibreAdapter,
  ViosFibrePort,
  ViosRefusal,
  ViosTarget,
  ViosVolumeGroup,
} from '@powersim/protocol'
import { ViosError } from './errors.js'
import type { BackEnd, Target } from './hot/back-end.js'
import { BLOCK_BYTES } from './hot/disk-content.js'
import type { PhysicalAdapter } from './hot/physical-adapter.js'
import { MAX_LUNS, ServerAdapter } from './hot/server-adapter.js'
import type { FibreLogins } from './hot/storage-server.js'
import type { StorageDevice } from './hot/storage-device.js'
import type { ViosParameters } from './parameters.js'

/** A port of a physical Fibre Channel adapter that can carry virtual ones. */
export interface FibrePortOptions {
  /** Name of its physical adapter: `fcs0`. */
  readonly name: string
  readonly physicalLocation: string
  /** Virtual ports that it can carry: 64 on an 8 Gb adapter (IBM, NPIV limits). */
  readonly targetPorts: number
  /** Logical units that the SAN shows to a client's port name, in a virtual slot of the server, by number from 0. */
  readonly luns: (wwpn: string, slot: number) => readonly StorageDevice[]
}

interface VolumeGroup {
  readonly name: string
  readonly disk: string
  /** Blocks that volumes have taken, from the first on. */
  usedBlocks: number
  readonly volumes: string[]
}

const WWPNS_PER_PORT = 2048

/** Server adapters of one server. */
const MAX_ADAPTERS = 256

export class StorageConfiguration implements ViosCommandPort, FibreLogins {
  private readonly parameters: ViosParameters
  /** In order of their numbers; grows as slots get adapters. */
  readonly servers: ServerAdapter[] = []
  private readonly physical: readonly PhysicalAdapter[]
  private readonly ports: readonly FibrePortOptions[]
  private readonly backEnds = new Map<string, BackEnd>()
  private readonly groups: VolumeGroup[] = []

  constructor(parameters: ViosParameters, physical: readonly PhysicalAdapter[], ports: readonly FibrePortOptions[]) {
    this.parameters = parameters
    this.physical = physical
    this.ports = ports
  }

  get level(): string {
    return this.parameters.level
  }

  /** The server adapter of a slot, whether its device is there or not: `vhost0` is the first that was asked for. Throws ViosError. */
  serverAdapter(kind: 'scsi' | 'fc', slot: number): ServerAdapter {
    const known = this.servers.find((server) => server.kind === kind && server.slot === slot)
    if (known !== undefined) return known
    if (this.servers.length >= MAX_ADAPTERS) {
      throw new ViosError('bad-parameter', `slot ${slot}`, `${MAX_ADAPTERS} server adapters are there already`)
    }
    const number = this.servers.filter((server) => server.kind === kind).length
    const adapter = new ServerAdapter(`${kind === 'scsi' ? 'vhost' : 'vfchost'}${number}`, kind, slot)
    this.servers.push(adapter)
    return adapter
  }

  /** A whole disk, LUN or optical medium, behind a physical adapter. Throws ViosError `name-taken`, `no-such-name`. */
  addDevice(name: string, kind: 'disk' | 'lun' | 'optical', device: StorageDevice, adapter: string): void {
    const isOptical = kind === 'optical'
    const physical = this.physical.find((known) => known.name === adapter)
    if (physical === undefined) throw new ViosError('no-such-name', `${name}.adapter`, `there is no physical adapter '${adapter}'`)
    this.add(
      this.backEnd({ name, kind, device, adapter: physical, firstBlock: 0, blocks: device.blocks, copied: isOptical, readOnly: isOptical }),
    )
  }

  /** A volume group on a disk that nothing shows. Throws ViosError. */
  addVolumeGroup(name: string, disk: string): void {
    this.wanted(disk)
    if (this.groups.some((group) => group.name === name || group.disk === disk)) {
      throw new ViosError('name-taken', name, `'${name}' is there already, or '${disk}' is another group's`)
    }
    this.groups.push({ name, disk, usedBlocks: 0, volumes: [] })
  }

  /** A volume of a group, or a file in one: a stretch of the group's disk. Throws ViosError. */
  addVolume(name: string, kind: 'lv' | 'file', group: string, bytes: number): void {
    const known = this.groups.find((other) => other.name === group)
    if (known === undefined) throw new ViosError('no-such-name', `${name}.volumeGroup`, `there is no volume group '${group}'`)
    const disk = this.wanted(known.disk)
    const blocks = Math.ceil(bytes / BLOCK_BYTES)
    if (!(blocks >= 1 && known.usedBlocks + blocks <= disk.blocks)) {
      const freeBytes = (disk.blocks - known.usedBlocks) * BLOCK_BYTES
      throw new ViosError('bad-parameter', `${name}.bytes`, `expected 1 to ${freeBytes}, what '${group}' has left, got ${bytes}`)
    }
    const { device, adapter } = disk
    this.add(this.backEnd({ name, kind, device, adapter, firstBlock: known.usedBlocks, blocks, copied: kind === 'file', readOnly: false }))
    known.usedBlocks += blocks
    known.volumes.push(name)
  }

  adapters(): readonly ViosAdapter[] {
    return this.servers.filter(({ kind }) => kind === 'scsi').map(viewOf)
  }

  fibreAdapters(): readonly ViosFibreAdapter[] {
    return this.servers
      .filter(({ kind }) => kind === 'fc')
      .map((adapter) => {
        const isLoggedIn = adapter.state === 'serving' && adapter.port !== null
        return { ...viewOf(adapter), port: adapter.port, status: isLoggedIn ? 'LOGGED_IN' : 'NOT_LOGGED_IN', wwpn: adapter.wwpn }
      })
  }

  disks(): readonly ViosDisk[] {
    return [...this.backEnds.values()]
      .filter(({ kind }) => kind === 'disk' || kind === 'lun')
      .map(({ name, device }) => ({ name, bytes: device.bytes, volumeGroup: this.groups.find(({ disk }) => disk === name)?.name ?? null }))
  }

  volumeGroups(): readonly ViosVolumeGroup[] {
    return this.groups.map(({ name, disk, usedBlocks, volumes }) => {
      const { blocks } = this.wanted(disk)
      const views = volumes.map((volume) => ({ name: volume, bytes: this.wanted(volume).blocks * BLOCK_BYTES }))
      return { name, bytes: blocks * BLOCK_BYTES, freeBytes: (blocks - usedBlocks) * BLOCK_BYTES, volumes: views }
    })
  }

  fibrePorts(): readonly ViosFibrePort[] {
    return this.ports.map(({ name, physicalLocation, targetPorts }) => {
      const used = this.servers.filter(({ port }) => port === name).length
      const availableWwpns = WWPNS_PER_PORT - 2 * used
      return {
        name,
        physicalLocation,
        fabric: true,
        targetPorts,
        availablePorts: targetPorts - used,
        wwpns: WWPNS_PER_PORT,
        availableWwpns,
      }
    })
  }

  makeTarget(backing: string, adapter: string, name?: string): ViosTarget | ViosRefusal {
    const backEnd = this.backEnds.get(backing)
    if (backEnd === undefined) return 'no-backing'
    const server = this.servers.find((known) => known.kind === 'scsi' && known.name === adapter)
    if (server === undefined) return 'no-adapter'
    const prefix = backEnd.kind === 'optical' ? 'vtopt' : 'vtscsi'
    const chosen = name ?? this.nextName(prefix)
    const isGroups = this.groups.some(({ disk }) => disk === backing)
    const isShown = backEnd.kind !== 'optical' && this.targets().some((target) => target.backEnd === backEnd)
    const lun = Array.from({ length: MAX_LUNS - 1 }, (_, n) => n + 1).find((number) => server.targets[number] === undefined)
    if (this.targets().some((target) => target.name === chosen) || isGroups || isShown || lun === undefined) return 'in-use'
    const target: Target = { name: chosen, lun, backEnd }
    server.targets[lun] = target
    return targetView(target)
  }

  removeTarget(name: string): ViosRefusal | null {
    for (const server of this.servers) {
      const target = server.targets.find((known) => known?.name === name)
      if (target === undefined || server.kind !== 'scsi') continue
      // What is under way needs the target to end.
      if (server.inside > 0) return 'busy'
      server.targets[target.lun] = undefined
      return null
    }
    return 'no-device'
  }

  mapFibre(adapter: string, port: string): ViosRefusal | null {
    const server = this.servers.find((known) => known.kind === 'fc' && known.name === adapter)
    if (server === undefined) return 'no-adapter'
    if (server.inside > 0) return 'busy'
    const options = this.ports.find(({ name }) => name === port)
    const physical = this.physical.find(({ name }) => name === port)
    if (port !== '' && (options === undefined || physical === undefined)) return 'no-backing'
    server.port = port === '' ? null : port
    this.loggedIn(server)
    return null
  }

  /** What the SAN shows to a client's port name, through the port that the adapter is mapped to. */
  loggedIn(server: ServerAdapter): void {
    server.targets.length = 0
    const options = this.ports.find(({ name }) => name === server.port)
    const adapter = this.physical.find(({ name }) => name === server.port)
    if (options === undefined || adapter === undefined || server.wwpn === null) return
    for (const [lun, device] of options.luns(server.wwpn, server.slot).slice(0, MAX_LUNS).entries()) {
      const stretch = { firstBlock: 0, blocks: device.blocks, copied: false, readOnly: false, requestNs: this.parameters.passThroughNs }
      server.targets[lun] = {
        name: `${server.name}.${device.name}`,
        lun,
        backEnd: { name: device.name, kind: 'lun', device, adapter, ...stretch },
      }
    }
  }

  private backEnd(parts: Omit<BackEnd, 'requestNs'>): BackEnd {
    const { requestNs, fileRequestNs } = this.parameters
    return { ...parts, requestNs: parts.kind === 'file' ? requestNs + fileRequestNs : requestNs }
  }

  private add(backEnd: BackEnd): void {
    if (this.backEnds.has(backEnd.name)) throw new ViosError('name-taken', backEnd.name, `there is a back end '${backEnd.name}' already`)
    this.backEnds.set(backEnd.name, backEnd)
  }

  private wanted(name: string): BackEnd {
    const backEnd = this.backEnds.get(name)
    if (backEnd === undefined) throw new ViosError('no-such-name', name, `there is no back end '${name}'`)
    return backEnd
  }

  private targets(): readonly Target[] {
    return this.servers.flatMap(({ targets }) => targets.filter((target) => target !== undefined))
  }

  private nextName(prefix: string): string {
    const names = new Set(this.targets().map(({ name }) => name))
    let number = 0
    while (names.has(`${prefix}${number}`)) number++
    return `${prefix}${number}`
  }
}

function viewOf({ name, unitAddress, slot, client, targets }: ServerAdapter): ViosAdapter {
  return { name, unitAddress, slot, clientId: client, targets: targets.filter((target) => target !== undefined).map(targetView) }
}

function targetView({ name, lun, backEnd }: Target): ViosTarget {
  const kind: BackEndKind = backEnd.kind
  return { name, lun, backing: backEnd.name, kind }
}
