// Back ends vary, front ends do not know: volumes, files and optical media behind the same adapter; two clients on one device; a server
// that is waited for; what a console asks.

import { ms, seconds } from '@powersim/kernel'
import { describe, expect, it } from 'vitest'
import { deviceOf, StorageMachine, type StorageMachineOptions } from './storage-machine.js'

const load = (reads: number, ios = 400) => ({
  pattern: { closed: { threads: 4, think: 0 } },
  blockBytes: 16_384,
  reads,
  sequential: false,
  spanBytes: 2 ** 22,
  ios,
})

function played(options: Partial<StorageMachineOptions>) {
  const machine = new StorageMachine({ device: deviceOf(1e9, 100_000, 4), servers: 1, load: load(0.5), ...options })
  machine.begin()
  machine.simulation.run(seconds(20))
  return { machine, loads: machine.clients.map(({ storage }) => storage.loads[0]!.statistics()) }
}

describe('a back end', () => {
  it.each(['lun', 'lv', 'file'] as const)('%s gives back what was written', (show) => {
    const { loads } = played({ show })
    expect(loads).toMatchObject([{ ended: 400, failed: 0, mismatches: 0 }])
  })

  it('in a file costs its copy and more work', () => {
    const [volume, file] = (['lv', 'file'] as const).map((show) => {
      const one = { ...load(0.5), pattern: { closed: { threads: 1, think: 0 } } }
      return played({ show, load: one }).loads[0]!.meanLatencyNs
    })
    // Work, H_COPY_RDMA at 4 GB/s; no H_PUT_RTCE and H_STUFF_TCE of four pages.
    expect(Math.abs(file! - volume! - (20_000 + 1000 + 4096 - 2 * 640))).toBeLessThan(200)
  })

  it('on an optical medium is read, never written', () => {
    expect(played({ show: 'optical', load: load(1) }).loads).toMatchObject([{ ended: 400, failed: 0 }])
    expect(played({ show: 'optical', load: load(0) }).loads).toMatchObject([{ ended: 400, failed: 400 }])
  })

  it('without a free buffer says busy, and is asked again', () => {
    const { machine, loads } = played({ show: 'file', vios: { copyBuffers: 1 } })
    expect(loads).toMatchObject([{ ended: 400, failed: 0, mismatches: 0 }])
    expect(machine.servers[0]!.vios.statistics().failed).toBeGreaterThan(0)
  })

  it('serves several clients, each in its own volume; requests wait for a free command of the server', () => {
    const { loads } = played({ clients: 3, vios: { commandLimit: 4 } })
    expect(loads.map(({ ended, failed, mismatches }) => [ended, failed, mismatches])).toEqual(Array(3).fill([400, 0, 0]))
  })
})

it('with delayed_fail I/O waits for a server that returns in time', () => {
  const options = { client: { errorRecovery: 'delayed_fail' as const }, load: load(0.5, 4000) }
  const machine = new StorageMachine({ device: deviceOf(1e9, 100_000, 4), servers: 1, ...options })
  machine.begin()
  machine.simulation.run(ms(20))
  machine.kill(1)
  machine.simulation.run(seconds(10))
  expect(machine.clients[0]!.storage.disks[0]!.statistics()).toMatchObject({ inside: 4, failed: 0 })
  machine.revive(1)
  machine.simulation.run(seconds(30))
  const { ended, failed, mismatches, maxLatencyNs } = machine.clients[0]!.storage.loads[0]!.statistics()
  expect([ended, failed, mismatches]).toEqual([4000, 0, 0])
  expect(maxLatencyNs).toBeGreaterThan(seconds(9.9))
})

it('tells a console what it has and shows, and refuses what cannot be', () => {
  const { machine } = played({ show: 'lv' })
  const { storage } = machine.servers[0]!.vios
  expect(storage.adapters()).toMatchObject([
    { name: 'vhost0', slot: 12, clientId: 2, targets: [{ name: 'vtscsi0', lun: 1, backing: 'lv0' }] },
  ])
  expect(storage.disks()).toEqual([{ name: 'hdisk1', bytes: 2 ** 30, volumeGroup: 'clientvg' }])
  expect(storage.volumeGroups()).toMatchObject([
    { name: 'clientvg', freeBytes: 2 ** 30 - 2 ** 26, volumes: [{ name: 'lv0', bytes: 2 ** 26 }] },
  ])
  expect(storage.fibrePorts()).toMatchObject([{ name: 'fcs0', targetPorts: 64, availablePorts: 64 }])
  expect(storage.makeTarget('lv9', 'vhost0')).toBe('no-backing')
  expect(storage.makeTarget('lv0', 'vhost9')).toBe('no-adapter')
  expect(storage.makeTarget('lv0', 'vhost0')).toBe('in-use')
  expect([storage.removeTarget('vtscsi9'), storage.removeTarget('vtscsi0')]).toEqual(['no-device', null])
  expect(storage.makeTarget('lv0', 'vhost0', 'rootdisk')).toMatchObject({ name: 'rootdisk', lun: 1, kind: 'lv' })
})
