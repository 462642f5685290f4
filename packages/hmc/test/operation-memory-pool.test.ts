// Shared memory on the command line: what is listed of a pool, its devices and a partition that shares it, and what a line asks for.

import { describe, expect, test } from 'vitest'
import { capturedSystem } from './captured-system.js'
import { profileOf } from './fake-partitions.js'
import { type FakeConsole } from './operation-fake-console.js'

const M = '-m 9131-52A-6535CCG'

/** The pool of a console (powercampus.de, Ändern eines Shared Memory Pools), paged by vios1 and vios2. */
function sharing(): FakeConsole {
  const console = capturedSystem()
  const amounts = { sizeMiB: 24_576, availableMiB: 23_896, maxMiB: 32_768, firmwareMiB: 269 }
  console.memoryPool = { ...amounts, pagingVioses: [2, 3], deduplication: false }
  const disk = { sizeMiB: 51_200, kind: 'phys', location: 'U8233-W5' } as const
  console.pagingDevices = [
    {
      name: 'hdisk4',
      vios: 2,
      active: true,
      ...disk,
      redundant: { name: 'hdisk5', vios: 3, active: false, location: 'U8233-W5' },
      lparId: 5,
    },
    { name: 'hdisk3', vios: 2, active: false, ...disk, lparId: 0 },
  ]
  return console
}

test('the pool, with names and IDs of who pages', () => {
  const { stdout, stderr } = sharing().line(`lshwres -r mempool ${M}`)
  expect([stdout, stderr]).toEqual([
    'curr_pool_mem=24576,curr_avail_pool_mem=23896,curr_max_pool_mem=32768,pend_pool_mem=24576,pend_avail_pool_mem=23896,' +
      'pend_max_pool_mem=32768,sys_firmware_pool_mem=269,"paging_vios_names=vios1,vios2","paging_vios_ids=2,3",mem_dedup=0\n',
    '',
  ])
  expect(capturedSystem().line(`lshwres -r mempool ${M}`).stdout).toBe('No results were found.\n')
})

test('its devices: a second way is there or is not', () => {
  const console = sharing()
  const F = '-F device_name,paging_vios_name,state,redundant_device_name,redundant_paging_vios_name,redundant_state,size,type,lpar_id'
  expect(console.line(`lshwres -r mempool --rsubtype pgdev ${M} ${F}`).stdout).toBe(
    'hdisk4,vios1,Active,hdisk5,vios2,Inactive,51200,phys,5\nhdisk3,vios1,Inactive,null,null,null,51200,phys,none\n',
  )
  expect(console.line(`lshwres -r mempool --rsubtype pgdev ${M}`).stdout.split('\n')[1]).toBe(
    'device_name=hdisk3,paging_vios_name=vios1,paging_vios_id=2,size=51200,type=phys,state=Inactive,phys_loc=U8233-W5,is_redundant=0,' +
      'lpar_id=none',
  )
})

test('a machine that cannot share memory answers with its message', () => {
  const console = capturedSystem()
  for (const command of ['memoryPool.read', 'memoryPool.create', 'pagingDevice.list'] as const) {
    console.failures.set(command, { status: 'refused', reason: 'memory-sharing-capability' })
  }
  const text =
    'HSCLA4A0 The operation failed because the managed system does not support Active Memory Sharing or partition suspend and resume ' +
    'operations.\n'
  expect(console.line(`lshwres -r mempool ${M}`)).toMatchObject({ exitStatus: 1, stdout: text, stderr: '' })
  expect(console.line(`lshwres -r mempool --rsubtype pgdev ${M}`).stdout).toBe(text)
  expect(console.line(`chhwres -r mempool ${M} -o a -a "pool_mem=1024,paging_vios_names=vios1"`).stderr).toBe(text)
  expect(console.line(`lssyscfg -r sys ${M} -F active_mem_sharing_capable`).stdout).toBe('0\n')
})

