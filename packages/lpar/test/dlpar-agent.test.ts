// The resource manager of a guest against its connectors: order of calls, partial success, taking back, time limits, the lock.

import { ms, Simulation } from '@powersim/kernel'
import {
  address,
  commandByName,
  CONNECTOR_NEXT_PROPERTY,
  drcIndexOf,
  type Message,
  PROTOCOL_VERSION,
  RTAS_CANNOT_CONFIGURE,
  RTAS_RETRY_10_MS,
  RTAS_TRANSLATIONS_EXIST,
} from '@powersim/protocol'
import { describe, expect, it } from 'vitest'
import { type DlparAnswer, DlparAgent } from '../src/dlpar-agent.js'
import type { ReconfigureRequest } from '../src/dlpar-job.js'
import { aixGuest, type DlparParameters } from '../src/index.js'
import { ConnectorDouble } from './connector-double.js'

/** Ten ms a unit, whatever it is, and free calls. */
const even: DlparParameters = {
  ...aixGuest.dlpar,
  addRegion: ms(10),
  removeRegion: ms(10),
  addProcessor: ms(10),
  removeProcessor: ms(10),
  addSlot: ms(10),
  removeSlot: ms(10),
  rtasCallNs: 0,
}

function guest(connectors = new ConnectorDouble(), dlpar: Partial<DlparParameters> = {}) {
  const simulation = new Simulation({ seed: 'dlpar' })
  const agent = new DlparAgent(simulation, { name: 'lpar3', lparId: 3, dlpar: { ...even, ...dlpar }, queueLimit: 2, connectors })
  const answers: { atMs: number; done: number; reason?: string }[] = []
  const answered = simulation.handler<DlparAnswer>('answered', ({ done, reason }) => {
    answers.push({ atMs: simulation.now / 1e6, done, ...(reason === undefined ? {} : { reason }) })
  })
  let sequence = 0
  const ask = (data: Partial<ReconfigureRequest>): void => {
    const whole: ReconfigureRequest = { id: 3, direction: 'remove', resource: 'mem', count: 1, ...data }
    const message: Message = {
      version: PROTOCOL_VERSION,
      flags: 0,
      opcode: commandByName('rmc.reconfigure').opcode,
      target: address('lpar', 3),
      source: address('hmc', 1),
      epoch: 1,
      sequence: ++sequence,
      status: 0,
      data: whole,
      bytes: 24,
      entity: sequence,
      attempt: 0,
    }
    agent.submit(message, whole, answered)
  }
  return { simulation, agent, connectors, answers, ask }
}

describe('order of calls', () => {
  it('taking a region in: usable, unisolate, configure, and then the time that it takes', () => {
    const { simulation, connectors, answers, ask } = guest()
    connectors.configureStatus = [CONNECTOR_NEXT_PROPERTY, CONNECTOR_NEXT_PROPERTY, 0]
    ask({ direction: 'add' })
    expect(connectors.calls).toEqual(['mem100 usable', 'mem100 unisolate', 'mem100 configure 0'])
    expect(connectors.owned('mem')).toBe(101)
    simulation.run()
    expect(answers).toEqual([{ atMs: 10, done: 1 }])
  })

  it('giving the highest region up: the time, isolate, unusable', () => {
    const { simulation, connectors, answers, ask } = guest()
    ask({ direction: 'remove', count: 2 })
    expect(connectors.calls).toEqual([])
    simulation.run()
    expect(connectors.calls).toEqual(['mem99 isolate', 'mem99 unusable', 'mem98 isolate', 'mem98 unusable'])
    expect(answers).toEqual([{ atMs: 20, done: 2 }])
  })

  it('a slot by its index, after a call that is put off by 10 ms', () => {
    const { simulation, connectors, answers, ask } = guest()
    connectors.configureStatus = [RTAS_RETRY_10_MS, CONNECTOR_NEXT_PROPERTY, 0]
    ask({ direction: 'add', resource: 'slot', count: 1, drcIndex: drcIndexOf('slot', 1) })
    simulation.run()
    expect(connectors.calls.filter((call) => !call.includes('configure'))).toEqual(['slot1 usable', 'slot1 unisolate'])
    expect(answers).toEqual([{ atMs: 20, done: 1 }])
  })

  it('every call costs its time: three to give up, at least four to take in', () => {
    const { simulation, answers, ask } = guest(undefined, { rtasCallNs: ms(0.1) })
    ask({ direction: 'remove', count: 2 })
    simulation.run()
    ask({ direction: 'add', count: 1 })
    simulation.run()
    expect(answers).toEqual([
      { atMs: 20.6, done: 2 },
      { atMs: 20.6 + 10.4, done: 1 },
    ])
  })
})

