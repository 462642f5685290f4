// References to pages: zipf is the inverse of its cumulated chances, whatever the draw; records play again; bad laws are refused.

import { pow, Simulation } from '@powersim/kernel'
import type { Draw } from '@powersim/kernel'
import { expect, it } from 'vitest'
import { pageReferences, recordReferences, WorkloadError } from '../src/index.js'

const draws = (values: readonly number[]): Draw => {
  let at = 0
  return { next: () => values[at++]!, below: (n) => Math.floor(values[at++]! * n) }
}

it.each([0, 0.5, 0.9, 1, 2.5])('zipf(%d): the first page whose cumulated chance is above the draw', (skew) => {
  const pages = 37
  const weights = Array.from({ length: pages }, (_, page) => pow(page + 1, -skew))
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  const us = [...Array.from({ length: 2000 }, (_, at) => (at + 0.5) / 2000), 2 ** -33, 1 - 2 ** -33]
  const expected = us.map((u) => {
    let page = 0
    for (let sum = weights[0]!; page < pages - 1 && sum <= u * total;) sum += weights[++page]!
    return page
  })
  expect([...recordReferences(pageReferences({ zipf: skew }, pages, draws(us)), us.length)]).toEqual(expected)
})

it('the same seed refers to the same pages; each reference takes one draw', () => {
  const record = (): Int32Array => {
    const draw = new Simulation({ seed: 'a' }).stream('references', 'b')
    return recordReferences(pageReferences({ zipf: 0.8 }, 1000, draw), 500)
  }
  expect(record()).toEqual(record())
  expect(new Set(record()).size).toBeGreaterThan(100)
})

it('plays a record again, once or over and over', () => {
  const trace = Int32Array.of(3, 1, 2)
  const draw = draws([])
  expect([...recordReferences(pageReferences({ trace }, 4, draw), 10)]).toEqual([3, 1, 2])
  expect([...recordReferences(pageReferences({ trace, repeat: true }, 4, draw), 7)]).toEqual([3, 1, 2, 3, 1, 2, 3])
  expect([...recordReferences(pageReferences({ uniform: true }, 4, draws([0, 0.3, 0.99])), 3)]).toEqual([0, 1, 3])
})

it.each([
  [() => pageReferences({ zipf: -1 }, 4, draws([])), /zipf: expected a number from 0 to 10, got -1/],
  [() => pageReferences({ zipf: 1 }, 0, draws([])), /pages: expected an integer from 1/],
  [() => pageReferences({ zipf: 1 }, 2 ** 26, draws([])), /pages: expected at most/],
  [() => pageReferences({ trace: Int32Array.of(4) }, 4, draws([])), /trace: expected pages from 0 to 3, got 4/],
])('refuses %#', (ask, reason) => {
  expect(ask).toThrow(reason)
  expect(ask).toThrow(WorkloadError)
})
