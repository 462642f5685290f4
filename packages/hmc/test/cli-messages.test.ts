// Failures of commands become the console's messages: every reason and status has a row, every message of the catalogue can be reached,
// and the ids are those that clients match.

import { type CommandName, refusalReasons, type RefusalReason, statuses } from '@powersim/protocol'
import { describe, expect, test } from 'vitest'
import { failureText } from '../src/cli/refusal-messages.js'
import { messages } from '../src/index.js'
import { capturedSystem } from './captured-system.js'
import { viewOf } from './fake-partitions.js'
import { FakeConsole } from './operation-fake-console.js'

const M = '-m 9131-52A-6535CCG'
const NEW =
  'name=new1,profile_name=normal,lpar_env=aixlinux,min_mem=512,desired_mem=1024,max_mem=2048,proc_mode=shared,' +
  'min_proc_units=0.1,desired_proc_units=0.2,max_proc_units=0.4,min_procs=1,desired_procs=2,max_procs=4'

test('every refusal reason and every failing status has a message of its own kind, none falls through', () => {
  const fallback = /^The operation failed on the managed system S: /
  const internal = ['stage-incomplete', 'malformed', 'unknown-command', 'wrong-target', 'failed']
  for (const reason of refusalReasons) {
    const text = failureText('lssyscfg lpar', { status: 'refused', refusal: { reason, detail: 'd' } }, { system: 'S' })
    expect([reason, fallback.test(text)]).toEqual([reason, internal.includes(reason)])
  }
  for (const status of statuses) {
    if (status === 'ok' || status === 'refused') continue
    const text = failureText('lssyscfg lpar', { status, refusal: { detail: '' } }, { system: 'S' })
    expect([status, fallback.test(text)]).toEqual([status, internal.includes(status)])
  }
  expect(failureText('lssyscfg lpar', { status: 'refused', refusal: { detail: 'odd' } }, { system: 'S' })).toBe(
    'The operation failed on the managed system S: odd.',
  )
})

test('a profile that is not there is named as the hypervisor names it', () => {
  const refusal = { reason: 'profile-not-found', detail: '', values: { id: 5, profile: 'gone' } } as const
  expect(failureText('chsysstate lpar on', { status: 'refused', refusal }, { system: 'S', name: 'nim1' })).toBe(
    'HSCL800F The partition profile named "gone" was not found.',
  )
})

// One id was captured as HSC18026.
test('no message leaves a parameter open when the operations ask for it, and ids are HSCL with four or more characters', () => {
  for (const { id, text, source } of Object.values(messages)) {
    expect(id === '' || /^(HSCL[0-9A-F]{3,4}[0-9A-Z]?|HSC18026)$/.test(id)).toBe(true)
    expect(['C', 'K', 'P']).toContain(source)
    expect(text.length).toBeGreaterThan(10)
  }
})

describe('refusals of the hypervisor, by line', () => {
  const refuse = (command: CommandName, reason: RefusalReason) => (console: FakeConsole) =>
    console.failures.set(command, { status: 'refused', reason })

  test.each([
    [
      'a second activation',
      `chsysstate -r lpar ${M} -o on -n nim1`,
      () => undefined,
      /^HSCL05EA The partition must be in the Not Activated state/,
    ],
    ['a second shutdown', `chsysstate -r lpar ${M} -o shutdown -n dump --immed`, () => undefined, /^HSCL1558 /],
    ['no configuration', `chsysstate -r lpar ${M} -o on -n dump`, refuse('activation.begin', 'no-current-configuration'), /^HSCL3680 /],
    [
      'an unknown profile',
      `chsysstate -r lpar ${M} -o on -n dump -f gone`,
      refuse('activation.begin', 'profile-not-found'),
      /^HSCL800F The partition profile named "gone" was not found\.$/m,
    ],
    ['too little memory', `chsysstate -r lpar ${M} -o on -n dump`, refuse('activation.memory', 'memory-insufficient'), /^HSCL03EC /],
    [
      'too few processors',
      `chsysstate -r lpar ${M} -o on -n dump`,
      refuse('activation.processors', 'processors-insufficient'),
      /^HSCL03F4 /,
    ],
    [
      'removal of a running one',
      `rmsyscfg -r lpar ${M} -n nim1`,
      refuse('lpar.delete', 'partition-active'),
      /^HSCL05DF The partition is not in a state/,
    ],
    [
      'a name in use',
      `mksyscfg -r lpar ${M} -i "${NEW.replace('new1', 'nim1')}"`,
      () => undefined,
      /^HSCL05DE A partition in the managed system already uses the name nim1\./,
    ],
    [
      'a new name in use',
      `chsyscfg -r lpar ${M} -i "name=dump,new_name=nim1"`,
      refuse('stage.commit', 'partition-name-in-use'),
      /already uses the name nim1\./,
    ],
    [
      'a slot in use',
      `mksyscfg -r lpar ${M} -i "${NEW}"`,
      refuse('stage.adapter', 'slot-in-use'),
      /^HSCL0622 .* virtual adapters is not valid/,
    ],
    [
      'memory out of range',
      `chhwres -r mem ${M} -o a -p nim1 -q 99968`,
      refuse('dynamic.begin', 'memory-range'),
      /^HSCL294C .*memory resources/,
    ],
    [
      'memory below minimum',
      `chhwres -r mem ${M} -o r -p nim1 -q 6144`,
      refuse('dynamic.begin', 'memory-range'),
      /^HSCL294D .*memory resources/,
    ],
    ['another operation', `chhwres -r proc ${M} -o a -p nim1 --procs 1`, refuse('dynamic.begin', 'resource-busy'), /^HSCL3205 /],
    ['a profile gone meanwhile', `chsyscfg -r prof ${M} -i "name=gone,lpar_name=nim1,min_mem=512"`, () => undefined, /^HSCL800F .*"gone"/],
    ['a system that is on', `chsysstate -r sys ${M} -o on`, refuse('system.powerOn', 'system-state'), /9131-52A-6535CCG is not in a state/],
  ] as const)('%s', (_, line, prepare, text) => {
    const console = capturedSystem()
    prepare(console)
    const outcome = console.line(line)
    expect(outcome).toMatchObject({ exitStatus: 1, stdout: '' })
    expect(outcome.stderr).toMatch(text)
    expect(outcome.stderr.split('\n')).toHaveLength(2)
    expect([...console.openStages]).toEqual([])
  })

  test.each([
    ['busy', /^HSCL3205 /],
    ['hypervisor-not-running', /9131-52A-6535CCG is not in a state/],
    ['disconnected', /no connection to the managed system 9131-52A-6535CCG/],
    ['timed-out', /did not answer in time/],
  ] as const)('status %s', (status, text) => {
    const console = capturedSystem()
    console.failures.set('lpar.list', { status })
    const outcome = console.line(`lssyscfg -r lpar ${M}`)
    expect(outcome).toMatchObject({ exitStatus: 1, stderr: '', operation: 'lssyscfg lpar', commands: 1 })
    expect(outcome.stdout).toMatch(text)
  })
})

