// The system of the public capture as a double of a console: what the oracles of captured rows are printed from.
// Source: github ziutus/hmc_vios_aix, HMC V7R7.9 and 9131-52A.

import { ethernetAdapter, scsiClient, scsiServer } from '@powersim/testkit'
import { profileOf, viewOf } from './fake-partitions.js'
import { FakeConsole } from './operation-fake-console.js'

/** The system of the public capture: 9131-52A 6535CCG with its four partitions, in the order in which the capture has them. */
export function capturedSystem(): FakeConsole {
  const console = new FakeConsole('9131-52A', '6535CCG', '9131-52A-6535CCG')
  const held = { resourceConfig: true, state: 'Running' } as const
  const { adapters: serial, processors } = profileOf('x')
  const nim1 = [
    ...serial,
    scsiClient(2, 2, 2, true),
    scsiClient(3, 3, 2, true),
    ethernetAdapter(6, { ieee: true, vlan: 6 }),
    ethernetAdapter(7, { vlan: 7 }),
  ]
  console.add(viewOf(5, 'nim1', { ...held, osVersion: 'AIX 6.1 6100-00-01-0748' }), {
    profiles: [profileOf('normal', { adapters: nim1 }), profileOf('backup', { adapters: nim1 })],
  })
  const vios = { minMiB: 1024, desiredMiB: 6144, maxMiB: 10240 }
  console.add(viewOf(3, 'vios2', { ...held, environment: 'vioserver' }), {
    rmc: 'inactive',
    profiles: [
      profileOf('normal', {
        memory: vios,
        processors: { ...processors, maxHundredths: 60, maxProcs: 1 },
        maxVirtualSlots: 200,
        adapters: [
          ...serial,
          scsiServer(2, 5, 3),
          ethernetAdapter(6, { vlan: 6, trunkPriority: 2, required: true }),
          ethernetAdapter(8, { vlan: 8, trunkPriority: 2, required: true }),
          ethernetAdapter(9, { vlan: 6 }),
        ],
      }),
    ],
  })
  console.add(viewOf(2, 'vios1', { ...held, environment: 'vioserver' }), {
    rmc: 'inactive',
    profiles: [profileOf('normal', { memory: vios, maxVirtualSlots: 200, adapters: [...serial, scsiServer(2, 5, 2, true)] })],
  })
  console.add(viewOf(1, 'dump', { bootMode: 'sms', defaultProfile: 'test_1', currentProfile: 'test_1' }), {
    profiles: [
      profileOf('test_1', {
        memory: { minMiB: 1152, desiredMiB: 3200, maxMiB: 5248 },
        processors: { ...processors, desiredHundredths: 20, maxHundredths: 50, maxProcs: 1 },
        adapters: [...serial, ethernetAdapter(2, { ieee: true, additionalVlans: [3, 4, 5], required: true })],
        bootMode: 'sms',
        connectionMonitoring: true,
      }),
    ],
  })
  return console
}
