// What the commands about users, roles and passwords print and refuse, and what a change of them does to who may do what.

import { describe, expect, it } from 'vitest'
import { commandRules } from '../src/operations/command-table.js'
import { viewOf } from './fake-partitions.js'
import { FakeConsole } from './operation-fake-console.js'

const SYSTEM = '9131-52A*6535CCG'
const NO_AUTHORITY = 'HSCL350B The user does not have the appropriate authority.\n'
const partition = (id: number | string): string => `lpar:root/ibmhscS1_0|${id}*${SYSTEM}|IBMHSC_Partition`

function console(): FakeConsole {
  const made = new FakeConsole('9131-52A', '6535CCG', 's1')
  made.add(viewOf(1, 'vios1', { environment: 'vioserver' }))
  made.add(viewOf(5, 'nim1'))
  return made
}

/** A console on which the lines have succeeded. */
function after(...lines: string[]): FakeConsole {
  const made = console()
  for (const line of lines) expect(made.line(line), line).toMatchObject({ exitStatus: 0, stdout: '', stderr: '' })
  return made
}

function as(made: FakeConsole, name: string): FakeConsole {
  made.user = made.users.users.get(name)!
  return made
}

const makeOper = `mkhmcusr -u oper -a hmcoperator -d "some_security_comment; " --passwd secret123 -M 90`

describe('lshmcusr', () => {
  it('prints the captured row', () => {
    // Row of a public capture; the user of it has other access rights and roles of the same kind.
    const made = after(`mkhmcusr -u someuserid -a hmcsuperadmin -d "some_security_comment; " --passwd secret123 -M 90`)
    expect(made.line('lshmcusr --filter "names=someuserid"').stdout).toBe(
      'name=someuserid,taskrole=hmcsuperadmin,description=some_security_comment; ,pwage=90,resourcerole=ALL:,authentication_type=local,' +
        'remote_webui_access=0,remote_ssh_access=1,min_pwage=0,session_timeout=0,verify_timeout=15,idle_timeout=0,' +
        'inactivity_expiration=0,resources=<ResourceID = ALL:><UserDefinedName = AllSystemResources>,password_encryption=md5,disabled=0\n',
    )
  })

  it('filters by names, roles and tasks', () => {
    const made = after(makeOper)
    expect(made.line('lshmcusr -F name').stdout).toBe('hscroot\noper\n')
    expect(made.line('lshmcusr --filter "taskroles=hmcoperator" -F name').stdout).toBe('oper\n')
    expect(made.line('lshmcusr --filter "names=nobody"').stdout).toBe('No results were found.\n')
  })
})

