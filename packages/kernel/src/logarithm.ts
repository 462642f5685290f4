// Logarithm, exponential and power from + - * / and bit access alone, so that a run has the same bits on every engine.
// `Math.log` and its relatives may differ in the last bit between engines and versions; nothing in a run may call them.
// Ports of fdlibm (e_log.c, e_exp.c, e_pow.c, Sun Microsystems 1993, freely granted): error below 1 ulp.

/**
 * Where `logCell` and `expCell` find their argument and leave their result: a number that is passed to a function or returned by it is
 * boxed by the engine unless it inlines the function, one in an array never is. It carries nothing from one use to the next.
 */
export const cell = new Float64Array(1)
// Bit access to it.
const scratch = cell
const words = new Int32Array(scratch.buffer)
const HIGH = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1 ? 1 : 0
const LOW = 1 - HIGH

function highWord(x: number): number {
  scratch[0] = x
  return words[HIGH]!
}

function withHighWord(x: number, high: number): number {
  scratch[0] = x
  words[HIGH] = high
  return scratch[0]
}

function withoutLowWord(x: number): number {
  scratch[0] = x
  words[LOW] = 0
  return scratch[0]
}

/** 2^k at index k + 1074, k from -1074 to 1023. Scaling by a product is exact and, in a hot loop, cheaper than setting exponent bits. */
const TWO_TO = powersOfTwo()

function powersOfTwo(): Float64Array {
  const powers = new Float64Array(2098).fill(1)
  for (let k = 1; k <= 1023; k += 1) powers[1074 + k] = powers[1073 + k]! * 2
  for (let k = -1; k >= -1074; k -= 1) powers[1074 + k] = powers[1075 + k]! / 2
  return powers
}

const TWO_54 = 18014398509481984
const LN2_HIGH = 6.9314718036912381649e-1
const LN2_LOW = 1.90821492927058770002e-10

/** Natural logarithm. `log(0)` is -Infinity, of a negative number NaN; error below 1 ulp. */
export function log(x: number): number {
  cell[0] = x
  logCell()
  return cell[0]
}

/** `log` of what stands in `cell`, in its place. */
export function logCell(): void {
  let x = cell[0]!
  let high = words[HIGH]!
  let subnormal = 0
  if (high < 0x00100000) {
    if (!(x > 0)) {
      cell[0] = x === 0 ? -Infinity : NaN
      return
    }
    subnormal = 54
    x *= TWO_54
    high = highWord(x)
  }
  if (high >= 0x7ff00000) return

  // x = 2^k (1 + f) with sqrt(2)/2 < 1 + f < sqrt(2)
  let k = (high >> 20) - 1023
  high &= 0x000fffff
  k += (high + 0x95f64) >> 20
  const f = x * TWO_TO[1074 - k]! - 1
  k -= subnormal
  if ((0x000fffff & (2 + high)) < 3) {
    const r = f * f * (0.5 - 0.33333333333333333 * f)
    if (f === 0) cell[0] = k === 0 ? 0 : k * LN2_HIGH + k * LN2_LOW
    else cell[0] = k === 0 ? f - r : k * LN2_HIGH - (r - k * LN2_LOW - f)
    return
  }
  const s = f / (2 + f)
  const z = s * s
  const w = z * z
  const even = w * (3.999999999940941908e-1 + w * (2.222219843214978396e-1 + w * 1.531383769920937332e-1))
  const odd = z * (6.66666666666673513e-1 + w * (2.857142874366239149e-1 + w * (1.818357216161805012e-1 + w * 1.479819860511658591e-1)))
  const r = even + odd
  if (((high - 0x6147a) | (0x6b851 - high)) > 0) {
    const half = 0.5 * f * f
    cell[0] = k === 0 ? f - (half - s * (half + r)) : k * LN2_HIGH - (half - (s * (half + r) + k * LN2_LOW) - f)
  } else {
    cell[0] = k === 0 ? f - s * (f - r) : k * LN2_HIGH - (s * (f - r) - k * LN2_LOW - f)
  }
}

/** log(1 + x) without loss for small x (the correction of Hewlett-Packard's HP-15C handbook); x > -1, error of a few ulp. */
export function log1p(x: number): number {
  const u = 1 + x
  if (u === 1) return x
  if (u === Infinity) return u
  return log(u) * (x / (u - 1))
}

