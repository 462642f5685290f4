// Service as an operator does it: events, dumps, firmware, lights, power modes, capacity on demand by the console's commands, on a whole
// machine. What is refused is refused with the console's message, and nothing changes.

import type { MachineDocument } from '@powersim/managed-system'
import { policyByName } from '@powersim/routing'
import { describe, expect, it } from 'vitest'
import { activationCode, runWorkload, type RunLine, workloads } from '../src/index.js'

function run(script: string, machine: MachineDocument = {}, policy = 'by-target'): readonly RunLine[] {
  return runWorkload({ machine, workload: workloads.text(script), policy: policyByName(policy), seed: 'service' }).lines
}

/** What the lines of a command printed, in order. */
function printed(lines: readonly RunLine[], command: string): string[] {
  return lines.filter((line) => line.command === command).map(({ stdout, stderr }) => (stdout + stderr).trim())
}

describe('service events', () => {
  const mine = 'lssvcevents -t hardware -F first_time~sys_name~text --filter "status=open"'
  const lines = run(`
${mine}
! fsp.fail part=fan
@+5s ${mine}
lssvcevents -t hardware
lsled -r sa -t phys -m p520 -F state
chsvcevent -o close -p 9
chsvcevent -o close -p 1 -h hmc1
${mine}
chled -r sa -t phys -m p520 -o off
lsled -r sa -t phys -m p520
`)

  it('are seen by both forms of the list, in the captured order, and closed', () => {
    const [none, one, closed] = printed(lines, mine)
    expect([none, closed]).toEqual(['No results were found.', 'No results were found.'])
    expect(one).toMatch(/^06\/03\/2013 08:00:\d\d~p520~An air moving device has failed$/)
    const [row = ''] = printed(lines, 'lssvcevents -t hardware')
    const names = row.split(/,(?=[a-z_]+=)/).map((pair) => pair.slice(0, pair.indexOf('=')))
    expect(names).toEqual([
      'problem_num',
      'pmh_num',
      'refcode',
      'status',
      'first_time',
      'last_time',
      'sys_name',
      'sys_mtms',
      'enclosure_mtms',
      'firmware_fix',
      'text',
      'created_time',
      'reporting_name',
      'reporting_mtms',
      'failing_mtms',
      'analyzing_hmc',
      'event_time',
      'files',
      'approval_state',
      'callhome_intended',
      'duplicate_count',
      'event_severity',
      'analyzing_mtms',
      'ref_code_extn',
      'sys_refcode',
      'fru_details',
    ])
    expect(row).toContain('refcode=11007610,status=Open')
    expect(row).toContain('callhome_intended=true,duplicate_count=0,event_severity=36')
    expect(row).toContain('fru_details=fru_part_num=44V3454:fru_serial_num=')
  })

  it('light the attention light until somebody turns it off; a number that is none is refused', () => {
    expect(printed(lines, 'lsled -r sa -t phys -m p520 -F state')).toEqual(['on'])
    expect(printed(lines, 'lsled -r sa -t phys -m p520')).toEqual(['state=off'])
    expect(printed(lines, 'chsvcevent -o close -p 9')[0]).toMatch(/no open serviceable event with the problem number 9/)
  })
})

