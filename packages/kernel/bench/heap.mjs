// What the kernel's hot path allocates and keeps: `node --expose-gc packages/kernel/bench/heap.mjs [EVENTS] [--json]`, default 1e8.
// First each kind of event alone, 500,000 after a warm-up: bytes allocated, bytes kept, collections; allocations only show with a young
// generation that takes them all (`--min-semi-space-size=64 --max-semi-space-size=64`). Then all kinds in one simulation for so many
// events, with the heap read ten times, each after a collection. Not a rate: `pnpm bench` measures those.

import { PerformanceObserver } from 'node:perf_hooks'
import { setTimeout } from 'node:timers/promises'
import { Resource, Simulation, Station } from '@powersim/kernel'

const WARM_UP = 500_000
const MEASURED = 500_000
const READINGS = 10
const MS = 1e6

/** Each adds events of one kind to a simulation, for ever. */
const kinds = {
  hold(simulation) {
    const delay = simulation.law({ exponential: MS })
    const draws = simulation.stream('hold', 'delay')
    const again = simulation.handler('again', (event) => simulation.schedule(delay.sample(draws), again, event))
    for (let event = 0; event < 1000; event++) simulation.schedule(delay.sample(draws), again, event)
  },
  draws(simulation) {
    const delay = simulation.law({ lognormal: { mean: MS, cv: 1 } })
    const draws = simulation.draws('draws', 'entity')
    const again = simulation.handler('drawn', (entity) => simulation.schedule(delay.sample(draws.cursor(entity, 3)), again, entity))
    for (let entity = 0; entity < 100; entity++) simulation.schedule(entity, again, entity)
  },
  timers(simulation) {
    const gap = simulation.law({ exponential: MS })
    const draws = simulation.stream('timers', 'gap')
    const fired = simulation.handler('fired', () => undefined)
    const timers = Array.from({ length: 100 }, () => simulation.timer(fired, null))
    const again = simulation.handler('start', (which) => {
      timers[which].start(5 * MS)
      simulation.schedule(gap.sample(draws), again, (which + 1) % timers.length)
    })
    simulation.schedule(0, again, 0)
  },
  station(simulation) {
    const gap = simulation.law({ exponential: 1.25 * MS })
    const service = simulation.law({ exponential: MS })
    const gaps = simulation.stream('station', 'gap')
    const services = simulation.stream('station', 'service')
    const station = new Station(simulation, { name: 'station', servers: 1 })
    const left = simulation.handler('left', () => undefined)
    const arrive = simulation.handler('arrive', (customer) => {
      simulation.schedule(gap.sample(gaps), arrive, customer + 1)
      station.submit(service.sample(services), left, customer)
    })
    simulation.schedule(0, arrive, 0)
  },
  processes(simulation) {
    const pause = simulation.law({ exponential: MS })
    const draws = simulation.stream('processes', 'pause')
    function* body() {
      for (;;) yield pause.sample(draws)
    }
    for (let process = 0; process < 100; process++) simulation.process('waits', body())
  },
  requests(simulation) {
    const station = new Station(simulation, { name: 'asked', servers: 4 })
    const resource = new Resource(simulation, { name: 'held', capacity: 2 })
    const service = simulation.law({ exponential: MS })
    const draws = simulation.stream('requests', 'service')
    function* body() {
      for (;;) {
        yield resource.request()
        yield station.request(service.sample(draws))
        resource.release()
        yield MS
      }
    }
    for (let process = 0; process < 6; process++) simulation.process('asks', body())
  },
}

const collections = []
const observer = new PerformanceObserver((list) => collections.push(...list.getEntries()))
observer.observe({ entryTypes: ['gc'] })

function heapBytes() {
  globalThis.gc()
  return process.memoryUsage().heapUsed
}

function simulationOf(...names) {
  const simulation = new Simulation({ seed: 'heap', maxEvents: Number.MAX_SAFE_INTEGER })
  for (const name of names) kinds[name](simulation)
  return simulation
}

function advance(simulation, events) {
  const until = simulation.executed + events
  while (simulation.executed < until) simulation.run(simulation.now + 10 * MS)
}

async function measured(kind) {
  const simulation = simulationOf(kind)
  advance(simulation, WARM_UP)
  const before = heapBytes()
  const executed = simulation.executed
  const startedAt = performance.now()
  advance(simulation, MEASURED)
  const endedAt = performance.now()
  const allocated = process.memoryUsage().heapUsed - before
  const events = simulation.executed - executed
  const kept = heapBytes() - before
  // The observer is told of collections after the code that caused them.
  await setTimeout(50)
  const during = collections.filter(({ startTime }) => startTime >= startedAt && startTime <= endedAt).length
  return { kind, events, collections: during, bytesPerEvent: allocated / events, keptBytes: kept }
}

function readings(events) {
  const simulation = simulationOf(...Object.keys(kinds))
  advance(simulation, WARM_UP)
  const list = [{ events: simulation.executed, heapBytes: heapBytes() }]
  for (let reading = 1; reading <= READINGS; reading++) {
    advance(simulation, events / READINGS)
    list.push({ events: simulation.executed, heapBytes: heapBytes() })
  }
  return list
}

const [events = '1e8'] = process.argv.slice(2).filter((word) => word !== '--json')
const byKind = []
// Twice: what the engine has learnt from one kind it applies to the next, and a machine has all of them.
for (const kind of Object.keys(kinds)) await measured(kind)
for (const kind of Object.keys(kinds)) byKind.push(await measured(kind))
const heap = readings(Number(events))
if (process.argv.includes('--json')) {
  console.log(JSON.stringify({ byKind, heap }))
} else {
  console.log('kind          bytes an event   collections   kept')
  for (const { kind, bytesPerEvent, collections: during, keptBytes } of byKind) {
    const kept = `${(keptBytes / 1024).toFixed(0)} KiB`
    // A collection in between takes away what was allocated.
    const bytes = during === 0 ? bytesPerEvent.toFixed(1) : '-'
    console.log(`${kind.padEnd(14)}${bytes.padStart(14)}${String(during).padStart(14)}${kept.padStart(9)}`)
  }
  for (const { events: done, heapBytes: bytes } of heap) {
    console.log(`after ${done.toLocaleString('en-US').padStart(13)} events: ${(bytes / 2 ** 20).toFixed(2)} MiB`)
  }
}
