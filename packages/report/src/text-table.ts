// Tables of text: pipes as Markdown has them, columns padded for a terminal. Too many columns for the width become several tables
// under each other, each with the first column again.

/** A table's width, in characters, unless one column needs more. */
const TABLE_WIDTH = 100

/** A column of a table; all columns of a table have as many cells. */
export interface Column {
  readonly heading: string
  readonly cells: readonly string[]
  readonly align: 'left' | 'right'
}

/** A table's columns: the first, and blocks of columns that stay together. */
export interface ColumnBlocks {
  readonly first: Column
  readonly blocks: readonly (readonly Column[])[]
}

/** A cell in parts that stand under each other down the column; missing parts are blank. */
export type Parts = readonly string[]

/** Characters of a text, not code units. */
function lengthOf(text: string): number {
  return [...text].length
}

const padEnd = (text: string, length: number): string => text + ' '.repeat(Math.max(0, length - lengthOf(text)))
const padStart = (text: string, length: number): string => ' '.repeat(Math.max(0, length - lengthOf(text))) + text

/** Cells from parts: numbers (every other part, from the first) flush right, what joins them flush left. */
export function alignedCells(rows: readonly Parts[]): string[] {
  const count = Math.max(0, ...rows.map((row) => row.length))
  const widths = Array.from({ length: count }, (_, index) => Math.max(...rows.map((row) => lengthOf(row[index] ?? ''))))
  return rows.map((row) => widths.map((width, index) => (index % 2 === 0 ? padStart : padEnd)(row[index] ?? '', width)).join(''))
}

/** One or more texts of at most `width` characters a line, each with the first column; none of no table. */
export function tablesOf(table: ColumnBlocks | null, width: number = TABLE_WIDTH): string[] {
  if (table === null) return []
  const first = named(table.first)
  const blocks = table.blocks.map((block) => block.map(named))
  const tables: Column[][] = []
  let current: Column[] = []
  for (const block of blocks) {
    const together = [...current, ...block]
    if (current.length === 0 || widthOf([first, ...together]) <= width) current = together
    else {
      tables.push(current)
      current = [...block]
    }
  }
  if (current.length > 0) tables.push(current)
  return tables.map((columns) => drawn([first, ...columns]))
}

/** Text broken into lines of at most `width` characters between words, never before a percent sign; later lines begin with `indent`. */
export function wrapped(text: string, indent: string, width: number = TABLE_WIDTH): string {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(/ (?!%)/)) {
    if (line !== '' && lengthOf(line) + 1 + lengthOf(word) > width) {
      lines.push(line)
      line = indent + word
    } else {
      line = line === '' ? word : `${line} ${word}`
    }
  }
  return [...lines, line].join('\n')
}

/** A name as a cell can hold it: on one line, with pipes as Markdown wants them. */
export function cellText(text: string): string {
  return text.replaceAll(/\s+/g, ' ').replaceAll('|', '\\|')
}

/** Headings and names as cells can hold them; numbers, to the right, are so already. */
function named({ heading, cells, align }: Column): Column {
  return { heading: cellText(heading), cells: align === 'left' ? cells.map(cellText) : cells, align }
}

const columnWidth = ({ heading, cells }: Column): number => Math.max(3, lengthOf(heading), ...cells.map(lengthOf))

function widthOf(columns: readonly Column[]): number {
  return columns.reduce((sum, column) => sum + columnWidth(column) + 3, 1)
}

function drawn(columns: readonly Column[]): string {
  const pads = columns.map((column) => {
    const pad = column.align === 'left' ? padEnd : padStart
    const width = columnWidth(column)
    return (text: string): string => pad(text, width)
  })
  const line = (texts: readonly string[]): string => `| ${texts.map((text, index) => pads[index]?.(text) ?? text).join(' | ')} |`
  const rule = columns.map((column) => {
    const dashes = '-'.repeat(columnWidth(column) + 1)
    return column.align === 'left' ? `:${dashes}` : `${dashes}:`
  })
  const rows = columns[0]?.cells.map((_, row) => line(columns.map(({ cells }) => cells[row] ?? ''))) ?? []
  return [line(columns.map(({ heading }) => heading)), `|${rule.join('|')}|`, ...rows].join('\n')
}
