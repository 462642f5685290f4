// Oracle F4: payload efficiency of Ethernet with TCP timestamps, 1448 of 1538 bytes, and the times that follow from it.

import { describe, expect, it } from 'vitest'
import { request, twoEnds } from './two-ends.js'

const MIB = 2 ** 20
/** Closed form, independent of the link's code: frames of 1448 bytes of payload cost 1538 bytes of wire each. */
const idealNs = (bytes: number, bitsPerSecond: number): number => ((bytes * 1538) / 1448 / bitsPerSecond) * 8e9

function transferNs(bytes: number, bitsPerSecond: number, secured: boolean): number {
  const scene = twoEnds({ link: { bitsPerSecond, mtuBytes: 1500 } })
  if (secured) {
    const connection = scene.open()
    const start = scene.simulation.now
    expect(connection.send(scene.console.endpoint, request(1, bytes))).toBe(true)
    scene.simulation.run()
    return scene.server.received[0]!.timeNs - start
  }
  scene.bus.send(scene.link, scene.console.endpoint, request(1, bytes))
  scene.simulation.run()
  return scene.server.received[0]!.timeNs
}

describe.each([
  { secured: false, on: 'unsecured' },
  { secured: true, on: 'on a connection' },
])('F4, $on', ({ secured }) => {
  it('1 MiB takes 89.1 ms on 100 Mb/s and 8.91 ms on 1 Gb/s', () => {
    expect(Math.abs(transferNs(MIB, 100e6, secured) / 89.1e6 - 1)).toBeLessThan(0.005)
    expect(Math.abs(transferNs(MIB, 1e9, secured) / 8.91e6 - 1)).toBeLessThan(0.005)
  })

  it.each([1448 * 10, 1448 * 725, 64 * 1024, 256 * 1024, 4 * MIB])('%i bytes take the closed form within 0.5 %', (bytes) => {
    for (const rate of [10e6, 100e6, 1e9, 10e9]) {
      const ideal = idealNs(bytes, rate)
      expect(Math.abs(transferNs(bytes, rate, secured) / ideal - 1)).toBeLessThan(0.005)
    }
  })

  it('whole frames have efficiency 1448/1538 exactly', () => {
    const bytes = 1448 * 1000
    expect(transferNs(bytes, 100e6, secured)).toBe((1538 * 1000 * 8e9) / 100e6)
    expect(bytes / ((transferNs(bytes, 100e6, secured) * 100e6) / 8e9)).toBeCloseTo(0.94148, 5)
  })
})

it.each([
  [1, 91],
  [1447, 1537],
  [1448, 1538],
  [1449, 1629],
  [2896, 3076],
  [2897, 3167],
])('%i bytes of message are %i bytes of wire', (bytes, wireBytes) => {
  const scene = twoEnds({ link: { mtuBytes: 1500 } })
  scene.bus.send(scene.link, scene.console.endpoint, request(1, bytes))
  scene.simulation.run()
  expect(scene.bus.statistics().links[0]!.forward).toMatchObject({ bytes, wireBytes })
})

it('a link without framing charges the bytes of the message alone', () => {
  const scene = twoEnds({ link: { bitsPerSecond: 8e6 * 8, mtuBytes: 0 } })
  scene.bus.send(scene.link, scene.console.endpoint, request(1, 8000))
  scene.simulation.run()
  expect(scene.server.received[0]!.timeNs).toBe(1_000_000)
  expect(scene.bus.statistics().links[0]!.forward).toMatchObject({ wireBytes: 8000, busyNs: 1_000_000 })
})
