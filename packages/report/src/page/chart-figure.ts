// A chart on a page: legend, the drawing for a wide and for a narrow window, what it shows, and the numbers behind it.
// What is drawn is in chart/; the style sheet shows one of the two drawings.

import type { Chart } from '../chart/chart.js'
import type { Draughtsman } from '../chart/draw.js'
import type { PolicyLook } from '../chart/theme.js'
import { html, type Markup } from './markup.js'
import { tableOf } from './table.js'

/** How a policy's marks are shown: by their shape and, where there are curves, by their dash. */
export type Swatch = 'shape' | 'line'

export async function figureOf(chart: Chart, looks: readonly PolicyLook[], swatch: Swatch, { draw }: Draughtsman): Promise<Markup> {
  const { name, title, caption, label, drawings, columns } = chart
  const heading = html`<h2 id="${name}">${title}</h2>`
  if (drawings === null) {
    return html`<section aria-labelledby="${name}">
      ${heading}
      <p>Nothing was observed that could be drawn.</p>
    </section> `
  }
  const wide = await draw(drawings.wide, label)
  const narrow = await draw(drawings.narrow, label)
  return html`<section aria-labelledby="${name}">
    ${heading}
    <figure>
      <ul class="legend" aria-label="Policies">
        ${looks.map((look) => html`<li>${swatchOf(look, swatch)}${look.name}</li>`)}
      </ul>
      <div class="drawing wide">${wide}</div>
      <div class="drawing narrow">${narrow}</div>
      <figcaption>${caption.length === 0 ? '' : html`<p>${caption.join(' ')}</p>`}</figcaption>
    </figure>
    <details>
      <summary>The numbers behind it</summary>
      ${tableOf(columns, `${title}: the numbers`)}
    </details>
  </section> `
}

// In a box of -7 to 7: corners of about equal area.
const outlines: Readonly<Record<PolicyLook['shape'], string>> = {
  circle: 'M-4.5,0a4.5,4.5,0,1,1,9,0a4.5,4.5,0,1,1,-9,0',
  square: 'M-4,-4h8v8h-8Z',
  'triangle-up': 'M0,-5L5,4H-5Z',
  'triangle-down': 'M0,5L5,-4H-5Z',
  'triangle-right': 'M5,0L-4,5V-5Z',
  'triangle-left': 'M-5,0L4,5V-5Z',
  diamond: 'M0,-5.5L4.5,0L0,5.5L-4.5,0Z',
  cross: 'M-5,-1.7h3.3v-3.3h3.4v3.3h3.3v3.4h-3.3v3.3h-3.4v-3.3h-3.3Z',
}

function swatchOf({ ink, shape, dash }: PolicyLook, swatch: Swatch): Markup {
  const paint = ink.light
  const mark =
    swatch === 'shape'
      ? html`<path d="${outlines[shape]}" fill="${paint}" />`
      : html`<path d="M-14,0h28" fill="none" stroke="${paint}" stroke-width="2.5" stroke-dasharray="${dash.join(' ')}" />`
  const width = swatch === 'shape' ? 14 : 28
  const box = html`width="${width}" height="14" viewBox="${-width / 2} -7 ${width} 14"`
  return html`<svg xmlns="http://www.w3.org/2000/svg" ${box} aria-hidden="true">${mark}</svg>`
}
