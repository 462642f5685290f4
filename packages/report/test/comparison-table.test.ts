// The text of a comparison, whole, as a reader sees it; then the cases that the sample does not have.

import { compareResults } from '@powersim/experiment'
import { describe, expect, it } from 'vitest'
import { comparisonTable } from '../src/index.js'
import { about, sampleComparison } from './sample-comparison.js'

const expected = `Comparison of routes: by-target against fsp-only

- machine:      power520
- workload:     day-one.hmc
- seed:         mittal-2013
- replications: 3, with the same commands and draws for every policy

Mean ± half width of the 95 % interval over replications. Difference: policy minus fsp-only [95 %
interval], paired by replication; gain: how many times fewer replications the pairing needs.
Latency: of a command, from asking to the absorbed reply.

| metric               |    fsp-only |   by-target |     difference [95 %] | reduction | gain |
|:---------------------|------------:|------------:|----------------------:|----------:|-----:|
| latency mean (ms)    | 16.2 ± 2.7  | 7.80 ± 1.14 | -8.43 [-10.05, -6.82] |    52.0 % |  3.4 |
| latency p99 (ms)     | 49.0 ± 6.6† | 21.3 ± 3.8† | -27.7 [ -30.5, -24.8] |    56.5 % |  7.0 |
| FSP utilisation (%)  | 31.3 ± 3.8  |  9.0 ± 2.5  | -22.3 [ -23.8, -20.9] |    71.3 % | 10.0 |
| NETS utilisation (%) |    0 ± 0    |  1.1 ± 0.1  |  +1.1 [   1.0,   1.3] |         – |  1.0 |
| FSP own latency (ms) |    –        | 9.20 ± 0.25 |     –                 |         – |    – |
| commands completed   |  412 ± 0    |  412 ± 0    |     0 [     0,     0] |     0.0 % |    – |
| commands failed      |  0.3 ± 1.4  |  0.3 ± 1.4  |   0.0 [  -2.5,   2.5] |     0.0 % |  0.7 |
| commands lost        |    0 ± 0    |    0 ± 0    |     0 [     0,     0] |         – |    – |

With by-target instead of fsp-only:

- lower: latency mean by 52.0 %, latency p99 by 56.5 %, FSP utilisation by 71.3 %
- higher: NETS utilisation
- no difference shown (the 95 % interval contains 0): commands failed
- the same in every replication: commands completed, commands lost
- nothing can be said (fewer than two replications observed both): FSP own latency

Operations: time per operation in ms, count per replication; ~ the interval of the difference
contains 0

| operation       | commands | count | fsp-only |  by-target | reduction |
|:----------------|---------:|------:|---------:|-----------:|----------:|
| lssyscfg lpar   |        9 |    20 |  141 ± 0 | 60.0 ± 2.5 |  57.4 %   |
| lsled           |    – / 1 | – / 1 |    –     | 5.00 ± 0   |       –   |
| chhwres mem add |       12 |     3 | 1251 ± 2 | 1192 ± 5   |   4.7 %   |

† thin: some replication had under 100 observations above this quantile; – nothing observed, or not
defined.`

const cells = (line: string | undefined): string[] => (line ?? '').split('|').map((cell) => cell.trim())
const rowOf = (text: string, label: string): string[] => cells(text.split('\n').find((line) => line.startsWith(`| ${label}`)))

/** Two policies, `a` and `b`, one metric `x_ms` with the given values. */
const tableOf = (a: readonly (number | null)[], b: readonly (number | null)[], metric = 'x_ms'): string => {
  const run = (value: number | null) => ({ digest: '0123456789abcdef', events: 1, metrics: { [metric]: value }, groups: [] })
  const results = a.map((value, index) => [run(value), run(b[index] ?? null)])
  return comparisonTable(compareResults({ seed: 's', alternatives: ['a', 'b'], results }), about)
}

