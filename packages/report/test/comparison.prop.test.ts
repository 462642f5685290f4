// Whatever a comparison holds, its document is JSON that comes back as it went in, and its table is text without a NaN.

import { compareResults } from '@powersim/experiment'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { comparisonDocument, comparisonTable } from '../src/index.js'
import { about } from './sample-comparison.js'

// Large enough that variances overflow, which leaves infinities and NaN in the comparison.
const value = fc.option(fc.oneof(fc.double({ min: -1e300, max: 1e300, noNaN: true }), fc.integer(), fc.constant(-0)), { freq: 6 })
const metrics = fc.record(
  { command_latency_ms_mean: value, fsp_utilization: value, commands_lost: value, odd: value },
  { requiredKeys: [] },
)
const group = fc.record({
  name: fc.constantFrom('lsled', 'lssyscfg lpar', 'my own'),
  count: fc.nat(1000),
  metrics: fc.record({ commands_mean: value, duration_ms_mean: value, duration_ms_p95: value }, { requiredKeys: [] }),
})
const run = fc.record({
  digest: fc.constant('0123456789abcdef'),
  events: fc.nat(),
  metrics,
  groups: fc.uniqueArray(group, { selector: ({ name }) => name, maxLength: 3 }),
})
const comparison = fc.integer({ min: 1, max: 3 }).chain((policies) =>
  fc
    .array(fc.array(run, { minLength: policies, maxLength: policies }), { minLength: 1, maxLength: 4 })
    .map((results) => compareResults({ seed: 's', alternatives: ['a', 'b', 'c'].slice(0, policies), results })),
)

function leaves(tree: unknown): unknown[] {
  return typeof tree === 'object' && tree !== null ? Object.values(tree).flatMap(leaves) : [tree]
}

describe('a drawn comparison', () => {
  it('gives a document of finite numbers, texts, nulls and verdicts, the same after JSON', () => {
    fc.assert(
      fc.property(comparison, (drawn) => {
        const document = comparisonDocument(drawn, { ...about, meta: { wallSeconds: 1, events: 1, node: 'v20' } })
        for (const leaf of leaves(document)) {
          const isNumber = typeof leaf === 'number' && Number.isFinite(leaf) && !Object.is(leaf, -0)
          expect(isNumber || typeof leaf === 'string' || leaf === null || typeof leaf === 'boolean').toBe(true)
        }
        expect(JSON.parse(JSON.stringify(document))).toEqual(document)
        expect(document.policies.map(({ operations }) => operations.length)).toEqual(drawn.alternatives.map(({ groups }) => groups.length))
      }),
    )
  })

  it('gives a table without NaN, undefined, null or Infinity', () => {
    fc.assert(
      fc.property(comparison, (drawn) => {
        expect(comparisonTable(drawn, about)).not.toMatch(/NaN|undefined|null|Infinity|-0(\.0+)?[ ,\]]/)
      }),
    )
  })
})
