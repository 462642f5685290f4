// Two consoles of one machine at work against each other: operators who type drawn lines on few partitions, each console on its own way,
// and the history of what each was told. What a line means is in machine-specification.ts.

import { Simulation, until, type Yieldable } from '@powersim/kernel'
import type { Console, LineResult } from '@powersim/hmc'
import { Installation, readDocument } from '@powersim/managed-system'
import { policyByName } from '@powersim/routing'
import { type Amount, created, type Machine, type Operation, type Result } from './machine-specification.js'
import type { Event } from './strict-serialisability.js'

export interface Rivalry {
  readonly seed: string
  readonly place: 'none' | 'fsp' | 'phyp' | 'lease'
  /** The way of each console's commands. */
  readonly policies: Readonly<Record<string, string>>
  /** Operators on each console, and drawn lines of each. */
  readonly operators?: number
  readonly lines?: number
  /** What they type: a bit of everything, or only changes of one profile and looks at it. */
  readonly mix?: 'everything' | 'profile'
  /** Lines at set times after the start, each typed by an operator of its own. */
  readonly meetings?: readonly Meeting[]
  /** Silence of the lock's holder after which another console may take it. */
  readonly hold?: string
  /** Told of the installation when the consoles have connected. */
  readonly prepared?: (installation: Installation) => void
}

const steady = ['p', 'q']
const fleeting = ['x', 'y', 'z']
const ids: Readonly<Record<string, number>> = { p: 4, q: 5, x: 6, y: 7, z: 8 }
const idOf = (name: string): number => ids[name] ?? 9
const FREE = 6400

const partition = (id: number, name: string, autoStart: boolean) => ({
  ...{ id, name, environment: 'aixlinux', virtualProcessors: 1, entitledCapacity: 0.1, capped: false, weight: 128 },
  ...{ memoryMiB: 1024, maxVirtualSlots: 10, autoStart },
})

/** The machine before the first line of the rivals: p and q hold 1024 MiB each and do not run. */
export const before: Machine = {
  free: FREE - 2048,
  partitions: Object.fromEntries(
    steady.map((name) => [
      name,
      { id: idOf(name), min: 128, desired: 1024, max: 2048, on: false, held: { min: 128, mem: 1024, max: 2048, weight: 128 } },
    ]),
  ),
}

function document({ place, policies, hold = '10min' }: Rivalry) {
  const firmwareMiB = 1536
  return readDocument({
    consoles: Object.keys(policies).map((name) => ({ name })),
    writeLock: { place, hold },
    partitions: [partition(1, 'lnxnets', true), ...steady.map((name) => partition(idOf(name), name, false))],
    phyp: { memory: { installedMiB: firmwareMiB + 1024 + FREE, firmwareMiB, pageTables: false } },
  })
}

/** Lines at set times, for which the drawn ones make room. */
interface Meeting {
  readonly console: string
  readonly atNs: number
  readonly operation: Operation
}

/** What is typed for an operation. */
function lineOf(operation: Operation): string {
  const at = '-m p520'
  switch (operation.do) {
    case 'create': {
      const { min, desired, max } = created
      const units = 'min_proc_units=0.1,desired_proc_units=0.1,max_proc_units=2.0,sharing_mode=uncap,uncap_weight=128'
      const memory = `min_mem=${min},desired_mem=${desired},max_mem=${max}`
      const all = `${memory},proc_mode=shared,min_procs=1,desired_procs=1,max_procs=4,${units}`
      const { name, id } = operation
      return `mksyscfg -r lpar ${at} -i "name=${name},lpar_id=${id},profile_name=normal,lpar_env=aixlinux,${all}"`
    }
    case 'delete':
      return `rmsyscfg -r lpar ${at} -n ${operation.name}`
    case 'rename':
      return `chsyscfg -r lpar ${at} -i "name=${operation.name},new_name=${operation.to}"`
    case 'amount':
      return `chsyscfg -r prof ${at} -i "name=normal,lpar_name=${operation.name},${operation.amount}_mem=${operation.mem}"`
    case 'add':
    case 'remove':
      return `chhwres -r mem ${at} -o ${operation.do === 'add' ? 'a' : 'r'} -p ${operation.name} -q ${operation.mem}`
    case 'move':
      return `chhwres -r mem ${at} -o m -p ${operation.name} -t ${operation.to} -q ${operation.mem}`
    case 'weight':
      return `chhwres -r proc ${at} -o s -p ${operation.name} -a "uncap_weight=${operation.weight}"`
    case 'on':
      return `chsysstate -r lpar ${at} -o on -n ${operation.name} -f normal`
    case 'off':
      return `chsysstate -r lpar ${at} -o shutdown --immed -n ${operation.name}`
    case 'read-profile':
      return `lssyscfg -r prof ${at} --filter "lpar_names=${operation.name},profile_names=normal" -F min_mem,desired_mem,max_mem`
    case 'read-memory':
      return `lshwres -r mem ${at} --level lpar --filter lpar_names=${operation.name} -F curr_mem`
    case 'read-weight':
      return `lshwres -r proc ${at} --level lpar --filter lpar_names=${operation.name} -F curr_uncap_weight`
    case 'read-free':
      return `lshwres -r mem ${at} --level sys -F curr_avail_sys_mem`
  }
}

