// The kept sessions of a console: how they are used, limited, lost and opened again, and who waits for them.

import { ms } from '@powersim/kernel'
import { describe, expect, it } from 'vitest'
import type { CommandRecord } from '../src/index.js'
import { COMMAND, expectAtRest, fspPath, kept, parallel, send, series, SET_UP, statuses } from './channel-checks.js'
import { LATENCY, servedConsole } from './served-console.js'

describe('a kept session', () => {
  it('is reused: one connection and one set-up for all commands', () => {
    const scene = servedConsole()
    scene.start()
    send(scene, 50)
    scene.simulation.run()
    expect(scene.fsp.offered.length).toBe(1)
    expect(scene.fsp.names()).toEqual([...series, ...Array<string>(50).fill('lpar.read')])
    expect(scene.fsp.open.length).toBe(1)
    expect(scene.bus.statistics().connections).toMatchObject({ asked: 1, opened: 1, alive: 1 })
    expectAtRest(scene)
  })

  it('has so many commands in flight as its pipeline takes, and serves the others first come, first served', () => {
    const scene = servedConsole({ parameters: { fsp: kept(1, 3) } })
    scene.start()
    scene.fsp.serviceNs = ms(10)
    const startNs = scene.simulation.now
    send(scene, 8)
    expect(fspPath(scene)).toEqual({ state: 'Connected', channels: 1, waiting: 5, outstanding: 8 })
    scene.simulation.run()
    const round = ms(10) + COMMAND
    expect(scene.fsp.commands.map(({ timeNs, message }) => [timeNs - startNs - LATENCY, message.data])).toEqual(
      [0, 0, 0, round, round, round, 2 * round, 2 * round].map((at, i) => [at, { id: i + 1 }]),
    )
    expect(scene.fsp.offered.length).toBe(1)
    expectAtRest(scene)
  })

  it('is joined by further ones only when commands wait, up to the limit', () => {
    const scene = servedConsole({ parameters: { fsp: kept(3, 2) } })
    scene.start()
    scene.fsp.serviceNs = ms(10)
    send(scene, 2)
    scene.pass(ms(5))
    expect(scene.fsp.offered.length).toBe(1)
    // The third waits: one more session, which will take the fourth as well; the fifth wants another; the tenth can have none.
    send(scene, 1)
    expect(fspPath(scene).channels).toBe(2)
    send(scene, 1)
    expect(fspPath(scene).channels).toBe(2)
    send(scene, 1)
    expect(fspPath(scene).channels).toBe(3)
    send(scene, 5)
    expect(fspPath(scene).channels).toBe(3)
    scene.simulation.run()
    expect(scene.fsp.offered.length).toBe(3)
    expect(scene.fsp.commands.map(({ message }) => message.data)).toEqual([1, 2, 1, 1, 1, 1, 2, 3, 4, 5].map((id) => ({ id })))
    expect(statuses(scene)).toEqual(Array(10).fill('ok'))
    expect(fspPath(scene)).toMatchObject({ channels: 3 })
    expectAtRest(scene)
  })

  it('with fewer commands in flight is preferred', () => {
    const scene = servedConsole({ parameters: { fsp: kept(2, 2) } })
    scene.start()
    scene.fsp.serviceNs = ms(10)
    send(scene, 3)
    scene.simulation.run()
    expect(scene.fsp.open.length).toBe(2)
    const before = scene.fsp.commands.length
    send(scene, 4)
    scene.simulation.run()
    const [first, second] = scene.fsp.open
    const by = scene.fsp.commands.slice(before).map(({ connection }) => (connection === first ? 1 : connection === second ? 2 : 0))
    expect(by).toEqual([1, 2, 1, 2])
  })

  it('lost fails what is in flight; what waits goes on waiting for the others', () => {
    const scene = servedConsole({ parameters: { fsp: kept(2, 1), reconnectNs: ms(50) } })
    scene.start()
    scene.fsp.serviceNs = ms(10)
    send(scene, 2)
    scene.pass(ms(2))
    send(scene, 3)
    expect(fspPath(scene)).toMatchObject({ channels: 2, waiting: 3 })
    scene.fsp.open[0]!.close('reset')
    scene.pass(ms(1))
    expect(statuses(scene)).toEqual(['disconnected'])
    expect(fspPath(scene)).toMatchObject({ state: 'Connected', channels: 1, waiting: 3 })
    scene.pass(ms(40))
    // One at a time until the pause is over; then, with commands waiting, a second session again.
    expect(scene.fsp.offered.length).toBe(2)
    expect(statuses(scene)).toEqual(['disconnected', 'ok', 'ok', 'ok', 'ok'])
    send(scene, 4)
    expect(fspPath(scene)).toMatchObject({ channels: 1, waiting: 3 })
    scene.pass(ms(12))
    expect(fspPath(scene).channels).toBe(2)
    scene.simulation.run()
    expect(scene.fsp.offered.length).toBe(3)
    expect(statuses(scene).slice(5)).toEqual(Array(4).fill('ok'))
    expectAtRest(scene)
  })

  it('lost, one after the other, are all made good while commands wait', () => {
    const scene = servedConsole({ parameters: { fsp: kept(3, 1), reconnectNs: ms(50), commandTimeoutNs: ms(1000) } })
    scene.start()
    scene.fsp.serviceNs = ms(10)
    send(scene, 60)
    scene.pass(ms(5))
    expect(fspPath(scene).channels).toBe(3)
    for (const wait of [ms(3), ms(30)]) {
      scene.fsp.open[0]!.close('reset')
      scene.pass(wait)
    }
    expect(fspPath(scene).channels).toBe(1)
    scene.pass(ms(40))
    expect(fspPath(scene).channels).toBe(3)
    scene.simulation.run()
    expect(scene.fsp.offered.length).toBe(5)
    expectAtRest(scene)
  })

  it('lost is made good after the pause, even if no reply comes meanwhile', () => {
    const scene = servedConsole({ parameters: { fsp: kept(2, 1), reconnectNs: ms(50), commandTimeoutNs: ms(1000) } })
    scene.start()
    scene.fsp.behaviour = (_message, name) => (name === 'lpar.list' ? 'silent' : 'answer')
    for (let i = 0; i < 2; i++) scene.console.send(scene.system, 'lpar.list', {})
    scene.pass(ms(5))
    send(scene, 1)
    scene.fsp.open[0]!.close('reset')
    scene.pass(ms(40))
    expect(statuses(scene)).toEqual(['disconnected'])
    scene.pass(ms(15))
    expect(statuses(scene)).toEqual(['disconnected', 'ok'])
  })

  it('lost while another is being opened leaves what waits to that one, also after an earlier failure', () => {
    const scene = servedConsole({ parameters: { fsp: kept(2, 1), reconnectNs: ms(50) }, fsp: { admission: 'refuse' } })
    scene.start()
    scene.fsp.admission = 'admit'
    scene.pass(ms(60))
    expect(fspPath(scene)).toMatchObject({ state: 'Connected', channels: 1 })
    scene.fsp.serviceNs = ms(10)
    scene.fsp.admission = 'hold'
    send(scene, 2)
    scene.pass(ms(2))
    scene.fsp.open[0]!.close('reset')
    scene.pass(ms(1))
    expect(fspPath(scene)).toEqual({ state: 'Connecting', channels: 1, waiting: 1, outstanding: 1 })
    send(scene, 1)
    expect(fspPath(scene)).toMatchObject({ waiting: 2 })
    scene.fsp.offered.at(-1)!.admit()
    scene.pass(ms(30))
    expect(statuses(scene)).toEqual(['disconnected', 'ok', 'ok'])
    scene.simulation.run()
    expectAtRest(scene)
  })

  it('more than the server admits is not asked for again and again', () => {
    const scene = servedConsole({ parameters: { fsp: kept(2, 1), reconnectNs: ms(50), commandTimeoutNs: ms(1000) } })
    scene.start()
    scene.fsp.admission = 'refuse'
    scene.fsp.serviceNs = ms(10)
    send(scene, 20)
    scene.simulation.run()
    expect(statuses(scene)).toEqual(Array(20).fill('ok'))
    // 204 ms of work with a session that is tried again after pauses of 50 ms, not after each of 20 replies.
    expect(scene.fsp.offered.length).toBe(1 + 4)
    expectAtRest(scene)
  })

  it('that is the last one takes with it what waits, and is opened again after the pause', () => {
    const scene = servedConsole({ parameters: { reconnectNs: ms(50) } })
    scene.start()
    scene.fsp.serviceNs = ms(10)
    send(scene, 3)
    scene.pass(ms(1))
    scene.fsp.endpoint.reset('reset')
    scene.pass(LATENCY)
    expect(statuses(scene)).toEqual(['disconnected', 'disconnected', 'disconnected'])
    expect(fspPath(scene)).toEqual({ state: 'No Connection', channels: 0, waiting: 0, outstanding: 0 })
    // What comes meanwhile fails at once.
    scene.pass(ms(20))
    send(scene, 1)
    expect(scene.commands().at(-1)).toMatchObject({ status: 'disconnected', latencyNs: 0 })
    scene.pass(ms(29))
    expect(scene.fsp.offered.length).toBe(1)
    scene.pass(ms(2) + SET_UP)
    expect(fspPath(scene)).toMatchObject({ state: 'Connected', channels: 1 })
    send(scene, 1)
    scene.simulation.run()
    expect(statuses(scene).at(-1)).toBe('ok')
    expectAtRest(scene)
  })

  it('whose first connect fails while commands wait fails them all, and they are tried again', () => {
    const retry = { name: 'twice', tries: 2, pausesNs: [ms(60)] }
    const scene = servedConsole({ parameters: { reconnectNs: ms(50), retry }, fsp: { admission: 'refuse' } })
    send(scene, 5)
    scene.start()
    expect(fspPath(scene)).toEqual({ state: 'No Connection', channels: 0, waiting: 0, outstanding: 0 })
    scene.fsp.admission = 'admit'
    scene.simulation.run()
    expect(statuses(scene)).toEqual(Array(5).fill('ok'))
    expect(scene.commands().map(({ tries }) => tries)).toEqual(Array(5).fill(2))
    expect(scene.fsp.commands.map(({ message }) => message.data)).toEqual([1, 2, 3, 4, 5].map((id) => ({ id })))
    expect(scene.fsp.offered.length).toBe(2)
    expectAtRest(scene)
  })

  it('that cannot be had because nobody answers is given up after the connect time-out', () => {
    const scene = servedConsole({ link: { connectTimeout: ms(30) }, parameters: { reconnectNs: ms(50) } })
    scene.fsp.endpoint.reachable = false
    send(scene, 1)
    scene.simulation.run(ms(29))
    expect(fspPath(scene)).toMatchObject({ state: 'Connecting', waiting: 1 })
    scene.simulation.run(ms(31))
    expect(statuses(scene)).toEqual(['disconnected'])
    scene.fsp.endpoint.reachable = true
    scene.simulation.run(ms(90))
    expect(fspPath(scene).state).toBe('Connected')
  })

  it('closed at the console’s own end takes no more commands, though word of it is still to come', () => {
    const scene = servedConsole({ parameters: { reconnectNs: ms(50), fsp: kept(1, 10) } })
    scene.start()
    scene.fsp.serviceNs = ms(10)
    send(scene, 2)
    scene.console.endpoint.reset('reset')
    send(scene, 2)
    expect(statuses(scene)).toEqual(Array(4).fill('disconnected'))
    expect(fspPath(scene)).toEqual({ state: 'No Connection', channels: 0, waiting: 0, outstanding: 0 })
    scene.simulation.run()
    expect(scene.fsp.offered.length).toBe(2)
    expect(fspPath(scene)).toMatchObject({ state: 'Connected', channels: 1 })
    expectAtRest(scene)
  })

  it('closed at the console’s own end fails all that waits for it, in order and without end, however many', () => {
    const many = 10_000
    const scene = servedConsole({ parameters: { waitingLimit: many, reconnectNs: ms(50), commandTimeoutNs: ms(20) } })
    scene.start()
    scene.fsp.behaviour = (_message, name) => (name === 'lpar.list' ? 'silent' : 'answer')
    // At the very time at which the one command in flight times out and those behind it are to be served.
    const reset = scene.simulation.handler('reset', () => scene.console.endpoint.reset('reset'))
    scene.simulation.schedule(ms(20), reset, undefined)
    scene.console.send(scene.system, 'lpar.list', {})
    scene.pass(1)
    for (let i = 0; i < many; i++) scene.console.send(scene.system, 'lpar.read', { id: 1 }, { ordinal: i })
    scene.simulation.run()
    expect(scene.commands().find(({ name }) => name === 'lpar.list')).toMatchObject({ status: 'timed-out', latencyNs: ms(20) })
    const behind = scene.commands().filter(({ name }) => name === 'lpar.read')
    expect(behind.map(({ ordinal }) => ordinal)).toEqual(Array.from({ length: many }, (_, i) => i))
    expect(new Set(behind.map(({ status, latencyNs }) => `${status} ${latencyNs}`))).toEqual(new Set([`disconnected ${ms(20) - 1}`]))
    expect(fspPath(scene)).toMatchObject({ state: 'Connected', channels: 1 })
    expectAtRest(scene)
  })
})

