// power822: a Power S822 (8284-22A, POWER8) with twenty cores and 256 GiB under an HMC of V8R8. What it does not name it has from
// power520: costs whose only source is the capacity model of that preset stay what they are there.

import { power520Tree } from './power520.js'
import { all, given, overlaid, type SourcedTree } from './sourced.js'

const configuration = 'configuration of this preset'
const capture = 'capture of an 8284-22A under an HMC V8R8.6.0 (ManageIQ provider for the HMC, recorded exchanges)'
const newerServiceProcessor = 'estimate: PowerPC 476 of the newer service processor, twice as fast as the 405 of power520'

const lognormal = (mean: string, cv = 0.5): unknown => ({ lognormal: { mean, cv } })

export const power822Tree: SourcedTree = overlaid(power520Tree, {
  name: given('power822', 'this preset'),
  startTime: given('2015-06-01 08:00:00', configuration),
  hmc: { version: given('V8R8.6.0', capture) },
  systems: [
    {
      name: given('s822', `${configuration}: a user-defined name`),
      typeModel: given('8284-22A', capture),
      serialNumber: given('21FD4AV', capture),
      fsp: {
        tls: {
          fullHandshake: given(lognormal('125ms', 0.2), newerServiceProcessor),
          resumedHandshake: given('10ms', newerServiceProcessor),
          perRecord: given('150us', newerServiceProcessor),
          perByteNs: given(150, newerServiceProcessor),
        },
        link: { bitsPerSecond: given(1_000_000_000, 'Linux fsp2.dts: RGMII, able of 1 Gb/s') },
        forwardIn: given(lognormal('1.5ms'), newerServiceProcessor),
        forwardOut: given(lognormal('1.5ms'), newerServiceProcessor),
        serveChannel: given(lognormal('1ms'), newerServiceProcessor),
        serveQuery: given(lognormal('4ms'), newerServiceProcessor),
        servePower: given(lognormal('10ms'), newerServiceProcessor),
        serveService: given(lognormal('15ms'), newerServiceProcessor),
      },
      nets: {
        tls: { perByteNs: given(8.76, 'estimate: 30 cycles/byte at 3.425 GHz, the clock that the 8284-22A of the captures tells') },
      },
      phyp: {
        memory: all(configuration, { installedMiB: 262_144, firmwareMiB: 6144, regionMiB: 256 }),
        capabilities: {
          activeMemoryExpansion: given(true, 'Power 770 and 780 redbook: from POWER7 on'),
          activeMemoryDeduplication: given(true, 'IBM, Active Memory Deduplication: from POWER7 on'),
        },
        processors: {
          compatModes: given(['POWER6', 'POWER7', 'POWER8'], 'estimate: two generations back'),
          installed: given(20, 'Power S822 with two processors of ten cores'),
          minHundredthsPerVirtualProcessor: given(5, 'IBM POWER8 documents: 0.05 from POWER7+ on'),
        },
        dispatch: { coresPerNode: given(10, 'Power S822 with two processors of ten cores') },
        macPrefix: given('BE6AAF', capture),
        macForm: given('partitionPrefix', capture),
        maxPartitions: given(400, 'twenty micro-partitions a core'),
      },
      partitions: [
        { memoryMiB: given(4096, configuration) },
        { memoryMiB: given(4096, configuration) },
        { memoryMiB: given(2048, configuration) },
      ],
    },
  ],
})