describe('users', () => {
  it('are made from -i too, changed, renamed and removed', () => {
    const made = after(
      'mkhmcusr -i "name=oper,taskrole=hmcviewer,passwd=secret123,idle_timeout=15,session_timeout=60"',
      'chhmcusr -u oper -t taskrole -v hmcoperator',
      'chhmcusr -u oper -t desc -v operators',
      'chhmcusr -i "name=oper,inactivity_expiration=90,remote_ssh_access=0"',
      'chhmcusr -u oper -t name -v op2',
    )
    const attributes = 'name,taskrole,description,idle_timeout,session_timeout,inactivity_expiration,remote_ssh_access'
    expect(made.line(`lshmcusr --filter names=op2 -F ${attributes}`).stdout).toBe('op2,hmcoperator,operators,15,60,90,0\n')
    expect(made.line('rmhmcusr -u op2').exitStatus).toBe(0)
    expect(made.line('lshmcusr -F name').stdout).toBe('hscroot\n')
  })

  it.each([
    ['mkhmcusr -u oper -a hmcoperator --passwd short', 'The password of the user oper is not valid: a password has 8 to 32 characters.'],
    ['mkhmcusr -u oper -a nosuch --passwd secret123', 'The role nosuch was not found.'],
    ['mkhmcusr -u 9 -a hmcviewer --passwd secret123', 'The user 9 cannot be changed or made so'],
    ['mkhmcusr -u hscroot -a hmcviewer --passwd secret123', 'A user of the name hscroot exists already.'],
    ['mkhmcusr -u oper -a hmcviewer', 'missing or have an invalid value are --passwd'],
    ['rmhmcusr -u hscroot', 'The user hscroot is predefined'],
    ['chhmcusr -u hscroot -t taskrole -v hmcviewer', 'The user hscroot is predefined'],
    ['chhmcusr -u nobody -t desc -v x', 'The user nobody was not found.'],
    ['chhmcusr -u hscroot -t assign -o a -v x', 'missing or have an invalid value are -r'],
  ])('refuse %s', (line, text) => {
    const made = console()
    const before = JSON.stringify([...made.users.users])
    const { exitStatus, stderr } = made.line(line)
    expect(stderr).toContain(text)
    expect(exitStatus).toBe(1)
    expect(JSON.stringify([...made.users.users])).toBe(before)
  })

  it('change their own password and keys, and nobody else but a super administrator does', () => {
    const made = as(after(makeOper, 'mkhmcusr -u view -a hmcviewer --passwd secret123'), 'view')
    expect(made.line('whoami').stdout).toBe('view\n')
    expect(made.line('chhmcusr -u view -t passwd -v secret456').exitStatus).toBe(0)
    expect(made.line("mkauthkeys -a 'ssh-rsa AAAA me@home'").exitStatus).toBe(0)
    expect(made.user.keys).toEqual(['ssh-rsa AAAA me@home'])
    for (const line of [
      'chhmcusr -u view -t taskrole -v hmcsuperadmin',
      'chhmcusr -u oper -t passwd -v secret456',
      'chhmcusr -i "name=view,taskrole=hmcsuperadmin"',
      "mkauthkeys -u oper -a 'ssh-rsa AAAA me@home'",
      'rmhmcusr -u oper',
      'chpwdpolicy -o d',
      'chaccfg -t autoresourcerole -o enable',
    ]) {
      made.version = 'V8R8.6.0'
      expect(made.line(line), line).toMatchObject({ exitStatus: 1, stderr: NO_AUTHORITY, commands: 0, operation: null })
    }
    expect(made.line('mkauthkeys -r me@home').exitStatus).toBe(0)
    expect(made.line('mkauthkeys -r me@home').stderr).toBe(
      'The key me@home was not found.  Please check your entry and retry the command.\n',
    )
  })
})

describe('password policies', () => {
  it('are listed with the values of the one that every console has', () => {
    const made = console()
    expect(made.line('lspwdpolicy -t p').stdout).toBe(
      'name=HMC Medium Security Password Policy,description=HMC Medium Security Password Policy,min_pwage=1,pwage=180,min_length=8,' +
        'hist_size=10,warn_pwage=7,min_digits=0,min_uppercase_chars=1,min_lowercase_chars=6,min_special_chars=0\n',
    )
    expect(made.line('lspwdpolicy -t s').stdout).toBe('status=inactive,name=none\n')
  })

  it('ask for what they say while they are active', () => {
    const made = after(
      makeOper,
      'mkpwdpolicy -i "name=hard,min_length=10,min_digits=2,min_uppercase_chars=1,min_special_chars=1,hist_size=2"',
      'chpwdpolicy -o a -n hard',
    )
    const change = (password: string): string => made.line(`chhmcusr -u oper -t passwd -v '${password}'`).stderr
    expect(change('Secret12!')).toContain('at least 10 characters')
    expect(change('Secretsecret1!')).toContain('at least 2 digits')
    expect(change('secretsecret12!')).toContain('at least 1 uppercase')
    expect(change('Secretsecret12')).toContain('at least 1 special')
    expect(change('Secretsecret12!')).toBe('')
    expect(change('Secretsecret12!')).toContain('the last 2 passwords')
    expect(made.line('rmpwdpolicy -n hard').stderr).toContain('predefined or active')
    expect(made.line('chpwdpolicy -o d').exitStatus).toBe(0)
    expect(change('secret123')).toBe('')
    expect(made.line('rmpwdpolicy -n hard').exitStatus).toBe(0)
    expect(made.line('rmpwdpolicy -n "HMC Medium Security Password Policy"').exitStatus).toBe(1)
  })
})

