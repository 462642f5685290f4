// Sessions that live for one command: opened, set up and closed for each, in parallel up to a limit.

import { ms, us } from '@powersim/kernel'
import { BusRecording } from '@powersim/testkit'
import { describe, expect, it } from 'vitest'
import { COMMAND, CONNECT, expectAtRest, fspPath, parallel, send, series, SET_UP, statuses } from './channel-checks.js'
import { freeTls, LATENCY, perCommand, servedConsole } from './served-console.js'

describe('a session per command', () => {
  it('is opened, set up and closed for each, one after the other', () => {
    const scene = servedConsole({ parameters: { fsp: perCommand } })
    scene.start()
    const startNs = scene.simulation.now
    send(scene, 3)
    scene.simulation.run()
    expect(scene.fsp.names()).toEqual([1, 2, 3].flatMap(() => [...series, 'lpar.read']))
    const each = CONNECT + SET_UP + COMMAND
    expect(scene.commands().map(({ latencyNs, startNs: at }) => at - startNs + latencyNs)).toEqual([each, 2 * each, 3 * each])
    expect(scene.bus.statistics().connections).toMatchObject({ asked: 3, opened: 3, resumed: 0, alive: 0, closed: { done: 3 } })
    expect(fspPath(scene)).toMatchObject({ state: 'Connected', channels: 0 })
    expectAtRest(scene)
  })

  it('takes the resumed handshake when asked, from the second on', () => {
    const tls = { ...freeTls, fullHandshake: ms(300), resumedHandshake: ms(20) }
    const scene = servedConsole({ parameters: { fsp: { ...perCommand, resume: true }, commandTimeoutNs: ms(5000) }, fsp: { tls } })
    const recording = new BusRecording(scene.bus)
    send(scene, 3)
    scene.simulation.run()
    const full = ms(300) + CONNECT + SET_UP + COMMAND
    const resumed = ms(20) + CONNECT - 2 * LATENCY + SET_UP + COMMAND
    expect(scene.commands().map(({ latencyNs }) => latencyNs)).toEqual([full, full + resumed, full + 2 * resumed])
    expect(scene.bus.statistics().connections).toMatchObject({ opened: 3, resumed: 2 })
    expect(recording.connections.filter(({ end, state }) => end === 'client' && state === 'open').map(({ resumed: was }) => was)).toEqual([
      false,
      true,
      true,
    ])
  })

  it('asks for the full handshake otherwise', () => {
    const scene = servedConsole({ parameters: { fsp: perCommand } })
    send(scene, 3)
    scene.simulation.run()
    expect(scene.bus.statistics().connections).toMatchObject({ opened: 3, resumed: 0 })
  })

  it('is one of at most so many as the limit says, each with one command, whatever the pipeline', () => {
    const scene = servedConsole({ parameters: { fsp: { ...parallel(3), pipeline: 50 } } })
    scene.fsp.serviceNs = ms(10)
    const recording = new BusRecording(scene.bus)
    send(scene, 10)
    scene.simulation.run()
    expect(statuses(scene)).toEqual(Array(10).fill('ok'))
    expect(scene.fsp.commands.map(({ message }) => message.data)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10].map((id) => ({ id })))
    expect(scene.fsp.offered.length).toBe(10)
    let alive = 0
    let peak = 0
    for (const { end, state } of recording.connections.filter((observation) => observation.end === 'client')) {
      alive += state === 'connecting' ? 1 : state === 'closed' ? -1 : 0
      peak = Math.max(peak, alive)
      expect(end).toBe('client')
    }
    expect([alive, peak]).toEqual([0, 3])
    expectAtRest(scene)
  })

  it('that times out is closed, and its late reply is nobody’s', () => {
    const scene = servedConsole({ parameters: { fsp: perCommand, commandTimeoutNs: ms(20) } })
    scene.fsp.behaviour = (_message, name) => (name === 'lpar.read' ? 'silent' : 'answer')
    scene.console.send(scene.system, 'lpar.read', { id: 1 })
    scene.pass(ms(19))
    scene.console.send(scene.system, 'lpar.list', {})
    scene.simulation.run()
    expect(statuses(scene)).toEqual(['timed-out', 'ok'])
    expect(scene.fsp.open.length).toBe(0)
    expect(scene.bus.statistics().connections).toMatchObject({ asked: 2, alive: 0 })
    expectAtRest(scene)
  })

  it('whose command has run out of time before it was ready is closed, not left open', () => {
    const scene = servedConsole({ parameters: { fsp: perCommand, commandTimeoutNs: ms(20) }, fsp: { admission: 'hold' } })
    send(scene, 1)
    scene.pass(ms(30))
    expect(statuses(scene)).toEqual(['timed-out'])
    scene.fsp.offered[0]!.admit()
    scene.simulation.run()
    expect(scene.fsp.names()).toEqual(series)
    expect(scene.fsp.open.length).toBe(0)
    expect(scene.bus.statistics().connections).toMatchObject({ asked: 1, opened: 1, alive: 0 })
    scene.fsp.admission = 'admit'
    send(scene, 1)
    scene.simulation.run()
    expect(scene.fsp.offered.length).toBe(2)
    expect(statuses(scene)).toEqual(['timed-out', 'ok'])
    expectAtRest(scene)
  })

  it('that cannot be had and that nobody needs any more fails no command', () => {
    const scene = servedConsole({ parameters: { fsp: parallel(2), commandTimeoutNs: ms(20) }, fsp: { admission: 'hold' } })
    send(scene, 1)
    scene.pass(ms(10))
    send(scene, 1)
    scene.pass(ms(15))
    // The first has run out of time; two sessions are being opened for the second.
    expect(statuses(scene)).toEqual(['timed-out'])
    scene.fsp.offered[0]!.refuse()
    scene.pass(ms(1))
    expect(fspPath(scene)).toMatchObject({ channels: 1, waiting: 1 })
    scene.fsp.offered[1]!.admit()
    scene.simulation.run()
    expect(statuses(scene)).toEqual(['timed-out', 'ok'])
    expect(scene.fsp.offered.length).toBe(2)
    expectAtRest(scene)
  })

  it('that cannot be had, while others live, fails one command; the next tries its own', () => {
    const scene = servedConsole({ parameters: { fsp: parallel(2), commandTimeoutNs: ms(500) } })
    scene.fsp.serviceNs = ms(50)
    send(scene, 1)
    scene.pass(ms(10))
    expect(scene.fsp.commands.length).toBe(1)
    scene.fsp.admission = 'refuse'
    send(scene, 3)
    scene.pass(ms(5))
    expect(statuses(scene)).toEqual(['disconnected', 'disconnected', 'disconnected'])
    expect(scene.fsp.offered.length).toBe(4)
    scene.simulation.run()
    expect(statuses(scene)).toEqual(['disconnected', 'disconnected', 'disconnected', 'ok'])
    expectAtRest(scene)
  })

  it('whose set-up fails with others waiting and none alive fails them all', () => {
    const scene = servedConsole({ parameters: { fsp: parallel(1), retry: { name: 'twice', tries: 2, pausesNs: [ms(5)] } } })
    let once = 1
    scene.fsp.behaviour = (_message, name) => (name === 'connection.authenticate' && once-- > 0 ? 'refuse' : 'answer')
    send(scene, 4)
    scene.pass(ms(2))
    expect(fspPath(scene)).toEqual({ state: 'No Connection', channels: 0, waiting: 0, outstanding: 0 })
    scene.simulation.run()
    expect(scene.commands().map(({ status, tries }) => [status, tries])).toEqual(Array(4).fill(['ok', 2]))
    expect(scene.fsp.offered.length).toBe(5)
    expect(fspPath(scene).state).toBe('Connected')
    expectAtRest(scene)
  })

  it('lost in the midst of its command fails that one only', () => {
    const scene = servedConsole({ parameters: { fsp: parallel(1) } })
    let once = 1
    scene.fsp.behaviour = (_message, name) => (name === 'lpar.read' && once-- > 0 ? 'reset' : 'answer')
    send(scene, 3)
    scene.simulation.run()
    expect(statuses(scene)).toEqual(['disconnected', 'ok', 'ok'])
    expect(scene.fsp.offered.length).toBe(3)
    expectAtRest(scene)
  })

  it('reset at the console’s own end fails its command, and the next one opens its own', () => {
    const scene = servedConsole({ parameters: { fsp: parallel(1) } })
    scene.fsp.serviceNs = ms(10)
    send(scene, 2)
    scene.pass(CONNECT + SET_UP + us(50))
    scene.console.endpoint.reset('reset')
    scene.simulation.run()
    expect(statuses(scene)).toEqual(['disconnected', 'ok'])
    expectAtRest(scene)
  })
})
