// Several tests at once: which of a family of hypotheses fall when the chance of a single false one among them is bounded.
// It works on p-values of whatever test; which tests make a family is the caller's business.

import { KernelError } from './errors.js'

/**
 * Holm's step-down procedure (Holm 1979): with the p-values from least to greatest, the k-th of m (from 0) falls when it and all before
 * it are at most alpha / (m - k). The chance to reject any true hypothesis is then at most `alpha`, however the tests depend on each
 * other, and nothing falls less than under Bonferroni's alpha / m. Answers stand in the order of `pValues`.
 * p-values are from 0 to 1 (`bad-probability`), alpha is inside (0, 1) (`bad-level`).
 */
export function holmRejected(pValues: readonly number[], alpha = 0.05): boolean[] {
  if (!(alpha > 0 && alpha < 1)) throw new KernelError('bad-level', `alpha: expected a number inside (0, 1), got ${alpha}`)
  for (const [index, p] of pValues.entries()) {
    if (!(p >= 0 && p <= 1)) throw new KernelError('bad-probability', `pValues[${index}]: expected a number from 0 to 1, got ${p}`)
  }
  const rejected = pValues.map(() => false)
  const order = pValues.map((_, index) => index).sort((a, b) => pValues[a]! - pValues[b]!)
  for (const [rank, index] of order.entries()) {
    if (pValues[index]! > alpha / (pValues.length - rank)) break
    rejected[index] = true
  }
  return rejected
}
