// Power and IPL of the server: states, times, reference codes, what the hypervisor is told, what consoles hear, and what becomes of
// commands that were posted when the power went.

import { ms, seconds } from '@powersim/kernel'
import { describe, expect, it } from 'vitest'
import { Fsp } from '../src/index.js'
import { baseSet, dataOf, FakeHypervisor, ServiceRoom, slots, statesHeard } from './service-room.js'

/** A room with an authenticated and subscribed console. */
function subscribed(options: ConstructorParameters<typeof ServiceRoom>[0] = {}): ServiceRoom {
  const room = new ServiceRoom(options)
  room.open(room.console)
  room.console.ask('connection.subscribe', { events: ['system.state'] })
  room.pass(seconds(1))
  room.console.replies.length = 0
  room.console.events.length = 0
  return room
}

/** What the hypervisor was told, without the times. */
const called = (room: ServiceRoom): string[] => room.hypervisor.calls.map((call) => call.replace(/^\d+ /, ''))

describe('powering on', () => {
  it('goes through Initializing to Standby in 197 s and on to Operating in 145 s, as a real system did', () => {
    const room = subscribed({ initialState: 'Power Off' })
    const fromNs = room.simulation.now
    expect(room.fsp.powerOn()).toBe(true)
    expect(room.fsp.state).toBe('Initializing')
    room.pass(seconds(197) - 1)
    expect(room.fsp.state).toBe('Initializing')
    expect(room.hypervisor.calls).toEqual([])
    room.pass(1)
    expect(room.fsp.state).toBe('Standby')
    expect(room.hypervisor.calls).toEqual([`${fromNs + seconds(197)} start`, `${fromNs + seconds(197)} partitions autostart`])
    room.pass(seconds(145) - 1)
    expect(room.fsp.state).toBe('Standby')
    room.pass(1)
    expect(room.fsp.state).toBe('Operating')
    room.pass(seconds(1))
    expect(statesHeard(room.console)).toEqual(['Initializing', 'Standby, running', 'Operating, running'])
  })

  it('by a command answers at once, with standby as the goal if asked', () => {
    const room = subscribed({ initialState: 'Power Off' })
    room.console.ask('system.powerOn', { option: 'standby' })
    room.pass(seconds(1))
    expect(dataOf('system.powerOn', room.console.replies[0])).toEqual({ state: 'Initializing' })
    room.pass(seconds(400))
    expect(room.fsp.state).toBe('Standby')
    expect(called(room)).toEqual(['start'])
    expect(statesHeard(room.console)).toEqual(['Initializing', 'Standby, running'])
  })

  it('shows reference codes on the way, newest first, and none at the end', () => {
    const room = subscribed({ initialState: 'Power Off' })
    const codes = (): (readonly [string, number])[] => {
      const sequence = room.console.ask('system.refcodes', { count: 5 })
      room.pass(seconds(1))
      return dataOf('system.refcodes', room.console.reply(sequence)).codes.map(({ refcode, timeNs }) => [refcode, timeNs])
    }
    const fromNs = room.simulation.now
    room.fsp.powerOn()
    expect(codes()).toEqual([['C1001F0D', fromNs]])
    room.pass(seconds(100) - seconds(1))
    expect(codes().map(([code]) => code)).toEqual(['C1009030', 'C1009020', 'C1009000', 'C1001F0D'])
    room.pass(seconds(400))
    expect(codes()).toEqual([
      ['', fromNs + seconds(342)],
      ['C7004091', fromNs + seconds(197)],
      ['C7004000', fromNs + seconds(167)],
      ['C103A400', fromNs + seconds(162)],
      ['C103A300', fromNs + seconds(157)],
    ])
  })

  it('is refused unless the server is off', () => {
    const room = subscribed()
    expect(room.fsp.powerOn()).toBe(false)
    room.console.ask('system.powerOn', { option: 'autostart' })
    room.pass(seconds(1))
    expect(room.console.statuses()).toEqual(['refused'])
    expect(room.console.replies[0]!.message.data).toMatchObject({ reason: 'system-state', detail: 'the system is in state Operating' })
    expect(room.hypervisor.calls).toEqual([])
    expect(room.console.events).toEqual([])
  })
})

