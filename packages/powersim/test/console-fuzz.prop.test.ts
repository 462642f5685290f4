// Lines drawn from the tables of the console, with values that mean something and values that do not, typed on a whole machine: none
// throws, one that fails changes nothing of the configuration and leaves no stage open, and what it says is a message of the catalogue or
// the shell's. Any text at all on the command line alone: packages/hmc/test/cli-fuzz.prop.test.ts.

import { coverage, messages } from '@powersim/hmc'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { openConsole, presets } from '../src/index.js'

const rows = coverage('v7r7').filter(({ status }) => status === 'modelled')
/** All but those that turn the system, the console or its logins off: few lines after one would reach anything. */
const variants = rows.filter(
  ({ kind, command, variant }) =>
    kind === 'variant' && !['chsysstate -r sys -o off', 'chhmc -c ssh -s disable'].includes(`${command} ${variant}`),
)
const plain = rows.filter(
  ({ kind, command }) => kind === 'command' && command !== 'hmcshutdown' && !variants.some((row) => row.command === command),
)

const namesOf = (kind: string, { command, variant }: { command: string; variant: string }): string[] =>
  rows.flatMap((row) => (row.kind === kind && row.command === command && row.variant === variant ? row.name : []))

const profile =
  'profile_name=normal,lpar_env=aixlinux,min_mem=256,desired_mem=512,max_mem=1024,proc_mode=shared,min_proc_units=0.1,' +
  'desired_proc_units=0.2,max_proc_units=1.0,min_procs=1,desired_procs=1,max_procs=2,sharing_mode=uncap,uncap_weight=128'

