// The models of packages/kernel/bench on the npm package simjs, which is not a dependency: it is loaded from the folder that is given.
// Usage: simjs.mjs FOLDER MODEL WARM-UP OPERATIONS. Prints one line of JSON: what it did, and processor time for it.

import { createRequire } from 'node:module'
import { cpuUsage } from 'node:process'

const [folder, name, warmUp, operations] = process.argv.slice(2)
// The published file is a bundle for browsers: it exports nothing and leaves its names on the window.
globalThis.window = {}
createRequire(`${folder}/`)('simjs')
const { Entity, Facility, Random, Sim } = globalThis.window.Sim

const PROCESSES = 1000
const MESSAGES = 10_000

const sim = new Sim()
const random = new Random(1)
let left = 0
let residenceNs = 0

class Hold extends Entity {
  start(pending) {
    for (let event = 0; event < pending; event++) this.hold()
  }

  hold() {
    this.setTimer(random.exponential(1e-6)).done(this.again)
  }

  again() {
    this.hold()
    left--
  }
}

class LogicalProcess extends Entity {
  start(others) {
    this.others = others
    this.received = 0
  }

  pass() {
    const to = this.others[Math.floor(random.random() * PROCESSES)]
    this.setTimer(random.exponential(1e-6)).done(to.arrive, to)
  }

  arrive() {
    this.received++
    this.pass()
    left--
  }
}

class Source extends Entity {
  start(length, servers) {
    this.rate = (0.8 * servers) / 1e6
    this.stations = Array.from({ length }, (_, place) => new Facility(`station-${place}`, Facility.FCFS, servers))
    this.arrive()
  }

  arrive() {
    this.visit(0, this.time())
    this.setTimer(random.exponential(this.rate)).done(this.arrive)
  }

  visit(place, enteredAt) {
    if (place < this.stations.length) {
      this.useFacility(this.stations[place], random.exponential(1e-6)).done(this.visit, this, [place + 1, enteredAt])
      return
    }
    residenceNs += this.time() - enteredAt
    left--
  }
}

function phold() {
  const processes = []
  for (let id = 0; id < PROCESSES; id++) processes.push(sim.addEntity(LogicalProcess, `process-${id}`, processes))
  for (let message = 0; message < MESSAGES; message++) processes[message % PROCESSES].pass()
}

const models = {
  'kernel.phold': phold,
  'station.mm1': () => sim.addEntity(Source, 'source', 1, 1),
  'station.tandem': () => sim.addEntity(Source, 'source', 10, 4),
}

function run(count) {
  left = count
  while (left > 0) sim.step()
}

if (name.startsWith('kernel.hold.')) sim.addEntity(Hold, 'hold', Number(name.slice('kernel.hold.'.length)))
else models[name]()
run(Number(warmUp))
const from = { now: sim.time(), residenceNs }
const startedAt = cpuUsage()
run(Number(operations))
const { user, system } = cpuUsage(startedAt)
const simulatedNs = sim.time() - from.now
console.log(JSON.stringify({ seconds: (user + system) / 1e6, simulatedNs, areaNs: residenceNs - from.residenceNs }))
