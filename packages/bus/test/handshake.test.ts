// How connections come to be: the flights of a full and of a resumed handshake, their costs, admission, and every way to fail.

import { ms, seconds, us } from '@powersim/kernel'
import { address } from '@powersim/protocol'
import { RecordingEndpoint } from '@powersim/testkit'
import { describe, expect, it } from 'vitest'
import { BusError, type Connection, RECORD_BYTES } from '../src/index.js'
import { entities, instant, request, twoEnds } from './two-ends.js'

const L = us(100)
const clientTls = { fullHandshake: ms(2), resumedHandshake: us(50), perRecord: us(10), perByteNs: 2 }
const serverTls = { fullHandshake: ms(300), resumedHandshake: ms(1), perRecord: us(100), perByteNs: 30 }

/** What an end was told of one connection, and when. */
function toldOf(end: RecordingEndpoint, connection: Connection): [what: string, timeNs: number][] {
  return end.connections.filter((record) => record.connection === connection).map((record) => [record.what, record.timeNs])
}

describe('a handshake', () => {
  it('is full at the first meeting: one round trip of transport, two of TLS, and the work of both ends', () => {
    const { simulation, console, server, open } = twoEnds({ link: { latency: L }, console: { tls: clientTls }, server: { tls: serverTls } })
    const connection = open(true)
    expect(server.times('offered')).toEqual([3 * L])
    expect(console.times('opened')).toEqual([6 * L + ms(302)])
    expect(server.times('opened')).toEqual([7 * L + ms(302)])
    expect(simulation.now).toBe(7 * L + ms(302))
    expect(connection).toMatchObject({ state: 'open', resumed: false, id: 1 })
    const worked = (end: RecordingEndpoint) => end.work.map(({ timeNs, purpose, message, workNs }) => [timeNs, purpose, message, workNs])
    expect(worked(server)).toEqual([[3 * L, 'handshake', null, ms(300)]])
    expect(worked(console)).toEqual([[4 * L + ms(300), 'handshake', null, ms(2)]])
    expect(server.work[0]!.connection).toBe(server.connections[0]!.connection)
    expect(server.work[0]!.connection).not.toBe(connection)
    expect(console.work[0]!.connection).toBe(connection)
  })

  it('is resumed when asked for and remembered: one round trip less and the smaller work', () => {
    const { simulation, console, server, open } = twoEnds({ link: { latency: L }, console: { tls: clientTls }, server: { tls: serverTls } })
    open(false).close()
    simulation.run()
    const start = simulation.now
    const connection = open(true)
    expect(console.times('opened')[1]).toBe(start + 4 * L + ms(1) + us(50))
    expect(server.times('opened')[1]).toBe(start + 5 * L + ms(1) + us(50))
    expect(connection.resumed).toBe(true)
    expect(server.connections.at(-1)!.connection.resumed).toBe(true)
  })

  it.each([
    ['it is not asked for', (scene: ReturnType<typeof twoEnds>) => void scene, false],
    ['the server was reset', (scene: ReturnType<typeof twoEnds>) => scene.server.endpoint.reset('reset'), true],
    ['the server was unreachable', (scene: ReturnType<typeof twoEnds>) => {
      scene.server.endpoint.reachable = false
      scene.server.endpoint.reachable = true
    }, true],
  ])('is full again when %s', (_what, before, resume) => {
    const scene = twoEnds({ link: { latency: L }, server: { tls: serverTls } })
    scene.open()
    before(scene)
    scene.simulation.run()
    expect(scene.open(resume).resumed).toBe(false)
    expect(scene.server.work.map((work) => work.workNs)).toEqual([ms(300), ms(300)])
  })

  it('is full again for a client that the cache has no room for', () => {
    const scene = twoEnds({ bus: { resumptionLimit: 0 } })
    scene.open()
    expect(scene.open(true).resumed).toBe(false)
  })

  it('is full again for the client that was seen longest ago, when the cache is full', () => {
    const { simulation, bus, server } = twoEnds({ bus: { resumptionLimit: 2 } })
    const links = [2, 3, 4].map((n) => {
      const client = new RecordingEndpoint(simulation, bus, { name: `hmc${n}`, address: address('hmc', n) })
      return bus.link(client.endpoint, server.endpoint, { ...instant, name: `link${n}` })
    })
    const resumed = [0, 1, 0, 2, 0, 1].map((which) => {
      const link = links[which]!
      const connection = bus.connect(link, link.a, { resume: true })
      simulation.run()
      return connection.resumed
    })
    expect(resumed).toEqual([false, false, true, false, true, false])
  })

  it('takes the round trips and bytes that the link says', () => {
    const link = { latency: L, bitsPerSecond: 8e6, handshakeRoundTrips: { full: 4, resumed: 3 } }
    const handshakeBytes = { full: [1000, 3000] as const, resumed: [500, 250] as const }
    const { simulation, bus, console, open } = twoEnds({ link: { ...link, handshakeBytes } })
    open()
    // 8 Mb/s: 1 us per byte.
    expect(console.times('opened')).toEqual([10 * L + us(4000)])
    const start = simulation.now
    open(true)
    expect(console.times('opened')[1]).toBe(start + 8 * L + us(750))
    const [{ forward, backward } = expect.fail()] = bus.statistics().links
    expect([forward.wireBytes, backward.wireBytes, forward.offered, backward.offered]).toEqual([1500, 3250, 0, 0])
  })

  it('charges records by started 16 KiB and by byte, at both ends', () => {
    const { simulation, console, server, open } = twoEnds({ console: { tls: clientTls }, server: { tls: serverTls } })
    const connection = open()
    for (const bytes of [1, RECORD_BYTES, RECORD_BYTES + 1]) connection.send(console.endpoint, request(bytes, bytes))
    simulation.run()
    const worked = (end: typeof console, purpose: string) => end.work.filter((work) => work.purpose === purpose).map((work) => work.workNs)
    expect(worked(console, 'seal')).toEqual([us(10) + 2, us(10) + 2 * RECORD_BYTES, us(20) + 2 * (RECORD_BYTES + 1)])
    expect(worked(server, 'open')).toEqual([us(100) + 30, us(100) + 30 * RECORD_BYTES, us(200) + 30 * (RECORD_BYTES + 1)])
    expect(worked(console, 'open')).toEqual([])
  })
})

