// The page of a comparison: the numbers of the table, nothing from outside, names that stay names, the same bytes each time.
// What it looks like was looked at in a browser; that it can be read by one is checked here tag by tag.

import { type Comparison, compareResults } from '@powersim/experiment'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { comparisonPage, comparisonTable, type PageSubject, ReportError } from '../src/index.js'
import { curvedComparison } from './curved-comparison.js'
import { sampleComparison } from './sample-comparison.js'

const about = { machine: 'power520', workload: 'day-one.hmc', noise: true, version: '1.2.3', command: 'powersim compare --seed a' }

/** Text of a piece of HTML. */
const plain = (html: string): string =>
  html
    .replaceAll(/<[^>]*>/g, '')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&')
    .replaceAll('\u00A0', ' ')

/** The rows of every table, as texts of cells. */
function tablesOf(page: string): string[][][] {
  return [...page.matchAll(/<table>(.*?)<\/table>/gs)].map(([, table = '']) =>
    [...table.matchAll(/<tr>(.*?)<\/tr>/gs)].map(([, row = '']) => {
      return [...row.matchAll(/<t[hd][^>]*>(.*?)<\/t[hd]>/gs)].map(([, cell = '']) => plain(cell))
    }),
  )
}

/** The rows of the Markdown tables of a text, by their first cell and heading. */
function markdownCells(text: string): string[] {
  const rows = text.split('\n').filter((line) => line.startsWith('| '))
  return rows.flatMap((row) => row.slice(2, -2).split(' | ')).map((cell) => cell.trim().replaceAll(/\s+/g, ' ').replaceAll('[ ', '['))
}

