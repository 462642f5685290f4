// The sliding window: against closed forms on a link, and against a byte-by-byte reference.

import { ms, us } from '@powersim/kernel'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Window } from '../src/window.js'
import { request, twoEnds } from './two-ends.js'

const MIB = 2 ** 20
const WINDOW = 65_535

/** Windows that go out in full before the last part, each at the pace of the wire or of the acknowledgements, whichever is slower. */
function closedFormNs(bytes: number, windowBytes: number, roundTripNs: number, nsPerByte: number): number {
  const full = Math.ceil(bytes / windowBytes) - 1
  return full * Math.max(roundTripNs, windowBytes * nsPerByte) + (bytes - full * windowBytes) * nsPerByte
}

describe('a message larger than the window', () => {
  it.each([
    { what: 'stalls a round trip per window on a long fast link', latency: ms(10), bitsPerSecond: 1e9, stalls: true },
    { what: 'stalls a little when the window is nearly enough', latency: us(300), bitsPerSecond: 1e9, stalls: true },
    { what: 'does not stall when the round trip is shorter than the window', latency: us(200), bitsPerSecond: 100e6, stalls: false },
  ])('$what', ({ latency, bitsPerSecond, stalls }) => {
    const scene = twoEnds({ link: { latency, bitsPerSecond, handshakeBytes: { full: [0, 0], resumed: [0, 0] } } })
    const connection = scene.open()
    const start = scene.simulation.now
    connection.send(scene.console.endpoint, request(1, MIB))
    scene.simulation.run()
    const wireNs = (MIB * 8e9) / bitsPerSecond
    const sendingNs = closedFormNs(MIB, WINDOW, 2 * latency, 8e9 / bitsPerSecond)
    expect(scene.server.received[0]!.timeNs - start).toBe(Math.round(sendingNs + latency))
    const { busyNs, stalledNs } = scene.bus.statistics().links[0]!.forward
    expect(busyNs).toBe(Math.round(wireNs))
    expect(stalledNs).toBe(Math.round(sendingNs - wireNs))
    expect(stalledNs > 0).toBe(stalls)
  })

  it('holds back the message behind it; a message after the acknowledgement finds the window empty', () => {
    const latency = ms(1)
    const scene = twoEnds({ link: { latency, bitsPerSecond: Infinity, windowBytes: 1000 } })
    const connection = scene.open()
    const start = scene.simulation.now
    const send = (entity: number, bytes: number): boolean => connection.send(scene.console.endpoint, request(entity, bytes))
    send(1, 900)
    send(2, 100)
    send(3, 1)
    scene.simulation.run()
    expect(scene.server.received.map((record) => record.timeNs - start)).toEqual([latency, latency, 3 * latency])
    const later = scene.simulation.now + 2 * latency
    scene.simulation.run(later)
    send(4, 1000)
    scene.simulation.run()
    expect(scene.server.received[3]!.timeNs - later).toBe(latency)
  })

  it('is the affair of its direction of its connection alone', () => {
    const scene = twoEnds({ link: { latency: ms(1), bitsPerSecond: Infinity, windowBytes: 1000 } })
    const [one, other] = [scene.open(), scene.open()]
    const start = scene.simulation.now
    const serverEnd = scene.server.connections.at(-1)!.connection
    one.send(scene.console.endpoint, request(1, 1000))
    other.send(scene.console.endpoint, request(2, 1000))
    scene.bus.send(scene.link, scene.console.endpoint, request(3, 5000))
    serverEnd.send(scene.server.endpoint, request(4, 1000))
    scene.simulation.run()
    expect(scene.server.received.map((record) => record.timeNs - start)).toEqual([ms(1), ms(1), ms(1)])
    expect(scene.console.received.map((record) => record.timeNs - start)).toEqual([ms(1)])
  })
})

