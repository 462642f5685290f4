// What Linux's collaborative memory manager loans within one poll, as its source says: the request, as far as pages are free and the floor
// of 256 MiB is left; nothing below zero; what ran short before counts against it.

import { expect, it } from 'vitest'
import { LOAN_FLOOR_MIB, loanStep } from '../src/index.js'

const PAGES_PER_MIB = 256
const floorPages = LOAN_FLOOR_MIB * PAGES_PER_MIB
const state = { requestPages: 0, loanedPages: 0, freePages: 1_000_000, totalPages: 4096 * PAGES_PER_MIB, floorPages, takenBackPages: 0 }

it.each([1, 100, 65_536, 983_039, 983_040, 983_041, 2_000_000])('D7: a request of %d pages, nothing on loan', (requestPages) => {
  for (const freePages of [0, 50, 65_536, 983_040, 1_048_576]) {
    const loaned = loanStep({ ...state, requestPages, freePages })
    expect(loaned).toBe(Math.min(requestPages, freePages, state.totalPages - floorPages))
  }
})

it('takes back what is asked for back, and no more than is on loan', () => {
  expect(loanStep({ ...state, requestPages: -30, loanedPages: 100 })).toBe(-30)
  expect(loanStep({ ...state, requestPages: -300, loanedPages: 100 })).toBe(-100)
  expect(loanStep({ ...state, requestPages: -300, loanedPages: 0 })).toBe(0)
})

it('loans less after it ran out of memory, and comes back to the floor when it has gone too far', () => {
  expect(loanStep({ ...state, requestPages: 1000, takenBackPages: 256 })).toBe(744)
  expect(loanStep({ ...state, requestPages: 0, loanedPages: state.totalPages, freePages: 0 })).toBe(-floorPages)
  expect(loanStep({ ...state, totalPages: floorPages - 1, requestPages: 10 })).toBe(0)
})