describe('an end', () => {
  it('has its own state and tag, and learns of moves when word has crossed the link', () => {
    const { simulation, bus, console, server, link } = twoEnds({ link: { latency: L }, server: { admission: 'hold' } })
    const client = bus.connect(link, console.endpoint)
    client.tag = 'path'
    const states: string[] = []
    const look = simulation.handler('look', () => states.push(`${client.state}/${server.connections[0]?.connection.state ?? 'none'}`))
    for (const time of [0, 2 * L - 1, 2 * L + 1, 3 * L + 1]) simulation.scheduleAt(time, look, undefined)
    simulation.run(3 * L + 1)
    expect(states).toEqual(['connecting/none', 'connecting/none', 'handshaking/none', 'handshaking/admitting'])
    const [{ connection: serverEnd } = expect.fail()] = server.connections
    serverEnd.tag = 'thread'
    expect(client.tag).toBe('path')
    expect(serverEnd.id).toBe(client.id)
    expect(serverEnd.client).toBe(console.endpoint)
    expect(serverEnd.server).toBe(server.endpoint)
  })

  it('can be admitted later, and then goes on from there', () => {
    const { simulation, bus, console, server, link } = twoEnds({ link: { latency: L }, server: { admission: 'hold', tls: serverTls } })
    const client = bus.connect(link, console.endpoint)
    simulation.run(seconds(1))
    expect([client.state, server.work]).toEqual(['handshaking', []])
    server.connections[0]!.connection.admit()
    expect(server.connections[0]!.connection.state).toBe('handshaking')
    simulation.run()
    expect(console.times('opened')).toEqual([seconds(1) + ms(300) + 3 * L])
  })

  it('cannot send before it is open', () => {
    const { simulation, bus, console, server, link } = twoEnds({ link: { latency: L } })
    const client = bus.connect(link, console.endpoint)
    expect(client.send(console.endpoint, request(1))).toBe(false)
    simulation.run(6 * L)
    expect(client.state).toBe('open')
    const serverEnd = server.connections[0]!.connection
    expect([serverEnd.state, serverEnd.send(server.endpoint, request(2))]).toEqual(['handshaking', false])
    expect(client.send(console.endpoint, request(3))).toBe(true)
    simulation.run()
    expect(entities(server)).toEqual([3])
    expect(serverEnd.send(server.endpoint, request(4))).toBe(true)
    simulation.run()
    expect(entities(console)).toEqual([4])
    expect(bus.statistics().links[0]!.forward).toMatchObject({ offered: 1, delivered: 1 })
  })

  it('is the server when it admits or refuses, and only once', () => {
    const { simulation, bus, console, server, link } = twoEnds({ server: { admission: 'hold' } })
    const client = bus.connect(link, console.endpoint)
    simulation.run(0)
    const serverEnd = server.connections[0]!.connection
    expect(() => client.admit()).toThrow(expect.objectContaining({ name: 'BusError', code: 'wrong-end', path: 'connection.admit' }))
    expect(() => client.refuse()).toThrow(expect.objectContaining({ code: 'wrong-end', path: 'connection.refuse' }))
    serverEnd.admit()
    expect(() => serverEnd.admit()).toThrow(expect.objectContaining({ code: 'wrong-state', path: 'connection.admit' }))
    expect(() => serverEnd.refuse()).toThrow(BusError)
    expect(() => client.send(server.endpoint, request(1))).toThrow(expect.objectContaining({ code: 'wrong-end' }))
  })
})

