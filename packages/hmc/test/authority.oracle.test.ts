// Who may do what, against a reference that is written down as a table of roles and kinds of objects and decides in its own way, over all
// task roles, all variants of all commands and all kinds of resources; and that more rights never take one away.

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { OptionReader } from '../src/cli/option-reader.js'
import { commandRules } from '../src/operations/command-table.js'
import { refusalOf } from '../src/users/authority.js'
import { userOf } from '../src/users/hmc-user.js'
import type { ManagedResource } from '../src/users/managed-resource.js'
import { viewOf } from './fake-partitions.js'
import { FakeConsole } from './operation-fake-console.js'

const KEY = '9131-52A*6535CCG'

// Letters: S super administrator, O operator, V viewer, R service representative, E product engineer. IBM: all five look (user management
// tasks, POWER5: lshmcusr, lsaccfg), only the super administrator manages users and roles, the product engineer does all but that, viewers
// change nothing; keys are one's own here. Then what it is done to: the console, everything, a system, partitions and how a line names one.
const reference = `
  lssyscfg                              SOVRE system
  lshwres                               SOVRE system
  lsrefcode                             SOVRE system
  lsled                                 SOVRE system
  lssvcevents                           SOVRE system
  lsfru                                 SOVRE system
  lsdump                                SOVRE system
  lslic                                 SOVRE system
  lspwrmgmt                             SOVRE system
  lscod                                 SOVRE system
  lsmemopt                              SOVRE system
  lslparmigr                            SOVRE system
  lslparutil                            SOVRE system
  lssvcevents -t console                SOVRE console
  lssyscfg -r lpar                      SOVRE partition
  lssyscfg -r prof                      SOVRE partition
  lshwres --level lpar                  SOVRE partition
  lshwres -r virtualio                  SOVRE partition
  lshwres --rsubtype vswitch            SOVRE system
  lshwres --rsubtype vnetwork           SOVRE system
  lsrefcode -r lpar                     SOVRE partition
  lsled -t virtuallpar                  SOVRE partition
  lsmemopt -r lpar                      SOVRE partition
  lslparmigr -r lpar                    SOVRE partition
  lslparmigr -r manager                 SOVRE console
  lssysconn                             SOVRE console
  lshmc                                 SOVRE console
  lshmcusr                              SOVRE console
  lsaccfg                               SOVRE console
  lspwdpolicy                           SOVRE console
  lspartition                           SOVRE console
  monhmc                                SOVRE console
  mksyscfg                              SO__E system
  mksyscfg -r prof                      SO__E partition -p
  chsyscfg                              S___E system
  chsyscfg -r sysprof                   SO__E system
  chsyscfg -r lpar                      SO__E partition -p
  chsyscfg -r prof                      SO__E partition -p
  rmsyscfg                              SO__E system
  rmsyscfg -r lpar                      S___E partition -n
  rmsyscfg -r prof                      SO__E partition -p
  chsysstate -r lpar                    SO_RE partition -n
  chsysstate                            SO_RE system
  chsysstate -o recover                 S___E system
  chhwres                               SO__E partition -p
  chhwres -r mempool                    SO__E system
  chhwres -r procpool                   SO__E system
  chhwres --rsubtype vswitch            SO__E system
  rsthwres                              SO__E partition -p
  optmem                                SO__E system
  viosrvcmd                             SO__E partition -p
  lpar_netboot                          SO_RE partition partition
  mkvterm                               SO_RE partition -p
  rmvterm                               SO_RE partition -p
  chled                                 SO_RE system
  chled -t virtuallpar                  SO_RE partition -p
  chsvcevent                            SO_RE system
  startdump                             SO_RE system
  getdump                               SO_RE system
  rmdump                                S__RE system
  updlic                                S__RE system
  chpwrmgmt                             SO__E system
  chlparutil                            SO__E system
  chcod                                 S___E system
  chsyspwd                              S____ system
  mksysconn                             SO_RE everything
  rmsysconn                             SO_RE everything
  resetcofw                             S__RE everything
  chhmc                                 S__RE console
  hmcshutdown                           SO_RE console
  mkhmcusr                              S____ console
  chhmcusr                              S____ console
  rmhmcusr                              S____ console
  mkauthkeys                            SOVRE console
  mkpwdpolicy                           S____ console
  chpwdpolicy                           S____ console
  rmpwdpolicy                           S____ console
  mkaccfg                               S____ console
  chaccfg                               S____ console
  rmaccfg                               S____ console
`

