// NETS through the bus: the dissertation's snapshot 4.1, what it answers itself, sessions and threads.
// Stopping, processor time and parameters are nets-limits.test.ts.

import { type Connection } from '@powersim/bus'
import { ms, us } from '@powersim/kernel'
import { address, commandCatalogue, FLAG_EVENT } from '@powersim/protocol'
import { describe, expect, it } from 'vitest'
import { setUp } from './nets-surroundings.js'

describe("the dissertation's snapshot 4.1: Min[1] Max[10]", () => {
  it('has one thread at start, and one session needs no other', () => {
    const { nets, console, start, pass } = setUp()
    start()
    pass()
    expect(nets.statistics().threads).toMatchObject({ created: 1, alive: 1, busy: 0, idle: 1 })
    console.session(pass)
    expect(nets.statistics().threads).toMatchObject({ created: 1, alive: 1, busy: 1, idle: 0, peakBusy: 1 })
  })

  it('makes threads as sessions come, up to ten, and keeps them', () => {
    const { nets, console, start, pass } = setUp()
    start()
    pass()
    const sessions: Connection[] = []
    for (let session = 1; session <= 10; session++) {
      sessions.push(console.session(pass))
      expect(nets.statistics().threads).toMatchObject({ created: session, busy: session, idle: 0 })
    }
    for (const session of sessions) session.close()
    pass()
    expect(nets.statistics()).toMatchObject({ sessions: 0, threads: { created: 10, alive: 10, busy: 0, idle: 10, peakBusy: 10 } })
    console.session(pass)
    expect(nets.statistics().threads).toMatchObject({ created: 10, busy: 1 })
  })

  it('lets the eleventh session wait for a thread until one of the ten ends', () => {
    const { nets, console, start, pass } = setUp()
    start()
    pass()
    const sessions = Array.from({ length: 10 }, () => console.session(pass))
    const eleventh = console.connect()
    pass(ms(20))
    expect(eleventh.state).not.toBe('open')
    expect(nets.statistics().threads).toMatchObject({ busy: 10, waiting: 1, peakWaiting: 1, waited: 1 })
    sessions[3]?.close()
    pass()
    expect(eleventh.state).toBe('open')
    console.send(eleventh, 'connection.identify', { console: 'hmc1', version: 'V7' })
    pass()
    expect(console.statuses().at(-1)).toBe('ok')
    const { threads } = nets.statistics()
    expect(threads).toMatchObject({ created: 10, busy: 10, waiting: 0, refused: 0 })
    // It waited from its first flight (three latencies of 100 ns after it asked) to the news of the close (one latency).
    expect(threads.waitNs).toBe(ms(20) - 300 + 100)
  })

  it('refuses a session when the backlog is full, and counts it', () => {
    const { nets, console, start, pass } = setUp({ nets: { threads: { min: 1, max: 2 }, backlogLimit: 3 } })
    start()
    pass()
    const sessions = Array.from({ length: 7 }, () => console.connect())
    pass()
    const waits = 'handshaking'
    expect(sessions.map(({ state }) => state)).toEqual(['open', 'open', waits, waits, waits, 'closed', 'closed'])
    expect(console.closes.map((line) => line.split(' ')[2])).toEqual(['refused', 'refused'])
    expect(nets.statistics()).toMatchObject({ sessions: 5, threads: { refused: 2, waiting: 3 } })
  })

  it('forgets a session that gave up while it waited, and serves the others in order', () => {
    const { nets, console, start, pass } = setUp({ nets: { threads: { min: 1, max: 1 } } })
    start()
    pass()
    const [first, second, third] = Array.from({ length: 3 }, () => console.connect())
    pass()
    second?.close()
    pass()
    first?.close()
    pass()
    expect(third?.state).toBe('open')
    expect(nets.statistics().threads).toMatchObject({ busy: 1, waiting: 0, waited: 2 })
  })

  it('pays for its threads with processor time before it listens, and before it admits', () => {
    const { nets, console, start, pass, guest } = setUp({ nets: { threads: { min: 3, max: 4 }, threadCreation: us(50) } })
    const early = console.connect()
    start()
    expect(nets.statistics()).toMatchObject({ state: 'starting', threads: { created: 1, alive: 1 } })
    pass(us(149))
    expect(nets.endpoint.reachable).toBe(false)
    pass(us(1))
    expect(nets.statistics()).toMatchObject({ state: 'listening', threads: { created: 3 }, processorNs: us(150) })
    expect(nets.endpoint.reachable).toBe(true)
    for (let session = 0; session < 4; session++) console.connect()
    pass(us(40))
    expect(nets.statistics()).toMatchObject({ admitted: 3, threads: { created: 4, busy: 4 } })
    pass(us(20))
    expect(nets.statistics()).toMatchObject({ admitted: 4 })
    expect(guest.usedNs).toBe(us(200))
    expect(early.state).toBe('connecting')
  })

  it('gives back a thread whose session was gone before it was made', () => {
    const { nets, console, start, pass } = setUp({ nets: { threads: { min: 0, max: 4 }, threadCreation: us(50) } })
    start()
    pass()
    const session = console.connect()
    pass(us(10))
    session.close()
    pass()
    expect(nets.statistics()).toMatchObject({ sessions: 0, admitted: 0, threads: { created: 1, busy: 0, idle: 1 } })
  })
})

