// lshwres and chhwres -r virtualio, and adapters of profiles: rows in the captured orders, and what each line asks for.

import { defaultSerialAdapters } from '@powersim/protocol'
import { ethernetAdapter, scsiClient, scsiServer } from '@powersim/testkit'
import { describe, expect, test } from 'vitest'
import { capturedSystem } from './captured-system.js'
import { type FakeConsole } from './operation-fake-console.js'

const M = '-m 9131-52A-6535CCG'

function list(subtype: string, rest = '', console: FakeConsole = capturedSystem()): string {
  return console.line(`lshwres -r virtualio --rsubtype ${subtype} ${M} ${rest}`).stdout
}

describe('lshwres -r virtualio', () => {
  test('slots of a partition: the maxima and the next free one', () => {
    expect(list('slot', '--level lpar --filter lpar_names=nim1')).toBe(
      'lpar_name=nim1,lpar_id=5,curr_max_virtual_slots=10,pend_max_virtual_slots=10,next_avail_virtual_slot=4\n',
    )
    expect(list('slot', '--level lpar -F lpar_id,next_avail_virtual_slot')).toBe('5,4\n3,3\n2,3\n1,3\n')
  })

  test('scsi adapters: both ends, and whether the partition is active', () => {
    expect(list('scsi', '--level lpar --filter lpar_ids=5')).toBe(
      'lpar_name=nim1,lpar_id=5,slot_num=2,state=1,is_required=1,adapter_type=client,' +
        'remote_lpar_id=2,remote_lpar_name=vios1,remote_slot_num=2\n' +
        'lpar_name=nim1,lpar_id=5,slot_num=3,state=1,is_required=1,adapter_type=client,' +
        'remote_lpar_id=3,remote_lpar_name=vios2,remote_slot_num=2\n',
    )
    expect(list('scsi', '--filter "lpar_names=vios2,slots=2" -F adapter_type:remote_lpar_name')).toBe('server:nim1\n')
    expect(list('scsi', '--filter slots=7')).toBe('No results were found.\n')
  })

  test('serial adapters: for anyone, and for the console', () => {
    expect(list('serial', '--filter "lpar_ids=1,slots=0"')).toBe(
      'lpar_name=dump,lpar_id=1,slot_num=0,state=0,is_required=1,connect_status=unavailable,adapter_type=server,supports_hmc=1,' +
        'remote_lpar_id=any,remote_lpar_name=,remote_slot_num=any\n',
    )
  })

  test('Ethernet adapters: a trunk tells its priority; later consoles tell switch and addresses', () => {
    expect(list('eth', '--filter lpar_ids=3').split('\n')[0]).toBe(
      'lpar_name=vios2,lpar_id=3,slot_num=6,state=1,is_required=1,is_trunk=1,trunk_priority=2,ieee_virtual_eth=0,port_vlan_id=6,' +
        'addl_vlan_ids=,mac_addr=26E6B0003006',
    )
    expect(list('eth', '--filter lpar_ids=1')).toBe(
      'lpar_name=dump,lpar_id=1,slot_num=2,state=0,is_required=1,is_trunk=0,ieee_virtual_eth=1,port_vlan_id=1,' +
        '"addl_vlan_ids=3,4,5",mac_addr=26E6B0001002\n',
    )
    expect(list('eth', '--filter "vlans=6" -F lpar_id,slot_num')).toBe('5,6\n3,6\n3,9\n')
    const console = capturedSystem()
    console.version = 'V8R8.6.0'
    expect(list('eth', '--filter lpar_ids=5 -F', console)).toBe(
      'nim1,5,6,1,0,0,1,6,ETHERNET0,,26E6B0005006,all,none\nnim1,5,7,1,0,0,0,7,ETHERNET0,,26E6B0005007,all,none\n',
    )
  })

  test('Fibre Channel: HSCLA4C0 where the machine has none; port names of clients only', () => {
    const without = capturedSystem().line(`lshwres -r virtualio --rsubtype fc --level lpar ${M}`)
    expect(without).toMatchObject({ exitStatus: 1, stderr: '' })
    expect(without.stdout).toMatch(/^HSCLA4C0 /)
    const console = capturedSystem()
    console.fibreChannel = true
    const common = { kind: 'fc', remoteSlot: 7, required: false } as const
    const wwpns: [string, string] = ['c050760000000000', 'c050760000000001']
    console.partitions[0]?.profiles.unshift({
      ...console.partitions[0].profiles[0]!,
      adapters: [
        { ...common, slot: 4, role: 'client', remoteId: 2, wwpns },
        { ...common, slot: 5, role: 'server', remoteId: 2, wwpns: null },
      ],
    })
    expect(list('fc', '--filter lpar_ids=5', console)).toBe(
      'lpar_name=nim1,lpar_id=5,slot_num=4,adapter_type=client,state=1,is_required=0,remote_lpar_id=2,remote_lpar_name=vios1,' +
        'remote_slot_num=7,"wwpns=c050760000000000,c050760000000001"\n' +
        'lpar_name=nim1,lpar_id=5,slot_num=5,adapter_type=server,state=1,is_required=0,remote_lpar_id=2,' +
        'remote_lpar_name=vios1,remote_slot_num=7\n',
    )
  })

  test('switches and networks', () => {
    expect(list('vswitch')).toBe('vswitch=ETHERNET0,switch_mode=VEB,"vlan_ids=1,6"\n')
    expect(list('vnetwork', '-F vnetwork,vlan_id')).toBe('VLAN1-ETHERNET0,1\nVLAN6-ETHERNET0,6\n')
    expect(list('vswitch', '--filter vswitches=X')).toBe('No results were found.\n')
  })

  test('what is not there is said so', () => {
    expect(capturedSystem().line(`lshwres -r virtualio --rsubtype hsl ${M}`)).toMatchObject({ exitStatus: 1, commands: 0 })
    expect(list('scsi', '--filter lpar_names=none1')).toMatch(/^HSCL8012 The partition named none1/)
  })
})

