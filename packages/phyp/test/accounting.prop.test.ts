// The accounting identities of real captures, after every step of random operations of two consoles that run into each other: memory and
// processors of partitions, the shared memory pool and those that share it. The sums are kept here, from the replies alone.

import { type CommandName, type RequestOf, unitsOfBatch } from '@powersim/protocol'
import { ethernetAdapter } from '@powersim/testkit'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { check, memory, Model } from './accounting-model.js'
import { type Answer, initial, Machine, type Outcome, profileOf } from './machine.js'
import { disk } from './sharing-machine.js'

type Step = Generator<Outcome, void>

/** A dynamic change under way: what of it changed hands so far. */
interface Change {
  giver: number | undefined
  receiver: number | undefined
  units: number
  memory: boolean
  stepped: number
  given: number
  taken: number
}

interface Operation {
  kind: 'create' | 'activate' | 'shutdown' | 'delete' | 'memory' | 'processors' | 'move' | 'pool' | 'device' | 'entitle'
  pick: number
  other: number
  regions: number
  procs: number
  hundredths: number
  dedicated: boolean
  shared: boolean
  add: boolean
  abandon: boolean
  /** Units of each batch that the guests fail to do. */
  missed: number
  hold: boolean
}

const operation: fc.Arbitrary<Operation> = fc.record({
  kind: fc.constantFrom(
    ...([
      'create',
      'activate',
      'activate',
      'activate',
      'shutdown',
      'delete',
      'memory',
      'memory',
      'processors',
      'processors',
      'move',
    ] as const),
    ...(['pool', 'pool', 'device', 'device', 'entitle', 'entitle'] as const),
  ),
  pick: fc.nat(8),
  other: fc.nat(8),
  regions: fc.integer({ min: 1, max: 40 }),
  procs: fc.nat(3),
  hundredths: fc.nat(120),
  dedicated: fc.boolean(),
  shared: fc.boolean(),
  add: fc.boolean(),
  abandon: fc.constantFrom(false, false, false, true),
  missed: fc.constantFrom(0, 0, 0, 1, 2),
  hold: fc.constantFrom(false, false, true),
})

const plain: Operation = {
  kind: 'create',
  pick: 0,
  other: 0,
  regions: 12,
  procs: 1,
  hundredths: 50,
  dedicated: false,
  shared: false,
  add: true,
  abandon: false,
  missed: 0,
  hold: false,
}
/** Paging space devices of servers 1 and 2; the last is one that both see. */
const pagingSpaces = [disk(1, 'a', 2048), disk(2, 'b', 4096), disk(1, 'c', 4096, 'W1'), disk(2, 'd', 4096, 'W1')]
/** The servers, which are off and hold nothing. */
const vioses = [1, 2].map((id) => initial(id, `v${id}`, { environment: 'vioserver', profiles: [profileOf('p')], running: false }))
const sharing: Operation = { ...plain, shared: true, procs: 0, hundredths: 10 }
/** Every walk begins with seven partitions, four of which run, and with a pool that one of them shares and two more may. */
const start: Operation[] = [
  plain,
  { ...plain, dedicated: true, procs: 0 },
  { ...plain, regions: 30 },
  plain,
  { ...sharing, regions: 30 },
  sharing,
  sharing,
  { ...plain, kind: 'pool', regions: 16, hundredths: 9 },
  { ...plain, kind: 'device', pick: 2 },
  ...[2, 3, 4, 6].map((pick): Operation => ({ ...plain, kind: 'activate', pick })),
]

class Console {
  private readonly machine: Machine
  private readonly model: Model
  private readonly changes: Change[]
  private readonly number: number

