// Commands under drawn faults: messages dropped, delayed and duplicated, servers that are silent, busy, close and reset, networks that
// go away, sessions of every kind. Whatever happens, the books hold, every command ends once, and the same scenario runs the same.

import { ms, type Signal } from '@powersim/kernel'
import { anyFates, fateRule } from '@powersim/testkit'
import { byTarget, type CommandView, fspOnly, netsFirst, type RoutingPolicy } from '@powersim/routing'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { ibmLikeRetry, noRetry } from '../src/index.js'
import { type Behaviour, type Scene, servedConsole } from './served-console.js'

const FAULTS_END = ms(300)

const anySessions = fc.record({
  mode: fc.constantFrom('kept' as const, 'per-command' as const),
  sessions: fc.integer({ min: 1, max: 3 }),
  pipeline: fc.integer({ min: 1, max: 3 }),
  resume: fc.boolean(),
})

const anyBehaviour = fc.oneof(
  { weight: 8, arbitrary: fc.constant<Behaviour>('answer') },
  { weight: 1, arbitrary: fc.constantFrom<Behaviour>('twice', 'silent', 'close', 'reset', 'busy', 'refuse') },
)

const anyAsking = fc.record({
  atNs: fc.integer({ min: 0, max: FAULTS_END }),
  name: fc.constantFrom('lpar.list', 'profile.list', 'system.state'),
})

const anyScenario = fc.record({
  seed: fc.string({ minLength: 1, maxLength: 8 }).map((text) => text.replaceAll('\0', '0')),
  wire: fc.constantFrom('reference' as const, 'encoded' as const),
  fsp: anySessions,
  nets: anySessions,
  policy: fc.constantFrom(fspOnly, byTarget, netsFirst),
  retry: fc.constantFrom(noRetry, ibmLikeRetry, { name: 'eager', tries: 5, pausesNs: [0, ms(7)] }),
  commands: fc.array(anyAsking, { minLength: 1, maxLength: 30 }),
  behaviours: fc.array(anyBehaviour, { minLength: 1, maxLength: 30 }),
  fates: anyFates(ms(20)),
  outages: fc.array(
    fc.record({
      atNs: fc.integer({ min: 0, max: FAULTS_END }),
      where: fc.constantFrom('fsp' as const, 'nets' as const, 'console' as const),
      forNs: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: ms(100) })),
    }),
    { maxLength: 6 },
  ),
  serviceNs: fc.integer({ min: 0, max: ms(15) }),
  commandTimeoutNs: fc.integer({ min: ms(5), max: ms(30) }),
  reconnectNs: fc.integer({ min: ms(1), max: ms(40) }),
  waitingLimit: fc.integer({ min: 1, max: 6 }),
  prepareNs: fc.constantFrom(0, ms(1)),
  processors: fc.integer({ min: 1, max: 2 }),
  startsBy: fc.constantFrom('start', 'command'),
})
type Scenario = typeof anyScenario extends fc.Arbitrary<infer S> ? S : never

/** Listens to what a policy is told and fails if it is told nonsense. */
function checked(policy: RoutingPolicy): RoutingPolicy {
  const open = new Map<string, string>()
  const told = new Set<string>()
  const end = (command: CommandView, path: string): void => {
    const key = `${command.sequence} ${command.attempt}`
    if (open.get(key) !== path) throw new Error(`told of ${key} on ${path}, which was sent on ${String(open.get(key))}`)
    open.delete(key)
  }
  return {
    ...policy,
    sent(command, path) {
      const key = `${command.sequence} ${command.attempt}`
      if (told.has(key)) throw new Error(`told twice that ${key} is sent`)
      told.add(key)
      open.set(key, path)
    },
    replied: end,
    timedOut: end,
  }
}

interface Result {
  readonly digest: string
  readonly records: Scene['records']
}

