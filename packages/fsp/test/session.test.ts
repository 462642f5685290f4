// Sessions with consoles: the set-up series, authentication, and the commands that the service processor serves itself.
// Every message is really encoded and decoded here, so that each reply is known to fit its schema.

import { ms, seconds } from '@powersim/kernel'
import { address, commandByName, commandCatalogue, dataBytes, HEADER_BYTES } from '@powersim/protocol'
import { describe, expect, it } from 'vitest'
import { baseSet, dataOf, ServiceRoom, slots, statesHeard } from './service-room.js'

const password = { user: 'HMC', password: 'abc123' }

function connected(room: ServiceRoom): ServiceRoom {
  room.console.connect()
  room.pass(seconds(1))
  return room
}

describe('the set-up of a session', () => {
  it('answers the whole series', () => {
    const room = connected(new ServiceRoom())
    const { console } = room
    const identify = console.ask('connection.identify', { console: 'hmc1', version: 'V7R7.9.0' })
    const authenticate = console.ask('connection.authenticate', password)
    const capabilities = console.ask('connection.capabilities', { mtuBytes: 16_384, window: 1000 })
    const subscribe = console.ask('connection.subscribe', { events: ['system.state', 'x'] })
    room.pass(seconds(1))
    expect(console.statuses()).toEqual(['ok', 'ok', 'ok', 'ok'])
    expect(dataOf('connection.identify', console.reply(identify))).toEqual({
      typeModel: '8203-E4A', serialNumber: '10ACE01', systemName: 'Server-8203-E4A-SN10ACE01', endpoint: 'fsp',
    })
    expect(dataOf('connection.authenticate', console.reply(authenticate))).toEqual({ accepted: true })
    expect(dataOf('connection.capabilities', console.reply(capabilities))).toEqual({
      mtuBytes: 16_384, window: 256, commands: commandCatalogue.length,
    })
    expect(dataOf('connection.subscribe', console.reply(subscribe))).toEqual({ subscribed: 2 })
  })

  it('takes a full handshake the first time and a resumed one later', () => {
    const room = connected(new ServiceRoom())
    expect(room.fsp.statistics().processor.busyNs).toBe(ms(250))
    room.console.connection?.close()
    connected(room)
    expect(room.fsp.statistics().processor.busyNs).toBe(ms(270))
  })

  it('tells a subscriber at once how things stand, behind the reply', () => {
    const room = new ServiceRoom()
    room.open(room.console)
    room.console.ask('connection.subscribe', { events: ['system.state'] })
    room.pass(seconds(1))
    expect(statesHeard(room.console)).toEqual(['Operating, running'])
    expect(room.console.events[0]!.timeNs).toBeGreaterThan(room.console.replies[0]!.timeNs)
    const { message } = room.console.events[0]!
    expect(message).toMatchObject({ opcode: commandByName('system.state').opcode, source: address('fsp', 1), target: address('hmc', 1) })
    expect(message.bytes).toBe(HEADER_BYTES + dataBytes(message.data))
  })

  it('refuses sessions above the limit, and takes one again when one has ended', () => {
    const room = new ServiceRoom({ consoles: 3, parameters: { connectionLimit: 2 } })
    const [first, second, third] = room.consoles
    room.open(first!, second!)
    third!.connect()
    room.pass(seconds(1))
    expect(third!.closes.map(({ reason }) => reason)).toEqual(['refused'])
    expect(room.fsp.statistics().refusedSessions).toBe(1)
    first!.connection?.close()
    room.pass(seconds(1))
    room.open(third!)
    expect(room.fsp.statistics().refusedSessions).toBe(1)
  })
})

describe('authentication', () => {
  it('is refused with a wrong password, and can be tried again', () => {
    const room = connected(new ServiceRoom())
    const { console } = room
    console.ask('connection.authenticate', { user: 'HMC', password: 'abc124' })
    console.ask('system.state')
    console.ask('connection.authenticate', password)
    room.pass(seconds(1))
    console.ask('system.state')
    room.pass(seconds(1))
    expect(console.replies.map(({ message, status }) => [message.sequence, status])).toEqual([
      [1, 'refused'], [2, 'not-authenticated'], [3, 'ok'], [4, 'ok'],
    ])
    expect(room.fsp.statistics()).toMatchObject({ received: 4, unauthenticated: 1, served: 3, answered: 4 })
  })

  it('is told to the hypervisor: how many sessions have passed it, at every change', () => {
    const room = connected(new ServiceRoom())
    const { console, hypervisor } = room
    console.ask('connection.authenticate', { user: 'HMC', password: 'abc124' })
    console.ask('connection.authenticate', password)
    console.ask('connection.authenticate', password)
    room.pass(seconds(1))
    expect(hypervisor.managedBy).toEqual([1])
    console.connection?.close()
    room.pass(seconds(1))
    expect(hypervisor.managedBy).toEqual([1, 0])
  })

  it('is gone with a reset of the service processor', () => {
    const room = connected(new ServiceRoom())
    room.console.ask('connection.authenticate', password)
    room.pass(seconds(1))
    room.fsp.reset()
    expect(room.hypervisor.managedBy).toEqual([1, 0])
  })

  it('is asked for before any command for the service processor or the hypervisor, which then hears nothing', () => {
    const room = connected(new ServiceRoom())
    room.console.ask('lpar.list')
    room.console.ask('system.powerOff', { immediate: true, restart: false })
    room.pass(seconds(1))
    expect(room.console.statuses()).toEqual(['not-authenticated', 'not-authenticated'])
    expect(room.hypervisor.commands).toEqual([])
    expect(room.fsp.state).toBe('Operating')
  })

  it('is not gone around by addressing a command to the channel', () => {
    const room = connected(new ServiceRoom({ wire: 'reference' }))
    room.console.ask('system.powerOff', { immediate: true, restart: false }, { target: address('channel') })
    room.pass(seconds(1))
    expect(room.console.statuses()).toEqual(['unknown-command'])
    expect(room.fsp.state).toBe('Operating')
  })

  it('is of a session, not of a console', () => {
    const room = new ServiceRoom()
    room.open(room.console)
    room.console.connection?.close()
    connected(room)
    room.console.ask('system.state')
    room.pass(seconds(1))
    expect(room.console.statuses()).toEqual(['not-authenticated'])
  })

  it('is asked for before events are told', () => {
    const room = connected(new ServiceRoom())
    room.console.ask('connection.subscribe', { events: ['system.state'] })
    room.pass(seconds(1))
    room.fsp.powerOff()
    room.pass(seconds(1))
    expect(room.console.statuses()).toEqual(['ok'])
    expect(room.console.events).toEqual([])
  })
})

