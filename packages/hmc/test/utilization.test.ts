// lslparutil and chlparutil. Two rows are captures of consoles of 2013, kept in public scripts that read them: resource sys of a 9117-MMA,
// resource lpar; of the latter the attributes that this model does not count (idle_cycles and run_latch_…) are left out.
// Its time_cycles, …943, is odd and above 2^53, where simulated time does not come; here it is the next even number.

import { CYCLES_PER_SECOND, cyclesOf, type ReplyOf } from '@powersim/protocol'
import { seconds } from '@powersim/kernel'
import fc from 'fast-check'
import { beforeEach, describe, expect, test } from 'vitest'
import { capturedSystem } from './captured-system.js'
import { type FakeConsole } from './operation-fake-console.js'

type Told = ReplyOf<'processors.utilization'>

const M = '-m 9131-52A-6535CCG'
const SYS =
  'event_type=sample,resource_type=sys,sys_time=TIME,state=Operating,configurable_sys_proc_units=16.0,configurable_sys_mem=131072,' +
  'curr_avail_sys_proc_units=1.8,curr_avail_5250_cpw_percent=0.0,curr_avail_sys_mem=25344,sys_firmware_mem=7168,' +
  'proc_cycles_per_second=512000000'
const LPAR =
  'event_type=sample,resource_type=lpar,sys_time=TIME,time_cycles=10166426530034944,lpar_name=gdst-ls,lpar_id=6,curr_proc_mode=shared,' +
  'curr_proc_units=1.0,curr_procs=2,curr_sharing_mode=uncap,curr_uncap_weight=128,curr_shared_proc_pool_name=DefaultPool,' +
  'curr_shared_proc_pool_id=0,curr_5250_cpw_percent=0.0,mem_mode=ded,curr_mem=8192,entitled_cycles=7924841577630,' +
  'capped_cycles=114212174310,uncapped_cycles=53160395358,shared_cycles_while_active=0'

const memory = {
  configurableMiB: 131_072,
  availableMiB: 25_344,
  pendingAvailableMiB: 25_344,
  installedMiB: 131_072,
  deconfiguredMiB: 0,
  firmwareMiB: 7168,
  regionMiB: 128,
  hptRatio: 64,
}
const processors = {
  configurableHundredths: 1600,
  availableHundredths: 180,
  pendingAvailableHundredths: 180,
  installedHundredths: 1600,
  deconfiguredHundredths: 0,
  minHundredthsPerVirtualProcessor: 10,
  maxVirtualProcessorsPerLpar: 64,
  maxProcessorsPerLpar: 16,
  maxSharedPools: 64,
}
const captured: Told = {
  timeNs: 0,
  timeCycles: 10_166_426_530_034_944,
  memory,
  processors,
  lpars: [
    {
      id: 6,
      name: 'gdst-ls',
      state: 'Running',
      mode: 'shared',
      hundredths: 100,
      procs: 2,
      sharingMode: 'uncap',
      uncapWeight: 128,
      poolId: 0,
      memoryMode: 'ded',
      memoryMiB: 8192,
      entitledCycles: 7_924_841_577_630,
      cappedCycles: 114_212_174_310,
      uncappedCycles: 53_160_395_358,
      donatedCycles: 0,
    },
  ],
  pool: { totalCycles: 9000, utilizedCycles: 4000 },
  pools: [{ id: 0, name: 'DefaultPool', totalCycles: 9000, utilizedCycles: 4000 }],
}

let console: FakeConsole

/** So many seconds at a rate, with counters that are told. */
function collect(rate: number, forSeconds: number): void {
  console.counters = captured
  expect(console.line(`chlparutil -r config -s ${rate} ${M}`)).toMatchObject({ exitStatus: 0, stdout: '', commands: 0 })
  console.simulation.run(console.simulation.now + seconds(forSeconds))
  console.utilization.setRate('9131-52A-6535CCG', 0)
}

const rows = (line: string): string[] => console.line(line).stdout.trimEnd().split('\n')

beforeEach(() => {
  console = capturedSystem()
})

