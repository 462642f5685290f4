import { describe, expect, it } from 'vitest'
import {
  formatDuration, gib, hours, kib, MAX_TIME, mib, minutes, ms, ns, parseDuration, percent, seconds, us,
} from '../src/units.js'

describe('quantities', () => {
  it('are integer nanoseconds and bytes', () => {
    expect([ns(1), us(1), ms(1), seconds(1), minutes(1), hours(1)]).toEqual([1, 1e3, 1e6, 1e9, 6e10, 3.6e12])
    expect([kib(1), mib(1), gib(1), kib(0.5), gib(0.25)]).toEqual([1024, 1048576, 1073741824, 512, 268435456])
    expect([ms(0.1), us(0.3), seconds(1.1)]).toEqual([100_000, 300, 1_100_000_000])
    expect(percent(20)).toBe(0.2)
    expect(percent(150)).toBe(1.5)
  })

  it('round halves up', () => {
    expect([ns(0.4), ns(0.5), ns(1.5), ns(2.5), us(0.0004), us(0.0005)]).toEqual([0, 1, 2, 3, 0, 1])
    expect(Object.is(ns(-0), 0)).toBe(true)
  })

  it('reach up to 2^53 - 1 and no further', () => {
    expect(ns(MAX_TIME)).toBe(2 ** 53 - 1)
    for (const over of [() => ns(2 ** 53), () => seconds(9_007_200), () => hours(2503), () => gib(8_388_608), () => kib(1e300)]) {
      expect(over).toThrow(expect.objectContaining({ name: 'KernelError', code: 'bad-quantity' }))
    }
    expect(hours(2501)).toBe(2501 * 3.6e12)
  })

  it.each([ns, us, ms, seconds, minutes, hours, kib, mib, gib, percent])('%o refuses NaN, negative and infinite', (unit) => {
    for (const n of [NaN, -1, -0.0001, Infinity, -Infinity]) {
      const message = expect.stringContaining(`${unit.name}(${n})`)
      expect(() => unit(n)).toThrow(expect.objectContaining({ code: 'bad-quantity', message }))
    }
  })
})

describe('parseDuration', () => {
  it.each([
    ['30s', 30e9],
    ['1.5ms', 1_500_000],
    ['250us', 250_000],
    ['10ns', 10],
    ['2min', 120e9],
    ['1h', 3600e9],
    ['0s', 0],
    ['1.5 ms', 1_500_000],
    ['0.5ns', 1],
    ['0.1h', 360e9],
    ['9007199254740991ns', MAX_TIME],
  ])('%s', (text, duration) => {
    expect(parseDuration(text)).toBe(duration)
  })

  it.each([
    '', 's', '5', '-5s', '+5s', '5m', '5 minutes', '5S', '5s ', ' 5s', '5  s', '1e3s', '.5s', '5.s', '1,5s', '5s5ms', 'NaNs', '0x10s',
    '٣s', '5s\n', '9007199254740992ns', '2600h', `${'9'.repeat(60)}s`,
  ])('refuses %j', (text) => {
    expect(() => parseDuration(text)).toThrow(expect.objectContaining({ name: 'KernelError', code: 'bad-duration' }))
  })
})

describe('formatDuration', () => {
  it.each([
    [0, '0 ns'],
    [1, '1 ns'],
    [999, '999 ns'],
    [1000, '1 us'],
    [1_500_000, '1.5 ms'],
    [18_000_000, '18 ms'],
    [999_999_900, '1 s'],
    [59_999_900_000, '1 min'],
    [90e9, '1.5 min'],
    [100e9, '1.667 min'],
    [3600e9, '1 h'],
    [1_234_567, '1.235 ms'],
    [0.25, '0.25 ns'],
    [-1_500_000, '-1.5 ms'],
    [MAX_TIME, '2502 h'],
  ])('%d', (duration, text) => {
    expect(formatDuration(duration)).toBe(text)
  })

  it.each([NaN, Infinity, -Infinity])('refuses %s', (duration) => {
    expect(() => formatDuration(duration)).toThrow(expect.objectContaining({ code: 'bad-duration' }))
  })
})
