// How charts look: colours, shapes and dashes of the policies, and the inks, for light and dark paper. A drawing has the light colours in
// it; the page's style sheet exchanges them by attribute where the paper is dark.

/** A colour on light paper and its counterpart on dark paper. Every `light` is another one: it is what the style sheet goes by. */
export interface Ink {
  readonly light: string
  readonly dark: string
}

/** Lines and texts that belong to no policy. */
export const inks = {
  text: { light: '#1f252d', dark: '#e8eaed' },
  soft: { light: '#59626e', dark: '#a7b0bb' },
  grid: { light: '#dde2e8', dark: '#343b45' },
  paper: { light: '#fffffe', dark: '#14181d' },
} as const satisfies Record<string, Ink>

// Told apart with the usual colour-blindnesses (after Okabe and Ito 2008), by shape and dash too. The baseline is grey.
const policyInks: readonly Ink[] = [
  { light: '#66707c', dark: '#a9b3bf' },
  { light: '#0068a8', dark: '#58b4ec' },
  { light: '#c8500a', dark: '#f28b4e' },
  { light: '#00805d', dark: '#35c79c' },
  { light: '#a8458a', dark: '#e08cc6' },
  { light: '#8a6d00', dark: '#e3bd3a' },
  { light: '#5a3fb0', dark: '#a895f5' },
  { light: '#b01e3c', dark: '#f2768c' },
]

const shapes = ['circle', 'square', 'triangle-up', 'diamond', 'triangle-down', 'cross', 'triangle-right', 'triangle-left'] as const
const dashes: readonly (readonly number[])[] = [
  [1, 0],
  [1, 0],
  [7, 3],
  [2, 2],
  [9, 3, 2, 3],
  [4, 2],
  [12, 3],
  [1, 3],
]

/** How one policy is drawn everywhere. */
export interface PolicyLook {
  readonly name: string
  readonly ink: Ink
  readonly shape: (typeof shapes)[number]
  /** Lengths of strokes and gaps. */
  readonly dash: readonly number[]
}

/** From the ninth policy on, colours come again with other shapes and dashes. */
export function looksOf(names: readonly string[]): PolicyLook[] {
  return names.map((name, index) => {
    const round = Math.floor(index / policyInks.length)
    return {
      name,
      ink: policyInks[index % policyInks.length]!,
      shape: shapes[(index + round) % shapes.length]!,
      dash: dashes[(index + round) % dashes.length]!,
    }
  })
}

/** All colours that a drawing may have. */
export const allInks: readonly Ink[] = [...Object.values(inks), ...policyInks]

/** The reader's own font without serifs: a page that loads nothing has no font of its own. */
export const FONT = 'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Helvetica Neue", Arial, sans-serif'
