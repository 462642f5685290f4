// The console's table of connections, as lssysconn lists it and mksysconn and rmsysconn change it: addresses of service processors, and of
// partitions that pass for one. How a connection is opened and tried again is channels.ts.

import type { ManagedSystemView } from '../managed-system-view.js'
import type { ConnectionRow } from '../operations/operation-context.js'
import type { Channels } from './channels.js'
import type { ManagementPath } from './management-path.js'

/** Addresses that a console may be given and that nobody has. */
const STRANGERS_LIMIT = 1024

export class ConnectionTable {
  private readonly channels: Channels
  private readonly systems: readonly ManagedSystemView[]
  /** Addresses at which there is nobody. */
  private readonly strangers: string[] = []

  constructor(channels: Channels, systems: readonly ManagedSystemView[]) {
    this.channels = channels
    this.systems = systems
  }

  rows(): readonly ConnectionRow[] {
    const rows: ConnectionRow[] = []
    for (const system of this.systems) for (const path of system.connections) if (path.managed) rows.push(rowOf(system, path))
    for (const ipAddress of this.strangers) rows.push({ ...stranger, ipAddress })
    return rows
  }

  /** Adds a connection; false when the console has it, or has no room for one more that nobody answers. */
  add(ipAddress: string, password: string | undefined): boolean {
    const path = this.find(ipAddress)
    if (path === undefined) {
      if (this.strangers.includes(ipAddress) || this.strangers.length >= STRANGERS_LIMIT) return false
      this.strangers.push(ipAddress)
      return true
    }
    if (path.managed) return false
    if (password !== undefined) path.password = password
    this.channels.connect(path)
    return true
  }

  /** Removes a connection, or ends its sessions so that it is made anew; false when the console does not have it. */
  remove(ipAddress: string, how: 'remove' | 'reset'): boolean {
    const path = this.find(ipAddress)
    if (path?.managed === true) {
      if (how === 'remove') this.channels.disconnect(path, true)
      else this.reset(path)
      return true
    }
    const place = this.strangers.indexOf(ipAddress)
    if (place < 0) return false
    if (how === 'remove') this.strangers.splice(place, 1)
    return true
  }

  /** Ends every session, so that all are made anew. */
  restart(): void {
    for (const system of this.systems) for (const path of system.connections) if (path.managed) this.reset(path)
  }

  /** Enters an access password for the service processors of a system, and has them tried anew if they are not connected. */
  enterPassword(system: ManagedSystemView, password: string): void {
    for (const path of system.connections) {
      if (path.kind !== 'fsp' || !path.managed) continue
      path.password = password
      if (!path.connected && path.pending === null) this.channels.connect(path)
    }
  }

  /** All passwords are set: the session that was kept for it is set up. */
  passwordsSet(system: ManagedSystemView): void {
    for (const path of system.connections) this.channels.setUpAgain(path)
  }

  private reset(path: ManagementPath): void {
    this.channels.disconnect(path, false)
    if (path.channels.length === 0) this.channels.connect(path)
  }

  private find(ipAddress: string): ManagementPath | undefined {
    for (const system of this.systems) {
      const found = system.connections.find((path) => path.wiring.ipAddress === ipAddress)
      if (found !== undefined) return found
    }
    return undefined
  }
}

const stranger = {
  typeModel: 'unavailable',
  serialNumber: null,
  sp: 'unavailable',
  state: 'No Connection',
  errorCode: 'Connecting 0000-0000-00000000',
} as const

function rowOf(system: ManagedSystemView, path: ManagementPath): ConnectionRow {
  const { errorCode } = path
  return {
    typeModel: system.typeModel,
    serialNumber: system.serialNumber,
    sp: system.isPrimary(path) ? 'primary' : 'secondary',
    ipAddress: path.wiring.ipAddress,
    state: path.connectionState,
    ...(errorCode === undefined ? {} : { errorCode }),
  }
}
