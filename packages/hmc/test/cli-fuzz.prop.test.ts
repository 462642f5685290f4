// Any text at all is answered: no line throws, none leaves a stage open, and what it says is a message of the catalogue or the shell's.

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { checkShellLine, messages } from '../src/index.js'
import { commandRules } from '../src/operations/command-table.js'
import { plainWords } from '../src/shell/plain-line.js'
import { capturedSystem } from './captured-system.js'

const M = '9131-52A-6535CCG'
const catalogue = Object.values(messages).map(({ id, text }) => {
  const pattern = text.replace(/[.*+?^$()|[\]\\]/g, '\\$&').replace(/\{\w+\}/g, '[^]*')
  return new RegExp(`^${id === '' ? '' : `${id} `}${pattern}\\n$`)
})
const shell = /^(?:-hmcbash: |not simulated: |sleep: )/

function check(text: string): void {
  const console = capturedSystem()
  const outcome = console.line(text, { i: '3' })
  expect([...console.openStages]).toEqual([])
  expect(outcome.commands).toBe(console.asked.length)
  expect(outcome.operations.reduce((sum, { commands }) => sum + commands, 0)).toBeLessThanOrEqual(outcome.commands)
  const problem = checkShellLine(text) !== undefined
  if (problem) expect(outcome.exitStatus).toBe(2)
  expect([outcome.exitStatus >= 0, outcome.exitStatus <= 255]).toEqual([true, true])
  // What a line of several commands says is what each of them says.
  if (!problem && plainWords(text, () => '3') === undefined) return
  expect([0, 1, 2, 127]).toContain(outcome.exitStatus)
  if (outcome.exitStatus === 0) {
    expect(outcome.stderr).toBe('')
    return
  }
  const said = outcome.stdout + outcome.stderr.replace(/not simulated: [^\n]*\n$/, '')
  const known = said === '' ? outcome.notSimulated !== undefined : shell.test(said) || catalogue.some((pattern) => pattern.test(said))
  expect([text, known, said]).toEqual([text, true, said])
  expect(outcome.notSimulated === undefined || outcome.stderr.endsWith(`not simulated: ${outcome.notSimulated}\n`)).toBe(true)
}

const oddCharacter = fc.constantFrom('\u{1F600}', '\ud800', '\u00a0', '\u2028', 'é', '\u0000', ' ', 'a')
const shellCharacter = fc.constantFrom(...' \t\n\'"\\$`#|&;<>(){}*?=,-abi1!~')

test('any text', () => {
  const text = fc.oneof(
    fc.string({ unit: 'binary-ascii', maxLength: 60 }),
    fc.string({ unit: oddCharacter, maxLength: 20 }),
    fc.string({ unit: shellCharacter, maxLength: 30 }),
  )
  fc.assert(fc.property(text, check), { numRuns: 500 })
})

// Words that mean something, in any order.
const options = commandRules.flatMap((command) => [
  ...command.selectors,
  ...command.variants.flatMap((variant) => [...variant.options, ...variant.notSimulated].map((rule) => rule.name)),
  ...command.variants.flatMap((variant) => Object.values(variant.select)),
  ...Object.values(command.otherValues).flatMap((others) => Object.keys(others)),
])
const attributes = commandRules.flatMap((command) =>
  command.variants.flatMap((variant) => variant.attributes?.map(({ name }) => name) ?? []),
)
const word = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...new Set(options)) },
  { weight: 2, arbitrary: fc.constantFrom(M, '9131-52A*6535CCG', 'nim1', 'dump', 'normal', '5', '1', '128', '0.5', '9'.repeat(11), '""') },
  { weight: 1, arbitrary: fc.array(fc.constantFrom(...new Set(attributes)), { maxLength: 3 }).map((names) => names.join(',')) },
  {
    weight: 1,
    arbitrary: fc
      .array(
        fc.tuple(
          fc.constantFrom('name', 'lpar_name', 'lpar_names', 'lpar_ids', 'min_mem', 'proc_mode', 'virtual_eth_adapters', 'x'),
          fc.constantFrom('=', '+=', ''),
          fc.constantFrom('nim1', '5', '', 'ded', '2/0/1', '""', 'none'),
        ),
      )
      .map((pairs) => `'${pairs.map((pair) => pair.join('')).join(',')}'`),
  },
  { weight: 1, arbitrary: fc.string({ maxLength: 6 }) },
)

test('any words of the grammar', () => {
  const parts = fc.tuple(fc.constantFrom(...commandRules.map(({ name }) => name)), fc.array(word, { maxLength: 12 }))
  const line = parts.map(([name, words]) => [name, ...words].join(' '))
  fc.assert(fc.property(line, check), { numRuns: 1200 })
})

test('lines of the grammar with one thing drawn', () => {
  const base = fc.constantFrom(
    (text: string) => `lssyscfg -r lpar -m ${M} --filter ${text}`,
    (text: string) => `lssyscfg -r prof -m ${M} -F ${text}`,
    (text: string) => `mksyscfg -r lpar -m ${M} -i ${text}`,
    (text: string) => `chsyscfg -r lpar -m ${M} -i name=nim1,${text}`,
    (text: string) => `chsyscfg -r prof -m ${M} -i name=normal,lpar_name=nim1,${text}`,
    (text: string) => `chsysstate -r lpar -m ${M} -o on -n ${text}`,
    (text: string) => `chhwres -r proc -m ${M} -o a -p nim1 --procunits ${text}`,
    (text: string) => `sleep ${text}`,
  )
  const drawn = fc.oneof(word, fc.string({ unit: fc.constantFrom(...'name=,"1 _+-:.'), maxLength: 16 }))
  fc.assert(
    fc.property(base, drawn, (make, text) => check(make(text))),
    { numRuns: 800 },
  )
})
