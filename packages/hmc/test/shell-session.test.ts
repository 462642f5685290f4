// A session of the shell: what lasts from line to line, what a line reports of itself, the restricted shell's refusals, and limits.

import { describe, expect, test } from 'vitest'
import { ShellSession, shellLimits } from '../src/index.js'
import { capturedSystem } from './captured-system.js'
import { FakeConsole } from './operation-fake-console.js'

const S = '9131-52A-6535CCG'

describe('from line to line', () => {
  test('variables and the last status stay, and those of a line alone do not', () => {
    const console = new FakeConsole()
    console.line('x="a  b" y=$(echo c)')
    expect(console.line('echo $x "$x" $y').stdout).toBe('a b a  b c\n')
    expect(console.line('echo $i', { i: '7' }).stdout).toBe('7\n')
    expect(console.line('echo "<$i>"').stdout).toBe('<>\n')
    console.line('unset x')
    expect(console.line('echo "<$x>"').stdout).toBe('<>\n')
    console.line('(exit 5)')
    expect(console.line('echo $?').stdout).toBe('5\n')
    expect(console.line('IFS=,; z=1,2')).toMatchObject({ exitStatus: 0 })
    expect(console.line('echo $z').stdout).toBe('1 2\n')
  })

  test('what the login set is there, and exit ends the session', () => {
    const console = new FakeConsole()
    const session = new ShellSession({ USER: 'hscroot' })
    const run = (text: string): unknown => {
      const process = console.simulation.process('line', session.run(console, text))
      console.simulation.run()
      return process.result
    }
    expect(run('echo $USER; false')).toMatchObject({ stdout: 'hscroot\n', exitStatus: 1 })
    expect(session.ended).toBe(false)
    expect(run('(exit 2); exit 3; echo no')).toMatchObject({ stdout: '', exitStatus: 3 })
    expect([session.ended, session.lastStatus]).toEqual([true, 3])
  })

  test('lines that run at the same time keep their variables apart', () => {
    const console = new FakeConsole()
    const type = (text: string): { readonly result: { readonly stdout: string } | undefined } =>
      console.simulation.process('line', console.shell.run(console, text))
    const one = type('for x in a b; do sleep 2; echo $x; done')
    const other = type('for x in 1 2; do sleep 3; echo $x; done')
    console.simulation.run()
    expect([one.result?.stdout, other.result?.stdout]).toEqual(['a\nb\n', '1\n2\n'])
    // The one that returned last.
    expect(console.line('echo $x').stdout).toBe('2\n')
  })
})

describe('what a line reports', () => {
  test('all its operations, each with its own commands and time', () => {
    const console = capturedSystem()
    const outcome = console.line(`lssyscfg -r lpar -m ${S} -F name; sleep 60; lshwres -r mem -m ${S} --level sys; lssyscfg -r frame`)
    const [list, memory, ...more] = outcome.operations
    expect(more).toEqual([])
    expect(list).toMatchObject({ operation: 'lssyscfg lpar', commands: 5, startNs: 0 })
    expect(memory).toMatchObject({ operation: 'lshwres mem sys', commands: 1, startNs: (list?.durationNs ?? 0) + 60e9 })
    expect(outcome).toMatchObject({ operation: 'lssyscfg lpar', commands: 6 })
  })

  test('the first thing that is not simulated, whether its message was shown or not', () => {
    const outcome = new FakeConsole().line('tee x 2>/dev/null; grep -P a < /dev/null; echo after')
    expect(outcome).toMatchObject({ exitStatus: 0, stdout: 'after\n', stderr: 'not simulated: grep -P\n', notSimulated: 'tee' })
  })
})

