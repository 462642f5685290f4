// The shell of a console line: words, quotes, variables, comments; what no shell would take; what is answered as not simulated.
// Expected words were checked against bash.

import { describe, expect, test } from 'vitest'
import { readShellLine } from '../src/cli/shell-words.js'
import { checkShellLine } from '../src/index.js'
import { FakeConsole } from './operation-fake-console.js'

const words = (text: string, variables: Record<string, string> = {}): unknown => {
  const line = readShellLine(text, variables)
  return line.kind === 'words' ? line.words : line
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
    expect(words('$? $ a$ "$"')).toEqual(['0', '$', 'a$', '$'])
    // A name that objects have by nature is no variable.
    expect(words('x$constructor')).toEqual(['x'])
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

describe('what a shell does and this one does not is said so', () => {
  test.each([
    ['lssyscfg -r sys | grep name', 'pipe'],
    ['lssyscfg -r sys ; date', 'list'],
    ['a && b', 'and list'],
    ['a || b', 'or list'],
    ['a &', 'background'],
    ['a > file', 'redirection'],
    ['a < file', 'redirection'],
    ['a 2>&1', 'redirection'],
    ['a << EOF', 'here document'],
    ['lssyscfg -r sys -m `date`', 'command substitution'],
    ['echo "$(date)"', 'command substitution'],
    ['echo $((1+1))', 'arithmetic expansion'],
    ['echo ${i:-1}', 'parameter expansion'],
    ['echo $1', 'special parameter'],
    ["echo $'a'", 'dollar quotes'],
    ['(date)', 'subshell'],
    ['echo lp{1,2}', 'brace expansion'],
    ['i=1', 'assignment'],
    ['for i in a b; do date; done', 'for command'],
    ['while read s; do echo $s; done < <(lssyscfg -r sys -F name)', 'while command'],
    ['case a in b) date;; esac', 'case command'],
    ['f() { date; }', 'function'],
    ['date\ndate', 'several lines'],
  ])('%j', (text, what) => {
    expect(new FakeConsole().line(text)).toEqual({
      exitStatus: 1,
      stdout: '',
      stderr: `not simulated: ${what}\n`,
      operation: null,
      commands: 0,
      operations: [],
      notSimulated: what,
    })
  })
})

describe('programs of the shell', () => {
  test('echo, date and the exit status', () => {
    const console = new FakeConsole()
    expect(console.line('echo a  "b  c" $?', { '?': '127' }).stdout).toBe('a b  c 127\n')
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