describe('dumps', () => {
  const start = "startdump -m p520 -t resource -r 'hvlpconfigdata -affinity -domain'"
  const lines = run(`
${start}
${start}
lsdump -m p520
@+12s lsdump -m p520
getdump -m p520 -f RSCDUMP.10ACE01.00000001
lsdump -h
${start}
rmdump -m p520 -f RSCDUMP.10ACE01.00000001
rmdump -m p520 -f RSCDUMP.10ACE01.00000001
lsdump -m p520
`)

  it('start at once, are listed some 10 s later, one of a type at a time, and come to the console in chunks', () => {
    const [first, second, third] = lines.filter(({ command }) => command === start)
    expect([first?.exitStatus, second?.exitStatus, third?.exitStatus]).toEqual([0, 1, 0])
    expect(first?.durationMs).toBeLessThan(1000)
    expect(second?.stderr).toMatch(/a dump of this type is in progress/)
    const row = /^dump_type=resource,name=RSCDUMP\.10ACE01\.00000001\.20130603080\d\d\d,size=2490992,source_size=0$/
    const [before, after, last] = printed(lines, 'lsdump -m p520')
    expect([before, last]).toEqual(['No results were found.', 'No results were found.'])
    expect(after).toMatch(row)
    expect(printed(lines, 'lsdump -h')[0]).toMatch(row)
    const got = lines.find(({ command }) => command.startsWith('getdump'))
    // The list, two chunks of 2 MB, the receipt.
    expect(got?.commands).toBe(4)
    expect(lines.filter(({ command }) => command.startsWith('rmdump')).map(({ exitStatus }) => exitStatus)).toEqual([0, 1])
  })

  it('of the system take the hypervisor down, and are there when it is up again', () => {
    const down = run(`
startdump -m p520 -t sys
lssyscfg -r sys -m p520 -F state
@+15min lssyscfg -r sys -m p520 -F state
lsdump -m p520 -F dump_type,size
`)
    expect(printed(down, 'lssyscfg -r sys -m p520 -F state')).toEqual(['Error - Dump In Progress', 'Operating'])
    expect(printed(down, 'lsdump -m p520 -F dump_type,size')).toEqual(['sys,268435456'])
  })
})

describe('firmware', () => {
  const levels = 'lslic -m p520 -F activated_level:accepted_level:installed_level:ecnumber'
  it('is updated concurrently within its release, accepted, and refused while that goes on', () => {
    const lines = run(`
${levels}
parallel 2
updlic -m p520 -o a -t sys -l 01EL350_108 -r mountpoint -d /home/hscroot/fw
end
${levels}
updlic -m p520 -o c
${levels}
updlic -m p520 -o r
updlic -m p520 -o a -l 01EL355_010
${levels}
`)
    expect(printed(lines, levels)).toEqual(['85:85:85:01EL350', '108:85:108:01EL350', '108:108:108:01EL350', '108:108:10:01EL350'])
    const updates = lines.filter(({ command }) => command.startsWith('updlic'))
    const changes = updates.map(({ exitStatus, stderr }) => `${exitStatus} ${stderr}`)
    expect(changes.filter((text) => text.startsWith('1')).length).toBe(2)
    expect(changes.join()).toMatch(/another licensed internal code operation is in progress/)
    expect(changes.join()).toMatch(/cannot be changed so: the side of the flash/)
  }, 20_000)
})

describe('the sides of the flash', () => {
  const levels = 'lslic -m p520 -F activated_level,ecnumber,curr_power_on_side_primary,temp_level_primary,perm_level_primary'
  const sides = 'lssyscfg -r sys -m p520 -F curr_power_on_side,pend_power_on_side'
  const restart = 'chsysstate -m p520 -r sys -o off --immed --restart'

  it('are what a power-on loads: a level of another release runs after it, and is rejected from the permanent side', () => {
    const lines = run(`
updlic -m p520 -o a -l 01EL355_010
${levels}
${restart}
@+15min ${levels}
updlic -m p520 -o r
! panel.select side=perm
${sides}
${restart}
@+15min ${sides}
updlic -m p520 -o r
${levels}
`)
    expect(printed(lines, levels)).toEqual(['85,01EL350,temp,10,85', '10,01EL355,temp,10,85', '85,01EL350,perm,85,85'])
    expect(printed(lines, sides)).toEqual(['temp,perm', 'perm,perm'])
    expect(lines.filter(({ command }) => command === 'updlic -m p520 -o r').map(({ exitStatus }) => exitStatus)).toEqual([1, 0])
  }, 20_000)
})