describe('configuration data', () => {
  const create = (data: string): string => capturedSystem().line(`mksyscfg -r lpar ${M} -i '${data}'`).stderr

  test('missing attributes are all listed', () => {
    expect(create('name=a')).toBe(
      'HSCL0617 The logical partition cannot be created, since required attributes are missing. ' +
        'The attributes that are missing are profile_name,lpar_env,min_mem,desired_mem,max_mem,proc_mode,' +
        'min_procs,desired_procs,max_procs.\n',
    )
    expect(create('name=a,profile_name=p,proc_mode=ded')).toMatch(/lpar_env,.*max_procs,sharing_mode\.\n$/)
    expect(create('name=a,profile_name=p,proc_mode=shared')).toMatch(/proc_units,/)
  })

  test.each([
    [
      'name=a,colour=red',
      'An invalid attribute was entered.  The invalid attribute is colour.  Please correct your entry and retry the command.\n',
    ],
    [
      'name',
      'The format of the configuration data is invalid.  The invalid data is name.  Please correct your entry and retry the command.\n',
    ],
    [
      'name=a,b',
      'The format of the configuration data is invalid.  The invalid data is b.  Please correct your entry and retry the command.\n',
    ],
    [
      'name=a,name=b',
      'The format of the configuration data is invalid.  The invalid data is name=b.  Please correct your entry and retry the command.\n',
    ],
    [
      'name=a,min_mem+=4',
      'The format of the configuration data is invalid.  The invalid data is min_mem+=4.  ' +
        'Please correct your entry and retry the command.\n',
    ],
    [`name=${'x'.repeat(32)}`, 'HSCL0622 The value specified for name is not valid: a name has 1 to 31 characters.\n'],
    ['name=', 'HSCL0622 The value specified for name is not valid: a name has 1 to 31 characters.\n'],
    ['name=büro', 'HSCLC63B The value specified for name holds characters that are not printable ASCII.\n'],
    ['min_mem=1.5', 'HSCL0622 The value specified for min_mem is not valid: expected a whole number of megabytes.\n'],
    [
      'desired_proc_units=0.125',
      'HSCL0622 The value specified for desired_proc_units is not valid: expected processing units with at most two decimals.\n',
    ],
    ['lpar_env=windows', 'HSCL0622 The value specified for lpar_env is not valid: expected aixlinux | vioserver | os400.\n'],
    ['uncap_weight=256', 'HSCL0622 The value specified for uncap_weight is not valid: expected a whole number from 0 to 255.\n'],
    [
      `${NEW},sharing_mode=keep_idle_procs`,
      'HSCL0622 The value specified for sharing_mode is not valid: keep_idle_procs does not go with proc_mode shared.\n',
    ],
    [`${NEW},virtual_eth_adapters=x/0/1`, 'HSCL0622 The value specified for virtual_eth_adapters is not valid: x/0/1 is no eth adapter.\n'],
  ])('%s', (data, stderr) => {
    expect(create(data)).toBe(stderr)
  })

  test('attributes without a model may keep their neutral value and are else not simulated', () => {
    expect(create(`${NEW},all_resources=0,io_slots=none,mem_mode=ded,power_ctrl_lpar_ids=none`)).toBe('')
    const outcome = capturedSystem().line(`mksyscfg -r lpar ${M} -i "${NEW},min_num_huge_pages=1"`)
    expect(outcome).toMatchObject({ exitStatus: 1, notSimulated: 'mksyscfg -r lpar -i min_num_huge_pages', commands: 0 })
  })
})

test('HSCL2957 names the partition, before anything is reserved', () => {
  const console = new FakeConsole()
  console.add(viewOf(4, 'lnx4', { state: 'Running', resourceConfig: true }), { rmc: 'inactive' })
  const outcome = console.line('chhwres -r mem -m 8203-E4A*10ACE01 -o a -p lnx4 -q 256')
  const captured =
    'HSCL2957 Either there is currently no RMC connection between the management console and the partition lnx4 ' +
    'or the partition does not support dynamic partitioning operations. Verify the network setup'
  expect(outcome.stderr.startsWith(captured)).toBe(true)
  expect(console.names()).toEqual(['lpar.list', 'lpar.read'])
})