const EXP_1 = 1.66666666666666019037e-1
const EXP_2 = -2.77777777770155933842e-3
const EXP_3 = 6.61375632143793436117e-5
const EXP_4 = -1.6533902205465251539e-6
const EXP_5 = 4.13813679705723846039e-8
const TWO_M1000 = 9.33263618503218878990e-302

/** y * 2^k for y in (0.5, 2) and k from -1077 to 1024; in two steps where one power of two would not do. */
function scaled(y: number, k: number): number {
  if (k >= -1021) return k === 1024 ? y * 2 * TWO_TO[2097]! : y * TWO_TO[1074 + k]!
  return y * TWO_TO[2074 + k]! * TWO_M1000
}

/** e to the x. Over 709.78 Infinity, under -745.13 zero; error below 1 ulp. */
export function exp(x: number): number {
  cell[0] = x
  expCell()
  return cell[0]
}

/** `exp` of what stands in `cell`, in its place. */
export function expCell(): void {
  let x = cell[0]!
  if (!(x >= -745.13321910194110842 && x <= 709.782712893383973096)) {
    if (x === x) cell[0] = x > 0 ? Infinity : 0
    return
  }
  const size = words[HIGH]! & 0x7fffffff
  let high = 0
  let low = 0
  let k = 0
  if (size > 0x3fd62e42) {
    if (size < 0x3ff0a2b2) {
      if (x === 1) {
        cell[0] = 2.718281828459045
        return
      }
      k = x < 0 ? -1 : 1
    } else {
      k = (1.442695040888963387 * x + (x < 0 ? -0.5 : 0.5)) | 0
    }
    high = x - k * LN2_HIGH
    low = k * LN2_LOW
    x = high - low
  } else if (size < 0x3e300000) {
    cell[0] = 1 + x
    return
  }
  const t = x * x
  const c = x - t * (EXP_1 + t * (EXP_2 + t * (EXP_3 + t * (EXP_4 + t * EXP_5))))
  cell[0] = k === 0 ? 1 - ((x * c) / (c - 2) - x) : scaled(1 - (low - (x * c) / (2 - c) - high), k)
}

const LN2 = 6.93147180559945286227e-1
const LN2_TOP = 6.93147182464599609375e-1
const LN2_REST = -1.90465429995776804525e-9
const CP = 9.61796693925975554329e-1
const CP_TOP = 9.61796700954437255859e-1
const CP_REST = -7.02846165095275826516e-9
const LOG2_E = 1.442695040888963387
const LOG2_E_TOP = 1.44269502162933349609
const LOG2_E_REST = 1.92596299112661746887e-8
const LOG2_1_5_TOP = 5.84962487220764160156e-1
const LOG2_1_5_REST = 1.35003920212974897128e-8
const TWO_31 = 2147483648
const TWO_53 = 9007199254740992

/**
 * x to the y, with `Math.pow`'s results at zeros, infinities and NaN; error below 1 ulp.
 * Whole powers of small integers that fit 53 bits are exact.
 */
export function pow(x: number, y: number): number {
  if (y === 0) return 1
  if (x !== x || y !== y) return NaN
  const size = Math.abs(x)
  const oddness = x <= 0 ? parity(y) : 0
  const sign = oddness === 1 && (x < 0 || 1 / x < 0) ? -1 : 1
  if (y === Infinity || y === -Infinity) return size === 1 ? NaN : size > 1 === y > 0 ? Infinity : 0
  if (size === 0 || size === Infinity || size === 1) return x < 0 && size === 1 && oddness === 2 ? NaN : sign * (y > 0 ? size : 1 / size)
  if (oddness === 2) return NaN
  if (y === 1) return x
  if (y === 2) return x * x
  if (y === -1) return 1 / x
  if (y === 0.5) return Math.sqrt(x)
  // Far outside every finite result; also keeps the products below finite.
  if (y > 1e21 || y < -1e21) return sign * (size > 1 === y > 0 ? Infinity : 0)
  return sign * positivePower(size, y)
}

/** 0 for an even integer, 1 for an odd one, 2 for anything else; doubles from 2^53 on are even. */
function parity(y: number): 0 | 1 | 2 {
  const size = Math.abs(y)
  if (size >= TWO_53) return 0
  if (Math.floor(size) !== size) return 2
  return size % 2 === 1 ? 1 : 0
}

