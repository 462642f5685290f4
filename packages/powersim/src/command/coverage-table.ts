// What of a console's command line is modelled, for a reader: one row per command, in Markdown. The rows are the console's own tables
// (coverage() of hmc); nothing is known here that they do not say.

import type { CoverageRow, CoverageStatus } from '@powersim/hmc'

const statuses: readonly CoverageStatus[] = ['modelled', 'refused as real', 'not simulated']

const kinds = ['command', 'variant', 'option', 'attribute', 'filter'] as const satisfies readonly CoverageRow['kind'][]

/** Rows by kind and status: `{ command: { modelled: 40, … }, … }`. */
export function coverageCounts(rows: readonly CoverageRow[]): Record<CoverageRow['kind'], Record<CoverageStatus, number>> {
  const count = (kind: CoverageRow['kind'], status: CoverageStatus): number =>
    rows.filter((row) => row.kind === kind && row.status === status).length
  const countsOf = (kind: CoverageRow['kind']) => ({
    modelled: count(kind, 'modelled'),
    'refused as real': count(kind, 'refused as real'),
    'not simulated': count(kind, 'not simulated'),
  })
  return {
    command: countsOf('command'),
    variant: countsOf('variant'),
    option: countsOf('option'),
    attribute: countsOf('attribute'),
    filter: countsOf('filter'),
  }
}

/** Markdown, without a newline at its end. */
export function coverageTable(rows: readonly CoverageRow[]): string {
  const known = [...commandsOf(rows, 'modelled'), ...commandsOf(rows, 'refused as real')].sort()
  const missing = commandsOf(rows, 'not simulated')
  return [
    countTable(rows),
    table(
      ['command', ...statuses],
      known.map((command) =>
        commandCells(
          command,
          rows.filter((row) => row.command === command),
        ),
      ),
    ),
    `Commands that are not simulated: ${missing.map(quoted).join(', ')}.`,
  ].join('\n\n')
}

function countTable(rows: readonly CoverageRow[]): string {
  const counts = coverageCounts(rows)
  return table(
    ['', ...statuses],
    kinds.map((kind) => [`${kind}s`, ...statuses.map((status) => String(counts[kind][status]))]),
  )
}

function commandsOf(rows: readonly CoverageRow[], status: CoverageStatus): string[] {
  return rows.flatMap((row) => (row.kind === 'command' && row.status === status ? row.command : [])).sort()
}

function commandCells(command: string, rows: readonly CoverageRow[]): string[] {
  return [quoted(command), ...statuses.map((status) => cell(rows, status))]
}

/** Variants of that status; of those that are modelled, what is not: an option alone, or with its variant where others have it. */
function cell(rows: readonly CoverageRow[], status: CoverageStatus): string {
  const variants = rows.filter((row) => row.kind === 'variant' && row.status === status).map(({ variant }) => variant)
  const parts = rows.filter((row) => isPart(row) && row.status === 'not simulated').map((row) => partOf(row, rows))
  const words = [...new Set([...variants, ...(status === 'not simulated' ? parts : [])])]
  const alone = rows.some((row) => row.kind === 'command' && row.status === status)
  return words.length === 0 && alone ? 'yes' : words.map(quoted).join(', ')
}

const isPart = ({ kind }: CoverageRow): boolean => kind !== 'variant' && kind !== 'command'

function partOf({ variant, name }: CoverageRow, rows: readonly CoverageRow[]): string {
  return rows.some((row) => row.name === name && row.status === 'modelled') ? `${variant} ${name}`.trim() : name
}

const quoted = (text: string): string => `\`${text}\``

function table(heading: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`
  return [line(heading), `|${heading.map(() => '---').join('|')}|`, ...rows.map(line)].join('\n')
}
