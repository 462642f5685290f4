// Who may change a system that consoles and a management partition share: the controller alone, by whatever way; the others read. Taking
// the authority, keeping it, giving it back; and the lock on changes, shown and taken away by force.

import type { FateRule } from '@powersim/bus'
import { Simulation, until, type Yieldable } from '@powersim/kernel'
import { Installation, type MachineDocument, readDocument } from '@powersim/managed-system'
import { address, commandByName, FLAG_EVENT, isReply } from '@powersim/protocol'
import { policyByName } from '@powersim/routing'
import { describe, expect, it } from 'vitest'
import { play, programOf, workloads } from '../src/index.js'

const later = { hmc: { version: 'V10R3.1060.0' } }

/** Exit status and output of each line. */
function run(
  script: string,
  machine: MachineDocument = later,
  policy = 'by-target',
  prepared: (made: Installation) => void = () => undefined,
) {
  const document = readDocument(machine)
  const lines: { exitStatus: number; text: string }[] = []
  play({
    ...{ seed: 'controller', replication: 0, noise: true, document, program: programOf(workloads.text(script), document), prepared },
    policy: () => policyByName(policy),
    returned: (_line, { exitStatus, stdout, stderr }) => void lines.push({ exitStatus, text: `${stdout}${stderr}`.trim() }),
    checked: true,
  })
  return lines
}

const statuses = (lines: readonly { exitStatus: number }[]): number[] => lines.map(({ exitStatus }) => exitStatus)
const describeIt = (text: string): string => `chsyscfg -r lpar -m p520 -i "name=vios1,description=${text}"`

describe('the controller', () => {
  it.each(['fsp-only', 'by-target'])('alone changes the system, on every way (%s); the others read', (policy) => {
    const lines = run(
      `${describeIt('free for all')}
chcomgmt -m p520 -o setmaster -t norm
${describeIt('by its controller')}
console hmc2 ${describeIt('by another')}
console hmc2 chhwres -r mem -m p520 -o a -p vios1 -q 128
console hmc2 chsysstate -r lpar -m p520 -o shutdown -n lnxnets --immed
console hmc2 lssyscfg -r lpar -m p520 --filter lpar_names=vios1 -F description
console hmc2 lscomgmt -m p520`,
      later,
      policy,
    )
    expect(statuses(lines)).toEqual([0, 0, 0, 1, 1, 1, 0, 0])
    for (const { text } of lines.slice(3, 6)) expect(text).toMatch(/hmc1 is the controller/)
    expect(lines[6]?.text).toBe('by its controller')
    // What fence_lpar looks for: set, it leaves the profile out.
    expect(/,curr_master_mtms=(.*?),/.exec(lines[7]?.text ?? '')?.[1]).toBe('7042-CR6*104001A')
  })

  it('is nobody before somebody asks to be: what fence_lpar looks for is empty', () => {
    expect(/,curr_master_mtms=(.*?),/.exec(run('lscomgmt -m p520')[0]?.text ?? '')?.[1]).toBe('')
  })

  it('norm: until another one takes it; temp: given back; only the controller gives it up', () => {
    const lines = run(`
chcomgmt -m p520 -o setmaster -t norm
console hmc2 chcomgmt -m p520 -o relmaster
console hmc2 chcomgmt -m p520 -o setmaster -t temp
${describeIt('1')}
console hmc2 ${describeIt('2')}
console hmc2 chcomgmt -m p520 -o relmaster
${describeIt('3')}
console hmc2 chcomgmt -m p520 -o setmaster -t norm
console hmc2 chcomgmt -m p520 -o relmaster
${describeIt('4')}
lscomgmt -m p520 -F curr_master_name,curr_master_type`)
    expect(statuses(lines)).toEqual([0, 1, 0, 1, 0, 0, 0, 0, 0, 0, 0])
    expect(lines.at(-1)?.text).toBe(',none')
  })

  it('keep: nobody else takes it', () => {
    const lines = run(`
chcomgmt -m p520 -o setcontroller -t keep
console hmc2 chcomgmt -m p520 -o setcontroller -t norm
console hmc2 chcomgmt -m p520 -o setmaster -t temp
chcomgmt -m p520 -o relcontroller
console hmc2 chcomgmt -m p520 -o setcontroller -t norm`)
    expect(statuses(lines)).toEqual([0, 1, 1, 0, 0])
  })

  it('stays when its console has gone, until another one takes over', () => {
    const lines = run(`
chcomgmt -m p520 -o setmaster -t norm
rmsysconn -o remove --ip 169.254.2.147
rmsysconn -o remove --ip 9.124.62.24
@+10min console hmc2 ${describeIt('1')}
console hmc2 chcomgmt -m p520 -o setmaster -t norm
console hmc2 ${describeIt('2')}`)
    expect(statuses(lines)).toEqual([0, 0, 0, 1, 0, 0])
  })

  it('is the management partition after a console has made one, and gives up: as the installation of NovaLink goes', () => {
    const lines = run(`
chcomgmt -m p520 -o setcontroller -t norm
chsyscfg -r lpar -m p520 -i "lpar_id=3,powervm_mgmt_capable=1"
chcomgmt -m p520 -o relcontroller
lscomgmt -m p520 -F is_master,curr_master_name,curr_master_mtms
lssyscfg -r lpar -m p520 --filter lpar_ids=3 -F powervm_mgmt_capable
${describeIt('1')}
chcomgmt -m p520 -o setcontroller -t norm
${describeIt('2')}`)
    expect(statuses(lines)).toEqual([0, 0, 0, 0, 0, 1, 0, 0])
    expect([lines[3]?.text, lines[4]?.text]).toEqual(['0,lnxnets,8203-E4A*10ACE01', '1'])
  })

  it('is unknown to consoles of the years before', () => {
    expect(run('lscomgmt -m p520\nchcomgmt -m p520 -o setmaster -t norm', {}).map(({ exitStatus }) => exitStatus)).toEqual([127, 127])
  })
})

