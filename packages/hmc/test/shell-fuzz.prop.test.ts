// Any text of the shell's language ends in an outcome: nothing throws, nothing hangs, no simulated time passes without a sleep, and a line
// that no shell would take does nothing.

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { checkShellLine } from '../src/index.js'
import { builtIns } from '../src/shell/built-ins.js'
import { programs } from '../src/shell/programs/program-table.js'
import { compileRegex } from '../src/shell/regex/regex-program.js'
import { LineBudget } from '../src/shell/line-budget.js'
import { FakeConsole } from './operation-fake-console.js'

const marks = [
  ...['|', '||', '&&', ';', '\n', '!', '(', ')', '{ ', '; }', '$(', ')', '`', '"', "'", '\\', '$', '#', '*', '?', '[', ']', '<', '>'],
  ...['2>&1', '>/dev/null', '<<<', '< <(', '<<E\n', '\nE\n', '((', '))', '$((', '[[ ', ' ]]', '${', '}', '${x:-', '${x%%', '${#x}'],
  ...['for x in ', '; do ', '; done', 'while ', 'if ', '; then ', '; else ', '; fi', 'case x in ', ') ', ';; ', ' esac', 'x=', 'IFS=,'],
]
const words = [...builtIns.keys(), ...programs.keys(), 'a', 'b', '1', '-n', '-e', '-f1', '-d,', 's/a/b/', '{print $1}', '$x', "'$1'", '/a/']
const piece = fc.oneof(fc.constantFrom(...marks), fc.constantFrom(...words.map((word) => ` ${word} `)), fc.string({ maxLength: 4 }))

test('any text of the language', () => {
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 24 }), (pieces) => {
      const text = pieces.join('')
      const console = new FakeConsole()
      const outcome = console.line(text)
      expect([outcome.exitStatus >= 0, outcome.exitStatus <= 255]).toEqual([true, true])
      expect(console.simulation.now).toBe(0)
      if (checkShellLine(text) !== undefined) expect(outcome).toMatchObject({ exitStatus: 2, stdout: '' })
    }),
    { numRuns: 1500 },
  )
})

test('a regular expression finds what the engine of the host finds, where both mean the same', () => {
  const atom = fc.constantFrom('a', 'b', 'c', '.', '[ab]', '[^a]', '(a)', '(ab)', '(b*)')
  const part = fc.tuple(atom, fc.constantFrom('', '', '*', '+', '?', '{1,2}')).map(([one, many]) => one + many)
  const pattern = fc.array(part, { minLength: 1, maxLength: 4 }).map((parts) => parts.join(''))
  const anchored = fc.tuple(fc.constantFrom('', '^'), pattern, fc.constantFrom('', '$')).map((all) => all.join(''))
  fc.assert(
    fc.property(anchored, fc.string({ unit: fc.constantFrom(...'abc'), maxLength: 12 }), (source, text) => {
      const regex = compileRegex(source, { extended: true })
      if (typeof regex === 'string') throw new Error(regex)
      const found = regex.search(text, 0, new LineBudget())
      const host = new RegExp(source).exec(text)
      // Without alternatives the leftmost match begins in the same place, and the longest is no shorter than the first.
      expect([source, text, found?.[0] ?? null]).toEqual([source, text, host?.index ?? null])
      if (host !== null) expect(found?.[1] ?? -1).toBeGreaterThanOrEqual(host.index + host[0].length)
    }),
    { numRuns: 1000 },
  )
})
