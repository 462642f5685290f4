// From a Vega-Lite specification to SVG. The two libraries are loaded with the first drawing and by nothing else: a command that draws
// nothing does not wait for them. What is drawn is in the files beside this one.

import type { TopLevelSpec } from 'vega-lite'
import { html, Markup } from '../page/markup.js'
import { FONT, inks } from './theme.js'
import { textWidth } from './text-width.js'

/** Draws charts; the same specification gives the same text. */
export interface Draughtsman {
  /** An `svg` element; `label` is read out in its place. */
  draw(spec: TopLevelSpec, label: string): Promise<Markup>
  /** Versions of the libraries. */
  readonly versions: { readonly vega: string; readonly vegaLite: string }
}

/** What Vega measures texts with. It is exported to be replaced where there is no canvas, and its types leave it out. */
interface TextMetrics {
  width(item: { fontSize?: number; fontWeight?: number | string; limit?: number }, text: string): number
}

const DEFAULT_FONT_SIZE = 12
/** How much wider bold texts are, about. */
const BOLD = 1.1

/** Loads the libraries. */
export async function draughtsman(): Promise<Draughtsman> {
  const [vega, vegaLite] = await Promise.all([import('vega'), import('vega-lite')])
  // See TextMetrics. Without this it would look for a canvas, and a machine that has one would lay out otherwise.
  const { textMetrics } = vega as unknown as { textMetrics: TextMetrics }
  textMetrics.width = ({ fontSize = DEFAULT_FONT_SIZE, fontWeight, limit = 0 }, text) => {
    // A text over its limit is cut to it.
    const width = textWidth(String(text), fontSize) * (fontWeight === 600 ? BOLD : 1)
    return Math.min(width, limit > 0 ? limit : Infinity)
  }
  return {
    versions: { vega: vega.version, vegaLite: vegaLite.version },
    async draw(spec, label) {
      const { spec: compiled } = vegaLite.compile(spec, { config })
      const view = new vega.View(vega.parse(compiled), { renderer: 'none' })
      const svg = await view.toSVG()
      view.finalize()
      return embedded(svg, label)
    },
  }
}

/** An element of a page, read out as one picture, without decimals that nobody sees. */
function embedded(svg: string, label: string): Markup {
  const [root = ''] = /^<svg[^>]*>/.exec(svg) ?? []
  const [, width = '', height = ''] = /width="([\d.]+)" height="([\d.]+)"/.exec(root) ?? []
  // Tags only: a name in the drawing may look like an attribute.
  const inside = svg.slice(root.length, -'</svg>'.length).replaceAll(/<[^>]*>/g, (tag) => {
    return tag
      .replaceAll(/-?\d+\.\d{3,}(?:e-\d+)?(?=[^"<]*")/g, (number) => String(Number(Number(number).toFixed(2)) + 0))
      .replace(FONT_ATTRIBUTE, '')
  })
  const box = html`width="${width}" height="${height}" viewBox="0 0 ${width} ${height}"`
  return html`<svg xmlns="http://www.w3.org/2000/svg" ${box} role="img" aria-label="${label}">${new Markup(inside)}</svg>`
}

/** The page says it once for all. */
const FONT_ATTRIBUTE = ` font-family="${FONT.replaceAll('"', '&quot;')}"`

const config: NonNullable<TopLevelSpec['config']> = {
  background: 'transparent',
  font: FONT,
  aria: false,
  padding: 2,
  view: { stroke: null },
  axis: {
    labelColor: inks.text.light,
    titleColor: inks.soft.light,
    labelFontSize: DEFAULT_FONT_SIZE,
    titleFontSize: 12,
    titleFontWeight: 'normal',
    labelLimit: 230,
    domainColor: inks.soft.light,
    tickColor: inks.soft.light,
    gridColor: inks.grid.light,
    labelOverlap: 'greedy',
  },
  title: { color: inks.text.light, fontSize: 13, fontWeight: 600, anchor: 'start', frame: 'group', offset: 8 },
  text: { color: inks.text.light, fontSize: DEFAULT_FONT_SIZE },
  concat: { spacing: 20 },
}