describe('a connect', () => {
  it('that is refused closes with word of it after one latency; the refusing end is not told', () => {
    const { simulation, bus, console, server, link } = twoEnds({ link: { latency: L }, server: { admission: 'refuse' } })
    const client = bus.connect(link, console.endpoint)
    simulation.run()
    expect(toldOf(console, client)).toEqual([['refused', 4 * L]])
    expect(server.connections.map((record) => record.what)).toEqual(['offered'])
    expect([client.state, client.send(console.endpoint, request(1))]).toEqual(['closed', false])
    expect(bus.statistics().connections).toMatchObject({ asked: 1, opened: 0, alive: 0, closed: { refused: 1 } })
  })

  it.each([
    ['the server', (scene: ReturnType<typeof twoEnds>) => scene.server],
    ['the client', (scene: ReturnType<typeof twoEnds>) => scene.console],
  ])('is unreachable after the connect time-out when %s cannot be reached', (_who, which) => {
    const scene = twoEnds({ link: { latency: L, connectTimeout: seconds(2) } })
    which(scene).endpoint.reachable = false
    const client = scene.open()
    expect(toldOf(scene.console, client)).toEqual([['unreachable', seconds(2)]])
    expect(scene.server.connections).toEqual([])
    expect(scene.bus.statistics().connections).toMatchObject({ alive: 0, closed: { unreachable: 1 } })
    which(scene).endpoint.reachable = true
    expect(scene.open().state).toBe('open')
  })

  it('finds a server that came back before the hello, and times out on one that went away before it', () => {
    const scene = twoEnds({ link: { latency: L, setupTimeout: seconds(9) } })
    const client = scene.bus.connect(scene.link, scene.console.endpoint)
    scene.simulation.run(2 * L)
    expect(client.state).toBe('handshaking')
    scene.server.endpoint.reachable = false
    scene.simulation.run()
    expect(toldOf(scene.console, client)).toEqual([['timed-out', seconds(9)]])
  })

  it('that nobody admits times out at both ends', () => {
    const late = { latency: L, setupTimeout: seconds(5) }
    const { simulation, bus, console, server, link } = twoEnds({ link: late, server: { admission: 'hold' } })
    bus.connect(link, console.endpoint)
    simulation.run()
    expect(console.times('timed-out')).toEqual([seconds(5)])
    expect(server.times('timed-out')).toEqual([seconds(5) + L])
    const serverEnd = server.connections[0]!.connection
    expect(serverEnd.state).toBe('closed')
    // A thread that becomes free now finds nobody to serve, and that is no mistake.
    expect(() => serverEnd.admit()).not.toThrow()
    simulation.run()
    expect(console.times('opened')).toEqual([])
  })

  it('above the limit of the bus closes as refused, in a later event', () => {
    const { simulation, bus, console, link, open } = twoEnds({ bus: { maxConnections: 1 } })
    const first = open()
    const second = bus.connect(link, console.endpoint)
    expect(console.times('refused')).toEqual([])
    simulation.run()
    expect(toldOf(console, second)).toEqual([['refused', 0]])
    first.close()
    simulation.run()
    expect(open().state).toBe('open')
    expect(bus.statistics().connections).toMatchObject({ asked: 3, opened: 2, alive: 1, closed: { refused: 1, done: 1 } })
  })

  it('that its client gives up is never offered, or is told of it', () => {
    const { simulation, bus, console, server, link } = twoEnds({ link: { latency: L } })
    const early = bus.connect(link, console.endpoint)
    early.close('timed-out')
    simulation.run()
    expect(server.connections).toEqual([])
    const start = simulation.now
    const late: Connection = bus.connect(link, console.endpoint)
    simulation.run(start + 4 * L)
    late.close('timed-out')
    simulation.run()
    expect(server.connections.map((record) => [record.what, record.timeNs - start])).toEqual([['offered', 3 * L], ['timed-out', 5 * L]])
    expect(bus.statistics().connections).toMatchObject({ alive: 0, opened: 0, closed: { 'timed-out': 2 } })
  })
})
