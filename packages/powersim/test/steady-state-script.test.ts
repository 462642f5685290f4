// The script of a quiet hour that is checked in under examples/: both consoles type at the same moments, and routes can be compared on it.
// What the directives mean is tested in package workload.

import { join } from 'node:path'
import { readDocument } from '@powersim/managed-system'
import { policyByName } from '@powersim/routing'
import { describe, expect, it } from 'vitest'
import { compareRoutes, play, policies, presets, programOf, workloads } from '../src/index.js'

const file = join(import.meta.dirname, '../../../examples/workloads/steady-state.hmc')

describe('steady-state.hmc', () => {
  it('has both consoles poll at the same time, for an hour', async () => {
    const document = readDocument(presets.power520)
    const starts: Record<string, number[]> = { hmc1: [], hmc2: [] }
    const statuses = new Set<number>()
    play({
      seed: 'a',
      replication: 0,
      noise: true,
      document,
      program: programOf(await workloads.script(file), document),
      policy: () => policyByName('by-target'),
      started: (line, atNs) => starts[line.console]?.push(atNs),
      returned: (_line, result) => statuses.add(result.exitStatus),
    })
    expect(starts['hmc1']).toHaveLength(404)
    expect(starts['hmc2']).toHaveLength(404)
    expect(starts['hmc1']?.[0]).toBe(starts['hmc2']?.[0])
    const ends = Object.values(starts).map((times) => (times.at(-1) ?? 0) / 60e9)
    for (const end of ends) expect(end).toBeGreaterThan(60)
    expect([...statuses]).toEqual([0])
  })

  it('compares routes', async () => {
    const study = compareRoutes({
      machine: presets.power520,
      workload: await workloads.script(file),
      policies: [policies.fspOnly(), policies.byTarget()],
      seed: 'mittal-2013',
      replications: 3,
    })
    const { ci95 } = study.difference('command_latency_ms_mean', { of: 'by-target', from: 'fsp-only' })
    expect(ci95?.[1]).toBeLessThan(0)
  })
})
