// Laws of random quantities: service times, sizes, gaps. A law is plain data (LawSpec) compiled once into a sampler.
// Where the numbers come from is random.ts. Every kind takes a fixed number of draws and grows with each of them
// (inversion), so that common random numbers stay aligned when a parameter or the kind of a law changes.

import { KernelError } from './errors.js'
import { cell, exp, expCell, log1p, logCell } from './logarithm.js'
import { normalQuantileCell } from './normal.js'
import type { Draw } from './random.js'

/**
 * A law as a document writes it; any unit, as its field's name says. A bare number is a constant.
 * `cv` is the standard deviation over the mean. Draws per sample: constant 0, exponential 1, erlang `stages`,
 * hyperExponential 2 (two phases with balanced means, cv >= 1), lognormal 1, uniform 1, empirical 1.
 */
export type LawSpec =
  | number
  | { readonly constant: number }
  | { readonly exponential: number }
  | { readonly erlang: { readonly mean: number; readonly stages: number } }
  | { readonly hyperExponential: { readonly mean: number; readonly cv: number } }
  | { readonly lognormal: { readonly mean: number; readonly cv: number } }
  | { readonly uniform: { readonly from: number; readonly to: number } }
  | { readonly empirical: { readonly values: readonly number[]; readonly weights?: readonly number[] } }

/** The most stages of an erlang law: each costs a draw. */
export const MAX_STAGES = 1000
/** The largest coefficient of variation: beyond it a 32-bit draw hardly ever meets the tail that makes the mean. */
export const MAX_CV = 1000
/** The most values of an empirical law. */
const MAX_EMPIRICAL_VALUES = 1_000_000

const CONSTANT = 0
const EXPONENTIAL = 1
const ERLANG = 2
const HYPER_EXPONENTIAL = 3
const LOGNORMAL = 4
const UNIFORM = 5
const EMPIRICAL = 6

/** What `sample` works on; the meaning of a, b, c depends on the kind and stands at each case of `compiled`. */
interface Compiled {
  readonly kind: number
  readonly mean: number
  readonly a: number
  readonly b: number
  readonly c: number
  readonly values: Float64Array
  readonly edges: Float64Array
}

const NO_VALUES = new Float64Array(0)

/** A sampler of one quantity. Immutable, so that it may be shared; `spec` gives the same law again. */
export class Law {
  readonly spec: LawSpec
  /** The mean before rounding, in the spec's unit. */
  readonly mean: number
  private readonly noise: boolean
  // The zeros make V8 keep these fields as raw numbers.
  private readonly kind: number = 0
  private readonly a: number = 0
  private readonly b: number = 0
  private readonly c: number = 0
  private readonly values: Float64Array
  private readonly edges: Float64Array

  private constructor(spec: LawSpec, noise: boolean) {
    const { kind, mean, a, b, c, values, edges } = compiled(spec)
    this.spec = spec
    this.mean = mean
    this.noise = noise
    this.kind = noise ? kind : CONSTANT
    this.a = noise ? a : Math.round(mean)
    this.b = b
    this.c = c
    this.values = values
    this.edges = edges
  }

  /**
   * Checks and compiles a law; done once per component, not per event. With `noise` false every sample is the rounded mean and
   * takes no draw. Numbers are finite, at least 0 and at most 2^53 - 1; anything else throws `bad-law` with the field's path.
   */
  static of(spec: LawSpec, noise = true): Law {
    return new Law(spec, noise)
  }

  /** The same law with every value `factor` times as large; `factor` is finite and at least 0. */
  scale(factor: number): Law {
    return new Law(scaledSpec(this.spec, checked('scale.factor', factor, 0)), this.noise)
  }

  /** One value, rounded to an integer of at least 0 (halves up). Takes the number of draws that LawSpec states for the kind. */
  sample(draw: Draw): number {
    switch (this.kind) {
      case CONSTANT:
        return this.a
      case EXPONENTIAL:
        cell[0] = 1 - draw.next()
        logCell()
        return rounded(-this.a * cell[0])
      case ERLANG:
        return rounded(this.a * stages(draw, this.b))
      case HYPER_EXPONENTIAL: {
        const phase = draw.next() < this.c ? this.a : this.b
        cell[0] = 1 - draw.next()
        logCell()
        return rounded(-phase * cell[0])
      }
      case LOGNORMAL:
        cell[0] = draw.next()
        normalQuantileCell()
        cell[0] *= this.b
        expCell()
        return rounded(this.a * cell[0])
      case UNIFORM:
        return rounded(this.a + this.b * draw.next())
      default:
        return this.values[slot(this.edges, draw.next())]!
    }
  }
}

