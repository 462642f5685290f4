// How the sessions of a console come to be: the counted series of set-up, its failures, and the console's start.

import { ms, us } from '@powersim/kernel'
import { describe, expect, it } from 'vitest'
import { ibmLikeRetry } from '../src/index.js'
import { COMMAND, CONNECT, expectAtRest, fspPath, send, series, SET_UP, statuses } from './channel-checks.js'
import { LATENCY, perCommand, servedConsole } from './served-console.js'

describe('set-up', () => {
  it('is a series of exactly four counted messages, one after the other', () => {
    const scene = servedConsole({ parameters: { prepare: ms(1), absorb: ms(2) }, fsp: { setUpNs: ms(5) } })
    scene.start()
    scene.simulation.run()
    expect(scene.fsp.names()).toEqual(series)
    const each = ms(1) + LATENCY + ms(5) + LATENCY + ms(2)
    expect(scene.fsp.received.map(({ timeNs }) => timeNs)).toEqual([0, 1, 2, 3].map((step) => CONNECT + step * each + ms(1) + LATENCY))
    expect(scene.records.map(({ name, latencyNs, ordinal, path, status }) => [name, latencyNs, ordinal, path, status])).toEqual(
      series.map((name) => [name, each, -1, 'fsp', 'ok']),
    )
    expect(scene.console.statistics()).toMatchObject({ asked: 4, finished: 4, retries: 0, late: 0 })
  })

  it('says who the console is, what it can do and what it wants to hear', () => {
    const scene = servedConsole({ bus: { wire: 'encoded' } })
    scene.start()
    expect(scene.fsp.received.map(({ message }) => message.data)).toEqual([
      { console: 'hmc1', version: 'V7R7' },
      { user: 'HMC', password: 'access' },
      { mtuBytes: 16_384, window: 4096 },
      { events: ['system.state'] },
    ])
    expect(fspPath(scene).state).toBe('Connected')
  })

  it('draws by console, system, channel and step, alike on both paths', () => {
    const scene = servedConsole({ nets: {}, parameters: { fsp: perCommand } })
    scene.start()
    send(scene, 2)
    scene.simulation.run()
    const entities = scene.fsp.received.filter(({ name }) => name.startsWith('connection.')).map(({ message }) => message.entity)
    expect(new Set(entities).size).toBe(8)
    expect(scene.nets.received.map(({ message }) => message.entity)).toEqual(entities.slice(0, 4))
    for (const entity of entities) expect(Number.isSafeInteger(entity) && entity >= 2 ** 50).toBe(true)
  })

  it('with a wrong password closes, leaves the path without connection and is tried again after the pause', () => {
    const scene = servedConsole({ fsp: { password: 'other' }, parameters: { reconnectNs: ms(50) } })
    scene.start()
    expect(scene.fsp.names()).toEqual(series.slice(0, 2))
    expect(fspPath(scene)).toMatchObject({ state: 'No Connection', channels: 0 })
    expect(scene.system.state()).toBe('No Connection')
    scene.pass(ms(48))
    expect(scene.fsp.offered.length).toBe(1)
    expect(scene.fsp.closed.length).toBe(1)
    expect(fspPath(scene)).toMatchObject({ state: 'No Connection', channels: 0 })
    // Tried again, but without connection to the eye until that has come to something.
    scene.pass(ms(2.5))
    expect(fspPath(scene)).toMatchObject({ state: 'No Connection', channels: 1 })
    scene.pass(ms(10))
    expect(scene.fsp.names()).toEqual([...series.slice(0, 2), ...series.slice(0, 2)])
    expect(scene.fsp.offered.length).toBe(2)
    expect(fspPath(scene).state).toBe('No Connection')
  })

  it('that is not answered ends in a time-out', () => {
    const scene = servedConsole({ parameters: { commandTimeoutNs: ms(20), reconnectNs: ms(50), retry: ibmLikeRetry } })
    scene.fsp.behaviour = (_message, name) => (name === 'connection.capabilities' ? 'silent' : 'answer')
    send(scene, 1)
    scene.start()
    expect(scene.fsp.names()).toEqual(series.slice(0, 3))
    const failed = scene.records.filter(({ status, name }) => status === 'timed-out' && name.startsWith('connection.'))
    expect(failed).toMatchObject([{ name: 'connection.capabilities', tries: 1 }])
    expect(fspPath(scene)).toMatchObject({ state: 'No Connection', channels: 0 })
    scene.fsp.behaviour = () => 'answer'
    scene.pass(ms(60))
    expect(fspPath(scene)).toMatchObject({ state: 'Connected', channels: 1 })
    scene.simulation.run()
    expectAtRest(scene)
  })

  it.each(['close', 'reset', 'busy', 'refuse'] as const)('in whose midst the server would %s is tried again', (behaviour) => {
    for (const step of series) {
      const scene = servedConsole({ parameters: { reconnectNs: ms(50), absorb: us(10) } })
      let once = 1
      scene.fsp.behaviour = (_message, name) => (name === step && once-- > 0 ? behaviour : 'answer')
      scene.start()
      expect(fspPath(scene).state).toBe('No Connection')
      scene.simulation.run()
      expect(fspPath(scene)).toMatchObject({ state: 'Connected', channels: 1 })
      expect(scene.fsp.names()).toEqual([...series.slice(0, series.indexOf(step) + 1), ...series])
      expectAtRest(scene)
    }
  })

  it('is over when the session is lost while the console still absorbs a reply', () => {
    const absorb = ms(1)
    for (const step of [1, 2, 3, 4]) {
      const scene = servedConsole({ parameters: { absorb, reconnectNs: ms(50) } })
      scene.console.start()
      scene.pass(CONNECT + step * (COMMAND + absorb) - absorb / 2 - LATENCY)
      scene.fsp.open[0]!.close('reset')
      scene.pass(ms(10))
      expect(scene.records.map(({ name, status }) => [name, status])).toEqual(series.slice(0, step).map((name) => [name, 'ok']))
      expect(fspPath(scene)).toMatchObject({ state: 'No Connection', channels: 0 })
      send(scene, 1)
      expect(scene.commands()).toMatchObject([{ status: 'disconnected', latencyNs: 0 }])
      scene.simulation.run()
      expect(fspPath(scene)).toMatchObject({ state: 'Connected', channels: 1 })
      expectAtRest(scene)
    }
  })

  it('that the console’s own end abandons is tried again', () => {
    for (const at of [us(50), us(450), CONNECT, CONNECT + us(1), CONNECT + us(150), CONNECT + us(250), CONNECT + SET_UP - 1]) {
      for (const prepare of [0, us(120)]) {
        const scene = servedConsole({ parameters: { prepare } })
        scene.console.start()
        scene.pass(at)
        scene.console.endpoint.reset('reset')
        scene.simulation.run()
        expect(fspPath(scene)).toMatchObject({ state: 'Connected', channels: 1 })
        expectAtRest(scene)
      }
    }
  })
})

describe('start', () => {
  it('fires when every kept path is ready or has failed, and gives the same signal again', () => {
    const scene = servedConsole({ nets: { admission: 'refuse' } })
    const started = scene.console.start()
    expect(scene.console.start() === started).toBe(true)
    scene.pass(CONNECT)
    expect(started.fired).toBe(false)
    scene.pass(SET_UP)
    expect(started.fired).toBe(true)
    scene.pass(ms(200))
    expect(scene.fsp.offered.length).toBe(1)
  })

  it('fires at once where nothing is kept', () => {
    const scene = servedConsole({ nets: {}, parameters: { fsp: perCommand, nets: perCommand } })
    expect(scene.console.start().fired).toBe(true)
    scene.simulation.run()
    expect(scene.fsp.offered.length).toBe(0)
  })

  it('finds a session that a command has opened before', () => {
    for (const before of [us(100), ms(10)]) {
      const scene = servedConsole()
      send(scene, 1)
      scene.pass(before)
      const started = scene.console.start()
      scene.simulation.run()
      expect(started.fired).toBe(true)
      expect(scene.fsp.offered.length).toBe(1)
      expect(statuses(scene)).toEqual(['ok'])
    }
  })
})
