// Quoting of rows and of configuration data, and decimals of processing units, against readers written here from the documented rules:
// a value with a comma is a quoted pair, commas of its elements are quoted once more with doubled quotes.

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readConfigurationData, readList } from '../src/cli/configuration-data.js'
import { type AttributeTable, formatRows, parseFields } from '../src/cli/output-form.js'
import { formatUnits, parseUnits } from '../src/cli/processing-units.js'

/** One level of quoting undone: the comma-separated pieces of a text. Quotes stand round a whole piece and are doubled inside. */
function pieces(text: string): string[] {
  const found = ['']
  let inQuotes = false
  const add = (character: string): void => {
    found.push(`${found.pop()}${character}`)
  }
  for (let at = 0; at < text.length; at++) {
    const character = text.charAt(at)
    if (character === ',' && !inQuotes) found.push('')
    else if (character !== '"') add(character)
    else if (inQuotes && text.charAt(at + 1) === '"') {
      add('"')
      at++
    } else {
      // A quote opens at the start of a piece and closes at its end, nowhere else.
      expect(inQuotes ? [',', ''] : ['']).toContain(inQuotes ? text.charAt(at + 1) : found.at(-1))
      inQuotes = !inQuotes
    }
  }
  expect(inQuotes).toBe(false)
  return found
}

const named = fc.stringMatching(/^[a-z][a-z0-9_]{0,8}$/)
// Whatever a description can hold.
const plain = fc.string({ unit: fc.constantFrom(...'ab ,"/=:0'), maxLength: 12 })
// Elements of a list: an element that is empty or none by itself cannot be told from no list.
const element = fc.string({ unit: fc.constantFrom(...'ab ,/:0'), minLength: 2, maxLength: 8 }).filter((text) => text !== 'none')
const value = fc.oneof(plain.map((text) => ({ text })), fc.array(element, { minLength: 1, maxLength: 4 }).map((list) => ({ list })))
const row = fc.uniqueArray(fc.record({ name: named, value }), { minLength: 1, maxLength: 6, selector: (entry) => entry.name })

type Entry = { name: string; value: { text: string } | { list: string[] } }
const asRow = { fields: null, delimiter: ',', header: false, named: true, generation: 'v7r7' } as const
const tableOf = (entries: readonly Entry[]): AttributeTable<null> =>
  entries.map((entry) => ({ name: entry.name, value: () => ('text' in entry.value ? entry.value.text : entry.value.list) }))

describe('rows', () => {
  test('a row of attribute=value is read back, elements of lists included', () => {
    fc.assert(
      fc.property(row, (entries) => {
        const [line = ''] = formatRows(tableOf(entries), [null], asRow)
        const pairs = pieces(line).map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)] as const)
        expect(pairs.map(([name]) => name)).toEqual(entries.map((entry) => entry.name))
        for (const [index, entry] of entries.entries()) {
          const text = pairs[index]?.[1] ?? ''
          if ('text' in entry.value) expect(text).toBe(entry.value.text)
          else expect(pieces(text)).toEqual(entry.value.list)
        }
      }),
      { numRuns: 500 },
    )
  })

  test('with -F only values that have commas or quotes are quoted', () => {
    fc.assert(
      fc.property(row, (entries) => {
        const fields = parseFields(entries.map((entry) => entry.name).join(','), false, 'v7r7')
        const [line = ''] = formatRows(tableOf(entries), [null], fields)
        const values = pieces(line)
        for (const [index, entry] of entries.entries()) {
          if ('text' in entry.value) expect(values[index]).toBe(entry.value.text)
          else expect(pieces(values[index] ?? '')).toEqual(entry.value.list)
        }
      }),
      { numRuns: 300 },
    )
  })
})

describe('configuration data', () => {
  test('what a row prints is data that can be entered again', () => {
    fc.assert(
      fc.property(row, (entries) => {
        const [line = ''] = formatRows(tableOf(entries), [null], asRow)
        const data = readConfigurationData(line)
        expect(data.ok && data.pairs.map((pair) => pair.name)).toEqual(entries.map((entry) => entry.name))
        for (const [index, entry] of entries.entries()) {
          const text = data.ok ? (data.pairs[index]?.value ?? '') : ''
          if ('text' in entry.value) expect(text).toBe(entry.value.text)
          else expect(readList(text)).toEqual(entry.value.list)
        }
      }),
      { numRuns: 500 },
    )
  })

  test.each([
    ['a=1,b=2', [['a', '=', '1'], ['b', '=', '2']]],
    ['name=lp1,"new_name=comma, name"', [['name', '=', 'lp1'], ['new_name', '=', 'comma, name']]],
    ['x+=1,y-=2,z=', [['x', '+=', '1'], ['y', '-=', '2'], ['z', '=', '']]],
    ['"a=""1,2"",3"', [['a', '=', '"1,2",3']]],
    ['a=b=c', [['a', '=', 'b=c']]],
  ])('%s', (text, pairs) => {
    const data = readConfigurationData(text)
    expect(data.ok && data.pairs.map((pair) => [pair.name, pair.operator, pair.value])).toEqual(pairs)
  })

  test.each([['a'], ['a=1,b'], ['"a=1'], ['"a=1"x,b=2'], [''], ['a=1,'], ['=1'], ['a b=1']])('%j is no data', (text) => {
    expect(readConfigurationData(text).ok).toBe(false)
  })
})

describe('processing units', () => {
  test('every amount of hundredths prints with one or two decimals and is read back exactly', () => {
    const wrong: number[] = []
    for (let hundredths = 0; hundredths <= 25_600; hundredths++) {
      const text = formatUnits(hundredths)
      if (!/^\d+\.\d[1-9]?$/.test(text) || parseUnits(text) !== hundredths) wrong.push(hundredths)
    }
    expect(wrong).toEqual([])
  })

  test.each([
    [0, '0.0'],
    [5, '0.05'],
    [30, '0.3'],
    [29, '0.29'],
    [200, '2.0'],
    [1150, '11.5'],
  ])('%d is %s', (hundredths, text) => {
    expect(formatUnits(hundredths)).toBe(text)
  })

  test.each(['', '.', 'x', '0.125', '-1', '1e1', '0x1', ' 1', '1.', '1,5', '٣'])('%j is no amount', (text) => {
    expect(parseUnits(text)).toBeUndefined()
  })

  test('forms that operators type', () => {
    expect(['2', '.5', '0.10', '0.100', '00.3'].map(parseUnits)).toEqual([200, 50, 10, 10, 30])
  })
})
