// The service processor from the console's side, on whole machines: wrong passwords, passwords to be set, versions, connections that come
// and go, two service processors with a fail-over, a power-on that fails, lost profiles, and the lock on changes.

import { seconds } from '@powersim/kernel'
import type { MachineDocument } from '@powersim/managed-system'
import { policyByName } from '@powersim/routing'
import { describe, expect, it } from 'vitest'
import { runWorkload, type RunLine, workloads } from '../src/index.js'

function run(script: string, machine: MachineDocument = {}, policy = 'fsp-only'): readonly RunLine[] {
  return runWorkload({ machine, workload: workloads.text(script), policy: policyByName(policy), seed: 'service-processors' }).lines
}

const outputs = (lines: readonly RunLine[]): string[] => lines.map(({ stdout, stderr }) => `${stdout}${stderr}`.trim())
/** State and error code of each row of the last lssysconn. */
function connections(lines: readonly RunLine[]): (string | undefined)[] {
  const rows =
    lines
      .findLast(({ command }) => command.startsWith('lssysconn'))
      ?.stdout.trim()
      .split('\n') ?? []
  return rows.map((row) => /sp=(.*),sp_phys.*state=(.*)$/.exec(row)?.slice(1).join(': '))
}

const noNets = { nets: null }

describe('a console with a wrong password', () => {
  const machine = { ...noNets, consoles: [{ name: 'hmc1', accessPassword: 'nonsense' }, { name: 'hmc2' }] }

  it('is in Failed Authentication, tries no more by itself, and locks nobody out', () => {
    const lines = run(
      '@+10min lssyscfg -r sys -F state\nlssysconn -r all\nlssyscfg -r lpar -m p520\nconsole hmc2 lssyscfg -r sys -F state',
      machine,
    )
    expect(lines[0]?.stdout.trim()).toBe('Failed Authentication')
    expect(connections(lines)).toEqual(['primary: Failed Authentication,connection_error_code=Incorrect password 0802-0001-00000026'])
    expect(lines[2]?.exitStatus).toBe(1)
    expect(lines[3]?.stdout.trim()).toBe('Operating')
  })

  it('gets in when an operator enters the right one', () => {
    const lines = run(
      `chsyspwd -m p520 -t access --passwd wrong
chsyspwd -m p520 -t access --passwd abc123
lssyscfg -r sys -F state
lssysconn -r all`,
      machine,
    )
    expect(lines.map(({ exitStatus }) => exitStatus)).toEqual([1, 0, 0, 0])
    expect(outputs(lines)[0]).toMatch(/password .* is incorrect/)
    expect(outputs(lines)[2]).toBe('Operating')
  })

  it('is locked out after five, for five minutes, and then gets in by itself', () => {
    const wrong = Array.from({ length: 4 }, () => 'chsyspwd -m p520 -t access --passwd wrong').join('\n')
    const lines = run(
      `${wrong}\nchsyspwd -m p520 -t access --passwd abc123\nlssysconn -r all\n@+5min lssysconn -r all\nlssyscfg -r sys -F state`,
      machine,
    )
    expect(connections(lines.slice(0, 6))).toEqual([
      'primary: Connecting,connection_error_code=Firmware Password locked  0803-0001-00000203',
    ])
    expect(connections(lines)).toEqual(['primary: Connected'])
    expect(outputs(lines).at(-1)).toBe('Operating')
  })
})

describe('passwords that are yet to be set', () => {
  it('are set from the console, which then connects', () => {
    const machine = { ...noNets, accessPassword: '', fsp: { access: { adminPassword: '', generalPassword: '' } } }
    const set = ['access', 'admin', 'general'].map((kind) => `chsyspwd -m p520 -t ${kind} --newpasswd my${kind}`).join('\n')
    const lines = run(`lssyscfg -r sys -F state\nlssysconn -r all\n${set}\n@+5s lssyscfg -r sys -F state\nlssysconn -r all`, machine)
    expect(outputs(lines)[0]).toBe('Pending Authentication - Password Updates Required')
    expect(connections(lines.slice(0, 2))[0]).toContain('pending authentication - password updates required')
    expect(lines.slice(2, 5).map(({ exitStatus }) => exitStatus)).toEqual([0, 0, 0])
    expect(outputs(lines)[5]).toBe('Operating')
    expect(connections(lines)).toEqual(['primary: Connected'])
  })
})

