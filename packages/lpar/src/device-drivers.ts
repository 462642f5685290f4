// Who on a partition a virtual device belongs to: a driver of its operating system, which serves the devices of some kinds, or else the
// program that runs on it (NETS has the management channel, a virtual I/O server the server adapters). Each is told of its own only.
// What drivers do is theirs; when there is somebody to tell is partition.ts.

import type { DeviceKind, GuestPort, GuestProgram } from '@powersim/protocol'

/** A driver of the operating system, part of it and beside its program: every device of these kinds is its. */
export interface DeviceDriver extends GuestProgram {
  readonly kinds: readonly DeviceKind[]
}

export class DeviceDrivers {
  readonly #program: GuestProgram | undefined
  readonly #drivers: readonly DeviceDriver[]
  readonly #owners = new Map<number, GuestProgram | undefined>()
  #guest: GuestPort | null = null

  constructor(program: GuestProgram | undefined, drivers: readonly DeviceDriver[]) {
    this.#program = program
    this.#drivers = drivers
  }

  /** Whether the operating system runs. */
  get running(): boolean {
    return this.#guest !== null
  }

  /** The operating system is up: its drivers first, then the program that may need them. */
  start(guest: GuestPort): void {
    this.#guest = guest
    this.#owners.clear()
    for (const driver of this.#drivers) driver.start(guest)
    this.#program?.start(guest)
  }

  stop(reason: 'shutdown' | 'crash'): void {
    this.#guest = null
    this.#program?.stop(reason)
    for (const driver of this.#drivers) driver.stop(reason)
  }

  /** False: nobody is there to take it. */
  interrupt(unitAddress: number): boolean {
    const owner = this.#ownerOf(unitAddress)
    if (owner === undefined) return false
    owner.interrupt(unitAddress)
    return true
  }

  attached(unitAddress: number): void {
    this.#owners.delete(unitAddress)
    this.#ownerOf(unitAddress)?.attached?.(unitAddress)
  }

  detached(unitAddress: number): void {
    this.#ownerOf(unitAddress)?.detached?.(unitAddress)
    this.#owners.delete(unitAddress)
  }

  #ownerOf(unitAddress: number): GuestProgram | undefined {
    if (this.#guest === null) return undefined
    if (this.#owners.has(unitAddress)) return this.#owners.get(unitAddress)
    const kind = this.#guest.node(unitAddress)?.kind
    const driver = kind === undefined ? undefined : this.#drivers.find((candidate) => candidate.kinds.includes(kind))
    const owner = driver ?? this.#program
    this.#owners.set(unitAddress, owner)
    return owner
  }
}
