// Messages as real bytes on every hop change nothing: the same day, line by line, to the nanosecond and to the last character.

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { policyByName } from '@powersim/routing'
import { describe, expect, it } from 'vitest'
import { runWorkload, workloads } from '../src/index.js'

const dayOne = readFileSync(join(import.meta.dirname, '../../../examples/workloads/day-one.hmc'), 'utf8')

describe('the encoded wire', () => {
  it.each(['fsp-only', 'by-target'])('carries a whole day as the reference wire does (%s)', (policy) => {
    const [reference, encoded] = ['reference', 'encoded'].map((wire) =>
      runWorkload({ machine: { wire }, workload: workloads.text(dayOne), policy: policyByName(policy), seed: 'wire' }),
    )
    expect(encoded?.lines).toEqual(reference?.lines)
    expect(encoded?.digest).toBe(reference?.digest)
  })
})