describe('chhwres -r virtualio', () => {
  const change = (console: FakeConsole, rest: string) => console.line(`chhwres -r virtualio ${M} ${rest}`)
  const asked = (console: FakeConsole, name: string): unknown => console.asked.find((command) => command.name === name)?.data

  test('adds an adapter by operating system: reserved, taken in, finished', () => {
    const console = capturedSystem()
    console.batches = 1
    const outcome = change(console, '--rsubtype eth -o a -p nim1 -s 8 -a "ieee_virtual_eth=1,port_vlan_id=1,\\"addl_vlan_ids=3,4\\""')
    expect(outcome).toMatchObject({ exitStatus: 0, stdout: '', stderr: '', operation: 'chhwres virtualio add', commands: 5 })
    const adapter = ethernetAdapter(8, { ieee: true, additionalVlans: [3, 4] })
    expect(asked(console, 'dynamic.begin')).toEqual({ id: 5, direction: 'add', adapter })
    expect(console.rmcAsked).toMatchObject([{ id: 5, direction: 'add', resource: 'vslot', count: 1, drcIndex: 0x3000_0008 }])
  })

  test('without -s it takes the next slot; a partition may be named', () => {
    const console = capturedSystem()
    console.batches = 1
    const outcome = change(console, '--rsubtype scsi -o a --id 5 -a adapter_type=client,remote_lpar_name=vios1,remote_slot_num=9')
    expect(outcome).toMatchObject({ exitStatus: 0, commands: 6 })
    expect(asked(console, 'dynamic.begin')).toEqual({ id: 5, direction: 'add', adapter: scsiClient(4, 2, 9) })
    change(console, '--rsubtype scsi -o a --id 5 -s 6 -a adapter_type=server,remote_lpar_id=any,remote_slot_num=any')
    expect(console.asked.findLast(({ name }) => name === 'dynamic.begin')?.data).toEqual({
      id: 5,
      direction: 'add',
      adapter: scsiServer(6),
    })
  })

  test('removes one: the operating system gives it up first', () => {
    const console = capturedSystem()
    console.batches = 1
    expect(change(console, '--rsubtype scsi -o r -p nim1 -s 2')).toMatchObject({ exitStatus: 0, operation: 'chhwres virtualio remove' })
    expect(asked(console, 'dynamic.begin')).toEqual({ id: 5, direction: 'remove', virtualSlot: { slot: 2, kind: 'scsi' } })
    expect(console.rmcAsked).toMatchObject([{ direction: 'remove', resource: 'vslot', drcIndex: 0x3000_0002 }])
    expect(console.names().indexOf('dynamic.step')).toBeGreaterThan(0)
  })

  test('sets attributes of one that is there', () => {
    const console = capturedSystem()
    expect(change(console, '--rsubtype eth -o s --id 1 -s 2 -a "port_vlan_id=9,is_trunk=1,trunk_priority=3"')).toMatchObject({
      exitStatus: 0,
      operation: 'chhwres virtualio set',
      commands: 4,
    })
    const before = { ieee: true, additionalVlans: [3, 4, 5], required: true, mac: '26E6B0001002' }
    expect(asked(console, 'dynamic.adapter')).toEqual({ id: 1, adapter: ethernetAdapter(2, { ...before, vlan: 9, trunkPriority: 3 }) })
    expect(change(console, '--rsubtype eth -o s --id 1 -s 7 -a port_vlan_id=9').stderr).toMatch(/^The virtual adapter was not found/)
  })

  test('is refused without a link to a running operating system, and for attributes that make no adapter', () => {
    const console = capturedSystem()
    expect(change(console, '--rsubtype eth -o a -p vios1 -s 8 -a port_vlan_id=1').stderr).toMatch(/^HSCL2957 .* vios1 /)
    expect(console.names()).toEqual(['lpar.list', 'lpar.read'])
    for (const data of ['adapter_type=client,remote_slot_num=2', 'adapter_type=client,remote_lpar_id=x,remote_slot_num=2']) {
      expect(change(capturedSystem(), `--rsubtype scsi -o a -p nim1 -s 8 -a ${data}`).stderr).toMatch(/^HSCL0622 /)
    }
    expect(change(capturedSystem(), '--rsubtype eth -o a -p nim1 -s 8 -a colour=blue').stderr).toMatch(/invalid attribute is colour/)
  })
})

