// Where text falls apart into fields, by the characters of `IFS`: words from an expansion without quotes, and what `read` reads.
// Blanks of IFS join and vanish at the ends; each other character of it ends a field (POSIX shell, 2.6.5).

const blanks = ' \t\n'

/** Gathers fields from text that stays whole and text that is split. */
export class FieldBuilder {
  readonly fields: string[] = []
  private readonly separators: string
  private current: string | undefined = undefined
  /** What the last field ended with: a blank may be followed by one other separator that belongs to it. */
  private endedBy: 'blank' | 'other' = 'other'

  constructor(separators: string) {
    this.separators = separators
  }

  /** Text of the current field; an empty one makes a field too. */
  add(text: string): void {
    this.current = (this.current ?? '') + text
  }

  split(text: string): void {
    if (this.separators === '') {
      if (text !== '') this.add(text)
      return
    }
    let from = 0
    for (let at = 0; at < text.length; at++) {
      const character = text.charAt(at)
      if (!this.separators.includes(character)) continue
      if (at > from) this.add(text.slice(from, at))
      from = at + 1
      this.separate(blanks.includes(character))
    }
    if (from < text.length) this.add(text.slice(from))
  }

  finish(): string[] {
    if (this.current !== undefined) this.fields.push(this.current)
    this.current = undefined
    return this.fields
  }

  private separate(blank: boolean): void {
    if (this.current !== undefined) {
      this.fields.push(this.current)
      this.current = undefined
      this.endedBy = blank ? 'blank' : 'other'
    } else if (!blank) {
      if (this.endedBy === 'other') this.fields.push('')
      this.endedBy = 'other'
    }
  }
}

/** A character of a line that `read` has read; a protected one separates nothing. */
interface ReadCharacter {
  readonly character: string
  readonly isProtected: boolean
}

/** The values of `count` names from one line; the last takes what is left. `raw`: backslashes mean nothing. */
export function readFields(line: string, separators: string, count: number, raw: boolean): string[] {
  const characters: ReadCharacter[] = []
  for (let at = 0; at < line.length; at++) {
    const isProtected = !raw && line.charAt(at) === '\\'
    if (isProtected) at++
    if (at < line.length) characters.push({ character: line.charAt(at), isProtected })
  }
  const isBlank = (at: number): boolean => isSeparator(at) && blanks.includes(characters[at]?.character ?? '')
  const isSeparator = (at: number): boolean => {
    const one = characters[at]
    return one !== undefined && !one.isProtected && separators.includes(one.character)
  }
  const textFrom = (from: number, to: number): string =>
    characters
      .slice(from, to)
      .map(({ character }) => character)
      .join('')
  const fields: string[] = []
  let at = 0
  while (isBlank(at)) at++
  while (fields.length < count) {
    const from = at
    while (at < characters.length && !isSeparator(at)) at++
    let after = at
    while (isBlank(after)) after++
    if (after < characters.length && isSeparator(after)) after++
    while (isBlank(after)) after++
    if (fields.length === count - 1 && after < characters.length) {
      let end = characters.length
      while (end > from && isBlank(end - 1)) end--
      fields.push(textFrom(from, end))
      return fields
    }
    fields.push(textFrom(from, at))
    at = after
  }
  return fields
}
