// A table of a page, from the columns that the text has too. Wide ones scroll within themselves, also by keyboard.
// Which tables there are is in comparison-page.ts, and of the charts in chart/.

import type { Column, ColumnBlocks } from '../text-table.js'
import { html, type Markup } from './markup.js'

/** The first column heads the rows; `label` says what the table holds. */
export function tableOf(columns: readonly Column[], label: string): Markup {
  const [first] = columns
  const headings = columns.map(({ heading }) => html`<th scope="col">${heading}</th>`)
  const rows = (first?.cells ?? []).map((name, row) => {
    const cells = columns.slice(1).map((column) => html`<td>${cellText(column.cells[row] ?? '')}</td>`)
    return html`<tr>
      <th scope="row">${name}</th>
      ${cells}
    </tr> `
  })
  return html`<div class="scroll" role="region" tabindex="0" aria-label="${label}">
    <table>
      <thead>
        <tr>
          ${headings}
        </tr>
      </thead>
      <tbody>
        ${rows}
      </tbody>
    </table>
  </div> `
}

/** The columns of some blocks, after the first column. */
export function columnsOf({ first, blocks }: ColumnBlocks, from: number, to: number): Column[] {
  return [first, ...blocks.slice(from, to).flat()]
}

/** Without the spaces that put numbers under each other where all characters are equally wide; may break before an interval only. */
function cellText(cell: string): string {
  return cell.trim().replaceAll(/\s+/g, '\u00A0').replaceAll('[\u00A0', '[').replace('\u00A0[', ' [')
}
