// The kernel's own side of `pnpm bench:peers`: one benchmark of ../*.bench.mjs, measured as the peers' programs measure theirs.
// Usage: kernel.mjs MODEL WARM-UP OPERATIONS. Prints one line of JSON: what it did, and processor time for it, other threads included.

import { cpuUsage } from 'node:process'
import { benchmarks as hold } from '../hold.bench.mjs'
import { benchmarks as phold } from '../phold.bench.mjs'
import { benchmarks as station } from '../station.bench.mjs'

const [model, warmUp, operations] = process.argv.slice(2)
const work = [...hold, ...phold, ...station].find(({ name }) => name === model).prepare()

const from = work(Number(warmUp))
const startedAt = cpuUsage()
const to = work(Number(operations))
const { user, system } = cpuUsage(startedAt)
const seconds = (user + system) / 1e6
console.log(JSON.stringify({ seconds, simulatedNs: to.simulatedNs - from.simulatedNs, areaNs: to.areaNs - from.areaNs }))
