// What becomes of one command: its latency, its retries with the same key, its outcome, and what the records and counts say of it.

import { ms, seconds, us } from '@powersim/kernel'
import { address, FLAG_RETRY, HEADER_BYTES, type Message } from '@powersim/protocol'
import { byTarget, netsFirst } from '@powersim/routing'
import { describe, expect, it } from 'vitest'
import { ibmLikeRetry, type RetryPreset } from '../src/index.js'
import { freeTls, LATENCY, perCommand, type Scene, servedConsole } from './served-console.js'

const twice: RetryPreset = { name: 'twice', tries: 2, pausesNs: [ms(10)] }
const pipelined = { mode: 'kept', sessions: 1, pipeline: 100, resume: false } as const

function keys(messages: readonly Message[]): object[] {
  return messages.map(({ epoch, sequence, entity, attempt, flags }) => ({ epoch, sequence, entity, attempt, flags }))
}

function books(scene: Scene): object {
  const { asked, finished, retries, late } = scene.console.statistics()
  return { asked, finished, retries, late }
}

describe('the latency of a command', () => {
  it('is preparing, path and absorbing, to the ns', () => {
    const scene = servedConsole({ parameters: { prepare: ms(3), absorb: us(1500) }, fsp: { serviceNs: ms(10) } })
    scene.start()
    const startNs = scene.simulation.now
    const outcome = scene.console.send(scene.system, 'lpar.list', {})
    scene.simulation.run()
    expect(outcome.value).toEqual({ ok: true, data: { partitions: [] } })
    const latencyNs = ms(3) + LATENCY + ms(10) + LATENCY + us(1500)
    expect(scene.commands()).toEqual([
      {
        console: 'hmc1',
        system: 'sys1',
        name: 'lpar.list',
        commandClass: 'query',
        target: 'phyp',
        path: 'fsp',
        tries: 1,
        startNs,
        latencyNs,
        status: 'ok',
        replied: true,
        ordinal: -1,
      },
    ])
    expect(scene.fsp.commands[0]?.timeNs).toBe(startNs + ms(3) + LATENCY)
  })

  it('counts sealing and opening on the console, which share its processors with preparing', () => {
    const tls = { ...freeTls, perRecord: us(200), perByteNs: 1 }
    const costs = { processors: 1, prepare: ms(1), absorb: ms(2), tls, requestBytesMin: 1000 }
    const scene = servedConsole({ parameters: { ...costs, fsp: pipelined } })
    scene.start()
    for (let i = 0; i < 2; i++) scene.console.send(scene.system, 'lpar.list', {})
    scene.simulation.run()
    const replyBytes = HEADER_BYTES + '{"partitions":[]}'.length
    const seal = us(200) + 1000
    const open = us(200) + replyBytes
    // One processor, first come first served: prepare 1, prepare 2, seal 1, seal 2, then what the replies need.
    const sealed = [ms(2) + seal, ms(2) + 2 * seal]
    const first = sealed[0]! + 2 * LATENCY
    expect(first).toBeLessThan(sealed[1]!)
    // The first reply waits for the second seal; the second for the first to be absorbed.
    const opened = sealed[1]! + open
    expect(scene.commands().map(({ latencyNs }) => latencyNs)).toEqual([opened + ms(2), opened + ms(2) + open + ms(2)])
  })

  it('spans its retries and the pauses between them', () => {
    const scene = servedConsole({ parameters: { prepare: ms(1), absorb: ms(1), commandTimeoutNs: ms(20), retry: twice } })
    scene.fsp.behaviour = (message) => (message.attempt === 0 && message.opcode === 0x0201 ? 'silent' : 'answer')
    scene.start()
    scene.console.send(scene.system, 'lpar.list', {})
    scene.simulation.run()
    const expected = ms(1) + ms(20) + ms(10) + ms(1) + 2 * LATENCY + ms(1)
    expect(scene.commands()).toMatchObject([{ latencyNs: expected, tries: 2, status: 'ok', replied: true }])
  })

  it('draws preparing and absorbing by the command, so that what others do changes nothing', () => {
    const times = (before: number): number[] => {
      const scene = servedConsole({
        parameters: { processors: 1000, prepare: { exponential: ms(2) }, absorb: { exponential: ms(1) }, fsp: pipelined },
      })
      scene.start()
      for (let i = 0; i < before; i++) scene.console.send(scene.system, 'profile.list', {}, { entity: 1000 + i })
      for (let entity = 1; entity <= 5; entity++) scene.console.send(scene.system, 'lpar.list', {}, { entity })
      scene.simulation.run()
      const mine = scene.records.filter(({ name }) => name === 'lpar.list')
      expect(mine).toHaveLength(5)
      return mine.map(({ latencyNs }) => latencyNs).sort((a, b) => a - b)
    }
    const alone = times(0)
    expect(new Set(alone).size).toBe(5)
    expect(times(20)).toEqual(alone)
  })
})