describe('what NETS answers itself', () => {
  it("says who it is, takes the password, and answers the rest of a connection's set-up", () => {
    const { console, start, pass } = setUp()
    start()
    pass()
    const served = commandCatalogue.filter(({ target }) => target !== 'fsp' && target !== 'lpar')
    const session = console.connect()
    pass()
    console.send(session, 'connection.identify', { console: 'hmc1', version: 'V7R7.9' })
    console.send(session, 'connection.authenticate', { user: 'hscroot', password: 'access' })
    console.send(session, 'connection.capabilities', { mtuBytes: 65_536, window: 65_536 })
    console.send(session, 'connection.subscribe', { events: ['system.state', 'lpar.state'] })
    pass()
    expect(console.data).toEqual([
      { typeModel: '8203-E4A', serialNumber: '10ACE01', systemName: 'Server-8203-E4A-SN10ACE01', endpoint: 'nets' },
      { accepted: true },
      { mtuBytes: 65_536, window: 1025, commands: served.length },
      { subscribed: 2 },
    ])
    expect(console.statuses()).toEqual(['ok', 'ok', 'ok', 'ok'])
  })

  it('forwards nothing before the password, nor after a wrong one', () => {
    const { hypervisor, console, start, pass, nets } = setUp()
    start()
    pass()
    const session = console.session(pass, 'wrong')
    console.ask(session)
    pass()
    expect(console.statuses()).toEqual(['refused', 'not-authenticated'])
    console.send(session, 'connection.authenticate', { user: 'hscroot', password: 'access' })
    console.ask(session)
    pass(ms(2))
    expect(console.statuses().slice(2)).toEqual(['ok', 'ok'])
    expect(hypervisor.requests).toHaveLength(1)
    expect(nets.statistics()).toMatchObject({ arrived: 4, finished: 4, forwarded: 1, refused: 2 })
  })

  it('serves no other target, no unknown command, no bad payload', () => {
    const { hypervisor, console, start, pass } = setUp()
    start()
    pass()
    const session = console.session(pass)
    console.send(session, 'system.state', {})
    console.send(session, 'connection.identify', { console: 'hmc1' })
    console.send(session, 'connection.identify', {}, { opcode: 0x7777 })
    console.send(session, 'connection.identify', {}, { opcode: 0x0201 })
    pass()
    expect(console.statuses().slice(1)).toEqual(['wrong-target', 'malformed', 'unknown-command', 'unknown-command'])
    expect(hypervisor.requests).toHaveLength(0)
  })

  it('does not take the command of one console on the session of another', () => {
    const { hypervisor, console, start, pass } = setUp()
    start()
    pass()
    const session = console.session(pass)
    console.ask(session, { source: address('hmc', 9) })
    pass()
    expect(console.statuses().slice(1)).toEqual(['not-authenticated'])
    expect(hypervisor.requests).toHaveLength(0)
  })

  it('drops replies and events', () => {
    const { nets, console, start, pass } = setUp()
    start()
    pass()
    const session = console.session(pass)
    console.ask(session, { flags: FLAG_EVENT })
    pass()
    expect(console.statuses()).toEqual(['ok'])
    expect(nets.statistics()).toMatchObject({ unexpected: 1, arrived: 1 })
  })
})