/** Throws unless every tag that is opened is closed, in order. */
function checkNesting(page: string): void {
  const open: string[] = []
  const empty = new Set(['meta', 'br'])
  for (const [, closing, name = '', itself] of page.matchAll(/<(\/?)([a-zA-Z][\w]*)(?:\s+[\w:-]+(?:="[^"<]*")?)*\s*(\/?)>/g)) {
    if (closing === '/') {
      if (open.pop() !== name) throw new Error(`</${name}> closes nothing`)
    } else if (itself !== '/' && !empty.has(name)) {
      open.push(name)
    }
  }
  if (open.length > 0) throw new Error(`not closed: ${open.join(', ')}`)
}

afterEach(() => vi.restoreAllMocks())

/** The page; fails if the drawing libraries have something to say against a specification. */
async function pageOf(comparison: Comparison, more: Partial<PageSubject> = {}): Promise<string> {
  const said = [vi.spyOn(console, 'warn'), vi.spyOn(console, 'error')]
  const page = await comparisonPage(comparison, { ...about, ...more })
  for (const spy of said) expect(spy).not.toHaveBeenCalled()
  return page
}

describe('the page of a comparison', () => {
  it.each([
    ['two policies', ['fsp-only', 'by-target']],
    ['four', ['fsp-only', 'by-target', 'random', 'round-robin']],
    ['one', ['fsp-only']],
  ])('has every number of the table, under %s', async (_what, policies) => {
    const comparison = curvedComparison({ policies })
    const cells = new Set(tablesOf(await pageOf(comparison)).flat(2))
    for (const cell of markdownCells(comparisonTable(comparison, about))) expect(cells).toContain(cell)
  })

  it('has the numbers behind each chart', async () => {
    const comparison = curvedComparison()
    const [operations = [], latencies = [], utilisation = []] = tablesOf(await pageOf(comparison))
    expect(operations.map(([name]) => name)).toEqual(['operation', 'lsled', 'chhwres mem add', 'lssyscfg lpar'])
    expect(latencies[0]).toEqual(['commands', 'fsp-only (ms)', 'by-target (ms)'])
    expect(latencies.at(-1)).toEqual(['observed', '1200', '1200'])
    expect(utilisation).toHaveLength(41)
    expect(utilisation[0]?.slice(0, 2)).toEqual(['from (ms)', 'replications'])
    const [first] = comparison.alternatives
    expect(utilisation[1]?.[2]).toBe((100 * (first?.series?.['fsp_utilization']?.means[0] ?? 0)).toFixed(1))
  })

  it('says what was run, and how to run it again', async () => {
    const page = await pageOf(curvedComparison(), { command: "powersim compare --seed 'it''s & <b>'" })
    const facts = plain(/<dl.*<\/dl>/s.exec(page)?.[0] ?? '')
    for (const fact of ['power520', 'day-one.hmc', 'mittal-2013', 'powersim 1.2.3', 'vega 6.4.0', 'vega-lite 6.4.3', 'digest']) {
      expect(facts).toContain(fact)
    }
    expect(plain(/<pre class="command">.*?<\/pre>/s.exec(page)?.[0] ?? '')).toBe("powersim compare --seed 'it''s & <b>'")
    expect(await pageOf(curvedComparison(), { noise: false })).toContain('every variate at its mean')
  })

  it('needs nothing from outside and runs nothing', async () => {
    const page = await pageOf(curvedComparison())
    expect(page.replaceAll('http://www.w3.org/2000/svg', '')).not.toMatch(/https?:|\/\/[a-z]/)
    expect(page).not.toMatch(/<(script|link|img|iframe|object|embed|base)\b|@import|\burl\((?!#)|\son\w+=/i)
    expect(page).toContain("default-src 'none'")
  })

  it('is well formed, with ids that are there once', async () => {
    const page = await pageOf(curvedComparison({ policies: ['a', 'b', 'c'] }))
    expect(() => checkNesting(page)).not.toThrow()
    const ids = [...page.matchAll(/ id="([^"]*)"/g)].map(([, id]) => id)
    expect(new Set(ids).size).toBe(ids.length)
    for (const [, id] of page.matchAll(/(?:url\(#|aria-labelledby=")([^)"]+)/g)) expect(ids).toContain(id)
    expect(page.match(/<svg [^>]*role="img" aria-label="[^"]+"/g)).toHaveLength(6)
  })

  it('is the same bytes each time', async () => {
    const pages = [await pageOf(curvedComparison()), await pageOf(curvedComparison())]
    expect(pages[0]).toBe(pages[1])
  })

  it('leaves names as names, whatever they are', async () => {
    const attributes = 'a\' id="x" d="M0.12345,1" {{datum}} ${1} \u0000\uD800 & &amp;'
    const hostile = ['<script>alert(1)</script>', '"><img src=x onerror=alert(1)>', attributes]
    const comparison = curvedComparison({ policies: hostile, operations: [...hostile, '</style><b>'] })
    const page = await pageOf(comparison, { machine: hostile[0]!, workload: hostile[1]!, command: hostile[2]! })
    expect(page).not.toMatch(/<(script|img|b>a)/)
    expect(page).not.toMatch(/\p{Surrogate}|[^\P{Cc}\n]/u)
    expect(() => checkNesting(page)).not.toThrow()
    const texts = plain(page)
    expect(texts).toContain('<script>alert(1)</script>')
    expect(texts).toContain('d="M0.12345,1" {{datum}} ${1}')
  })

  it('draws policies by the dozen, long names and one replication', async () => {
    const policies = Array.from({ length: 12 }, (_, index) => `policy-${index}-${'long'.repeat(12)}`)
    const operations = Array.from({ length: 30 }, (_, index) => `operation ${index} ${'of many words '.repeat(6)}`)
    const page = await pageOf(curvedComparison({ policies, operations, replications: 1 }))
    expect(() => checkNesting(page)).not.toThrow()
    expect(page).not.toMatch(/NaN|undefined|Infinity/)
  })

  it('says so when curves are of the first replications only', async () => {
    const whole = curvedComparison()
    const [first] = whole.alternatives
    const results = (first?.perReplication ?? []).map((run, replication) => {
      const { distributions: _observations, series: _levels, ...numbers } = run
      return [replication < 3 ? run : numbers]
    })
    expect(await pageOf(whole)).toContain('of all replications together')
    const page = await pageOf(compareResults({ seed: 's', alternatives: ['fsp-only'], results }))
    expect(page.match(/of the first 3 of 4 replications/g)).toHaveLength(2)
  })

  it('says that nothing was observed where nothing was', async () => {
    const page = await pageOf(curvedComparison({ operations: [], commands: 0 }))
    expect(page.match(/Nothing was observed that could be drawn/g)).toHaveLength(2)
    expect(page).not.toMatch(/NaN|undefined|Infinity/)
  })

  it('refuses a comparison that has nothing to draw', async () => {
    const page = pageOf(sampleComparison())
    await expect(page).rejects.toThrow(ReportError)
    await expect(page).rejects.toMatchObject({ code: 'no-curves', path: 'comparison.alternatives' })
  })
})

describe('the page of a steady-state comparison', () => {
  it('says what was removed as warm-up, that quantiles are pooled, and warns where it is not sound', async () => {
    const alternatives = [
      { name: 'fsp-only', mser5: 45, reliable: false },
      { name: 'by-target', mser5: 60, reliable: true },
    ]
    const warmUp = { method: 'mser-5', removed: 45, observations: 400, sound: false, alternatives } as const
    const comparison = { ...curvedComparison(), warmUp }
    const page = plain(await comparisonPage(comparison, about))
    expect(page).toContain('45 of 400 operations of each run removed, by MSER-5')
    expect(page).toContain('Quantiles: of all replications together')
    const warning = 'The warm-up is not sound: the runs are too short to tell their warm-up, or never become steady, under fsp-only;'
    expect(page).toContain(`${warning} MSER-5 would remove more under by-target (60).`)
    const sound = plain(await comparisonPage({ ...comparison, warmUp: { ...warmUp, sound: true } }, about))
    expect(sound).not.toContain('not sound')
  })
})
