// Users at a whole machine: what a role or a resource role refuses is refused on both paths alike and leaves the machine as it is, a
// script names who types, and a console that restarts goes on with a new epoch.

import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { byTarget, fspOnly } from '@powersim/routing'
import { openConsole, type OpenConsole, presets, runWorkload, workloads } from '../src/index.js'

const NO_AUTHORITY = 'HSCL350B The user does not have the appropriate authority.\n'
const partition = (id: number): string => `lpar:root/ibmhscS1_0|${id}*8203-E4A*10ACE01|IBMHSC_Partition`

/** The console lines of the day-one script, loops taken once. */
const dayOne = readFileSync(new URL('../../../examples/workloads/day-one.hmc', import.meta.url), 'utf8')
  .split('\n')
  .map((line) => line.replace(/^\s*(?:@\S+\s+)?(?:console \S+\s*)?(?:@\S+\s+)?/, ''))
  .filter((line) => /^(?:ls|mk|ch|rm|rst)/.test(line))
  .map((line) => line.replaceAll(/\$\{?i\}?/g, '1'))

const profile =
  'profile_name=normal,lpar_env=aixlinux,min_mem=256,desired_mem=512,max_mem=1024,proc_mode=shared,min_proc_units=0.1,' +
  'desired_proc_units=0.2,max_proc_units=1.0,min_procs=1,desired_procs=1,max_procs=2,sharing_mode=uncap,uncap_weight=128'

function withUsers(policy: ReturnType<typeof fspOnly>): OpenConsole {
  const console = openConsole({ machine: presets.power520, seed: 'users', policy, noise: false, between: 0 })
  for (const line of [
    `mksyscfg -r lpar -m p520 -i "name=mine,lpar_id=7,${profile}"`,
    `mksyscfg -r lpar -m p520 -i "name=other,lpar_id=8,${profile}"`,
    `mkaccfg -t resourcerole -i "name=mine,resources=${partition(7)}"`,
    'mkhmcusr -u view -a hmcviewer --passwd secret123',
    'mkhmcusr -i "name=oper,taskrole=hmcoperator,resourcerole=mine,passwd=secret123"',
  ]) {
    expect(console.type(line), line).toMatchObject({ exitStatus: 0 })
  }
  return console
}

const held = ({ installation }: OpenConsole): string => JSON.stringify(installation.systems.map(({ phyp }) => phyp.configuration.snapshot))

