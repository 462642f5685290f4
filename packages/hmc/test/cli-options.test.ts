// The grammar of the console's commands: its own messages for wrong and missing options, -F and --header, filters, streams, statuses.

import { describe, expect, test } from 'vitest'
import { commandRules } from '../src/operations/command-table.js'
import { capturedSystem } from './captured-system.js'

const M = '-m 9131-52A-6535CCG'
const missing = (names: string): string =>
  'The command entered is either missing a required parameter or a parameter value is invalid. ' +
  `The parameters that are missing or have an invalid value are ${names}. Please check your entry and retry the command.\n`
const invalid = (names: string): string =>
  `An invalid parameter was entered.  The parameters ${names} are not valid.  Please check your entry and retry the command.\n`
const attribute = (name: string): string =>
  `An invalid attribute was entered.  The invalid attribute is ${name}.  Please correct your entry and retry the command.\n`

describe('a wrong line of an ls* command answers on stdout, with status 1 and an empty stderr', () => {
  test.each([
    ['lssyscfg -r lpar', missing('-m')],
    ['lssyscfg', missing('-r')],
    ['lssyscfg -r', missing('-r')],
    [`lssyscfg -r nothing ${M}`, missing('-r')],
    [`lshwres -r mem ${M}`, missing('--level')],
    ['lshwres -r mem --level lpar', missing('-m')],
    [`lssyscfg -r lpar ${M} --gid 5`, invalid('--gid')],
    [`lssyscfg -r lpar ${M} extra`, invalid('extra')],
    [`lssyscfg -r lpar ${M} --header`, invalid('--header')],
    [`lssyscfg -r lpar ${M} -F name,UUID`, attribute('UUID')],
    [`lssyscfg -r sys -F configurable_sys_mem`, attribute('configurable_sys_mem')],
    [`lssyscfg -r lpar ${M} -F name,`, attribute('')],
    [`lsrefcode -r lpar ${M} -n 0`, missing('-n')],
    [`lsrefcode -r lpar ${M} -n x`, missing('-n')],
    [`lssyscfg -r lpar ${M} --filter`, missing('--filter')],
    [`lssyscfg -r lpar ${M} --filter "lpar_ids=x"`, missing('--filter')],
    [`lssyscfg -r lpar ${M} --filter "lpar_names=dump,lpar_ids=1"`, missing('--filter')],
    ['lssyscfg -r lpar -m nim1', 'HSCL8018 The managed system nim1 was not found.  Please check your entry and retry the command.\n'],
    [
      `lssyscfg -r lpar ${M} --filter lpar_names=ghost`,
      'HSCL8012 The partition named ghost was not found.  Please check your entry and retry the command.\n',
    ],
    [
      `lssyscfg -r lpar ${M} --filter lpar_ids=77`,
      'HSCL8012 The partition with ID 77 was not found.  Please check your entry and retry the command.\n',
    ],
    [`lssyscfg -r prof ${M} --filter profile_names=gone`, 'HSCL800F The partition profile named "gone" was not found.\n'],
  ])('%s', (line, stdout) => {
    expect(capturedSystem().line(line)).toMatchObject({ exitStatus: 1, stdout, stderr: '' })
  })
})

describe('a wrong line of a command that changes something answers on stderr', () => {
  test.each([
    [`chsysstate -r lpar ${M} -o on`, missing('-n,--id,--all')],
    [`chsysstate -r lpar ${M}`, missing('-o')],
    [`chsysstate -r lpar ${M} -o fly -n nim1`, missing('-o')],
    [`chsysstate -r lpar ${M} -o on -n nim1 --id 5`, invalid('-n,--id')],
    [`chsysstate -r lpar ${M} -o on -n nim1 -b disk`, missing('-b')],
    [`chhwres -r mem ${M} -o a -p nim1 -q 12x`, missing('-q')],
    [`chhwres -r mem ${M} -o a -p nim1 -q -5`, missing('-q')],
    [`chhwres -r proc ${M} -o a -p nim1 --procunits 0.123`, missing('--procunits')],
    [`chhwres -r proc ${M} -o m -p nim1 --procs 1`, missing('-t,--tid')],
    [`mksyscfg -r lpar ${M}`, missing('-i,-f')],
    [
      `mksyscfg -r lpar ${M} -f new.txt`,
      'The file new.txt does not exist or cannot be read.  Please check your entry and retry the command.\n',
    ],
    [`rmsyscfg -r lpar ${M} --id 5000`, missing('--id')],
  ])('%s', (line, stderr) => {
    const console = capturedSystem()
    expect(console.line(line)).toEqual({ exitStatus: 1, stdout: '', stderr, operation: null, commands: 0, operations: [] })
    expect(console.asked).toEqual([])
  })
})

