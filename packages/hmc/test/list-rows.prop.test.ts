// Every ls* line of the grammar, on consoles of every generation: what a default row says, read back by the documented rules alone, is
// what -F says of the same attributes, in any order, with any delimiter, with and without the header. The rules (captures of V7R7.9 and
// V10R3, github ziutus/hmc_vios_aix and randomparity/hmc-mcp): attribute=value pairs between commas; a value that has a comma is quoted
// together with its name; quotes inside quotes are doubled; with -F the value alone is quoted; what does not apply is absent, and `null`
// with -F.

import fc from 'fast-check'
import { ethernetAdapter, scsiClient } from '@powersim/testkit'
import { expect, test } from 'vitest'
import { generations } from '../src/index.js'
import { commandTables } from '../src/operations/command-table.js'
import { capturedSystem } from './captured-system.js'
import { profileOf, viewOf } from './fake-partitions.js'
import { type FakeConsole } from './operation-fake-console.js'

const SYSTEM = '9131-52A-6535CCG'
const versions = { v7r7: 'V7R7.9.0', v8r8: 'V8R8.6.0', v10r3: 'V10R3 M1060', v11r1: 'V11R2 SP1120' } as const

/** Pieces of a row: a piece that begins with a quote ends at the next one that is not doubled; any other ends at the delimiter. */
function split(row: string, delimiter: string): string[] {
  const found: string[] = []
  for (let rest: string | undefined = row; rest !== undefined;) {
    const quoted: RegExpExecArray | null = /^"((?:[^"]|"")*)"/.exec(rest)
    const end: number = quoted === null ? rest.indexOf(delimiter) : quoted[0].length
    found.push(quoted === null ? (end === -1 ? rest : rest.slice(0, end)) : (quoted[1] ?? '').replaceAll('""', '"'))
    if (end !== -1 && end < rest.length) expect(rest.charAt(end)).toBe(delimiter)
    rest = end === -1 || end >= rest.length ? undefined : rest.slice(end + 1)
  }
  return found
}

function pairsOf(row: string): Map<string, string> {
  const pairs = split(row, ',').map((pair) => /^([a-z0-9_]+)=([^]*)$/.exec(pair))
  expect(pairs).not.toContain(null)
  const read = new Map(pairs.map((match) => [match?.[1] ?? '', match?.[2] ?? '']))
  expect(read.size).toBe(pairs.length)
  return read
}

/** A line for each variant that lists something and asks for no more than a system, by generation. */
const lines = generations.flatMap((generation) =>
  [...commandTables[generation].values()].flatMap(({ name, variants }) =>
    variants.flatMap((variant) => {
      const simple = variant.required.every((required) => required.split('|').includes('-m') || Object.hasOwn(variant.select, required))
      if (variant.attributes === undefined || !simple) return []
      const selected = Object.entries(variant.select).flat().join(' ')
      const system = variant.options.some((option) => option.name === '-m') ? ` -m ${SYSTEM}` : ''
      return [{ generation, line: `${name} ${selected}${system}`, known: [...(variant.fieldNames ?? [])] }]
    }),
  ),
)

const text = fc.string({ unit: fc.constantFrom(...'ab ,"/=:0'), maxLength: 12 })
const adapters = fc
  .uniqueArray(
    fc.record({ slot: fc.integer({ min: 2, max: 200 }), vlans: fc.uniqueArray(fc.integer({ min: 2, max: 40 }), { maxLength: 3 }) }),
    {
      selector: ({ slot }) => slot,
      maxLength: 4,
    },
  )
  .map((list) =>
    list.map(({ slot, vlans }) =>
      vlans.length === 0 ? scsiClient(slot, 2, 3) : ethernetAdapter(slot, { ieee: true, vlan: 1, additionalVlans: vlans }),
    ),
  )
const partition = fc.record({ description: text, workGroup: text, adapters, viosToo: fc.boolean() })
const delimiter = fc.constantFrom(...':~|;/ ,%')

function systemOf({
  description,
  workGroup,
  adapters: own,
  viosToo,
}: typeof partition extends fc.Arbitrary<infer T> ? T : never): FakeConsole {
  const console = capturedSystem()
  console.fibreChannel = true
  const environment = viosToo ? 'vioserver' : 'aixlinux'
  console.add(viewOf(9, 'drawn', { description, workGroup, environment }), { profiles: [profileOf('normal', { adapters: own })] })
  return console
}

test('the table has lines of most ls* commands', () => {
  expect(new Set(lines.map(({ line }) => line)).size).toBeGreaterThan(25)
})

test('a default row, read back, is what -F says of the same attributes', () => {
  fc.assert(
    fc.property(fc.constantFrom(...lines), partition, delimiter, fc.infiniteStream(fc.nat()), (drawn, changes, between, numbers) => {
      const console = systemOf(changes)
      console.version = versions[drawn.generation]
      const typed = (rest: string): string[] => {
        const { stdout, exitStatus } = console.line(`${drawn.line}${rest}`)
        expect([drawn.line, rest, exitStatus]).toEqual([drawn.line, rest, 0])
        return stdout.slice(0, -1).split('\n')
      }
      // What the system refuses altogether has no rows.
      if (console.line(drawn.line).exitStatus !== 0) return
      const rows = typed('')
      if (rows[0] === 'No results were found.') return
      const named = rows.map(pairsOf)
      for (const pairs of named) expect(drawn.known).toEqual(expect.arrayContaining([...pairs.keys()]))
      // All that -F may name, in a drawn order.
      const keys = new Map(drawn.known.map((name) => [name, numbers.next().value ?? 0]))
      const order = drawn.known.toSorted((one, other) => (keys.get(one) ?? 0) - (keys.get(other) ?? 0))
      const [header = '', ...values] = typed(` -F "${order.join(between)}" --header`)
      expect(header).toBe(order.join(between))
      expect(values).toHaveLength(named.length)
      for (const [index, row] of values.entries()) {
        const pairs = named[index]
        // A delimiter that values have too cannot be told from one.
        if (between !== ',' && [...(pairs?.values() ?? [])].some((value) => value.includes(between) && !/[,"]/.test(value))) continue
        const fields = split(row, between)
        if (fields.length !== order.length) continue
        for (const [place, name] of order.entries())
          if (pairs?.has(name) === true) expect([name, fields[place]]).toEqual([name, pairs.get(name)])
      }
      // Bare -F: the attributes of the default rows, in their order.
      const [bareHeader = '', ...bare] = typed(' -F --header')
      const names = bareHeader.split(',')
      for (const [index, row] of bare.entries()) {
        const fields = split(row, ',')
        expect(fields).toHaveLength(names.length)
        expect(Object.fromEntries(names.map((name, place) => [name, fields[place]]))).toEqual(
          Object.fromEntries(names.map((name) => [name, named[index]?.get(name) ?? 'null'])),
        )
      }
    }),
    { numRuns: 300 },
  )
})
