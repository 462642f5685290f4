// Time stamps of the simulated wall clock: known dates, leap years, and the whole calendar against counting days one by one.

import { ms, seconds } from '@powersim/kernel'
import { describe, expect, it } from 'vitest'
import { secondsOf, timestamp } from '../src/index.js'

const DAY = 86_400

const table = [
  [0, '01/01/1970 00:00:00'],
  [1, '01/01/1970 00:00:01'],
  [951_782_399, '02/28/2000 23:59:59'],
  [951_782_400, '02/29/2000 00:00:00'],
  [951_868_800, '03/01/2000 00:00:00'],
  [1_041_379_200, '01/01/2003 00:00:00'],
  [1_330_473_600, '02/29/2012 00:00:00'],
  [1_361_923_200, '02/27/2013 00:00:00'],
  [1_370_246_400, '06/03/2013 08:00:00'],
  [1_388_534_399, '12/31/2013 23:59:59'],
  [2_147_483_647, '01/19/2038 03:14:07'],
  [4_107_542_399, '02/28/2100 23:59:59'],
  [4_107_542_400, '03/01/2100 00:00:00'],
  [253_402_300_799, '12/31/9999 23:59:59'],
] as const

describe('timestamp', () => {
  it.each(table)('of %i seconds is %s', (at, text) => {
    expect(timestamp(at, 0)).toBe(text)
  })

  it('counts whole seconds of the run and passes midnight, month and year', () => {
    const start = secondsOf(2013, 12, 31, DAY - 1)
    expect(timestamp(start, ms(999))).toBe('12/31/2013 23:59:59')
    expect(timestamp(start, seconds(1))).toBe('01/01/2014 00:00:00')
    expect(timestamp(secondsOf(2016, 2, 28), seconds(DAY))).toBe('02/29/2016 00:00:00')
    expect(timestamp(secondsOf(2013, 6, 3, 8 * 3600), seconds(90 * DAY + 3661))).toBe('09/01/2013 09:01:01')
  })
})

describe('secondsOf', () => {
  it.each(table)('gives %i for %s', (at, text) => {
    const [month, day, year, hour, minute, second] = text.split(/[/ :]/).map(Number) as [number, number, number, number, number, number]
    expect(secondsOf(year, month, day, hour * 3600 + minute * 60 + second)).toBe(at)
  })
})

describe('the calendar', () => {
  it('agrees with counting the days of 430 years one by one', () => {
    const lengths = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    const two = (value: number): string => String(value).padStart(2, '0')
    let days = 0
    for (let year = 1970; year < 2400; year++) {
      const leap = year % 400 === 0 || (year % 4 === 0 && year % 100 !== 0)
      for (const [month, length] of lengths.entries()) {
        const last = month === 1 && leap ? 29 : length
        for (let day = 1; day <= last; day++) {
          const text = `${two(month + 1)}/${two(day)}/${year} 00:00:00`
          const agrees = timestamp(days * DAY, 0) === text && secondsOf(year, month + 1, day) === days * DAY
          if (!agrees) expect.fail(`day ${days} is ${text}, not ${timestamp(days * DAY, 0)}`)
          days++
        }
      }
    }
    expect(days).toBe(157_054)
  })
})
