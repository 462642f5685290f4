// An operation typed at a console while the service processor is reset, lost or made to give its role away at a chosen time, and what came
// of it by a ledger of its own. Shared by the tests of resets at every event; which operations there are, and the laws, are theirs.

import { type Signal, Simulation } from '@powersim/kernel'
import { Installation, type MachineDocument, readDocument } from '@powersim/managed-system'
import { commandByOpcode, isReply, type Message, STATUS_OK } from '@powersim/protocol'
import { policyByName } from '@powersim/routing'
import { expect } from 'vitest'
import { onTop } from './bare-machine.js'

export interface Operation {
  readonly line: string
  /** What the machine has beside power520. */
  readonly machine?: MachineDocument
  /** What happens and is typed before, so that there is something to work on. */
  readonly prepared?: { readonly action?: readonly [name: string, ...args: string[]]; readonly line?: string }
  /** What is read afterwards, when nothing goes on any more. */
  readonly after: string
  /** What that gives when the operation was done, and when it was not. */
  readonly done: RegExp
  readonly undone: RegExp
  /** What it gives when the operation was typed again after it had failed; without it, as when it was done. */
  readonly doneAgain?: RegExp
}

const base = { nets: null, consoles: [{ name: 'hmc1' }], hmc: { commandTimeout: '5s' }, phyp: { dispatch: { processors: 'ideal' } } }
const single = { fsp: { reset: '60s' } }
const pair = { fsp: { reset: '60s', second: { ipAddress: '169.254.3.146' }, failover: { takeover: '50s' } } }

export interface Run {
  readonly exitStatus: number
  readonly after: string
  /** The same when the line was typed once more, as an operator does whose line has failed; only then. */
  readonly afterAgain: string | null
  /** Times of events while the line was at work. */
  readonly times: readonly number[]
  /** Keys that were served, and how often. */
  readonly served: ReadonlyMap<string, number>
  /** Keys of the hypervisor's commands that the console has an ok reply to. */
  readonly acknowledged: readonly string[]
  /** Requests that came to the hypervisor again. */
  readonly again: number
  /** What the partitions went through, as their own records have it. */
  readonly partitions: string
}

const keyOf = (message: Message): string => `${isReply(message) ? message.target : message.source}/${message.epoch}/${message.sequence}`

/** What may come between: a reset of the only service processor; the loss of the primary of two; a forced fail-over, which takes 1 s. */
export const faults = {
  'a reset': { machine: single, action: 'fsp.reset', earlierNs: 0 },
  'the loss of the primary': { machine: pair, action: 'fsp.reset', earlierNs: 0 },
  'a forced fail-over': { machine: pair, action: 'fsp.failover', earlierNs: 1e9 },
} as const
export type FaultName = keyof typeof faults

/** Most that a line may take, and the time after which nothing goes on any more: also an update that its console has left is given up. */
const LINE_NS = 4000e9
const SETTLED_NS = 900e9

/** Plays the operation; the fault comes at `atNs`. */
export function play(operation: Operation, fault: FaultName | null, atNs = 0): Run {
  const { line, after, prepared = {} } = operation
  const simulation: Simulation = new Simulation({ seed: 'reset-points', noise: false, traceLines: 2 ** 14 })
  const { machine, action, earlierNs } = faults[fault ?? 'a reset']
  const document = readDocument(onTop(onTop(base, machine), { ...operation.machine }))
  const installation = new Installation(simulation, document, { policy: () => policyByName('fsp-only') })
  if (fault !== null) installation.at(atNs - earlierNs, action)
  const [preparation, ...args] = prepared.action ?? []
  if (preparation !== undefined) installation.at(1e9, preparation, args)
  const served = new Map<string, number>()
  const acknowledged: string[] = []
  installation.system().phyp.observe((what, message) => {
    if (what === 'serve' && message !== null) served.set(keyOf(message), (served.get(keyOf(message)) ?? 0) + 1)
  })
  installation.bus.observers.on('message', ({ kind, to, message }) => {
    if (kind !== 'delivered' || to !== 'hmc1' || message.status !== STATUS_OK || !isReply(message)) return
    if (commandByOpcode(message.opcode)?.target === 'phyp') acknowledged.push(keyOf(message))
  })
  installation.start()
  simulation.run(5e9)
  let typed = 0
  /** Types a line and waits for its end. */
  const type = (text: string): { readonly exitStatus: number; readonly stdout: string } => {
    const result: Signal<{ exitStatus: number; stdout: string }> = installation.consoles[0]!.perform({
      text,
      variables: {},
      ordinal: typed++,
    })
    const untilNs = simulation.now + LINE_NS
    while (!result.fired && simulation.now < untilNs) simulation.run(simulation.now + 1e8)
    return result.value ?? { exitStatus: -1, stdout: '' }
  }
  const settled = (): string => {
    simulation.run(simulation.now + SETTLED_NS)
    const { stdout } = type(after)
    installation.check()
    return stdout.trim()
  }
  if (prepared.line !== undefined) type(prepared.line)
  const fromNs = simulation.now
  const { exitStatus } = type(line)
  const returnedNs = simulation.now
  const times = simulation.trace.last().flatMap(({ timeNs }) => (timeNs >= fromNs && timeNs <= returnedNs ? [timeNs] : []))
  const first = settled()
  let afterAgain: string | null = null
  if (exitStatus !== 0) {
    type(line)
    afterAgain = settled()
  }
  const { phyp } = installation.system()
  const partitions = Object.values(phyp.configuration.snapshot.partitions)
    .filter(({ name }) => name !== 'new' && name !== 'vios1')
    .map((record) => JSON.stringify(record))
    .join('\n')
  const { duplicates, joined } = phyp.statistics()
  const again = duplicates + joined
  return { exitStatus, after: first, afterAgain, times: [...new Set(times)], served, acknowledged, again, partitions }
}

/** The laws of every such run, undisturbed or not. */
export function checkRun(operation: Operation, run: Run, undisturbed: Run, where: string): void {
  const { done, undone } = operation
  expect([where, run.exitStatus >= 0]).toEqual([where, true])
  expect([where, run.after]).toEqual([where, expect.stringMatching(run.exitStatus === 0 ? done : undone)])
  // What has failed is not in anybody's way: typed once more it is done.
  if (run.afterAgain !== null) expect([where, run.afterAgain]).toEqual([where, expect.stringMatching(operation.doneAgain ?? done)])
  // Each key is served once, though it may have come more often, and so was whatever is acknowledged.
  const often = [...run.served].filter(([, times]) => times !== 1)
  const lost = run.acknowledged.filter((key) => run.served.get(key) !== 1)
  expect([where, often, lost]).toEqual([where, [], []])
  expect([where, run.partitions]).toEqual([where, undisturbed.partitions])
}