interface ReferenceRow {
  readonly words: readonly string[]
  readonly letters: string
  readonly about: string
  readonly naming: string | undefined
}

const rows: readonly ReferenceRow[] = reference
  .trim()
  .split('\n')
  .map((line) => {
    const match = /^\s*(.*?)\s+([SOVRE_]{5}) (\w+)(?: (\S+))?$/.exec(line)!
    return { words: match[1]!.split(' '), letters: match[2]!, about: match[3]!, naming: match[4] }
  })

const letters = { hmcsuperadmin: 'S', hmcoperator: 'O', hmcviewer: 'V', hmcservicerep: 'R', hmcpe: 'E' } as const
type Role = keyof typeof letters

interface Variant {
  readonly command: (typeof commandRules)[number]
  readonly variant: (typeof commandRules)[number]['variants'][number]
}

const variants: readonly Variant[] = commandRules
  .filter(({ name }) => rows.some(({ words }) => words[0] === name))
  .flatMap((command) => command.variants.map((variant) => ({ command, variant })))

/** The row that says most about a variant: the longest of those that fit, the last of equally long ones. */
function rowOf({ command, variant }: Variant): ReferenceRow {
  const selected = Object.entries(variant.select).map(([option, value]) => `${option} ${value}`)
  const fitting = rows.filter(({ words: [name, ...choice] }) => {
    return name === command.name && (choice.length === 0 || selected.includes(choice.join(' ')))
  })
  const best = fitting.toSorted((one, other) => weight(one) - weight(other)).at(-1)
  if (best === undefined) throw new Error(`the reference has no row for ${command.name} ${selected.join(' ')}`)
  return best
}

const weight = ({ words }: ReferenceRow): number => words.length

/** What a user may have. */
const possessions = {
  everything: null,
  'the system': [{ kind: 'cec', system: KEY }],
  'all partitions': [{ kind: 'lpar', system: KEY, lparId: null }],
  'partition 5': [{ kind: 'lpar', system: KEY, lparId: 5 }],
  'another system': [{ kind: 'cec', system: '8203-E4A*10ACE01' }],
  nothing: [],
} as const satisfies Record<string, readonly ManagedResource[] | null>
type Possession = keyof typeof possessions

const objects = ['nim1', 'vios1', undefined] as const

/** The reference's own decision. */
function expected({ command, variant }: Variant, role: Role, has: Possession, object: (typeof objects)[number]): boolean {
  const row = rowOf({ command, variant })
  if (!row.letters.includes(letters[role])) return false
  if (has === 'everything' || row.about === 'console') return true
  if (row.about === 'everything') return false
  if (row.about === 'system') return has === 'the system'
  if (has === 'the system' || has === 'all partitions') return true
  if (has !== 'partition 5') return false
  return row.naming !== undefined && object !== undefined ? object === 'nim1' : command.kind === 'list'
}

const made = new FakeConsole('9131-52A', '6535CCG', 's1')
made.add(viewOf(1, 'vios1', { environment: 'vioserver' }))
made.add(viewOf(5, 'nim1'))

