// ExactSum against BigInt: sums far beyond 2^53 stay exact.

import fc from 'fast-check'
import { expect, it } from 'vitest'
import { ExactSum, MAX_COUNT } from '../src/exact-sum.js'

const edges = [0, 1, 2 ** 26 - 1, 2 ** 26, 2 ** 52 - 1, 2 ** 52, Number.MAX_SAFE_INTEGER]
const value = fc.oneof(fc.maxSafeNat(), fc.nat(1000), fc.constantFrom(...edges))
const product = fc.tuple(fc.oneof(fc.integer({ min: 0, max: MAX_COUNT }), fc.constantFrom(0, 1, MAX_COUNT)), value)

function exact(products: readonly (readonly [number, number])[]): bigint {
  return products.reduce((sum, [count, one]) => sum + BigInt(count) * BigInt(one), 0n)
}

function summed(products: readonly (readonly [number, number])[]): ExactSum {
  const sum = new ExactSum()
  for (const [count, one] of products) sum.addProduct(count, one)
  return sum
}

it('sums products exactly', () => {
  fc.assert(
    fc.property(fc.array(product, { maxLength: 50 }), (products) => {
      expect(summed(products).value()).toBe(Number(exact(products)))
    }),
    { numRuns: 500 },
  )
})

it('compares as the integers compare, also where doubles would tie', () => {
  fc.assert(
    fc.property(fc.array(product, { maxLength: 20 }), fc.array(product, { maxLength: 20 }), fc.nat(2), (left, right, off) => {
      const a = summed(left)
      const b = summed(right)
      expect(a.equals(b)).toBe(exact(left) === exact(right))
      expect(a.atMost(b)).toBe(exact(left) <= exact(right))
      const c = a.copy()
      c.add(off)
      expect(a.equals(c)).toBe(off === 0)
      expect(c.atMost(a)).toBe(off === 0)
      expect(a.atMost(c)).toBe(true)
    }),
    { numRuns: 500 },
  )
})

it('splits one product in many ways to the same sum', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: MAX_COUNT }), fc.maxSafeNat(), fc.maxSafeNat(), (count, whole, at) => {
      const part = whole === 0 ? 0 : at % whole
      expect(summed([[count, part], [count, whole - part]]).equals(summed([[count, whole]]))).toBe(true)
    }),
  )
})
