// Normal and Student quantiles against values computed with 50 digits, which agree with the published tables
// (Abramowitz and Stegun 26.10, t(0.975, 9) = 2.262157162798205).

import { describe, expect, it } from 'vitest'
import { normalCdf, normalQuantile } from '../src/normal.js'
import { studentQuantile, studentTwoSided } from '../src/student.js'

const relative = (got: number, want: number) => Math.abs(got - want) / Math.abs(want)

describe('studentQuantile', () => {
  it.each([
    // degrees, 0.95, 0.975, 0.995
    [1, 6.313751514675038, 12.706204736174694, 63.656741162871526],
    [2, 2.9199855803537242, 4.302652729749462, 9.92484320091829],
    [3, 2.353363434801823, 3.1824463052837086, 5.840909309733355],
    [4, 2.1318467863266495, 2.7764451051977934, 4.604094871349992],
    [5, 2.0150483733330233, 2.5705818356363146, 4.032142983555227],
    [6, 1.9431802805153027, 2.4469118511449692, 3.707428021324779],
    [7, 1.8945786050900069, 2.364624251592785, 3.4994832973504932],
    [8, 1.8595480375308977, 2.3060041352041662, 3.355387331333395],
    [9, 1.8331129326562365, 2.262157162798205, 3.249835541592126],
    [10, 1.8124611228116758, 2.2281388519862744, 3.169272672616951],
    [12, 1.7822875556493196, 2.1788128296672284, 3.0545395893929017],
    [15, 1.753050355692573, 2.131449545559775, 2.9467128834752385],
    [19, 1.729132811521369, 2.093024054408309, 2.860934606464979],
    [20, 1.7247182429207868, 2.0859634472658644, 2.845339709786108],
    [24, 1.710882079909428, 2.0638985616280254, 2.796939504774456],
    [29, 1.6991270265334972, 2.045229642132704, 2.7563859036706053],
    [30, 1.6972608865939574, 2.0422724563012378, 2.749995653567225],
    [39, 1.6848751217112248, 2.022690920036761, 2.7079131835176615],
    [49, 1.6765508926168535, 2.0095752371292392, 2.679951973631552],
    [99, 1.6603911560169904, 1.9842169515864172, 2.626405457280827],
    [119, 1.657759284942833, 1.9800998764569395, 2.617775976490859],
    [199, 1.652546746166563, 1.9719565442517535, 2.6007602160585157],
    [499, 1.6479129840597124, 1.9647293909876886, 2.585717683111754],
    [999, 1.6463803454275352, 1.9623414611334495, 2.5807596372676365],
    [9999, 1.645006033311299, 1.9602012636213573, 2.5763210958565974],
    [99999, 1.6448688649373506, 1.9599877077718444, 2.575878470400052],
    [100000, 1.6448688647849694, 1.9599877075346093, 2.575878469908375],
    [1000000, 1.6448551507220401, 1.9599663568141066, 2.575834220105334],
  ])('of %d degrees of freedom', (degrees, p95, p975, p995) => {
    expect(relative(studentQuantile(0.95, degrees), p95)).toBeLessThan(1e-12)
    expect(relative(studentQuantile(0.975, degrees), p975)).toBeLessThan(1e-12)
    expect(relative(studentQuantile(0.995, degrees), p995)).toBeLessThan(1e-12)
    expect(relative(studentQuantile(0.025, degrees), -p975)).toBeLessThan(1e-12)
    expect(studentQuantile(0.5, degrees)).toBe(0)
    expect(relative(studentTwoSided(p95, degrees), 0.1)).toBeLessThan(1e-10)
    expect(relative(studentTwoSided(-p995, degrees), 0.01)).toBeLessThan(1e-10)
  })

  it.each([
    [9, 51.41491602328223],
    [29, 11.613158011561406],
    [100_000, 7.035371742393576],
  ])('of %d degrees of freedom far out, at 1e-12', (degrees, t) => {
    expect(relative(studentQuantile(1e-12, degrees), -t)).toBeLessThan(1e-12)
  })

  it('agrees with the closed forms of one and two degrees, far out and near the middle', () => {
    for (const p of [1e-12, 1e-6, 0.001, 0.2, 0.4999, 0.499999, 0.5000001, 0.6, 0.74, 0.76, 0.9]) {
      const cauchy = p < 0.1 ? -1 / Math.tan(Math.PI * p) : Math.tan(Math.PI * (p - 0.5))
      expect(relative(studentQuantile(p, 1), cauchy)).toBeLessThan(1e-12)
      expect(relative(studentQuantile(p, 2), (2 * (p - 0.5)) / Math.sqrt(2 * p * (1 - p)))).toBeLessThan(1e-12)
    }
  })

  it.each([0, 1, -0.1, 1.1, NaN])('refuses p = %s', (p) => {
    expect(() => studentQuantile(p, 5)).toThrow(expect.objectContaining({ code: 'bad-probability' }))
  })

  it.each([0, 0.5, -1, NaN, Infinity])('refuses %s degrees of freedom', (degrees) => {
    expect(() => studentQuantile(0.9, degrees)).toThrow(expect.objectContaining({ code: 'bad-degrees' }))
  })
})

