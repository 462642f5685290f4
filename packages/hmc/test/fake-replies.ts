// What the double of a console is answered whatever was done to it before: the amounts of the captured system, and empty successes.
// Answers that depend on its partitions are operation-fake-console.ts, those of service fake-service.ts.

import type { CommandName } from '@powersim/protocol'

export const steadyReplies: Readonly<Partial<Record<CommandName, object>>> = {
  'memory.system': {
    configurableMiB: 32768,
    availableMiB: 13696,
    pendingAvailableMiB: 13696,
    installedMiB: 32768,
    deconfiguredMiB: 0,
    firmwareMiB: 640,
    regionMiB: 128,
    hptRatio: 64,
  },
  'processors.system': {
    configurableHundredths: 200,
    availableHundredths: 110,
    pendingAvailableHundredths: 110,
    installedHundredths: 200,
    deconfiguredHundredths: 0,
    minHundredthsPerVirtualProcessor: 10,
    maxVirtualProcessorsPerLpar: 64,
    maxProcessorsPerLpar: 2,
    maxSharedPools: 1,
  },
  'system.lock': { kept: false, holder: 0 },
  'system.releaseLock': { kept: false, holder: 0 },
  'lock.read': { kept: true, holder: 1 },
  'lock.release': { kept: true, holder: 1 },
  'comanagement.read': { own: false },
  'comanagement.set': { own: false },
  'comanagement.release': { own: false },
  'adapters.switches': { switches: [{ name: 'ETHERNET0', vlans: [1, 6] }] },
  'profileData.put': {},
  'profileData.putSystemProfiles': {},
  'system.configure': {},
  'virtualSwitch.add': { version: 2 },
  'virtualSwitch.remove': { version: 2 },
  'systemProfile.list': { profiles: [{ name: 'all', members: [{ id: 1, profile: 'test_1' }] }] },
  'systemProfile.set': { version: 2 },
  'systemProfile.remove': { version: 2 },
  'processorPool.change': { version: 2 },
  'activation.processors': { procs: 1, hundredths: 30 },
  'activation.memory': { memoryMiB: 6144 },
}
