import { describe, expect, it } from 'vitest'
import { Law, MAX_CV, MAX_STAGES } from '../src/law.js'
import type { LawSpec } from '../src/law.js'
import { normalCdf } from '../src/normal.js'
import { RandomStream, streamKey } from '../src/random.js'
import type { Draw } from '../src/random.js'
import { Tally } from '../src/tally.js'
import { kolmogorov } from './statistics-of-draws.js'

const streamOf = (component: string) => new RandomStream(streamKey('law-test', 'service', component, 0))

/** Counts the draws that pass through it. */
class CountingDraw implements Draw {
  taken = 0
  private readonly source = streamOf('counting')

  next(): number {
    this.taken += 1
    return this.source.next()
  }

  below(n: number): number {
    return Math.floor(this.next() * n)
  }
}

const noDraw: Draw = {
  next: () => expect.unreachable('no draw may be taken'),
  below: () => expect.unreachable('no draw may be taken'),
}

/** Plays given numbers; one draw too many is NaN, and so is the sample then. */
function played(...numbers: number[]): Draw {
  return { next: () => numbers.shift() ?? NaN, below: () => NaN }
}

interface Case {
  readonly spec: LawSpec
  readonly mean: number
  readonly cv: number
  readonly draws: number
  readonly cdf?: (x: number) => number
}

const hyper = (cv: number) => {
  const short = 0.5 * (1 + Math.sqrt((cv * cv - 1) / (cv * cv + 1)))
  return (x: number) => 1 - short * Math.exp((-2 * short * x) / 1e9) - (1 - short) * Math.exp((-2 * (1 - short) * x) / 1e9)
}
const erlang3 = (x: number) => {
  const y = (3 * x) / 1e9
  return 1 - Math.exp(-y) * (1 + y + (y * y) / 2)
}
const lognormal = (cv: number) => {
  const variance = Math.log(1 + cv * cv)
  return (x: number) => (x <= 0 ? 0 : normalCdf((Math.log(x / 1e9) + variance / 2) / Math.sqrt(variance)))
}

const cases: readonly Case[] = [
  { spec: 7.4, mean: 7.4, cv: 0, draws: 0 },
  { spec: { constant: 1e9 }, mean: 1e9, cv: 0, draws: 0 },
  { spec: { exponential: 1e9 }, mean: 1e9, cv: 1, draws: 1, cdf: (x) => 1 - Math.exp(-x / 1e9) },
  { spec: { erlang: { mean: 1e9, stages: 3 } }, mean: 1e9, cv: 1 / Math.sqrt(3), draws: 3, cdf: erlang3 },
  { spec: { erlang: { mean: 1e9, stages: 1000 } }, mean: 1e9, cv: 1 / Math.sqrt(1000), draws: 1000 },
  { spec: { hyperExponential: { mean: 1e9, cv: 2 } }, mean: 1e9, cv: 2, draws: 2, cdf: hyper(2) },
  { spec: { hyperExponential: { mean: 1e9, cv: 1 } }, mean: 1e9, cv: 1, draws: 2, cdf: hyper(1) },
  { spec: { lognormal: { mean: 1e9, cv: 0.5 } }, mean: 1e9, cv: 0.5, draws: 1, cdf: lognormal(0.5) },
  { spec: { lognormal: { mean: 1e9, cv: 1.5 } }, mean: 1e9, cv: 1.5, draws: 1, cdf: lognormal(1.5) },
  { spec: { lognormal: { mean: 1e9, cv: 0 } }, mean: 1e9, cv: 0, draws: 1 },
  { spec: { uniform: { from: 1e9, to: 3e9 } }, mean: 2e9, cv: 1 / Math.sqrt(12), draws: 1, cdf: (x) => (x - 1e9) / 2e9 },
  { spec: { empirical: { values: [4, 1, 1] } }, mean: 2, cv: Math.sqrt(2) / 2, draws: 1 },
  { spec: { empirical: { values: [100, 200, 600], weights: [1, 2, 1] } }, mean: 275, cv: Math.sqrt(36875) / 275, draws: 1 },
]
const named = cases.map((one) => [JSON.stringify(one.spec), one] as const)
const shaped = cases.flatMap(({ spec, cdf }) => (cdf === undefined ? [] : [[JSON.stringify(spec), spec, cdf] as const]))

