// The console's side of the RMC network: requests to partitions' agents, their answers, and announcements. No path, no session.

import { ms } from '@powersim/kernel'
import { address, FLAG_REPLY, replyTo } from '@powersim/protocol'
import { describe, expect, it } from 'vitest'
import { type Behaviour, event, LATENCY, type Scene, servedConsole, SYSTEM_NUMBER } from './served-console.js'

const request = { id: 5, direction: 'add', resource: 'mem', count: 8 } as const

function withAgents(behaviour: Behaviour = 'answer'): Scene {
  const scene = servedConsole({ withRmc: true })
  scene.rmc.behaviour = () => behaviour
  return scene
}

describe('a request to a partition’s agent', () => {
  it('goes unsecured over the RMC network and brings back what was done', () => {
    const scene = withAgents()
    scene.rmc.serviceNs = ms(7)
    const result = scene.console.rmc.reconfigure(scene.system, request, 33)
    scene.simulation.run()
    expect(result.value).toEqual({ ok: true, done: 8 })
    expect(scene.rmc.received).toMatchObject([
      {
        timeNs: LATENCY,
        name: 'rmc.reconfigure',
        connection: null,
        message: { target: address('lpar', 5), source: address('hmc', 1), data: request, entity: 2 ** 49 + 33, flags: 0, attempt: 0 },
      },
    ])
    expect(scene.fsp.received.length).toBe(0)
  })

  it('is one of many under way, each answered for itself', () => {
    const scene = withAgents()
    scene.rmc.serviceNs = ms(10)
    const results = [1, 2, 3].map((count) => scene.console.rmc.reconfigure(scene.system, { ...request, count }, count))
    scene.simulation.run()
    expect(results.map((result) => result.value)).toEqual([1, 2, 3].map((done) => ({ ok: true, done })))
  })

  it.each(['refuse', 'busy'] as const)('answered %s is not done', (behaviour) => {
    const scene = withAgents(behaviour)
    const result = scene.console.rmc.reconfigure(scene.system, request, 1)
    scene.pass(2 * LATENCY)
    expect(result.value).toEqual({ ok: false, done: 0 })
  })

  it('that nobody answers is not done when its time is over, and a late answer changes nothing', () => {
    const scene = withAgents()
    scene.rmc.serviceNs = ms(150)
    const result = scene.console.rmc.reconfigure(scene.system, request, 1)
    scene.pass(ms(100) - 1)
    expect(result.fired).toBe(false)
    scene.pass(1)
    expect(result.value).toEqual({ ok: false, done: 0, unknown: true })
    scene.simulation.run()
    expect(scene.simulation.now).toBe(ms(150) + 2 * LATENCY)
  })

  it('answered twice is done once, and its timer is stopped', () => {
    const scene = withAgents('twice')
    const result = scene.console.rmc.reconfigure(scene.system, request, 1)
    scene.simulation.run()
    expect(result.value).toEqual({ ok: true, done: 8 })
    expect(scene.simulation.now).toBe(2 * LATENCY)
  })

  it('is not answered by a message that is no such reply', () => {
    const scene = withAgents('silent')
    const result = scene.console.rmc.reconfigure(scene.system, request, 1)
    scene.pass(LATENCY)
    const { message } = scene.rmc.received[0]!
    const reply = replyTo(message, 0, { done: 1 }, 10, { requestBytesMin: 0, replyBytesMin: 0 })
    for (const wrong of [message, { ...reply, opcode: 0x0202 }, { ...reply, flags: 0 }, { ...reply, sequence: 99 }]) {
      scene.bus.send(scene.rmc.link!, scene.rmc.endpoint, { ...wrong, target: address('hmc', 1) })
    }
    scene.pass(ms(10))
    expect(result.fired).toBe(false)
    scene.bus.send(scene.rmc.link!, scene.rmc.endpoint, { ...reply, flags: FLAG_REPLY })
    scene.pass(ms(10))
    expect(result.value).toEqual({ ok: true, done: 1 })
  })

  it.each([
    ['data that do not fit', 0, { done: 'all' }],
    ['a status that is not ok, whatever the data', 8, { done: 3 }],
  ])('answered with %s is not done', (_what, status, data) => {
    const scene = withAgents('silent')
    const result = scene.console.rmc.reconfigure(scene.system, request, 1)
    scene.pass(LATENCY)
    const reply = replyTo(scene.rmc.received[0]!.message, status, data, 10, { requestBytesMin: 0, replyBytesMin: 0 })
    scene.bus.send(scene.rmc.link!, scene.rmc.endpoint, reply)
    scene.pass(LATENCY)
    expect(result.value).toEqual({ ok: false, done: 0 })
  })

  it('without a network to the agents is not done, at once', () => {
    const scene = servedConsole()
    expect(scene.console.rmc.reconfigure(scene.system, request, 1).value).toEqual({ ok: false, done: 0 })
    expect(scene.rmc.received.length).toBe(0)
  })

  it('above 4,096 under way is not done, at once', () => {
    const scene = withAgents('silent')
    const results = Array.from({ length: 4097 }, (_, entity) => scene.console.rmc.reconfigure(scene.system, request, entity))
    expect(results.filter((result) => result.fired).length).toBe(1)
    expect(results.at(-1)?.value).toEqual({ ok: false, done: 0 })
    scene.simulation.run()
    expect(results.every((result) => result.value?.ok === false)).toBe(true)
    scene.rmc.behaviour = () => 'answer'
    const after = scene.console.rmc.reconfigure(scene.system, request, 1)
    scene.simulation.run()
    expect(after.value?.ok).toBe(true)
  })
})

