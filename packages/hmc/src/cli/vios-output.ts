// What the commands of a Virtual I/O Server's shell print, of its inventory. The header of lsnports is captured; the columns of the others
// are domain knowledge (manual pages of lsmap, lsdev, lspv, lsvg tell the fields). Which command was asked is
// operations/virtual-io/vios-command.ts.

import type { ViosInventory } from '@powersim/protocol'

/** Of location codes: `U8203.E4A.10ACE01-V1`. */
export interface ViosPlace {
  readonly unit: string
  readonly viosId: number
  nameOf(id: number): string | undefined
}

type Adapter = ViosInventory['adapters'][number]
type FibreAdapter = ViosInventory['fibreAdapters'][number]
type Target = Adapter['targets'][number]

/** Logical volumes are made of physical partitions of 64 MiB (estimate). */
const PARTITION_BYTES = 67_108_864
const NO_TARGET = 'NO VIRTUAL TARGET DEVICE FOUND'
const targetWords: Readonly<Record<Target['kind'], string>> = {
  disk: 'Virtual Target Device - Disk',
  lun: 'Virtual Target Device - Disk',
  lv: 'Virtual Target Device - Logical Volume',
  file: 'Virtual Target Device - File-backed Disk',
  optical: 'Virtual Target Device - File-backed Optical',
}

const noTarget: [string, string] = ['vtd', NO_TARGET]

/** Fields of `lsmap -field`, in the order in which they are printed. */
export const mapFields = ['svsa', 'physloc', 'clientid', 'vtd', 'status', 'lun', 'backing', 'bdphysloc', 'mirrored'] as const
export const fibreFields = ['name', 'physloc', 'clntid', 'clntname', 'clntos', 'status', 'fc', 'fcphysloc', 'ports'] as const

const hexadecimal = (value: number): string => `0x${value.toString(16).padStart(8, '0')}`
const lunOf = ({ lun }: Target): string => `0x8${lun.toString(16)}`.padEnd(18, '0')
const locationOf = ({ unit, viosId }: ViosPlace, { slot }: { readonly slot: number }): string => `${unit}-V${viosId}-C${slot}`

/** One line an adapter, its fields between delimiters, those of each target after another. */
export function delimitedMaps(adapters: readonly Adapter[], place: ViosPlace, fields: readonly string[], delimiter: string): string[] {
  const wanted = (name: string): boolean => fields.length === 0 || fields.includes(name)
  return adapters.map((adapter) => {
    const values: [string, string][] = [
      ['svsa', adapter.name],
      ['physloc', locationOf(place, adapter)],
      ['clientid', hexadecimal(adapter.clientId)],
      ...adapter.targets.flatMap((target) => targetFields(target)),
      ...(adapter.targets.length === 0 ? [noTarget] : []),
    ]
    return values.flatMap(([name, value]) => (wanted(name) ? [value === '' ? ' ' : value] : [])).join(delimiter)
  })
}

function targetFields(target: Target): [string, string][] {
  return [
    ['vtd', target.name],
    ['status', 'Available'],
    ['lun', lunOf(target)],
    ['backing', target.backing],
    ['bdphysloc', ''],
    ['mirrored', 'N/A'],
  ]
}

export function maps(adapters: readonly Adapter[], place: ViosPlace): string[] {
  const labels = ['VTD', 'Status', 'LUN', 'Backing device', 'Physloc', 'Mirrored']
  return adapters.flatMap((adapter) => [
    'SVSA            Physloc                                      Client Partition ID',
    '--------------- -------------------------------------------- ------------------',
    `${adapter.name.padEnd(16)}${locationOf(place, adapter).padEnd(45)}${hexadecimal(adapter.clientId)}`,
    '',
    ...(adapter.targets.length === 0 ? [`VTD                   ${NO_TARGET}`, ''] : []),
    ...adapter.targets.flatMap((target) => [
      ...targetFields(target).map(([, value], at) => `${(labels[at] ?? '').padEnd(22)}${value}`.trimEnd()),
      '',
    ]),
  ])
}

function fibreValues(adapter: FibreAdapter, place: ViosPlace): Readonly<Record<(typeof fibreFields)[number], string>> {
  const client = adapter.clientId === 0 ? undefined : place.nameOf(adapter.clientId)
  return {
    name: adapter.name,
    physloc: locationOf(place, adapter),
    clntid: adapter.clientId === 0 ? '' : String(adapter.clientId),
    clntname: client ?? '',
    clntos: '',
    status: adapter.status,
    fc: adapter.port ?? '',
    fcphysloc: '',
    ports: adapter.status === 'LOGGED_IN' ? '1' : '0',
  }
}