function run(scenario: Scenario): Result {
  const { fates, outages, behaviours, commands, retry } = scenario
  const scene = servedConsole({
    simulation: { seed: scenario.seed, maxEvents: 200_000 },
    bus: { wire: scenario.wire },
    policy: checked(scenario.policy()),
    parameters: {
      ...scenario,
      prepare: scenario.prepareNs === 0 ? 0 : { exponential: scenario.prepareNs },
      absorb: scenario.prepareNs === 0 ? 0 : { uniform: { from: 0, to: ms(1) } },
    },
    link: { connectTimeout: ms(10), setupTimeout: ms(25), latency: { exponential: 50_000 } },
    nets: { serviceNs: scenario.serviceNs },
    fsp: { serviceNs: scenario.serviceNs, setUpNs: scenario.serviceNs },
  })
  const { simulation, console, system, bus } = scene
  const servers = { fsp: scene.fsp, nets: scene.nets, console }
  // Faults: dealt in turn to whatever comes.
  let turn = 0
  const entities = new Map<number, number>()
  for (const server of [scene.fsp, scene.nets]) {
    server.behaviour = (message) => {
      const known = entities.get(message.sequence) ?? message.entity
      if (message.entity !== known) expect.fail(`sequence ${message.sequence} has entities ${known} and ${message.entity}`)
      entities.set(message.sequence, known)
      checkLimits(scene)
      return simulation.now < FAULTS_END ? behaviours[turn++ % behaviours.length]! : 'answer'
    }
  }
  bus.fate = fateRule(fates)
  const down = simulation.handler('down', ({ where, forNs }: { where: 'fsp' | 'nets' | 'console'; forNs: number }) => {
    if (forNs === 0) servers[where].endpoint.reset('reset')
    else servers[where].endpoint.reachable = false
    simulation.schedule(forNs, up, where)
  })
  const up = simulation.handler('up', (where: 'fsp' | 'nets' | 'console') => {
    servers[where].endpoint.reachable = true
  })
  for (const outage of outages) simulation.scheduleAt(outage.atNs, down, outage)
  // Work.
  const outcomes: Signal<unknown>[] = []
  const ask = simulation.handler('ask', (name: string) => {
    // The names are those of the scenario.
    outcomes.push(console.send(system, name as 'lpar.list', {}, { ordinal: outcomes.length }))
  })
  for (const { atNs, name } of commands) simulation.scheduleAt(atNs, ask, name)
  if (scenario.startsBy === 'start') console.start()
  for (let at = 0; at <= FAULTS_END; at += ms(10)) {
    simulation.run(at)
    checkBooks(scene, outcomes)
  }
  // Peace: everything comes to its end by itself.
  bus.fate = null
  for (const server of [scene.fsp, scene.nets]) server.setUpNs = server.serviceNs = 0
  simulation.run()
  checkBooks(scene, outcomes)
  expect(outcomes.every((outcome) => outcome.fired)).toBe(true)
  expect(scene.commands().map(({ ordinal }) => ordinal).sort((a, b) => a - b)).toEqual(commands.map((_, i) => i))
  for (const { tries } of scene.commands()) expect(tries).toBeLessThanOrEqual(retry.tries)
  const { asked, finished, retries } = console.statistics()
  expect(finished).toBe(asked)
  expect(retries).toBe(scene.records.reduce((sum, { tries }) => sum + tries - 1, 0))
  for (const path of system.paths) {
    expect([path.outstanding, path.waiting.length, path.channels.filter(({ pending }) => pending.size > 0).length]).toEqual([0, 0, 0])
    const used = scenario.startsBy === 'start' || path.opened > 0
    if (used) expect(path.connectionState).toBe('Connected')
    if (path.sessions.mode === 'per-command') expect(path.channels).toHaveLength(0)
    else if (used) expect(path.channels.length).toBeGreaterThan(0)
  }
  const alive = system.paths.reduce((sum, { channels }) => sum + channels.length, 0)
  expect(bus.statistics().connections.alive).toBe(alive)
  return { digest: simulation.digest.hex(), records: scene.records }
}

/** Plain comparisons: this runs for every message. */
function checkLimits({ system }: Scene): void {
  for (const { id, channels, sessions, pipeline, waiting, outstanding } of system.paths) {
    let inFlight = 0
    let full = 0
    for (const { pending, state } of channels) {
      if (state === 'ready') inFlight += pending.size
      if (pending.size > pipeline) full++
    }
    const sound = channels.length <= sessions.sessions && full === 0 && waiting.length + inFlight === outstanding
    if (!sound) expect.fail(`path ${id}: ${channels.length} channels, ${full} too full, ${waiting.length} + ${inFlight} of ${outstanding}`)
  }
}

/** Asked = finished + open, of which those that the test itself asked for are known; each set-up has one more at most. */
function checkBooks(scene: Scene, outcomes: readonly Signal<unknown>[]): void {
  const { asked, finished } = scene.console.statistics()
  const open = asked - finished - outcomes.filter((outcome) => !outcome.fired).length
  expect(open).toBeGreaterThanOrEqual(0)
  expect(open).toBeLessThanOrEqual(scene.system.paths.reduce((sum, { opened }) => sum + opened, 0))
  expect(finished).toBe(scene.records.length)
  checkLimits(scene)
}

it('ends every command once, keeps its books and limits, and comes back to peace, under any faults', () => {
  fc.assert(
    fc.property(anyScenario, (scenario) => {
      run(scenario)
    }),
    { numRuns: 120 },
  )
})

it('runs the same scenario the same', () => {
  fc.assert(
    fc.property(anyScenario, (scenario) => {
      const first = run(scenario)
      expect(run(scenario)).toEqual(first)
    }),
    { numRuns: 12 },
  )
})