describe('users at a whole machine', () => {
  it('may the same on both paths, and a viewer changes nothing', () => {
    const [one, other] = [withUsers(fspOnly()), withUsers(byTarget())]
    const before = [one, other].map(held)
    let refused = 0
    expect(dayOne.length).toBeGreaterThan(20)
    for (const line of dayOne) {
      const [first, second] = [one.type(line, { user: 'view' }), other.type(line, { user: 'view' })]
      expect([line, first.exitStatus, first.stderr]).toEqual([line, second.exitStatus, second.stderr])
      if (first.stderr === NO_AUTHORITY) refused++
      if (!line.startsWith('ls')) expect([line, first.exitStatus, first.commands]).toEqual([line, 1, 0])
    }
    expect(refused).toBeGreaterThan(10)
    expect([one, other].map(held)).toEqual(before)
    for (const console of [one, other]) console.installation.check()
  })

  it('touch and see their own partitions, on both paths', () => {
    const paths = [new Set<string | null>(), new Set<string | null>()] as const
    const outcomes = [fspOnly(), byTarget()].map((policy, index) => {
      const console = withUsers(policy)
      console.installation.consoles[0]!.observeCommands(({ kind, path }) => {
        if (kind === 'sent') paths[index]!.add(path)
      })
      const as = (line: string): unknown[] => {
        const { exitStatus, stdout, stderr, commands } = console.type(line, { user: 'oper' })
        return [exitStatus, stdout, stderr, commands]
      }
      return [
        as('lssyscfg -r lpar -m p520 -F name,lpar_id'),
        as('lssyscfg -r prof -m p520 -F lpar_name'),
        as('lshwres -r mem -m p520 --level sys -F installed_sys_mem'),
        as('chsysstate -r lpar -m p520 -o on -n mine -f normal'),
        as('chsysstate -r lpar -m p520 -o on -n other -f normal'),
        as('chsysstate -r lpar -m p520 -o on --id 8 -f normal'),
        as('chhwres -r mem -m p520 -o m -p mine -t other -q 128'),
        as('rmsyscfg -r lpar -m p520 -n mine'),
      ]
    })
    expect(outcomes[0]).toEqual([
      [0, 'mine,7\n', '', 2],
      [0, 'mine\n', '', 3],
      [1, NO_AUTHORITY, '', 0],
      [0, '', '', 13],
      [1, '', NO_AUTHORITY, 1],
      [1, '', NO_AUTHORITY, 0],
      [1, '', NO_AUTHORITY, 1],
      [1, '', NO_AUTHORITY, 0],
    ])
    expect(outcomes[1]).toEqual(outcomes[0])
    expect([[...paths[0]], [...paths[1]]]).toEqual([['fsp'], ['nets']])
  })

  it('type in scripts by name, and are strangers until they are made', () => {
    const script = `console oper@hmc1 whoami
mkhmcusr -u oper -a hmcoperator --passwd secret123
console oper@hmc1
  whoami
  rmhmcusr -u oper
end
console oper@hmc2 whoami`
    const { lines } = runWorkload({
      machine: presets.power520,
      workload: workloads.text(script),
      policy: fspOnly(),
      seed: 'users',
    })
    expect(lines.map(({ user, console, exitStatus, stdout, stderr }) => [user, console, exitStatus, stdout || stderr])).toEqual([
      ['oper', 'hmc1', 255, 'oper@hmc1: Permission denied (publickey,password,keyboard-interactive).\n'],
      [undefined, 'hmc1', 0, ''],
      ['oper', 'hmc1', 0, 'oper\n'],
      ['oper', 'hmc1', 1, NO_AUTHORITY],
      ['oper', 'hmc2', 255, 'oper@hmc2: Permission denied (publickey,password,keyboard-interactive).\n'],
    ])
  })

  it('find their console again after its restart', () => {
    const console = openConsole({ machine: presets.power520, seed: 'restart', noise: false, between: 0 })
    expect(console.type('hmcshutdown -t now -r').exitStatus).toBe(0)
    console.wait(1)
    expect(console.type('lssyscfg -r lpar -m p520 -F name').stderr).toBe('hscroot@hmc1: Connection refused\n')
    // The other console works on.
    expect(console.type('lssyscfg -r lpar -m p520 -F name', { console: 'hmc2' }).exitStatus).toBe(0)
    console.wait(310_000_000_000)
    expect(console.type('lssysconn -r all -F state').stdout).toBe('Connected\nConnected\n')
    console.installation.check()
  })
})

describe('a console that goes down in the middle of an operation', () => {
  it.each([fspOnly(), byTarget()])('leaves all of it or nothing, once it is back: $name', (policy) => {
    const seen = new Set<string>()
    for (let delayMs = 5; delayMs <= 125; delayMs += 10) {
      const console = openConsole({ machine: presets.power520, seed: 'restart', policy, noise: false, between: 0 })
      const { installation } = console
      const { phyp } = installation.systems[0]!
      installation.consoles[0]!.shutDown(delayMs * 1_000_000, true)
      const { exitStatus } = console.type(`mksyscfg -r lpar -m p520 -i "name=new,lpar_id=9,${profile}"`)
      console.wait(1_000_000_000)
      if (exitStatus === 255 && phyp.statistics().stages.open > 0) seen.add('staged')
      console.wait(310_000_000_000)
      const { stdout } = console.type('lssyscfg -r lpar -m p520 -F name')
      expect(phyp.statistics().stages.open).toBe(0)
      const isThere = stdout.includes('new')
      seen.add(isThere ? 'done' : 'undone')
      if (exitStatus === 0) expect(isThere).toBe(true)
      const again = console.type(`mksyscfg -r lpar -m p520 -i "name=new,lpar_id=9,${profile}"`)
      expect(again.exitStatus).toBe(isThere ? 1 : 0)
      installation.check()
    }
    expect([...seen].sort()).toEqual(['done', 'staged', 'undone'])
  })
})
