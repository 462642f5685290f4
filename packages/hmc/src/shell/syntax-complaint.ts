// What is wrong with a line, in this console's words: from what the parser says to a column and to what was expected there.
// What a line means is not here.

import type { ParseError } from 'unbash'

/** What is found where more was expected. */
export const END = 'the end of the line'

const closings: Readonly<Record<string, string>> = {
  'single quote': "'",
  'double quote': '"',
  'ANSI-C quote': "'",
  backtick: '`',
  'command substitution': ')',
  'process substitution': ')',
  'parameter expansion': '}',
  'arithmetic expansion': '))',
  'arithmetic command': '))',
  'extended glob': ')',
}

/** The complaint about an error of the parser in a text. The column counts from 1. */
export function complaintOf({ message, pos }: ParseError, text: string): { column: number; message: string } {
  const open = /^unterminated (.+)$/.exec(message)?.[1]
  if (open !== undefined) {
    // A quote that follows a dollar sign is told at the dollar sign.
    return { column: pos + 1, message: `expected a closing ${closings[open] ?? open}, found ${END}` }
  }
  const found = foundAt(text, pos)
  if (message.startsWith('expected command after ')) return { column: found.column, message: `expected a command, found ${found.what}` }
  if (message === 'expected redirect target') return { column: found.column, message: `expected a file name, found ${found.what}` }
  const token = /^unexpected token '([^]*)'$/.exec(message)?.[1]
  if (token === ')') return { column: pos + 1, message: "found a ')' that nothing opens" }
  if (token !== undefined && /^(?:[a-z]+|\}|\]\])$/.test(token))
    return { column: pos + 1, message: `found '${token}' where a command begins` }
  if (token !== undefined) return { column: pos + 1, message: `expected a command, found '${token === '\n' ? 'newline' : token}'` }
  return { column: found.column, message: `${message}, found ${found.what}` }
}

/** The first operator or word at or behind a place. */
function foundAt(text: string, pos: number): { column: number; what: string } {
  let at = pos
  while (at < text.length && ' \t'.includes(text.charAt(at))) at++
  if (at >= text.length) return { column: text.length + 1, what: END }
  const token = /^(?:&&|\|\||;;|[&|;<>()\n]|[^\s&|;<>()]+)/.exec(text.slice(at, at + 40))?.[0] ?? text.charAt(at)
  return { column: at + 1, what: token === '\n' ? "'newline'" : `'${token}'` }
}
