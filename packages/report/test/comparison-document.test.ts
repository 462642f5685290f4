// The JSON document of a comparison: its shape and key order, to the letter, and what becomes of missing values.

import { compareResults, type WarmUpReport } from '@powersim/experiment'
import { describe, expect, it } from 'vitest'
import { comparisonDocument, ReportError } from '../src/index.js'
import { about, sampleComparison } from './sample-comparison.js'

const meta = { wallSeconds: 1.5, events: 6000, node: 'v20.20.2' }

describe('the document of a comparison', () => {
  it('has its keys in the order of the schema', () => {
    const document = comparisonDocument(sampleComparison(), { ...about, meta })
    expect(Object.keys(document)).toEqual([
      'schema', 'seed', 'machine', 'workload', 'replications', 'policies', 'differences', 'meta',
    ])
    const [policy] = document.policies
    expect(Object.keys(policy ?? {})).toEqual(['name', 'digest', 'metrics', 'operations'])
    expect(Object.keys(policy?.metrics ?? {})).toEqual([
      'command_latency_ms_mean', 'command_latency_ms_p99', 'fsp_utilization', 'nets_utilization', 'fsp_own_latency_ms_mean',
      'commands_completed', 'commands_failed', 'commands_lost',
    ])
    expect(Object.keys(policy?.metrics['command_latency_ms_p99'] ?? {})).toEqual(['mean', 'ci95', 'thin'])
    expect(Object.keys(policy?.operations[0] ?? {})).toEqual(['name', 'commands_mean', 'count', 'duration_ms'])
    expect(Object.keys(policy?.operations[0]?.duration_ms ?? {})).toEqual(['mean', 'ci95', 'p50', 'p95'])
    expect(Object.keys(document.differences[0] ?? {})).toEqual([
      'metric', 'of', 'from', 'mean', 'ci95', 'reduction_percent', 'variance_gain', 'holm_significant',
    ])
    expect(Object.keys(document.meta)).toEqual(['wallSeconds', 'events', 'node'])
  })

  it('says of a steady-state comparison what was removed, and which metrics are pooled quantiles', () => {
    const comparison = sampleComparison()
    const warmUp: WarmUpReport = {
      method: 'mser-5', removed: 45, observations: 400, sound: false,
      alternatives: [{ name: 'fsp-only', mser5: 45, reliable: false }, { name: 'by-target', mser5: 10, reliable: true }],
    }
    const [first] = comparison.alternatives
    const p99 = first?.metrics['command_latency_ms_p99']
    if (p99 === undefined) throw new Error('the sample has it')
    p99.sectioned = true
    const document = comparisonDocument({ ...comparison, warmUp }, { ...about, meta })
    expect(Object.keys(document).slice(4, 6)).toEqual(['replications', 'warm_up'])
    expect(document.warm_up).toEqual({
      method: 'mser-5', operations_removed: 45, operations: 400, sound: false,
      policies: [{ name: 'fsp-only', operations: 45, reliable: false }, { name: 'by-target', operations: 10, reliable: true }],
    })
    expect(Object.keys(document.policies[0]?.metrics['command_latency_ms_p99'] ?? {})).toEqual(['mean', 'ci95', 'thin', 'sectioned'])
  })

  it('holds what was compared and what came of it', () => {
    const document = comparisonDocument(sampleComparison(), { ...about, meta })
    expect(document).toMatchObject({
      schema: 'powersim.comparison/1', seed: 'mittal-2013', machine: 'power520', workload: 'day-one.hmc', replications: 3, meta,
    })
    expect(document.policies.map(({ name }) => name)).toEqual(['fsp-only', 'by-target'])
    expect(document.policies[0]?.digest).toMatch(/^[0-9a-f]{16}$/)
    expect(document.policies[0]?.metrics['commands_completed']).toEqual({ mean: 412, ci95: [412, 412] })
    expect(document.policies[1]?.operations.map(({ name }) => name)).toEqual(['chhwres mem add', 'lssyscfg lpar', 'lsled'])
    expect(document.policies[0]?.operations[1]).toEqual({
      name: 'lssyscfg lpar', commands_mean: 9, count: 20, duration_ms: { mean: 141, ci95: [141, 141], p50: 140, p95: 143 },
    })
    // -2 -2 -2 is exact: no variance to gain on
    expect(document.differences.find(({ metric }) => metric === 'nets_utilization')).toMatchObject({
      of: 'by-target', from: 'fsp-only', reduction_percent: null, variance_gain: 1, holm_significant: true,
    })
  })

  it('lists differences of the whole only, in the order of the metrics', () => {
    const comparison = sampleComparison()
    expect(comparison.differences.some(({ group }) => group === 'lssyscfg lpar')).toBe(true)
    const { differences, policies } = comparisonDocument(comparison, { ...about, meta })
    expect(differences.map(({ metric }) => metric)).toEqual(Object.keys(policies[0]?.metrics ?? {}))
  })

  it('marks thin metrics, and only these', () => {
    const { policies } = comparisonDocument(sampleComparison(), { ...about, meta })
    const thin = Object.entries(policies[0]?.metrics ?? {}).filter(([, metric]) => 'thin' in metric)
    expect(thin).toEqual([['command_latency_ms_p99', expect.objectContaining({ thin: true })]])
  })

  it('has null where nothing was observed and where one replication gives no interval', () => {
    const { policies, differences } = comparisonDocument(sampleComparison(1), { ...about, meta })
    expect(policies[0]?.metrics['fsp_own_latency_ms_mean']).toEqual({ mean: null, ci95: null })
    expect(policies[0]?.metrics['command_latency_ms_mean']).toEqual({ mean: 16.1, ci95: null })
    expect(policies[0]?.operations[0]?.duration_ms).toEqual({ mean: 1250, ci95: null, p50: 1249, p95: 1252 })
    expect(differences[0]).toMatchObject({ ci95: null, variance_gain: null, holm_significant: null })
  })

  it('has null for what an operation did not measure', () => {
    const run = { digest: '0123456789abcdef', events: 1, metrics: {}, groups: [{ name: 'lsled', count: 2, metrics: {} }] }
    const comparison = compareResults({ seed: 's', alternatives: ['a'], results: [[run]] })
    expect(comparisonDocument(comparison, { ...about, meta }).policies[0]?.operations).toEqual([
      { name: 'lsled', commands_mean: null, count: 2, duration_ms: { mean: null, ci95: null, p50: null, p95: null } },
    ])
  })

  it('has null for what is no number, and 0 for -0', () => {
    const comparison = sampleComparison()
    const [first, ...others] = comparison.differences
    const odd = { ...first!, mean: -0, ci95: [1, Infinity] as [number, number], reductionPercent: Number.NaN, varianceGain: Infinity }
    const { differences } = comparisonDocument({ ...comparison, differences: [odd, ...others] }, { ...about, meta })
    expect(differences[0]).toEqual({
      metric: 'command_latency_ms_mean', of: 'by-target', from: 'fsp-only',
      mean: 0, ci95: null, reduction_percent: null, variance_gain: null, holm_significant: true,
    })
  })

  it('depends on nothing but the comparison and the subject, outside of meta', () => {
    const first = comparisonDocument(sampleComparison(), { ...about, meta })
    const second = comparisonDocument(sampleComparison(), { ...about, meta: { wallSeconds: 99, events: 1, node: 'v24.0.0' } })
    expect(JSON.stringify({ ...second, meta: first.meta })).toBe(JSON.stringify(first))
  })

  it('refuses intervals of another level, which it would call ci95', () => {
    const comparison = { ...sampleComparison(), level: 0.9 }
    const call = (): unknown => comparisonDocument(comparison, { ...about, meta })
    expect(call).toThrow(ReportError)
    expect(call).toThrow(/comparison\.level: expected 0\.95/)
  })
})