/** fdlibm's way: y * log2(x) in two doubles, t1 (its low word empty) and t2, then 2 to that. */
function positivePower(x: number, y: number): number {
  if (y > TWO_31 || y < -TWO_31) return powerNearOne(x, y)
  let exponent = 0
  if (x < 2.2250738585072014e-308) {
    x *= TWO_53
    exponent = -53
  }
  let high = highWord(x)
  exponent += (high >> 20) - 1023
  const mantissa = high & 0x000fffff
  high = mantissa | 0x3ff00000
  // x = 2^exponent * ax with ax near 1 (k = 0) or near 1.5 (k = 1).
  let k = 0
  if (mantissa <= 0x3988e) k = 0
  else if (mantissa < 0xbb67a) k = 1
  else {
    exponent += 1
    high -= 0x00100000
  }
  const ax = withHighWord(x, high)

  // ss = sTop + sRest = (ax - bp) / (ax + bp)
  const bp = k === 1 ? 1.5 : 1
  const u = ax - bp
  const v = 1 / (ax + bp)
  const ss = u * v
  const sTop = withoutLowWord(ss)
  const tTop = withHighWord(0, ((high >> 1) | 0x20000000) + 0x00080000 + (k << 18))
  const tRest = ax - (tTop - bp)
  const sRest = v * (u - sTop * tTop - sTop * tRest)
  // log(ax / bp)
  let s2 = ss * ss
  let r = s2 * s2 * (5.99999999999994648725e-1 + s2 * (4.28571428578550184252e-1 + s2 * (3.33333329818377432918e-1
    + s2 * (2.72728123808534006489e-1 + s2 * (2.30660745775561754067e-1 + s2 * 2.06975017800338417784e-1)))))
  r += sRest * (sTop + ss)
  s2 = sTop * sTop
  const t3 = withoutLowWord(3 + s2 + r)
  const t3Rest = r - (t3 - 3 - s2)
  const p1 = sTop * t3
  const p2 = sRest * t3 + t3Rest * ss
  const pTop = withoutLowWord(p1 + p2)
  const pRest = p2 - (pTop - p1)
  const zTop = CP_TOP * pTop
  const zRest = CP_REST * pTop + pRest * CP + (k === 1 ? LOG2_1_5_REST : 0)
  const base = k === 1 ? LOG2_1_5_TOP : 0
  const t1 = withoutLowWord(zTop + zRest + base + exponent)
  const t2 = zRest - (t1 - exponent - base - zTop)

  return powerOfTwo(y, t1, t2)
}

/** So large a y leaves a finite result only where |x - 1| < 2^-20, where a few terms of the series of log(x) do. */
function powerNearOne(x: number, y: number): number {
  const high = highWord(x)
  if (high < 0x3fefffff) return y < 0 ? Infinity : 0
  if (high > 0x3ff00000) return y > 0 ? Infinity : 0
  const t = x - 1
  const w = t * t * (0.5 - t * (0.333333333333333333 - t * 0.25))
  const u = LOG2_E_TOP * t
  const v = t * LOG2_E_REST - w * LOG2_E
  const t1 = withoutLowWord(u + v)
  return powerOfTwo(y, t1, v - (t1 - u))
}

/** 2^(y (t1 + t2)), where t1 has an empty low word and t2 is small against it. */
function powerOfTwo(y: number, t1: number, t2: number): number {
  const yTop = withoutLowWord(y)
  const low = (y - yTop) * t1 + y * t2
  const main = yTop * t1
  const z = main + low
  if (z >= 1024) {
    if (z > 1024 || low + 8.0085662595372944372e-17 > z - main) return Infinity
  } else if (z <= -1075) {
    if (z < -1075 || low <= z - main) return 0
  }
  // n = z rounded to an integer; main - n stays exact.
  const n = z > 0.5 || z < -0.5 ? Math.floor(z + 0.5) : 0
  const rest = n === 0 ? main : main - n
  const t = withoutLowWord(low + rest)
  const u = t * LN2_TOP
  const v = (low - (t - rest)) * LN2 + t * LN2_REST
  const x = u + v
  const w = v - (x - u)
  const square = x * x
  const c = x - square * (EXP_1 + square * (EXP_2 + square * (EXP_3 + square * (EXP_4 + square * EXP_5))))
  const r = (x * c) / (c - 2) - (w + x * w)
  return scaled(1 - (r - x), n)
}
