// What each line asks for, command by command, against the operation table of the protocol: same commands, same order, same number.

import {
  type CommandName,
  commandsOf,
  defaultSerialAdapters,
  type OperationDefinition,
  type OperationName,
  operationTable,
  type StepPer,
} from '@powersim/protocol'
import { ethernetAdapter } from '@powersim/testkit'
import { describe, expect, test } from 'vitest'
import { capturedSystem } from './captured-system.js'
import { profileOf } from './fake-partitions.js'
import { type FakeConsole } from './operation-fake-console.js'

const M = '-m 9131-52A-6535CCG'
const NEW =
  'name=new1,profile_name=normal,lpar_env=aixlinux,min_mem=512,desired_mem=1024,max_mem=2048,proc_mode=shared,' +
  'min_proc_units=0.1,desired_proc_units=0.2,max_proc_units=0.4,min_procs=1,desired_procs=2,max_procs=4'
const NEW_PROFILE = NEW.replace('name=new1,profile_name=normal,lpar_env=aixlinux', 'name=day,lpar_name=nim1')
const SCSI = '"virtual_scsi_adapters=3/client/2/vios1/2/1,4/client/3/vios2/2/1"'

interface Case {
  readonly operation: OperationName
  readonly line: string
  readonly counts?: Partial<Record<StepPer, number>>
  readonly prepare?: (console: FakeConsole) => void
}

/** Consoles of before know no co-management. */
const later = (console: FakeConsole): void => {
  console.version = 'V8R8.6.0'
}
function withRmc(console: FakeConsole): void {
  for (const partition of console.partitions) partition.rmc = 'active'
}

