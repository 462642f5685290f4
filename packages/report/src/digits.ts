// Numbers as text: how many decimals a value and its interval get, so that a reader sees what was found out and nothing more.
// Which kind a metric's numbers are of is said in metric-row.ts.

/** How many decimals a number of this size gets; `whole` says that it and its companions are integers. */
export type Decimals = (size: number, whole: boolean) => number

/** No shown number has more decimals; smaller sizes go to powers of ten. */
const MOST_DECIMALS = 9
const LARGEST_PLAIN = 1e15

/** Decimals that leave at least `significant` digits, and never cut digits before the point. */
function significantDecimals(size: number, significant: number): number {
  let decimals = significant - 1
  for (let limit = 10; decimals > 0 && size >= limit; limit *= 10) decimals--
  for (let limit = 1; size > 0 && size < limit && decimals < MOST_DECIMALS; limit /= 10) decimals++
  return decimals
}

/** The kinds of numbers of a report: times with three significant digits, percent with a decimal or more, counts plain if whole. */
export const shown = {
  time: (size: number) => significantDecimals(size, 3),
  percent: (size: number) => Math.max(1, significantDecimals(size, 2)),
  count: (size: number, whole: boolean) => (whole ? 0 : Math.max(1, significantDecimals(size, 2))),
} satisfies Record<string, Decimals>

/** A number with so many decimals; without a sign when it rounds to zero. */
export function fixed(value: number, decimals: number): string {
  if (Math.abs(value) >= LARGEST_PLAIN) return value.toPrecision(3)
  const text = value.toFixed(decimals)
  return /^-[0.]+$/.test(text) ? text.slice(1) : text
}

/** The same with a plus sign before what is above zero. */
export function signed(value: number, decimals: number): string {
  const text = fixed(value, decimals)
  return value > 0 && /[1-9]/.test(text) ? `+${text}` : text
}

/** The half width beside a mean of so many decimals: with more of them where it would lose its first digit. */
export function halfWidth(half: number, decimals: number): string {
  return half === 0 ? '0' : fixed(half, Math.max(decimals, significantDecimals(half, 1)))
}

/** Decimals that a mean and the ends of its interval share. */
export function sharedDecimals(decimals: Decimals, values: readonly number[]): number {
  const size = Math.max(...values.map(Math.abs))
  return size === 0 ? 0 : decimals(size, values.every(Number.isInteger))
}

/** A change in percent, as `61.2 %`: from a hundred on without a decimal, and a small one with up to three. */
export function percentText(percent: number): string {
  const size = Math.abs(percent)
  const decimals = size >= 99.95 ? 0 : Math.min(3, Math.max(1, significantDecimals(size, 1)))
  return `${fixed(percent, decimals)} %`
}