describe('a request', () => {
  it('goes to its target with the key, the identity and the size that are its own', () => {
    const scene = servedConsole({ parameters: { requestBytesMin: 300 } })
    scene.start()
    scene.console.send(scene.system, 'lpar.read', { id: 5 }, { entity: 77, lparId: 5, ordinal: 12 })
    scene.console.send(scene.system, 'system.state', {})
    scene.console.send(scene.system, 'connection.identify', { console: 'x'.repeat(64), version: 'y'.repeat(64) })
    scene.simulation.run()
    const [read, state, identify] = scene.fsp.received.slice(4).map(({ message }) => message)
    expect(read).toMatchObject({
      version: 1,
      flags: 0,
      opcode: 0x0202,
      target: address('phyp', 7),
      source: address('hmc', 1),
      epoch: 1,
      status: 0,
      data: { id: 5 },
      bytes: 300,
      entity: 77,
      attempt: 0,
    })
    expect(state).toMatchObject({ target: address('fsp', 7), data: {} })
    expect(identify).toMatchObject({ target: address('channel', 7), bytes: 300 })
    expect(new Set(scene.fsp.received.map(({ message }) => message.sequence)).size).toBe(7)
    expect(scene.commands()[0]).toMatchObject({ ordinal: 12 })
    expect(new Set([read!.entity, state!.entity, identify!.entity]).size).toBe(3)
  })

  it('is as large as its data when they are larger than the smallest frame', () => {
    const scene = servedConsole({ parameters: { requestBytesMin: 30 } })
    scene.start()
    scene.console.send(scene.system, 'lpar.read', { id: 1234 })
    scene.simulation.run()
    expect(scene.fsp.commands[0]?.message.bytes).toBe(HEADER_BYTES + '{"id":1234}'.length)
  })
})