it('changing the access password needs the one before, and the console stays in over a reset', () => {
  const lines = run(
    `chsyspwd -m p520 -t access --passwd wrong --newpasswd new
chsyspwd -m p520 -t access --passwd abc123 --newpasswd new
! fsp.reset
@+10min lssyscfg -r sys -F state`,
    noNets,
  )
  expect(lines.map(({ exitStatus }) => exitStatus)).toEqual([1, 0, 0])
  expect(outputs(lines).at(-1)).toBe('Operating')
})

it('a console that is too old reads Version Mismatch', () => {
  const lines = run('lssyscfg -r sys -F state\nlssysconn -r all', { ...noNets, fsp: { oldestConsole: 'V8R8.1.0' } })
  expect(outputs(lines)[0]).toBe('Version Mismatch')
  expect(connections(lines)).toEqual(['primary: Version Mismatch,connection_error_code=Connection not allowed 0009-0008-00000000'])
})

describe('connections', () => {
  it('are added, twice refused, added where nobody answers, made anew and removed', () => {
    const lines = run(
      `
mksysconn --ip 169.254.2.147 --passwd abc123
rmsysconn -o reset --ip 169.254.2.147
@+30s lssysconn -r all
mksysconn --ip 10.0.0.9
lssysconn -r all -F type_model_serial_num,sp,ipaddr,state,connection_error_code
rmsysconn -o remove --ip 169.254.2.147
lssyscfg -r sys -F state
mksysconn --ip 169.254.2.147
@+30s lssyscfg -r sys -F state
rmsysconn -o remove --ip 10.0.0.9
rmsysconn -o remove --ip 10.0.0.9
lssysconn -r all`,
      noNets,
    )
    expect(lines.map(({ exitStatus }) => exitStatus)).toEqual([1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0])
    const texts = outputs(lines)
    expect(texts[0]).toBe('HSC18026 The system with IP address or host name 169.254.2.147 is already managed by this management console.')
    expect(texts[4]?.split('\n')[1]).toBe('unavailable,unavailable,10.0.0.9,No Connection,Connecting 0000-0000-00000000')
    expect([texts[6], texts[8]]).toEqual(['No Connection', 'Operating'])
    expect(connections(lines)).toEqual(['primary: Connected'])
  })
})

describe('two service processors', () => {
  const two = { ...noNets, fsp: { second: { ipAddress: '169.254.3.146' } } }

  it('are two rows, and a forced fail-over changes their roles while the partitions run on', () => {
    const lines = run(
      `
lssysconn -r all
lssyscfg -r lpar -m p520 -F name,state
chsysstate -m p520 -r sys -o spfailover
@+60s lssyscfg -r sys -F state,detailed_state
chsysstate -m p520 -r sys -o chkey -k manual
@+5min lssyscfg -r sys -F state,detailed_state,curr_sys_keylock
chsysstate -m p520 -r sys -o chkey -k manual
lssyscfg -r lpar -m p520 -F name,state
lssysconn -r all -F sp,ipaddr,state`,
      two,
    )
    const texts = outputs(lines)
    expect(connections(lines.slice(0, 1))).toEqual(['primary: Connected', 'secondary: Connected'])
    expect(texts[3]).toBe('Operating,Service Processor Failover')
    expect(texts[4]).toMatch(/secondary service processor .* only/)
    expect(texts[5]).toBe('Operating,None,norm')
    expect(lines[6]?.exitStatus).toBe(0)
    expect(texts[7]).toBe(texts[1])
    expect(texts[8]).toBe('secondary,169.254.2.147,Connected\nprimary,169.254.3.146,Connected')
  })

  it('leave a console behind that knows the first one only, until it is given the other', () => {
    const machine = { ...two, consoles: [{ name: 'hmc1', secondFsp: false }, { name: 'hmc2' }] }
    const lines = run(
      `
! fsp.reset
@+10min lssyscfg -r sys -F state
lssyscfg -r lpar -m p520 -F name
console hmc2 lssyscfg -r lpar -m p520 -F name
mksysconn --ip 169.254.3.146
@+30s lssyscfg -r lpar -m p520 -F name`,
      machine,
    )
    expect(lines.map(({ exitStatus }) => exitStatus)).toEqual([0, 1, 0, 0, 0])
    expect(outputs(lines)[1]).toMatch(/secondary service processor .* only/)
  })

  it('fail over when the primary hangs: noticed, reset, taken over', () => {
    const lines = run('! fsp.hang\n@+20min lssyscfg -r sys -F state\nlssysconn -r all -F sp,ipaddr,state', two)
    expect(outputs(lines)).toEqual(['Operating', 'secondary,169.254.2.147,Connected\nprimary,169.254.3.146,Connected'])
  })

  it('are refused a fail-over when there is but one', () => {
    const [line] = run('chsysstate -m p520 -r sys -o spfailover', noNets)
    expect(line).toMatchObject({ exitStatus: 1 })
  })
})