describe('roles', () => {
  it('of tasks are copies with some of the tasks', () => {
    const made = after(
      'mkaccfg -t taskrole -i "name=tr1,parent=hmcoperator,\\"resources=cec:lshwres+lssyscfg,lpar:lssyscfg+chsysstate\\""',
      makeOper,
      'chhmcusr -u oper -t taskrole -v tr1',
    )
    expect(made.line('lsaccfg -t taskrole --filter names=tr1').stdout).toBe(
      'name=tr1,parent=hmcoperator,"resources=cec:lshwres+lssyscfg,lpar:lssyscfg+chsysstate"\n',
    )
    as(made, 'oper')
    expect(made.line('lssyscfg -r lpar -m s1 -F name').stdout).toBe('vios1\nnim1\n')
    expect(made.line('lsrefcode -r lpar -m s1').stdout).toBe(NO_AUTHORITY)
    as(made, 'hscroot')
    expect(made.line('chaccfg -t taskrole -i "name=tr1,resources-=lpar:lssyscfg"').exitStatus).toBe(0)
    expect(as(made, 'oper').line('lssyscfg -r lpar -m s1 -F name').stdout).toBe(NO_AUTHORITY)
    as(made, 'hscroot')
    expect(made.line('rmaccfg -t taskrole -n tr1').exitStatus).toBe(0)
    // Its users can log in and nothing more.
    expect(as(made, 'oper').line('lssyscfg -r sys -F name').stdout).toBe(NO_AUTHORITY)
  })

  it.each([
    ['mkaccfg -t taskrole -i "name=x,parent=hmcviewer,resources=lpar:chsysstate"', 'The parent role has no task lpar:chsysstate.'],
    ['mkaccfg -t taskrole -i "name=hmcpe,parent=hmcviewer"', 'The role hmcpe exists already'],
    ['chaccfg -t taskrole -i "name=hmcviewer,resources+=lpar:chsysstate"', 'The role hmcviewer is predefined'],
    ['rmaccfg -t taskrole -n hmcviewer', 'The role hmcviewer is predefined'],
    ['rmaccfg -t resourcerole -n AllSystemResources', 'The role AllSystemResources is predefined'],
    ['mkaccfg -t resourcerole -i "name=x,resources=lpar:nim1"', 'The managed resource lpar:nim1 is not valid.'],
    ['chaccfg -t resourcerole -i "name=x"', 'The role x was not found.'],
  ])('refuse %s', (line, text) => {
    expect(console().line(line)).toMatchObject({ exitStatus: 1, stderr: expect.stringContaining(text) })
  })

  it('of resources are printed in the captured form', () => {
    const made = after(`mkaccfg -t resourcerole -i 'name=LparAdmin,"resources=${partition(1)},${partition(5)}"'`)
    expect(made.line('lsaccfg -t resourcerole').stdout).toBe(`name=LparAdmin,"resources=${partition(1)},${partition(5)}"\n`)
    made.line('lssyscfg -r lpar -m s1')
    expect(made.line('lsaccfg -t resource --script -F').stdout).toBe(
      `cec:root/ibmhscS1_0|${SYSTEM}|IBMHSC_ComputerSystem\n${partition('ALL_PARTITIONS')}\n${partition(1)}\n${partition(5)}\n`,
    )
  })

  it('of resources say what a user sees and touches', () => {
    const made = after(
      `mkaccfg -t resourcerole -i "name=nim,resources=${partition(5)}"`,
      makeOper,
      'chhmcusr -i "name=oper,resourcerole=nim"',
    )
    as(made, 'oper')
    expect(made.line('lssyscfg -r lpar -m s1 -F name,lpar_id').stdout).toBe('nim1,5\n')
    expect(made.line('lssyscfg -r lpar -m s1 --filter lpar_names=vios1').stdout).toContain('HSCL8012')
    expect(made.line('lssyscfg -r sys -F name').stdout).toBe('No results were found.\n')
    expect(made.line('lshwres -r mem -m s1 --level sys').stdout).toBe(NO_AUTHORITY)
    expect(made.line('chsysstate -r lpar -m s1 -o on -n nim1 -f normal').exitStatus).toBe(0)
    expect(made.line('chsysstate -r lpar -m s1 -o shutdown --immed --id 1')).toMatchObject({ stderr: NO_AUTHORITY, commands: 0 })
    expect(made.line('chsysstate -r lpar -m s1 -o shutdown --immed -n vios1')).toMatchObject({ stderr: NO_AUTHORITY, commands: 1 })
    expect(made.line('chsysstate -r lpar -m s1 -o shutdown --immed -n nim1,vios1').stderr).toBe(NO_AUTHORITY)
    expect(made.line('chsysstate -r sys -m s1,s1 -o off').stderr).toBe(NO_AUTHORITY)
    expect(made.line('chsysstate -r sys --all -o off').stderr).toBe(NO_AUTHORITY)
    expect(made.names()).toEqual([])
  })
})

