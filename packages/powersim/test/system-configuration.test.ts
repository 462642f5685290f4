// Systems as an operator configures them, on a whole machine: processor pools, system profiles, profile data in files, virtual switches.
// What is refused is refused with the console's message, and nothing changes.

import { describe, expect, it } from 'vitest'
import { AMOUNTS, printed } from './configuration-lines.js'

describe('shared processor pools', () => {
  it('get a name, a maximum and a reserve, and partitions that run move between them', () => {
    const pool = (data: string, which = '--poolid 1'): string => `chhwres -r procpool -m p520 -o s ${which} -a "${data}"`
    expect(
      printed(`
lshwres -r proc -m p520 --level sys -F curr_avail_sys_proc_units
${pool('new_name=batch,max_pool_proc_units=1,reserved_pool_proc_units=0.2')}
lshwres -r proc -m p520 --level sys -F curr_avail_sys_proc_units
${pool('max_pool_proc_units=0.5', '--poolname batch')}
${pool('max_pool_proc_units=1', '--poolname nobody')}
chhwres -r proc -m p520 -o s -p vios1 -a "shared_proc_pool_name=batch"
lshwres -r proc -m p520 --level lpar --filter lpar_names=vios1 -F curr_shared_proc_pool_id
${pool('max_pool_proc_units=0,reserved_pool_proc_units=0')}
chhwres -r proc -m p520 -o s -p vios1 -a "shared_proc_pool_id=0"
${pool('new_name=SharedPool01,max_pool_proc_units=0,reserved_pool_proc_units=0')}
lshwres -r proc -m p520 --level sys -F curr_avail_sys_proc_units
`),
    ).toEqual([
      '0 2.9',
      '0',
      '0 2.7',
      '1 The amounts of the shared processor pool are not valid: expected a maximum of whole processors, up to 4.',
      '1 The shared processor pool nobody was not found.  Please check your entry and retry the command.',
      '0',
      '0 1',
      '1 The shared processor pool is in use: partitions are entitled to 40 hundredths of it.',
      '0',
      '0',
      '0 2.9',
    ])
  })
})

describe('system profiles', () => {
  it('are ordered lists of partitions, activated one after the other; what goes leaves them', () => {
    const list = 'lssyscfg -r sysprof -m p520'
    expect(
      printed(`
${list}
mksyscfg -r lpar -m p520 -i "name=one,profile_name=day,lpar_env=aixlinux,${AMOUNTS}"
mksyscfg -r lpar -m p520 -i "name=two,profile_name=day,lpar_env=aixlinux,${AMOUNTS}"
mksyscfg -r prof -m p520 -i "name=night,lpar_name=two,${AMOUNTS}"
mksyscfg -r sysprof -m p520 -i 'name=pair,"lpar_names=two,one","profile_names=night,day"'
mksyscfg -r sysprof -m p520 -i 'name=pair,lpar_ids=4,profile_names=day'
mksyscfg -r sysprof -m p520 -i 'name=bad,"lpar_names=two,one",profile_names=night'
mksyscfg -r sysprof -m p520 -i 'name=bad,lpar_names=two,profile_names=noon'
chsyscfg -r sysprof -m p520 -i 'name=pair,lpar_names+=two,profile_names+=day,new_name=couple'
${list}
chsysstate -r sysprof -m p520 -o on -n pair
chsysstate -r sysprof -m p520 -o on -n couple
lssyscfg -r lpar -m p520 --filter "lpar_names=one,two" -F name,curr_profile
chsysstate -r sysprof -m p520 -o on -n couple
chsysstate -r lpar -m p520 -o shutdown -n one,two --immed
rmsyscfg -r lpar -m p520 -n one
${list} -F name:lpar_ids
chsyscfg -r sysprof -m p520 -i 'name=couple,lpar_names-=two'
rmsyscfg -r lpar -m p520 -n two
${list}
rmsyscfg -r sysprof -m p520 -n couple
`),
    ).toEqual([
      '0 No results were found.',
      ...['0', '0', '0', '0'],
      '1 The managed system already has a system profile named pair.',
      '1 The system profile is not valid: expected as many profiles as partitions.',
      '1 HSCL800F The partition profile named "noon" was not found.',
      '0',
      '0 name=couple,"lpar_names=one,two","lpar_ids=4,5","profile_names=day,day"',
      '1 The system profile named pair was not found.  Please check your entry and retry the command.',
      '0',
      '0 one,day\ntwo,day',
      '1 ' + ['', ''].map(() => 'HSCL05EA The partition must be in the Not Activated state to perform this operation.').join('\n'),
      ...['0', '0'],
      '0 couple:5',
      '1 The system profile is not valid: no partition is left in it.',
      '0',
      '0 No results were found.',
      '1 The system profile named couple was not found.  Please check your entry and retry the command.',
    ])
  })

  it('start a system that is off', () => {
    const lines = printed(
      `
mksyscfg -r lpar -m p520 -i "name=one,profile_name=day,lpar_env=aixlinux,${AMOUNTS}"
mksyscfg -r sysprof -m p520 -i 'name=some,"lpar_names=one,vios2","profile_names=day,normal"'
chsysstate -r sys -m p520 -o off --immed
chsysstate -r sys -m p520 -o onsysprof -f some
lssyscfg -r lpar -m p520 -F name,curr_profile,state
`,
      'fsp-only',
    )
    expect(lines.slice(0, 4)).toEqual(['0', '0', '0', '0'])
    expect(lines[4]).toBe('0 vios1,normal,Not Activated\nvios2,normal,Starting\nlnxnets,normal,Not Activated\none,day,Starting')
  })
})