describe('-F', () => {
  const console = capturedSystem()
  const list = (options: string): string => console.line(`lssyscfg -r lpar ${M} --filter lpar_names=nim1 ${options}`).stdout

  test('order, delimiters, blanks, header, bare', () => {
    expect(list('-F lpar_id,name')).toBe('5,nim1\n')
    expect(list('-F name:state')).toBe('nim1:Running\n')
    expect(list('-F name state')).toBe('nim1 Running\n')
    expect(list('-F name~state~lpar_id')).toBe('nim1~Running~5\n')
    expect(list('-F name')).toBe('nim1\n')
    expect(list('-F name:state --header')).toBe('name:state\nnim1:Running\n')
    // One value that is empty is an empty line.
    expect(list('-F description')).toBe('\n')
    expect(list('-F name,name')).toBe('nim1,nim1\n')
    const [header, row] = list('-F --header').split('\n')
    expect(header?.split(',').slice(0, 4)).toEqual(['name', 'lpar_id', 'lpar_env', 'state'])
    expect(row?.split(',')).toHaveLength(header?.split(',').length ?? 0)
    expect(list('-F')).toBe(`${row}\n`)
  })

  test('an attribute that does not apply prints null; a list is quoted by value', () => {
    expect(console.line(`lssyscfg -r lpar ${M} --filter lpar_names=vios1 -F name,boot_mode`).stdout).toBe('vios1,null\n')
    expect(console.line(`lssyscfg -r prof ${M} --filter lpar_names=dump -F name,virtual_eth_adapters`).stdout).toBe(
      'test_1,"""2/1/1/3,4,5/0/1"""\n',
    )
    expect(console.line(`lshwres -r mem ${M} --level sys -F possible_hpt_ratios,mem_region_size`).stdout).toBe(
      '"1:32,1:64,1:128,1:256,1:512",128\n',
    )
  })

  test('attributes of later levels are named only', () => {
    expect(console.line(`lssyscfg -r lpar ${M} --filter lpar_names=nim1 -F uuid`).stdout).toMatch(
      /^[0-9A-F]{8}-[0-9A-F]{4}-4[0-9A-F]{3}-A[0-9A-F]{3}-[0-9A-F]{12}\n$/,
    )
    expect(console.line('lssyscfg -r sys -F uuid').stdout).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-a[0-9a-f]{3}-[0-9a-f]{12}\n$/)
    expect(console.line('lssyscfg -r sys -F lpar_proc_compat_modes').stdout).toBe('"default,POWER6"\n')
  })
})