const cases: readonly Case[] = [
  { operation: 'lssyscfg sys', line: 'lssyscfg -r sys' },
  { operation: 'lssyscfg lpar', line: `lssyscfg -r lpar ${M}`, counts: { partition: 4 } },
  { operation: 'lssyscfg lpar', line: `lssyscfg -r lpar ${M} --filter lpar_ids=5,2`, counts: { partition: 2 } },
  { operation: 'lssyscfg prof', line: `lssyscfg -r prof ${M}`, counts: { profile: 5 } },
  { operation: 'lshwres mem sys', line: `lshwres -r mem ${M} --level sys` },
  { operation: 'lshwres mem lpar', line: `lshwres -r mem ${M} --level lpar`, counts: { partition: 4 } },
  { operation: 'lshwres proc sys', line: `lshwres -r proc ${M} --level sys` },
  { operation: 'lshwres proc lpar', line: `lshwres -r proc ${M} --level lpar`, counts: { partition: 4 } },
  { operation: 'lshwres proc pool', line: `lshwres -r proc ${M} --level pool` },
  { operation: 'lshwres procpool', line: `lshwres -r procpool ${M}` },
  { operation: 'lshwres virtualio', line: `lshwres -r virtualio --rsubtype scsi --level lpar ${M}`, counts: { partition: 4 } },
  { operation: 'lshwres virtualio vswitch', line: `lshwres -r virtualio --rsubtype vswitch ${M}` },
  {
    operation: 'chhwres virtualio add',
    line: `chhwres -r virtualio --rsubtype eth ${M} -o a -p nim1 -s 8 -a port_vlan_id=1`,
    counts: { batch: 1 },
    prepare: batches(1),
  },
  {
    operation: 'chhwres virtualio remove',
    line: `chhwres -r virtualio --rsubtype eth ${M} -o r -p nim1 -s 6`,
    counts: { batch: 1 },
    prepare: batches(1),
  },
  { operation: 'chhwres virtualio set', line: `chhwres -r virtualio --rsubtype eth ${M} -o s --id 1 -s 2 -a port_vlan_id=9` },
  { operation: 'viosrvcmd', line: `viosrvcmd ${M} -p vios1 -c "vfcmap -vadapter vfchost0 -fcp fcs0"`, prepare: withRmc },
  { operation: 'mkvterm', line: `mkvterm ${M} -p nim1`, counts: { batch: 15 } },
  { operation: 'lsmemopt', line: `lsmemopt ${M} -r lpar -o calcscore`, counts: { partition: 4 } },
  { operation: 'lslparmigr', line: `lslparmigr -r lpar ${M}` },
  {
    operation: 'lpar_netboot',
    line: 'lpar_netboot -M -n -A -t ent dump normal 9131-52A-6535CCG',
    counts: { adapter: 3, batch: 3 },
    prepare: openFirmware,
  },
  { operation: 'rmvterm', line: `rmvterm ${M} --id 1` },
  { operation: 'lsrefcode sys', line: `lsrefcode -r sys ${M} -n 3` },
  { operation: 'lsrefcode lpar', line: `lsrefcode -r lpar ${M} -n 3`, counts: { partition: 4 } },
  { operation: 'lssvcevents', line: `lssvcevents -t hardware ${M} --filter "status=open"`, counts: { batch: 1 } },
  { operation: 'chsvcevent', line: `chsvcevent -o close -p 1 ${M}` },
  { operation: 'chsvcevent', line: `chsvcevent -o closeall ${M}` },
  { operation: 'lsled', line: `lsled -r sa -t phys ${M}` },
  { operation: 'lsled', line: `lsled -r sa -t virtualsys ${M}` },
  { operation: 'chled', line: `chled -r sa -t virtualsys ${M} -o off` },
  { operation: 'lsfru', line: `lsfru ${M}`, counts: { batch: 1 } },
  { operation: 'lsdump', line: `lsdump ${M}` },
  { operation: 'startdump', line: `startdump ${M} -t sp` },
  { operation: 'getdump', line: `getdump ${M} -f SYSDUMP.1`, counts: { batch: 2 } },
  { operation: 'rmdump', line: `rmdump ${M} -f SYSDUMP.1` },
  { operation: 'lslic', line: `lslic ${M} -t syspower` },
  { operation: 'updlic install', line: `updlic ${M} -o a -l 01EL350_108`, counts: { batch: 8 } },
  { operation: 'updlic accept', line: `updlic ${M} -o c`, counts: { batch: 1 } },
  { operation: 'lspwrmgmt', line: `lspwrmgmt ${M} -r sys` },
  { operation: 'chpwrmgmt', line: `chpwrmgmt ${M} -r sys -o enable -t static` },
  { operation: 'lscod cap', line: `lscod ${M} -t cap -r mem` },
  { operation: 'lscod hist', line: `lscod ${M} -t hist` },
  { operation: 'chcod', line: `chcod ${M} -o e -k 00` },
  { operation: 'mksyscfg lpar', line: `mksyscfg -r lpar ${M} -i "${NEW}"`, counts: { adapter: 2 } },
  {
    operation: 'mksyscfg lpar',
    line: `mksyscfg -r lpar ${M} -i '${NEW},virtual_eth_adapters=2/0/1//0/0,${SCSI}'`,
    counts: { adapter: 5 },
  },
  { operation: 'mksyscfg prof', line: `mksyscfg -r prof ${M} -i "${NEW_PROFILE}"`, counts: { adapter: 2 } },
  { operation: 'mksyscfg prof save', line: `mksyscfg -r prof ${M} -o save -p nim1 -n now --force` },
  { operation: 'chsyscfg lpar apply', line: `chsyscfg -r lpar ${M} -o apply --id 1 -n test_1` },
  { operation: 'rmsyscfg prof', line: `rmsyscfg -r prof ${M} -p nim1 -n backup` },
  { operation: 'chsyscfg lpar', line: `chsyscfg -r lpar ${M} -i "lpar_id=1,new_name=dump2"` },
  { operation: 'rmsyscfg lpar', line: `rmsyscfg -r lpar ${M} -n dump` },
  { operation: 'chsysstate lpar on', line: `chsysstate -r lpar ${M} -o on -n dump -f test_1 -b sms`, counts: { partition: 1, adapter: 3 } },
  { operation: 'chsysstate lpar shutdown', line: `chsysstate -r lpar ${M} -o shutdown --id 5 --immed --restart`, counts: { partition: 1 } },
  {
    operation: 'chsysstate lpar osshutdown',
    line: `chsysstate -r lpar ${M} -o osshutdown -n nim1 --immed`,
    counts: { partition: 1 },
    prepare: withRmc,
  },
  { operation: 'chsysstate lpar chkey', line: `chsysstate -r lpar ${M} -o chkey -n nim1 -k manual` },
  { operation: 'chsysstate sys on', line: `chsysstate -r sys ${M} -o onstandby -k norm` },
  { operation: 'chsysstate sys off', line: `chsysstate -r sys ${M} -o off --immed` },
  { operation: 'chsysstate sys recover', line: `chsysstate -r sys ${M} -o recover` },
  { operation: 'chsysstate sys rebuild', line: `chsysstate -r sys ${M} -o rebuild` },
  { operation: 'chsysstate sys spfailover', line: `chsysstate -r sys ${M} -o spfailover` },
  { operation: 'chsysstate sys chkey', line: `chsysstate -r sys ${M} -o chkey -k manual` },
  { operation: 'lscomgmt', line: `lscomgmt ${M}`, prepare: later },
  { operation: 'chcomgmt', line: `chcomgmt ${M} -o setmaster -t norm`, prepare: later },
  { operation: 'lslock', line: `lslock ${M}` },
  { operation: 'rmlock', line: `rmlock ${M}` },
  { operation: 'chsyspwd', line: `chsyspwd ${M} -t general --passwd old --newpasswd new` },
  { operation: 'chhwres mem add', line: `chhwres -r mem ${M} -o a -p nim1 -q 2048`, counts: { batch: 2 } },
  { operation: 'chhwres mem remove', line: `chhwres -r mem ${M} -o r --id 5 -q 2048 -w 5 -d 1`, counts: { batch: 3 }, prepare: batches(3) },
  { operation: 'chhwres mem move', line: `chhwres -r mem ${M} -o m -p nim1 -t dump -q 128`, counts: { partition: 2, batch: 2 } },
  { operation: 'chhwres proc add', line: `chhwres -r proc ${M} -o a -p nim1 --procs 1`, counts: { batch: 1 }, prepare: batches(1) },
  { operation: 'chhwres proc remove', line: `chhwres -r proc ${M} -o r --id 5 --procunits .1`, counts: { batch: 1 }, prepare: batches(1) },
  { operation: 'chhwres proc move', line: `chhwres -r proc ${M} -o m -p nim1 --tid 1 --procs 2`, counts: { partition: 2, batch: 2 } },
  { operation: 'chhwres proc set', line: `chhwres -r proc ${M} -o s -p nim1 -a "sharing_mode=uncap,uncap_weight=64"` },
  {
    operation: 'chhwres proc set',
    line: `chhwres -r proc ${M} -o s -p nim1 -a "shared_proc_pool_name=SharedPool02"`,
    counts: { section: 1 },
  },
  { operation: 'lssyscfg sysprof', line: `lssyscfg -r sysprof ${M}` },
  { operation: 'mksyscfg sysprof', line: `mksyscfg -r sysprof ${M} -i 'name=x,"lpar_names=nim1,dump","profile_names=normal,test_1"'` },
  { operation: 'chsyscfg sysprof', line: `chsyscfg -r sysprof ${M} -i "name=all,lpar_ids+=5,profile_names+=normal"` },
  { operation: 'rmsyscfg sysprof', line: `rmsyscfg -r sysprof ${M} -n all` },
  { operation: 'chsysstate sysprof on', line: `chsysstate -r sysprof ${M} -o on -n all`, counts: { partition: 1, adapter: 3 } },
  { operation: 'chsysstate sys onsysprof', line: `chsysstate -r sys ${M} -o onsysprof -f all`, counts: { partition: 1, adapter: 3 } },
  { operation: 'bkprofdata', line: `bkprofdata ${M} -f today`, counts: { partition: 4 } },
  { operation: 'rstprofdata', line: `rstprofdata ${M} -l 4` },
  {
    operation: 'rstprofdata',
    line: `rstprofdata ${M} -l 2 -f today`,
    counts: { partition: 4, section: 1 },
    prepare: (console) => {
      console.line(`bkprofdata ${M} -f today`)
      console.systemState = 'Recovery'
    },
  },
  { operation: 'chsyscfg sys', line: `chsyscfg -r sys ${M} -i "power_on_lpar_start_policy=userinit"` },
  { operation: 'chhwres vswitch add', line: `chhwres -r virtualio --rsubtype vswitch ${M} -o a --vswitch BACKUP` },
  { operation: 'chhwres vswitch remove', line: `chhwres -r virtualio --rsubtype vswitch ${M} -o r --vswitch BACKUP` },
  { operation: 'chhwres procpool set', line: `chhwres -r procpool ${M} -o s --poolid 1 -a "max_pool_proc_units=2.0"` },
  {
    operation: 'chhwres io add',
    line: `chhwres -r io --rsubtype slot ${M} -o a -p nim1 -l 21010003`,
    counts: { batch: 1 },
    prepare: batches(1),
  },
  {
    operation: 'chhwres io remove',
    line: `chhwres -r io --rsubtype slot ${M} -o r --id 5 -l 21010003`,
    counts: { batch: 1 },
    prepare: batches(1),
  },
  {
    operation: 'chhwres io move',
    line: `chhwres -r io --rsubtype slot ${M} -o m -p nim1 -t dump -l 21010003`,
    counts: { partition: 2, batch: 1 },
    prepare: batches(1),
  },
  { operation: 'chhwres mem set', line: `chhwres -r mem ${M} -o s -p nim1 -a "mem_weight=64,run_io_entitled_mem=77"` },
  { operation: 'lshwres mempool', line: `lshwres -r mempool ${M}` },
  { operation: 'lshwres mempool pgdev', line: `lshwres -r mempool --rsubtype pgdev ${M}` },
  { operation: 'chhwres mempool add', line: `chhwres -r mempool ${M} -o a -a "pool_mem=1024,paging_vios_names=vios1"` },
  { operation: 'chhwres mempool set', line: `chhwres -r mempool ${M} -o s -a "pool_mem=2048,max_pool_mem=4096"` },
  { operation: 'chhwres mempool remove', line: `chhwres -r mempool ${M} -o r` },
  { operation: 'chhwres mempool pgdev add', line: `chhwres -r mempool --rsubtype pgdev ${M} -o a -p vios1 --device hdisk4` },
  { operation: 'chhwres mempool pgdev remove', line: `chhwres -r mempool --rsubtype pgdev ${M} -o r --id 2 --device hdisk4` },
  { operation: 'rsthwres mem', line: `rsthwres -r mem ${M} -p nim1`, counts: { partition: 1 } },
  { operation: 'rsthwres proc', line: `rsthwres -r proc ${M} --id 3`, counts: { partition: 1 } },
  { operation: 'rsthwres io', line: `rsthwres -r io ${M} -p vios1`, counts: { partition: 1 } },
  { operation: 'lshwres io slot', line: `lshwres -r io --rsubtype slot ${M}`, prepare: oneSlot },
]