describe('a system in Standby', () => {
  it('operates from the first activation of a partition on', () => {
    const state = 'lssyscfg -r sys -m p520 -F state'
    const lines = run(
      `
chsysstate -m p520 -r sys -o off --immed
chsysstate -m p520 -r sys -o onstandby
${state}
@+20min ${state}
chsysstate -m p520 -r lpar -o on -n vios1 -f normal
${state}
`,
      {},
      'fsp-only',
    )
    expect(printed(lines, state).slice(1)).toEqual(['Standby', 'Operating'])
  })
})

describe('power modes and parts', () => {
  it('are listed and changed', () => {
    const lines = run(`
lspwrmgmt -m p520 -r sys -F supported_power_saver_mode_types
chpwrmgmt -m p520 -r sys -o enable -t static
lspwrmgmt -m p520 -r sys -F curr_power_saver_mode,curr_power_saver_mode_type
chpwrmgmt -m p520 -r sys -o disable
lspwrmgmt -m p520 -r sys -F curr_power_saver_mode
chpwrmgmt -m p520 -r sys -o enable -t turbo
lsfru -m p520 -F location_code,state
chled -r ident -t phys -m p520 -o on -l U8203.E4A.10ACE01-A1
chled -r ident -t phys -m p520 -o on -l NOWHERE
lsled -r ident -t phys -m p520
`)
    const text = (start: string): string[] => lines.filter(({ command }) => command.startsWith(start)).map(({ stdout }) => stdout.trim())
    expect(text('lspwrmgmt')).toEqual(['"static,dynamic_favor_power,dynamic_favor_perf"', 'Enabled,static', 'Disabled'])
    expect(text('lsfru')[0]?.split('\n')).toHaveLength(3 + 4 + 16 + 4 + 2 + 5)
    expect(text('lsled')[0]).toContain('location_code=U8203.E4A.10ACE01-A1,state=on')
    expect(lines.filter(({ exitStatus }) => exitStatus === 1).map(({ stderr }) => stderr.slice(0, 40))).toEqual(
      ['The command entered is either missing a r', 'There is no part at the location NOWHERE'].map((message) => message.slice(0, 40)),
    )
  })
})

describe('capacity on demand', () => {
  const machine: MachineDocument = { fsp: { service: { capacity: { processors: 3 } } } }
  const code = activationCode('10ACE01', { kind: 'cuod', resource: 'proc', amount: 1, sequence: 1 })
  const capacity = 'lscod -m p520 -t cap -r proc -c cuod -F perm_procs,installed,avail'
  const units = 'lshwres -r proc -m p520 --level sys -F configurable_sys_proc_units'

  it('a code activates a processor once; a bad one and a used one change nothing', () => {
    const lines = run(
      `
${capacity}
${units}
chcod -m p520 -o e -k 0123456789ABCDEF0123456789ABCDEF01
chcod -m p520 -o e -k ${code}
chcod -m p520 -o e -k ${code}
chcod -m p520 -o a -c onoff -r proc -q 1 -d 2
${capacity}
${units}
lscod -m p520 -t hist
lscod -m p520 -t code -r proc -c onoff -F sys_type,sequence_num
`,
      machine,
    )
    expect(printed(lines, capacity)).toEqual(['3,4,1', '4,4,0'])
    expect(printed(lines, units)).toEqual(['3.0', '4.0'])
    const entered = lines.filter(({ command }) => command.startsWith('chcod')).map(({ exitStatus, stderr }) => `${exitStatus} ${stderr}`)
    expect(entered[0]).toMatch(/^1 The Capacity on Demand code entered is not valid for the managed system p520/)
    expect(entered.slice(1).map((text) => text[0])).toEqual(['0', '1', '1'])
    expect(printed(lines, 'lscod -m p520 -t hist')[0]).toMatch(/^time_stamp=06\/03\/2013 08:00:\d\d,entry=HSCL0301 1 processors activated/)
    expect(printed(lines, 'lscod -m p520 -t code -r proc -c onoff -F sys_type,sequence_num')).toEqual(['8203,0002'])
  })
})
