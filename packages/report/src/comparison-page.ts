// A comparison of routes as one HTML page that needs nothing else: findings, charts, tables, how to read them, what was run. Its numbers
// are those of comparison-table.ts. It has no script and loads nothing; the same comparison gives the same bytes.

import type { AlternativeSummary, Comparison } from '@powersim/experiment'
import { draughtsman, type Draughtsman } from './chart/draw.js'
import { latencyChart } from './chart/latency-chart.js'
import { operationChart } from './chart/operation-chart.js'
import { looksOf } from './chart/theme.js'
import { utilisationChart } from './chart/utilisation-chart.js'
import type { ComparisonSubject } from './comparison-document.js'
import { metricColumns } from './comparison-table.js'
import { ReportError } from './errors.js'
import { Marks } from './estimate-cells.js'
import { findingsOf, NO_FINDINGS, percentOf } from './findings.js'
import { operationColumns } from './operation-table.js'
import { figureOf } from './page/chart-figure.js'
import { html, Markup } from './page/markup.js'
import { readingOf } from './page/reading.js'
import { style } from './page/style.js'
import { columnsOf, tableOf } from './page/table.js'
import type { Column } from './text-table.js'
import { unsoundText, warmUpText } from './warm-up-text.js'

/** What a page says beside the comparison itself. */
export interface PageSubject extends ComparisonSubject {
  /** Off: every variate at its mean, no background work. */
  readonly noise: boolean
  /** Version of powersim. */
  readonly version: string
  /** The command line that gives these numbers again; none for a study of one's own script. */
  readonly command?: string
}

/**
 * The page, complete. Rejects with ReportError `no-curves` for a comparison whose replications returned no distributions and no series:
 * these must be asked for before the runs.
 */
export async function comparisonPage(comparison: Comparison, about: PageSubject): Promise<string> {
  if (comparison.alternatives.every(({ distributions, series }) => distributions === undefined && series === undefined)) {
    const message = 'expected distributions or series to draw, got neither: run the comparison with `collect`'
    throw new ReportError('no-curves', 'comparison.alternatives', message)
  }
  const names = comparison.alternatives.map(({ name }) => name)
  const pen = await draughtsman()
  const title = titleOf(names)
  const runs = countOf(comparison.replications, 'replication')
  const page = html`<!DOCTYPE html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta
          http-equiv="Content-Security-Policy"
          content="default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
        />
        <meta name="color-scheme" content="light dark" />
        <title>${title}: ${about.workload} on ${about.machine}</title>
        <style>
          ${new Markup(style)}
        </style>
      </head>
      <body>
        <header>
          <p class="eyebrow">powersim: comparison of routes</p>
          <h1>${title}</h1>
          <p class="lead">${about.workload} on ${about.machine}, ${runs}, seed ${comparison.seed}</p>
        </header>
        <main>
          ${findings(comparison)}${await charts(comparison, pen)}${tables(comparison)}${readingOf(comparison)}
          ${facts(comparison, about, pen)}
        </main>
      </body>
    </html> `
  return page.text
}

function titleOf([baseline = '', ...others]: readonly string[]): string {
  if (others.length === 0) return `Route ${baseline}`
  return others.length < 3 ? `${others.join(' and ')} against ${baseline}` : `${others.length} policies against ${baseline}`
}

