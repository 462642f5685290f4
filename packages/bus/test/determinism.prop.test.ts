// Determinism and common random numbers: what a message draws depends on seed, role and the message alone; so two links with the same
// parameters, and two runs, give the same latencies.

import { type LawSpec, Simulation, us } from '@powersim/kernel'
import { address, type Message } from '@powersim/protocol'
import { anyLaw, RecordingEndpoint } from '@powersim/testkit'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Bus, type LinkParameters } from '../src/index.js'
import { instant, reply, request, twoEnds } from './two-ends.js'

const sending = fc.record({ gapNs: fc.nat(us(1000)), bytes: fc.integer({ min: 24, max: 60_000 }), attempt: fc.nat(2) })
const traffic = fc.record({
  latency: anyLaw(us(2000)),
  perRecord: anyLaw(us(200)),
  handshake: anyLaw(us(5000)),
  bitsPerSecond: fc.constantFrom(10e6, 1e9, Infinity),
  messages: fc.array(sending, { maxLength: 20 }),
  seed: fc.string({ minLength: 1, maxLength: 8, unit: 'grapheme-ascii' }),
})
type Traffic = typeof traffic extends fc.Arbitrary<infer Drawn> ? Drawn : never

/** The same talk of one console with two servers, over links that differ only in name; and the times at all four ends. */
function twoPaths({ latency, perRecord, handshake, bitsPerSecond, messages, seed }: Traffic) {
  const simulation = new Simulation({ seed })
  const bus = new Bus(simulation)
  const tls = { fullHandshake: handshake, resumedHandshake: handshake, perRecord, perByteNs: 0.25 }
  const answer = (message: Message): Message => reply(message, 3000)
  const paths = ['fsp', 'nets'].map((kind) => {
    const server = new RecordingEndpoint(simulation, bus, { name: kind, address: address(kind === 'fsp' ? 'fsp' : 'nets', 1), tls, answer })
    return { server, kind }
  })
  const client = new RecordingEndpoint(simulation, bus, { name: 'hmc1', address: address('hmc', 1), tls })
  const parameters: LinkParameters = { ...instant, latency, bitsPerSecond, mtuBytes: 1500 }
  const sessions = paths.map(({ server, kind }) => {
    return bus.connect(bus.link(client.endpoint, server.endpoint, { ...parameters, name: kind }), client.endpoint)
  })
  simulation.run()
  const send = simulation.handler('send', (message: Message) => {
    for (const session of sessions) session.send(client.endpoint, message)
  })
  let at = simulation.now
  for (const [entity, { gapNs, bytes, attempt }] of messages.entries()) {
    at += gapNs
    simulation.scheduleAt(at, send, request(entity, bytes, attempt))
  }
  simulation.run()
  const atServer = paths.map(({ server }) => server.received.map(({ timeNs, message }) => [timeNs, message.entity]))
  const of = <R extends { connection: unknown }>(records: readonly R[]): R[][] =>
    sessions.map((session) => records.filter((record) => record.connection === session))
  const atClient = of(client.received).map((records) => records.map(({ timeNs }) => timeNs))
  const opened = of(client.connections).map((records) => records.find(({ what }) => what === 'opened')?.timeNs)
  return { atServer, atClient, opened, digest: simulation.digest.hex() }
}

describe('identical parameters', () => {
  it('on two links give identical latencies, set-up included', () => {
    fc.assert(
      fc.property(traffic, (drawn) => {
        const { atServer, atClient, opened } = twoPaths(drawn)
        expect(atServer[0]).toHaveLength(drawn.messages.length)
        expect(atServer[1]).toEqual(atServer[0])
        expect(atClient[1]).toEqual(atClient[0])
        expect(opened[1]).toBe(opened[0])
      }),
      { numRuns: 60 },
    )
  })

  it('and seed give identical runs, and another seed another run', () => {
    fc.assert(
      fc.property(traffic, (drawn) => {
        expect(twoPaths(drawn)).toEqual(twoPaths(drawn))
      }),
      { numRuns: 20 },
    )
    const latency = { exponential: us(100) }
    const noisy: Traffic = { latency, perRecord: 0, handshake: 0, bitsPerSecond: Infinity, messages: [], seed: 'a' }
    expect(twoPaths({ ...noisy, seed: 'b' }).opened).not.toEqual(twoPaths(noisy).opened)
  })
})

/** Latencies of requests 0..9 when they are sent in this order, far apart. */
function latencies(latency: LawSpec, order: readonly number[], attempt = 0, noise = true): Map<number, number> {
  const { simulation, bus, console, server, link } = twoEnds({ simulation: { noise }, link: { latency } })
  const sentAt = new Map<number, number>()
  for (const entity of order) {
    sentAt.set(entity, simulation.now)
    bus.send(link, console.endpoint, request(entity, 100, attempt))
    simulation.run()
  }
  return new Map(server.received.map(({ timeNs, message }) => [message.entity, timeNs - (sentAt.get(message.entity) ?? 0)]))
}

describe('a latency draw', () => {
  const noisy = { exponential: us(500) }

  it('belongs to the message: order and other traffic shift nobody', () => {
    const all = latencies(noisy, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
    expect(latencies(noisy, [9, 3, 0, 7]).get(3)).toBe(all.get(3))
    expect(new Set(all.values()).size).toBe(10)
  })

  it('differs between a try and its retry, and between a request and its reply', () => {
    expect(latencies(noisy, [1], 1).get(1)).not.toBe(latencies(noisy, [1], 0).get(1))
    const { simulation, bus, console, server, link } = twoEnds({ link: { latency: noisy } })
    bus.send(link, console.endpoint, request(1))
    bus.send(link, server.endpoint, reply(request(1)))
    simulation.run()
    expect(server.received[0]!.timeNs).not.toBe(console.received[0]!.timeNs)
  })

  it('of a connection belongs to the flight and to how often the client has connected', () => {
    const { simulation, console, server, open } = twoEnds({ link: { latency: noisy } })
    const tookNs = [0, 1, 2].map((nth) => {
      const start = simulation.now
      open()
      return [server.times('offered')[nth]! - start, console.times('opened')[nth]! - start] as const
    })
    // Three flights, and three more: not all of one latency, and not the same for every connection.
    for (const [offered, opened] of tookNs) expect(opened).not.toBe(2 * offered)
    expect(new Set(tookNs.map(([offered]) => offered)).size).toBe(3)
  })

  it('is not taken for constant laws, nor without noise', () => {
    expect([...latencies(us(7), [1, 2]).values()]).toEqual([us(7), us(7)])
    expect([...latencies(noisy, [1, 2], 0, false).values()]).toEqual([us(500), us(500)])
  })
})
