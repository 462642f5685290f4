// What coverage says of the command line is what lines get: a sample of its rows of each kind is typed.

import { expect, test } from 'vitest'
import { coverage, generations } from '../src/index.js'
import { capturedSystem } from './captured-system.js'

const rows = coverage()
const key = ({ kind, command, variant, name }: (typeof rows)[number]): string => [kind, command, variant, name].join('|')

test('every row is there once, and some console has it', () => {
  expect(new Set(rows.map(key)).size).toBe(rows.length)
  for (const row of rows) expect(row.generations).not.toEqual([])
})

test('a generation has the rows that name it, and no others', () => {
  for (const generation of generations) {
    expect(coverage(generation).map(key)).toEqual(rows.filter((row) => row.generations.includes(generation)).map(key))
  }
})

test('a command that is not simulated is not found and says so; one that is modelled is', () => {
  const console = capturedSystem()
  for (const { kind, command, status } of coverage('v7r7')) {
    if (kind !== 'command') continue
    const outcome = console.line(command)
    expect([command, outcome.notSimulated === command]).toEqual([command, status === 'not simulated'])
    expect([command, outcome.exitStatus === 127]).toEqual([command, status === 'not simulated'])
  }
})

test('a variant that is not simulated says so, on consoles that have it', () => {
  const console = capturedSystem()
  for (const { kind, command, variant, status } of coverage('v7r7')) {
    if (kind !== 'variant' || status === 'modelled') continue
    const outcome = console.line(`${command} ${variant}`)
    expect([command, variant, outcome.exitStatus]).toEqual([command, variant, 1])
  }
})

test('an attribute that is listed may be named after -F', () => {
  const known = rows.filter((row) => row.kind === 'attribute' && row.command === 'lssyscfg' && row.variant === '-r lpar')
  expect(known.length).toBeGreaterThan(20)
  const names = known.filter((row) => row.generations.includes('v7r7')).map((row) => row.name)
  const outcome = capturedSystem().line(`lssyscfg -r lpar -m 9131-52A-6535CCG -F ${names.join(',')} --header`)
  expect(outcome.stdout.split('\n')[0]).toBe(names.join(','))
})
