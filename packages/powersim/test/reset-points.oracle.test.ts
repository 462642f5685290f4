// A reset or a fail-over of the service processor at every event of an operation, from the console's first message to its last reply:
// no command that was acknowledged is lost, each effect is made at most once per key in the hypervisor, the service processor's own
// commands keep what they were acknowledged for, and whoever runs on the machine notices nothing. A ledger of its own counts.

import { Simulation, type Signal } from '@powersim/kernel'
import { Installation, readDocument } from '@powersim/managed-system'
import { commandByOpcode, isReply, type Message, STATUS_OK } from '@powersim/protocol'
import { policyByName } from '@powersim/routing'
import { describe, expect, it } from 'vitest'
import { onTop } from './bare-machine.js'

const profile =
  'name=new,profile_name=normal,lpar_env=aixlinux,min_mem=512,desired_mem=1024,max_mem=4096,proc_mode=shared,min_procs=1,' +
  'desired_procs=1,max_procs=4,min_proc_units=0.1,desired_proc_units=0.1,max_proc_units=2.0,sharing_mode=uncap,uncap_weight=128'

interface Operation {
  readonly line: string
  /** What is read afterwards, when nothing goes on any more. */
  readonly after: string
  /** What that gives when the operation was done, and when it was not. */
  readonly done: RegExp
  readonly undone: RegExp
}

const operations: readonly Operation[] = [
  { line: `mksyscfg -r lpar -m p520 -i "${profile}"`, after: 'lssyscfg -r lpar -m p520 -F name', done: /^new$/m, undone: /^(?!new$)/m },
  {
    line: 'chhwres -r mem -m p520 -o a -p vios1 -q 512',
    after: 'lshwres -r mem -m p520 --level lpar --filter "lpar_names=vios1" -F curr_mem',
    done: /^2560$/m,
    undone: /^(2048|2560)$/m,
  },
  { line: 'lssyscfg -r lpar -m p520 -F name', after: 'lssyscfg -r sys -F state', done: /Operating/, undone: /Operating/ },
  { line: 'lsled -r sa -t phys -m p520', after: 'lssyscfg -r sys -F state', done: /Operating/, undone: /Operating/ },
  {
    line: 'chsysstate -r sys -m p520 -o chkey -k manual',
    after: 'lssyscfg -r sys -F curr_sys_keylock',
    done: /^manual$/m,
    undone: /^(norm|manual)$/m,
  },
  {
    line: 'chsyspwd -m p520 -t access --passwd abc123 --newpasswd changed',
    after: 'lssyscfg -r sys -F state',
    done: /Operating/,
    undone: /Operating|Failed Authentication/,
  },
]

const document = (over: Readonly<Record<string, unknown>>): ReturnType<typeof readDocument> =>
  readDocument(
    onTop({ nets: null, consoles: [{ name: 'hmc1' }], hmc: { commandTimeout: '5s' }, phyp: { dispatch: { processors: 'ideal' } } }, over),
  )
const single = document({ fsp: { reset: '60s' } })
const pair = document({ fsp: { reset: '60s', second: { ipAddress: '169.254.3.146' }, failover: { takeover: '50s' } } })

interface Run {
  readonly exitStatus: number
  readonly after: string
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
const faults = {
  'a reset': { machine: single, action: 'fsp.reset', earlierNs: 0 },
  'the loss of the primary': { machine: pair, action: 'fsp.reset', earlierNs: 0 },
  'a forced fail-over': { machine: pair, action: 'fsp.failover', earlierNs: 1e9 },
} as const
type FaultName = keyof typeof faults

/** Plays the operation; the fault comes at `atNs`. */
function play({ line, after }: Operation, fault: FaultName | null, atNs = 0): Run {
  const simulation: Simulation = new Simulation({ seed: 'reset-points', noise: false, traceLines: 2 ** 14 })
  const { machine, action, earlierNs } = faults[fault ?? 'a reset']
  const installation = new Installation(simulation, machine, { policy: () => policyByName('fsp-only') })
  if (fault !== null) installation.at(atNs - earlierNs, action)
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
  const fromNs = simulation.now
  const [console] = installation.consoles
  const type = (text: string, ordinal: number): Signal<{ exitStatus: number; stdout: string }> =>
    console!.perform({ text, variables: {}, ordinal })
  const result = type(line, 0)
  for (let step = 0; step < 1000 && !result.fired; step++) simulation.run(simulation.now + 1e8)
  const returnedNs = simulation.now
  const times = simulation.trace.last().flatMap(({ timeNs }) => (timeNs >= fromNs && timeNs <= returnedNs ? [timeNs] : []))
  simulation.run(returnedNs + 400e9)
  const read = type(after, 1)
  simulation.run(simulation.now + 60e9)
  installation.check()
  const { phyp } = installation.system()
  const partitions = Object.values(phyp.configuration.snapshot.partitions)
    .filter(({ name }) => name !== 'new' && name !== 'vios1')
    .map((record) => JSON.stringify(record))
    .join('\n')
  const { exitStatus } = result.value ?? { exitStatus: -1 }
  const { duplicates, joined } = phyp.statistics()
  const again = duplicates + joined
  return { exitStatus, after: read.value?.stdout ?? '', times: [...new Set(times)], served, acknowledged, again, partitions }
}

describe.each(operations.map((operation) => [operation.line.split(' -i')[0]!, operation] as const))('%s', (_name, operation) => {
  const undisturbed = play(operation, null)

  it('is done when nothing comes between', () => {
    expect(undisturbed.exitStatus).toBe(0)
    expect(undisturbed.after).toMatch(operation.done)
    expect(undisturbed.times.length).toBeGreaterThan(5)
  })

  // The keys of the table are its names.
  it.each(Object.keys(faults) as FaultName[])('loses nothing that was acknowledged, whenever %s comes', (fault) => {
    let failed = 0
    let again = 0
    // Every event; every other one where there are two service processors, since that costs time.
    for (const timeNs of undisturbed.times.filter((_, place) => fault === 'a reset' || place % 2 === 0)) {
      const run = play(operation, fault, timeNs)
      const where = `${fault} at ${timeNs} ns`
      expect([where, run.exitStatus >= 0]).toEqual([where, true])
      expect([where, run.after]).toEqual([where, expect.stringMatching(run.exitStatus === 0 ? operation.done : operation.undone)])
      // Each key is served once, though it may have come more often, and so was whatever is acknowledged.
      const often = [...run.served].filter(([, times]) => times !== 1)
      const lost = run.acknowledged.filter((key) => run.served.get(key) !== 1)
      expect([where, often, lost]).toEqual([where, [], []])
      expect([where, run.partitions]).toEqual([where, undisturbed.partitions])
      if (run.exitStatus !== 0) failed++
      again += run.again
    }
    // It did come between: some lines failed, and what a reset has caught in the mailbox has come to the hypervisor again.
    expect(failed).toBeGreaterThan(0)
    if (fault === 'a reset' && undisturbed.served.size > 0) expect(again).toBeGreaterThan(0)
  })
})
