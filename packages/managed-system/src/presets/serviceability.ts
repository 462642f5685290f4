// Serviceability and run-time care in the presets: retention and chunks are public, times and sizes are estimates. Polls and corrected
// errors are off, since `fsp.background` stands for them; a study switches them on.

import { given, type SourcedTree } from './sourced.js'

const estimate = 'estimate'
const off = 'off: fsp.background stands for it'
const bundled = 'estimate: the load of a 4-core system unit'

const dump = (bytes: number, chunkBytes: number, take: string, work: string, chunkSource: string): SourcedTree => ({
  bytes: given(bytes, estimate),
  chunkBytes: given(chunkBytes, chunkSource),
  take: given(take, take === '10s' ? 'public capture of a console: a resource dump is there about 10 s after its start' : estimate),
  work: given(work, estimate),
})
const MIB = 1_048_576

export const serviceTree: SourcedTree = {
  logs: {
    kept: given(3000, 'openpower-pels: retention of 3,000 logs'),
    keptBytes: given(20_000_000, 'openpower-pels: retention of 20 MB'),
    purgeToPercent: given(90, estimate),
    work: given({ lognormal: { mean: '40ms', cv: 0.5 } }, estimate),
    window: given(8, estimate),
  },
  dumps: {
    fsp: dump(8 * MIB, 5 * MIB, '60s', '15s', 'skiboot hw/fsp/fsp-dump.c: 5 MB of an FSP dump at a time'),
    sys: dump(256 * MIB, 4 * MIB, '30s', '5s', 'skiboot hw/fsp/fsp-dump.c: 4 MB of a system dump at a time'),
    power: dump(MIB, 2 * MIB, '30s', '5s', estimate),
    resource: dump(2_490_992, 2 * MIB, '10s', '1s', 'LoPAR, skiboot: 2 MB of a resource dump at a time'),
    partition: dump(64 * MIB, 4 * MIB, '30s', '2s', estimate),
  },
  firmware: {
    temporary: given('01EL350_085', 'estimate: a level of the POWER6 release EL350'),
    permanent: given('01EL350_085', 'estimate: a level of the POWER6 release EL350'),
    side: given('temp', 'IBM POWER6 documents: a system runs from the temporary side'),
    chunkBytes: given(65_536, estimate),
    writeNsPerByte: given(1000, 'estimate: flash takes 1 MB a second'),
    workNsPerByte: given(100, estimate),
    check: given('10s', estimate),
    activate: given('5s', estimate),
    copy: given('90s', estimate),
    copyWork: given('20s', estimate),
  },
  capacity: {
    processors: given(null, 'configuration of this preset: all that is installed is activated'),
    memoryMiB: given(null, 'configuration of this preset: all that is installed is activated'),
    trial: given('720h', 'IBM Capacity on Demand: a trial lasts 30 days'),
  },
  parts: {
    moduleMiB: given(4096, estimate),
    fans: given(4, estimate),
    powerSupplies: given(2, 'IBM 8203-E4A: two supplies are redundant'),
  },
}

export const runtimeTree: SourcedTree = {
  sensors: { every: given('0ms', off), work: given('60ms', estimate) },
  correctedErrors: {
    every: given(null, off),
    work: given('5ms', estimate),
    threshold: given(24, estimate),
    window: given('24h', estimate),
  },
  energy: {
    ambientCelsius: given(22, estimate),
    load: given(0.5, 'estimate: nothing tells the service processor'),
    idleWatts: given(350, bundled),
    maxWatts: given(700, bundled),
    kelvinPerWatt: given(0.06, estimate),
    timeConstant: given('120s', estimate),
    fanFromCelsius: given(45, estimate),
    throttleCelsius: given(75, estimate),
    criticalCelsius: given(90, estimate),
  },
}