describe('a line becomes one command:', () => {
  const asked: [line: string, name: string, data: unknown][] = [
    [
      `chhwres -r mempool ${M} -o a -a 'pool_mem=1024,max_pool_mem=2048,"paging_vios_names=vios2,vios1"'`,
      'memoryPool.create',
      { sizeMiB: 1024, maxMiB: 2048, pagingVioses: [3, 2] },
    ],
    [`chhwres -r mempool ${M} -o s -a "paging_vios_ids=3"`, 'memoryPool.change', { pagingVioses: [3] }],
    [`chhwres -r mempool ${M} -o s -a "pool_mem=512,mem_dedup=1"`, 'memoryPool.change', { sizeMiB: 512, deduplication: true }],
    [`chhwres -r mempool ${M} -o r`, 'memoryPool.remove', {}],
    [`chhwres -r mempool --rsubtype pgdev ${M} -o a -p vios1 --device hdisk4`, 'pagingDevice.add', { vios: 2, name: 'hdisk4' }],
    [`chhwres -r mempool --rsubtype pgdev ${M} -o r --id 3 --device hdisk5`, 'pagingDevice.remove', { vios: 3, name: 'hdisk5' }],
    [`chhwres -r mem ${M} -o s -p nim1 -a "mem_weight=0"`, 'dynamic.sharedMemory', { id: 5, weight: 0 }],
    [`chhwres -r mem ${M} -o s --id 5 -a "run_io_entitled_mem=80"`, 'dynamic.sharedMemory', { id: 5, ioEntitledMiB: 80 }],
    [`chhwres -r mem ${M} -o s --id 5 -a "auto_io_entitled_mem=1"`, 'dynamic.sharedMemory', { id: 5, ioEntitledMiB: 'auto' }],
  ]
  test.each(asked)('%s', (line, name, data) => {
    const console = sharing()
    expect(console.line(line)).toMatchObject({ exitStatus: 0, stdout: '', stderr: '' })
    expect(console.asked.at(-1)).toMatchObject({ name, data })
  })

  test.each([
    `chhwres -r mempool ${M} -o a -a "pool_mem=1024"`,
    `chhwres -r mempool ${M} -o a -a "pool_mem=1024,paging_vios_names=nobody"`,
    `chhwres -r mem ${M} -o s -p nim1 -a "auto_io_entitled_mem=0"`,
    `chhwres -r mem ${M} -o s -p nim1 -a "run_io_entitled_mem=some"`,
    `chhwres -r mempool --rsubtype pgdev ${M} -o a -p vios1`,
  ])('or none: %s', (line) => {
    const console = sharing()
    expect(console.line(line)).toMatchObject({ exitStatus: 1, stdout: '' })
    expect(console.names().filter((name) => name !== 'lpar.list')).toEqual([])
  })
})

describe('a profile of shared memory', () => {
  const shared = { mode: 'shared', minMiB: 1024, desiredMiB: 4096, maxMiB: 8192 } as const

  test('has what goes with it, and no huge pages', () => {
    const console = capturedSystem()
    const memory = { ...shared, primaryPagingVios: 2 }
    console.partitions[0]!.profiles = [profileOf('normal', { memory })]
    const { stdout } = console.line(`lssyscfg -r prof ${M} --filter lpar_names=nim1`)
    expect(stdout).toContain(
      'max_mem=8192,mem_mode=shared,mem_weight=128,desired_io_entitled_mem=auto,primary_paging_vios_name=vios1,primary_paging_vios_id=2,' +
        'hpt_ratio=1:64',
    )
    expect(stdout).not.toContain('huge_pages')
  })

  test('is created and changed by name and by ID', () => {
    const console = capturedSystem()
    const amounts =
      'name=new1,profile_name=normal,lpar_env=aixlinux,min_mem=1024,desired_mem=4096,max_mem=8192,mem_mode=shared,proc_mode=shared,' +
      'min_proc_units=0.1,desired_proc_units=0.2,max_proc_units=0.4,min_procs=1,desired_procs=2,max_procs=4'
    const memoryOf = () => console.asked.find(({ name }) => name === 'stage.memory')?.data
    console.line(`mksyscfg -r lpar ${M} -i "${amounts},mem_weight=9,desired_io_entitled_mem=70,primary_paging_vios_name=vios2"`)
    expect(memoryOf()).toEqual({ stage: 1, memory: { ...shared, weight: 9, ioEntitledMiB: 70, primaryPagingVios: 3 } })
    console.line(`mksyscfg -r lpar ${M} -i "${amounts},primary_paging_vios_id=2,secondary_paging_vios_id=3,mem_expansion=1.25"`)
    expect(memoryOf()).toEqual({
      stage: 2,
      memory: { ...shared, expansionHundredths: 125, primaryPagingVios: 2, secondaryPagingVios: 3 },
    })
    expect(console.line(`mksyscfg -r lpar ${M} -i "${amounts},primary_paging_vios_name=nobody"`).stderr).toContain('HSCL8012')
    console.line(`chsyscfg -r prof ${M} -i "name=normal,lpar_name=nim1,mem_mode=shared,secondary_paging_vios_name=vios1"`)
    expect(memoryOf()).toMatchObject({ memory: { mode: 'shared', minMiB: 2048, secondaryPagingVios: 2 } })
    const { stderr } = console.line(`chsyscfg -r prof ${M} -i "name=normal,lpar_name=nim1,desired_io_entitled_mem=much,mem_mode=shared"`)
    expect(stderr).toContain('HSCL0622')
  })
})

test('a partition without a virtual adapter is not activated, in the words of a console', () => {
  const console = capturedSystem()
  const values = { id: 6, partition: 'shlpar1' }
  console.failures.set('activation.memory', { status: 'refused', reason: 'virtual-adapter-missing', values })
  expect(console.line(`chsysstate -r lpar ${M} -o on -n dump -f test_1`).stderr).toBe(
    'HSCLA457 Partition shlpar1(6) cannot be activated because its profile is missing a necessary virtual I/O adapter. Shared memory ' +
      'partitions are required to have at least one virtual I/O adapter of any type other than virtual serial.\n',
  )
})