describe('collected utilization', () => {
  test('has the captured rows, attribute by attribute', () => {
    collect(30, 30)
    const time = '06/03/2013 08:00:30'
    const told = '06/03/2013 08:00:00'
    expect(rows(`lslparutil -r sys ${M}`)).toEqual([`time=${time},${SYS.replace('TIME', told)}`])
    expect(rows(`lslparutil -r lpar ${M}`)).toEqual([`time=${time},${LPAR.replace('TIME', told)}`])
  })

  test('is none until a rate is set, and none of a system that does not answer', () => {
    expect(console.line(`lslparutil -r lpar ${M}`)).toMatchObject({ exitStatus: 0, stdout: 'No results were found.\n' })
    console.line(`chlparutil -r config -s 30 ${M}`)
    console.simulation.run(console.simulation.now + seconds(100))
    console.utilization.setRate('9131-52A-6535CCG', 0)
    expect(rows(`lslparutil -r lpar ${M}`)).toEqual(['No results were found.'])
  })

  test('comes at its rate, newest first, as many as asked for', () => {
    collect(60, 600)
    expect(rows(`lslparutil -r pool ${M} -F time`)).toHaveLength(10)
    expect(rows(`lslparutil -r pool ${M} -n 2 -F time,total_pool_cycles,utilized_pool_cycles`)).toEqual([
      '06/03/2013 08:10:00,9000,4000',
      '06/03/2013 08:09:00,9000,4000',
    ])
    const from = '--startyear 2013 --startmonth 6 --startday 3 --starthour 8 --startminute 8'
    expect(rows(`lslparutil -r pool ${M} ${from} -F time`)).toHaveLength(3)
    expect(rows(`lslparutil -r pool ${M} ${from} --endhour 8 --endyear 2013 --endmonth 6 --endday 3 --endminute 8 -F time`)).toHaveLength(1)
    expect(rows(`lslparutil -r pool ${M} --minutes 2 -F time`)).toHaveLength(3)
    expect(console.line(`lslparutil -r pool ${M} -h 1 --startyear 2013`).exitStatus).toBe(1)
  })

  test('can be read one an hour, a day, a month', () => {
    collect(1800, 2 * 86_400)
    const count = (spacing: string): number => rows(`lslparutil -r sys ${M} -s ${spacing} -F time`).length
    expect([count('s'), count('h'), count('d'), count('m')]).toEqual([96, 49, 3, 1])
  })

  test('passes filters of events and partitions', () => {
    collect(30, 60)
    expect(rows(`lslparutil -r lpar ${M} -F time,lpar_name --filter "event_types=sample"`)).toHaveLength(2)
    expect(rows(`lslparutil -r lpar ${M} --filter "event_types=state_change"`)).toEqual(['No results were found.'])
    expect(rows(`lslparutil -r lpar ${M} --filter "lpar_names=other"`)).toEqual(['No results were found.'])
    expect(rows(`lslparutil -r lpar ${M} --filter "lpar_ids=6" -F lpar_id`)).toEqual(['6', '6'])
  })

  test('lists all kinds of one time together, and the settings of each system', () => {
    collect(300, 300)
    expect(rows(`lslparutil -r all ${M} -F resource_type,lpar_name,total_pool_cycles`)).toEqual([
      'sys,null,null',
      'lpar,gdst-ls,null',
      'pool,null,9000',
      'procpool,null,9000',
    ])
    expect(rows(`lslparutil -r all ${M}`).slice(0, 2).join('\n')).toContain('time_cycles=10166426530034944,lpar_name=gdst-ls')
    expect(rows('lslparutil -r config')).toEqual(['name=9131-52A-6535CCG,sample_rate=0'])
    console.line('chlparutil -r config -s 3600')
    expect(rows(`lslparutil -r config ${M} -F sample_rate`)).toEqual(['3600'])
    expect(console.line('chlparutil -r config -s 31').exitStatus).toBe(1)
    console.utilization.setRate('9131-52A-6535CCG', 0)
  })

  test('keeps 4,096 samples of a system', () => {
    collect(30, 30 * 4100)
    expect(rows(`lslparutil -r sys ${M} -F time`)).toHaveLength(4096)
  })
})

test('cycles are exact: whole ones of 512 million in a second', () => {
  expect(cyclesOf(seconds(1))).toBe(CYCLES_PER_SECOND)
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 9_000_000_000_000_000 }), (ns) => {
      expect(BigInt(cyclesOf(ns))).toBe((BigInt(ns) * 64n) / 125n)
    }),
  )
})
