// Reference codes, serviceable events, attention lights, systems in several states: rows of what has no captured system of its own.

import { describe, expect, test } from 'vitest'
import { logicalSerialNumber } from '../src/operations/partitions/list-partitions.js'
import { viewOf } from './fake-partitions.js'
import { FakeConsole } from './operation-fake-console.js'

const M = '-m 8203-E4A*10ACE01'
const second = 1_000_000_000

function system(): FakeConsole {
  const console = new FakeConsole()
  console.add(viewOf(1, 'lp', { state: 'Error' }))
  console.add(viewOf(2, 'vios', { environment: 'vioserver', state: 'Running', resourceConfig: true }))
  return console
}

describe('lsrefcode', () => {
  test('rows of a failed activation, newest first, as captured', () => {
    const console = system()
    const timeNs = (12 * 3600 + 41 * 60 + 31) * second
    console.refcodes = ['B2001230 LP=00002', 'D200C301', 'D200C300'].map((refcode) => ({ timeNs, refcode }))
    const line = `lsrefcode -r lpar ${M} --filter lpar_names=lp -F lpar_name,time_stamp,refcode`
    expect(console.line(`${line} -n 3`).stdout).toBe(
      'lp,06/03/2013 20:41:31,B2001230 LP=00002\nlp,06/03/2013 20:41:31,D200C301\nlp,06/03/2013 20:41:31,D200C300\n',
    )
    expect(console.line(line).stdout).toBe('lp,06/03/2013 20:41:31,B2001230 LP=00002\n')
    expect(console.line(`lsrefcode -r lpar ${M} --filter lpar_ids=1`).stdout).toBe(
      'lpar_name=lp,lpar_id=1,time_stamp=06/03/2013 20:41:31,refcode=B2001230 LP=00002,word2=00000000,word3=00000000,word4=00000000,' +
        'word5=00000000,word6=00000000,word7=00000000,word8=00000000,word9=00000000,fru_call_out_loc_codes=\n',
    )
  })

  test('of the system, numbered', () => {
    const console = system()
    console.refcodes = [{ timeNs: 0, refcode: 'C1001F00' }]
    expect(console.line(`lsrefcode -r sys ${M}`).stdout).toBe('refcode_num=0,time_stamp=06/03/2013 08:00:00,refcode=C1001F00\n')
    console.line(`lsrefcode -r sys ${M} -n 60000`)
    expect(console.asked[0]?.data).toEqual({ count: 1024 })
  })
})

describe('lssvcevents', () => {
  const event = (number: number, refcode: string, status: 'Open' | 'Closed', timeNs: number, text: string) => ({
    ...{ number, refcode, status, text, firstTimeNs: timeNs, lastTimeNs: timeNs, createdTimeNs: timeNs },
    ...{ words: [], severity: 0, callHome: false, duplicates: 0, platformLogId: number, callouts: [], dumps: [] },
  })
  const events = [event(2, 'B3030001', 'Open', 60 * second, 'Console connection, lost'), event(1, '110000AC', 'Closed', 0, 'Power loss')]

  test('the captured order; filters by status, code and number; -d days', () => {
    const console = system()
    console.events = events
    expect(console.line('lssvcevents -t hardware --filter "status=open"').stdout).toBe(
      'problem_num=2,pmh_num=,refcode=B3030001,status=Open,first_time=06/03/2013 08:01:00,last_time=06/03/2013 08:01:00,' +
        'sys_name=Server-8203-E4A-SN10ACE01,sys_mtms=8203-E4A/10ACE01,enclosure_mtms=8203-E4A/10ACE01,firmware_fix=,' +
        '"text=Console connection, lost",created_time=06/03/2013 08:01:00,reporting_name=Server-8203-E4A-SN10ACE01,' +
        'reporting_mtms=8203-E4A/10ACE01,failing_mtms=8203-E4A/10ACE01,analyzing_hmc=hmc1,event_time=06/03/2013 08:01:00,files=,' +
        'approval_state=approved,callhome_intended=false,duplicate_count=0,event_severity=0,analyzing_mtms=,ref_code_extn=,' +
        'sys_refcode=B3030001,fru_details=\n',
    )
    const numbers = (options: string): string => console.line(`lssvcevents -t hardware ${options} -F problem_num~refcode`).stdout
    expect(numbers('')).toBe('2~B3030001\n1~110000AC\n')
    expect(numbers(`${M} --filter status=closed`)).toBe('1~110000AC\n')
    expect(numbers('--filter "status=open,refcode=110000AC"')).toBe('No results were found.\n')
    expect(numbers('--filter problem_nums=1')).toBe('1~110000AC\n')
    console.line('sleep 2d')
    expect(numbers('-d 1')).toBe('No results were found.\n')
    expect(numbers('-d 3')).toBe('2~B3030001\n1~110000AC\n')
    expect(console.line('lssvcevents -t audit')).toMatchObject({ exitStatus: 1, notSimulated: 'lssvcevents -t audit' })
  })
})

test('lsdump lists dumps of the types that a filter names', () => {
  const console = system()
  const names = (filter: string): string => console.line(`lsdump ${M} ${filter} -F dump_type`).stdout
  expect(names('')).toBe('sys\n')
  expect(names('--filter dump_type=sys')).toBe('sys\n')
  expect(names('--filter "dump_type=resource"')).toBe('No results were found.\n')
  expect(console.line(`lsdump ${M} --filter dump_type=paper`).exitStatus).toBe(1)
  expect(console.line('lsdump -h --filter dump_type=sys').stdout).toBe('No results were found.\n')
})

test('lsled: one light of the system, one of each partition', () => {
  const console = system()
  expect(console.line(`lsled -r sa -t phys ${M}`).stdout).toBe('state=off\n')
  console.ledsOn = [2]
  expect(console.line(`lsled -r sa -t virtualsys ${M} -F state`).stdout).toBe('on\n')
  expect(console.asked[0]?.data).toEqual({ scope: 'virtualsys' })
  const { stdout } = console.line(`lsled -r sa -t virtuallpar ${M}`)
  expect(stdout).toBe('lpar_id=1,lpar_name=lp,state=off\nlpar_id=2,lpar_name=vios,state=on\n')
})

test('logical serial numbers: one character up to 23, two hexadecimal digits from 32', () => {
  const suffixes = [1, 9, 10, 16, 23, 31, 32, 38, 255].map((id) => logicalSerialNumber('10ACE01', id).slice(7))
  expect(suffixes).toEqual(['1', '9', 'A', 'G', 'N', 'V', '20', '26', 'FF'])
  expect(new Set(Array.from({ length: 200 }, (_, index) => logicalSerialNumber('X', index + 1))).size).toBe(200)
})

test('a system that starts shows what the service processor says; a refused query ends the listing', () => {
  const console = system()
  console.systemState = 'Initializing'
  expect(console.line('lssyscfg -r sys -F name,state,max_lpars,curr_sys_keylock').stdout).toBe(
    'Server-8203-E4A-SN10ACE01,Initializing,unavailable,manual\n',
  )
  console.failures.set('system.attributes', { status: 'timed-out' })
  expect(console.line('lssyscfg -r sys')).toMatchObject({ exitStatus: 1, stderr: '', commands: 2 })
})