/** A slot in the words of the capture. */
function oneSlot(console: FakeConsole): void {
  const slot = { drcIndex: 0x21010003, unit: 'U787B.001.DNW108F', busId: 2, location: 'C3', description: 'PCI 1Gbps Ethernet Fiber 2-port' }
  console.slots = [{ ...slot, lparId: 5, lparName: 'nim1', running: true }]
}

/** A second after it is asked to start the partition does, and after twelve it is at the prompt of its firmware. */
function openFirmware(console: FakeConsole): void {
  const partition = console.partitions.find(({ view }) => view.name === 'dump')
  const reached = console.simulation.handler('reached', (state: 'Starting' | 'Open Firmware') => {
    if (partition !== undefined) partition.view = { ...partition.view, state }
  })
  console.simulation.schedule(1_000_000_000, reached, 'Starting')
  console.simulation.schedule(12_000_000_000, reached, 'Open Firmware')
}

function batches(count: number): (console: FakeConsole) => void {
  return (console) => {
    console.batches = count
  }
}

// The table's steps, repeated as their counts say; steps of one kind that follow each other repeat one after the other.
function expected(operation: OperationDefinition, counts: Partial<Record<StepPer, number>>): CommandName[] {
  return operation.steps.flatMap(({ command, per }) => Array.from({ length: per === 'operation' ? 1 : (counts[per] ?? 0) }, () => command))
}

