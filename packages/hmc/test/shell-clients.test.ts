// Lines as public clients type them, and what those clients make of the answer: fence_lpar of fence-agents, xCAT, op-test,
// centreon-plugins, avocado-misc-tests. The system is that of the public capture: nim1, vios2 and vios1 run, dump does not.

import { describe, expect, test } from 'vitest'
import { capturedSystem } from './captured-system.js'

const S = '9131-52A-6535CCG'

describe('lines of public clients', () => {
  test('fence_lpar: activates with the default profile that a backticked line finds', () => {
    const console = capturedSystem()
    const line = `chsysstate -o on -r lpar -m ${S} -n dump -f \`lssyscfg -r lpar -F curr_profile -m ${S} --filter "lpar_names=dump"\``
    const outcome = console.line(line)
    expect(outcome).toMatchObject({ exitStatus: 0, stdout: '', stderr: '' })
    expect(outcome.operations.map(({ operation }) => operation)).toEqual(['lssyscfg lpar', 'chsysstate lpar on'])
    expect(outcome.operation).toBe('lssyscfg lpar')
    expect(outcome.commands).toBe(console.asked.length)
    const begun = console.asked.find(({ name }) => name === 'activation.begin')
    expect(begun?.data).toMatchObject({ profile: 'test_1' })
  })

  test('fence_lpar: the state of each partition', () => {
    const { stdout } = capturedSystem().line(`lssyscfg -r lpar -m ${S} -F name:state`)
    const states = new Map(
      stdout
        .trimEnd()
        .split('\n')
        .map((row) => row.split(':') as [string, string]),
    ) // -F names two attributes
    expect(states.get('nim1')).toBe('Running')
    expect(states.get('dump')).toBe('Not Activated')
  })

  test('centreon-plugins: systems one by one from a substituted process', () => {
    const line = `while read system; do echo "$system: $(lsled -m "$system" -r sa -t phys -F state)"; done < <(lssyscfg -r sys -F name)`
    expect(capturedSystem().line(line)).toMatchObject({ exitStatus: 0, stdout: `${S}: off\n`, stderr: '' })
  })

  test('centreon-plugins: a multi-line loop over systems and their partitions', () => {
    const line = [
      'for system_name in `lssyscfg -r sys -F name`',
      'do',
      '  echo "---$system_name---"',
      '  lssyscfg -r lpar -m $system_name -F name,state | sort',
      'done',
    ].join('\n')
    expect(capturedSystem().line(line).stdout).toBe(`---${S}---\ndump,Not Activated\nnim1,Running\nvios1,Running\nvios2,Running\n`)
  })

  test('xCAT: the status behind the answer', () => {
    const console = capturedSystem()
    expect(console.line(`lssyscfg -r lpar -m ${S} -F lpar_id,name --filter lpar_names=dump; echo Rc=$?`).stdout).toBe('1,dump\nRc=0\n')
    const { stdout, exitStatus } = console.line(`lssyscfg -r lpar -m ${S} --filter lpar_names=ghost; echo Rc=$?`)
    expect(/^HSCL8012 [^]*\nRc=1\n$/.test(stdout)).toBe(true)
    expect(exitStatus).toBe(0)
  })

  test('op-test: one value out of a row', () => {
    const console = capturedSystem()
    expect(console.line(`lssyscfg -r lpar -m ${S} -F name,state | grep nim1 | cut -d, -f2`).stdout).toBe('Running\n')
    expect(console.line(`lssyscfg -m ${S} -r lpar --filter lpar_names=nim1 -F state | awk '{print $1}'`).stdout).toBe('Running\n')
    expect(console.line(`lssyscfg -m ${S} -r lpar -F name:lpar_id | awk -F: '$2 > 2 {print $1}' | sort`).stdout).toBe('nim1\nvios2\n')
  })

  test('avocado-misc-tests: attributes cut out of configuration data', () => {
    const console = capturedSystem()
    const row = console.line(`lssyscfg -r prof -m ${S} --filter lpar_names=dump | sed 's/,/\\n/g' | grep '^desired_mem=' | cut -d= -f2`)
    expect(row).toMatchObject({ exitStatus: 0, stdout: '3200\n' })
    expect(
      console.line(`lshwres -r mem -m ${S} --level lpar -F lpar_name,curr_mem | grep -w nim1 | awk -F, '{print $2/1024}'`).stdout,
    ).toBe('6\n')
  })

  test('monitoring: how many partitions run, with a status that says so', () => {
    const console = capturedSystem()
    expect(console.line(`lssyscfg -r lpar -m ${S} -F state | grep -c Running`).stdout).toBe('3\n')
    expect(console.line(`lssyscfg -r lpar -m ${S} -F state | sort | uniq -c | sort -rn`).stdout).toBe(
      '      3 Running\n      1 Not Activated\n',
    )
    expect(console.line(`lssyscfg -r lpar -m ${S} -F name,state | grep -q 'ghost' || echo CRITICAL`).stdout).toBe('CRITICAL\n')
  })

  test('a script that polls waits in simulated time', () => {
    const console = capturedSystem()
    console.statesToCome = []
    const line = 'n=0; while [ $n -lt 3 ]; do n=$((n+1)); sleep 10; date +%T; done'
    expect(console.line(line).stdout).toBe('08:00:10\n08:00:20\n08:00:30\n')
    expect(console.simulation.now).toBe(30e9)
  })

  test('a refusal in the middle of a list ends it where && stands', () => {
    const console = capturedSystem()
    const { stdout, stderr, exitStatus } = console.line(`chsysstate -r lpar -m ${S} -o shutdown -n dump && echo done || echo failed`)
    expect([stdout, exitStatus]).toEqual(['failed\n', 0])
    expect(stderr.startsWith('HSCL1558')).toBe(true)
    expect(console.line(`chsysstate -r lpar -m ${S} -o shutdown -n dump 2>&1 | grep -o 'HSCL[0-9A-F]*'`).stdout).toBe('HSCL1558\n')
    expect(console.line(`chsysstate -r lpar -m ${S} -o shutdown -n dump 2>/dev/null; echo $?`)).toMatchObject({ stdout: '1\n', stderr: '' })
  })
})
