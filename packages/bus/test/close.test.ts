// How connections end: who is told when, and what becomes of messages under way.

import { ms, us } from '@powersim/kernel'
import type { ProcessorPort } from '@powersim/protocol'
import { describe, expect, it } from 'vitest'
import { BusEndpoint } from '../src/endpoint.js'
import { type Scene, entities, request, twoEnds } from './two-ends.js'

const L = us(100)
const tls = { fullHandshake: ms(1), resumedHandshake: us(10), perRecord: us(40), perByteNs: 0 }

function books(scene: Scene): object {
  const { offered, duplicated, delivered, dropped, inFlight, waiting } = scene.bus.statistics().links[0]!.forward
  return { offered, duplicated, delivered, dropped, inFlight, waiting }
}

describe('close', () => {
  it('tells its own end at once and the peer after one latency, each once', () => {
    const scene = twoEnds({ link: { latency: L } })
    const connection = scene.open()
    const start = scene.simulation.now
    connection.close()
    connection.close('timed-out')
    expect(scene.console.times('done')).toEqual([])
    scene.simulation.run()
    expect(scene.console.times('done')).toEqual([start])
    expect(scene.server.times('done')).toEqual([start + L])
    expect(scene.console.times('timed-out')).toEqual([])
    expect(scene.bus.statistics().connections).toMatchObject({ alive: 0, closed: { done: 1, 'timed-out': 0 } })
  })

  it('of both ends at the same time tells each its own reason', () => {
    const scene = twoEnds({ link: { latency: L } })
    const connection = scene.open()
    const serverEnd = scene.server.connections[0]!.connection
    connection.close('done')
    serverEnd.close('timed-out')
    scene.simulation.run()
    expect(scene.console.connections.at(-1)).toMatchObject({ what: 'done' })
    expect(scene.server.connections.map((record) => record.what)).toEqual(['offered', 'opened', 'timed-out'])
    expect(scene.bus.statistics().connections).toMatchObject({ alive: 0, closed: { done: 1, 'timed-out': 0 } })
  })

  it.each([
    ['being sealed', us(20)],
    ['waiting for the wire', us(300)],
    ['on the wire', us(1500)],
    ['being opened', us(2170)],
  ])('drops what is %s, and counts it', (_where, afterNs) => {
    const scene = twoEnds({
      link: { latency: L, bitsPerSecond: 8e6, handshakeBytes: { full: [0, 0], resumed: [0, 0] } },
      console: { tls },
      server: { tls },
    })
    const connection = scene.open()
    const start = scene.simulation.now
    // Sealed at 40 and 80 us, on the wire until 1040 and 2040, arriving at 1140 and 2140, open at 1180 and 2180.
    connection.send(scene.console.endpoint, request(1, 1000))
    connection.send(scene.console.endpoint, request(2, 1000))
    scene.simulation.run(start + afterNs)
    const delivered = entities(scene.server).length
    connection.close()
    expect(books(scene)).toEqual({ offered: 2, duplicated: 0, delivered, dropped: 2 - delivered, inFlight: 0, waiting: 0 })
    scene.simulation.run()
    expect(scene.server.messages).toHaveLength(delivered)
    expect(books(scene)).toMatchObject({ delivered, dropped: 2 - delivered, inFlight: 0 })
  })

  it('frees the wire of what was waiting for it', () => {
    const scene = twoEnds({ link: { bitsPerSecond: 8e6, handshakeBytes: { full: [0, 0], resumed: [0, 0] } } })
    const connection = scene.open()
    for (let i = 1; i <= 5; i++) connection.send(scene.console.endpoint, request(i, 100_000))
    const start = scene.simulation.now
    scene.simulation.run(start + ms(150))
    connection.close()
    scene.bus.send(scene.link, scene.console.endpoint, request(6, 1000))
    scene.simulation.run()
    expect(entities(scene.server)).toEqual([1, 6])
    // Only the second, half sent, still holds the wire: until 200 ms.
    expect(scene.server.received[1]!.timeNs - start).toBe(ms(201))
    expect(scene.bus.statistics().links[0]!.forward).toMatchObject({ offered: 6, delivered: 2, dropped: 4, busyNs: ms(201) })
  })

  it('drops what the peer sends before it has heard', () => {
    const scene = twoEnds({ link: { latency: L } })
    const connection = scene.open()
    const serverEnd = scene.server.connections[0]!.connection
    connection.close()
    expect(serverEnd.send(scene.server.endpoint, request(1))).toBe(true)
    scene.simulation.run()
    expect(serverEnd.send(scene.server.endpoint, request(2))).toBe(false)
    expect(scene.console.messages).toEqual([])
    expect(scene.bus.statistics().links[0]!.backward).toMatchObject({ offered: 1, dropped: 1, inFlight: 0 })
  })

  it('from within a received handler leaves nothing behind', () => {
    const scene = twoEnds({ server: { tls, answer: (message) => (scene.server.received.at(-1)?.connection?.close(), message) } })
    const connection = scene.open()
    for (let i = 1; i <= 3; i++) connection.send(scene.console.endpoint, request(i))
    scene.simulation.run()
    expect(entities(scene.server)).toEqual([1])
    expect(books(scene)).toMatchObject({ offered: 3, delivered: 1, dropped: 2, inFlight: 0 })
    expect(connection.state).toBe('closed')
    expect(scene.server.work.filter(({ purpose }) => purpose === 'open')).toHaveLength(1)
  })

  it('leaves no trace of the connection at its endpoints', () => {
    const scene = twoEnds({ link: { latency: L } })
    const endpoints = [scene.console.endpoint, scene.server.endpoint].map((end) => (end instanceof BusEndpoint ? end : expect.fail()))
    const connections = [scene.open(), scene.open()]
    expect(endpoints.map(({ ends }) => ends.size)).toEqual([2, 2])
    connections[0]!.close()
    scene.simulation.run()
    expect(endpoints.map(({ ends }) => ends.size)).toEqual([1, 1])
    scene.server.endpoint.reset('reset')
    scene.simulation.run()
    expect(endpoints.map(({ ends }) => ends.size)).toEqual([0, 0])
  })

  it('asks no processor for work on what it has dropped', () => {
    const scene = twoEnds({ console: { tls } })
    const connection = scene.open()
    for (let i = 1; i <= 3; i++) connection.send(scene.console.endpoint, request(i))
    connection.close()
    scene.simulation.run()
    expect(scene.console.work.filter(({ purpose }) => purpose === 'seal')).toHaveLength(1)
    expect(books(scene)).toMatchObject({ offered: 3, dropped: 3, inFlight: 0 })
  })

  it('finds all that is under way, also after some of it has come through out of order', () => {
    const scene = twoEnds({ link: { latency: L } })
    const connection = scene.open()
    scene.bus.fate = ({ message }) => (message.entity % 2 === 0 ? { do: 'delay', ns: ms(10) } : undefined)
    for (let i = 0; i < 7; i++) connection.send(scene.console.endpoint, request(i))
    scene.simulation.run(scene.simulation.now + ms(1))
    expect(entities(scene.server)).toEqual([1, 3, 5])
    connection.close()
    expect(books(scene)).toMatchObject({ offered: 7, delivered: 3, dropped: 4, inFlight: 0 })
  })

  it.each([
    ['the server computes', 3 * L + us(500)],
    ['the client computes', 4 * L + us(1500)],
    ['a flight is on its way', 5 * L + us(2000)],
  ])('ends a handshake while %s', (_when, atNs) => {
    const scene = twoEnds({ link: { latency: L }, console: { tls }, server: { tls } })
    const connection = scene.bus.connect(scene.link, scene.console.endpoint)
    scene.simulation.run(atNs)
    expect(connection.state).toBe('handshaking')
    connection.close('timed-out')
    scene.simulation.run()
    expect(scene.console.connections.map(({ what, timeNs }) => [what, timeNs])).toEqual([['timed-out', atNs]])
    expect(scene.server.connections.map(({ what, timeNs }) => [what, timeNs])).toEqual([['offered', 3 * L], ['timed-out', atNs + L]])
    expect(scene.simulation.now).toBeLessThanOrEqual(5 * L + us(2000) + L)
    expect([connection.state, scene.server.connections[0]!.connection.state]).toEqual(['closed', 'closed'])
    expect(scene.bus.statistics().connections).toMatchObject({ opened: 0, alive: 0 })
  })
})