test.each(cases)('$operation: $line', ({ operation, line, counts = {}, prepare }) => {
  const definition = operationTable.find((entry) => entry.name === operation)
  if (definition === undefined) throw new Error(operation)
  const console = capturedSystem()
  prepare?.(console)
  const outcome = console.line(line)
  expect(outcome).toMatchObject({ exitStatus: 0, stderr: '', operation })
  expect(console.names()).toEqual(expected(definition, counts))
  expect(outcome.commands).toBe(commandsOf(definition, counts))
  expect(outcome.stdout === '').toBe(!/^(ls|..vterm|lpar_)/.test(line))
  expect([...console.openStages]).toEqual([])
})

test('every operation of the table but connect has a line here or below', () => {
  const tested = new Set<string>([...cases.map((entry) => entry.operation), 'chsyscfg prof', 'connect'])
  expect(operationTable.map((entry) => entry.name).filter((name) => !tested.has(name))).toEqual([])
})

describe('chsyscfg -r prof issues one command for each section that changes', () => {
  const sections: [string, CommandName[]][] = [
    ['desired_mem=4096', ['stage.memory']],
    ['desired_procs=2,sharing_mode=uncap', ['stage.processors']],
    ['max_virtual_slots=20', ['stage.slots']],
    ['boot_mode=sms,auto_start=1', ['stage.attributes']],
    ['lpar_proc_compat_mode=POWER6', ['stage.attributes']],
    ['io_slots=21010003/none/1', ['stage.ioSlots']],
    ['hpt_ratio=1:128', ['stage.memory']],
    [
      'new_name=other,max_mem=9999,uncap_weight=3,max_virtual_slots=9',
      ['stage.attributes', 'stage.processors', 'stage.memory', 'stage.slots'],
    ],
  ]
  test.each(sections)('%s', (data, commands) => {
    const console = capturedSystem()
    const outcome = console.line(`chsyscfg -r prof ${M} -i "name=normal,lpar_name=nim1,${data}"`)
    expect(outcome).toMatchObject({ exitStatus: 0, operation: 'chsyscfg prof' })
    expect(console.names()).toEqual(['lpar.list', 'profile.read', 'profile.change', ...commands, 'stage.commit'])
  })

  test('what was not entered stays as the profile has it', () => {
    const console = capturedSystem()
    console.line(`chsyscfg -r prof ${M} -i "name=normal,lpar_id=5,desired_proc_units=0.57,sharing_mode=uncap,min_mem=1024"`)
    const { processors } = profileOf('x')
    expect(console.asked.find(({ name }) => name === 'stage.processors')?.data).toEqual({
      stage: 1,
      processors: { ...processors, desiredHundredths: 57, sharingMode: 'uncap', uncapWeight: 128 },
    })
    expect(console.asked.find(({ name }) => name === 'stage.memory')?.data).toEqual({
      stage: 1,
      memory: { minMiB: 1024, desiredMiB: 6144, maxMiB: 10240 },
    })
  })
})

