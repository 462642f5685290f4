// The virtual Ethernet driver of an operating system: one VirtualEthernet for each slot, there before the device is and after it has gone,
// so that whoever uses a slot's port holds it for good. A device that comes is configured at once.

import type { Simulation } from '@powersim/kernel'
import type { GuestPort } from '@powersim/protocol'
import type { DeviceDriver } from '../device-drivers.js'
import { LparError } from '../errors.js'
import { VirtualEthernet } from './virtual-ethernet.js'
import type { ReceivePool, VirtualEthernetCosts } from './virtual-ethernet-options.js'

export interface EthernetDriverOptions {
  /** Prefixes names of handlers: unique. */
  readonly name: string
  readonly pools: readonly ReceivePool[]
  /** null: the users of its ports pay for its processor time. */
  readonly costs: VirtualEthernetCosts | null
}

/** Where the adapters' memory begins, and how far apart they are: above the kernel, in the first region of most partitions (estimate). */
const FIRST_ADDRESS = 0x100_0000
const ADDRESS_SPAN = 0x200_0000
/** Slots that may be driven. */
const MAX_PORTS = 64

export class EthernetDriver implements DeviceDriver {
  readonly kinds = ['l-lan'] as const
  readonly #simulation: Simulation
  readonly #options: EthernetDriverOptions
  readonly #ports = new Map<number, VirtualEthernet>()
  readonly #byUnit = new Map<number, VirtualEthernet>()
  #guest: GuestPort | null = null

  constructor(simulation: Simulation, options: EthernetDriverOptions) {
    this.#simulation = simulation
    this.#options = options
  }

  /** The port of a slot. Throws LparError `bad-option` for one too many. */
  port(slot: number): VirtualEthernet {
    const known = this.#ports.get(slot)
    if (known !== undefined) return known
    if (this.#ports.size >= MAX_PORTS) throw new LparError('bad-option', this.#options.name, `drives ${MAX_PORTS} adapters already`)
    const { name, pools, costs } = this.#options
    const memoryAddress = FIRST_ADDRESS + this.#ports.size * ADDRESS_SPAN
    const port = new VirtualEthernet(this.#simulation, { name: `${name}.${slot}`, pools, costs, memoryAddress })
    this.#ports.set(slot, port)
    return port
  }

  start(guest: GuestPort): void {
    this.#guest = guest
    for (const unitAddress of guest.devices('l-lan')) this.attached(unitAddress)
  }

  interrupt(unitAddress: number): void {
    this.#byUnit.get(unitAddress)?.interrupt()
  }

  attached(unitAddress: number): void {
    const guest = this.#guest
    const node = guest?.node(unitAddress)
    if (guest === null || node === undefined || node.slot === null || node.mac === null) return
    const port = this.port(node.slot)
    this.#byUnit.set(unitAddress, port)
    port.start(guest, unitAddress, Number.parseInt(node.mac, 16))
  }

  detached(unitAddress: number): void {
    this.#byUnit.get(unitAddress)?.stop('shutdown')
    this.#byUnit.delete(unitAddress)
  }

  stop(reason: 'shutdown' | 'crash'): void {
    for (const port of this.#byUnit.values()) port.stop(reason)
    this.#byUnit.clear()
    this.#guest = null
  }
}