describe('a command that the service processor serves itself', () => {
  it('is answered with the state, the attributes, reference codes, service events and LEDs', () => {
    const room = new ServiceRoom()
    room.open(room.console)
    const { console } = room
    const state = console.ask('system.state')
    const attributes = console.ask('system.attributes')
    const codes = console.ask('system.refcodes', { count: 10 })
    const events = console.ask('service.events')
    const leds = console.ask('service.leds', { scope: 'phys' })
    const askedNs = room.simulation.now
    room.pass(seconds(1))
    expect(dataOf('system.state', console.reply(state))).toEqual({ state: 'Operating', detail: 'None', hypervisorRunning: true })
    const { name, typeModel, serialNumber, uptimeNs } = dataOf('system.attributes', console.reply(attributes))
    expect({ name, typeModel, serialNumber }).toEqual({
      name: 'Server-8203-E4A-SN10ACE01', typeModel: '8203-E4A', serialNumber: '10ACE01',
    })
    expect(uptimeNs).toBeGreaterThan(askedNs)
    expect(dataOf('system.refcodes', console.reply(codes))).toEqual({ codes: [] })
    expect(dataOf('service.events', console.reply(events))).toEqual({ events: [] })
    expect(dataOf('service.leds', console.reply(leds))).toEqual({ state: 'off', lparIdsOn: [] })
    expect(room.hypervisor.commands).toEqual([])
  })

  it('costs the processor what its class costs, and gives that as its own latency', () => {
    const costs = [
      ['connection.identify', { console: 'hmc1', version: 'V7R7.9.0' }, baseSet.serve.channel],
      ['system.state', {}, baseSet.serve.query],
      ['system.powerOff', { immediate: false, restart: false }, baseSet.serve.power],
      ['service.leds', { scope: 'phys' }, baseSet.serve.service],
    ] as const
    for (const [name, data, serveNs] of costs) {
      const room = new ServiceRoom()
      room.open(room.console)
      const before = room.fsp.statistics()
      const [askedNs, known] = [room.simulation.now, before.ownLatencies.count]
      const { busyNs } = before.processor
      room.console.ask(name, data)
      room.pass(seconds(1))
      const after = room.fsp.statistics()
      expect(after.processor.busyNs - busyNs).toBe(slots.open + Number(serveNs) + slots.seal)
      expect(after.ownLatencies.values().slice(known)).toEqual(Float64Array.of(Number(serveNs)))
      expect(room.console.replies[0]!.timeNs - askedNs).toBe(slots.lanIn + slots.open + Number(serveNs) + slots.seal + slots.lanOut)
    }
  })

  it('waits for the processor like everything else, which its own latency shows', () => {
    const room = new ServiceRoom()
    room.open(room.console)
    const known = room.fsp.statistics().ownLatencies.count
    room.console.ask('service.events')
    room.console.ask('system.state')
    room.pass(seconds(1))
    // On the processor, one after the other: serve the first, open the second, seal the first reply, serve the second.
    expect([...room.fsp.statistics().ownLatencies.values().slice(known)]).toEqual([ms(30), slots.seal + ms(8)])
  })

  it('is told apart from what it cannot serve', () => {
    const room = new ServiceRoom({ wire: 'reference' })
    room.open(room.console)
    const { console } = room
    console.ask('system.state', {}, { opcode: 0x0fff })
    console.ask('system.refcodes', { count: 0 })
    console.ask('lpar.list', {}, { target: address('fsp', 1) })
    console.ask('rmc.reconfigure', {}, { target: address('lpar', 3) })
    room.pass(seconds(1))
    expect(console.statuses()).toEqual(['unknown-command', 'malformed', 'unknown-command', 'wrong-target'])
    expect(room.books()).toEqual({ received: 5, taken: 5, known: 5 })
  })
})
