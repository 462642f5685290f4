// Partitions as an operator configures them, on a whole machine: profiles made, saved, applied, kept in step and removed, and the power of
// several. What is refused is refused with the console's message, and nothing changes.

import { describe, expect, it } from 'vitest'
import { AMOUNTS, printed } from './configuration-lines.js'

describe('profiles', () => {
  it('a partition reads 0 until its profile is applied; the current configuration is then its own', () => {
    expect(
      printed(`
mksyscfg -r lpar -m p520 -i "name=new,profile_name=day,lpar_env=aixlinux,${AMOUNTS}"
lshwres -r mem -m p520 --level lpar --filter lpar_names=new -F curr_mem
mksyscfg -r prof -m p520 -i "name=night,lpar_name=new,${AMOUNTS.replace('1024', '512')}"
lssyscfg -r prof -m p520 --filter lpar_names=new -F name:desired_mem
chsyscfg -r lpar -m p520 -o apply -p new -n night
lshwres -r mem -m p520 --level lpar --filter lpar_names=new -F curr_mem
lssyscfg -r lpar -m p520 --filter lpar_names=new -F state,resource_config,curr_profile
chhwres -r mem -m p520 -o a -p new -q 256
mksyscfg -r prof -m p520 -o save -p new -n night
mksyscfg -r prof -m p520 -o save -p new -n night --force
lssyscfg -r prof -m p520 --filter lpar_names=new,profile_names=night -F desired_mem
rmsyscfg -r prof -m p520 -p new -n day
chsyscfg -r lpar -m p520 -i "name=new,default_profile=night,sync_curr_profile=1"
rmsyscfg -r prof -m p520 -p new -n day
chhwres -r mem -m p520 -o r -p new -q 256
lssyscfg -r prof -m p520 --filter lpar_names=new -F name,desired_mem
lssyscfg -r lpar -m p520 --filter lpar_names=new -F sync_curr_profile
`),
    ).toEqual([
      '0',
      '0 0',
      '0',
      '0 day:1024\nnight:512',
      '0',
      '0 512',
      '0 Not Activated,1,night',
      '0',
      '1 The partition already has a profile named night.  Please check your entry and retry the command.',
      '0',
      '0 768',
      '1 The partition profile day cannot be removed, since it is the default profile of its partition.',
      '0',
      '0',
      '0',
      '0 night,512',
      '0 1',
    ])
  })

  it('-o on with a profile drops what was changed since, unless profile and configuration are kept in step', () => {
    const script = (sync: number): string => `
mksyscfg -r lpar -m p520 -i "name=new,profile_name=day,lpar_env=aixlinux,${AMOUNTS},sync_curr_profile=${sync}"
chsyscfg -r lpar -m p520 -o apply -p new -n day
chhwres -r mem -m p520 -o a -p new -q 256
chsysstate -r lpar -m p520 -o on -n new -f day
lshwres -r mem -m p520 --level lpar --filter lpar_names=new -F curr_mem
`
    expect(printed(script(0)).at(-1)).toBe('0 1024')
    expect(printed(script(1)).at(-1)).toBe('0 1280')
  })

  it('a profile that is too large is taken, and its activation leaves the partition in Error with three codes', () => {
    const huge = AMOUNTS.replace(/256|1024|4096/g, '921600')
    const lines = printed(`
mksyscfg -r lpar -m p520 -i "name=new,profile_name=day,lpar_env=aixlinux,${huge}"
chsyscfg -r lpar -m p520 -o apply -p new -n day
lssyscfg -r lpar -m p520 --filter lpar_names=new -F state,lpar_id
chsysstate -r lpar -m p520 -o on -n new -f day
lssyscfg -r lpar -m p520 --filter lpar_names=new -F state
lsrefcode -r lpar -m p520 --filter lpar_names=new -n 3 -F refcode
chsysstate -r lpar -m p520 -o shutdown -n new --immed
lssyscfg -r lpar -m p520 --filter lpar_names=new -F state
`)
    expect([lines[0], lines[2], lines[4], lines[7]]).toEqual(['0', '0 Not Activated,4', '0 Error', '0 Not Activated'])
    expect([lines[1], lines[3]].map((line) => line?.slice(0, 10))).toEqual(['1 HSCL03EC', '1 HSCL03EC'])
    expect(lines[5]).toBe('0 B2001230 LP=00004\nD200C301\nD200C300')
  })
})