describe('the waiting limit', () => {
  it('answers busy', () => {
    const scene = servedConsole({ parameters: { waitingLimit: 3 } })
    scene.start()
    scene.fsp.serviceNs = ms(10)
    send(scene, 4)
    const refused = scene.console.send(scene.system, 'lpar.list', {})
    expect(refused.value).toEqual({
      ok: false,
      status: 'busy',
      refusal: { detail: '3 commands wait for a session on path fsp already' },
    })
    scene.simulation.run()
    expect(statuses(scene)).toEqual(['busy', 'ok', 'ok', 'ok', 'ok'])
    expectAtRest(scene)
  })

  it('turns away what has waited before, without harm to what waits', () => {
    const retry = { name: 'soon', tries: 2, pausesNs: [ms(1)] }
    const scene = servedConsole({ parameters: { waitingLimit: 1, commandTimeoutNs: ms(20), retry } })
    scene.start()
    scene.fsp.behaviour = (_message, name) => (name === 'lpar.list' || name === 'profile.list' ? 'silent' : 'answer')
    scene.console.send(scene.system, 'lpar.list', {})
    scene.pass(ms(10))
    // Waits, is sent at 20 ms and times out at 30 ms; meanwhile two more take session and queue.
    scene.console.send(scene.system, 'profile.list', {})
    scene.pass(ms(19))
    scene.fsp.behaviour = () => 'silent'
    const waits = scene.console.send(scene.system, 'system.state', {})
    scene.pass(ms(2))
    send(scene, 1)
    scene.simulation.run()
    expect(scene.commands().filter(({ name }) => name === 'profile.list')).toMatchObject([{ tries: 2, status: 'busy' }])
    expect(waits.fired).toBe(true)
    expectAtRest(scene)
  })

  it('has them tried again when the preset says so', () => {
    const scene = servedConsole({ parameters: { waitingLimit: 1, retry: { name: 'twice', tries: 2, pausesNs: [ms(100)] } } })
    scene.start()
    scene.fsp.serviceNs = ms(10)
    send(scene, 4)
    scene.simulation.run()
    expect(scene.commands().map(({ status, tries }) => [status, tries])).toEqual([
      ['ok', 1],
      ['ok', 1],
      ['ok', 2],
      ['ok', 2],
    ])
    expectAtRest(scene)
  })
})

