// Own log, exp and pow against known bits (the correctly rounded value, computed with 60 digits, or its neighbour where the
// difference is marked) and against the engine's Math, which is good to an ulp itself.

import { describe, expect, it } from 'vitest'
import { exp, log, log1p, pow } from '../src/logarithm.js'
import { RandomStream, streamKey } from '../src/random.js'
import { bits } from './statistics-of-draws.js'

const stream = (component: string) => new RandomStream(streamKey('logarithm', 'test', component, 0))

/** Doubles of every size and sign, NaN and infinities included. */
function anyDouble(draw: RandomStream): number {
  const view = new DataView(new ArrayBuffer(8))
  view.setUint32(0, draw.below(2 ** 32))
  view.setUint32(4, draw.below(2 ** 32))
  return view.getFloat64(0)
}

function expectClose(name: string, got: number, want: number): void {
  if (Object.is(got, want)) return
  const error = Math.abs(got - want) / Math.abs(want)
  // One ulp of a subnormal number is a large part of it.
  if (error < 4e-16 || (Math.abs(want) < 3e-308 && Math.abs(got - want) <= 5e-324)) return
  expect.unreachable(`${name} is ${got}, expected ${want}`)
}

describe('known bits', () => {
  it.each([
    [2, '3fe62e42fefa39ef'],
    [3, '3ff193ea7aad030a'], // one ulp low, as in fdlibm
    [10, '40026bb1bbb55516'],
    [0.1, 'c0026bb1bbb55515'],
    [1e-300, 'c085963447f87fb5'],
    [5e-324, 'c0874385446d71c3'],
    [0.9999999999999999, 'bca0000000000000'],
    [1.0000001, '3e7ad7f2847b6492'],
    [0.7071067811865475, 'bfd62e42fefa39f1'],
    [2 ** -32, 'c0362e42fefa39ef'],
    [1.7976931348623157e308, '40862e42fefa39ef'],
    [1, '0000000000000000'],
  ])('log(%d)', (x, hex) => {
    expect(bits(log(x))).toBe(hex)
  })

  it.each([
    [0, '3ff0000000000000'],
    [1, '4005bf0a8b145769'],
    [-1, '3fd78b56362cef38'],
    [0.5, '3ffa61298e1e069c'],
    [10, '40d5829dcf950560'],
    [-10, '3f07cd79b5647c9a'], // one ulp low, as in fdlibm
    [1e-5, '3ff0000a7c5e340e'],
    [700, '7f0d945df4f8ec8e'],
    [-700, '00d14f2b0fb9307f'],
    [-740, '0000000000000055'],
    [709.782712893384, '7fefffffffffff2a'],
  ])('exp(%d)', (x, hex) => {
    expect(bits(exp(x))).toBe(hex)
  })

  it.each([
    [2, 0.3, '3ff3b2c47bff8329'],
    [10, -3, '3f50624dd2f1a9fc'],
    [1.5, 100, '43969194f299cdda'],
    [3, 40, '43e517168a4523fd'],
    [1.0000000001, 3e12, '5afc05ee36061e74'],
    [7.3, -250.5, '13081dc4d8078bde'],
  ])('pow(%d, %d)', (x, y, hex) => {
    expect(bits(pow(x, y))).toBe(hex)
  })

  it.each([
    [1e-10, '3ddb7cdfd9d1d693'],
    [0.001, '3f5060354f8c3ec0'], // one ulp high
    [-0.5, 'bfe62e42fefa39ef'],
    [3, '3ff62e42fefa39ef'],
  ])('log1p(%d)', (x, hex) => {
    expect(bits(log1p(x))).toBe(hex)
  })
})

describe('against Math', () => {
  const n = 40_000

  it('log of every double, and close to 1', () => {
    const draw = stream('log')
    for (let i = 0; i < n; i += 1) {
      const x = anyDouble(draw)
      expectClose(`log(${x})`, log(x), Math.log(x))
      const near = 1 + (draw.next() - 0.5) * 10 ** (-16 * draw.next())
      expectClose(`log(${near})`, log(near), Math.log(near))
      expectClose(`log1p(${near - 1})`, log1p(near - 1), Math.log1p(near - 1))
    }
  })

  it('exp of every double, and where it is finite', () => {
    const draw = stream('exp')
    for (let i = 0; i < n; i += 1) {
      for (const x of [anyDouble(draw), (draw.next() - 0.5) * 1520, (draw.next() - 0.5) * 10 ** (3 - 20 * draw.next())]) {
        expectClose(`exp(${x})`, exp(x), Math.exp(x))
      }
    }
  })

  it('pow of every pair, of moderate ones, and where a large exponent meets a base close to 1', () => {
    const draw = stream('pow')
    for (let i = 0; i < n; i += 1) {
      const pairs = [
        [anyDouble(draw), anyDouble(draw)],
        [draw.next() * 20, (draw.next() - 0.5) * 100],
        [1 + (draw.next() - 0.5) * 10 ** (-15 * draw.next()), (draw.next() - 0.5) * 10 ** (22 * draw.next())],
        [2, -1020 - draw.next() * 60],
        [draw.next() * 1e-308, draw.next() * 4 - 2],
        [draw.below(100) - 50, draw.below(60) - 30],
      ] as const
      for (const [x, y] of pairs) expectClose(`pow(${x}, ${y})`, pow(x, y), Math.pow(x, y))
    }
  })

  it('special values of all', () => {
    const odd = 2 ** 53 - 1
    const special = [0, 1, 2, 0.5, 3, Infinity, 1e300, 5e-324, 2 ** 53, 2 ** 53 + 2, 2 ** 52 + 1, 1.5, 1e22, odd].flatMap((x) => [x, -x])
    for (const x of [...special, NaN]) {
      expectClose(`log(${x})`, log(x), Math.log(x))
      expectClose(`exp(${x})`, exp(x), Math.exp(x))
      expectClose(`log1p(${x})`, log1p(x), Math.log1p(x))
      for (const y of [...special, NaN]) expectClose(`pow(${x}, ${y})`, pow(x, y), Math.pow(x, y))
    }
  })
})
