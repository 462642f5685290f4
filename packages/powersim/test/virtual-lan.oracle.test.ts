// Oracle F4 on the assembled path: a console's wire, a server's physical adapter and bridge, the hypervisor's switch, NETS's adapter.
// And what the bridge takes of its server, against the sizing rule of IBM for POWER5: 14.0 cycles a byte at an MTU of 1500, 6.7 at 9000.

import { ms, us } from '@powersim/kernel'
import { seaCosts } from '@powersim/vios'
import { describe, expect, it } from 'vitest'
import { lanScene } from './virtual-lan-scene.js'

const MIB = 2 ** 20
const ideal = { phyp: { dispatch: { processors: 'ideal' } } }

function transferNs(bytes: number, virtual: object): number {
  const { send, came, simulation } = lanScene({ bridges: ['vios1'], ...virtual }, ideal)
  const startNs = simulation.now
  send(1, bytes)
  simulation.run(startNs + ms(500))
  return came.get(1)! - startNs
}

describe('F4 through a virtual LAN', () => {
  it('1 MiB takes 8.91 ms on 1 Gb/s within 0.5 %, beside latency and processor time of the last frame', () => {
    expect(Math.abs((transferNs(MIB, {}) - us(150)) / 8.91e6 - 1)).toBeLessThan(0.005)
  })

  it('one frame pays for each hop: the wire, the bridge, the switch, interrupt and driver of NETS', () => {
    const wireNs = 1538 * 8
    const bridgeNs = Math.round(3075 + 1.3125 * 1514)
    const driverNs = 3000 + Math.round(2000 + 0.25 * 1514)
    const { send, came, simulation } = lanScene({ bridges: ['vios1'] }, ideal)
    send(1, 1448)
    simulation.run(simulation.now + ms(10))
    const startNs = simulation.now
    send(2, 1448)
    simulation.run(startNs + ms(10))
    // Hypercalls that the driver pays: H_VIO_SIGNAL, on after the frame before and off, and H_ADD_LOGICAL_LAN_BUFFER for its buffer.
    expect(came.get(2)! - startNs).toBe(wireNs + us(150) + bridgeNs + driverNs + 3 * 500)
  })

  it('is as slow as the slower of adapter and bridge: a bridge that needs 20 us a frame takes 14.5 ms for 725', () => {
    expect(Math.abs(transferNs(MIB, { perFrame: '20us', perByteNs: 0 }) / 14.5e6 - 1)).toBeLessThan(0.02)
    expect(Math.abs(transferNs(MIB, { bitsPerSecond: 100_000_000 }) / 89.1e6 - 1)).toBeLessThan(0.005)
  })
})

describe('the sizing rule', () => {
  it.each([
    { mtu: 1500, cycles: 14.0, cores: 1 },
    { mtu: 9000, cycles: 6.7, cores: 0.5 },
  ])('at an MTU of $mtu: at most $cycles cycles a byte of payload, and $cores cores of 1.65 GHz for 1 Gb/s', ({ mtu, cycles, cores }) => {
    const { perFrameNs, perByteNs } = seaCosts(1.65e9)
    const scene = lanScene({ bridges: ['vios1'], perFrame: Math.round(perFrameNs), perByteNs }, ideal)
    const { simulation, installation } = scene
    const { bridges } = installation.systems[0]!.managementLan!.statistics()
    const payload = mtu - 52
    const frameNs = Math.round(perFrameNs) + perByteNs * (payload + 66)
    expect((frameNs * 1.65) / payload).toBeLessThanOrEqual(cycles)
    expect((frameNs * 1.65) / payload).toBeGreaterThan(cycles * 0.97)
    // Busy for a frame as long as the wire is, of one core or half of one, within 3 %.
    expect(frameNs / ((mtu + 38) * 8) / cores).toBeLessThanOrEqual(1.001)
    expect(frameNs / ((mtu + 38) * 8) / cores).toBeGreaterThan(0.96)
    const before = bridges[0]!.counts.workNs
    if (mtu !== 1500) return
    for (let n = 0; n < 100; n++) scene.send(n, payload)
    simulation.run(simulation.now + ms(100))
    const after = installation.systems[0]!.managementLan!.statistics().bridges[0]!.counts.workNs
    expect(Math.abs((after - before) / (100 * frameNs) - 1)).toBeLessThan(0.001)
  })
})
