// A console's share of the management channel: its sessions at NETS use one HMC connection together, under its 32-byte id.
// Which connection, and when it is opened and closed, is driver.ts.

import { type Address, addressInstance } from '@powersim/protocol'
import type { HmcConnection } from './hmc-connection.js'
import type { Trip } from './trip.js'

export const HMC_ID_BYTES = 32

export class ConsoleShare {
  readonly address: Address
  /** What Open carries: the console's name in ASCII, zeros behind. */
  readonly hmcId: Uint8Array
  /** Sessions of the console that are authenticated. At 0 the share is given up. */
  sessions = 0
  connection: HmcConnection | null = null
  /** The hypervisor takes fewer consoles than were attached before it said so, and this one came too late. */
  rejected = false
  /** Commands that wait for a buffer, first come first. */
  readonly waiting: Trip[] = []

  constructor(address: Address) {
    this.address = address
    this.hmcId = new Uint8Array(HMC_ID_BYTES)
    const name = `hmc${addressInstance(address)}`
    for (let at = 0; at < name.length; at++) this.hmcId[at] = name.charCodeAt(at)
  }
}