describe('re-entrancy', () => {
  it('lets the listener of records ask for the next command at once, in every state of the path', () => {
    for (const sessions of [kept(1, 1), kept(2, 2), parallel(1), parallel(3)]) {
      for (const behaviour of ['answer', 'reset', 'busy', 'silent'] as const) {
        const scene = servedConsole({ parameters: { fsp: sessions, commandTimeoutNs: ms(5), reconnectNs: ms(20), waitingLimit: 2 } })
        let left = 40
        const push = scene.records.push.bind(scene.records)
        scene.records.push = (...records: CommandRecord[]): number => {
          if (records.some(({ name }) => name === 'lpar.read') && left-- > 0) send(scene, 1)
          return push(...records)
        }
        let turn = 0
        scene.fsp.behaviour = (_message, name) => (name === 'lpar.read' && turn++ % 3 === 1 ? behaviour : 'answer')
        scene.start()
        send(scene, 5)
        scene.simulation.run()
        expect(scene.commands()).toHaveLength(45)
        expectAtRest(scene)
      }
    }
  })
})

describe('memory', () => {
  it('holds no session and no command that has ended', () => {
    const retry = { name: 'twice', tries: 2, pausesNs: [ms(1)] }
    const scene = servedConsole({ parameters: { fsp: parallel(2), retry, commandTimeoutNs: ms(5) } })
    let turn = 0
    const ways = ['answer', 'silent', 'reset', 'twice', 'busy', 'close'] as const
    scene.fsp.behaviour = () => ways[turn++ % ways.length]!
    for (let round = 0; round < 50; round++) {
      send(scene, 4)
      scene.simulation.run()
    }
    expect(scene.commands()).toHaveLength(200)
    expectAtRest(scene)
    // The one table that no reader shows.
    const { channels } = scene.console as unknown as { channels: { byConnection: Map<number, unknown> } }
    expect(channels.byConnection.size).toBe(0)
    expect(scene.bus.statistics().connections.alive).toBe(0)
    expect(scene.simulation.pending).toBe(0)
  })
})
