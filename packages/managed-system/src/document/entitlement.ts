// Entitled capacity in hundredths of a processor, as the hypervisor counts it.
// Documents write processors; every sum is over hundredths, so that it is exact.

/** Whole hundredths of a capacity given in processors: 0.3 is 30. */
export function entitledHundredths(processors: number): number {
  return Math.round(processors * 100)
}
