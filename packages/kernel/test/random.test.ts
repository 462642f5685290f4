import { describe, expect, it } from 'vitest'
import { KeyedDraws, RandomStream, streamKey } from '../src/random.js'
import { bits, correlationScore, kolmogorov } from './statistics-of-draws.js'

const uniform = (x: number) => x
const firstKey = () => streamKey('mittal-2013', 'service', 'fsp', 0)

describe('streamKey', () => {
  it('gives the key that it has always given', () => {
    expect([...firstKey()]).toEqual([-795802432, -963776096, 297041668, -1044111713])
    expect([...streamKey('mittal-2013', 'service', 'fsp', 1)]).toEqual([1039686878, 928664238, -361503133, 1622787707])
  })

  it('tells every part of the name, and where one part ends', () => {
    const keys = [
      ['a', 'b', 'c', 0],
      ['a', 'b', 'c', 1],
      ['a', 'b', 'd', 0],
      ['a', 'd', 'c', 0],
      ['d', 'b', 'c', 0],
      ['ab', '', 'c', 0],
      ['', 'ab', 'c', 0],
      ['', '', '', 0],
      ['a', 'b', 'c1', 0],
      ['a', 'b', 'c', 10],
      // seedrandom alone looks at the low byte of each unit only
      ['a', 'b', '\u0101', 0],
      ['a', 'b', '\u0001', 0],
      ['a', 'b', '\u6f22', 0],
      ['a', 'b', '\u7022', 0],
      ['a', 'b', '\u1041', 0],
      ['a', 'b', '\u2041', 0],
      ['a', 'b', '\ud83d\ude00', 0],
      ['a', 'b', '\ud83d\ude01', 0],
      ['x'.repeat(400), 'b', 'c', 0],
      [`y${'x'.repeat(399)}`, 'b', 'c', 0],
    ] as const
    const texts = keys.map(([seed, purpose, component, replication]) => streamKey(seed, purpose, component, replication).join(' '))
    expect(new Set(texts).size).toBe(keys.length)
  })

  it('leaves Math.random alone', () => {
    const before = Object.getOwnPropertyDescriptors(Math)
    streamKey('a', 'b', 'c', 0)
    expect(Object.getOwnPropertyDescriptors(Math)).toEqual(before)
  })

  it.each([-1, 0.5, NaN, Infinity, 2 ** 53])('refuses replication %s', (replication) => {
    expect(() => streamKey('a', 'b', 'c', replication)).toThrow(expect.objectContaining({ code: 'bad-stream' }))
  })

  it('refuses a NUL, which would blur where a part ends', () => {
    expect(() => streamKey('a\0b', 'c', 'd', 0)).toThrow(expect.objectContaining({ code: 'bad-stream' }))
  })
})

describe('RandomStream', () => {
  it('gives the bits that it has always given', () => {
    const stream = new RandomStream(firstKey())
    const drawn = Array.from({ length: 4 }, () => bits(stream.next()))
    expect(drawn).toEqual(['3fe1b05c39d00000', '3fe1909fe2d00000', '3fe9a65c87300000', '3fe45ec821300000'])
  })

  it('is the sfc32 generator after 20 rounds', () => {
    const [a, b, c, counter] = [...firstKey()].map((word) => BigInt.asUintN(32, BigInt(word)))
    const state = { a: a!, b: b!, c: c!, counter: counter! }
    const u32 = (x: bigint) => BigInt.asUintN(32, x)
    const reference = () => {
      const out = u32(state.a + state.b + state.counter)
      state.counter = u32(state.counter + 1n)
      state.a = state.b ^ (state.b >> 9n)
      state.b = u32(state.c + (state.c << 3n))
      state.c = u32((u32(state.c << 21n) | (state.c >> 11n)) + out)
      return (Number(out) + 0.5) / 2 ** 32
    }
    for (let i = 0; i < 20; i += 1) reference()
    const stream = new RandomStream(firstKey())
    for (let i = 0; i < 1000; i += 1) expect(stream.next()).toBe(reference())
  })

  it('is uniform, and unrelated between draws and between replications', () => {
    const n = 50_000
    const stream = new RandomStream(firstKey())
    const other = new RandomStream(streamKey('mittal-2013', 'service', 'fsp', 1))
    const mine = Array.from({ length: n }, () => stream.next())
    const theirs = Array.from({ length: n }, () => other.next())
    expect(kolmogorov(mine, uniform)).toBeLessThan(1.95)
    expect(Math.abs(correlationScore(mine.slice(1), mine.slice(0, -1)))).toBeLessThan(3.5)
    expect(Math.abs(correlationScore(mine, theirs))).toBeLessThan(3.5)
    const firsts = Array.from({ length: 5000 }, (_, replication) => new RandomStream(streamKey('s', 'p', 'c', replication)).next())
    expect(kolmogorov(firsts, uniform)).toBeLessThan(1.95)
    expect(Math.abs(correlationScore(firsts.slice(1), firsts.slice(0, -1)))).toBeLessThan(3.5)
  })

  it('gives integers below n, each as often', () => {
    const stream = new RandomStream(firstKey())
    const counts = [0, 0, 0, 0, 0, 0, 0]
    for (let i = 0; i < 70_000; i += 1) counts[stream.below(7)]! += 1
    for (const count of counts) expect(Math.abs(count - 10_000)).toBeLessThan(4 * Math.sqrt(10_000))
    expect(stream.below(1)).toBe(0)
    expect(stream.below(2 ** 32)).toBeLessThan(2 ** 32)
  })

  it.each([0, -1, 1.5, NaN, Infinity, 2 ** 32 + 1])('refuses below(%s)', (n) => {
    const stream = new RandomStream(firstKey())
    const cursor = new KeyedDraws(firstKey()).cursor(1)
    expect(() => stream.below(n)).toThrow(expect.objectContaining({ code: 'bad-range' }))
    expect(() => cursor.below(n)).toThrow(expect.objectContaining({ code: 'bad-range' }))
  })

  it('refuses a key of another length', () => {
    expect(() => new RandomStream(Int32Array.of(1, 2, 3))).toThrow(expect.objectContaining({ code: 'bad-stream' }))
    expect(() => new KeyedDraws(Int32Array.of(1, 2, 3))).toThrow(expect.objectContaining({ code: 'bad-stream' }))
  })
})