describe('a time-out', () => {
  it('ends a command whose effect is unknown', () => {
    const scene = servedConsole({ parameters: { commandTimeoutNs: ms(20) }, fsp: { serviceNs: ms(30) } })
    scene.fsp.serviceNs = 0
    scene.start()
    scene.fsp.serviceNs = ms(30)
    const outcome = scene.console.send(scene.system, 'lpar.list', {})
    scene.simulation.run()
    expect(outcome.value).toEqual({ ok: false, status: 'timed-out', refusal: { detail: 'no reply from sys1 on path fsp in time' } })
    expect(scene.commands()).toMatchObject([{ status: 'timed-out', replied: false, latencyNs: ms(20), tries: 1, path: 'fsp' }])
    expect(books(scene)).toEqual({ asked: 5, finished: 5, retries: 0, late: 1 })
  })

  it('is followed by a retry with the same key, flagged as one, on the path that the policy then chooses', () => {
    const scene = servedConsole({ parameters: { commandTimeoutNs: ms(20), retry: twice }, policy: netsFirst(), nets: {} })
    scene.nets.behaviour = (_message, name) => (name === 'lpar.list' ? 'silent' : 'answer')
    scene.start()
    const outcome = scene.console.send(scene.system, 'lpar.list', {}, { entity: 9 })
    scene.simulation.run()
    expect(outcome.value?.ok).toBe(true)
    const [first, second] = [scene.nets.commands[0]!.message, scene.fsp.commands[0]!.message]
    expect(keys([first, second])).toEqual([
      { epoch: 1, sequence: first.sequence, entity: 9, attempt: 0, flags: 0 },
      { epoch: 1, sequence: first.sequence, entity: 9, attempt: 1, flags: FLAG_RETRY },
    ])
    expect(scene.commands()).toMatchObject([{ path: 'fsp', tries: 2, latencyNs: ms(20) + ms(10) + 2 * LATENCY }])
    expect(books(scene)).toMatchObject({ retries: 1 })
  })

  it('while a command waits for a session ends the try, and the session serves those behind it', () => {
    const scene = servedConsole({ parameters: { commandTimeoutNs: ms(20) } })
    scene.start()
    scene.fsp.behaviour = (_message, name) => (name === 'lpar.list' ? 'silent' : 'answer')
    scene.console.send(scene.system, 'lpar.list', {})
    scene.console.send(scene.system, 'profile.list', {})
    scene.pass(ms(5))
    const behind = scene.console.send(scene.system, 'system.state', {})
    scene.simulation.run()
    expect(scene.commands().map(({ name, status }) => [name, status])).toEqual([
      ['lpar.list', 'timed-out'],
      ['profile.list', 'timed-out'],
      ['system.state', 'ok'],
    ])
    expect(behind.value?.ok).toBe(true)
  })

  it('leaves late replies counted and without effect', () => {
    const scene = servedConsole({ parameters: { commandTimeoutNs: ms(20), retry: twice, fsp: pipelined } })
    scene.start()
    // The first try is answered 25 ms after it was sent, in the pause before the second; the second in time.
    scene.fsp.serviceNs = ms(25)
    const outcome = scene.console.send(scene.system, 'lpar.list', {})
    scene.pass(ms(26))
    scene.fsp.serviceNs = ms(5)
    scene.simulation.run()
    expect(outcome.value?.ok).toBe(true)
    expect(scene.commands()).toMatchObject([{ tries: 2, latencyNs: ms(35) + 2 * LATENCY }])
    expect(books(scene)).toEqual({ asked: 5, finished: 5, retries: 1, late: 1 })
  })

  it('lets the reply to an earlier try answer the retry, since their key is the same', () => {
    const scene = servedConsole({ parameters: { commandTimeoutNs: ms(20), retry: twice, fsp: pipelined } })
    scene.start()
    scene.fsp.serviceNs = ms(35)
    scene.console.send(scene.system, 'lpar.list', {})
    scene.simulation.run()
    expect(scene.commands()).toMatchObject([{ tries: 2, status: 'ok', latencyNs: ms(35) + 2 * LATENCY }])
    expect(books(scene)).toMatchObject({ late: 1 })
  })
})

describe('the ibm-like preset', () => {
  it('tries three times, at once and then after 0.5 s', () => {
    const scene = servedConsole({ parameters: { retry: ibmLikeRetry } })
    scene.start()
    scene.fsp.behaviour = () => 'silent'
    const startNs = scene.simulation.now
    scene.console.send(scene.system, 'lpar.list', {})
    scene.simulation.run()
    const timeout = ms(100)
    const sent = [0, timeout, 2 * timeout + seconds(0.5)]
    expect(scene.fsp.commands.map(({ timeNs }) => timeNs - startNs - LATENCY)).toEqual(sent)
    expect(scene.commands()).toMatchObject([{ tries: 3, status: 'timed-out', latencyNs: 3 * timeout + seconds(0.5) }])
    expect(books(scene)).toMatchObject({ retries: 2 })
  })

  it('does not try again what was refused', () => {
    const scene = servedConsole({ parameters: { retry: ibmLikeRetry } })
    scene.start()
    scene.fsp.behaviour = () => 'refuse'
    const outcome = scene.console.send(scene.system, 'lpar.read', { id: 9 })
    scene.simulation.run()
    expect(outcome.value).toEqual({
      ok: false,
      status: 'refused',
      refusal: { reason: 'partition-not-found', detail: 'no such partition' },
    })
    expect(scene.commands()).toMatchObject([{ tries: 1, status: 'refused', replied: true }])
  })

  it('tries again what found the target busy, after absorbing that reply', () => {
    const scene = servedConsole({ parameters: { retry: ibmLikeRetry, absorb: ms(2) } })
    scene.start()
    let busy = 1
    scene.fsp.behaviour = () => (busy-- > 0 ? 'busy' : 'answer')
    scene.console.send(scene.system, 'lpar.list', {})
    scene.simulation.run()
    expect(scene.commands()).toMatchObject([{ tries: 2, status: 'ok', latencyNs: 2 * (2 * LATENCY + ms(2)) }])
    expect(keys(scene.fsp.commands.map(({ message }) => message))).toMatchObject([{ attempt: 0 }, { attempt: 1, flags: FLAG_RETRY }])
  })

  it('says busy in the end', () => {
    const scene = servedConsole({ parameters: { retry: ibmLikeRetry } })
    scene.start()
    scene.fsp.behaviour = () => 'busy'
    const outcome = scene.console.send(scene.system, 'lpar.list', {})
    scene.simulation.run()
    expect(outcome.value).toEqual({ ok: false, status: 'busy', refusal: { detail: 'too much to do' } })
    expect(scene.commands()).toMatchObject([{ tries: 3, status: 'busy', replied: true }])
  })

  it('repeats the last pause of a preset with more tries than pauses', () => {
    const retry = { name: 'four', tries: 4, pausesNs: [ms(1), ms(7)] }
    const scene = servedConsole({ parameters: { retry } })
    scene.start()
    scene.fsp.behaviour = () => 'busy'
    scene.console.send(scene.system, 'lpar.list', {})
    scene.simulation.run()
    expect(scene.commands()).toMatchObject([{ tries: 4, latencyNs: 8 * LATENCY + ms(15) }])
  })
})

