// Conservation: whatever happens to connections, ends and messages, offered + duplicated = delivered + dropped + in flight, on every
// direction, and the books agree with what the ends and an observer have seen. The checker shares nothing with the bus but its reports.

import { us } from '@powersim/kernel'
import type { Message } from '@powersim/protocol'
import { anyFates, anyLaw, BusRecording, fateRule, type RecordingEndpoint } from '@powersim/testkit'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { Connection, DirectionStatistics } from '../src/index.js'
import { framePair } from './frame-pair.js'
import { reply, request, type Scene, twoEnds } from './two-ends.js'

const size = (max: number): fc.Arbitrary<number> => fc.integer({ min: 24, max })
const action = fc.oneof(
  { weight: 8, arbitrary: fc.record({ do: fc.constant('send' as const), bytes: size(100_000), which: fc.nat(5) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('push' as const), bytes: size(3000), which: fc.nat(5) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('unsecured' as const), bytes: size(3000), which: fc.nat(1) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('connect' as const), resume: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('close' as const), which: fc.nat(5) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('reset' as const), which: fc.nat(1) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('reachable' as const), which: fc.nat(1), reachable: fc.boolean() }) },
)
type Action = typeof action extends fc.Arbitrary<infer Drawn> ? Drawn : never

const plan = fc.record({
  steps: fc.array(fc.record({ gapNs: fc.nat(us(3000)), action }), { minLength: 1, maxLength: 60 }),
  fates: anyFates(us(5000)),
  latency: anyLaw(us(1000)),
  perRecord: anyLaw(us(100)),
  bitsPerSecond: fc.constantFrom(1e6, 100e6, Infinity),
  queueLimit: fc.constantFrom(0, 1, 5, 1000),
  answers: fc.boolean(),
  wire: fc.constantFrom('reference' as const, 'encoded' as const),
  // A passage of adapters before the server: of so many frames one is lost; 0: none is; null: no passage.
  lossy: fc.constantFrom(null, null, 0, 2, 7),
})

function perform(scene: Scene, connections: Connection[], step: Action, entity: number): void {
  const ends = [scene.console, scene.server] as const
  switch (step.do) {
    case 'send':
      connections[step.which % Math.max(1, connections.length)]?.send(scene.console.endpoint, request(entity, step.bytes))
      break
    case 'push':
      scene.server.connections[step.which % Math.max(1, scene.server.connections.length)]?.connection.send(
        scene.server.endpoint,
        reply(request(entity), step.bytes),
      )
      break
    case 'unsecured':
      scene.bus.send(scene.link, ends[step.which]!.endpoint, request(entity, step.bytes))
      break
    case 'connect':
      connections.push(scene.bus.connect(scene.link, scene.console.endpoint, { resume: step.resume }))
      break
    case 'close':
      connections[step.which % Math.max(1, connections.length)]?.close()
      break
    case 'reset':
      ends[step.which]!.endpoint.reset('reset')
      break
    case 'reachable':
      ends[step.which]!.endpoint.reachable = step.reachable
      break
  }
}

function checkBooks(books: DirectionStatistics, tape: BusRecording, receiver: RecordingEndpoint): void {
  const here = tape.messages.filter(({ from, to }) => from === books.from && to === books.to)
  const seen = (kind: string): number => here.filter((observation) => observation.kind === kind).length
  expect(books.offered + books.duplicated).toBe(books.delivered + books.dropped + books.inFlight)
  expect(books.inFlight).toBeGreaterThanOrEqual(0)
  const kinds = ['offered', 'duplicated', 'delivered', 'dropped'] as const
  expect(kinds.map((kind) => books[kind])).toEqual(kinds.map(seen))
  expect(books.delivered).toBe(receiver.messages.length)
  expect(books.waiting).toBeLessThanOrEqual(books.inFlight)
}

it('holds under random traffic, fates, closes, resets and outages', () => {
  const totals = { delivered: 0, dropped: 0, duplicated: 0, opened: 0, resumed: 0, reset: 0 }
  fc.assert(
    fc.property(plan, ({ steps, fates, latency, perRecord, bitsPerSecond, queueLimit, answers, wire, lossy }) => {
      const tls = { fullHandshake: us(200), resumedHandshake: us(20), perRecord, perByteNs: 0.5 }
      // Called as messages are received: an end that is closed gets none, and one that is not open yet neither.
      const heard = (end: RecordingEndpoint): void => expect(end.received.at(-1)?.connection?.state).toBe('open')
      const answer = (message: Message): Message | undefined => {
        heard(scene.server)
        return answers ? reply(message) : undefined
      }
      const listen = (): undefined => {
        heard(scene.console)
      }
      const scene: Scene = twoEnds({
        bus: { wire },
        link: { latency, bitsPerSecond, queueLimit, setupTimeout: us(50_000), connectTimeout: us(20_000), mtuBytes: 1500 },
        console: { tls, answer: listen },
        server: { tls, answer },
      })
      if (lossy !== null) {
        let frames = 0
        const pair = framePair(scene.simulation, ({ bytes }) => (lossy > 0 && frames++ % lossy === 0 ? -1 : us(bytes % 7)))
        scene.bus.passThrough(scene.link, { ...pair, retransmitNs: us(300), lossTimeoutNs: us(20_000) })
      }
      scene.bus.fate = fateRule(fates)
      const tape = new BusRecording(scene.bus)
      const connections: Connection[] = [scene.open()]
      for (const [entity, { gapNs, action: step }] of steps.entries()) {
        scene.simulation.run(scene.simulation.now + gapNs)
        perform(scene, connections, step, entity)
        const [{ forward, backward } = expect.fail()] = scene.bus.statistics().links
        checkBooks(forward, tape, scene.server)
        checkBooks(backward, tape, scene.console)
        expect(forward.busyNs).toBeLessThanOrEqual(scene.simulation.now)
      }
      for (const end of [scene.console, scene.server]) end.endpoint.reachable = true
      scene.simulation.run()
      const { links, connections: sessions } = scene.bus.statistics()
      const left = links.flatMap(({ forward, backward }) => [forward, backward]).map(({ inFlight, waiting }) => [inFlight, waiting])
      expect(left).toEqual([
        [0, 0],
        [0, 0],
      ])
      for (const connection of connections) connection.close()
      scene.simulation.run()
      // Every connection that an end asked for or was offered ended there exactly once.
      for (const end of [scene.console, scene.server]) {
        const ended = end.connections.filter(({ what }) => what !== 'offered' && what !== 'opened')
        const told = ended.map(({ connection }) => connection.id)
        expect(new Set(told).size).toBe(told.length)
        const known = end === scene.console ? connections.map(({ id }) => id) : end.connections.map(({ connection }) => connection.id)
        expect(new Set(told)).toEqual(new Set(known))
      }
      expect(scene.bus.statistics().connections.alive).toBe(0)
      for (const { forward, backward } of links) {
        for (const key of ['delivered', 'dropped', 'duplicated'] as const) totals[key] += forward[key] + backward[key]
      }
      totals.opened += sessions.opened
      totals.resumed += sessions.resumed
      totals.reset += sessions.closed.reset
    }),
    { numRuns: 150 },
  )
  // The drawn scenarios reach all that they should.
  for (const count of Object.values(totals)) expect(count).toBeGreaterThan(20)
})