test("a new partition: its data in the protocol's words, hundredths exact, the two serial adapters first", () => {
  const console = capturedSystem()
  const line = NEW.replace('0.2', '0.29').replace('0.1', '.1').replace('0.4', '1')
  const adapters = '"virtual_eth_adapters=""7/1/1/3,4,5/0/1"",6/0/1//0/0"'
  expect(console.line(`mksyscfg -r lpar ${M} -i '${line},lpar_id=7,${adapters},boot_mode=sms,description=a, b'`)).toMatchObject({
    exitStatus: 1,
  })
  const quoted = `${line},lpar_id=7,${adapters},boot_mode=sms,sharing_mode=uncap,max_virtual_slots=12,"description=a, b"`
  expect(console.line(`mksyscfg -r lpar ${M} -i '${quoted}'`)).toMatchObject({ exitStatus: 0, commands: 10 })
  expect(console.asked.map(({ data }) => data)).toEqual([
    { name: 'new1', environment: 'aixlinux', profileName: 'normal', id: 7 },
    { stage: 1, attributes: { bootMode: 'sms', autoStart: false, connectionMonitoring: false, description: 'a, b' } },
    {
      stage: 1,
      processors: {
        mode: 'shared',
        minProcs: 1,
        desiredProcs: 2,
        maxProcs: 4,
        minHundredths: 10,
        desiredHundredths: 29,
        maxHundredths: 100,
        sharingMode: 'uncap',
        uncapWeight: 128,
        poolId: 0,
      },
    },
    { stage: 1, memory: { minMiB: 512, desiredMiB: 1024, maxMiB: 2048 } },
    { stage: 1, maxVirtualSlots: 12 },
    { stage: 1, adapter: defaultSerialAdapters[0] },
    { stage: 1, adapter: defaultSerialAdapters[1] },
    { stage: 1, adapter: ethernetAdapter(7, { ieee: true, additionalVlans: [3, 4, 5], required: true }) },
    { stage: 1, adapter: ethernetAdapter(6) },
    { stage: 1 },
  ])
})

