// The integral of a rate, exact: whole ns per window over whole ns, with the fraction that a division leaves carried to the next time. So a
// long run drifts by nothing.

export class RateSum {
  /** Whole ns so far. */
  ns = 0
  /** ns per window, from now on. */
  rate = 0
  private readonly windowNs: number
  // In parts of 1 / windowNs ns.
  private rest = 0

  constructor(windowNs: number) {
    this.windowNs = windowNs
  }

  pass(timeNs: number): void {
    const windows = Math.floor(timeNs / this.windowNs)
    const parts = (timeNs - windows * this.windowNs) * this.rate + this.rest
    const whole = Math.floor(parts / this.windowNs)
    this.ns += windows * this.rate + whole
    this.rest = parts - whole * this.windowNs
  }

  /** Time from now until `goal` ns are reached, 0 if they are; Infinity at rate 0. */
  until(goal: number): number {
    const left = goal - this.ns
    if (left <= 0) return 0
    if (this.rate === 0) return Infinity
    const windows = Math.floor(left / this.rate)
    const remainder = left - windows * this.rate
    if (remainder === 0) return windows * this.windowNs
    return windows * this.windowNs + Math.max(0, Math.ceil((remainder * this.windowNs - this.rest) / this.rate))
  }
}
