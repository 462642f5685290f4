// Systems that public captures of later consoles were taken of, as far as the model has them: a POWER9 8375-42A under V10R3 and a POWER8
// partition under V8R8. Who uses it says which row is meant.

import { type AdapterOf, defaultSerialAdapters } from '@powersim/protocol'
import { ethernetAdapter, scsiClient, scsiServer } from '@powersim/testkit'
import { profileOf, viewOf } from './fake-partitions.js'
import { FakeConsole } from './operation-fake-console.js'

const held = { resourceConfig: true, state: 'Running' } as const

export function v10r3System(): FakeConsole {
  const console = new FakeConsole('8375-42A', '<REDACTED-SERIAL>', 'sys-R1')
  console.version = 'V10R3 M1060'
  Object.assign(console.handle.capabilities, { compatModes: ['POWER7', 'POWER8', 'POWER9', 'POWER9_base'], maxPartitions: 400 })
  const own = { minProcs: 1, desiredProcs: 1, maxProcs: 1, minHundredths: 100, desiredHundredths: 100, maxHundredths: 100 }
  const trunk = (slot: number, vlan: number): AdapterOf<'eth'> => ethernetAdapter(slot, { vlan, trunkPriority: 1 })
  console.add(viewOf(100, 'sys-R1-vios1', { ...held, environment: 'vioserver', defaultProfile: 'lpar-93', profiles: ['lpar-93'] }), {
    profiles: [
      profileOf('lpar-93', {
        memory: { minMiB: 8192, desiredMiB: 8192, maxMiB: 8192, hptRatio: 128 },
        processors: { ...own, mode: 'ded', sharingMode: 'keep_idle_procs', uncapWeight: 0, poolId: 0 },
        ioSlots: [
          { drcIndex: 0x21020013, required: true },
          { drcIndex: 0x21040015, required: true },
          { drcIndex: 0x21010020, required: false },
        ],
        maxVirtualSlots: 400,
        adapters: [
          ...defaultSerialAdapters,
          ...[scsiServer(3, 1, 3), scsiServer(5, 2, 3), scsiServer(7, 3, 3), scsiServer(8, 3, 4)],
          ...[trunk(2, 1), trunk(4, 2)],
        ],
      }),
    ],
  })
  const shared = { minProcs: 1, desiredProcs: 3, maxProcs: 6, minHundredths: 10, desiredHundredths: 30, maxHundredths: 200 }
  console.add(viewOf(1, 'sys-R1-lp3', { ...held, defaultProfile: 'default_profile', profiles: ['default_profile'] }), {
    profiles: [
      profileOf('default_profile', {
        memory: { minMiB: 1536, desiredMiB: 3072, maxMiB: 6144, hptRatio: 128 },
        processors: { ...shared, mode: 'shared', sharingMode: 'uncap', uncapWeight: 128, poolId: 0 },
        maxVirtualSlots: 6,
        adapters: [...defaultSerialAdapters, scsiClient(2, 100, 3)],
        connectionMonitoring: true,
      }),
    ],
  })
  return console
}

export function v8r8System(): FakeConsole {
  const console = new FakeConsole('8286-41A', '215296V', 'p8')
  console.version = 'V8R8.3.0'
  console.fibreChannel = true
  const modes = { desiredCompatMode: 'POWER8', currentCompatMode: 'POWER8' }
  const port = { kind: 'fc', role: 'client', required: false } as const
  const memory = { minMiB: 8192, desiredMiB: 8192, maxMiB: 8192, hptRatio: 128 } as const
  console.add(viewOf(7, 'vm61', { ...held, ...modes, osVersion: 'AIX 7.1 7100-03-05-1524', defaultProfile: 'default_profile' }), {
    profiles: [
      profileOf('default_profile', {
        memory,
        adapters: [
          ...defaultSerialAdapters,
          { ...port, slot: 2, remoteId: 1, remoteSlot: 32, wwpns: ['c050760727c5007a', 'c050760727c5007b'] },
          { ...port, slot: 4, remoteId: 1, remoteSlot: 35, wwpns: ['c050760727c5007c', 'c050760727c5007d'] },
        ],
      }),
    ],
  })
  return console
}
