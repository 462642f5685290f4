// HTML as text. Everything that is put into a template is escaped unless it is markup already, so that a name given by a user can hold
// whatever it likes and stays a name.

/** A piece of HTML that is made here and nowhere else. */
export class Markup {
  readonly text: string

  constructor(text: string) {
    this.text = text
  }
}

type Content = string | number | Markup | readonly Markup[]

/** A template whose texts are escaped, in content and in quoted attributes alike. */
export function html(parts: TemplateStringsArray, ...contents: readonly Content[]): Markup {
  return new Markup(parts.map((part, index) => part + textOf(contents[index] ?? '')).join(''))
}

function textOf(content: Content): string {
  if (content instanceof Markup) return content.text
  if (typeof content === 'object') return content.map(({ text }) => text).join('')
  return escaped(printable(String(content)))
}

/** Without characters that no document may hold: controls, and halves of characters. */
export function printable(text: string): string {
  return text.replaceAll(/[^\P{Cc}\t\n]|\p{Surrogate}|[\uFFFE\uFFFF]/gu, '\uFFFD')
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;').replaceAll("'", '&#39;')
}
