// Finds where a shell line ends (a trailing comment is not part of it) and whether a quote stays open. No more than that:
// the grammar of the console's shell belongs to the hmc package and is handed to parseScript as checkLine.

/** The extent of a shell line in its source line; offsets count from 0. */
export interface ShellExtent {
  /** Offset just after its last character: trailing blanks and an unquoted `#` comment are outside. */
  end: number
  /** The innermost quote that is never closed. */
  open?: { offset: number; closing: string }
}

const singleQuote = "'"
const doubleQuote = '"'
const backtick = '`'
const parenthesis = '('
const closers: Readonly<Record<string, string>> = {
  [singleQuote]: "a closing '",
  [doubleQuote]: 'a closing "',
  [backtick]: 'a closing `',
  [parenthesis]: 'a closing )',
}

export const isBlank = (character: string): boolean => character === ' ' || character === '\t'

/** A `#` opens a comment only where a word would begin: after one of these. */
const wordBreaks = ' \t;&|()<>'

/** Scans `text` from offset `from` to its end, once, character by character. */
export function shellExtent(text: string, from: number): ShellExtent {
  const openings: { quote: string; offset: number }[] = []
  let end = from
  let previous = ' '
  for (let offset = from; offset < text.length; offset++) {
    const character = text.charAt(offset)
    const quote = openings.at(-1)?.quote
    if (character === '\\' && quote !== singleQuote) {
      if (offset + 1 === text.length) return { end: text.length, open: { offset, closing: 'a character after the backslash' } }
      offset++
      previous = '\\' // what a backslash protects breaks no word and opens nothing
      end = offset + 1
      continue
    }
    if (character === '#' && (quote === undefined || quote === parenthesis) && wordBreaks.includes(previous)) break
    const move = moveOf(character, quote, previous)
    if (move === 'close') openings.pop()
    else if (move === 'open') openings.push({ quote: character, offset })
    previous = character
    if (!isBlank(character)) end = offset + 1
  }
  const open = openings.at(-1)
  if (open === undefined) return { end }
  return { end, open: { offset: open.offset, closing: closers[open.quote] ?? open.quote } }
}

/** What one unescaped character does to the nest of quotes whose innermost is `quote`. */
function moveOf(character: string, quote: string | undefined, previous: string): 'open' | 'close' | undefined {
  if (quote === singleQuote) return character === singleQuote ? 'close' : undefined
  switch (character) {
    case doubleQuote:
      return quote === doubleQuote ? 'close' : 'open'
    case backtick:
      return quote === backtick ? 'close' : 'open'
    case singleQuote:
      return quote === doubleQuote ? undefined : 'open'
    case parenthesis: {
      // $( anywhere, <( and >( outside double quotes, and a plain ( only inside one of these, so that its ) pairs up
      if (previous === '$') return 'open'
      const inCommand = quote === parenthesis || ((previous === '<' || previous === '>') && quote !== doubleQuote)
      return inCommand ? 'open' : undefined
    }
    case ')':
      return quote === parenthesis ? 'close' : undefined
    default:
      return undefined
  }
}