describe('the lock on changes', () => {
  const commit = commandByName('stage.commit').opcode
  /** The first console pauses before its last command, for 8 s on each hop. */
  const pause: FateRule = ({ message }) =>
    message.opcode === commit && message.source === address('hmc', 1) && !isReply(message) ? { do: 'delay', ns: 8e9 } : undefined

  /** Lines typed at times of their own, each by an operator of its own; what each was told, in the order of the lines. */
  function typed(place: 'fsp' | 'phyp' | 'lease', lines: readonly (readonly [seconds: number, console: string, text: string])[]) {
    const simulation = new Simulation({ seed: 'lock' })
    const installation = new Installation(simulation, readDocument({ writeLock: { place } }), { policy: () => policyByName('fsp-only') })
    const told: { exitStatus: number; text: string }[] = []
    function* operator(index: number): Generator<Yieldable, void> {
      const [seconds, console, text] = lines[index]!
      yield seconds * 1e9
      const { exitStatus, stdout, stderr } = yield* until(installation.console(console).perform({ text, variables: {}, ordinal: index }))
      told[index] = { exitStatus, text: `${stdout}${stderr}`.trim() }
    }
    function* all(): Generator<Yieldable, void> {
      yield* until(installation.start())
      installation.bus.fate = pause
      const typing = lines.map((_, index) => simulation.process('operator', operator(index)).ended)
      for (const ended of typing) yield* until(ended)
      simulation.stop()
    }
    simulation.process('all', all())
    simulation.run()
    return told
  }

  it.each([
    ['fsp', 'sp', 0, 'slow'],
    ['phyp', 'hypervisor', 0, 'slow'],
    ['lease', 'hypervisor', 1, ''],
  ] as const)('in place %s is listed, keeps the other console out, and is taken away by force', (place, location, status, description) => {
    const told = typed(place, [
      [0, 'hmc1', describeIt('slow')],
      [2, 'hmc2', 'lslock -m p520'],
      [3, 'hmc2', 'chsyscfg -r lpar -m p520 -i "name=vios2,description=other"'],
      [4, 'hmc2', 'rmlock -m p520'],
      [5, 'hmc2', 'chsyscfg -r lpar -m p520 -i "name=vios2,description=other"'],
      [40, 'hmc2', 'lslock -m p520'],
      [41, 'hmc2', 'lssyscfg -r lpar -m p520 --filter lpar_names=vios1 -F description'],
    ])
    // Its old holder wakes up when it is another's, and with fencing is refused.
    expect(statuses(told)).toEqual([status, 0, 1, 0, 0, 0, 0])
    expect(told[1]?.text).toBe(`name=p520,location=${location},holder_id=1`)
    expect(told[2]?.text).toMatch(/^HSCL3205 /)
    expect(told.slice(5).map(({ text }) => text)).toEqual(['No results were found.', description])
  })
})

describe('events', () => {
  it('of a system come once to each console, though it has two channels', () => {
    const heard = new Map<string, number>()
    const states: string[] = []
    run('chsysstate -m p520 -r sys -o off --immed\nchsysstate -m p520 -r sys -o on\nsleep 60', { hmc: later.hmc }, 'by-target', (made) => {
      const { opcode } = commandByName('system.state')
      made.bus.observers.on('message', ({ kind, message, to, from }) => {
        if (kind !== 'delivered' || message.opcode !== opcode || (message.flags & FLAG_EVENT) === 0) return
        if (to === 'hmc1') states.push(`${from} ${JSON.stringify(message.data)}`)
        heard.set(to, (heard.get(to) ?? 0) + 1)
      })
    })
    expect(states.length).toBeGreaterThan(4)
    expect(states.filter((state, place) => state === states[place - 1])).toEqual([])
    expect([...heard].sort()).toEqual(['hmc1', 'hmc2'].map((console) => [console, states.length]))
  })
})