const countOf = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`

function findings(comparison: Comparison): Markup {
  const { alternatives, replications, warmUp } = comparison
  const unsound = warmUp === undefined ? null : unsoundText(warmUp, (name) => name)
  const warning = unsound === null ? html`` : html`<p>${unsound}</p>`
  if (alternatives.length < 2) return warning
  const told = findingsOf(comparison).map(({ of, from, verdicts }) => {
    const items = verdicts.map(({ verdict, metrics }) => html`<li>${unbroken(`${verdict}: ${metrics.join(', ')}`)}</li>`)
    return html`<div>
      <h3>With ${of} instead of ${from}</h3>
      <ul>
        ${items}
      </ul>
    </div> `
  })
  return html`<section aria-labelledby="findings">
    <h2 id="findings">What it says</h2>
    ${warning}${replications < 2 ? html`<p>${NO_FINDINGS}</p>` : html`<div class="findings">${told}</div>`}
  </section> `
}

/** A percent sign stays on the line of its number. */
const unbroken = (text: string): string => text.replaceAll(' %', '\u00A0%')

async function charts(comparison: Comparison, pen: Draughtsman): Promise<Markup> {
  const looks = looksOf(comparison.alternatives.map(({ name }) => name))
  const operations = await figureOf(operationChart(comparison), looks, 'shape', pen)
  const latencies = await figureOf(latencyChart(comparison), looks, 'line', pen)
  const utilisation = await figureOf(utilisationChart(comparison), looks, 'line', pen)
  return html`${operations}${latencies}${utilisation}`
}

/** The tables of comparison-table.ts: metrics, the differences of each policy from the baseline, operations. */
function tables(comparison: Comparison): Markup {
  const { alternatives, level } = comparison
  const [baseline, ...others] = alternatives
  const marks = new Marks()
  const metrics = metricColumns(comparison, marks)
  const operations = operationColumns(comparison, marks)
  const means = alternatives.length
  const differences = others.map(({ name }, index) => {
    if (metrics === null) return html``
    const label = `${name} minus ${baseline?.name ?? ''}`
    return html`<h3>${label}, paired by replication</h3>
      ${tableOf(columnsOf(metrics, means + index, means + index + 1), label)}`
  })
  const interval = comparison.replications < 2 ? 'mean' : `mean ± half width of the ${percentOf(level)} interval`
  const steady = comparison.warmUp === undefined ? '' : ' Quantiles: of all replications together, with intervals by sectioning.'
  const ofMetrics = `Per policy: ${interval}, over replications.${steady}`
  const ofOperations = 'Time per operation in ms; count per replication.'
  return html`<section aria-labelledby="metrics">
      <h2 id="metrics">Metrics</h2>
      ${noted(metrics === null ? null : columnsOf(metrics, 0, means), 'Metrics', ofMetrics)}${differences}
    </section>
    <section aria-labelledby="table">
      <h2 id="table">Operations</h2>
      ${noted(operations === null ? null : columnsOf(operations, 0, operations.blocks.length), 'Operations', ofOperations)}
      ${marks.footnotes().map((note) => html`<p class="notes">${note}</p>`)}
    </section> `
}

function noted(columns: readonly Column[] | null, label: string, note: string): Markup {
  return columns === null
    ? html`<p>None.</p>`
    : html`<p class="notes">${note}</p>
        ${tableOf(columns, label)}`
}

function facts({ seed, replications, alternatives, events, warmUp }: Comparison, about: PageSubject, { versions }: Draughtsman): Markup {
  const all: readonly (readonly [string, string | Markup])[] = [
    ['machine', about.machine],
    ['workload', about.workload],
    ['seed', seed],
    ['replications', `${replications}, with the same commands and draws for every policy`],
    ...(warmUp === undefined ? [] : [['warm-up', warmUpText(warmUp)] as const]),
    ['noise', about.noise ? 'on' : 'off: every variate at its mean, no background work'],
    ['policies', policies(alternatives)],
    ['events', `${events} in all runs`],
    ['versions', `powersim ${about.version}; drawn with vega ${versions.vega}, vega-lite ${versions.vegaLite}`],
  ]
  const { command } = about
  const again = html`<p>
      This command gives the same numbers, to the bit, on any machine and Node version that powersim runs on; with
      <code>--report DIR</code> also this page. A click selects it.
    </p>
    <pre class="command"><code>${command ?? ''}</code></pre> `
  return html`<section aria-labelledby="facts">
    <h2 id="facts">What was run</h2>
    <dl class="facts">
      ${all.map(
        ([name, value]) =>
          html`<dt>${name}</dt>
            <dd>${value}</dd> `,
      )}
    </dl>
    ${command === undefined ? html`` : again}
  </section> `
}

function policies(alternatives: readonly AlternativeSummary[]): Markup {
  return html`${alternatives.map(({ name, digest }, index) => {
    return html`<div>${name}, digest <code>${digest}</code>${index === 0 && alternatives.length > 1 ? ' (baseline)' : ''}</div>`
  })}`
}
