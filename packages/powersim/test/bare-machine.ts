// Documents in which nothing takes time but what a test names, so that closed forms hold; and an assembled machine to drive commands
// through, without a script. Shared by the tests of this package.

import { type CommandRecord, type Console, type ManagedSystemView } from '@powersim/hmc'
import { type Handler, Simulation, Tally, until, type Yieldable } from '@powersim/kernel'
import { Installation, type MachineDocument, type ManagedSystem, readDocument } from '@powersim/managed-system'
import { policyByName } from '@powersim/routing'

const noTls = { fullHandshake: 0, resumedHandshake: 0, perRecord: 0, perByteNs: 0 }
const wire = { latency: 0, bitsPerSecond: Infinity, windowBytes: 2 ** 30 }
const freely = { mode: 'kept', pipeline: 65_536, resume: true }

/** Objects on top of each other, deep; lists and everything else replaced. */
export function onTop(base: Readonly<Record<string, unknown>>, over: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const merged: Record<string, unknown> = { ...base }
  for (const [field, value] of Object.entries(over)) {
    const below = merged[field]
    merged[field] = isObject(below) && isObject(value) ? onTop(below, value) : value
  }
  return merged
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** power520 with every cost at zero and every limit far away. */
export function bareMachine(over: Readonly<Record<string, unknown>> = {}): MachineDocument {
  return onTop(
    {
      consoles: [{ name: 'hmc1' }],
      hmc: {
        processors: 1,
        prepare: 0,
        absorb: 0,
        tls: noTls,
        fspSessions: { ...freely, sessions: 1 },
        netsSessions: { ...freely, sessions: 1, pipeline: 1 },
        retry: 'none',
        commandTimeout: '100h',
        waitingLimit: 1_000_000,
      },
      frames: { requestBytesMin: 0, replyBytesMin: 0 },
      fsp: {
        tls: noTls,
        link: wire,
        forwardIn: 0,
        forwardOut: 0,
        serveChannel: 0,
        serveQuery: 0,
        servePower: 0,
        serveService: 0,
        commandLimit: 1_000_000,
        mailbox: { latency: 0, bitsPerSecond: Infinity, timeout: '100h' },
        background: [],
      },
      nets: {
        tls: noTls,
        link: wire,
        threadsMax: 1024,
        threadCreation: 0,
        receive: 0,
        process: 0,
        send: 0,
        vmc: { buffers: 256, perBuffer: 0 },
        dispatchLatency: 0,
      },
      phyp: {
        dispatch: { processors: 'ideal' },
        queueLimit: 1_000_000,
        query: 0,
        configuration: 0,
        dynamic: 0,
        power: 0,
        service: 0,
        duplicateReply: 0,
        hypercalls: { H_REG_CRQ: 0, H_FREE_CRQ: 0, H_SEND_CRQ: 0, H_COPY_RDMA: 0, H_VIO_SIGNAL: 0 },
        rdmaBytesPerSecond: Infinity,
      },
      networks: { rmc: wire },
    },
    over,
  )
}

export interface Assembled {
  readonly simulation: Simulation
  readonly installation: Installation
  readonly system: ManagedSystem
  readonly console: Console
  /** The system as the console knows it. */
  readonly view: ManagedSystemView
  readonly records: CommandRecord[]
}

/** Builds a machine and drives it by `body` until that returns; every record of a finished command is kept. */
export function drive(
  document: MachineDocument,
  options: { readonly policy?: string; readonly seed?: string; readonly noise?: boolean },
  body: (machine: Assembled) => Generator<Yieldable, void>,
): Assembled {
  const { policy = 'fsp-only', seed = 'assembled', noise = true } = options
  const simulation: Simulation = new Simulation({ seed, noise })
  const records: CommandRecord[] = []
  const installation = new Installation(simulation, readDocument(document), {
    policy: () => policyByName(policy),
    recorded: (record) => records.push(record),
  })
  const [console] = installation.consoles
  const [view] = console?.systems ?? []
  if (console === undefined || view === undefined) throw new Error('a document has a console and a system')
  const machine: Assembled = { simulation, installation, system: installation.system(), console, view, records }
  simulation.process('test', conduct(machine, body))
  if (simulation.run() !== 'stopped') throw new Error('the test waits for what never comes')
  installation.check()
  return machine
}

function* conduct(machine: Assembled, body: (machine: Assembled) => Generator<Yieldable, void>): Generator<Yieldable, void> {
  yield* until(machine.installation.start())
  yield* body(machine)
  machine.simulation.stop()
}

export interface PoissonQueries {
  readonly policy: string
  readonly perSecond: number
  readonly commands: number
  readonly seed: string
}

/** Mean command latency, ms, of a Poisson stream of queries. */
export function meanLatencyMs(document: MachineDocument, queries: PoissonQueries): number {
  const latencies = new Tally()
  poissonQueries(document, queries, (latencyNs) => latencies.add(latencyNs))
  return latencies.mean / 1e6
}

/** A machine after a Poisson stream of queries; `answered` is told the latency of each. */
export function poissonQueries(
  document: MachineDocument,
  { policy, perSecond, commands, seed }: PoissonQueries,
  answered: (latencyNs: number) => void = () => undefined,
): Assembled {
  return drive(document, { policy, seed }, function* (machine: Assembled): Generator<Yieldable, void> {
    const { simulation, console, view } = machine
    const arrivals = simulation.stream('arrivals', 'test')
    const gap = simulation.law({ exponential: 1e9 / perSecond })
    let left = commands
    const done = simulation.signal<void>()
    const finished = simulation.handler('finished', (startNs: number) => {
      answered(simulation.now - startNs)
      if (--left === 0) done.fire(undefined)
    })
    for (let command = 0; command < commands; command++) {
      yield gap.sample(arrivals)
      simulation.process('command', query(simulation, console.send(view, 'memory.system', {}), finished))
    }
    yield* until(done)
  })
}

function* query(
  simulation: Simulation,
  outcome: ReturnType<Console['send']>,
  finished: Handler<number>,
): Generator<Yieldable, void> {
  const startNs = simulation.now
  yield* until(outcome)
  simulation.call(finished, startNs)
}