const partition = fc.constantFrom('lp1', 'lp1', 'lp1', 'vios1', 'lnxnets', 'lp2')
const number = fc.oneof(
  { weight: 9, arbitrary: fc.constantFrom('1', '2', '3', '4', '5', '128', '256') },
  { weight: 2, arbitrary: fc.constantFrom('0', '50', '1000000', '0.1') },
  { weight: 1, arbitrary: fc.constantFrom('9'.repeat(12), '-1', '1.', 'x', "''") },
)
const word = fc.constantFrom('normal', 'lp1', 'on', 'off', 'norm', 'cap', 'sys', 'none', "''", '"a b"', "'\u{e9}'", '*', 'lp1,', '21010002')
/** Names, numbers and words that some option takes, and some that none does. */
const value = fc.oneof(partition, number, word)
const key = fc.constantFrom(
  ...[
    'name',
    'lpar_name',
    'lpar_id',
    'new_name',
    'profile_name',
    'min_mem',
    'desired_mem',
    'max_mem',
    'desired_procs',
    'max_procs',
    'proc_mode',
  ],
  ...[
    'sharing_mode',
    'uncap_weight',
    'desired_proc_units',
    'auto_start',
    'boot_mode',
    'sync_curr_profile',
    'virtual_eth_adapters',
    'io_slots',
  ],
  ...[
    'max_virtual_slots',
    'adapter_type',
    'port_vlan_id',
    'ieee_virtual_eth',
    'remote_lpar_name',
    'remote_slot_num',
    'description',
    'nonsense',
  ],
)
const data = fc
  .array(fc.tuple(key, fc.constantFrom('=', '=', '=', '+=', '-=', ''), value), { maxLength: 4 })
  .map((pairs) => pairs.map((pair) => pair.join('').replaceAll(/['"]/g, '')).join(','))
  .chain((drawn) => fc.constantFrom(drawn, `name=lp1,${drawn}`, `name=lp2,${profile},${drawn}`, `name=normal,lpar_name=lp1,${drawn}`))

const numbers = new Set(['-q', '-w', '-d', '-s', '--id', '--tid', '--procs', '--procunits', '-h', '--minutes', '--priority'])

function valueOf(option: string, command: string, attributes: readonly string[]): fc.Arbitrary<string> {
  if (option === '-m') return fc.oneof({ weight: 9, arbitrary: fc.constantFrom('p520', '8203-E4A*10ACE01') }, fc.constant('p521'))
  if (option === '-i' || option === '-a') return data.map((text) => `"${text}"`)
  if (option === '-F') return fc.array(fc.constantFrom('nonsense', ...attributes), { maxLength: 3 }).map((names) => names.join(','))
  if (option === '--filter') return fc.tuple(fc.constantFrom('lpar_names', 'lpar_ids', 'slots'), value).map((pair) => `"${pair.join('=')}"`)
  if (option === '-p' || (option === '-n' && /^(?:ch|rm)sys/.test(command))) return fc.oneof({ weight: 8, arbitrary: partition }, value)
  if (numbers.has(option)) return fc.oneof({ weight: 8, arbitrary: number }, value)
  return option.startsWith('--') && !/ip|passwd|sub|level/.test(option) ? fc.constant('') : value
}

const asking = openConsole({ machine: presets.power520, seed: 'fuzz' })

/** What the console says is missing when a variant is typed without more. */
function missingOf({ command, variant }: { command: string; variant: string }): readonly string[] {
  const { stdout, stderr } = asking.type(`${command} ${variant}`)
  return /invalid value are (\S+)\. Please/.exec(stdout + stderr)?.[1]?.split(',') ?? []
}

const changes = variants.filter(({ command }) => /^(?:ch|mk|rm)sys(?:cfg|state)$|^chhwres$/.test(command))
const line = fc.oneof(fc.constantFrom(...changes), fc.constantFrom(...variants, ...plain)).chain((row) => {
  const attributes = namesOf('attribute', row)
  const missing = missingOf(row)
  const given = namesOf('option', row).map((name) => {
    const isOther = name === '--all' || (/^--(?:id|tid)$|^-f$/.test(name) && missing.some((missed) => /^-[pnti]$/.test(missed)))
    const likely = missing.includes(name) && !isOther ? 19 : 1
    return fc
      .tuple(fc.integer({ min: 0, max: 19 }), valueOf(name, row.command, attributes))
      .map(([draw, text]) => (draw < likely ? `${name} ${text}`.trim() : ''))
  })
  return fc.tuple(...given).map((words) => [row.command, row.variant, ...words].filter((part) => part !== '').join(' '))
})

/** Whole data of a partition but for one value. */
const nearly = fc
  .tuple(fc.constantFrom(...profile.split(',')), fc.oneof(number, fc.constantFrom('ded', 'shared', 'cap', 'none')))
  .map(([pair, drawn]) => profile.replace(pair, `${pair.split('=')[0]}=${drawn}`))

const amount = fc.constantFrom('128', '256', '512', '4096', '60000', '1000000', '100')
const adapter = fc.constantFrom(
  '2/0/1//0/1',
  '3/0/1//0/1,4/1/2/3/0/1',
  '99/0/1//0/1',
  '0/0/1//0/1',
  '2/server/any//any/1',
  '2/client/1/vios1/20/0',
)

/** Lines that a careful operator might type, with one thing wrong or too much. */
const careful = fc.oneof(
  fc.tuple(fc.constantFrom('lp1', 'lp2', 'lp3'), nearly).map(([name, drawn]) => `mksyscfg -r lpar -m p520 -i "name=${name},${drawn}"`),
  fc
    .tuple(nearly, adapter, fc.constantFrom('eth', 'scsi'))
    .map(([drawn, text, kind]) => `mksyscfg -r lpar -m p520 -i "name=lp4,${drawn},\\"virtual_${kind}_adapters=${text}\\""`),
  nearly.map((drawn) => `chsyscfg -r prof -m p520 -i "name=normal,lpar_name=lp1,${drawn.replace(/^[^,]*,[^,]*,/, '')}"`),
  fc.tuple(fc.constantFrom('a', 'r'), partition, amount).map(([how, name, mib]) => `chhwres -r mem -m p520 -o ${how} -p ${name} -q ${mib}`),
  fc
    .tuple(fc.constantFrom('a', 'r'), partition, number)
    .map(([how, name, units]) => `chhwres -r proc -m p520 -o ${how} -p ${name} --procs ${units}`),
  fc.tuple(partition, fc.constantFrom('on', 'shutdown --immed')).map(([name, how]) => `chsysstate -r lpar -m p520 -n ${name} -o ${how}`),
  partition.map((name) => `chsysstate -r lpar -m p520 -n ${name} -o on -f normal`),
  partition.map((name) => `rmsyscfg -r lpar -m p520 -n ${name}`),
)

const catalogue = Object.values(messages).map(({ id, text }) => {
  const pattern = text.replace(/[.*+?^$()|[\]\\]/g, '\\$&').replace(/\{\w+\}/g, '[^]*')
  return new RegExp(`^${id === '' ? '' : `${id} `}${pattern}\\n$`)
})
const shell = /^(?:-hmcbash: |sleep: )/

test('lines drawn from the tables, on a whole machine', () => {
  const failed = new Set<string>()
  let done = 0
  let reached = 0
  let abandoned = 0
  const typed = fc.property(fc.array(fc.oneof(line, careful), { minLength: 10, maxLength: 25 }), (lines) => {
    const console = openConsole({ machine: presets.power520, seed: 'fuzz' })
    const { consoles, systems } = console.installation
    const held = (): string => JSON.stringify([systems.map(({ phyp }) => phyp.configuration.snapshot), [...consoles[0]!.users.users]])
    console.type(`mksyscfg -r lpar -m p520 -i "name=lp1,${profile}"`)
    for (const text of lines) {
      const before = held()
      const { exitStatus, stdout, stderr, commands } = console.type(text)
      expect([text, systems[0]!.phyp.statistics().stages.open]).toEqual([text, 0])
      if (exitStatus === 0) {
        done++
        continue
      }
      if (commands > 0) reached++
      failed.add(text.split(' ', 1)[0] ?? '')
      expect([text, held()]).toEqual([text, before])
      const said = stdout + stderr.replace(/(?:^|\n)not simulated: [^\n]*\n$/, (found) => (found.startsWith('\n') ? '\n' : ''))
      const known = said === '' || shell.test(said) || catalogue.some((pattern) => pattern.test(said))
      expect([text, known, said]).toEqual([text, true, said])
    }
    console.installation.check()
    abandoned += systems[0]!.phyp.statistics().stages.abandoned
  })
  fc.assert(typed, { numRuns: 40 })
  // The property would hold of lines that are all wrong in the same way.
  expect(done).toBeGreaterThan(100)
  expect(reached).toBeGreaterThan(50)
  expect(abandoned).toBeGreaterThan(10)
  expect(failed.size).toBeGreaterThan(15)
})