describe('filters', () => {
  const console = capturedSystem()
  const names = (filter: string): string => console.line(`lssyscfg -r lpar ${M} -F name --filter ${filter}`).stdout

  test('names and IDs, quoted and bare lists, in the order of the system', () => {
    expect(names('lpar_names=vios1')).toBe('vios1\n')
    expect(names('"lpar_names=dump,nim1"')).toBe('nim1\ndump\n')
    expect(names(`'"lpar_names=dump,nim1"'`)).toBe('nim1\ndump\n')
    expect(names('lpar_ids=1,2,3')).toBe('vios2\nvios1\ndump\n')
  })

  test('several filters are all applied; a filter that the console does not have is named', () => {
    const out = console.line(`lssyscfg -r prof ${M} --filter "lpar_names=nim1,profile_names=backup" -F name`)
    expect(out.stdout).toBe('backup\n')
    expect(names('colour=red')).toBe(
      'An invalid filter was entered.  The invalid filter is colour.  Please correct your entry and retry the command.\n',
    )
    const other = console.line(`lssyscfg -r lpar ${M} --filter work_groups=1`)
    expect(other).toMatchObject({ exitStatus: 1, notSimulated: 'lssyscfg --filter work_groups' })
  })

  test('a list without results is a success', () => {
    const empty = console.line(`lsrefcode -r lpar ${M}`)
    expect(empty).toMatchObject({ exitStatus: 0, stdout: 'No results were found.\n', stderr: '', operation: 'lsrefcode lpar', commands: 5 })
    expect(console.line('lssysconn -r all')).toMatchObject({ exitStatus: 0, stdout: 'No results were found.\n' })
  })

  test('-m takes the name or type-model*serial, quoted or not', () => {
    expect(console.line('lssyscfg -r lpar -m 9131-52A*6535CCG -F name --filter lpar_ids=1').stdout).toBe('dump\n')
    expect(console.line(`lssyscfg -r sys -m '9131-52A*6535CCG' -F name`).stdout).toBe('9131-52A-6535CCG\n')
  })
})

describe('resources and options of a real console that are not modelled', () => {
  const console = capturedSystem()
  test.each([
    [`lssyscfg -r cage ${M}`, missing('-r'), '', 'lssyscfg -r cage'],
    [`lshwres -r rspool ${M}`, missing('-r'), '', 'lshwres -r rspool'],
    [`lshwres -r proc ${M} --level sharedpool`, missing('--level'), '', 'lshwres --level sharedpool'],
    [`lssyscfg -r lpar ${M} --osrefresh`, invalid('--osrefresh'), '', 'lssyscfg --osrefresh'],
    [`lssyscfg --help`, invalid('--help'), '', 'lssyscfg --help'],
    [`chsysstate -r lpar ${M} -o dumprestart -n nim1`, '', missing('-o'), 'chsysstate -o dumprestart'],
    [`chsyscfg -r lpar ${M} -o apply -p nim1 -n normal --force`, '', invalid('--force'), 'chsyscfg --force'],
  ])('%s', (line, stdout, stderr, notSimulated) => {
    expect(console.line(line)).toEqual({
      exitStatus: 1,
      stdout,
      stderr: `${stderr}not simulated: ${notSimulated}\n`,
      operation: null,
      commands: 0,
      operations: [],
      notSimulated,
    })
  })
})

test('a line that asks nothing of a system is no operation', () => {
  const console = capturedSystem()
  expect(console.line('chsysstate -r sys -m ghost -o on')).toMatchObject({ exitStatus: 1, operation: null, commands: 0 })
  expect(console.line(`lssyscfg -r lpar ${M} --filter lpar_names=ghost`)).toMatchObject({ operation: 'lssyscfg lpar', commands: 1 })
})

test('the grammar table is one: every selection has one variant, and an option takes a value everywhere or nowhere', () => {
  for (const command of commandRules) {
    const selections = command.variants.map((variant) => JSON.stringify(variant.select))
    expect(new Set(selections).size).toBe(selections.length)
    const takesValue = new Map<string, boolean>()
    for (const variant of command.variants) {
      for (const selector of Object.keys(variant.select)) expect(command.selectors).toContain(selector)
      for (const { name, takes } of [...variant.options, ...variant.notSimulated]) {
        expect([command.name, name, takesValue.get(name) ?? takes !== 'nothing']).toEqual([command.name, name, takes !== 'nothing'])
        takesValue.set(name, takes !== 'nothing')
      }
      const own = variant.options.map((rule) => rule.name)
      for (const rule of variant.notSimulated) expect(own).not.toContain(rule.name)
      for (const names of variant.required) for (const name of names.split('|')) expect(own).toContain(name)
      expect(variant.attributes !== undefined).toBe(own.includes('-F'))
      expect(variant.filters !== undefined).toBe(own.includes('--filter'))
    }
  }
})