function resultOf(operation: Operation, { exitStatus, stdout, stderr }: LineResult): Result {
  if (exitStatus === 0) return operation.do.startsWith('read') ? { is: 'read', text: stdout.trim() } : { is: 'done' }
  return { is: /HSCL3205/.test(stdout + stderr) ? 'busy' : 'refused' }
}

const amounts: Readonly<Record<Amount, readonly number[]>> = { min: [128, 256], desired: [1024, 1536, 2048], max: [2048, 3072, 4096] }

function ofProfile(draw: (below: number) => number): Operation {
  const amount = (['min', 'desired', 'max'] as const)[draw(3)]!
  const mem = amounts[amount][draw(amounts[amount].length)]!
  return draw(3) === 0 ? { do: 'read-profile', name: 'p' } : { do: 'amount', name: 'p', amount, mem }
}

function drawn(draw: (below: number) => number): Operation {
  const of = <T>(items: readonly T[]): T => items[draw(items.length)]!
  const held = of(steady)
  const name = of([...steady, ...fleeting])
  const other = of(fleeting)
  const amount = of(['min', 'desired', 'max'] as const)
  return of<() => Operation>([
    () => ({ do: 'create', name: other, id: idOf(other) }),
    () => ({ do: 'create', name: other, id: idOf(other) }),
    () => ({ do: 'delete', name: other }),
    () => ({ do: 'rename', name: other, to: of(fleeting.filter((one) => one !== other)) }),
    () => ({ do: 'amount', name: held, amount, mem: of(amounts[amount]) }),
    () => ({ do: 'amount', name: held, amount, mem: of(amounts[amount]) }),
    () => ({ do: 'amount', name: held, amount, mem: of(amounts[amount]) }),
    () => ({ do: 'amount', name, amount, mem: of(amounts[amount]) }),
    () => ({ do: of(['add', 'remove'] as const), name, mem: 128 * (1 + draw(6)) }),
    () => ({ do: 'move', name: held, to: held === 'p' ? 'q' : 'p', mem: 128 * (1 + draw(4)) }),
    () => ({ do: 'weight', name: held, weight: draw(256) }),
    () => ({ do: of(['on', 'off'] as const), name }),
    () => ({ do: 'read-profile', name }),
    () => ({ do: of(['read-memory', 'read-weight'] as const), name: held }),
    () => ({ do: 'read-free' }),
  ])()
}

export function rival(given: Rivalry): { history: Event<Operation, Result>[]; installation: Installation } {
  const simulation = new Simulation({ seed: given.seed })
  const installation = new Installation(simulation, document(given), { policy: (name) => policyByName(given.policies[name] ?? 'fsp-only') })
  const history: Event<Operation, Result>[] = []
  let [ordinal, clients] = [0, 0]

  function* operator(console: Console): Generator<Yieldable, void> {
    const client = clients++
    const draws = simulation.stream('lines', `operator ${client}`)
    const draw = (below: number): number => Math.floor(draws.next() * below)
    for (let line = 0; line < (given.lines ?? 0); line++) {
      yield draw(40_000_000)
      yield* type(console, client, given.mix === 'profile' ? ofProfile(draw) : drawn(draw))
    }
  }

  function* visitor({ console, atNs, operation }: Meeting): Generator<Yieldable, void> {
    const client = clients++
    yield atNs
    yield* type(installation.console(console), client, operation)
  }

  function* type(console: Console, client: number, operation: Operation): Generator<Yieldable, void> {
    const invoked = simulation.now
    const result = yield* until(console.perform({ text: lineOf(operation), variables: {}, ordinal: ordinal++ }))
    history.push({ client, operation, result: resultOf(operation, result), invoked, returned: simulation.now })
    installation.check()
  }

  function* run(): Generator<Yieldable, void> {
    yield* until(installation.start())
    const [first] = installation.consoles
    for (const name of steady) {
      for (const operation of [
        { do: 'on', name },
        { do: 'off', name },
      ] as const) {
        yield* until(first!.perform({ text: lineOf(operation), variables: {}, ordinal: ordinal++ }))
      }
    }
    given.prepared?.(installation)
    const typing = installation.consoles.flatMap((console) =>
      Array.from({ length: given.operators ?? 1 }, () => simulation.process('operator', operator(console)).ended),
    )
    for (const meeting of given.meetings ?? []) typing.push(simulation.process('visitor', visitor(meeting)).ended)
    for (const ended of typing) yield* until(ended)
    simulation.stop()
  }

  simulation.process('rivals', run())
  simulation.run()
  return { history, installation }
}