describe('every kind of law', () => {
  // Means within 4 standard errors; variances within 12 %, the widest (cv 2 and lognormal 1.5) being good for about 4 %.
  it.each(named)('%s has its mean and its spread, in integers', (name, { spec, mean, cv }) => {
    const law = Law.of(spec)
    const n = name.includes('1000}') ? 2000 : 40_000
    const draw = streamOf(name)
    const values = Array.from({ length: n }, () => law.sample(draw))
    const tally = new Tally()
    for (const value of values) tally.add(value)
    expect(values.filter((value) => !Number.isSafeInteger(value) || value < 0)).toEqual([])
    expect(law.mean).toBeCloseTo(mean, 5)
    expect(Math.abs(tally.mean - mean)).toBeLessThanOrEqual((4 * cv * mean) / Math.sqrt(n) + 0.5)
    expect(Math.abs(tally.variance - (cv * mean) ** 2)).toBeLessThanOrEqual(0.12 * (cv * mean) ** 2)
  })

  it.each(shaped)('%s has its shape', (name, spec, cdf) => {
    const law = Law.of(spec)
    const draw = streamOf(name)
    expect(kolmogorov(Array.from({ length: 40_000 }, () => law.sample(draw)), cdf)).toBeLessThan(1.95)
  })

  it.each(named)('%s takes its fixed number of draws', (_, { spec, draws }) => {
    const law = Law.of(spec)
    const draw = new CountingDraw()
    for (let i = 1; i <= 20; i += 1) {
      law.sample(draw)
      expect(draw.taken).toBe(i * draws)
    }
  })

  it.each(named)('%s without noise is its rounded mean and takes no draw', (_, { spec, mean }) => {
    const law = Law.of(spec, false)
    expect(law.sample(noDraw)).toBe(Math.round(mean))
    expect(law.mean).toBeCloseTo(mean, 5)
    expect(law.scale(3).sample(noDraw)).toBe(Math.round(mean * 3))
  })

  it.each(named)('%s grows with every draw', (_, { spec, draws }) => {
    const law = Law.of(spec)
    for (let at = 0; at < Math.min(draws, 4); at += 1) {
      let before = -1
      for (const u of [2 ** -33, 1e-6, 0.01, 0.2, 0.5, 0.8, 0.9472, 0.99, 1 - 1e-6, 1 - 2 ** -33]) {
        const numbers = Array.from({ length: draws }, () => 0.5)
        numbers[at] = u
        const value = law.sample(played(...numbers))
        expect(value).toBeGreaterThanOrEqual(before)
        before = value
      }
    }
  })

  it.each(named)('%s scaled has the same shape, larger', (_, { spec, draws }) => {
    const law = Law.of(spec)
    const numbers = Array.from({ length: draws }, (_unused, i) => ((i * 0.37) % 1) + 0.001)
    const value = law.sample(played(...numbers))
    const scaled = law.scale(1000)
    expect(scaled.mean).toBeCloseTo(law.mean * 1000, 2)
    // Off by what rounding took from the smaller one, and a few last bits.
    expect(Math.abs(scaled.sample(played(...numbers)) - value * 1000)).toBeLessThanOrEqual(500 + value * 1e-10)
    expect(law.scale(0).sample(played(...numbers))).toBe(0)
  })
})

describe('golden samples', () => {
  it.each([
    [{ exponential: 1e6 }, [804701, 796076, 1617257, 1012169, 284148]],
    [{ erlang: { mean: 1e6, stages: 3 } }, [1072678, 698291, 1614343, 1601536, 1001940]],
    [{ hyperExponential: { mean: 1e6, cv: 2 } }, [448595, 570365, 449994, 3150018, 339063]],
    [{ lognormal: { mean: 1e6, cv: 0.5 } }, [952282, 947888, 1334596, 1054887, 647818]],
    [{ uniform: { from: 1000, to: 2e6 } }, [1106004, 1098260, 1603314, 1273504, 495442]],
    [{ empirical: { values: [10, 20, 30], weights: [1, 2, 1] } }, [20, 20, 30, 20, 10]],
  ] as const)('%j', (spec, golden) => {
    const law = Law.of(spec)
    const stream = new RandomStream(streamKey('mittal-2013', 'service', 'fsp', 0))
    expect(golden.map(() => law.sample(stream))).toEqual(golden)
  })
})