describe('studentTwoSided', () => {
  it('agrees with the closed forms of one and two degrees', () => {
    for (const t of [1e-9, 0.001, 0.3, 1, 2.5, 40, 1e6]) {
      expect(relative(studentTwoSided(t, 1), (2 / Math.PI) * Math.atan(1 / t))).toBeLessThan(1e-12)
      // 1 - t / sqrt(2 + t^2), without its cancellation
      const root = Math.sqrt(2 + t * t)
      expect(relative(studentTwoSided(-t, 2), 2 / (root * (root + t)))).toBeLessThan(1e-12)
    }
  })

  it('is 1 at 0 and 0 far out', () => {
    expect([0, -0, Infinity, -Infinity, 1e200].map((t) => studentTwoSided(t, 7))).toEqual([1, 1, 0, 0, 0])
  })

  it('refuses NaN and degrees that mean nothing', () => {
    expect(() => studentTwoSided(NaN, 5)).toThrow(expect.objectContaining({ code: 'bad-value' }))
    for (const degrees of [0, NaN, Infinity]) {
      expect(() => studentTwoSided(1, degrees)).toThrow(expect.objectContaining({ code: 'bad-degrees' }))
    }
  })
})

describe('the normal distribution', () => {
  it.each([
    [0.975, 1.9599639845400538],
    [0.01, -2.326347874040841],
    [0.3, -0.5244005127080408],
    [1e-9, -5.9978070150076865],
    [1e-15, -7.941345326170997],
  ])('has the quantile of %d', (p, z) => {
    expect(relative(normalQuantile(p), z)).toBeLessThan(1e-15)
  })

  it.each([
    [1, 0.8413447460685429],
    [-2, 0.02275013194817921],
    [3, 0.9986501019683699],
    [-6, 9.86587645037698e-10],
    [0, 0.5],
  ])('has the cdf at %d', (x, p) => {
    expect(relative(normalCdf(x), p)).toBeLessThan(2e-14)
  })

  it('cdf and quantile undo each other over 300 decades', () => {
    for (let decade = 0; decade <= 300; decade += 0.37) {
      const p = 0.5 * 10 ** -decade
      expect(relative(normalCdf(normalQuantile(p)), p)).toBeLessThan(1e-12)
    }
    for (let p = 0.5; p < 0.9999; p += 0.0007) expect(Math.abs(normalCdf(normalQuantile(p)) - p)).toBeLessThan(1e-15)
  })

  it('has its limits and no value beyond', () => {
    expect([normalQuantile(0), normalQuantile(0.5), normalQuantile(1)]).toEqual([-Infinity, 0, Infinity])
    expect([normalQuantile(-0.1), normalQuantile(1.1), normalQuantile(NaN), normalCdf(NaN)]).toEqual([NaN, NaN, NaN, NaN])
    expect([normalCdf(-Infinity), normalCdf(-40), normalCdf(40), normalCdf(Infinity)]).toEqual([0, 0, 1, 1])
  })
})
