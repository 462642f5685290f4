// Quantities: times are integer nanoseconds (a simulation may count in microseconds instead: see Tick), sizes are integer bytes, shares
// are fractions. Constructors name the unit at the call (`ms(5)`), so that a bare number never has to be guessed. Durations as text are
// read and written here too.

import { KernelError } from './errors.js'

/** The last time and the longest duration, in ns: 2^53 - 1, about 104 days. Sizes in bytes have the same limit. */
export const MAX_TIME = Number.MAX_SAFE_INTEGER

const NS = 1
const US = 1_000
const MS = 1_000_000
const SECOND = 1_000_000_000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE

/** n units of `size`, rounded to an integer, halves up. `bad-quantity` for NaN, a negative number or a result over 2^53 - 1. */
function whole(name: string, n: number, size: number): number {
  const product = Math.round(n * size)
  if (n >= 0 && product <= MAX_TIME) return product === 0 ? 0 : product
  throw new KernelError('bad-quantity', `${name}(${n}): expected a number from 0 to ${MAX_TIME / size}`)
}

/** Nanoseconds, rounded to an integer (halves up); `bad-quantity` for NaN, a negative number or more than MAX_TIME. */
export function ns(n: number): number {
  return whole('ns', n, NS)
}

/** Microseconds in ns; rounds and throws as `ns`. */
export function us(n: number): number {
  return whole('us', n, US)
}

/** Milliseconds in ns; rounds and throws as `ns`. */
export function ms(n: number): number {
  return whole('ms', n, MS)
}

/** Seconds in ns; rounds and throws as `ns`. */
export function seconds(n: number): number {
  return whole('seconds', n, SECOND)
}

/** Minutes in ns; rounds and throws as `ns`. */
export function minutes(n: number): number {
  return whole('minutes', n, MINUTE)
}

/** Hours in ns; rounds and throws as `ns`. */
export function hours(n: number): number {
  return whole('hours', n, HOUR)
}

/** The unit in which a simulation counts time: nanoseconds (104 days at most) or microseconds (285 years). */
export type Tick = 'ns' | 'us'

/** Constructors of durations in the ticks of a simulation; they round and throw as `ns`. In ticks of 1 us there is nothing below. */
export interface TimeUnits {
  us(n: number): number
  ms(n: number): number
  seconds(n: number): number
  minutes(n: number): number
  hours(n: number): number
  days(n: number): number
}

/** The constructors for one tick: `timeUnits('us').days(365)` is 31,536,000,000,000. */
export function timeUnits(tick: Tick): TimeUnits {
  const perTick = tick === 'us' ? US : NS
  const unit = (name: string, size: number) => (n: number) => whole(name, n, size / perTick)
  return {
    us: unit('us', US),
    ms: unit('ms', MS),
    seconds: unit('seconds', SECOND),
    minutes: unit('minutes', MINUTE),
    hours: unit('hours', HOUR),
    days: unit('days', 24 * HOUR),
  }
}

/** What a delay that passes the horizon is told: the time, the delay and what to do. */
export function beyondHorizon(what: string, delay: number, now: number, tick: Tick): KernelError {
  const reach = tick === 'ns' ? '104 days' : '285 years'
  const advice = tick === 'ns' ? "end the run earlier, or let the simulation count in microseconds (tick: 'us')" : 'end the run earlier'
  return new KernelError(
    'horizon',
    `${what}: ${delay} ${tick} from ${now} ${tick} pass the horizon of ${MAX_TIME} ${tick} (${reach}): ${advice}`,
  )
}

/** KiB (1024 bytes) in bytes; rounds and throws as `ns`. */
export function kib(n: number): number {
  return whole('kib', n, 1024)
}

/** MiB in bytes; rounds and throws as `ns`. */
export function mib(n: number): number {
  return whole('mib', n, 1_048_576)
}

/** GiB in bytes; rounds and throws as `ns`. */
export function gib(n: number): number {
  return whole('gib', n, 1_073_741_824)
}

/** Percent as a fraction: `percent(20)` is 0.2. Over 100 is allowed; `bad-quantity` for NaN, infinite or negative. */
export function percent(n: number): number {
  if (n >= 0 && n < Infinity) return n / 100
  throw new KernelError('bad-quantity', `percent(${n}): expected a finite number from 0`)
}

interface DurationUnit {
  readonly name: string
  readonly ns: number
}

/** Smallest first, each longer than the one before. */
const DURATION_UNITS: readonly DurationUnit[] = [
  { name: 'ns', ns: NS },
  { name: 'us', ns: US },
  { name: 'ms', ns: MS },
  { name: 's', ns: SECOND },
  { name: 'min', ns: MINUTE },
  { name: 'h', ns: HOUR },
]

/** A longer text is no duration; keeps a hostile document from costing time. */
const MAX_DURATION_TEXT = 40

/**
 * A duration in ns from text: a decimal number, an optional space and one of ns, us, ms, s, min, h, as '1.5ms' or '30 s'.
 * Rounded to whole ns, halves up. Everything else, and more than MAX_TIME, throws `bad-duration`.
 */
export function parseDuration(text: string): number {
  const match = text.length > MAX_DURATION_TEXT ? null : /^(\d+(?:\.\d+)?) ?(ns|us|ms|s|min|h)$/.exec(text)
  const unit = DURATION_UNITS.find(({ name }) => name === match?.[2])
  if (match === null || unit === undefined) {
    const came = JSON.stringify(text.slice(0, MAX_DURATION_TEXT))
    throw new KernelError('bad-duration', `expected a number and one of ns, us, ms, s, min, h, as '1.5ms', got ${came}`)
  }
  const duration = Math.round(Number(match[1]) * unit.ns)
  if (duration <= MAX_TIME) return duration
  throw new KernelError('bad-duration', `expected at most ${MAX_TIME} ns (about 104 days), got '${text}'`)
}

/**
 * A duration in the largest unit of which it holds at least one, with up to three decimals: '1.5 ms', '90 s' is '1.5 min'.
 * For people and reports; takes any finite number, so that means and differences may be shown too (else `bad-duration`).
 */
export function formatDuration(ns: number): string {
  if (!Number.isFinite(ns)) throw new KernelError('bad-duration', `formatDuration: expected a finite number of ns, got ${ns}`)
  if (ns < 0) return `-${formatDuration(-ns)}`
  let shown = '0 ns'
  for (const unit of DURATION_UNITS) {
    // Compare what would be printed, so that 999.9999 ms becomes 1 s and never 1000 ms.
    const text = trimmed((ns / unit.ns).toFixed(3))
    if (unit.ns === NS || Number(text) >= 1) shown = `${text} ${unit.name}`
  }
  return shown
}

function trimmed(decimal: string): string {
  return decimal.replace(/\.?0+$/, '')
}