export function delimitedFibreMaps(adapters: readonly FibreAdapter[], place: ViosPlace, fields: readonly string[], by: string): string[] {
  return adapters.map((adapter) => {
    const values = fibreValues(adapter, place)
    const chosen = fibreFields.filter((name) => fields.length === 0 || fields.includes(name))
    return chosen.map((name) => (values[name] === '' ? ' ' : values[name])).join(by)
  })
}

export function fibreMaps(adapters: readonly FibreAdapter[], place: ViosPlace): string[] {
  return adapters.flatMap((adapter) => {
    const { name, physloc, clntid, clntname, status, fc, ports } = fibreValues(adapter, place)
    return [
      'Name          Physloc                            ClntID ClntName       ClntOS',
      '------------- ---------------------------------- ------ -------------- -------',
      `${name.padEnd(14)}${physloc.padEnd(35)}${clntid.padStart(6)} ${clntname}`.trimEnd(),
      '',
      `Status:${status}`,
      `FC name:${fc.padEnd(24)}FC loc code:`,
      `Ports logged in:${ports}`,
      '',
    ]
  })
}

/** `kind`: of lsdev -type, or `virtual`; undefined: all. */
export function devices({ adapters, fibreAdapters, disks, fibrePorts }: ViosInventory, kind: string | undefined): string[] {
  const row = (name: string, description: string): string => `${name.padEnd(17)}Available   ${description}`
  const physical = fibrePorts.map(({ name }) => row(name, 'FC Adapter'))
  const drives = disks.map(({ name }) => row(name, 'SCSI Disk Drive'))
  const virtual = [
    ...adapters.map(({ name }) => row(name, 'Virtual SCSI Server Adapter')),
    ...fibreAdapters.map(({ name }) => row(name, 'Virtual FC Server Adapter')),
    ...adapters.flatMap(({ targets }) => targets.map((target) => row(target.name, targetWords[target.kind]))),
  ]
  const chosen =
    kind === undefined ? [...physical, ...drives, ...virtual] : kind === 'disk' ? drives : kind === 'adapter' ? physical : virtual
  return ['name             status      description', ...chosen]
}

export function physicalVolumes({ disks }: ViosInventory): string[] {
  const row = (name: string, pvid: string, group: string, status: string): string =>
    `${name.padEnd(17)}${pvid.padEnd(37)}${group.padEnd(17)}${status}`.trimEnd()
  return [
    row('NAME', 'PVID', 'VG', 'STATUS'),
    ...disks.map(({ name, volumeGroup }) => row(name, 'none', volumeGroup ?? 'None', volumeGroup === null ? '' : 'active')),
  ]
}

/** The logical volumes of a group. */
export function logicalVolumes({ name, volumes }: ViosInventory['volumeGroups'][number]): string[] {
  const row = (...[lv, type, lps, pps, pvs, state, mount]: (string | number)[]): string =>
    [
      String(lv).padEnd(19),
      String(type).padEnd(10),
      String(lps).padEnd(5),
      String(pps).padEnd(5),
      String(pvs).padEnd(4),
      String(state).padEnd(13),
      mount,
    ]
      .join(' ')
      .trimEnd()
  return [
    `${name}:`,
    row('LV NAME', 'TYPE', 'LPs', 'PPs', 'PVs', 'LV STATE', 'MOUNT POINT'),
    ...volumes.map((volume) => {
      const partitions = Math.ceil(volume.bytes / PARTITION_BYTES)
      return row(volume.name, 'jfs', partitions, partitions, 1, 'open/syncd', 'N/A')
    }),
  ]
}

export function fibrePorts({ fibrePorts: ports }: ViosInventory): string[] {
  const row = (name: string, location: string, ...numbers: readonly (string | number)[]): string =>
    [name.padEnd(16), location.padEnd(30), ...numbers.map((number) => String(number).padStart(6))].join(' ')
  return [
    row('name', 'physloc', 'fabric', 'tports', 'aports', 'swwpns', 'awwpns'),
    ...ports.map((port) => {
      const { name, physicalLocation, fabric, targetPorts, availablePorts, wwpns, availableWwpns } = port
      return row(name, physicalLocation, fabric ? 1 : 0, targetPorts, availablePorts, wwpns, availableWwpns)
    }),
  ]
}