describe('states', () => {
  it('Error when an IPL fails, with a message, and lsrefcode tells more', () => {
    const off = { ...noNets, state: 'Power Off', fsp: { ipl: { retries: 0 } } }
    const lines = run(
      '! ipl.fail\nchsysstate -m p520 -r sys -o on\nlssyscfg -r sys -F state\nlsrefcode -r sys -m p520 -n 2 -F refcode',
      off,
    )
    expect(lines.map(({ exitStatus }) => exitStatus)).toEqual([1, 0, 0])
    expect(outputs(lines).slice(1)).toEqual(['Error', 'B1817201\nC103A100'])
    expect(outputs(lines)[0]).toMatch(/is in state Error/)
  })

  it('Recovery when profiles were lost, until they are restored', () => {
    const lines = run(
      `! fsp.forget-profiles
chsysstate -m p520 -r sys -o on
lssyscfg -r sys -F state
chsysstate -m p520 -r sys -o recover
@+5min lssyscfg -r sys -F state
chsysstate -m p520 -r sys -o recover`,
      { ...noNets, state: 'Power Off' },
    )
    expect(outputs(lines).slice(1, 4)).toEqual(['Recovery', '', 'Operating'])
    expect(lines[4]?.exitStatus).toBe(1)
  })

  it('Error - Dump In Progress when the hypervisor terminates, and a restart by itself', () => {
    const lines = run('! phyp.terminate\n@+5s lssyscfg -r sys -F state,detailed_state\n@+20min lssyscfg -r sys -F state', noNets)
    expect(outputs(lines)).toEqual(['Error - Dump In Progress,Dump In Progress', 'Operating'])
  })

  it('are asked for when no kept session tells of them', () => {
    const perCommand = { mode: 'per-command', sessions: 4, pipeline: 1, resume: true }
    const lines = run('chsysstate -m p520 -r sys -o off --immed\nlssyscfg -r sys -F state', { ...noNets, hmc: { fspSessions: perCommand } })
    expect(lines[0]).toMatchObject({ exitStatus: 0 })
    expect(lines[0]?.commands).toBeGreaterThan(2)
    expect(outputs(lines)[1]).toBe('Power Off')
  })
})

describe('the lock on changes', () => {
  const attributes =
    'name=aix1,profile_name=normal,lpar_env=aixlinux,min_mem=512,desired_mem=1024,max_mem=4096,proc_mode=shared,min_procs=1,' +
    'desired_procs=1,max_procs=4,min_proc_units=0.1,desired_proc_units=0.1,max_proc_units=2.0,sharing_mode=uncap,uncap_weight=128'
  const create = (n: number): string => `mksyscfg -r lpar -m p520 -i "${attributes.replace('aix1', `aix${n}`)}"`
  const script = `parallel 2\n  sleep 0.$i\n  ${create(1).replace('aix1', 'a$i')}\n  console hmc2 ${create(1).replace('aix1', 'b$i')}\nend`

  it.each([
    ['none', 0],
    ['fsp', 1],
    ['phyp', 1],
    ['lease', 1],
  ] as const)('in place %s', (place, held) => {
    const lines = run(`${script}\n${create(9)}\nconsole hmc2 ${create(8)}`, { ...noNets, writeLock: { place } })
    const refused = lines.filter(({ exitStatus }) => exitStatus !== 0)
    expect(refused.length >= held).toBe(true)
    if (held === 0) expect(refused).toEqual([])
    for (const line of refused) expect(line.stderr).toMatch(/^HSCL3205 /)
    // One after the other nobody is locked out.
    expect(lines.slice(-2).map(({ exitStatus }) => exitStatus)).toEqual([0, 0])
  })

  it('in the service processor is forgotten by a reset and taken away by an operator, and NETS goes past it', () => {
    const lines = run(script, { writeLock: { place: 'fsp' } }, 'by-target')
    expect(lines.map(({ exitStatus }) => exitStatus)).toEqual([0, 0, 0, 0, 0, 0])
  })
})

it('a warning that power fails ends in Power Off after 20 s, with the partitions told', () => {
  const lines = run('! power.warn\n@+10s lssyscfg -r sys -F state\n@+15s lssyscfg -r sys -F state', noNets)
  expect(outputs(lines)).toEqual(['Power Off In Progress', 'Power Off'])
  expect(lines[1]!.startMs * 1e6).toBeGreaterThan(seconds(20))
})
