// The accounting identities of real captures, after every step of random operations of two consoles that run into each other.
// The sums are kept here, from the replies alone.

import type { CommandName, RequestOf } from '@powersim/protocol'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { type Answer, Machine, type Outcome, profileOf } from './machine.js'

const memory = { installedMiB: 8192, firmwareMiB: 512, regionMiB: 64, batchRegions: 4 }

interface Amounts {
  memoryMiB: number
  procs: number
  hundredths: number
  dedicated: boolean
}

/** What the replies said that partitions hold. */
type Model = Map<number, Amounts | null>
type Step = Generator<Outcome, void>

interface Operation {
  kind: 'create' | 'activate' | 'shutdown' | 'delete' | 'memory' | 'processors' | 'move'
  pick: number
  other: number
  regions: number
  procs: number
  hundredths: number
  dedicated: boolean
  add: boolean
  abandon: boolean
}

const operation: fc.Arbitrary<Operation> = fc.record({
  kind: fc.constantFrom('create', 'activate', 'activate', 'shutdown', 'delete', 'memory', 'memory', 'processors', 'processors', 'move'),
  pick: fc.nat(5),
  other: fc.nat(5),
  regions: fc.integer({ min: 1, max: 40 }),
  procs: fc.nat(3),
  hundredths: fc.nat(120),
  dedicated: fc.boolean(),
  add: fc.boolean(),
  abandon: fc.constantFrom(false, false, false, true),
})

const plain: Operation = {
  kind: 'create',
  pick: 0,
  other: 0,
  regions: 12,
  procs: 1,
  hundredths: 50,
  dedicated: false,
  add: true,
  abandon: false,
}
/** Every walk begins with four partitions, three of which run. */
const start: Operation[] = [
  plain,
  { ...plain, dedicated: true },
  { ...plain, regions: 30 },
  plain,
  ...[0, 1, 2].map((pick): Operation => ({ ...plain, kind: 'activate', pick })),
]

class Console {
  private readonly machine: Machine
  private readonly model: Model
  private readonly number: number

  constructor(machine: Machine, model: Model, number: number) {
    this.machine = machine
    this.model = model
    this.number = number
  }

  ask<N extends CommandName>(name: N, data: RequestOf<N>): Answer<N> {
    return this.machine.ask(name, data, { console: this.number })
  }

  *run(operations: readonly Operation[]): Step {
    for (const [n, wanted] of operations.entries()) yield* this.perform(wanted, `p${this.number}-${n}`)
  }

  private *perform(wanted: Operation, name: string): Step {
    const ids = [...this.model.keys()]
    const id = ids[wanted.pick % Math.max(1, ids.length)] ?? 1
    switch (wanted.kind) {
      case 'create':
        return yield* this.create(wanted, name)
      case 'activate':
        return yield* this.activate(id, wanted)
      case 'shutdown':
        yield this.ask('lpar.shutdown', { id, immediate: true, restart: false })
        return
      case 'delete':
        return yield* this.delete(id)
      default:
        return yield* this.change(id, ids[wanted.other % Math.max(1, ids.length)] ?? 1, wanted)
    }
  }

  private *create(wanted: Operation, name: string): Step {
    const mib = wanted.regions * 64
    const profile = profileOf('p', {
      memory: [Math.min(mib, 256), mib, mib + 1024],
      procs: [1, wanted.procs + 1, 6],
      hundredths: [10, Math.max((wanted.procs + 1) * 10, Math.min(wanted.hundredths, (wanted.procs + 1) * 100)), 400],
      dedicated: wanted.dedicated,
    })
    const created = this.ask('lpar.create', { name, environment: 'aixlinux', profileName: 'p' })
    yield created
    if (created.status !== 'ok') return
    const { stage, id } = created.data
    yield this.ask('stage.processors', { stage, processors: profile.processors })
    yield this.ask('stage.memory', { stage, memory: profile.memory })
    const last = wanted.abandon ? this.ask('stage.abandon', { stage }) : this.ask('stage.commit', { stage })
    if (!wanted.abandon) {
      expectOk(last)
      this.model.set(id, null)
    }
    yield last
  }

  private *activate(id: number, wanted: Operation): Step {
    const held = this.model.get(id)
    const begun = this.ask('activation.begin', { id, ...(held === null || wanted.add ? { profile: 'p' } : {}) })
    yield begun
    if (begun.status !== 'ok') return
    const { stage } = begun.data
    const processors = this.ask('activation.processors', { stage })
    yield processors
    if (processors.status !== 'ok') return
    const given = this.ask('activation.memory', { stage })
    yield given
    if (given.status !== 'ok') return
    for (const name of ['activation.slots', 'activation.firmware', 'activation.boot'] as const) yield this.ask(name, { stage })
    if (wanted.abandon) {
      yield this.ask('stage.abandon', { stage })
      return
    }
    const started = this.ask('activation.start', { stage })
    expectOk(started)
    const record = this.machine.phyp.configuration.snapshot.partitions[id]!
    const dedicated = record.profiles[0]!.processors.mode === 'ded'
    this.model.set(id, { memoryMiB: given.data.memoryMiB, ...processors.data, dedicated })
    this.machine.boot(id)
    yield started
  }

