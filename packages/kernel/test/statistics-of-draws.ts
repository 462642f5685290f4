// What the tests of draws and laws share: distance from a distribution, correlation, and doubles as hex.
// No tests here. Golden values are compared as bits, so that another engine or Node version that rounds differently is seen.

/** The largest distance between the empirical cdf of the values and `cdf`, times sqrt(n): 1.95 is passed once in 1000 samples. */
export function kolmogorov(values: readonly number[], cdf: (x: number) => number): number {
  const sorted = Float64Array.from(values).sort()
  const n = sorted.length
  let distance = 0
  sorted.forEach((value, index) => {
    const p = cdf(value)
    distance = Math.max(distance, Math.abs(p - index / n), Math.abs((index + 1) / n - p))
  })
  return distance * Math.sqrt(n)
}

/** The correlation of pairs (x[i], y[i]) times sqrt(n): about standard normal when there is none. */
export function correlationScore(x: readonly number[], y: readonly number[]): number {
  const n = x.length
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / n
  const mx = mean(x)
  const my = mean(y)
  let xy = 0
  let xx = 0
  let yy = 0
  for (let i = 0; i < n; i += 1) {
    const dx = x[i]! - mx
    const dy = y[i]! - my
    xy += dx * dy
    xx += dx * dx
    yy += dy * dy
  }
  return (xy / Math.sqrt(xx * yy)) * Math.sqrt(n)
}

/** The 64 bits of a double, 16 hex digits. */
export function bits(x: number): string {
  const view = new DataView(new ArrayBuffer(8))
  view.setFloat64(0, x)
  return view.getBigUint64(0).toString(16).padStart(16, '0')
}
