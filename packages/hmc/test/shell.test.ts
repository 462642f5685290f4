// The shell of a console line: words, quotes, variables, comments; what no shell would take; what is answered as not simulated.
// Expected words were checked against bash.

import { describe, expect, test } from 'vitest'
import { checkShellLine } from '../src/index.js'
import { plainWords } from '../src/shell/plain-line.js'
import { FakeConsole } from './operation-fake-console.js'

const words = (text: string, variables: Record<string, string> = {}): unknown => {
  return plainWords(text, (name) => (Object.hasOwn(variables, name) ? variables[name] : undefined))
}

describe('words', () => {
  test.each([
    ['lssyscfg -r lpar', ['lssyscfg', '-r', 'lpar']],
    ['  a\t b  ', ['a', 'b']],
    ["a'b c'd", ['ab cd']],
    ['a"b c"d', ['ab cd']],
    [`"" ''`, ['', '']],
    [`-i "name=lp1,\\"new_name=comma, name\\""`, ['-i', 'name=lp1,"new_name=comma, name"']],
    [`'a\\b' "a\\b" a\\b "\\$x" "\\\\"`, ['a\\b', 'a\\b', 'ab', '$x', '\\']],
    ['a\\ b', ['a b']],
    ['name # comment "open', ['name']],
    ['a#b "#c" \\#d', ['a#b', '#c', '#d']],
    ['# only', []],
    ['$unset#a b', ['#a', 'b']],
    ['a\\ #b c', ['a #b', 'c']],
    ['', []],
    ['-m 8203-E4A*10ACE01', ['-m', '8203-E4A*10ACE01']],
    ['a\\\nb', ['ab']],
  ])('%j', (text, expected) => {
    expect(words(text)).toEqual(expected)
  })

  test('variables: $i, ${i}, $?, unset ones, in and out of quotes', () => {
    const variables = { i: '7', two: 'a  b', empty: '', '?': '1' }
    expect(words('lp$i lp${i}x "$i" \'$i\' $? ${?}', variables)).toEqual(['lp7', 'lp7x', '7', '$i', '1', '1'])
    expect(words('x$two"$two"y', variables)).toEqual(['xa', 'ba  by'])
    expect(words('$empty "$empty" $unset a$unset', variables)).toEqual(['', 'a'])
    expect(words('$ a$ "$"')).toEqual(['$', 'a$', '$'])
    // A name that objects have by nature is no variable.
    expect(new FakeConsole().line('echo x$constructor').stdout).toBe('x\n')
  })
})

describe('a line that no shell would take says where', () => {
  test.each([
    [`echo 'abc`, 6, "expected a closing ', found the end of the line"],
    [`echo "abc`, 6, 'expected a closing ", found the end of the line'],
    ['echo `date', 6, 'expected a closing `, found the end of the line'],
    ['echo $(date', 6, 'expected a closing ), found the end of the line'],
    ['echo ${i', 6, 'expected a closing }, found the end of the line'],
    ['echo a\\', 7, 'expected a character after the backslash, found the end of the line'],
    ['| grep a', 1, "expected a command, found '|'"],
    ['a |', 4, 'expected a command, found the end of the line'],
    ['a && && b', 6, "expected a command, found '&&'"],
    ['a ; ; b', 5, "expected a command, found ';'"],
    ['a >', 4, 'expected a file name, found the end of the line'],
    ['a )', 3, "found a ')' that nothing opens"],
    ['done', 1, "found 'done' where a command begins"],
    ['for x in a b', 13, "expected 'do', found the end of the line"],
    ['if a; then b', 13, "expected 'fi' to close 'if', found the end of the line"],
    ['a $(b |) c', 8, "expected a command, found ')'"],
    ['a `b ; ; c`', 8, "expected a command, found ';'"],
    ['a "$(b ; ; c)"', 10, "expected a command, found ';'"],
    ['a < <(b', 5, 'expected a closing ), found the end of the line'],
    ['date\nfor', 9, "expected 'do', found the end of the line"],
  ])('%j', (text, column, message) => {
    expect(checkShellLine(text)).toEqual({ column, message })
    expect(new FakeConsole().line(text)).toMatchObject({ exitStatus: 2, stdout: '', operation: null, commands: 0 })
  })

  test.each(['', '# "', 'echo "it\'s"', "echo '\"'", 'a | b', 'a ;', 'a &', 'echo $(date)', 'x=1', 'echo "$(echo ")")"', 'a > b', '(a)'])(
    '%j passes',
    (text) => {
      expect(checkShellLine(text)).toBeUndefined()
    },
  )
})