describe('profile data in files of the console', () => {
  const state = 'lssyscfg -r lpar -m p520 -F name,lpar_id'
  const profiles = 'lssyscfg -r prof -m p520 --filter lpar_names=one -F name,desired_mem'

  it('are restored wholly, or merged with what there is, in favour of one of them, or nothing is left', () => {
    expect(
      printed(`
mksyscfg -r lpar -m p520 -i "name=one,profile_name=day,lpar_env=aixlinux,${AMOUNTS}"
bkprofdata -m p520 -f monday
bkprofdata -m p520 -f monday
chsyscfg -r prof -m p520 -i "name=day,lpar_name=one,desired_mem=2048"
mksyscfg -r prof -m p520 -i "name=night,lpar_name=one,${AMOUNTS}"
mksyscfg -r lpar -m p520 -i "name=two,profile_name=day,lpar_env=aixlinux,${AMOUNTS}"
bkprofdata -m p520 -f tuesday
rstprofdata -m p520 -l 3 -f monday
${profiles}
rstprofdata -m p520 -l 2 -f monday
${profiles}
rstprofdata -m p520 -l 1 -f monday
${profiles}
${state}
rstprofdata -m p520 -l 1 -f tuesday
${profiles}
${state}
rstprofdata -m p520 -l 1 -f sunday
rstprofdata -m p520 -l 4
rmprofdata -m p520 -f monday
rstprofdata -m p520 -l 1 -f monday
`),
    ).toEqual([
      ...['0', '0'],
      '1 The file monday exists already. Specify another name, or --force to replace it.',
      ...['0', '0', '0', '0', '0'],
      '0 day,2048\nnight,1024',
      '0',
      '0 day,1024\nnight,1024',
      '0',
      '0 day,1024',
      '0 vios1,1\nvios2,2\nlnxnets,3\none,4',
      '0',
      '0 day,2048\nnight,1024',
      '0 vios1,1\nvios2,2\nlnxnets,3\none,4\ntwo,5',
      '1 The file sunday does not exist or cannot be read.  Please check your entry and retry the command.',
      '1 HSCL05DF The partition is not in a state under which this operation can be performed. Check the state of the partition.',
      '0',
      '1 The file monday does not exist or cannot be read.  Please check your entry and retry the command.',
    ])
  })

  it('bring a system out of Recovery, and nothing is left of one that is initialized', () => {
    expect(
      printed(
        `
bkprofdata -m p520 -f before
chsysstate -r sys -m p520 -o off --immed
! fsp.forget-profiles
chsysstate -r sys -m p520 -o onstandby
lssyscfg -r sys -F state
rstprofdata -m p520 -l 1 -f before
lssyscfg -r sys -F state
rstprofdata -m p520 -l 4
${state}
rstprofdata -m p520 -l 1 -f before
${state}
lssyscfg -r lpar -m p520 -F resource_config,state
`,
        'fsp-only',
      ),
    ).toEqual([
      ...['0', '0', '0'],
      '0 Recovery',
      '0',
      '0 Standby',
      '0',
      '0 No results were found.',
      '0',
      '0 vios1,1\nvios2,2\nlnxnets,3',
      '0 0,Not Activated\n0,Not Activated\n0,Not Activated',
    ])
  })
})