test('a failed step abandons the stage and ends the operation, wherever it fails', () => {
  for (const step of ['stage.attributes', 'stage.processors', 'stage.memory', 'stage.slots', 'stage.adapter', 'stage.commit'] as const) {
    const console = capturedSystem()
    console.failures.set(step, { status: 'failed' })
    const outcome = console.line(`mksyscfg -r lpar ${M} -i "${NEW}"`)
    expect(outcome).toMatchObject({ exitStatus: 1, stdout: '', operation: 'mksyscfg lpar', commands: console.asked.length })
    expect(console.names().slice(-2)).toEqual([step, 'stage.abandon'])
    expect([...console.openStages]).toEqual([])
  }
  const console = capturedSystem()
  console.failures.set('lpar.create', { status: 'busy' })
  console.line(`mksyscfg -r lpar ${M} -i "${NEW}"`)
  expect(console.names()).toEqual(['lpar.create'])
})

test('options of an activation and of a shutdown reach the commands, and each command names its partition', () => {
  const console = capturedSystem()
  console.line(`chsysstate -r lpar ${M} -o on --id 1 -f test_1 -b of -k manual`)
  const data = (name: CommandName): unknown => console.asked.find((command) => command.name === name)?.data
  expect(data('activation.begin')).toEqual({ id: 1, profile: 'test_1' })
  expect(data('activation.boot')).toEqual({ stage: 1, bootMode: 'of', keylock: 'manual' })
  expect(console.asked.slice(1).map(({ lparId }) => lparId)).toEqual(console.asked.slice(1).map(() => 1))
  console.line(`chsysstate -r lpar ${M} -o on -n dump`)
  expect(data('activation.begin')).toEqual({ id: 1 })
  console.line(`chsysstate -r lpar ${M} -o shutdown -n nim1`)
  expect(data('lpar.shutdown')).toEqual({ id: 5, immediate: false, restart: false })
  console.line(`chsysstate -r lpar ${M} -o shutdown -n nim1 --immed --restart`)
  expect(data('lpar.shutdown')).toEqual({ id: 5, immediate: true, restart: true })
  console.line(`chsysstate -r sys ${M} -o on`)
  expect(data('system.powerOn')).toEqual({ option: 'autostart' })
})
