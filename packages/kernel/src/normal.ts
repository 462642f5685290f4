// The normal distribution: inverse cdf for variates (one draw each) and intervals, and the cdf.
// Inversion rather than Box-Muller or a ziggurat, so that a variate takes exactly one draw and grows with it.

import { cell, exp, logCell } from './logarithm.js'

const SQRT_TWO_PI = 2.506628274631000502

/**
 * Standard normal quantile, p in [0, 1]: -Infinity at 0, Infinity at 1, NaN outside.
 * Wichura 1988, algorithm AS 241 (PPND16), relative error about 1e-16.
 */
export function normalQuantile(p: number): number {
  cell[0] = p
  normalQuantileCell()
  return cell[0]
}

/** `normalQuantile` of what stands in `cell`, in its place (see logarithm.ts). */
export function normalQuantileCell(): void {
  const p = cell[0]!
  const q = p - 0.5
  if (q >= -0.425 && q <= 0.425) {
    cell[0] = q * central(0.180625 - q * q)
    return
  }
  const tail = q < 0 ? p : 1 - p
  if (!(tail > 0)) {
    cell[0] = tail === 0 ? (q < 0 ? -Infinity : Infinity) : NaN
    return
  }
  cell[0] = tail
  logCell()
  const r = Math.sqrt(-cell[0])
  const z = r <= 5 ? near(r - 1.6) : far(r - 5)
  cell[0] = q < 0 ? -z : z
}

// Rational approximations of AS 241, coefficients as published, the highest power first.

function central(r: number): number {
  return (((((((2509.0809287301226727 * r + 33430.575583588128105) * r + 67265.770927008700853) * r
    + 45921.953931549871457) * r + 13731.693765509461125) * r + 1971.5909503065514427) * r
    + 133.14166789178437745) * r + 3.387132872796366608)
    / (((((((5226.495278852854561 * r + 28729.085735721942674) * r + 39307.89580009271061) * r
    + 21213.794301586595867) * r + 5394.1960214247511077) * r + 687.1870074920579083) * r
    + 42.313330701600911252) * r + 1)
}

/** Tails down to about 1e-11, which is all that a 32-bit draw reaches. */
function near(r: number): number {
  return (((((((7.7454501427834140764e-4 * r + 0.0227238449892691845833) * r + 0.24178072517745061177) * r
    + 1.27045825245236838258) * r + 3.64784832476320460504) * r + 5.7694972214606914055) * r
    + 4.6303378461565452959) * r + 1.42343711074968357734)
    / (((((((1.05075007164441684324e-9 * r + 5.475938084995344946e-4) * r + 0.0151986665636164571966) * r
    + 0.14810397642748007459) * r + 0.68976733498510000455) * r + 1.6763848301838038494) * r
    + 2.05319162663775882187) * r + 1)
}

function far(r: number): number {
  return (((((((2.01033439929228813265e-7 * r + 2.71155556874348757815e-5) * r + 0.0012426609473880784386) * r
    + 0.026532189526576123093) * r + 0.29656057182850489123) * r + 1.7848265399172913358) * r
    + 5.4637849111641143699) * r + 6.6579046435011037772)
    / (((((((2.04426310338993978564e-15 * r + 1.4215117583164458887e-7) * r + 1.8463183175100546818e-5) * r
    + 7.868691311456132591e-4) * r + 0.0148753612908506148525) * r + 0.13692988092273580531) * r
    + 0.59983220655588793769) * r + 1)
}

/** Standard normal density. */
function normalDensity(x: number): number {
  return exp(-0.5 * x * x) / SQRT_TWO_PI
}

/** Standard normal cdf: absolute error below 1e-15, relative error in the lower tail below 1e-12. */
export function normalCdf(x: number): number {
  const size = x < 0 ? -x : x
  if (size !== size) return NaN
  if (size > 39) return x < 0 ? 0 : 1
  if (size < 2.5) return 0.5 + (x < 0 ? -1 : 1) * normalDensity(size) * series(size)
  const tail = normalDensity(size) / fraction(size)
  return x < 0 ? tail : 1 - tail
}

/** (cdf(x) - 1/2) / density(x) = x + x^3/3 + x^5/15 + ..., all terms positive. */
function series(x: number): number {
  let term = x
  let sum = x
  for (let k = 3; term > sum * 1e-17 && k < 200; k += 2) {
    term *= (x * x) / k
    sum += term
  }
  return sum
}

/** density(x) / (1 - cdf(x)) = x + 1/(x + 2/(x + 3/(x + ...))) from the innermost step outwards; 60 steps are enough from x = 2.5. */
function fraction(x: number): number {
  let value = x
  for (let k = 60; k >= 1; k -= 1) value = x + k / value
  return value
}
