// How to read a comparison, in plain words, for who opens the page without having read the manual.
// The terms are those of the table; what is exact about them is in the documentation of experiments.

import type { Comparison } from '@powersim/experiment'
import { percentOf } from '../findings.js'
import { html, type Markup } from './markup.js'

export function readingOf({ alternatives, replications, level }: Comparison): Markup {
  const interval =
    replications < 2
      ? 'One replication has no interval: its numbers are those of one run, and another seed would give others.'
      : `Each replication gives one number; the table has their mean ± half the width of its ${percentOf(level)} interval. Were the study
repeated with other seeds, ${Number((100 * level).toFixed(3))} of 100 such intervals would hold the true mean. They tell how far chance can
have moved the result, not how far the model is from a machine.`
  return html`<section aria-labelledby="reading">
    <h2 id="reading">How to read it</h2>
    <p><b>Intervals.</b> ${interval}</p>
    <p>
      <b>Differences</b> are paired: in each replication all policies got the same commands and the same random draws, so that what differs
      comes from the policy. An interval without 0 shows a difference. One with 0 shows none, which is not the same as showing that there is
      none. The gain says how many times fewer replications the pairing needs than independent runs would.
    </p>
    <p>
      <b>Thin quantiles (†).</b> The p99 of 700 commands has 7 commands above it: it is the story of these 7. A quantile with fewer than 100
      observations above it in some replication is marked. Read it as a hint, and take more or longer replications to be sure.
    </p>
    <p><b>Holm marks (§, ~).</b> ${alternatives.length > 2 ? several(level) : ONE}</p>
    <p>
      <b>What is simulated.</b> Most costs of the machine are estimates that can be changed. The page says what follows from them, not what
      a machine in a rack does.
    </p>
  </section> `
}

const ONE = `With more than one policy against the baseline, Holm's procedure asks more of each difference, since of many comparisons some
look like one by chance alone. Here there is one comparison a row and nothing to correct; ~ marks an operation whose interval contains 0.`

function several(level: number): string {
  return `Of many comparisons some look like a difference by chance alone. With several policies against one baseline, Holm's procedure asks
more of each, so that the chance of any false difference in a row of the table stays at most ${percentOf(1 - level)}. What it takes back is
marked, even if its own interval has no 0 in it: trust the mark, not the interval. Rows are not corrected for each other: who picks the
best-looking of ten rows has not been protected.`
}