describe('what a shell does and this one does not is said so, before anything of the line is done', () => {
  test.each([
    ['a &', 'background'],
    ['sleep 5 & date', 'background'],
    ['f() { date; }', 'function'],
    ['function f { date; }', 'function'],
    ['select i in a b; do date; done', 'select command'],
    ['coproc date', 'coproc command'],
    ['time date', 'time command'],
    ['x=(a b)', 'array'],
    ['x[1]=2', 'array'],
    ['echo ${x[1]}', 'array'],
    ['echo $((x[1]))', 'array'],
    ['echo $((2--4))', 'arithmetic 2--4'],
    ['echo $((16#ff))', 'arithmetic 16#ff'],
    ['echo ${!x}', 'parameter expansion'],
    ['echo ${x@Q}', 'parameter expansion'],
    ['echo $$', 'special parameter'],
    ['echo $"a"', 'dollar quotes'],
    ['echo {a,{b,c}}', 'brace expansion'],
    ['echo {1..99999}', 'brace expansion'],
    ['cat <(date)', 'process substitution as a word'],
    ['date > >(cat)', 'process substitution'],
    ['sleep 1 <> x', 'redirection'],
    [`echo ${'$(echo '.repeat(40)}a${')'.repeat(40)}`, 'more than 32 substitutions inside each other'],
    [`echo ${'$(a)'.repeat(2001)}`, 'more than 2000 brackets in a line'],
    [`echo $((${'1+'.repeat(2000)}1))`, 'a line more than 1000 levels deep'],
    [`echo ${'a'.repeat(65_536)}`, 'more than 65536 characters in a line'],
  ])('%s', (text, what) => {
    const console = new FakeConsole()
    expect(console.line(`sleep 1; ${text}`)).toEqual({
      exitStatus: 1,
      stdout: '',
      stderr: `not simulated: ${what}\n`,
      operation: null,
      commands: 0,
      operations: [],
      notSimulated: what,
    })
    expect(console.simulation.now).toBe(0)
  })
})

describe('programs of the shell', () => {
  test('echo, date and the exit status', () => {
    const console = new FakeConsole()
    expect(console.line('echo a  "b  c" $?').stdout).toBe('a b  c 0\n')
    expect(console.line('echo -n x').stdout).toBe('x')
    expect(console.line('echo').stdout).toBe('\n')
    expect(console.line('date').stdout).toBe('Mon Jun  3 08:00:00 UTC 2013\n')
    console.line('frobnicate')
    expect(console.line('# nothing').exitStatus).toBe(127)
    expect(console.line('echo $?').stdout).toBe('127\n')
    expect(console.line('').exitStatus).toBe(0)
  })

  test('sleep passes simulated time, exactly', () => {
    const console = new FakeConsole()
    for (const [text, ns] of [
      ['sleep 90', 90e9],
      ['sleep 1.5', 1.5e9],
      ['sleep .25 0.000000001', 250_000_001],
      ['sleep 2m 1h', 3_720e9],
      ['sleep 0.5m', 30e9],
    ] as const) {
      const before = console.simulation.now
      expect(console.line(text)).toMatchObject({ exitStatus: 0, stdout: '', stderr: '' })
      expect(console.simulation.now - before).toBe(ns)
    }
    expect(console.line('date').stdout).toBe('Mon Jun  3 09:04:01 UTC 2013\n')
    expect(console.line('sleep').stderr).toBe('sleep: missing operand\n')
    expect(console.line('sleep x').stderr).toBe("sleep: invalid time interval 'x'\n")
    expect(console.line('sleep .')).toMatchObject({ exitStatus: 1 })
    expect(console.line('sleep 999999d')).toMatchObject({ exitStatus: 1, notSimulated: 'sleep beyond the end of simulated time' })
  })

  test('unknown commands answer 127; those that a real console has say that they are not simulated', () => {
    const console = new FakeConsole()
    expect(console.line('frobnicate -x')).toEqual({
      exitStatus: 127,
      stdout: '',
      stderr: '-hmcbash: frobnicate: command not found\n',
      operation: null,
      commands: 0,
      operations: [],
    })
    expect(console.line('migrlpar -o m')).toEqual({
      exitStatus: 127,
      stdout: '',
      stderr: '-hmcbash: migrlpar: command not found\nnot simulated: migrlpar\n',
      operation: null,
      commands: 0,
      operations: [],
      notSimulated: 'migrlpar',
    })
    const { exitStatus, stderr } = console.line('/bin/ls')
    expect([exitStatus, stderr]).toEqual([1, "-hmcbash: /bin/ls: restricted: cannot specify `/' in command names\n"])
  })
})
