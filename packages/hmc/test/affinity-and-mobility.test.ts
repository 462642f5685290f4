// lsmemopt against captures of an HMC V10R3 and V11R2 (fixtures cli-memopt-… of github.com/randomparity/hmc-mcp, transcribed here with the
// names of this test's system), and lslparmigr of a system on which nothing moves.

import { beforeEach, describe, expect, test } from 'vitest'
import { capturedSystem } from './captured-system.js'
import { type FakeConsole } from './operation-fake-console.js'

const M = '-m 9131-52A-6535CCG'
let console: FakeConsole

beforeEach(() => {
  console = capturedSystem()
})

describe('lsmemopt', () => {
  test('scores who holds resources, and prints none for who does not, in the captured rows', () => {
    const without = console.partitions.find(({ view }) => !view.resourceConfig)!.view
    const held = console.partitions.find(({ view }) => view.resourceConfig)!.view
    const rows = console.line(`lsmemopt ${M} -r lpar -o currscore`).stdout.split('\n')
    // lpar_name=sys-R1-lp3,lpar_id=1,curr_lpar_score=none and lpar_name=sys-R1-vios1,lpar_id=100,curr_lpar_score=100
    expect(rows).toContain(`lpar_name=${without.name},lpar_id=${without.id},curr_lpar_score=none`)
    expect(rows).toContain(`lpar_name=${held.name},lpar_id=${held.id},curr_lpar_score=100`)
    expect(console.line(`lsmemopt ${M} -r lpar -o currscore --filter lpar_names=${held.name} -F curr_lpar_score`).stdout).toBe('100\n')
  })

  test('has the captured row of a system', () => {
    expect(console.line(`lsmemopt ${M} -r sys -o calcscore`).stdout).toBe(
      'curr_sys_score=100,predicted_sys_score=100,requested_lpar_ids=none,protected_lpar_ids=none\n',
    )
  })

  test('knows resource groups from V11 on, and that no system here has several', () => {
    const line = `lsmemopt ${M} -r resgroup -o currscore --gid all -F resource_group_name,resource_group_id,curr_score --header`
    expect(console.line(line)).toMatchObject({ exitStatus: 1, stderr: '' })
    expect(console.line(line).stdout).toContain('The parameters --gid are not valid.')
    console.version = 'V11R2'
    expect(console.line(line)).toMatchObject({
      exitStatus: 1,
      stdout: 'HSCLCA00 The managed system does not support multiple resource groups.\n',
      stderr: '',
    })
  })
})

describe('optmem', () => {
  test('is refused, since no system here can optimize', () => {
    const refusal = 'The managed system 9131-52A-6535CCG does not support Dynamic Platform Optimization.\n'
    expect(console.line(`optmem ${M} -o start -t affinity -p nim1`)).toMatchObject({
      exitStatus: 1,
      stdout: '',
      stderr: refusal,
      commands: 0,
    })
    expect(console.line(`optmem ${M} -o start`).stderr).toContain('missing a required parameter')
    expect(console.line(`lssyscfg -r sys ${M} -F dynamic_platform_optimization_capable`).stdout).toBe('0\n')
  })
})

describe('lslparmigr', () => {
  test('finds nothing that moves', () => {
    const rows = console.line(`lslparmigr -r lpar ${M}`).stdout.trimEnd().split('\n')
    expect(rows).toHaveLength(console.partitions.length)
    expect(rows[0]).toBe(`name=${console.partitions[0]!.view.name},lpar_id=${console.partitions[0]!.view.id},migration_state=Not Migrating`)
    expect(console.line(`lslparmigr -r lpar ${M} --filter lpar_names=nobody`).stdout).toMatch(/^HSCL8012/)
    expect(console.line(`lslparmigr -r sys ${M} -F num_active_migrations_in_progress`).stdout).toBe('0\n')
    expect(console.line('lslparmigr -r manager').stdout).toBe('remote_lpar_mobility_capable=0\n')
    expect(console.line(`lslparmigr -r msp ${M}`)).toMatchObject({ exitStatus: 1, notSimulated: 'lslparmigr -r msp' })
  })
})
