// Collecting what a report draws: the runs are the same with and without, and what is collected agrees with the metrics of the same runs.

import { describe, expect, it } from 'vitest'
import { compareRoutes, policies, presets, readDocument, replicateRoutes, workloads } from '../src/index.js'
import { programOf } from '../src/workloads.js'

const busy = workloads.text(
  [
    'mksyscfg -r lpar -m p520 -i "name=a,profile_name=p,lpar_env=aixlinux,min_mem=256,desired_mem=512,max_mem=1024"',
    'repeat 20',
    '  @+1s lssyscfg -r lpar -m p520 -F name,state',
    'end',
    '! nets.stop',
    '@+2s lshwres -r mem -m p520 --level sys',
    '@+20s ! fsp.reset',
    '@+200s lssyscfg -r lpar -m p520 -F name',
  ].join('\n'),
)

const study = (collect: boolean) =>
  compareRoutes({
    machine: presets.power520,
    workload: busy,
    policies: [policies.fspOnly(), policies.byTarget()],
    seed: 'mittal-2013',
    replications: 3,
    collect,
  })

describe('what a report draws', () => {
  const without = study(false).comparison
  const collected = study(true).comparison

  it('leaves digests, events and metrics as they are', () => {
    const numbers = ({ events, alternatives, differences }: typeof without) => ({
      events,
      differences,
      alternatives: alternatives.map(({ name, digest, metrics, groups }) => ({ name, digest, metrics, groups })),
    })
    expect(numbers(collected)).toEqual(numbers(without))
  })

  it('is there only for who asks', async () => {
    expect(without.alternatives.some((alternative) => 'distributions' in alternative || 'series' in alternative)).toBe(false)
    await expect(study(false).report()).rejects.toThrow(/collect/)
    expect(await study(true).report({ command: 'x' })).toContain('<code>x</code>')
  })

  it('has the latency of every command', () => {
    for (const { perReplication } of collected.alternatives) {
      for (const { metrics, distributions } of perReplication) {
        const { count = 0, values = [] } = distributions?.['command_latency_ms'] ?? {}
        expect(count).toBe(metrics['commands_completed'])
        expect(values).toHaveLength(count)
        expect(values.reduce((sum, value) => sum + value, 0) / count).toBeCloseTo(metrics['command_latency_ms_mean'] ?? Number.NaN, 9)
      }
    }
  })

  it('has levels whose mean over the run is the utilisation, through a stop of NETS and a reset of the FSP', () => {
    for (const { perReplication } of collected.alternatives) {
      for (const { metrics, series = {} } of perReplication) {
        expect(Object.keys(series)).toEqual(['fsp_utilization', 'nets_utilization', 'phyp_utilization'])
        for (const [name, { binNs, endNs, values }] of Object.entries(series)) {
          expect(values.length).toBeGreaterThan(64)
          expect(values.length).toBeLessThanOrEqual(128)
          const areas = values.map((value, bin) => (value ?? Number.NaN) * Math.min(binNs, endNs - bin * binNs))
          const mean = areas.reduce((sum, area) => sum + area, 0) / endNs
          expect(mean).toBeCloseTo(metrics[name] ?? Number.NaN, 9)
          expect(values.every((value) => value !== null && value >= 0 && value <= 1)).toBe(true)
        }
      }
    }
  })

  it('is null for a NETS partition that a machine does not have', () => {
    const document = readDocument({ name: 'bare', systems: [{ name: 'p520', nets: null }] })
    const program = programOf(workloads.text('lssyscfg -r sys -F name\n'), document)
    const { series } = replicateRoutes({ seed: 's', noise: true, document, program, collect: true }, 'fsp-only', 0)
    expect(series?.['nets_utilization']?.values.every((value) => value === null)).toBe(true)
    expect(series?.['fsp_utilization']?.values.some((value) => value !== null && value > 0)).toBe(true)
  })

  it('is not collected beyond the thousandth replication', () => {
    const document = readDocument(presets.power520)
    const program = programOf(workloads.text('lssyscfg -r sys -F name\n'), document)
    const plan = { seed: 's', noise: true, document, program, collect: true }
    expect(replicateRoutes(plan, 'fsp-only', 999).series).toBeDefined()
    expect(replicateRoutes(plan, 'fsp-only', 1000).series).toBeUndefined()
  })
})
