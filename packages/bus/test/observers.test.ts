// Observers: they see every message and every move of a connection, and change nothing by looking.

import { ms, us } from '@powersim/kernel'
import { BusRecording } from '@powersim/testkit'
import { describe, expect, it } from 'vitest'
import { reply, request, type Scene, type SceneOptions, twoEnds } from './two-ends.js'

const L = us(100)
const tls = { fullHandshake: us(500), resumedHandshake: us(50), perRecord: us(10), perByteNs: 0 }

function scene(): Scene {
  return twoEnds({ link: { latency: L }, console: { tls }, server: { tls, answer: (message) => reply(message, 2000) } })
}

function talk({ simulation, bus, console, link, open }: Scene): void {
  bus.fate = ({ message: { entity } }) => {
    if (entity === 2) return { do: 'drop' }
    return entity === 3 ? { do: 'duplicate', afterNs: us(5) } : undefined
  }
  const connection = open()
  for (const entity of [1, 2, 3]) connection.send(console.endpoint, request(entity))
  bus.send(link, console.endpoint, request(4))
  simulation.run()
  connection.send(console.endpoint, request(5))
  connection.close()
  simulation.run()
}

describe('an observer of messages', () => {
  it('sees each one offered, duplicated, delivered or dropped, in the order of happening', () => {
    const watched = scene()
    const tape = new BusRecording(watched.bus)
    talk(watched)
    const seen = tape.messages.map(({ kind, message, from, connection, why }) => [kind, message.entity, from, connection, why])
    const requests = seen.filter(([, , from]) => from === 'hmc1')
    expect(requests).toEqual([
      ['offered', 1, 'hmc1', 1, null],
      ['offered', 2, 'hmc1', 1, null],
      ['offered', 3, 'hmc1', 1, null],
      ['offered', 4, 'hmc1', null, null],
      ['dropped', 2, 'hmc1', 1, 'fate'],
      ['duplicated', 3, 'hmc1', 1, null],
      ['delivered', 4, 'hmc1', null, null],
      ['delivered', 1, 'hmc1', 1, null],
      ['delivered', 3, 'hmc1', 1, null],
      ['delivered', 3, 'hmc1', 1, null],
      ['offered', 5, 'hmc1', 1, null],
      ['dropped', 5, 'hmc1', 1, 'closed'],
    ])
    expect(tape.count('offered', 'link') + tape.count('duplicated')).toBe(tape.count('delivered') + tape.count('dropped'))
    const { forward, backward } = watched.bus.statistics().links[0]!
    expect(tape.count('delivered')).toBe(forward.delivered + backward.delivered)
    expect(tape.messages.every((observation, i) => observation.timeNs >= (tape.messages[i - 1]?.timeNs ?? 0))).toBe(true)
  })

  it.each<[string, SceneOptions, (at: Scene) => void]>([
    ['queue-full', { link: { bitsPerSecond: 8e6, queueLimit: 0 } }, (at: Scene) => at.bus.send(at.link, at.console.endpoint, request(1))],
    ['unreachable', {}, (at: Scene) => void (at.server.endpoint.reachable = false)],
  ])('is told why: %s', (why, options, before) => {
    const watched = twoEnds(options)
    const tape = new BusRecording(watched.bus)
    before(watched)
    watched.bus.send(watched.link, watched.console.endpoint, request(2))
    watched.simulation.run()
    const dropped = tape.messages.filter((observation) => observation.kind === 'dropped')
    expect(dropped.map((observation) => [observation.message.entity, observation.why])).toEqual([[2, why]])
  })

  it('sees hops too', () => {
    const { bus } = twoEnds()
    const tape = new BusRecording(bus)
    const hop = bus.hop('vmc', 'nets', 'phyp')
    hop.offer(request(1))
    hop.delivered(request(1))
    hop.offer(reply(request(2)))
    hop.dropped(reply(request(2)))
    expect(tape.messages.map(({ kind, hop: name, from, to, why }) => [kind, name, from, to, why])).toEqual([
      ['offered', 'vmc', 'nets', 'phyp', null],
      ['delivered', 'vmc', 'nets', 'phyp', null],
      ['offered', 'vmc', 'phyp', 'nets', null],
      ['dropped', 'vmc', 'phyp', 'nets', 'by-owner'],
    ])
  })
})

describe('an observer of connections', () => {
  it('sees every move of both ends', () => {
    const watched = twoEnds({ link: { latency: L }, server: { tls } })
    const tape = new BusRecording(watched.bus)
    const connection = watched.open()
    const closing = watched.simulation.now
    connection.close()
    watched.simulation.run()
    const done = 6 * L + us(500)
    expect(tape.connections.map(({ end, state, timeNs, reason }) => [end, state, timeNs, reason])).toEqual([
      ['client', 'connecting', 0, null],
      ['client', 'handshaking', 2 * L, null],
      ['server', 'admitting', 3 * L, null],
      ['server', 'handshaking', 3 * L, null],
      ['client', 'open', done, null],
      ['server', 'open', done + L, null],
      ['client', 'closed', closing, 'done'],
      ['server', 'closed', closing + L, 'done'],
    ])
    expect(tape.connections[0]).toMatchObject({ id: 1, link: 'link', client: 'hmc1', server: 'fsp', resumed: false })
  })
})

it('looking changes nothing: same digest, same times, same counts', () => {
  const [watched, alone] = [scene(), scene()]
  const tape = new BusRecording(watched.bus)
  talk(watched)
  talk(alone)
  expect(tape.messages.length).toBeGreaterThan(0)
  expect(watched.simulation.digest.hex()).toBe(alone.simulation.digest.hex())
  expect(watched.bus.statistics()).toEqual(alone.bus.statistics())
})

it('without a listener nothing is built: emit is never called', () => {
  const { bus, ...rest } = scene()
  let emitted = 0
  const { emit } = bus.observers
  bus.observers.emit = ((...args: Parameters<typeof emit>) => {
    emitted++
    return emit.apply(bus.observers, args)
  }) as typeof emit
  talk({ bus, ...rest })
  expect(emitted).toBe(0)
  const tape = new BusRecording(bus)
  bus.send(rest.link, rest.console.endpoint, request(9))
  rest.simulation.run(rest.simulation.now + ms(1))
  expect([emitted, tape.messages.length]).toEqual([2, 2])
  tape.stop()
  bus.send(rest.link, rest.console.endpoint, request(10))
  rest.simulation.run(rest.simulation.now + ms(1))
  expect(emitted).toBe(2)
})

it('a listener that throws ends the run with its error, and the books are right all the same', () => {
  const watched = twoEnds()
  watched.bus.observers.on('message', ({ kind }) => {
    if (kind === 'delivered') throw new RangeError('seen enough')
  })
  watched.bus.send(watched.link, watched.console.endpoint, request(1))
  expect(() => watched.simulation.run()).toThrow(RangeError)
  expect(watched.bus.statistics().links[0]!.forward).toMatchObject({ offered: 1, delivered: 1, inFlight: 0 })
})
