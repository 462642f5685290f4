// Generations of consoles: which a version is, and what a row of a table says of them.

import { describe, expect, test } from 'vitest'
import { isDefault, type AttributeRule } from '../src/cli/output-form.js'
import { generationOf, generations, knows } from '../src/generation/generation.js'
import { capturedSystem } from './captured-system.js'

test.each([
  ['V7R7', 'v7r7'],
  ['V7R7.9.0', 'v7r7'],
  ['V8R8.2.0', 'v8r8'],
  ['V9R1.921.0', 'v8r8'],
  ['V10R3', 'v10r3'],
  ['V10R3 M1060', 'v10r3'],
  ['V11R2', 'v11r1'],
  ['V12R1', 'v11r1'],
  ['', 'v7r7'],
  ['eight', 'v7r7'],
])('a console of version %s is of generation %s', (version, generation) => {
  expect(generationOf(version)).toBe(generation)
})

test('a row is known from the first to the last generation that it names, both included', () => {
  const known = (range: object): string[] => generations.filter((generation) => knows(generation, range))
  expect(known({})).toEqual(['v7r7', 'v8r8', 'v10r3', 'v11r1'])
  expect(known({ since: 'v8r8' })).toEqual(['v8r8', 'v10r3', 'v11r1'])
  expect(known({ until: 'v8r8' })).toEqual(['v7r7', 'v8r8'])
  expect(known({ since: 'v8r8', until: 'v8r8' })).toEqual(['v8r8'])
})

test('an attribute may be known before consoles print it unasked', () => {
  const shown = (rule: Omit<AttributeRule, 'name'>): string[] =>
    generations.filter((generation) => isDefault({ name: 'x', ...rule }, generation))
  expect(shown({})).toEqual(['v7r7', 'v8r8', 'v10r3', 'v11r1'])
  expect(shown({ inRows: 'v10r3' })).toEqual(['v10r3', 'v11r1'])
  expect(shown({ inRows: 'v8r8', until: 'v10r3' })).toEqual(['v8r8', 'v10r3'])
  expect(shown({ inRows: { until: 'v8r8' } })).toEqual(['v7r7', 'v8r8'])
  expect(shown({ inRows: 'never' })).toEqual([])
})

describe('the console follows its version', () => {
  test('rows of Ethernet adapters have their switch and addresses from V8 on', () => {
    const console = capturedSystem()
    const line = 'lshwres -r virtualio --rsubtype eth -m 9131-52A-6535CCG --level lpar --filter lpar_names=dump'
    expect(console.line(line).stdout).not.toContain('vswitch=')
    console.version = 'V8R8.2.0'
    expect(console.line(line).stdout).toContain('port_vlan_id=1,vswitch=ETHERNET0,')
  })
})
