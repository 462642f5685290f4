import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { TimeWeighted } from '../src/time-weighted.js'

describe('TimeWeighted', () => {
  it('integrates a level from the moment it was made', () => {
    const clock = { now: 100 }
    const level = new TimeWeighted(clock, 2)
    expect([level.value, level.mean(), level.area()]).toEqual([2, 2, 0])
    clock.now = 110
    level.set(5)
    clock.now = 140
    level.add(-4)
    expect([level.value, level.area(), level.mean()]).toEqual([1, 170, 4.25])
    clock.now = 150
    expect([level.area(), level.mean()]).toEqual([180, 3.6])
  })

  it('counts only the last of several changes at one time', () => {
    const clock = { now: 0 }
    const level = new TimeWeighted(clock)
    level.set(1000)
    level.set(1)
    clock.now = 10
    expect(level.area()).toBe(10)
  })

  it('is the exact sum of level times duration', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat({ max: 1_000_000 }), fc.integer({ min: -1000, max: 1000 })), { maxLength: 50 }), (moves) => {
        const clock = { now: 7 }
        const level = new TimeWeighted(clock)
        let area = 0
        let value = 0
        for (const [waited, next] of moves) {
          clock.now += waited
          area += value * waited
          value = next
          level.set(next)
        }
        expect(level.area()).toBe(area)
      }),
    )
  })

  it.each([NaN, Infinity])('refuses %s', (value) => {
    const level = new TimeWeighted({ now: 0 }, 3)
    expect(() => level.set(value)).toThrow(expect.objectContaining({ code: 'bad-value' }))
    expect(() => level.add(value)).toThrow(expect.objectContaining({ code: 'bad-value' }))
    expect(() => new TimeWeighted({ now: 0 }, value)).toThrow(expect.objectContaining({ code: 'bad-value' }))
    expect(level.value).toBe(3)
  })
})