describe('a system', () => {
  it('has virtual switches that come and go, while no adapter is at them', () => {
    const change = 'chhwres -r virtualio --rsubtype vswitch -m p520'
    const list = 'lshwres -r virtualio --rsubtype vswitch -m p520 -F vswitch'
    const adapter = '2/0/5//0/0/BACKUP//all/none'
    const make = (name: string): string =>
      `mksyscfg -r lpar -m p520 -i "name=${name},profile_name=day,lpar_env=aixlinux,${AMOUNTS},virtual_eth_adapters=${adapter}"`
    expect(
      printed(`
${make('early')}
${change} -o a --vswitch BACKUP
${change} -o a --vswitch BACKUP
${list}
${make('late')}
${change} -o r --vswitch BACKUP
rmsyscfg -r lpar -m p520 -n late
${change} -o r --vswitch BACKUP
${change} -o r --vswitch BACKUP
${change} -o r --vswitch ETHERNET0
${change} -o a --vswitch a/b
${list}
`),
    ).toEqual([
      '1 The virtual switch named BACKUP was not found.  Please check your entry and retry the command.',
      '0',
      '1 The managed system already has a virtual switch named BACKUP.',
      '0 ETHERNET0\nBACKUP',
      '0',
      '1 The virtual switch BACKUP cannot be removed: partition late has an adapter at it.',
      ...['0', '0'],
      '1 The virtual switch named BACKUP was not found.  Please check your entry and retry the command.',
      '1 The virtual switch ETHERNET0 cannot be removed: every machine has it.',
      expect.stringMatching(/^1 The command entered is either missing.* are --vswitch\./),
      '0 ETHERNET0',
    ])
  })

  it('starts the partitions of the policy that it was given', () => {
    const lines = printed(
      `
chsyscfg -r sys -m p520 -i "name=p520,power_on_lpar_start_policy=userinit"
lssyscfg -r sys -F power_on_lpar_start_policy
chsyscfg -r sys -m p520 -i "power_on_lpar_start_policy=sometimes"
chsyscfg -r sys -m p520 -i "name=other,power_on_lpar_start_policy=autostart"
chsysstate -r sys -m p520 -o off --immed
chsysstate -r sys -m p520 -o onstartpolicy
@+5min lssyscfg -r lpar -m p520 -F state
chsyscfg -r sys -m p520 -i "new_name=ours"
`,
      'fsp-only',
    )
    expect(lines).toEqual([
      '0',
      '0 userinit',
      expect.stringContaining('1 HSCL0622 The value specified for power_on_lpar_start_policy is not valid'),
      '1 HSCL8018 The managed system other was not found.  Please check your entry and retry the command.',
      ...['0', '0'],
      '0 Not Activated\nNot Activated\nNot Activated',
      expect.stringContaining('not simulated: chsyscfg -r sys -i new_name'),
    ])
  })
})