describe('partial success', () => {
  it('of a removal: a mapped region stays, its time is spent, and the next one is tried', () => {
    const { simulation, connectors, answers, ask } = guest()
    connectors.isolationStatus.set('mem99', RTAS_TRANSLATIONS_EXIST)
    ask({ direction: 'remove', count: 2 })
    simulation.run()
    expect(connectors.calls.filter((call) => call.endsWith('unusable'))).toEqual(['mem98 unusable', 'mem97 unusable'])
    expect(connectors.states.mem[99]).toBe('owned')
    expect(answers).toEqual([{ atMs: 30, done: 2 }])
  })

  it('of a removal that finds no more: what could not be moved is in use', () => {
    const { simulation, connectors, answers, agent, ask } = guest(new ConnectorDouble(5), { fixedRegions: 2 })
    connectors.isolationStatus.set('mem3', RTAS_TRANSLATIONS_EXIST)
    ask({ direction: 'remove', count: 4 })
    simulation.run()
    expect(answers).toEqual([{ atMs: 30, done: 2, reason: 'in-use' }])
    expect(connectors.owned('mem')).toBe(3)
    expect(agent.statistics()).toMatchObject({ done: 1, partial: 1, failed: 0 })
  })

  it('of an addition: the hypervisor lets it have no more', () => {
    const { simulation, connectors, answers, ask } = guest()
    connectors.limits.mem = 103
    ask({ direction: 'add', count: 5 })
    simulation.run()
    expect(answers).toEqual([{ atMs: 30, done: 3, reason: 'refused' }])
    expect(connectors.owned('mem')).toBe(103)
  })

  it('of processors: the last one stays', () => {
    const { simulation, connectors, answers, ask } = guest()
    ask({ direction: 'remove', resource: 'proc', count: 3 })
    simulation.run()
    expect(answers).toEqual([{ atMs: 10, done: 1, reason: 'none-left' }])
    expect(connectors.owned('proc')).toBe(1)
  })

  it('a connector that cannot be configured is given back at once', () => {
    const { simulation, connectors, answers, agent, ask } = guest()
    connectors.configureStatus = [RTAS_CANNOT_CONFIGURE]
    ask({ direction: 'add', count: 2 })
    simulation.run()
    expect(connectors.calls.slice(-2)).toEqual(['mem100 isolate', 'mem100 unusable'])
    expect(answers).toEqual([{ atMs: 0, done: 0, reason: 'refused' }])
    expect(agent.statistics().failed).toBe(1)
  })

  it('is taken back by an operating system that makes a request whole or not at all', () => {
    const { simulation, connectors, answers, ask } = guest(new ConnectorDouble(5), { onFailure: 'take-back' })
    ask({ direction: 'remove', count: 6 })
    simulation.run()
    // Four given up, the first region never; four taken back.
    expect(answers).toEqual([{ atMs: 80, done: 0, reason: 'none-left' }])
    expect(connectors.owned('mem')).toBe(5)
    expect(connectors.calls.at(-3)).toBe('mem4 usable')
  })

  it('that cannot be taken back stays done', () => {
    const { simulation, connectors, answers, ask } = guest(new ConnectorDouble(5), { onFailure: 'take-back' })
    connectors.limits.mem = 3
    ask({ direction: 'remove', count: 6 })
    simulation.run()
    expect(answers).toEqual([{ atMs: 80, done: 2, reason: 'none-left' }])
    expect(connectors.owned('mem')).toBe(3)
  })
})

describe('time limits and the lock', () => {
  it('no unit begins after the time limit; one that was begun is finished', () => {
    const { simulation, answers, ask } = guest()
    ask({ count: 9, timeoutNs: ms(25) })
    simulation.run()
    expect(answers).toEqual([{ atMs: 30, done: 3, reason: 'timed-out' }])
  })

  it('waiting for the lock counts: who gets it too late does nothing', () => {
    const { simulation, connectors, answers, ask } = guest()
    ask({ count: 5 })
    ask({ count: 1, timeoutNs: ms(20) })
    ask({ count: 1, timeoutNs: ms(80) })
    simulation.run()
    expect(answers).toEqual([
      { atMs: 50, done: 5 },
      { atMs: 50, done: 0, reason: 'timed-out' },
      { atMs: 60, done: 1 },
    ])
    expect(connectors.owned('mem')).toBe(94)
  })

  it('nothing comes of a request that is under way when the guest goes down', () => {
    const { simulation, agent, connectors, answers, ask } = guest()
    ask({ count: 5 })
    simulation.run(ms(25))
    agent.reset()
    simulation.run()
    expect(answers).toEqual([])
    expect(connectors.owned('mem')).toBe(98)
    expect(agent.statistics()).toMatchObject({ arrived: 1, lost: 1, inside: 0 })
  })
})