describe('the text of a comparison', () => {
  it('is what a reader expects, to the letter', () => {
    expect(comparisonTable(sampleComparison(), about)).toBe(expected)
  })

  it('is at most 100 characters wide, for any number of policies, with every cell under its heading', () => {
    for (const count of [1, 2, 3, 5, 9]) {
      const names = ['fsp-only', 'by-target', 'nets-first', 'p4', 'p5', 'p6', 'p7', 'p8', 'p9'].slice(0, count)
      const text = comparisonTable(sampleComparison(3, names), about)
      for (const line of text.split('\n')) expect([...line].length).toBeLessThanOrEqual(100)
      for (const table of text.split('\n\n').filter((part) => part.startsWith('|'))) {
        const bars = table.split('\n').map((line) => [...line].flatMap((character, at) => (character === '|' ? [at] : [])).join())
        expect(new Set(bars).size).toBe(1)
      }
      for (const name of names) expect(text).toContain(` ${name} |`)
    }
  })

  it('says which policy each difference is of when there are several', () => {
    const text = comparisonTable(sampleComparison(3, ['fsp-only', 'by-target', 'nets-first']), about)
    expect(text).toContain('by-target: difference [95 %]')
    expect(text).toContain('nets-first: reduction')
    expect(text.match(/^With .* instead of fsp-only:$/gm)).toEqual([
      'With by-target instead of fsp-only:',
      'With nets-first instead of fsp-only:',
    ])
  })

  it('shows one policy alone without differences', () => {
    const text = comparisonTable(sampleComparison(3, ['fsp-only']), about)
    expect(text.startsWith('Route fsp-only\n')).toBe(true)
    expect(text).not.toMatch(/difference|reduction|gain|instead/)
    expect(rowOf(text, 'latency mean')).toEqual(['', 'latency mean (ms)', '16.2 ± 2.7', ''])
  })

  it('has no intervals after one replication, and says so', () => {
    const text = comparisonTable(sampleComparison(1), about)
    expect(text).toContain('One replication: means without intervals.')
    expect(text).toContain('One replication gives no intervals, so no difference can be shown')
    expect(text).not.toMatch(/±|instead/)
    expect(rowOf(text, 'latency mean')).toEqual(['', 'latency mean (ms)', '16.1', '7.70', '-8.40', '52.2 %', '–', ''])
  })

  it('tells a difference that was shown from one that was not', () => {
    expect(tableOf([10, 11, 12], [5, 6, 8])).toContain('- lower: x by 42.4 %')
    expect(tableOf([5, 6, 8], [10, 11, 12])).toContain('- higher: x by 73.7 %')
    expect(tableOf([5, 6, 8], [8, 5, 6])).toContain('- no difference shown (the 95 % interval contains 0): x')
    expect(tableOf([5, 6, 8], [5, 6, 8])).toContain('- the same in every replication: x')
    expect(tableOf([5, 6, null], [5, null, 8])).toContain('- nothing can be said (fewer than two replications observed both): x')
  })

  it('marks what is not significant after Holm, with three policies or more', () => {
    // three pairs of differences: 11 +- 2 has t = 9.5 and p = 0.011, 7 +- 2 t = 6.1 and p = 0.026, 5 +- 2 t = 4.3 and p = 0.0495
    const run = (value: number, group: number) => {
      const groups = [{ name: 'lsled', count: 1, metrics: { duration_ms_mean: group } }]
      return { digest: '0123456789abcdef', events: 1, metrics: { x_ms: value }, groups }
    }
    const textOf = (...shifts: readonly number[]): string => {
      const alternatives = ['base', ...shifts.map((shift) => `by-${shift}`)]
      const results = [-2, 0, 2].map((deviation) => {
        return [run(100, 100), ...shifts.map((shift) => run(shift === 0 ? 100 : 100 - shift + deviation, 100 - shift + deviation))]
      })
      return comparisonTable(compareResults({ seed: 's', alternatives, results }), about)
    }
    expect(textOf(5)).not.toMatch(/§|Holm|~ +\|/)
    const text = textOf(5, 7, 11, 0)
    expect(text.match(/\S+ \[[^%\]]+\]§?/g)).toEqual(['-5.00 [-9.97, -0.03]§', '-7.00 [-11.97, -2.03]§', '-11.0 [-16.0, -6.0]', '0 [0, 0]'])
    expect(text).toContain("§ not significant after Holm's correction over all policies")
    expect(text).toContain('With by-7 instead of base:\n\n- no difference shown once all 4 policies are corrected for (Holm): x')
    expect(text).toContain('With by-11 instead of base:\n\n- lower: x by 11.0 %')
    expect(text).toContain('With by-0 instead of base:\n\n- the same in every replication: x')
    expect(text).toContain("~ the difference is not significant\nafter Holm's correction")
    expect(text).toMatch(/5\.0 % ~/)
    expect(text).toMatch(/11\.0 % {3}/)
  })

  it('breaks a long list of findings between words, but not before a percent sign', () => {
    const run = (factor: number) => {
      const metrics = Object.fromEntries(Array.from({ length: 40 }, (_, n) => [`${'x'.repeat(1 + (n % 7))}${n}_ms`, factor]))
      return { digest: '0123456789abcdef', events: 1, metrics, groups: [] }
    }
    const results = [1, 2, 3].map((n) => [run(10 * n), run(5 * n + n * n)])
    const text = comparisonTable(compareResults({ seed: 's', alternatives: ['a', 'b'], results }), about)
    const findings = text.slice(text.indexOf('- lower:')).split('\n')
    expect(findings.length).toBeGreaterThan(5)
    for (const line of findings) expect(line).toMatch(/^(- lower: | {2})\w/)
    for (const line of findings) expect(line.length).toBeLessThanOrEqual(100)
  })

  it('says how small a small change is', () => {
    const text = tableOf([100, 101, 102], [99.98, 100.98, 101.98])
    expect(text).toContain('- lower: x by 0.02 %')
    expect(rowOf(text, 'x (ms)').slice(5, 6)).toEqual(['0.02 %'])
    expect(tableOf([100, 101, 102], [100 - 1e-6, 101 - 1e-6, 102 - 1e-6])).toContain('- lower: x by 0.000 %')
  })

  it('marks a metric that only some replications observed', () => {
    const text = tableOf([5, 6, null], [5, 6, 8])
    expect(rowOf(text, 'x (ms)')[2]).toMatch(/‡$/)
    expect(rowOf(text, 'x (ms)')[3]).not.toContain('‡')
    expect(text).toContain('‡ observed in some replications only')
    expect(text).not.toContain('†')
  })

  it('marks a reduction of an operation whose interval contains 0', () => {
    const run = (durationMs: number) => ({
      digest: '0123456789abcdef',
      events: 1,
      metrics: {},
      groups: [{ name: 'lsled', count: 1, metrics: { commands_mean: 1, duration_ms_mean: durationMs } }],
    })
    const results = [[10, 9], [11, 12], [12, 11]].map((row) => row.map(run))
    const text = comparisonTable(compareResults({ seed: 's', alternatives: ['a', 'b'], results }), about)
    expect(rowOf(text, 'lsled')).toEqual(['', 'lsled', '1', '1', '11.0 ± 2.5', '10.7 ± 3.8', '3.0 % ~', ''])
    expect(text).not.toContain('| metric')
  })

  it('gives three significant digits to times and never cuts those before the point', () => {
    const shown = (value: number): string | undefined => rowOf(tableOf([value, value], [value, value]), 'x (ms)')[2]
    expect([12_345, 1234.5, 123.45, 12.345, 1.2345, 0.012345, 0].map(shown)).toEqual([
      '12345 ± 0', '1235 ± 0', '123 ± 0', '12.3 ± 0', '1.23 ± 0', '0.0123 ± 0', '0 ± 0',
    ])
    // a half width is not shown as 0 when it is not
    expect(rowOf(tableOf([123.4, 123.5], [1, 2]), 'x (ms)')[2]).toBe('123 ± 0.6')
  })

  it('shows utilisations in percent and whole counts without decimals', () => {
    expect(rowOf(tableOf([0.5, 0.52], [0.25, 0.26], 'disk_utilization'), 'disk utilisation (%)').slice(2, 6)).toEqual([
      '51.0 ± 12.7', '25.5 ± 6.4', '-25.5 [-31.9, -19.1]', '50.0 %',
    ])
    expect(rowOf(tableOf([7, 7], [9, 9], 'lines_run'), 'lines run').slice(2, 5)).toEqual(['7 ± 0', '9 ± 0', '+2 [2, 2]'])
  })

  it('keeps names that Markdown or a terminal would trip over in their cells', () => {
    const comparison = sampleComparison(3, ['fsp|only', 'by\ntarget'])
    const text = comparisonTable(comparison, { machine: 'power|520', workload: 'a\nb' })
    expect(text).toContain('| fsp\\|only |')
    expect(text).toContain('by target')
    expect(text).toContain('- workload:     a b\n')
  })
})