/** Halves up. Twice as fast as Math.round; where they differ, next to a half and beyond 2^52, the one integer is as good as the other. */
function rounded(x: number): number {
  return Math.floor(x + 0.5)
}

/** The sum of `count` exponentials of mean 1. One logarithm per product of draws, folded before the product can underflow. */
function stages(draw: Draw, count: number): number {
  let sum = 0
  let product = 1
  for (let i = 0; i < count; i += 1) {
    product *= 1 - draw.next()
    if (product < 1e-280) {
      cell[0] = product
      logCell()
      sum -= cell[0]
      product = 1
    }
  }
  cell[0] = product
  logCell()
  return sum - cell[0]
}

/** The first slot whose edge lies above u; edges grow and the last is 1. */
function slot(edges: Float64Array, u: number): number {
  let low = 0
  let high = edges.length - 1
  while (low < high) {
    const middle = (low + high) >> 1
    if (u < edges[middle]!) high = middle
    else low = middle + 1
  }
  return low
}

function plain(kind: number, mean: number, a: number, b = 0, c = 0): Compiled {
  return { kind, mean, a, b, c, values: NO_VALUES, edges: NO_VALUES }
}

function compiled(spec: LawSpec): Compiled {
  if (typeof spec === 'number') return plain(CONSTANT, checked('constant', spec, 0), Math.round(spec))
  refuseOddShape(spec)
  if ('constant' in spec) {
    const mean = checked('constant', spec.constant, 0)
    return plain(CONSTANT, mean, Math.round(mean))
  }
  if ('exponential' in spec) {
    const mean = checked('exponential', spec.exponential, 0)
    return plain(EXPONENTIAL, mean, mean)
  }
  if ('erlang' in spec) {
    // a: mean of one stage, b: number of stages
    const mean = checked('erlang.mean', spec.erlang.mean, 0)
    const count = checked('erlang.stages', spec.erlang.stages, 1, MAX_STAGES)
    if (Math.floor(count) !== count) throw refused('erlang.stages', 'an integer', count)
    return plain(ERLANG, mean, mean / count, count)
  }
  if ('hyperExponential' in spec) {
    // a: mean of the short phase, b: of the long phase, c: probability of the short one; c * a = (1 - c) * b = mean / 2.
    // The long phase comes for the larger draws, so that the value grows with the first draw too.
    const mean = checked('hyperExponential.mean', spec.hyperExponential.mean, 0)
    const cv = checked('hyperExponential.cv', spec.hyperExponential.cv, 1, MAX_CV)
    const square = cv * cv
    const root = Math.sqrt((square - 1) / (square + 1))
    const long = 1 / ((square + 1) * (1 + root))
    const short = (1 + root) / 2
    return plain(HYPER_EXPONENTIAL, mean, mean / (2 * short), mean / (2 * long), short)
  }
  if ('lognormal' in spec) {
    // a: median, b: standard deviation of the logarithm
    const mean = checked('lognormal.mean', spec.lognormal.mean, 0)
    const cv = checked('lognormal.cv', spec.lognormal.cv, 0, MAX_CV)
    const variance = log1p(cv * cv)
    return plain(LOGNORMAL, mean, mean * exp(-variance / 2), Math.sqrt(variance))
  }
  if ('uniform' in spec) {
    // a: from, b: width
    const from = checked('uniform.from', spec.uniform.from, 0)
    const to = checked('uniform.to', spec.uniform.to, 0)
    if (to < from) throw refused('uniform.to', `a number from ${from} (uniform.from)`, to)
    return plain(UNIFORM, from + (to - from) / 2, from, to - from)
  }
  return compiledEmpirical(spec.empirical)
}

