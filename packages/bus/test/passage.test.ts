// A passage of frames before one end of a link: F4 through it, in step with the wire, both ways; frames that are lost, and a path that is.

import { ms, seconds, us } from '@powersim/kernel'
import { describe, expect, it } from 'vitest'
import { framePair } from './frame-pair.js'
import { entities, reply, request, twoEnds } from './two-ends.js'

const MIB = 2 ** 20
const gigabit = { bitsPerSecond: 1e9, mtuBytes: 1500, windowBytes: 2 ** 24 }

function scene(fate?: (nowNs: number, bytes: number) => number, options: { readonly lossTimeoutNs?: number } = {}) {
  const ends = twoEnds({ link: { ...gigabit, latency: us(100) }, server: { answer: (message) => reply(message, 4096) } })
  const pair = framePair(ends.simulation, (frame) => fate?.(ends.simulation.now, frame.bytes) ?? 0)
  ends.bus.passThrough(ends.link, { ...pair, ...options })
  return { ...ends, pair, passage: () => ends.bus.statistics().links[0]!.passage! }
}

describe('a passage', () => {
  it('leaves the times of the wire as they are when it takes none, both ways: 1 MiB in 8.9106 ms', () => {
    const times = [false, true].map((through) => {
      const ends = twoEnds({ link: { ...gigabit, latency: us(100) }, server: { answer: (message) => reply(message, MIB) } })
      if (through) ends.bus.passThrough(ends.link, framePair(ends.simulation))
      const connection = ends.open()
      const startNs = ends.simulation.now
      connection.send(ends.console.endpoint, request(1, MIB))
      ends.simulation.run()
      return [ends.server.received[0]!.timeNs - startNs, ends.console.received[0]!.timeNs - ends.server.received[0]!.timeNs]
    })
    const wireNs = (MIB + 725 * 90) * 8 + us(100)
    expect(times[0]).toEqual([wireNs, wireNs])
    // Adapters that take no time at all let the first frame onto the wire by its own time sooner.
    for (const timeNs of times[1]!) expect(Math.abs(timeNs - wireNs)).toBeLessThan(us(13))
  })

  it('adds what the last frame needs, not all of them one after the other', () => {
    const { open, console, server, simulation, passage } = scene(() => us(50))
    const connection = open()
    const startNs = simulation.now
    connection.send(console.endpoint, request(1, MIB))
    simulation.run()
    expect(Math.abs(server.received[0]!.timeNs - startNs - ((MIB + 725 * 90) * 8 + us(150)))).toBeLessThan(us(1))
    expect(passage()).toMatchObject({ framesAgain: 0, framesTwice: 0, inside: 0, cut: 0 })
  })

  it('sends lost frames again, hands each message over once and in the order of its connection', () => {
    let frames = 0
    const { open, console, server, simulation, passage } = scene((nowNs) => (nowNs > seconds(1) && frames++ % 3 === 0 ? -1 : us(10)))
    const connection = open()
    simulation.run(seconds(2))
    for (const entity of [1, 2, 3, 4, 5, 6]) connection.send(console.endpoint, request(entity, 3000))
    simulation.run()
    expect(entities(server)).toEqual([1, 2, 3, 4, 5, 6])
    expect(entities(console)).toEqual([1, 2, 3, 4, 5, 6])
    expect(passage()).toMatchObject({ framesTwice: 0, inside: 0 })
    expect(passage().framesAgain).toBeGreaterThan(5)
  })

  it('survives an outage that is shorter than what a connection waits, by the next time of sending again', () => {
    const { open, console, server, simulation } = scene((nowNs) => (nowNs > seconds(1) && nowNs < seconds(1.9) ? -1 : 0))
    const connection = open()
    simulation.run(seconds(1.5))
    connection.send(console.endpoint, request(1))
    simulation.run()
    // Lost at 1.5 s and 1.7 s; again at 2.1 s.
    expect(server.received[0]!.timeNs - seconds(2.1)).toBeLessThan(ms(1))
    expect(connection.state).toBe('open')
  })

  it('cuts a connection that gets nothing through, for both ends, and lets an idle one be', () => {
    const { open, bus, link, console, server, simulation, passage } = scene((nowNs) => (nowNs > seconds(1) ? -1 : 0), {
      lossTimeoutNs: seconds(2),
    })
    const busy = open()
    const idle = open()
    simulation.run(seconds(1.5))
    busy.send(console.endpoint, request(1))
    simulation.run()
    expect([busy.state, idle.state, passage().cut, passage().inside]).toEqual(['closed', 'open', 1, 0])
    expect(console.connections.at(-1)!.what).toBe('timed-out')
    expect(server.connections.at(-1)!.what).toBe('timed-out')
    expect(simulation.now).toBeLessThan(seconds(5))
    const late = bus.connect(link, console.endpoint)
    simulation.run()
    expect(late.state).toBe('closed')
    expect(console.connections.at(-1)!.what).toBe('unreachable')
  })

  it('is made once, by somebody who owns the link', () => {
    const { bus, link, pair } = scene()
    expect(() => bus.passThrough(link, pair)).toThrow(/passage already/)
    expect(() => twoEnds().bus.passThrough(link, pair)).toThrow(/not a link of this bus/)
    const { bus: other, link: its, simulation } = twoEnds()
    expect(() => other.passThrough(its, { ...framePair(simulation), retransmitNs: 1 })).toThrow(/retransmitNs/)
  })
})