describe('an announcement', () => {
  const announce = (scene: Scene, id: number, state: 'active' | 'inactive' | 'none', system = SYSTEM_NUMBER): void => {
    const told = event('rmc.announce', address('lpar', system), address('hmc', 1), { id, state })
    scene.bus.send(scene.rmc.link!, scene.rmc.endpoint, told)
    scene.simulation.run()
  }

  it('says how a partition’s RMC link is', () => {
    const scene = withAgents()
    expect(scene.system.rmcState(5)).toBe('none')
    announce(scene, 5, 'active')
    announce(scene, 6, 'inactive')
    expect([5, 6, 7].map((id) => scene.system.rmcState(id))).toEqual(['active', 'inactive', 'none'])
    announce(scene, 5, 'none')
    expect(scene.system.rmcState(5)).toBe('none')
  })

  it('is of the system whose network it comes from', () => {
    const scene = withAgents()
    const { wiring } = scene.system
    const other = scene.console.manage({ ...wiring, name: 'sys2', number: 8 })
    announce(scene, 5, 'active', 8)
    expect([scene.system.rmcState(5), other.rmcState(5)]).toEqual(['none', 'active'])
    announce(scene, 5, 'inactive', 9)
    expect([scene.system.rmcState(5), other.rmcState(5)]).toEqual(['none', 'active'])
  })

  it('that does not fit, or comes over a session, is passed over', () => {
    const scene = withAgents()
    announce(scene, 0, 'active')
    expect(scene.system.rmcState(0)).toBe('none')
    scene.start()
    const connection = scene.fsp.open[0]!
    const told = event('rmc.announce', address('lpar', SYSTEM_NUMBER), address('hmc', 1), { id: 5, state: 'active' })
    connection.send(scene.fsp.endpoint, told)
    scene.simulation.run()
    expect(scene.system.rmcState(5)).toBe('none')
    expect(scene.console.statistics().late).toBe(0)
  })

  it('is forgotten when the hypervisor stops, and only then', () => {
    const scene = withAgents()
    scene.start()
    announce(scene, 5, 'active')
    scene.fsp.announce('Operating', true)
    scene.simulation.run()
    expect(scene.system.rmcState(5)).toBe('active')
    scene.fsp.announce('Power Off In Progress', false)
    scene.simulation.run()
    expect(scene.system.rmcState(5)).toBe('none')
  })
})