describe('KeyedDraws', () => {
  const draws = new KeyedDraws(firstKey())

  it('gives the bits that it has always given', () => {
    expect(bits(draws.at(0, 0))).toBe('3fe43f3b14900000')
    expect(bits(draws.at(0, 1))).toBe('3fdbd87802e00000')
    expect(bits(draws.at(1, 0))).toBe('3fe18a462a500000')
    expect(bits(draws.at(2 ** 32, 0))).toBe('3fbb38918a800000')
    expect(bits(draws.at(2 ** 53 - 1, 7))).toBe('3fd4e8bd6fe00000')
  })

  it('does not depend on the order of the calls', () => {
    const pairs = Array.from({ length: 500 }, (_, i) => [i * 37, i % 9] as const)
    const forwards = pairs.map(([entity, k]) => draws.at(entity, k))
    const again = new KeyedDraws(firstKey())
    const backwards = pairs.toReversed().map(([entity, k]) => again.at(entity, k))
    expect(backwards.toReversed()).toEqual(forwards)
  })

  it('gives the same through a cursor, from any draw on', () => {
    const cursor = draws.cursor(77)
    expect([cursor.next(), cursor.next(), cursor.next()]).toEqual([draws.at(77, 0), draws.at(77, 1), draws.at(77, 2)])
    const later = draws.cursor(2 ** 40 + 5, 1000)
    expect(later.next()).toBe(draws.at(2 ** 40 + 5, 1000))
    expect(later.below(50)).toBe(Math.floor(draws.at(2 ** 40 + 5, 1001) * 50))
  })

  it('has one cursor, so that asking for it allocates nothing', () => {
    const first = draws.cursor(1)
    const second = draws.cursor(2)
    expect(second).toBe(first)
    expect(first.next()).toBe(draws.at(2, 0))
    draws.at(3, 0)
    expect(first.next()).toBe(draws.at(2, 1))
  })

  const n = 50_000
  const replications = Array.from({ length: 500 }, (_, replication) => new KeyedDraws(streamKey('s', 'p', 'c', replication)))
  const sequences: readonly (readonly [string, (i: number) => number])[] = [
    ['neighbouring entities', (i) => draws.at(i, 0)],
    ['neighbouring draws of one entity', (i) => draws.at(12345, i)],
    ['a few draws of each entity', (i) => draws.at(i >> 2, i & 3)],
    ['entities that differ above 2^32 only', (i) => draws.at(i * 2 ** 32, 0)],
    ['entities in steps of 2^16', (i) => draws.at(i * 65536, 0)],
    ['entity and draw growing together', (i) => draws.at(i, i)],
    ['neighbouring replications', (i) => replications[i % 500]!.at(Math.floor(i / 500), 0)],
  ]

  it.each(sequences)('is uniform and uncorrelated over %s', (_, at) => {
    const drawn = Array.from({ length: n }, (_unused, i) => at(i))
    expect(kolmogorov(drawn, uniform)).toBeLessThan(1.95)
    for (const lag of [1, 2, 3, 4, 500]) {
      expect(Math.abs(correlationScore(drawn.slice(lag), drawn.slice(0, -lag)))).toBeLessThan(3.5)
    }
    // The low 16 bits are as good as the high ones.
    const low = drawn.map((x) => ((x * 2 ** 32) % 65536) / 65536)
    expect(kolmogorov(low, uniform)).toBeLessThan(1.95)
  })

  it('never gives 0 or 1', () => {
    for (let i = 0; i < n; i += 1) {
      const u = draws.at(i, 5)
      expect(u > 0 && u < 1).toBe(true)
    }
  })

  it.each([-1, 0.5, NaN, 2 ** 53, Infinity])('refuses entity %s', (entity) => {
    expect(() => draws.at(entity, 0)).toThrow(expect.objectContaining({ code: 'bad-entity' }))
    expect(() => draws.cursor(entity)).toThrow(expect.objectContaining({ code: 'bad-entity' }))
  })

  it.each([-1, 0.5, NaN, 2 ** 31])('refuses draw number %s', (k) => {
    expect(() => draws.at(1, k)).toThrow(expect.objectContaining({ code: 'bad-entity' }))
    expect(() => draws.cursor(1, k)).toThrow(expect.objectContaining({ code: 'bad-entity' }))
  })
})