describe('the restricted shell', () => {
  test.each([
    ['echo a > /tmp/x', 'restricted: cannot redirect output', 1],
    ['echo a 2>> log', 'restricted: cannot redirect output', 1],
    ['cat < /etc/passwd', '/etc/passwd: No such file or directory', 1],
    ['cat /etc/passwd', 'cat: /etc/passwd: No such file or directory', 1],
    ['grep root /etc/passwd', 'grep: /etc/passwd: No such file or directory', 2],
    ['/bin/ls | cat', "/bin/ls: restricted: cannot specify `/' in command names", 0],
    ['cd /', 'cd: restricted', 1],
    ['PATH=/bin', 'PATH: readonly variable', 1],
    ['frobnicate | cat', 'frobnicate: command not found', 0],
    ['x=$(frobnicate)', 'frobnicate: command not found', 127],
    ['echo ${x:?not given}; echo no', 'x: not given', 127],
    ['echo $((1/0)); echo no', 'division by 0', 1],
    ['[ 1 -eq x ]', '[: x: integer expression expected', 2],
    ['break', "break: only meaningful in a `for', `while', or `until' loop", 0],
    ["sed 's/a'", "sed: -e expression #1, char 3: unterminated `s' command", 1],
    ["echo a | grep '['", 'grep: Unmatched [, [^, [:, [., or [=', 2],
    ['cut -x', 'not simulated: cut -x', 1],
    [`awk 'BEGIN{print ${'1+'.repeat(2000)}1}'`, 'not simulated: awk with a program of more than 2000 words', 2],
    [`echo a | grep 'a${'*'.repeat(500)}'`, 'grep: Regular expression too big', 2],
  ])('%s', (text, message, exitStatus) => {
    const outcome = new FakeConsole().line(text)
    expect([outcome.stdout, outcome.exitStatus]).toEqual(['', exitStatus])
    expect(outcome.stderr).toContain(message)
  })
})

describe('a limit ends the line', () => {
  test.each([
    ['while :; do :; done; echo no', `more than ${shellLimits.turns} turns of loops in a line`],
    ['for ((;;)); do x=1; done', `more than ${shellLimits.turns} turns of loops in a line`],
    ['while :; do while :; do break; done; done', `more than ${shellLimits.turns} turns of loops in a line`],
    ['x=aaaaaaaaaaaaaaaa; while :; do x=$x$x; done', `more than ${shellLimits.work} steps in programs of the shell in a line`],
    ['x=$(seq 50000); while :; do echo "$x"; done', `more than ${shellLimits.output} characters of output in a line`],
    [`while :; do ${': ;'.repeat(100)} done`, `more than ${shellLimits.steps} commands and substitutions in a line`],
    [
      `x=$(printf '%0.sa' {1..4000}); echo $x$x$x$x | grep -E '(a*)*(a*)*(a*)*b\\1'`,
      `more than ${shellLimits.work} steps in programs of the shell in a line`,
    ],
    ['awk \'BEGIN{while(1) x=x "a"}\'', `more than ${shellLimits.work} steps in programs of the shell in a line`],
  ])('%s', (text, what) => {
    const outcome = new FakeConsole().line(text)
    expect([outcome.exitStatus, outcome.notSimulated]).toEqual([1, what])
    expect(outcome.stderr.endsWith(`not simulated: ${what}\n`)).toBe(true)
    expect(outcome.stdout.includes('no')).toBe(false)
  })

  test('of management commands: no further operation begins', () => {
    const console = capturedSystem()
    const outcome = console.line(`while :; do lssyscfg -r lpar -m ${S} -F name >/dev/null; done`)
    expect(outcome.notSimulated).toBe(`more than ${shellLimits.commands} management commands in a line`)
    expect(outcome.commands).toBeLessThan(shellLimits.commands + 5)
    expect(outcome.commands).toBe(console.asked.length)
  })
})

test('expressions that others take forever for are answered at once', () => {
  const long = 'a'.repeat(5000)
  expect(new FakeConsole().line(`echo ${long}b | grep -cE '(a*)*$'`).stdout).toBe('1\n')
  expect(new FakeConsole().line(`echo ${long} | grep -cE '^(a|aa|a*)+b$'`).stdout).toBe('0\n')
  expect(new FakeConsole().line(`case ${long} in *a*a*a*a*a*b) echo y;; *) echo n;; esac`).stdout).toBe('n\n')
})