describe('reset', () => {
  it('in mid-flight closes every connection of the endpoint and drops what they carry', () => {
    const scene = twoEnds({ link: { latency: L }, server: { tls } })
    const connections = [scene.open(), scene.open(), scene.open()]
    for (const [i, connection] of connections.entries()) connection.send(scene.console.endpoint, request(i))
    const start = scene.simulation.now
    scene.simulation.run(start + L / 2)
    scene.server.endpoint.reset('reset')
    expect(books(scene)).toMatchObject({ dropped: 3, inFlight: 0 })
    scene.simulation.run()
    expect(scene.server.times('reset')).toEqual([1, 1, 1].map(() => start + L / 2))
    expect(scene.console.times('reset')).toEqual([1, 1, 1].map(() => start + L / 2 + L))
    expect(connections.map((connection) => connection.state)).toEqual(['closed', 'closed', 'closed'])
    expect(scene.bus.statistics().connections).toMatchObject({ alive: 0, closed: { reset: 3 } })
  })

  it('forgets work that its processor lost, so that nothing is under way for ever', () => {
    const held: (() => void)[] = []
    const processor: ProcessorPort = {
      run: (_workNs, then, argument) => void held.push(() => scene.simulation.call(then, argument)),
      statistics: () => expect.fail('not asked for'),
    }
    const scene = twoEnds({ server: { tls, processor } })
    scene.bus.connect(scene.link, scene.console.endpoint)
    scene.simulation.run(ms(1))
    expect(held).toHaveLength(1)
    held.shift()!()
    scene.simulation.run(ms(2))
    const client = scene.console.connections[0]!.connection
    client.send(scene.console.endpoint, request(1))
    scene.simulation.run(ms(3))
    expect([held.length, books(scene)]).toMatchObject([1, { inFlight: 1 }])
    scene.server.endpoint.reachable = false
    expect(books(scene)).toMatchObject({ dropped: 1, inFlight: 0 })
    // A processor that completes after all finds its work forgotten.
    held.shift()!()
    scene.simulation.run()
    expect(scene.server.messages).toEqual([])
    expect(books(scene)).toMatchObject({ dropped: 1, inFlight: 0 })
  })

  it('of an unreachable endpoint drops unsecured messages to it and from it', () => {
    const scene = twoEnds({ link: { latency: L } })
    scene.bus.send(scene.link, scene.console.endpoint, request(1))
    scene.server.endpoint.reachable = false
    scene.simulation.run()
    scene.bus.send(scene.link, scene.console.endpoint, request(2))
    scene.bus.send(scene.link, scene.server.endpoint, request(3))
    scene.simulation.run()
    scene.server.endpoint.reachable = true
    scene.bus.send(scene.link, scene.console.endpoint, request(4))
    scene.simulation.run()
    expect(entities(scene.server)).toEqual([4])
    expect(scene.console.messages).toEqual([])
    const { forward, backward } = scene.bus.statistics().links[0]!
    expect(forward).toMatchObject({ offered: 3, dropped: 2, delivered: 1 })
    expect(backward).toMatchObject({ offered: 1, dropped: 1 })
  })
})