describe('lists', () => {
  const lists = commandRules
    .filter(({ kind }) => kind === 'list')
    .flatMap(({ name, variants }) => variants.map(({ select, options }) => ({ name, select, options })))

  it.each(lists.map(({ name, select, options }) => [[name, ...Object.entries(select).flat()].join(' '), options] as const))(
    'of a user with one partition show no other one: %s',
    (line, options) => {
      const made = after(
        `mkaccfg -t resourcerole -i "name=nim,resources=${partition(5)}"`,
        makeOper,
        'chhmcusr -i "name=oper,resourcerole=nim"',
      )
      made.version = 'V10R3 M1060'
      made.line('lssyscfg -r lpar -m s1')
      const { stdout, stderr } = as(made, 'oper').line(`${line}${options.some(({ name }) => name === '-m') ? ' -m s1' : ''}`)
      // What users and roles there are everybody may see.
      expect(stdout + stderr).not.toContain('vios1')
    },
  )
})

describe('all partitions of a system', () => {
  it('are seen and touched, and the system is not', () => {
    const made = after(
      `mkaccfg -t resourcerole -i "name=s1,resources=${partition('ALL_PARTITIONS')}"`,
      makeOper,
      'chhmcusr -u oper -t assign -o a -r resourcerole -v s1',
      'chhmcusr -u oper -t assign -o r -r resourcerole -v AllSystemResources',
    )
    as(made, 'oper')
    expect(made.line('lssyscfg -r lpar -m s1 -F name').stdout).toBe('vios1\nnim1\n')
    expect(made.line('chsysstate -r lpar -m s1 -o on -n nim1 -f normal').exitStatus).toBe(0)
    expect(made.line('chsysstate -r sys -m s1 -o off').stderr).toBe(NO_AUTHORITY)
    expect(made.line(`lssyscfg -r sys -m ${SYSTEM}`).stdout).toBe(NO_AUTHORITY)
  })
})