describe('power of partitions', () => {
  it('several, or all: one after the other, and one that is not there before anything is done', () => {
    // The server of the other way is among those that go down.
    expect(
      printed(
        `
chsysstate -r lpar -m p520 -o shutdown -n vios1,nobody --immed
lssyscfg -r lpar -m p520 -F name,state
chsysstate -r lpar -m p520 -o shutdown --id 2,3 --immed
chsysstate -r lpar -m p520 -o shutdown --id 2,1 --immed
chsysstate -r lpar -m p520 -o shutdown --all --immed
lssyscfg -r lpar -m p520 -F state
chsysstate -r lpar -m p520 -o on -n lnxnets,vios1 -f normal
chsysstate -r lpar -m p520 -o on -n vios1,lnxnets
chsysstate -r lpar -m p520 -o on --all -b sms
@+10min lssyscfg -r lpar -m p520 -F name,state
`,
        'fsp-only',
      ),
    ).toEqual([
      '1 HSCL8012 The partition named nobody was not found.  Please check your entry and retry the command.',
      '0 vios1,Running\nvios2,Running\nlnxnets,Running',
      '0',
      '1 HSCL1558 The partition is already powered off.',
      '0',
      '0 Not Activated\nNot Activated\nNot Activated',
      '1 An invalid parameter was entered.  The parameters -f are not valid.  Please check your entry and retry the command.',
      '0',
      '0',
      '0 vios1,Running\nvios2,Open Firmware\nlnxnets,Running',
    ])
  })

  it('osshutdown needs a link to the operating system, which goes down by itself, and comes up again with --restart', () => {
    const states = '--filter lpar_names=aix1 -F state,rmc_state'
    expect(
      printed(`
mksyscfg -r lpar -m p520 -i "name=aix1,profile_name=day,lpar_env=aixlinux,${AMOUNTS}"
chsysstate -r lpar -m p520 -o osshutdown -n aix1
chsysstate -r lpar -m p520 -o on -n aix1 -f day --bootstring network-all
chsysstate -r lpar -m p520 -o osshutdown -n aix1
@+10min lssyscfg -r lpar -m p520 ${states}
chsysstate -r lpar -m p520 -o osshutdown -n aix1 --restart
lssyscfg -r lpar -m p520 ${states}
@+10min lssyscfg -r lpar -m p520 ${states}
chsysstate -r lpar -m p520 -o osshutdown -n aix1
@+10min lssyscfg -r lpar -m p520 ${states}
`),
    ).toEqual([
      '0',
      '1 HSCL1558 The partition is already powered off.',
      '0',
      '1 HSCL0DB4 The operating system of the partition aix1 cannot be shut down, since there is no RMC connection between it and ' +
        'the management console. Use the shutdown operation instead.',
      '0 Running,active',
      '0',
      '0 Shutting Down,inactive',
      '0 Running,active',
      '0',
      '0 Not Activated,inactive',
    ])
  })

  it('the key lock of a partition, and of every system', () => {
    expect(
      printed(`
chsysstate -r lpar -m p520 -o chkey -n vios1 -k manual
lssyscfg -r lpar -m p520 --filter lpar_names=vios1 -F lpar_keylock
chsysstate -r sys --all -o chkey -k manual
lssyscfg -r sys -F curr_sys_keylock
chsysstate -r sys -m p520,other -o chkey -k norm
lssyscfg -r sys -F curr_sys_keylock
`),
    ).toEqual([
      '0',
      '0 manual',
      '0',
      '0 manual',
      '1 HSCL8018 The managed system other was not found.  Please check your entry and retry the command.',
      '0 norm',
    ])
  })
})