describe('edges', () => {
  it('inverts the empirical law exactly, skipping values of no weight', () => {
    const law = Law.of({ empirical: { values: [30, 10, 20, 99], weights: [1, 1, 2, 0] } })
    expect([0.001, 0.249, 0.25, 0.749, 0.751, 0.9999999].map((u) => law.sample(played(u)))).toEqual([10, 10, 20, 20, 30, 30])
  })

  it('rounds halves up', () => {
    expect(Law.of(2.5).sample(noDraw)).toBe(3)
    expect(Law.of({ constant: 0.4 }).sample(noDraw)).toBe(0)
    expect(Law.of({ uniform: { from: 0, to: 5 } }).sample(played(0.5))).toBe(3)
  })

  it('keeps a long erlang law from underflowing', () => {
    const tiny = { next: () => 1 - 2 ** -33, below: () => 0 }
    const law = Law.of({ erlang: { mean: 1e9, stages: MAX_STAGES } })
    expect(law.sample(tiny)).toBe(Math.round(1e9 * 33 * Math.log(2)))
  })

  it('takes the same draws when the mean is 0', () => {
    const draw = new CountingDraw()
    for (const spec of [{ exponential: 0 }, { lognormal: { mean: 0, cv: 1 } }, { uniform: { from: 0, to: 0 } }]) {
      expect(Object.is(Law.of(spec).sample(draw), 0)).toBe(true)
    }
    expect(draw.taken).toBe(3)
  })

  it('keeps its spec', () => {
    const spec = { lognormal: { mean: 5, cv: 1 } }
    expect(Law.of(spec).spec).toBe(spec)
    expect(Law.of(spec).scale(2).spec).toEqual({ lognormal: { mean: 10, cv: 1 } })
  })
})

describe('a bad spec is refused with the name of its field', () => {
  // Documents arrive unchecked, so the table holds what the type forbids.
  const bad: readonly (readonly [string, unknown])[] = [
    ['constant', -1],
    ['constant', NaN],
    ['constant', { constant: -1 }],
    ['constant', { constant: 2 ** 53 }],
    ['constant', { constant: '5' }],
    ['exponential', { exponential: -1 }],
    ['exponential', { exponential: Infinity }],
    ['erlang.mean', { erlang: { mean: -1, stages: 2 } }],
    ['erlang.mean', { erlang: { stages: 2 } }],
    ['erlang.stages', { erlang: { mean: 1, stages: 0 } }],
    ['erlang.stages', { erlang: { mean: 1, stages: 1.5 } }],
    ['erlang.stages', { erlang: { mean: 1, stages: MAX_STAGES + 1 } }],
    ['erlang.shape', { erlang: { mean: 1, stages: 1, shape: 2 } }],
    ['erlang', { erlang: 5 }],
    ['hyperExponential.mean', { hyperExponential: { mean: NaN, cv: 2 } }],
    ['hyperExponential.cv', { hyperExponential: { mean: 1, cv: 0.99 } }],
    ['hyperExponential.cv', { hyperExponential: { mean: 1, cv: MAX_CV + 1 } }],
    ['lognormal.mean', { lognormal: { mean: -2, cv: 1 } }],
    ['lognormal.cv', { lognormal: { mean: 1, cv: -0.1 } }],
    ['lognormal.cv', { lognormal: { mean: 1, cv: NaN } }],
    ['lognormal', { lognormal: null }],
    ['uniform.from', { uniform: { from: -1, to: 2 } }],
    ['uniform.to', { uniform: { from: 3, to: 2 } }],
    ['uniform.to', { uniform: { from: 3 } }],
    ['empirical.values', { empirical: { values: [] } }],
    ['empirical.values', { empirical: { values: 3 } }],
    ['empirical.values', { empirical: {} }],
    ['empirical.values[1]', { empirical: { values: [1, -1] } }],
    ['empirical.weights', { empirical: { values: [1, 2], weights: [1] } }],
    ['empirical.weights', { empirical: { values: [1, 2], weights: [0, 0] } }],
    ['empirical.weights[0]', { empirical: { values: [1, 2], weights: [-1, 2] } }],
    ['law', {}],
    ['law', null],
    ['law', 'fast'],
    ['law', { constant: 1, exponential: 1 }],
    ['gauss', { gauss: { mean: 1 } }],
    ['toString', { toString: 1 }],
  ]

  it.each(bad)('%s in %j', (field, spec) => {
    // The cast hands over what a document could hold.
    expect(() => Law.of(spec as LawSpec)).toThrow(
      expect.objectContaining({ name: 'KernelError', code: 'bad-law', message: expect.stringMatching(`^${escaped(field)}: expected `) }),
    )
  })

  it.each([-1, NaN, Infinity])('scale(%s)', (factor) => {
    expect(() => Law.of(5).scale(factor)).toThrow(/^scale.factor: expected/)
  })

  it('scaled beyond 2^53', () => {
    expect(() => Law.of({ exponential: 2 ** 52 }).scale(4)).toThrow(/^exponential: expected/)
  })
})

function escaped(text: string): string {
  return text.replace(/[[\].]/g, '\\$&')
}