describe('sessions', () => {
  it('serve one command after the other, whatever the console sends at once', () => {
    const { hypervisor, console, start, pass, nets } = setUp({ hypervisor: { serviceNs: () => ms(1) } })
    start()
    pass()
    const session = console.session(pass)
    for (let command = 0; command < 5; command++) console.ask(session)
    pass(ms(10))
    // Each request reaches the hypervisor only after the reply to the one before.
    expect(hypervisor.station.statistics()).toMatchObject({ completed: 5, meanWaitNs: 0 })
    const times = console.replies.slice(1).map((line) => Number(line.split(' ')[0]))
    expect(times.slice(1).map((time, at) => time - (times[at] ?? 0))).toEqual([ms(1), ms(1), ms(1), ms(1)])
    expect(nets.residences.map(({ residenceNs }) => residenceNs).slice(1)).toEqual([1, 2, 3, 4, 5].map((n) => n * ms(1)))
    expect(nets.residences.at(-1)?.stageNs).toMatchObject({ thread: ms(4), hypervisor: ms(1), buffer: 0 })
  })

  it('are served side by side, one thread each', () => {
    const { hypervisor, console, start, pass } = setUp({ hypervisor: { serviceNs: () => ms(1) } })
    start()
    pass()
    const sessions = Array.from({ length: 4 }, () => console.session(pass))
    for (const session of sessions) console.ask(session)
    pass(ms(10))
    expect(hypervisor.station.statistics()).toMatchObject({ completed: 4, meanWaitNs: ms(1.5) })
  })

  it('close when they are idle too long, and not while a command is served', () => {
    const { nets, console, start, pass } = setUp({ nets: { idleTimeoutNs: ms(5) }, hypervisor: { serviceNs: () => ms(20) } })
    start()
    pass()
    const session = console.session(pass)
    pass(ms(3))
    console.ask(session)
    pass(ms(24))
    expect(session.state).toBe('open')
    pass(ms(2))
    expect(session.state).toBe('closed')
    expect(console.closes.at(-1)).toMatch(/timed-out$/)
    expect(nets.statistics()).toMatchObject({ timedOut: 1, sessions: 0, finished: 2, threads: { busy: 0 } })
  })

  it('stay open for ever without an idle timeout, as in the dissertation', () => {
    const { simulation, nets, console, start, pass } = setUp()
    start()
    pass()
    const session = console.session(pass)
    pass(ms(3_600_000))
    expect(session.state).toBe('open')
    expect(nets.statistics().threads.busy).toBe(1)
    expect(simulation.pending).toBe(0)
  })

  it('are reset when they send more than the inbox takes; the command in hand is served all the same', () => {
    const { hypervisor, nets, console, start, pass } = setUp({ nets: { inboxLimit: 2 } })
    start()
    pass()
    const session = console.session(pass)
    for (let command = 0; command < 5; command++) console.ask(session)
    pass(us(10))
    expect(console.closes.at(-1)).toMatch(/reset$/)
    pass(ms(5))
    expect(hypervisor.requests).toHaveLength(1)
    expect(nets.statistics()).toMatchObject({ overrun: 1, arrived: 5, finished: 2, discarded: 3, unanswerable: 1, threads: { busy: 0 } })
  })

  it('hold their thread until the command in hand is served, even when the console is gone', () => {
    const { hypervisor, nets, console, start, pass } = setUp({ hypervisor: { serviceNs: () => ms(10) } })
    start()
    pass()
    const session = console.session(pass)
    console.ask(session)
    console.ask(session)
    pass(ms(1))
    session.close()
    pass(ms(1))
    expect(nets.statistics()).toMatchObject({ sessions: 1, threads: { busy: 1 }, discarded: 1 })
    pass(ms(20))
    expect(nets.statistics()).toMatchObject({ sessions: 0, threads: { busy: 0 }, finished: 2, unanswerable: 1 })
    expect(hypervisor.requests).toHaveLength(1)
    expect(hypervisor.violations).toEqual([])
  })

  it('move a long inbox up without losing the order', () => {
    const { console, nets, start, pass } = setUp({ hypervisor: { serviceNs: () => 1000 } })
    start()
    pass()
    const session = console.session(pass)
    for (let command = 0; command < 600; command++) console.ask(session)
    pass(ms(10))
    const numbers = Array.from({ length: 600 }, (_, at) => at + 1)
    expect(console.replies.slice(1).map((line) => Number(line.split(' ')[1]))).toEqual(numbers.map((number) => number + 1))
    expect(nets.residences.slice(1).map(({ residenceNs }) => residenceNs)).toEqual(numbers.map((number) => number * 1000))
  })
})
