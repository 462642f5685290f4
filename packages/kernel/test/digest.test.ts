// The digest by itself: it sees every bit of what is folded and the order, and combines in order.

import { describe, expect, it } from 'vitest'
import { Digest, KernelError } from '../src/index.js'

function folded(...values: number[]): string {
  const digest = new Digest()
  for (const value of values) digest.fold(value)
  return digest.hex()
}

describe('Digest', () => {
  it('is 16 hexadecimal digits, pinned', () => {
    expect(folded()).toBe('57f72264229e884a')
    expect(folded(1, 2, 3)).toBe('8ba4b019836db73d')
  })

  it('may be read at any time without changing it', () => {
    const digest = new Digest()
    digest.fold(1)
    digest.hex()
    digest.fold(2)
    expect(digest.hex()).toBe(folded(1, 2))
  })

  it('tells values, their order and their number apart', () => {
    const values = [[], [0], [0, 0], [1], [-1], [0.5], [2 ** 53 - 1], [2 ** 53 - 2], [1, 2], [2, 1]]
    const some = values.map((few) => folded(...few))
    expect(new Set(some).size).toBe(some.length)
    expect(folded(5e-324)).not.toBe(folded(0))
    expect(folded(-0)).toBe(folded(0))
  })

  it('has no collision among 100,000 close events', () => {
    const seen = new Set<string>()
    for (let time = 0; time < 500; time++) {
      for (let handler = 0; handler < 20; handler++) {
        for (let priority = -5; priority < 5; priority++) {
          const digest = new Digest()
          digest.foldEvent(time * 4294967296 + time, priority, handler)
          seen.add(digest.hex())
        }
      }
    }
    expect(seen.size).toBe(100_000)
  })

  it('flips about half of the 64 bits for one bit of time', () => {
    let flips = 0
    for (let bit = 0; bit < 52; bit++) {
      const one = new Digest()
      const other = new Digest()
      one.foldEvent(0, 0, 3)
      other.foldEvent(2 ** bit, 0, 3)
      const difference = BigInt(`0x${one.hex()}`) ^ BigInt(`0x${other.hex()}`)
      const ones = difference.toString(2).replaceAll('0', '').length
      expect(ones).toBeGreaterThan(12)
      flips += ones
    }
    expect(flips / 52).toBeGreaterThan(29)
    expect(flips / 52).toBeLessThan(35)
  })

  it('combines digests in their order', () => {
    const [a, b] = [folded(1), folded(2)]
    const all = [[], [a], [b], [a, b], [b, a], [a, b, b]].map((few) => Digest.combine(few))
    expect(new Set([...all, a, b]).size).toBe(8)
    expect(Digest.combine([a, b])).toBe(Digest.combine([a, b]))
    expect(() => Digest.combine(['12'])).toThrow(KernelError)
    expect(() => Digest.combine([a.toUpperCase()])).toThrow("got '")
  })

  it('folds words of typed arrays: each, their order and their number count, their type does not', () => {
    const words = (...arrays: (Int32Array | Uint16Array)[]) => {
      const digest = new Digest()
      for (const array of arrays) digest.foldWords(array)
      return digest.hex()
    }
    const few = [[], [0], [0, 0], [1, 0], [0, 1]].map((values) => words(Int32Array.from(values)))
    expect(new Set([...few, words(Int32Array.of(0), Int32Array.of(0))]).size).toBe(6)
    expect(words(Uint16Array.of(7, 65_535))).toBe(words(Int32Array.of(7, 65_535)))
  })

  it('refuses what is not finite', () => {
    for (const value of [NaN, Infinity, -Infinity]) expect(() => folded(value)).toThrow(KernelError)
  })
})