/** Values sorted, so that the sample grows with the draw; each as likely as its weight. Weights default to 1. */
function compiledEmpirical(spec: { readonly values: readonly number[]; readonly weights?: readonly number[] }): Compiled {
  const { values, weights } = spec
  if (!Array.isArray(values) || values.length === 0 || values.length > MAX_EMPIRICAL_VALUES) {
    const came = Array.isArray(values) ? `${values.length} values` : values
    throw refused('empirical.values', `a list of 1 to ${MAX_EMPIRICAL_VALUES} numbers`, came)
  }
  if (weights !== undefined && (!Array.isArray(weights) || weights.length !== values.length)) {
    throw refused('empirical.weights', `as many numbers as values, ${values.length}`, Array.isArray(weights) ? weights.length : weights)
  }
  const order = Array.from(values, (value, index) => ({
    value: checked(`empirical.values[${index}]`, value, 0),
    weight: weights === undefined ? 1 : checked(`empirical.weights[${index}]`, weights[index], 0),
  })).sort((one, other) => one.value - other.value)
  let total = 0
  let weighted = 0
  const edges = Float64Array.from(order, ({ value, weight }) => {
    weighted += value * weight
    return (total += weight)
  })
  if (!(total > 0)) throw refused('empirical.weights', 'a sum above 0', total)
  for (let i = 0; i < edges.length; i += 1) edges[i] = edges[i]! / total
  const rounded = Float64Array.from(order, ({ value }) => Math.round(value))
  return { kind: EMPIRICAL, mean: weighted / total, a: 0, b: 0, c: 0, values: rounded, edges }
}

function scaledSpec(spec: LawSpec, factor: number): LawSpec {
  if (typeof spec === 'number') return spec * factor
  if ('constant' in spec) return { constant: spec.constant * factor }
  if ('exponential' in spec) return { exponential: spec.exponential * factor }
  if ('erlang' in spec) return { erlang: { ...spec.erlang, mean: spec.erlang.mean * factor } }
  if ('hyperExponential' in spec) return { hyperExponential: { ...spec.hyperExponential, mean: spec.hyperExponential.mean * factor } }
  if ('lognormal' in spec) return { lognormal: { ...spec.lognormal, mean: spec.lognormal.mean * factor } }
  if ('uniform' in spec) return { uniform: { from: spec.uniform.from * factor, to: spec.uniform.to * factor } }
  return { empirical: { ...spec.empirical, values: spec.empirical.values.map((value) => value * factor) } }
}

/** The fields of each kind; `null` where the kind's value is the number itself. */
const FIELDS: Readonly<Record<string, readonly string[] | null>> = {
  constant: null,
  exponential: null,
  erlang: ['mean', 'stages'],
  hyperExponential: ['mean', 'cv'],
  lognormal: ['mean', 'cv'],
  uniform: ['from', 'to'],
  empirical: ['values', 'weights'],
}

const kinds = (): string => Object.keys(FIELDS).join(', ')

/** Documents arrive unchecked: exactly one known kind, and no field that would be silently ignored. */
function refuseOddShape(spec: Exclude<LawSpec, number>): void {
  if (typeof spec !== 'object' || spec === null) throw refused('law', `a number or an object with one of ${kinds()}`, spec)
  const [kind, ...others] = Object.keys(spec)
  if (kind === undefined || others.length > 0) throw refused('law', `exactly one of ${kinds()}`, Object.keys(spec).join(', ') || 'none')
  const fields = Object.hasOwn(FIELDS, kind) ? FIELDS[kind] : undefined
  if (fields === undefined) throw refused(kind, `one of ${kinds()}`, kind)
  if (fields === null) return
  const body: unknown = Object.values(spec)[0]
  if (typeof body !== 'object' || body === null) throw refused(kind, `an object with ${fields.join(' and ')}`, body)
  for (const field of Object.keys(body)) {
    if (!fields.includes(field)) throw refused(`${kind}.${field}`, `only ${fields.join(' and ')}`, field)
  }
}

function checked(field: string, value: unknown, minimum: number, maximum = Number.MAX_SAFE_INTEGER): number {
  if (typeof value === 'number' && value >= minimum && value <= maximum) return value === 0 ? 0 : value
  throw refused(field, `a number from ${minimum} to ${maximum}`, value)
}

function refused(field: string, expected: string, came: unknown): KernelError {
  return new KernelError('bad-law', `${field}: expected ${expected}, got ${typeof came === 'object' ? JSON.stringify(came) : String(came)}`)
}