interface Sending {
  readonly gapNs: number
  readonly bytes: number
}
const windows = fc.integer({ min: 536, max: 2000 })
const sendings = fc.array(fc.record({ gapNs: fc.nat(30_000), bytes: fc.integer({ min: 1, max: 1500 }) }), { minLength: 1, maxLength: 40 })

/** Each byte by itself: it leaves after the one before it and once the byte a window ahead is acknowledged. */
function byteByByte(list: readonly Sending[], windowBytes: number, nsPerByte: number, delayNs: number): number[] {
  const starts: number[] = []
  let free = 0
  return list.map(({ gapNs, bytes }) => {
    free += gapNs
    for (let i = 0; i < bytes; i++) {
      const acknowledged = starts[starts.length - windowBytes]
      const start = acknowledged === undefined ? free : Math.max(free, acknowledged + delayNs)
      starts.push(start)
      free = start + nsPerByte
    }
    return free
  })
}

describe('the window computed in pieces', () => {
  it('equals the window computed byte by byte', () => {
    let stalled = 0
    fc.assert(
      fc.property(sendings, windows, fc.nat(10), fc.nat(40_000), (list, windowBytes, nsPerByte, delayNs) => {
        const window = new Window(windowBytes)
        let free = 0
        let wire = 0
        const ends = list.map(({ gapNs, bytes }) => {
          wire += gapNs + bytes * nsPerByte
          free = window.transmit(free + gapNs, bytes, bytes * nsPerByte, delayNs)
          return free
        })
        if (free > wire) stalled++
        expect(ends).toEqual(byteByByte(list, windowBytes, nsPerByte, delayNs))
      }),
      { numRuns: 300 },
    )
    expect(stalled).toBeGreaterThan(100)
  })

  it('goes no faster than the acknowledgements of slower messages before', () => {
    const window = new Window(1000)
    // Sent from 0 to 10,000 and acknowledged from 5,000 to 15,000, 10 ns a byte.
    expect(window.transmit(0, 1000, 10_000, 5000)).toBe(10_000)
    const ends = [250, 250, 250, 200, 50].map((bytes) => window.transmit(10_000, bytes, 0, 5000))
    expect(ends).toEqual([10_000, 10_000, 12_500, 14_500, 15_000])
    // All of these were sent within a window: the first of them is acknowledged from 15,000 on.
    expect(window.transmit(15_000, 1, 0, 5000)).toBe(15_000)
    expect(new Window(Infinity).transmit(7, 1e9, 3, 5000)).toBe(10)
  })

  it('never has more than the window unacknowledged, whatever the pace and delay of each message', () => {
    const mixed = fc.array(
      fc.record({ gapNs: fc.nat(30_000), bytes: fc.integer({ min: 1, max: 3000 }), nsPerByte: fc.nat(10), delayNs: fc.nat(40_000) }),
      { minLength: 1, maxLength: 12 },
    )
    fc.assert(
      fc.property(mixed, windows, (list, windowBytes) => {
        const window = new Window(windowBytes)
        let free = 0
        // Bytes that have left and bytes acknowledged, at the end of each message.
        const done: { end: number; bytes: number; acknowledgedNs: number }[] = []
        for (const { gapNs, bytes, nsPerByte, delayNs } of list) {
          const end = window.transmit(free + gapNs, bytes, bytes * nsPerByte, delayNs)
          expect(end).toBeGreaterThanOrEqual(free + gapNs + bytes * nsPerByte)
          free = end
          done.push({ end, bytes, acknowledgedNs: end + delayNs })
          const underWay = done.filter((sent) => sent.acknowledgedNs > end && sent.end < end)
          const unacknowledged = underWay.reduce((sum, sent) => sum + sent.bytes, 0)
          // What lies between the oldest message not fully acknowledged and this one's last window was sent within the window.
          const oldest = done.find((sent) => sent.acknowledgedNs > end)
          expect(unacknowledged - (oldest?.bytes ?? 0)).toBeLessThanOrEqual(windowBytes)
        }
      }),
      { numRuns: 200 },
    )
  })
})
