// Student's t: its quantile for intervals over replications, its tails for tests. Called once per interval or test, so it is
// written for accuracy (about 1e-15) and not for speed. The normal distribution is normal.ts.

import { KernelError } from './errors.js'
import { exp, log1p } from './logarithm.js'
import { normalQuantile } from './normal.js'

const PI = 3.141592653589793
const SQRT_PI = 1.772453850905516

/** From here on the tail series of the quantile in 1/degrees beats the continued fraction, which needs more steps with every degree. */
const MANY_DEGREES = 100_000

/**
 * The p-quantile of Student's t, p in (0, 1) (`bad-probability`), degrees of freedom from 1, fractions allowed
 * (`bad-degrees`). Relative error below 1e-12 for p from 1e-12 to 1 - 1e-12.
 */
export function studentQuantile(p: number, degreesOfFreedom: number): number {
  if (!(p > 0 && p < 1)) throw new KernelError('bad-probability', `studentQuantile: expected p inside (0, 1), got ${p}`)
  if (!(degreesOfFreedom >= 1 && degreesOfFreedom < Infinity)) {
    throw new KernelError('bad-degrees', `studentQuantile: expected finite degrees of freedom from 1, got ${degreesOfFreedom}`)
  }
  if (p === 0.5) return 0
  return p < 0.5 ? -upperQuantile(p, 0.5 - p, degreesOfFreedom) : upperQuantile(1 - p, p - 0.5, degreesOfFreedom)
}

/**
 * P(|T| >= |t|) of Student's t: the p-value of a test on both sides. From 0 to 1; 0 for an infinite t; t is not NaN (`bad-value`),
 * degrees of freedom as in `studentQuantile` (`bad-degrees`).
 */
export function studentTwoSided(t: number, degreesOfFreedom: number): number {
  if (Number.isNaN(t)) throw new KernelError('bad-value', 'studentTwoSided: expected a number t, got NaN')
  if (!(degreesOfFreedom >= 1 && degreesOfFreedom < Infinity)) {
    throw new KernelError('bad-degrees', `studentTwoSided: expected finite degrees of freedom from 1, got ${degreesOfFreedom}`)
  }
  // A square that overflows stands for a t so far out that its tail is below every double but the smallest.
  return t * t === Infinity ? 0 : 2 * upperTail(Math.abs(t), degreesOfFreedom)
}

/** The t with P(T > t) = tail and P(0 < T < t) = half. Both are given: far out the one is exact, near the middle the other. */
function upperQuantile(tail: number, half: number, degrees: number): number {
  const z = -normalQuantile(tail)
  if (degrees >= MANY_DEGREES) return largeDegreesQuantile(z, degrees)
  // P(T > t) is convex and heavier than the normal tail: Newton from any point left of the root climbs to it without overshooting.
  let t = z
  while (upperTail(2 * t, degrees) > tail) t *= 2
  for (let step = 0; step < 100; step += 1) {
    const excess = tail < 0.25 ? upperTail(t, degrees) - tail : half - centralHalf(t, degrees)
    const next = t + excess / density(t, degrees)
    if (next <= t * (1 + 1e-15)) return next
    t = next
  }
  return t
}

/** Fisher and Cornish 1960: t in powers of 1/degrees around the normal quantile. */
function largeDegreesQuantile(z: number, degrees: number): number {
  const s = z * z
  const g1 = (z * (s + 1)) / 4
  const g2 = (z * ((5 * s + 16) * s + 3)) / 96
  const g3 = (z * (((3 * s + 19) * s + 17) * s - 15)) / 384
  return z + (g1 + (g2 + g3 / degrees) / degrees) / degrees
}

function density(t: number, degrees: number): number {
  return (gammaRatio(degrees / 2) / Math.sqrt(degrees * PI)) * exp((-(degrees + 1) / 2) * log1p((t * t) / degrees))
}

/** P(T > t) for t >= 0. */
function upperTail(t: number, degrees: number): number {
  const a = degrees / 2
  const x = degrees / (degrees + t * t)
  if (x >= (a + 1) / (a + 2.5)) return 0.5 - centralHalf(t, degrees)
  return (0.5 * front(t, degrees) * betaFraction(x, a, 0.5)) / a
}

/** P(0 < T < t) for t >= 0. */
function centralHalf(t: number, degrees: number): number {
  const a = degrees / 2
  if (degrees / (degrees + t * t) < (a + 1) / (a + 2.5)) return 0.5 - upperTail(t, degrees)
  return front(t, degrees) * betaFraction((t * t) / (degrees + t * t), 0.5, a)
}

/**
 * x^a y^(1/2) / B(a, 1/2) with a = degrees / 2, x = degrees / (degrees + t^2), y = 1 - x: what stands before the continued
 * fraction of the incomplete beta function.
 */
function front(t: number, degrees: number): number {
  const square = t * t
  return (gammaRatio(degrees / 2) / SQRT_PI) * exp((-degrees / 2) * log1p(square / degrees)) * Math.sqrt(square / (degrees + square))
}

/** The continued fraction of the incomplete beta function by Lentz's method; x < (a + 1) / (a + b + 2). */
function betaFraction(x: number, a: number, b: number): number {
  const tiny = 1e-300
  let c = 1
  let d = 1 - ((a + b) * x) / (a + 1)
  d = 1 / (d === 0 ? tiny : d)
  let value = d
  for (let m = 1; m <= 10_000; m += 1) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m))
    d = 1 / (1 + even * d || tiny)
    c = 1 + even / c || tiny
    value *= c * d
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1))
    d = 1 / (1 + odd * d || tiny)
    c = 1 + odd / c || tiny
    const change = c * d
    value *= change
    if (change > 1 - 3e-16 && change < 1 + 3e-16) break
  }
  return value
}

/** Gamma(a + 1/2) / Gamma(a), a > 0: its asymptotic series from a >= 64, reached by the recurrence from below. */
function gammaRatio(a: number): number {
  let factor = 1
  while (a < 64) {
    factor *= a / (a + 0.5)
    a += 1
  }
  const r = 1 / a
  const sum = 1 + r * (-1 / 8 + r * (1 / 128 + r * (5 / 1024 + r * (-21 / 32768 + r * (-399 / 262144 + (r * 869) / 4194304)))))
  return factor * Math.sqrt(a) * sum
}
