// What a console's `viosrvcmd` asks of a virtual I/O server: its level, disks, volume groups, virtual devices and Fibre Channel ports, and
// to make and remove mappings. Answers are data; how a command prints them is the console's. Refusals are values, never thrown.

/** Kinds of back end that a virtual target device may show. */
export const backEndKinds = ['disk', 'lv', 'file', 'lun', 'optical'] as const
export type BackEndKind = (typeof backEndKinds)[number]

/** One virtual target device: a back end shown through a server adapter. `lsmap` prints them by adapter. */
export interface ViosTarget {
  /** `vtscsi0`, `vtopt0`. */
  readonly name: string
  /** Logical unit number on the adapter, from 1. */
  readonly lun: number
  readonly backing: string
  readonly kind: BackEndKind
}

/** A server adapter and what is shown through it. */
export interface ViosAdapter {
  /** `vhost0`, `vfchost0`. */
  readonly name: string
  readonly unitAddress: number
  readonly slot: number
  /** Partition ID of the client; 0 while none is connected. */
  readonly clientId: number
  readonly targets: readonly ViosTarget[]
}

/** A Fibre Channel server adapter: which port of the server its client's traffic goes out by, and the client's names on the fabric. */
export interface ViosFibreAdapter extends ViosAdapter {
  /** `fcs0`, or null while it is mapped to no port. */
  readonly port: string | null
  /** `LOGGED_IN` when the client is connected and has a port. */
  readonly status: 'LOGGED_IN' | 'NOT_LOGGED_IN'
  /** Port name that the client has logged in with, 16 hexadecimal digits. */
  readonly wwpn: string | null
}

/** A physical disk or LUN (`lspv`). */
export interface ViosDisk {
  readonly name: string
  readonly bytes: number
  /** `rootvg`; null: none. */
  readonly volumeGroup: string | null
}

/** `lsvg`, and `lsvg -lv`. */
export interface ViosVolumeGroup {
  readonly name: string
  readonly bytes: number
  readonly freeBytes: number
  readonly volumes: readonly { readonly name: string; readonly bytes: number }[]
}

/** A port of a physical Fibre Channel adapter that can carry virtual ones (`lsnports`). */
export interface ViosFibrePort {
  /** `fcs0`. */
  readonly name: string
  readonly physicalLocation: string
  /** Whether the fabric supports N_Port virtualization. */
  readonly fabric: boolean
  /** Virtual ports that it can carry, and those that are free. */
  readonly targetPorts: number
  readonly availablePorts: number
  readonly wwpns: number
  readonly availableWwpns: number
}

/** `no-backing`, `no-adapter`, `no-device`: no such name; `in-use`: the name or the back end is taken; `busy`: a client has I/O there. */
export const viosRefusals = ['no-backing', 'no-adapter', 'no-device', 'in-use', 'busy'] as const
export type ViosRefusal = (typeof viosRefusals)[number]

export interface ViosCommandPort {
  /** `ioslevel`: 2.2.0.0. */
  readonly level: string
  adapters(): readonly ViosAdapter[]
  fibreAdapters(): readonly ViosFibreAdapter[]
  disks(): readonly ViosDisk[]
  volumeGroups(): readonly ViosVolumeGroup[]
  fibrePorts(): readonly ViosFibrePort[]
  /** `mkvdev -vdev BACKING -vadapter ADAPTER [-dev NAME]`; returns the target that was made, or why none was. */
  makeTarget(backing: string, adapter: string, name?: string): ViosTarget | ViosRefusal
  /** `rmvdev -vtd NAME`; null: removed. */
  removeTarget(name: string): ViosRefusal | null
  /** `vfcmap -vadapter ADAPTER -fcp PORT`; null: mapped. An empty port name takes the mapping away. */
  mapFibre(adapter: string, port: string): ViosRefusal | null
}
