// Runs of characters without a meaning of their own, so that a reader of the shell's language steps over them at once.
// What the other characters mean is plain-line.ts.

const TABLE = 128

/** A table of the characters that end a run; ASCII only, all else is plain. */
export function endingAt(characters: string): Uint8Array {
  const table = new Uint8Array(TABLE)
  for (let at = 0; at < characters.length; at++) table[characters.charCodeAt(at)] = 1
  return table
}

/** Where the run that begins at `from` ends: the first character of the table at or behind it, or the end of the text. */
export function runEnd(text: string, from: number, table: Uint8Array): number {
  let at = from
  while (at < text.length && table[text.charCodeAt(at)] !== 1) at++
  return at
}
