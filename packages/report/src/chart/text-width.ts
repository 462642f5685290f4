// How wide a text is about, without fonts to measure it with: the widths of a usual sans-serif face by classes of characters, rounded up.
// Charts are laid out by it, the same on every machine; the browser then draws with the reader's own font.

/** Parts of the font size. */
const classes: readonly (readonly [RegExp, number])[] = [
  [/[ijl.,:;|'!I]/, 0.3],
  [/[frt()[\]{}\- /\\"*]/, 0.4],
  [/[mwMW%@]/, 0.95],
  [/[A-Z&]/, 0.72],
  [/[^\u0250-\u{10FFFF}]/u, 0.59],
]
/** Of scripts that are not Latin, many are square. */
const OTHER = 1

/** In px, for a font of so many px. */
export function textWidth(text: string, fontSize: number): number {
  let ems = 0
  for (const character of text) ems += classes.find(([members]) => members.test(character))?.[1] ?? OTHER
  return Math.ceil(ems * fontSize)
}
