// Order: what is offered to a direction of a link arrives in that order, whatever the latencies, sizes and processors.

import { type Simulation, us } from '@powersim/kernel'
import { IdealProcessor } from '@powersim/testkit'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { entities, reply, request, twoEnds } from './two-ends.js'

const wild = { lognormal: { mean: us(300), cv: 3 } }

describe('a direction of a link', () => {
  it('never reorders, however the latency is drawn', () => {
    const { simulation, bus, console, server, link } = twoEnds({ link: { latency: wild } })
    const sent = Array.from({ length: 500 }, (_, i) => i)
    const send = simulation.handler('send', (i: number) => bus.send(link, console.endpoint, request(i)))
    for (const i of sent) simulation.scheduleAt(i * us(1), send, i)
    simulation.run()
    expect(entities(server)).toEqual(sent)
    // Or else the test would prove nothing: many of them would have overtaken.
    const times = server.received.map((record) => record.timeNs)
    expect(times.filter((time, i) => time === times[i - 1]).length).toBeGreaterThan(100)
  })

  it('serialises: each message takes its wire time after the one before, and the directions do not disturb each other', () => {
    const { simulation, bus, console, server, link } = twoEnds({ link: { latency: us(50), bitsPerSecond: 8e6 } })
    for (const bytes of [1000, 1, 300]) bus.send(link, console.endpoint, request(bytes, bytes))
    bus.send(link, server.endpoint, reply(request(4), 2000))
    simulation.run()
    expect(server.received.map((record) => record.timeNs)).toEqual([us(1050), us(1051), us(1351)])
    expect(console.received.map((record) => record.timeNs)).toEqual([us(2050)])
    const [{ forward, backward } = expect.fail()] = bus.statistics().links
    expect(forward).toMatchObject({ offered: 3, delivered: 3, bytes: 1301, wireBytes: 1301, busyNs: us(1301), waiting: 0, peakWaiting: 2 })
    expect(backward).toMatchObject({ offered: 1, delivered: 1, bytes: 2000, busyNs: us(2000), peakWaiting: 0 })
  })

  it('counts the time it was busy up to now, not beyond', () => {
    const { simulation, bus, console, link } = twoEnds({ link: { bitsPerSecond: 8e6 } })
    for (let i = 0; i < 3; i++) bus.send(link, console.endpoint, request(i, 1000))
    const busy = (timeNs: number): number => (simulation.run(timeNs), bus.statistics().links[0]!.forward.busyNs)
    expect([busy(0), busy(us(250)), busy(us(1000)), busy(us(2999)), busy(us(5000))]).toEqual([0, us(250), us(1000), us(2999), us(3000)])
  })

  it('drops what finds the queue full', () => {
    const { simulation, bus, console, server, link } = twoEnds({ link: { bitsPerSecond: 8e6, queueLimit: 2 } })
    for (let i = 1; i <= 5; i++) bus.send(link, console.endpoint, request(i, 1000))
    simulation.run()
    expect(entities(server)).toEqual([1, 2, 3])
    expect(bus.statistics().links[0]!.forward).toMatchObject({ offered: 5, delivered: 3, dropped: 2, peakWaiting: 2 })
  })

  it('keeps a finished handshake ahead of the first message, and messages of several connections in order', () => {
    const { simulation, bus, console, server, link } = twoEnds({ link: { latency: wild, bitsPerSecond: 1e6 } })
    const connections = Array.from({ length: 20 }, () => bus.connect(link, console.endpoint))
    simulation.run()
    for (let i = 0; i < 200; i++) expect(connections[i % 20]!.send(console.endpoint, request(i, 100 + (i % 7) * 400))).toBe(true)
    simulation.run()
    expect(entities(server)).toEqual(Array.from({ length: 200 }, (_, i) => i))
  })
})

it('word of a close comes before the next connection that its client opens', () => {
  const { simulation, bus, console, server, link } = twoEnds({ link: { latency: wild } })
  for (let i = 0; i < 50; i++) {
    const connection = bus.connect(link, console.endpoint)
    simulation.run()
    connection.close()
  }
  simulation.run()
  const heard = server.connections.map(({ what, connection }) => `${what} ${connection.id}`)
  expect(heard).toEqual(Array.from({ length: 50 }, (_, i) => [`offered ${i + 1}`, `opened ${i + 1}`, `done ${i + 1}`]).flat())
})

describe('a direction of a connection', () => {
  it('keeps the order over processors with many servers, whatever the sizes', () => {
    const size = fc.integer({ min: 1, max: 200_000 })
    fc.assert(
      fc.property(fc.array(size, { minLength: 2, maxLength: 30 }), fc.integer({ min: 1, max: 4 }), (sizes, processors) => {
        const tls = { fullHandshake: 0, resumedHandshake: 0, perRecord: { exponential: us(100) }, perByteNs: 1 }
        const on = (simulation: Simulation, name: string) => ({ tls, processor: new IdealProcessor(simulation, { name, processors }) })
        const scene = twoEnds({
          link: { latency: wild, bitsPerSecond: 1e9 },
          console: (simulation) => on(simulation, 'console'),
          server: (simulation) => on(simulation, 'server'),
        })
        const connection = scene.open()
        for (const [i, bytes] of sizes.entries()) connection.send(scene.console.endpoint, request(i, bytes))
        scene.simulation.run()
        expect(entities(scene.server)).toEqual(sizes.map((_, i) => i))
      }),
      { numRuns: 50 },
    )
  })
})
