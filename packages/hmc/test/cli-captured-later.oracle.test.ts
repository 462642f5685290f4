// Rows that consoles of later generations printed, against what this command line prints of the same systems (files in cli-captured/):
//   v10r3-*  HMC V10R3 M1060 with a POWER9 8375-42A, v11r2: V11R2 SP1120 (github randomparity/hmc-mcp, tests/fixtures/live, tokenised)
//   v8r8-lpar  IBM webinar on simplified remote restart (POWER8), v8r8-prof  chmod666.org 2014; both quoted by github ziutus/hmc_vios_aix
//   v7r7-*  HMC V7R7.9.0 with a POWER5 9131-52A (github ziutus/hmc_vios_aix, data/20180603_1656); texts in the English locale

import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { v10r3System, v8r8System } from './later-captures.js'
import { capturedSystem } from './captured-system.js'

function captured(name: string): string[] {
  return rows(readFileSync(new URL(`cli-captured/${name}.txt`, import.meta.url), 'utf8'))
}

function rows(text: string): string[] {
  expect(text.endsWith('\n')).toBe(true)
  return text.slice(0, -1).split('\n')
}

/** Names of the attributes of a row, in order; values in quotes may hold commas and quotes. */
function namesOf(row: string | undefined): string[] {
  const pairs = [...(row ?? '').matchAll(/"((?:[^"]|"")*)"|([^,]+)/g)]
  return pairs.map(([, quoted, plain]) => (quoted ?? plain ?? '').replace(/=.*$/s, ''))
}