describe('adapters of a profile', () => {
  const profile = (console: FakeConsole, data: string) => console.line(`chsyscfg -r prof ${M} -i 'name=normal,lpar_name=nim1,${data}'`)
  const changes = (console: FakeConsole) =>
    console.asked.filter(({ name }) => name === 'stage.adapter' || name === 'stage.removeAdapter').map(({ data }) => data)

  test('are added, taken away by slot, and replaced', () => {
    const added = capturedSystem()
    expect(profile(added, '"virtual_eth_adapters+=8/0/1//0/0,""9/1/1/3,4/0/1"""').exitStatus).toBe(0)
    expect(changes(added)).toEqual([
      { stage: 1, adapter: ethernetAdapter(8) },
      { stage: 1, adapter: ethernetAdapter(9, { ieee: true, additionalVlans: [3, 4], required: true }) },
    ])
    const taken = capturedSystem()
    expect(profile(taken, 'virtual_eth_adapters-=7').exitStatus).toBe(0)
    expect(changes(taken)).toEqual([{ stage: 1, slot: 7 }])
    const replaced = capturedSystem()
    expect(profile(replaced, 'virtual_scsi_adapters=3/client//vios1/9/0').exitStatus).toBe(0)
    expect(changes(replaced)).toEqual([
      { stage: 1, slot: 2 },
      { stage: 1, adapter: scsiClient(3, 2, 9) },
    ])
    const cleared = capturedSystem()
    expect(profile(cleared, 'virtual_serial_adapters=none,virtual_eth_adapters=none').exitStatus).toBe(0)
    expect(changes(cleared)).toEqual([
      { stage: 1, slot: 6 },
      { stage: 1, slot: 7 },
    ])
    expect(defaultSerialAdapters).toHaveLength(2)
  })

  test('are refused where a slot is taken, empty, or names nobody', () => {
    expect(profile(capturedSystem(), 'virtual_eth_adapters+=2/0/1//0/0').stderr).toMatch(/^HSCL0622 .* slot 2 has an adapter already/)
    expect(profile(capturedSystem(), 'virtual_eth_adapters-=2').stderr).toMatch(/^HSCL0622 .* 2 is no eth adapter of the profile/)
    expect(profile(capturedSystem(), 'virtual_scsi_adapters+=8/client//nobody/9/0').stderr).toMatch(/^HSCL8012 The partition named nobody/)
    expect(profile(capturedSystem(), 'min_mem+=128').exitStatus).toBe(1)
  })
})

describe('SR-IOV', () => {
  const refusal = 'The managed system 9131-52A-6535CCG does not support SR-IOV adapters.\n'

  test('is refused on a machine without such adapters, on the stream of the command', () => {
    const console = capturedSystem()
    for (const rsubtype of ['adapter', 'physport --level eth', 'logport --level roce -F lpar_name:capacity --header']) {
      expect(console.line(`lshwres -r sriov --rsubtype ${rsubtype} ${M}`)).toMatchObject({ exitStatus: 1, stdout: refusal, stderr: '' })
    }
    const add = `chhwres -r sriov --rsubtype logport -o a ${M} -p nim1 -a "adapter_id=1,phys_port_id=0,logical_port_type=eth"`
    expect(console.line(add)).toMatchObject({ exitStatus: 1, stdout: '', stderr: refusal, commands: 0 })
  })

  test('knows its options and attributes', () => {
    const console = capturedSystem()
    expect(console.line(`lshwres -r sriov ${M}`).stdout).toContain('--rsubtype')
    expect(console.line(`lshwres -r sriov --rsubtype adapter ${M} -F lpar_state`).stdout).toContain('The invalid attribute is lpar_state.')
    expect(console.line(`lshwres -r sriov --rsubtype physport --level lpar ${M}`).stdout).toContain('--level')
  })
})