  /** `changes`: those of all consoles. */
  constructor(machine: Machine, model: Model, changes: Change[], number: number) {
    this.machine = machine
    this.model = model
    this.changes = changes
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
      case 'shutdown': {
        const stopped = this.ask('lpar.shutdown', { id, immediate: true, restart: false })
        // A change of it ends there, with what had been taken.
        if (stopped.status === 'ok')
          for (const change of this.changes) if ([change.giver, change.receiver].includes(id)) this.settle(change)
        yield stopped
        return
      }
      case 'delete':
        return yield* this.delete(id)
      case 'pool':
        return yield this.pool(wanted)
      case 'device': {
        const { vios, name } = pagingSpaces[wanted.pick % pagingSpaces.length]!
        return yield this.ask(wanted.add ? 'pagingDevice.add' : 'pagingDevice.remove', { vios, name })
      }
      case 'entitle':
        return yield this.entitle(id, wanted)
      default:
        return yield* this.change(id, ids[wanted.other % Math.max(1, ids.length)] ?? 1, wanted)
    }
  }

  private pool({ procs, regions, hundredths, add, shared }: Operation): Outcome {
    const sizeMiB = regions * 64
    const maxMiB = sizeMiB + hundredths * 64
    const { model } = this
    if (procs === 3) {
      const removed = this.ask('memoryPool.remove', {})
      if (removed.status === 'ok') model.pool = null
      return removed
    }
    if (model.pool === null) {
      const made = this.ask('memoryPool.create', { sizeMiB, maxMiB, pagingVioses: shared ? [2] : [1, 2] })
      if (made.status === 'ok') model.pool = { sizeMiB, maxMiB }
      return made
    }
    const changed = this.ask('memoryPool.change', { sizeMiB, ...(add ? { maxMiB } : {}), ...(shared ? { pagingVioses: [1] } : {}) })
    if (changed.status === 'ok') model.pool = { sizeMiB, maxMiB: add ? maxMiB : model.pool.maxMiB }
    return changed
  }

  private entitle(id: number, { hundredths, add, procs }: Operation): Outcome {
    const ioEntitledMiB = add ? hundredths * (procs + 1) : 'auto'
    const changed = this.ask('dynamic.sharedMemory', { id, weight: hundredths, ioEntitledMiB })
    const held = this.model.get(id)
    if (changed.status === 'ok') Object.assign(held!, { entitledMiB: ioEntitledMiB === 'auto' ? 60 : ioEntitledMiB, auto: !add })
    return changed
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
    const shares = wanted.shared && !wanted.dedicated
    yield this.ask('stage.memory', { stage, memory: { ...profile.memory, ...(shares ? { mode: 'shared' as const } : {}) } })
    if (shares) yield this.ask('stage.adapter', { stage, adapter: ethernetAdapter(2) })
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
    for (const slot of begun.data.adapterSlots) yield this.ask('activation.adapter', { stage, slot })
    for (const name of ['activation.slots', 'activation.firmware', 'activation.boot'] as const) yield this.ask(name, { stage })
    if (wanted.abandon) {
      yield this.ask('stage.abandon', { stage })
      return
    }
    const started = this.ask('activation.start', { stage })
    expectOk(started)
    const record = this.machine.phyp.configuration.snapshot.partitions[id]!
    const dedicated = record.profiles[0]!.processors.mode === 'ded'
    const shared = record.profiles[0]!.memory.mode === 'shared'
    // With its profile, or because it follows its adapter, it is the adapter's again.
    const own = held !== null && held !== undefined && !wanted.add && !held.auto ? held.entitledMiB : 60
    const share = { shared, entitledMiB: shared ? own : 0, auto: own === 60 }
    this.model.set(id, { memoryMiB: given.data.memoryMiB, ...processors.data, dedicated, ...share })
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
    const type = ofMemory ? 'mem' : 'proc'
    const units = ofMemory ? wanted.regions : wanted.procs
    const giver = direction === 'add' ? undefined : id
    const receiver = direction === 'add' ? id : direction === 'move' ? to : undefined
    const change: Change = { giver, receiver, units, memory: ofMemory, stepped: 0, given: 0, taken: 0 }
    this.changes.push(change)
    for (let batch = 0; batch < batches; batch++) {
      const count = unitsOfBatch(units, batches, batch)
      const given = this.runs(giver) ? this.machine.guestGives(giver ?? 0, type, count - wanted.missed) : count
      change.given += given
      const step = this.ask('dynamic.step', { stage, batch })
      if (step.status === 'ok') change.stepped += count
      yield step
      // The other console has cut its power.
      if (step.status !== 'ok') return
      // Never more than has been let go of, whatever a guest tries.
      if (this.runs(receiver)) change.taken += this.machine.guestTakes(receiver ?? 0, type, wanted.add ? count - wanted.missed : 99)
      expectAtMost(change.taken, Math.min(change.stepped, giver === undefined ? units : change.given))
    }
    const last = wanted.abandon ? this.ask('stage.abandon', { stage }) : this.ask('dynamic.finish', { stage, hold: wanted.hold })
    const open = this.changes.includes(change)
    expectStatus(last, open || wanted.abandon ? 'ok' : 'refused')
    if (open && wanted.abandon) this.settle(change)
    else if (open) {
      const arrived = wanted.hold || !this.runs(receiver) ? units : change.taken
      this.shift(change, Math.min(receiver === undefined ? units : arrived, giver === undefined ? units : Math.min(units, change.given)))
    }
    yield last
  }

  private runs(id: number | undefined): boolean {
    return id !== undefined && this.machine.phyp.reconfiguration.connectors(id, 'proc') > 0
  }

  private settle(change: Change): void {
    this.shift(change, change.taken)
  }

  /** Regions and processors are counted here; the processing units that go with a part of them are only held to their bounds. */
  private shift(change: Change, units: number): void {
    this.changes.splice(this.changes.indexOf(change), 1)
    let moved: number | undefined
    for (const [side, sign] of [
      [change.giver, -1],
      [change.receiver, 1],
    ] as const) {
      if (side === undefined) continue
      const held = this.model.get(side)!
      if (change.memory) held.memoryMiB += sign * units * 64
      else held.procs += sign * units
      const now = this.machine.phyp.configuration.snapshot.partitions[side]!.current!.processors.hundredths
      const by = sign > 0 ? now - held.hundredths : held.hundredths - now
      expectAtMost(by, moved ?? by)
      expectAtMost(moved ?? by, by)
      moved = by
      held.hundredths = now
    }
  }
}

