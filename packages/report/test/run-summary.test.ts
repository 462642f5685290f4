// The end of a run, as printed.
// Plain numbers go in, so there is no other case.

import { seconds } from '@powersim/kernel'
import { expect, it } from 'vitest'
import { runSummary } from '../src/index.js'

it('says what a run did', () => {
  const text = runSummary({
    machine: 'power520',
    workload: 'day-one.hmc',
    seed: 'powersim',
    lines: 42,
    failedLines: 1,
    commandsCompleted: 412,
    commandsFailed: 3,
    commandsLost: 2,
    simulatedNs: seconds(90.5),
    digest: '0123456789abcdef',
  })
  expect(text).toBe(`day-one.hmc on power520, seed powersim
  lines      42 run, 1 failed
  commands   412 completed, 3 failed, 2 lost
  simulated  1.508 min
  digest     0123456789abcdef`)
})