  private *delete(id: number): Step {
    const begun = this.ask('lpar.delete', { id })
    yield begun
    if (begun.status !== 'ok') return
    const committed = this.ask('stage.commit', { stage: begun.data.stage })
    expectOk(committed)
    this.model.delete(id)
    yield committed
  }

  private *change(id: number, to: number, wanted: Operation): Step {
    const direction = wanted.kind === 'move' ? 'move' : wanted.add ? 'add' : 'remove'
    const ofMemory = wanted.kind === 'memory' || (wanted.kind === 'move' && wanted.add)
    const hundredths = wanted.dedicated ? 0 : wanted.hundredths
    const amounts = ofMemory ? { memoryMiB: wanted.regions * 64 } : { procs: wanted.procs, hundredths }
    const begun = this.ask('dynamic.begin', { id, direction, ...(direction === 'move' ? { to } : {}), ...amounts })
    yield begun
    if (begun.status !== 'ok') return
    const { stage, batches } = begun.data
    for (let batch = 0; batch < batches; batch++) {
      const step = this.ask('dynamic.step', { stage, batch })
      yield step
      // The other console has cut its power.
      if (step.status !== 'ok') return
    }
    const last = wanted.abandon ? this.ask('stage.abandon', { stage }) : this.ask('dynamic.finish', { stage })
    if (!wanted.abandon && last.status === 'ok') {
      if (direction !== 'add') this.shift(id, -1, amounts)
      if (direction !== 'remove') this.shift(direction === 'move' ? to : id, 1, amounts)
    }
    yield last
  }

  private shift(id: number, sign: number, { memoryMiB = 0, procs = 0, hundredths = 0 }: Partial<Amounts>): void {
    const held = this.model.get(id)!
    held.memoryMiB += sign * memoryMiB
    held.procs += sign * procs
    held.hundredths += sign * hundredths
  }
}

/** Nothing may keep the last step from its effect. */
function expectOk({ status }: Outcome): void {
  expect(status).toBe('ok')
}

function check(machine: Machine, model: Model): void {
  let memoryMiB = 0
  let hundredths = 0
  const { partitions } = machine.phyp.configuration.snapshot
  expect(Object.keys(partitions).map(Number)).toEqual([...model.keys()].sort((a, b) => a - b))
  for (const [id, held] of model) {
    const { current, profiles } = partitions[id]!
    if (held === null) {
      expect(current).toBeNull()
      continue
    }
    memoryMiB += held.memoryMiB
    hundredths += held.dedicated ? held.procs * 100 : held.hundredths
    const { processors } = current!
    expect([current!.memoryMiB, processors.procs, processors.hundredths]).toEqual([held.memoryMiB, held.procs, held.hundredths])
    expect(held.memoryMiB % 64).toBe(0)
    expect(held.memoryMiB).toBeGreaterThanOrEqual(current!.minMiB)
    expect(held.memoryMiB).toBeLessThanOrEqual(current!.maxMiB)
    expect(held.procs).toBeGreaterThanOrEqual(profiles[0]!.processors.minProcs)
    expect(held.procs).toBeLessThanOrEqual(profiles[0]!.processors.maxProcs)
    if (!held.dedicated) {
      expect(held.hundredths).toBeGreaterThanOrEqual(held.procs * 10)
      expect(held.hundredths).toBeLessThanOrEqual(held.procs * 100)
    }
  }
  const system = machine.done('memory.system', {}, { console: 9 })
  expect(system.availableMiB).toBe(memory.installedMiB - memory.firmwareMiB - memoryMiB)
  expect(system.pendingAvailableMiB).toBe(system.availableMiB)
  expect(system.availableMiB).toBeGreaterThanOrEqual(0)
  const processors = machine.done('processors.system', {}, { console: 9 })
  expect(processors.availableHundredths).toBe(400 - hundredths)
  expect(processors.availableHundredths).toBeGreaterThanOrEqual(0)
}

it('available = configurable - firmware - sum of what partitions hold, at every step', () => {
  let commits = 0
  let refusals = 0
  fc.assert(
    fc.property(
      fc.array(operation, { minLength: 8, maxLength: 20 }),
      fc.array(operation, { minLength: 8, maxLength: 20 }),
      fc.array(fc.boolean(), { minLength: 10, maxLength: 40 }),
      (first, second, turns) => {
        const machine = new Machine({ parameters: { memory } })
        const model: Model = new Map()
        for (const step of new Console(machine, model, 3).run(start)) expect(step.status).toBe('ok')
        const lanes = [new Console(machine, model, 1).run(first), new Console(machine, model, 2).run(second)]
        for (let n = 0; lanes.length > 0; n++) {
          const lane = lanes[(turns[n % turns.length] ?? false) ? 1 : 0] ?? lanes[0]!
          if (lane.next().done === true) lanes.splice(lanes.indexOf(lane), 1)
          check(machine, model)
        }
        const { stages, commandsByStatus } = machine.phyp.statistics()
        expect(stages.open).toBe(0)
        commits += stages.committed
        refusals += commandsByStatus.refused ?? 0
      },
    ),
    { numRuns: 25, seed: 1 },
  )
  // The walk meets both outcomes often.
  expect(commits).toBeGreaterThan(200)
  expect(refusals).toBeGreaterThan(200)
})