function expectStatus({ status }: Outcome, expected: string): void {
  expect(status).toBe(expected)
}

function expectAtMost(value: number, limit: number): void {
  expect(value).toBeLessThanOrEqual(limit)
}

/** Nothing may keep the last step from its effect. */
function expectOk({ status }: Outcome): void {
  expect(status).toBe('ok')
}

it('available = configurable - firmware - sum of what partitions hold, at every step', () => {
  let commits = 0
  let refusals = 0
  let shared = 0
  fc.assert(
    fc.property(
      fc.array(operation, { minLength: 8, maxLength: 20 }),
      fc.array(operation, { minLength: 8, maxLength: 20 }),
      fc.array(fc.boolean(), { minLength: 10, maxLength: 40 }),
      (first, second, turns) => {
        const machine = new Machine({ parameters: { memory, pagingSpaces }, partitions: vioses })
        const model = new Model([1, 2].map((id) => [id, null] as const))
        const changes: Change[] = []
        for (const step of new Console(machine, model, changes, 3).run(start)) expect(step.status).toBe('ok')
        const lanes = [new Console(machine, model, changes, 1).run(first), new Console(machine, model, changes, 2).run(second)]
        for (let n = 0; lanes.length > 0; n++) {
          const lane = lanes[(turns[n % turns.length] ?? false) ? 1 : 0] ?? lanes[0]!
          if (lane.next().done === true) lanes.splice(lanes.indexOf(lane), 1)
          check(machine, model)
          for (const held of model.values()) if (held?.shared === true) shared++
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
  expect(shared).toBeGreaterThan(1000)
})
