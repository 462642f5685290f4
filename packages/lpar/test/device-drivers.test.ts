// Who on a partition is told of a device: drivers by the kinds that they serve, the program for the rest, nobody while nothing runs.

import { Simulation } from '@powersim/kernel'
import type { DeviceNode, GuestPort } from '@powersim/protocol'
import { IdealGuest } from '@powersim/testkit'
import { describe, expect, it } from 'vitest'
import { type DeviceDriver, DeviceDrivers } from '../src/device-drivers.js'

class Recorded implements DeviceDriver {
  readonly kinds: DeviceDriver['kinds']
  private readonly name: string
  private readonly all: string[]

  constructor(kinds: DeviceDriver['kinds'], name: string, all: string[]) {
    this.kinds = kinds
    this.name = name
    this.all = all
  }

  start(guest: GuestPort): void {
    this.note(`start ${this.kinds.flatMap((kind) => guest.devices(kind)).join(' ')}`)
  }

  interrupt(unitAddress: number): void {
    this.note(`interrupt ${unitAddress}`)
  }

  attached(unitAddress: number): void {
    this.note(`attached ${unitAddress}`)
  }

  detached(unitAddress: number): void {
    this.note(`detached ${unitAddress}`)
  }

  stop(reason: string): void {
    this.note(`stop ${reason}`)
  }

  private note(line: string): void {
    this.all.push(`${this.name} ${line}`)
  }
}

function surroundings() {
  const all: string[] = []
  const nodes: (Pick<DeviceNode, 'unitAddress' | 'kind'> & { slot: number })[] = [
    { unitAddress: 1, kind: 'v-scsi', slot: 2 },
    { unitAddress: 2, kind: 'l-lan', slot: 3 },
    { unitAddress: 3, kind: 'vnic', slot: 4 },
  ]
  const guest = new IdealGuest(new Simulation({ seed: 'drivers' }), { devices: nodes })
  const program = new Recorded(['vmc'], 'program', all)
  const drivers = new DeviceDrivers(program, [new Recorded(['v-scsi'], 'disks', all), new Recorded(['l-lan'], 'network', all)])
  return { all, nodes, guest, drivers }
}

describe('drivers', () => {
  it('start before the program, and end after it', () => {
    const { all, guest, drivers } = surroundings()
    drivers.start(guest)
    drivers.stop('shutdown')
    expect(all).toEqual([
      'disks start 1',
      'network start 2',
      'program start ',
      'program stop shutdown',
      'disks stop shutdown',
      'network stop shutdown',
    ])
  })

  it('hear of their own devices only; the program of all others', () => {
    const { all, guest, drivers } = surroundings()
    drivers.start(guest)
    all.length = 0
    expect([1, 2, 3, 1, 99].map((unit) => drivers.interrupt(unit))).toEqual([true, true, true, true, true])
    expect(all).toEqual(['disks interrupt 1', 'network interrupt 2', 'program interrupt 3', 'disks interrupt 1', 'program interrupt 99'])
  })

  it('hear of one that comes and goes, even when its unit address meant another kind before', () => {
    const { all, nodes, guest, drivers } = surroundings()
    drivers.start(guest)
    drivers.interrupt(1)
    all.length = 0
    drivers.detached(1)
    nodes[0] = { unitAddress: 1, kind: 'l-lan', slot: 2 }
    drivers.attached(1)
    drivers.interrupt(1)
    expect(all).toEqual(['disks detached 1', 'network attached 1', 'network interrupt 1'])
  })

  it('are not there before the start and after the end', () => {
    const { all, guest, drivers } = surroundings()
    expect([drivers.running, drivers.interrupt(1)]).toEqual([false, false])
    drivers.start(guest)
    drivers.stop('crash')
    all.length = 0
    expect([drivers.running, drivers.interrupt(1)]).toEqual([false, false])
    drivers.attached(1)
    drivers.detached(1)
    expect(all).toEqual([])
  })
})
