// Published durations of dynamic changes on the console, on the whole machine with its calibrated defaults: an I/O slot is removed in
// 20.97 s and added in 27.15 s (avocado-misc-tests PR 960, wall time of the chhwres line).

import { policyByName } from '@powersim/routing'
import { describe, expect, it } from 'vitest'
import { runWorkload, type RunLine, workloads } from '../src/index.js'

const slot = '-r io --rsubtype slot -m p520'

function run(script: readonly string[], policy = 'by-target'): readonly RunLine[] {
  const machine = { consoles: [{ name: 'hmc1' }] }
  return runWorkload({ machine, workload: workloads.text(script.join('\n')), policy: policyByName(policy), seed: 'oracle-1' }).lines
}

describe.each(['fsp-only', 'by-target'])('an I/O slot, commands by %s', (policy) => {
  const lines = run(
    [
      `chhwres ${slot} -o a -p vios1 -l 21010001`,
      `lshwres ${slot} --filter lpar_names=vios1 -F drc_index,lpar_name`,
      `chhwres ${slot} -o r -p vios1 -l 21010001`,
      `lshwres ${slot} --filter lpar_names=vios1 -F drc_index`,
    ],
    policy,
  )

  it.each([
    ['added', 0, 27.15],
    ['removed', 2, 20.97],
  ])('is %s in the published time within 5 %', (_, at, published) => {
    const { exitStatus, durationMs = 0 } = lines[at] ?? {}
    expect(exitStatus).toBe(0)
    expect(Math.abs(durationMs / (published * 1000) - 1)).toBeLessThan(0.05)
  })

  it('is seen where it is', () => {
    expect(lines[1]?.stdout).toBe('21010001,vios1\n')
    expect(lines[3]?.stdout).toBe('No results were found.\n')
  })
})
