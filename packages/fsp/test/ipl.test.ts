// The phases of an IPL: their times, what slow and hardware discovery add, failures with their retries and sides, and what a reset of the
// service processor, a terminated hypervisor, a warning and lost profile data do.

import { ms, seconds } from '@powersim/kernel'
import { describe, expect, it } from 'vitest'
import { type FspParameters, iplPhases } from '../src/index.js'
import { baseSet, dataOf, type RoomOptions, ServiceRoom } from './service-room.js'

const off: RoomOptions = { initialState: 'Power Off' }
const { power } = baseSet

/** Seconds from now until the system is in a state; the state is looked at every 100 ms. */
function secondsTo(room: ServiceRoom, state: string, limit = 2000): number {
  const fromNs = room.simulation.now
  for (let tenth = 0; tenth < limit * 10; tenth++) {
    if (room.fsp.state === state) return (room.simulation.now - fromNs) / seconds(1)
    room.pass(ms(100))
  }
  throw new Error(`${room.fsp.state} after ${limit} s, not ${state}`)
}

const withIpl = (ipl: Partial<FspParameters['power']['ipl']>): RoomOptions => ({
  ...off,
  parameters: { power: { ...power, ipl: { ...power.ipl, ...ipl } } },
})

describe('an IPL', () => {
  it('loads the hypervisor by its bytes at the rate of the flash', () => {
    const room = new ServiceRoom(withIpl({ imageBytes: 2 ** 27 }))
    room.fsp.powerOn('standby')
    expect(secondsTo(room, 'Standby')).toBe(197 + 32)
  })

  it('tests processors and memory in full when it is slow', () => {
    const room = new ServiceRoom(off)
    room.fsp.panel.select({ speed: 'slow' })
    room.fsp.powerOn('standby')
    expect(secondsTo(room, 'Standby')).toBe(197 + 2 * 85)
  })

  it('looks through slots and adapters when asked, and says so', () => {
    const room = new ServiceRoom(off)
    room.open(room.console)
    room.fsp.powerOn('discovery')
    const sequence = room.console.ask('system.state')
    room.pass(seconds(1))
    expect(dataOf('system.state', room.console.reply(sequence)).detail).toBe('Performing Hardware Discovery')
    expect(secondsTo(room, 'Standby')).toBe(197 + 100 - 1)
  })

  it('of a restart reads no vital product data again', () => {
    const room = new ServiceRoom()
    room.fsp.panel.restart()
    expect(secondsTo(room, 'Initializing')).toBe(60)
    expect(secondsTo(room, 'Standby')).toBe(197 - 20)
  })

  it('of a restart that is set to be deep reads them', () => {
    const room = new ServiceRoom()
    room.fsp.panel.select({ restart: 'deep' })
    room.fsp.panel.restart()
    expect(secondsTo(room, 'Initializing')).toBe(60)
    expect(secondsTo(room, 'Standby')).toBe(197)
  })

  it('that starts no partition ends in Standby, until somebody activates one', () => {
    const room = new ServiceRoom(off)
    room.fsp.powerOn('standby')
    secondsTo(room, 'Standby')
    room.pass(seconds(1000))
    expect(room.fsp.state).toBe('Standby')
    room.hypervisor.activated()
    expect([room.fsp.state, room.fsp.panel.referenceCode]).toEqual(['Operating', ''])
  })

  it.each(iplPhases.filter((phase) => phase !== 'hardwareDiscovery'))('that fails once in %s is tried again', (phase) => {
    const room = new ServiceRoom(off)
    room.fsp.failIpl(phase)
    room.fsp.powerOn('standby')
    expect(secondsTo(room, 'Standby')).toBeGreaterThan(197 + 19)
    expect(room.fsp.panel.referenceCode).toBe('C7004091')
    expect(room.hypervisor.calls.length).toBe(1)
  })

  it.each(iplPhases.filter((phase) => phase !== 'hardwareDiscovery'))('that fails in %s each time ends in Error', (phase) => {
    const room = new ServiceRoom(off)
    room.fsp.failIpl(phase, 2)
    room.fsp.powerOn()
    secondsTo(room, 'Error')
    room.pass(seconds(1000))
    expect(room.fsp.state).toBe('Error')
    expect(room.hypervisor.calls).toEqual([])
    expect(room.fsp.panel.referenceCode).toBe('B1817201')
    // Out of it leads power-off, and then a power-on that does not fail.
    expect(room.fsp.powerOn()).toBe(false)
    room.fsp.powerOff(true)
    secondsTo(room, 'Power Off')
    room.fsp.powerOn()
    secondsTo(room, 'Operating')
  })

  it('that cannot load takes the other side of the flash, unless told not to', () => {
    for (const otherSide of [true, false]) {
      const room = new ServiceRoom(withIpl({ otherSide }))
      room.fsp.failIpl('load')
      room.fsp.powerOn('standby')
      secondsTo(room, 'Standby')
      expect(room.fsp.loadedSide).toBe(otherSide ? 'perm' : 'temp')
    }
  })

  it('loads from the side that is set, and what is on that side runs', () => {
    const firmware = { ...baseSet.service.firmware, temporary: '01EL350_108', side: 'temp' as const }
    const room = new ServiceRoom({ ...off, parameters: { power, service: { ...baseSet.service, firmware } } })
    const flash = room.fsp.service.firmware
    const powerOn = (side: 'temp' | 'perm'): void => {
      if (room.fsp.powerOff(true)) secondsTo(room, 'Power Off')
      room.fsp.panel.select({ side })
      room.fsp.powerOn('standby')
      secondsTo(room, 'Standby')
      expect(flash.levels()).toMatchObject({ side, platformIpl: side === 'temp' ? '01EL350_108' : '01EL350_085' })
    }
    powerOn('temp')
    expect(flash.reject()).toBe('firmware-side')
    // Until the next power-on the side that is set changes nothing of what runs.
    room.fsp.panel.select({ side: 'perm' })
    expect([flash.levels().side, flash.reject()]).toEqual(['temp', 'firmware-side'])
    powerOn('perm')
    expect([flash.accept(), flash.reject()]).toEqual(['firmware-side', null])
    room.pass(seconds(200))
    expect(flash.levels()).toMatchObject({ temporary: '01EL350_085', activated: '01EL350_085', updating: false })
  })

  it('of a machine that runs from the permanent side loads from there again, and a failed one changes no side', () => {
    const firmware = { ...baseSet.service.firmware, temporary: '01EL350_108', side: 'perm' as const }
    const room = new ServiceRoom({ parameters: { power, service: { ...baseSet.service, firmware } } })
    room.fsp.failIpl('load', 2)
    room.fsp.panel.restart()
    secondsTo(room, 'Error')
    expect(room.fsp.loadedSide).toBe('perm')
    room.fsp.powerOff(true)
    secondsTo(room, 'Power Off')
    room.fsp.powerOn()
    secondsTo(room, 'Operating')
    expect([room.fsp.loadedSide, room.fsp.service.firmware.levels().activated]).toEqual(['perm', '01EL350_085'])
  })

  it('stands still while the service processor is reset, and its phase begins again', () => {
    const room = new ServiceRoom(off)
    room.fsp.powerOn('standby')
    // 5 s into the phase of the processors.
    room.pass(seconds(40))
    room.fsp.reset()
    room.pass(seconds(199))
    expect([room.fsp.state, room.fsp.panel.referenceCode]).toEqual(['Initializing', 'C1009020'])
    expect(secondsTo(room, 'Standby')).toBe(1 + 197 - 35)
  })
})

