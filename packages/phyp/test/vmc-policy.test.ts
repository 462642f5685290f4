// Who may use the management channel: with `exclusive` nobody while a console manages the machine through its service processor.

import { describe, expect, it } from 'vitest'
import { GuestDriver } from './guest-driver.js'
import { initial, Machine } from './machine.js'

function machineWith(vmcPolicy: 'exclusive' | 'coManaged'): { machine: Machine; guest: GuestDriver; state: () => string } {
  const machine = new Machine({ partitions: [initial(1, 'nets', { devices: ['vmc'] })], parameters: { vmcPolicy } })
  const guest = new GuestDriver(machine, 1, machine.phyp.devicesOf(1, 'vmc')[0]!)
  return { machine, guest, state: () => machine.phyp.statistics().vmc[0]!.state }
}

describe('a management channel that is co-managed', () => {
  it('does not care who else manages the machine', () => {
    const { machine, guest, state } = machineWith('coManaged')
    guest.register()
    machine.phyp.power.managed(1)
    machine.simulation.run()
    expect(state()).toBe('ready')
    expect(guest.transportEvents).toBe(0)
  })
})

describe('an exclusive management channel', () => {
  it('goes when a console attaches, with a transport event and its sessions, and comes back after the last has left', () => {
    const { machine, guest, state } = machineWith('exclusive')
    guest.register()
    machine.simulation.run()
    guest.open(0)
    machine.simulation.run()
    expect(machine.phyp.statistics().vmc[0]).toMatchObject({ state: 'ready', connections: [{ state: 'open' }, {}] })

    machine.phyp.power.managed(1)
    machine.phyp.power.managed(2)
    machine.simulation.run()
    expect(guest.transportEvents).toBe(1)
    expect(machine.phyp.statistics().vmc[0]).toMatchObject({ state: 'disabled', connections: [{ state: 'idle' }, {}] })

    machine.phyp.power.managed(1)
    machine.simulation.run()
    expect(state()).toBe('disabled')
    machine.phyp.power.managed(0)
    machine.simulation.run()
    expect(state()).toBe('ready')
  })

  it('says nothing to a guest that registers while a console is attached, and drops what it sends', () => {
    const { machine, guest, state } = machineWith('exclusive')
    machine.phyp.power.managed(1)
    guest.register()
    guest.put({ header: 0xc0, type: 1 })
    machine.simulation.run()
    expect(state()).toBe('disabled')
    expect(guest.log).toEqual([])
    expect(machine.phyp.statistics().vmc[0]?.counters.whileDisabled).toBe(1)
    machine.phyp.power.managed(0)
    machine.simulation.run()
    expect(state()).toBe('ready')
  })

  it('stays away from a guest that registers again', () => {
    const { machine, guest, state } = machineWith('exclusive')
    machine.phyp.power.managed(1)
    guest.register()
    machine.phyp.reports.state(1, 'Not Activated')
    machine.simulation.run()
    expect(state()).toBe('idle')
    machine.phyp.power.managed(0)
    machine.simulation.run()
    expect(state()).toBe('idle')
  })
})