describe('a lost session', () => {
  it('fails its commands as disconnected', () => {
    const scene = servedConsole({ parameters: { fsp: pipelined } })
    scene.start()
    scene.fsp.serviceNs = ms(10)
    scene.fsp.behaviour = (_message, name) => (name === 'profile.list' ? 'reset' : 'answer')
    const outcomes = [scene.console.send(scene.system, 'lpar.list', {}), scene.console.send(scene.system, 'lpar.read', { id: 1 })]
    scene.pass(ms(1))
    scene.console.send(scene.system, 'profile.list', {})
    scene.pass(ms(2))
    for (const outcome of outcomes) {
      expect(outcome.value).toEqual({ ok: false, status: 'disconnected', refusal: { detail: 'the session to sys1 on path fsp was lost' } })
    }
    expect(scene.commands().map(({ status, replied, latencyNs }) => [status, replied, latencyNs])).toEqual([
      ['disconnected', false, ms(1) + 2 * LATENCY],
      ['disconnected', false, ms(1) + 2 * LATENCY],
      ['disconnected', false, 2 * LATENCY],
    ])
  })

  it('has its commands tried again on the next one, with their keys', () => {
    const scene = servedConsole({ parameters: { retry: { name: 'late', tries: 2, pausesNs: [ms(60)] }, fsp: pipelined } })
    scene.start()
    let resets = 1
    scene.fsp.behaviour = () => (resets-- > 0 ? 'reset' : 'answer')
    const outcomes = [scene.console.send(scene.system, 'lpar.list', {}), scene.console.send(scene.system, 'lpar.read', { id: 1 })]
    scene.simulation.run()
    expect(outcomes.map((outcome) => outcome.value?.ok)).toEqual([true, true])
    const [reset, first, second] = scene.fsp.commands.map(({ message }) => message)
    expect(keys([first!, second!])).toMatchObject([
      { sequence: reset!.sequence, entity: reset!.entity, attempt: 1 },
      { sequence: reset!.sequence + 1, entity: reset!.entity + 1, attempt: 1 },
    ])
  })
})

describe('the limit of open commands', () => {
  it('is half a million; one more is busy at once and not tried again', () => {
    const scene = servedConsole({ parameters: { prepare: 1, processors: 1, retry: ibmLikeRetry } })
    for (let i = 0; i < 500_000; i++) scene.console.send(scene.system, 'lpar.list', {})
    expect(scene.records).toHaveLength(0)
    const outcome = scene.console.send(scene.system, 'lpar.list', {})
    expect(outcome.value).toEqual({ ok: false, status: 'busy', refusal: { detail: '500000 commands are open already' } })
    expect(scene.records).toMatchObject([{ status: 'busy', path: null, tries: 1, latencyNs: 0, replied: false }])
  })
})