describe('a login', () => {
  const DAY = 86_400_000_000_000
  const admitted = (made: FakeConsole, days: number): boolean => typeof made.users.admit('oper', undefined, days * DAY) !== 'string'

  it('is refused when the password is too old, or the user was away too long until it is enabled again', () => {
    const made = after(makeOper)
    expect(admitted(made, 89)).toBe(true)
    expect(made.users.admit('oper', undefined, 90 * DAY)).toBe('Password change required but no TTY available.')
    expect(made.line('chhmcusr -i "name=oper,pwage=99999,inactivity_expiration=30"').exitStatus).toBe(0)
    expect(admitted(made, 100)).toBe(true)
    expect(admitted(made, 129)).toBe(true)
    expect(admitted(made, 159)).toBe(false)
    expect(made.line('lshmcusr --filter names=oper -F disabled').stdout).toBe('1\n')
    expect(made.line('chhmcusr -u oper -o e').exitStatus).toBe(0)
    expect(admitted(made, 1)).toBe(true)
  })

  it('is under the active policy, and that of hscroot is not', () => {
    const made = after(
      makeOper,
      'chhmcusr -i "name=oper,pwage=99999"',
      'mkpwdpolicy -i "name=short,pwage=7,min_pwage=2"',
      'chpwdpolicy -o a -n short',
    )
    expect(admitted(made, 6)).toBe(true)
    expect(admitted(made, 8)).toBe(false)
    expect(typeof made.users.admit('hscroot', undefined, 100 * DAY)).toBe('object')
    // Whoever has just set a password keeps it for a while, unless somebody else changes it.
    expect(as(made, 'oper').line('chhmcusr -u oper -t passwd -v secret456').stderr).toContain('too short a time ago')
    expect(as(made, 'hscroot').line('chhmcusr -u oper -t passwd -v secret456').exitStatus).toBe(0)
  })
})

describe('a partition that a user makes', () => {
  const profile = 'profile_name=normal,lpar_env=aixlinux,min_mem=256,desired_mem=512,max_mem=1024'
  const processors = 'proc_mode=shared,min_procs=1,desired_procs=1,max_procs=1,min_proc_units=0.1,desired_proc_units=0.1,max_proc_units=0.5'
  const make = `mksyscfg -r lpar -m s1 -i "name=new,lpar_id=9,${profile},${processors},sharing_mode=cap"`

  it("is the user's when that is switched on, and nobody's any more before it is gone", () => {
    const made = console()
    made.version = 'V8R8.6.0'
    for (const line of [
      `mkaccfg -t resourcerole -i "name=nim,resources=${partition(5)}"`,
      makeOper,
      'chhmcusr -i "name=oper,resourcerole=nim"',
      'mkhmcusr -u boss -a hmcpe --passwd secret123',
    ])
      expect(made.line(line).exitStatus, line).toBe(0)
    expect(as(made, 'oper').line(make).stderr).toBe(NO_AUTHORITY)
    expect(as(made, 'hscroot').line('chaccfg -t autoresourcerole -o enable').exitStatus).toBe(0)
    expect(made.line('lsaccfg -t autoresourcerole').stdout).toBe('autoresourcerole=enabled\n')
    expect(as(made, 'oper').line(make)).toMatchObject({ exitStatus: 0, stderr: '' })
    expect(made.user.resources).toEqual([{ kind: 'lpar', system: SYSTEM, lparId: 9 }])

    made.add(viewOf(9, 'new'))
    expect(made.line('lssyscfg -r lpar -m s1 -F name').stdout).toBe('nim1\nnew\n')
    // A removal that fails leaves it.
    made.failures.set('stage.commit', { status: 'refused', reason: 'resource-busy' })
    expect(as(made, 'boss').line('rmsyscfg -r lpar -m s1 -n new').exitStatus).toBe(1)
    expect(as(made, 'oper').user.resources).toEqual([{ kind: 'lpar', system: SYSTEM, lparId: 9 }])
    const owner = made.users.users.get('oper')!
    const ask = made.command.bind(made)
    const held: number[] = []
    made.command = function* watched(system, name, data, lparId) {
      if (name === 'stage.commit') held.push(owner.resources.length)
      return yield* ask(system, name, data, lparId)
    }
    expect(as(made, 'boss').line('rmsyscfg -r lpar -m s1 -n new').exitStatus).toBe(0)
    // Before the hypervisor could have given the number to another one.
    expect(held).toEqual([0])
    expect(as(made, 'oper').user.resources).toEqual([])
  })
})