describe('V10R3', () => {
  test('lssyscfg -r prof prints the captured rows, of a virtual I/O server and of a client', () => {
    expect(rows(v10r3System().line('lssyscfg -r prof -m sys-R1').stdout)).toEqual(captured('v10r3-prof'))
  })

  test('lssyscfg -r sys has the captured attributes in their order; what names the machine is the same', () => {
    const [row = ''] = rows(v10r3System().line('lssyscfg -r sys -m sys-R1').stdout)
    const [wanted = ''] = captured('v10r3-sys')
    expect(namesOf(row)).toEqual(namesOf(wanted))
    for (const pair of [
      'name=sys-R1,type_model=8375-42A',
      'sp_type=fsp,state=Operating,state_detail=,detailed_state=None',
      'max_lpars=400',
    ]) {
      expect(wanted).toContain(`${pair},`)
      expect(row).toContain(`${pair},`)
    }
    const modes = '"lpar_proc_compat_modes=default,POWER7,POWER8,POWER9,POWER9_base"'
    expect([row.includes(modes), wanted.includes(modes)]).toEqual([true, true])
  })

  test('the modes of a machine by name, quoted without it', () => {
    const console = v10r3System()
    expect(console.line('lssyscfg -r sys -m sys-R1 -F lpar_proc_compat_modes').stdout).toBe('"default,POWER7,POWER8,POWER9,POWER9_base"\n')
    Object.assign(console.handle.capabilities, { compatModes: ['POWER9', 'POWER9_base', 'POWER10', 'POWER11'] })
    expect(console.line('lssyscfg -r sys -m sys-R1 -F lpar_proc_compat_modes').stdout).toBe(
      '"default,POWER9,POWER9_base,POWER10,POWER11"\n',
    )
  })

  test('an empty I/O slot prints the captured row', () => {
    const console = v10r3System()
    const slot = { drcIndex: 0x21010010, unit: '<REDACTED-LOC>', busId: 16, location: 'C9', description: 'Empty slot' }
    console.slots = [{ ...slot, lparId: 0, lparName: '', running: false }]
    const tokens = captured('v10r3-io-slot-empty')[0]?.replace('desc-6', 'Empty slot').replace('dev-15', '<REDACTED-LOC>-C9')
    expect(rows(console.line('lshwres -r io --rsubtype slot -m sys-R1').stdout)).toEqual([tokens])
  })

  test('trunks by VLAN, switch and priority', () => {
    const line = 'lshwres -r virtualio --rsubtype eth --level lpar -m sys-R1 -F lpar_name,port_vlan_id,vswitch,state,trunk_priority'
    expect(v10r3System().line(line).stdout).toBe('sys-R1-vios1,1,ETHERNET0,1,1\nsys-R1-vios1,2,ETHERNET0,1,1\n')
  })

  test('a partition without Ethernet adapters: no results, which is a success', () => {
    const line = 'lshwres -r virtualio --rsubtype eth --level lpar -m sys-R1 --filter lpar_names=sys-R1-lp3 -F lpar_name'
    expect(v10r3System().line(line)).toMatchObject({ exitStatus: 0, stdout: 'No results were found.\n', stderr: '' })
  })

  test('a partition that is not there, and a line without its system, are the captured errors on stdout', () => {
    const unknown = v10r3System().line('lssyscfg -r lpar -m sys-R1 --filter lpar_names=zz-no-such-lpar -F name')
    const stdout = 'HSCL8012 The partition named zz-no-such-lpar was not found.  Please check your entry and retry the command.\n'
    expect(unknown).toMatchObject({ exitStatus: 1, stdout, stderr: '' })
    expect(v10r3System().line('lssyscfg -r lpar -F uuid,name')).toMatchObject({
      exitStatus: 1,
      stdout:
        'The command entered is either missing a required parameter or a parameter value is invalid. ' +
        'The parameters that are missing or have an invalid value are -m. Please check your entry and retry the command.\n',
      stderr: '',
    })
  })

  test('a policy on affinity is refused, and printed from V11 on', () => {
    const line = 'lssyscfg -r lpar -m sys-R1 --filter lpar_names=sys-R1-lp3 -F min_affinity_score,min_affinity_score_action --header'
    const console = v10r3System()
    expect(console.line(line)).toMatchObject({ exitStatus: 1, commands: 0 })
    console.version = 'V11R2 SP1120'
    expect(console.line(line)).toMatchObject({ exitStatus: 0, stdout: 'min_affinity_score,min_affinity_score_action\n0,none\n' })
  })

  test('partitions have every captured name, each once', () => {
    const names = [
      ...['affinity_group_id', 'allow_perf_collection', 'auto_start', 'boot_mode', 'curr_lpar_proc_compat_mode', 'curr_profile'],
      ...['curr_secure_boot', 'default_profile', 'desired_lpar_proc_compat_mode', 'keystore_kbytes', 'logical_serial_num'],
      ...['lpar_avail_priority', 'lpar_env', 'lpar_id', 'lpar_keylock', 'migr_storage_vios_data_status', 'name', 'os_version'],
      ...['migr_storage_vios_data_timestamp', 'pend_secure_boot', 'power_ctrl_lpar_ids', 'powervm_mgmt_capable', 'resource_config'],
      ...['redundant_err_path_reporting', 'rmc_ipaddr', 'rmc_state', 'shared_proc_pool_util_auth', 'simplified_remote_restart_capable'],
      ...['state', 'sync_curr_profile', 'time_ref', 'virtual_serial_num', 'vtpm_enabled', 'work_group_id', 'description'],
    ]
    const [row] = rows(v10r3System().line('lssyscfg -r lpar -m sys-R1 --filter lpar_ids=1').stdout)
    expect(namesOf(row).sort()).toEqual(names.sort())
  })

  test('reference codes of a partition have the captured names', () => {
    const console = v10r3System()
    console.refcodes = [{ timeNs: 0, refcode: 'B2001230 LP=00002' }]
    const [row] = rows(console.line('lsrefcode -r lpar -m sys-R1 -n 1 --filter lpar_ids=1').stdout)
    expect(namesOf(row)).toEqual(['lpar_name', 'lpar_id', 'time_stamp', 'refcode', 'word2', 'fru_call_out_loc_codes'])
    const captured = 'lpar_name,time_stamp,refcode\nsys-R1-lp3,06/03/2013 08:00:00,B2001230 LP=00002\n'
    const line = 'lsrefcode -r lpar -m sys-R1 --filter lpar_names=sys-R1-lp3 -n 3 -F lpar_name,time_stamp,refcode --header'
    expect(console.line(line).stdout).toBe(captured)
  })

  test('memory and processors of a partition have every captured name', () => {
    const names = (line: string): string[] => namesOf(rows(v10r3System().line(`${line} -m sys-R1 --filter lpar_ids=1`).stdout)[0])
    expect(names('lshwres -r mem --level lpar').slice(-8)).toEqual([
      ...['curr_mem_expansion', 'pend_mem_expansion', 'curr_hpt_ratio', 'curr_ppt_ratio'],
      ...[
        'curr_hardware_mem_expansion',
        'desired_hardware_mem_expansion',
        'curr_hardware_mem_encryption',
        'desired_hardware_mem_encryption',
      ],
    ])
    const pools = names('lshwres -r proc --level lpar').filter((name) => name.includes('pool'))
    const both = (when: string): string[] => [`${when}_shared_proc_pool_id`, `${when}_shared_proc_pool_name`]
    expect(pools).toEqual([...both('curr'), ...both('pend')])
  })
})

describe('V8R8', () => {
  // The capture's partition can be restarted remotely, which the model has none of; and the profile's has more of some adapters.
  test('lssyscfg -r lpar has the captured attributes in their order', () => {
    const [row = ''] = rows(v8r8System().line('lssyscfg -r lpar -m p8').stdout)
    const [wanted = ''] = captured('v8r8-lpar')
    expect(namesOf(row)).toEqual(namesOf(wanted).filter((name) => name !== 'remote_restart_status'))
    const modes = 'time_ref=0,lpar_avail_priority=127,desired_lpar_proc_compat_mode=POWER8,curr_lpar_proc_compat_mode=POWER8,'
    expect([row.includes(modes), wanted.includes(modes)]).toEqual([true, true])
  })

  test('lssyscfg -r prof has the captured attributes in their order, port names in quotes of their own', () => {
    const [row = ''] = rows(v8r8System().line('lssyscfg -r prof -m p8').stdout)
    const [wanted = ''] = captured('v8r8-prof')
    expect(namesOf(row)).toEqual(namesOf(wanted))
    expect(row).toContain('"virtual_fc_adapters=""2/client/1//32/c050760727c5007a,c050760727c5007b/0"",""4/client/1//35/')
    expect(wanted).toContain('"virtual_fc_adapters=""2/client/1/vios2/32/c050760727c5007a,c050760727c5007b/0"",""4/client/1/vios1/35/')
  })
})