function allowed(
  variant: Variant,
  options: readonly (readonly [string, string])[],
  taskRole: string,
  has: readonly ManagedResource[] | null,
): boolean {
  made.user = userOf({ name: 'tested', taskRole, ...(has === null ? {} : { resourceRoles: [], resources: [...has] }) })
  const reader = new OptionReader(new Map([['-m', 's1'], ...options]), 'v7r7')
  const check = refusalOf({ context: made, tally: { commands: 0 } }, variant.command, variant.variant, reader)
  const process = made.simulation.process('check', check)
  made.simulation.run()
  return process.result === undefined
}

const named = (row: ReferenceRow, object: string | undefined): [string, string][] =>
  row.naming === undefined || object === undefined ? [] : [[row.naming, object]]

describe('what a user may do', () => {
  it('is what the reference says, for all roles, variants, resources and partitions', () => {
    let count = 0
    for (const variant of variants) {
      const row = rowOf(variant)
      for (const role of Object.keys(letters)) {
        for (const has of Object.keys(possessions)) {
          for (const object of row.naming === undefined ? [undefined] : objects) {
            // The keys of both objects.
            const [as, with_] = [role as Role, has as Possession]
            const decided = allowed(variant, named(row, object), role, possessions[with_])
            const what = [variant.command.name, variant.variant.select, role, has, object ?? '']
            expect([what, decided]).toEqual([what, expected(variant, as, with_, object)])
            count++
          }
        }
      }
    }
    expect(count).toBeGreaterThan(6000)
  })

  it('is the same whether a partition is named by name, by ID or in the data', () => {
    const variant = variants.find(({ command, variant: { select } }) => command.name === 'chsyscfg' && select['-r'] === 'lpar')!
    for (const [name, id] of [
      ['nim1', '5'],
      ['vios1', '1'],
    ] as const) {
      const ways = [[['-p', name]], [['--id', id]], [['-i', `name=${name},auto_start=1`]], [['-i', `lpar_id=${id},auto_start=1`]]] as const
      const decisions = ways.map((options) => allowed(variant, options, 'hmcoperator', possessions['partition 5']))
      expect(decisions).toEqual(ways.map(() => name === 'nim1'))
    }
    const lines = [
      ['-n', 'nim1,vios1'],
      ['--id', '5,1'],
      ['--all', ''],
    ] as const
    const on = variants.find(({ command, variant: { select } }) => command.name === 'chsysstate' && select['-r'] === 'lpar')!
    for (const line of lines) expect([line, allowed(on, [line], 'hmcoperator', possessions['partition 5'])]).toEqual([line, false])
  })

  it('never shrinks with more tasks or more resources', () => {
    const tasks = [
      'cec:lshwres',
      'lpar:lshwres',
      'lpar:lssyscfg',
      'cec:lssyscfg',
      'lpar:chsysstate',
      'cec:chsysstate',
      'lpar:chhwres',
      'cec:chhwres',
    ]
    const resource = fc.constantFrom<ManagedResource>(
      { kind: 'cec', system: KEY },
      { kind: 'lpar', system: KEY, lparId: null },
      { kind: 'lpar', system: KEY, lparId: 1 },
      { kind: 'lpar', system: KEY, lparId: 5 },
      { kind: 'cec', system: '8203-E4A*10ACE01' },
    )
    const variant = fc.constantFrom(...variants.filter(({ command }) => /^(?:lssyscfg|lshwres|chsysstate|chhwres)$/.test(command.name)))
    const property = fc.property(
      ...[fc.subarray(tasks), fc.subarray(tasks), fc.array(resource), fc.array(resource), variant, fc.constantFrom(...objects)],
      (few, more, some, others, tried, object) => {
        const options = named(rowOf(tried), object)
        made.users.taskRoles.set('less', { name: 'less', parent: 'hmcpe', tasks: new Set(few) })
        made.users.taskRoles.set('more', { name: 'more', parent: 'hmcpe', tasks: new Set([...few, ...more]) })
        const before = allowed(tried, options, 'less', some)
        const after = allowed(tried, options, 'more', [...some, ...others])
        expect(before && !after).toBe(false)
      },
    )
    fc.assert(property, { numRuns: 400 })
  })
})