describe('partitions', () => {
  it.each([
    ['autostart', ['start', 'partitions autostart']],
    ['autorecovery', ['start', 'partitions autorecovery']],
    ['userinit', ['start']],
  ] as const)('are started by the policy %s of the settings at the white button', (policy, calls) => {
    const room = new ServiceRoom(off)
    room.fsp.startPolicy = policy
    room.fsp.panel.powerOn()
    room.pass(seconds(400))
    expect(room.hypervisor.calls.map((call) => call.replace(/^\d+ /, ''))).toEqual(calls)
    expect(room.fsp.state).toBe(policy === 'userinit' ? 'Standby' : 'Operating')
  })
})

describe('a hypervisor that terminates', () => {
  it('is followed by a dump and by a restart', () => {
    const room = new ServiceRoom()
    room.fsp.hypervisorGone(true)
    expect(room.fsp.state).toBe('Error - Dump In Progress')
    room.pass(seconds(120))
    expect(room.fsp.state).toBe('Initializing')
    expect(secondsTo(room, 'Operating')).toBe(197 - 20 + 145)
  })

  it('leaves the system in Error - Terminated when it is not to start again', () => {
    const room = new ServiceRoom({ parameters: { power: { ...power, restartAfterTermination: false } } })
    room.fsp.hypervisorGone(true)
    room.pass(seconds(5000))
    expect(room.fsp.state).toBe('Error - Terminated')
    expect(room.fsp.powerOff()).toBe(true)
    secondsTo(room, 'Power Off')
  })

  it('without a word is noticed 120 s after its last heartbeat', () => {
    const room = new ServiceRoom()
    room.pass(seconds(130))
    room.fsp.hypervisorGone(false)
    expect(secondsTo(room, 'Error - Dump In Progress')).toBe(110)
  })

  it('without a word is not noticed after a power-off', () => {
    const room = new ServiceRoom()
    room.fsp.hypervisorGone(false)
    room.fsp.powerOff(true)
    room.pass(seconds(1000))
    expect(room.fsp.state).toBe('Power Off')
  })
})

describe('a warning that power fails', () => {
  it('tells the partitions, and power is cut after 20 s', () => {
    const room = new ServiceRoom()
    expect(room.fsp.warn()).toBe(true)
    expect(room.fsp.warn()).toBe(false)
    expect(room.hypervisor.calls).toEqual(['0 shut down'])
    expect(secondsTo(room, 'Power Off')).toBe(20)
    expect(room.hypervisor.calls.at(-1)).toBe(`${seconds(20)} stop`)
    expect(room.fsp.warn()).toBe(false)
  })
})

describe('lost profile data', () => {
  it('end the next IPL in Recovery, until a console has restored them', () => {
    const room = new ServiceRoom(off)
    room.open(room.console)
    room.fsp.loseProfileData()
    room.fsp.powerOn()
    secondsTo(room, 'Recovery')
    room.pass(seconds(500))
    expect(room.hypervisor.calls.length).toBe(1)
    room.console.ask('system.recover')
    expect(secondsTo(room, 'Operating')).toBeGreaterThan(145)
    room.console.ask('system.recover')
    room.pass(seconds(1))
    expect(room.console.statuses()).toEqual(['ok', 'refused'])
  })
})