describe('a reply', () => {
  it('that comes twice is taken once', () => {
    const scene = servedConsole({ parameters: { absorb: ms(1) } })
    scene.start()
    scene.fsp.behaviour = () => 'twice'
    const outcome = scene.console.send(scene.system, 'lpar.list', {})
    scene.simulation.run()
    expect(outcome.value?.ok).toBe(true)
    expect(scene.commands()).toHaveLength(1)
    expect(books(scene)).toMatchObject({ finished: 5, late: 1 })
  })

  it('of another command, or that is no reply, is nobody’s', () => {
    const scene = servedConsole()
    scene.start()
    scene.fsp.behaviour = (message, name) => {
      if (name !== 'lpar.list') return 'answer'
      const connection = scene.fsp.open[0]!
      connection.send(scene.fsp.endpoint, { ...message, source: address('fsp', 1), target: address('hmc', 1) })
      connection.send(scene.fsp.endpoint, { ...message, source: address('fsp', 1), target: address('hmc', 1), opcode: 0x0202, flags: 1 })
      return 'answer'
    }
    const outcome = scene.console.send(scene.system, 'lpar.list', {})
    scene.simulation.run()
    expect(outcome.value).toEqual({ ok: true, data: { partitions: [] } })
    expect(books(scene)).toMatchObject({ finished: 5, late: 2 })
  })

  it('with a status and data that nobody knows is a failure, told by its status', () => {
    const scene = servedConsole()
    scene.start()
    scene.fsp.behaviour = (message, name) => {
      if (name === 'system.state') return 'answer'
      const status = name === 'lpar.list' ? 99 : 5
      const back = { source: message.target, target: message.source, flags: 3, status, data: [1, 2] }
      scene.fsp.open[0]!.send(scene.fsp.endpoint, { ...message, ...back })
      return 'silent'
    }
    const outcomes = [scene.console.send(scene.system, 'lpar.list', {}), scene.console.send(scene.system, 'profile.list', {})]
    scene.simulation.run()
    expect(outcomes.map((outcome) => outcome.value)).toEqual([
      { ok: false, status: 'failed', refusal: { detail: 'failed' } },
      { ok: false, status: 'too-old', refusal: { detail: 'too-old' } },
    ])
  })
})

describe('the identity of a line’s command', () => {
  const partitions = [1, 2, 3].map((id) => ({ id, name: `lpar${id}`, environment: 'aixlinux' }))
  const linesUnder = (options: Parameters<typeof servedConsole>[0], faulty: boolean): Map<string, number> => {
    const scene = servedConsole({ ...options, parameters: { retry: twice, commandTimeoutNs: ms(20), ...options?.parameters } })
    const entities = new Map<string, number>()
    for (const server of [scene.fsp, scene.nets]) {
      server.partitions = partitions
      server.behaviour = (message, name) => {
        if (name.startsWith('connection.')) return 'answer'
        entities.set(`${name} ${JSON.stringify(message.data)}`, message.entity)
        return faulty && message.attempt === 0 && message.entity % 2 === 0 ? 'silent' : 'answer'
      }
    }
    scene.start()
    scene.console.perform({ text: 'lssyscfg -r lpar -m sys1 -F name,lpar_id', variables: {}, ordinal: 3 })
    scene.console.perform({ text: 'lshwres -r mem -m sys1 --level lpar', variables: {}, ordinal: 4 })
    scene.console.perform({ text: 'lssyscfg -r sys -m sys1 -F state', variables: {}, ordinal: 5 })
    scene.simulation.run()
    return entities
  }

  it('is the same whatever the policy, the sessions and the retries of others', () => {
    const plain = linesUnder({}, false)
    expect([1, 2, 3].map((id) => plain.get(`memory.lpar {"id":${id}}`))).toEqual([1, 2, 3].map((place) => 4 * 65_536 + place))
    expect(plain.get('system.state {}')).toBe(5 * 65_536)
    const more = { sessions: 3, pipeline: 2, resume: false, mode: 'kept' } as const
    for (const options of [
      { policy: byTarget(), nets: {} },
      { policy: netsFirst(), nets: {}, parameters: { nets: perCommand } },
      { parameters: { fsp: more, prepare: { exponential: ms(3) } } },
    ]) {
      for (const faulty of [false, true]) expect([...linesUnder(options, faulty)].sort()).toEqual([...plain].sort())
    }
  })
})