describe('V7R7', () => {
  test('lshwres -r io of an empty slot prints the captured row; the model writes the name without the planar', () => {
    const console = capturedSystem()
    const slot = { drcIndex: 0x21030003, unit: 'U787F.001.DPM0XLZ', busId: 3, location: 'C3', description: 'Empty slot' }
    console.slots = [{ ...slot, lparId: 0, lparName: '', running: false }]
    const wanted = captured('v7r7-io-slot').map((row) => row.replace('-P1-C3', '-C3'))
    expect(rows(console.line('lshwres -r io --rsubtype slot -m 9131-52A-6535CCG').stdout)).toEqual(wanted)
  })

  test('Ethernet adapters print the captured rows: no VLANs besides its own is nothing', () => {
    const line = 'lshwres -r virtualio --rsubtype eth --level lpar -m 9131-52A-6535CCG --filter lpar_names=vios2'
    expect(rows(capturedSystem().line(line).stdout)).toEqual(captured('v7r7-virtual-eth'))
  })

  test('one VLAN besides its own is quoted all the same (IBM developerWorks: "addl_vlan_ids=54")', () => {
    const console = capturedSystem()
    const [profile] = console.partitions[0]?.profiles ?? []
    console.partitions[0]?.profiles.splice(0, 1, {
      ...profile!,
      adapters: profile!.adapters.flatMap((adapter) => (adapter.kind === 'eth' ? [{ ...adapter, additionalVlans: [54] }] : [])),
    })
    const line = 'lshwres -r virtualio --rsubtype eth --level lpar -m 9131-52A-6535CCG --filter lpar_names=nim1'
    expect(console.line(line).stdout).toContain('port_vlan_id=6,"addl_vlan_ids=54",mac_addr=')
    expect(console.line(`${line} -F addl_vlan_ids`).stdout).toBe('54\n54\n')
  })

  test('a console without frames has no results', () => {
    expect(capturedSystem().line('lssyscfg -r frame -F name,serial_num,state')).toMatchObject({
      exitStatus: 0,
      stdout: 'No results were found.\n',
      commands: 0,
    })
  })
})

test('shared processor pools as clients read them: all that there can be, and the default pool has no limits', () => {
  const console = capturedSystem()
  const idle = { reservedHundredths: 0, entitledHundredths: 90, maximumHundredths: 200 }
  console.processorPools = [
    { ...idle, id: 0, name: 'DefaultPool', lparIds: [2, 3, 5] },
    { ...idle, id: 2, name: 'batch', maximumHundredths: 100, reservedHundredths: 50, lparIds: [] },
  ]
  const lines = rows(console.line('lshwres -r procpool -m 9131-52A-6535CCG').stdout)
  expect(lines).toHaveLength(64)
  expect(lines.slice(0, 3)).toEqual([
    'name=DefaultPool,shared_proc_pool_id=0,max_pool_proc_units=null,curr_reserved_pool_proc_units=null,' +
      'pend_reserved_pool_proc_units=null,"lpar_names=vios1,vios2,nim1","lpar_ids=2,3,5"',
    'name=SharedPool01,shared_proc_pool_id=1,max_pool_proc_units=0.0,curr_reserved_pool_proc_units=0.0,' +
      'pend_reserved_pool_proc_units=0.0,lpar_names=none,lpar_ids=none',
    'name=batch,shared_proc_pool_id=2,max_pool_proc_units=1.0,curr_reserved_pool_proc_units=0.5,pend_reserved_pool_proc_units=0.5,' +
      'lpar_names=none,lpar_ids=none',
  ])
  expect(console.line('lshwres -r procpool -m 9131-52A-6535CCG --filter names=batch -F shared_proc_pool_id').stdout).toBe('2\n')
  expect(console.line('lshwres -r proc --level pool -m 9131-52A-6535CCG').stdout).toBe(
    'configurable_pool_proc_units=2.0,curr_avail_pool_proc_units=1.1,pend_avail_pool_proc_units=1.1\n',
  )
})

test('units and buses are those of the slots', () => {
  const console = capturedSystem()
  const slot = (unit: string, busId: number, number: number) => ({
    ...{ drcIndex: 0x21010000 + number, unit, busId, location: `C${number}`, description: 'Empty slot' },
    ...{ lparId: 0, lparName: '', running: false },
  })
  console.slots = [slot('U1', 2, 1), slot('U1', 2, 2), slot('U1', 3, 3), slot('U2', 2, 4)]
  const list = (rest: string): string => console.line(`lshwres -r io -m 9131-52A-6535CCG ${rest}`).stdout
  expect(list('--rsubtype unit')).toBe('unit_phys_loc=U1\nunit_phys_loc=U2\n')
  expect(list('--rsubtype bus --filter units=U1')).toBe('unit_phys_loc=U1,bus_id=2\nunit_phys_loc=U1,bus_id=3\n')
})
