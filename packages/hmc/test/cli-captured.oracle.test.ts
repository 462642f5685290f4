// Rows that a public HMC (V7R7.9.0 SP3, POWER5 9131-52A) printed, attribute by attribute, against what this command line prints of the
// same system (files in cli-captured/).

import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { capturedSystem } from './captured-system.js'
import { FakeConsole } from './operation-fake-console.js'

// The rows as captured, but for values that the model makes by a rule of its own: RMC addresses (10.0.0.ID, and none for a partition
// that is not reached), the physical slots of virtual I/O servers, `Unknown` in the locale of the capture (Polish: Nieznane).
function captured(name: string): string[] {
  return rows(readFileSync(new URL(`cli-captured/${name}.txt`, import.meta.url), 'utf8'))
}

const M = '-m 9131-52A-6535CCG'

function rows(text: string): string[] {
  expect(text.endsWith('\n')).toBe(true)
  return text.slice(0, -1).split('\n')
}

test('lssyscfg -r lpar prints the captured rows: order, absent attributes, serial numbers, an empty address', () => {
  expect(rows(capturedSystem().line(`lssyscfg -r lpar ${M}`).stdout)).toEqual(captured('lssyscfg-lpar'))
})

test('lssyscfg -r prof prints the captured rows, quoting included', () => {
  expect(rows(capturedSystem().line(`lssyscfg -r prof ${M} --filter "lpar_names=nim1,dump"`).stdout)).toEqual(captured('lssyscfg-prof'))
})

test('lssyscfg -r prof of a virtual I/O server has no huge pages, and a single adapter is not quoted', () => {
  expect(rows(capturedSystem().line(`lssyscfg -r prof ${M} --filter lpar_ids=3`).stdout)).toEqual(captured('lssyscfg-prof-vios'))
})

test('lshwres -r mem prints the captured rows, of the system and of the partitions', () => {
  const console = capturedSystem()
  expect(rows(console.line(`lshwres -r mem ${M} --level sys`).stdout)).toEqual(captured('lshwres-mem-sys'))
  expect(rows(console.line(`lshwres -r mem ${M} --level lpar`).stdout)).toEqual(captured('lshwres-mem-lpar'))
})

test('lshwres -r proc prints the captured rows: units with a decimal, deconfigured ones without', () => {
  const console = capturedSystem()
  expect(rows(console.line(`lshwres -r proc ${M} --level sys`).stdout)).toEqual(captured('lshwres-proc-sys'))
  expect(rows(console.line(`lshwres -r proc ${M} --level lpar --filter lpar_ids=5`).stdout)).toEqual(captured('lshwres-proc-nim1'))
  expect(rows(console.line(`lshwres -r proc ${M} --level lpar --filter lpar_names=dump`).stdout)).toEqual(captured('lshwres-proc-dump'))
})

test('lssyscfg -r sys has the captured attributes in their order', () => {
  const [row = ''] = rows(capturedSystem().line('lssyscfg -r sys').stdout)
  expect(row.split(',').map((pair) => pair.slice(0, pair.indexOf('=')))).toEqual(captured('lssyscfg-sys-names')[0]?.split(','))
  expect(row).toContain('state=Operating,detailed_state=None,sys_time=06/03/2013 08:00:05,power_off_policy=1,')
})

test('lssyscfg -r sys of a system that is off prints the captured row, two constants of another machine apart', () => {
  const console = capturedSystem()
  console.systemState = 'Power Off'
  const [row = ''] = rows(console.line('lssyscfg -r sys').stdout)
  const [wanted = ''] = captured('lssyscfg-sys-off')
  expect(row).toBe(
    wanted
      .replace('hardware_power_saver_capable=0', 'hardware_power_saver_capable=1')
      .replace('sp_failover_capable=1', 'sp_failover_capable=0'),
  )
})

test('a system without a connection is named by its address and everything else is unavailable', () => {
  const console = new FakeConsole('9179-MHD', '1003EFP', 'prod')
  console.systemState = 'No Connection'
  console.failures.set('system.state', { status: 'disconnected' })
  expect(console.line('lssyscfg -r sys -F name,type_model,serial_num,state').stdout).toBe('9.124.62.24,9179-MHD,1003EFP,No Connection\n')
  console.failures.set('system.state', { status: 'disconnected' })
  const others = console.line('lssyscfg -r sys -F power_off_policy,curr_power_on_side,max_lpars')
  expect(others.stdout).toBe('unavailable,unavailable,unavailable\n')
})

test('lssysconn prints the row of the dissertation (snapshot 4.2) and an error code when there is no connection', () => {
  const console = new FakeConsole()
  const system = { typeModel: '8203-E4A', serialNumber: 'ACE0001', sp: 'primary' } as const
  console.rows = [
    { ...system, ipAddress: '9.124.62.24', state: 'Connected' },
    { ...system, ipAddress: '9.124.62.25', state: 'No Connection', errorCode: 'Connecting 0000-0000-00000000' },
  ]
  const outcome = console.line('lssysconn -r all')
  expect(rows(outcome.stdout)).toEqual(captured('lssysconn'))
  expect(outcome).toMatchObject({ operation: null, commands: 0 })
})
