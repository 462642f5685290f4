// What the pager leaves on the heap: bytes and collections of a million references by policy, and the memory of a frame table of 16,000,000
// frames (61 GiB) with the links of exact LRU, every byte of it touched. `--json`: as JSON, for the test.

import { spawnSync } from 'node:child_process'
import { PerformanceObserver } from 'node:perf_hooks'
import { fileURLToPath } from 'node:url'
import { FrameTable, clock, fifo, InstantPaging, lopar, lru, SharedMemoryPool } from '@powersim/ams'
import { Simulation } from '@powersim/kernel'
import { pageReferences, recordReferences } from '@powersim/workload'

const REFERENCES = 1_000_000
const FRAMES = 16_000_000
const WARM_UP_ROUNDS = 4
const MB = 1e6

const collections = []
const observer = new PerformanceObserver((list) => collections.push(...list.getEntries()))
observer.observe({ entryTypes: ['gc'] })
const settled = () => new Promise((resolve) => setTimeout(resolve, 50))

async function references(replacement, freeList) {
  const simulation = new Simulation({ seed: 'heap' })
  const record = recordReferences(pageReferences({ zipf: 0.9 }, 40_000, simulation.stream('references', 'heap')), REFERENCES)
  const device = new InstantPaging(simulation)
  const pool = new SharedMemoryPool(simulation, { frames: 10_000, freeList, replacement, device, sampleEveryNs: 0 })
  pool.join({ id: 1, logicalPages: 40_000 })
  const work = () => {
    for (let at = 0; at < REFERENCES; at++) pool.touch(1, record[at], at % 10 === 0 ? 1 + at : 0)
  }
  // Until the code that it runs is optimized: before, numbers in between are objects.
  for (let round = 0; round < WARM_UP_ROUNDS; round++) work()
  globalThis.gc()
  await settled()
  collections.length = 0
  // The least of three rounds: what references leave is there in each, what a compilation leaves in one.
  let bytes = Infinity
  for (let round = 0; round < 3; round++) {
    const before = process.memoryUsage().heapUsed
    work()
    bytes = Math.min(bytes, process.memoryUsage().heapUsed - before)
  }
  await settled()
  return { policy: replacement.name, bytesPerReference: bytes / REFERENCES, collections: collections.length }
}

/** Growth of the process for the table and LRU's links. */
function table() {
  globalThis.gc()
  const before = process.memoryUsage()
  const frames = new FrameTable(FRAMES)
  frames.extend(FRAMES)
  const policy = lru.make({ frames, members: [], takeable: () => true }, { next: () => 0.5, below: () => 0 })
  for (let frame = 0; frame < FRAMES; frame++) {
    frames.take()
    frames.owner[frame] = 1
    frames.stamp[frame] = frame
    frames.ioMappings[frame] = 1
    policy.loaded(frame)
  }
  const after = process.memoryUsage()
  const growth = (count) => (count(after) - count(before)) / MB
  return {
    frames: frames.size,
    arraysMB: growth(({ arrayBuffers }) => arrayBuffers),
    residentMB: growth(({ rss }) => rss),
    processMB: after.rss / MB,
  }
}

const marks = { low: 0.02, high: 0.05 }
const policies = { lru: [lru, 'onDemand'], clock: [clock, 'onDemand'], fifo: [fifo, 'onDemand'], lopar: [lopar, marks] }

/** Each in a process of its own: code that has seen another policy is compiled anew within the measurement. */
function measured(name) {
  const { stdout } = spawnSync(process.execPath, [...process.execArgv, fileURLToPath(import.meta.url), name], { encoding: 'utf8' })
  return JSON.parse(stdout)
}

const one = policies[process.argv[2]]
if (one !== undefined) {
  console.log(JSON.stringify(await references(...one)))
  process.exit()
}
const report = { byPolicy: Object.keys(policies).map(measured), table: table() }
const { byPolicy } = report
if (process.argv.includes('--json')) console.log(JSON.stringify(report))
else {
  for (const { policy, bytesPerReference, collections: count } of byPolicy) {
    console.log(`${policy.padEnd(8)} ${bytesPerReference.toFixed(3)} bytes a reference, ${count} collections`)
  }
  const { frames, ...megabytes } = report.table
  const [arrays, resident, whole] = Object.values(megabytes).map((value) => value.toFixed(0))
  console.log(`${frames} frames with links: ${arrays} MB in arrays, ${resident} MB resident; the process ${whole} MB`)
}