describe('powering off', () => {
  it('delayed leaves the hypervisor running until everything is down', () => {
    const room = subscribed()
    const fromNs = room.simulation.now
    expect(room.fsp.powerOff()).toBe(true)
    expect(room.fsp.state).toBe('Power Off In Progress')
    room.console.ask('lpar.list')
    room.pass(seconds(60) - 1)
    expect(room.console.statuses()).toEqual(['ok'])
    room.pass(1)
    expect(room.hypervisor.calls).toEqual([`${fromNs} shut down`, `${fromNs + seconds(60)} stop`])
    expect(room.fsp.state).toBe('Power Off')
    room.pass(seconds(1))
    expect(statesHeard(room.console)).toEqual(['Power Off In Progress, running', 'Power Off'])
  })

  it('immediate cuts the power of the hypervisor at once, and once', () => {
    const room = subscribed()
    const fromNs = room.simulation.now
    room.fsp.powerOff(true)
    expect(room.hypervisor.calls).toEqual([`${fromNs} stop`])
    room.pass(seconds(100))
    expect(room.hypervisor.calls.length).toBe(1)
    expect(statesHeard(room.console)).toEqual(['Power Off In Progress', 'Power Off'])
  })

  it('with a restart goes on to an IPL with partitions', () => {
    const room = subscribed()
    room.console.ask('system.powerOff', { immediate: true, restart: true })
    room.pass(seconds(1))
    expect(dataOf('system.powerOff', room.console.replies[0])).toEqual({ state: 'Power Off In Progress' })
    room.pass(seconds(500))
    expect(room.fsp.state).toBe('Operating')
    expect(statesHeard(room.console)).toEqual([
      'Power Off In Progress',
      'Power Off',
      'Initializing',
      'Standby, running',
      'Operating, running',
    ])
    expect(called(room)).toEqual(['stop', 'start', 'partitions autostart'])
    // A restart is of one power-off, not of all later ones.
    room.fsp.powerOff()
    room.pass(seconds(500))
    expect(room.fsp.state).toBe('Power Off')
  })

  it('is refused when the server is off or going off', () => {
    const room = subscribed({ initialState: 'Power Off' })
    expect(room.fsp.powerOff()).toBe(false)
    const on = subscribed()
    on.fsp.powerOff()
    on.console.ask('system.powerOff', { immediate: true, restart: false })
    on.pass(seconds(1))
    expect(on.console.statuses()).toEqual(['refused'])
    expect(on.hypervisor.running).toBe(true)
  })

  it('during an IPL voids it: the hypervisor is never started, nor stopped', () => {
    for (const immediate of [false, true]) {
      const room = subscribed({ initialState: 'Power Off' })
      room.fsp.powerOn()
      room.pass(seconds(110))
      room.fsp.powerOff(immediate)
      room.pass(seconds(500))
      expect(room.fsp.state).toBe('Power Off')
      expect(room.hypervisor.calls).toEqual([])
      // The codes stop with the IPL: the one due at 120 s never shows.
      const sequence = room.console.ask('system.refcodes', { count: 1 })
      room.pass(seconds(1))
      expect(dataOf('system.refcodes', room.console.reply(sequence)).codes[0]?.refcode).toBe('C1009030')
    }
  })
})

describe('commands inside when the power goes', () => {
  it('are answered hypervisor-not-running at that moment if they were posted', () => {
    const room = subscribed({ phypServiceNs: seconds(5) })
    room.console.ask('lpar.list')
    room.console.ask('lpar.list')
    room.pass(seconds(1))
    const offNs = room.simulation.now
    room.fsp.powerOff(true)
    room.pass(seconds(10))
    expect(room.console.statuses()).toEqual(['hypervisor-not-running', 'hypervisor-not-running'])
    // Two replies are sealed, then the event.
    expect(room.console.replies.map(({ timeNs }) => timeNs - offNs)).toEqual([1, 2].map((n) => n * slots.seal + slots.lanOut))
    expect(room.fsp.statistics()).toMatchObject({ inside: 0, unmatched: 0 })
  })

  it('are answered so at the end of a delayed power-off', () => {
    const room = subscribed({ phypServiceNs: seconds(100) })
    room.console.ask('lpar.list')
    room.pass(seconds(1))
    const offNs = room.simulation.now
    room.fsp.powerOff()
    room.pass(seconds(100))
    expect(room.console.statuses()).toEqual(['hypervisor-not-running'])
    expect(room.console.replies[0]!.timeNs).toBe(offNs + seconds(60) + slots.seal + slots.lanOut)
  })

  it('are answered so when they come to be posted', () => {
    const room = subscribed()
    room.console.ask('lpar.list')
    room.pass(ms(2))
    room.fsp.powerOff(true)
    room.pass(seconds(1))
    expect(room.console.statuses()).toEqual(['hypervisor-not-running'])
    expect(room.hypervisor.commands).toEqual([])
  })
})

describe('events', () => {
  it('go to every subscriber and to nobody else', () => {
    const room = new ServiceRoom({ consoles: 3 })
    const [one, two, three] = room.consoles
    room.open(one!, two!, three!)
    one!.ask('connection.subscribe', { events: ['system.state'] })
    three!.ask('connection.subscribe', { events: ['system.state'] })
    room.pass(seconds(1))
    room.fsp.powerOff(true)
    three!.connection?.close()
    room.pass(seconds(100))
    expect(statesHeard(one!)).toEqual(['Operating, running', 'Power Off In Progress', 'Power Off'])
    expect(statesHeard(two!)).toEqual([])
    expect(statesHeard(three!)).toEqual(['Operating, running'])
  })
})

it('times of two systems are drawn apart', () => {
  const room = new ServiceRoom()
  const fsps = ['a', 'b'].map((name, index) => {
    const nothing = (): void => undefined
    const idle = { start: nothing, startPartitions: nothing, shutDown: nothing, stop: nothing, managed: nothing, onActivation: nothing }
    const other = { running: false, ...idle }
    const hypervisor = index === 0 ? room.hypervisor : other
    const power = { ...baseSet.power, ipl: { ...baseSet.power.ipl, memory: { uniform: { from: seconds(30), to: seconds(90) } } } }
    const parameters = { ...baseSet, power }
    const identity = { name, typeModel: '8203-E4A', serialNumber: `10ACE0${index}` }
    return new Fsp(room.simulation, room.bus, parameters, { number: index + 2, identity, hypervisor, initialState: 'Power Off' })
  })
  const doneNs = new Map<Fsp, number>()
  for (const fsp of fsps) fsp.powerOn()
  for (let second = 0; second < 4000; second++) {
    room.pass(ms(100))
    for (const fsp of fsps) if (fsp.state === 'Operating' && !doneNs.has(fsp)) doneNs.set(fsp, room.simulation.now)
  }
  expect(doneNs.size).toBe(2)
  expect(new Set(doneNs.values()).size).toBe(2)
  expect(room.hypervisor).toBeInstanceOf(FakeHypervisor)
})
