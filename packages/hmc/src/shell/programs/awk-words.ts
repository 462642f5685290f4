// The words of an awk program: names, numbers, strings, expressions between slashes, operators. Their grammar is awk-syntax.ts.
// A slash opens an expression where an operand may stand.

import { unescaped } from './program.js'

export type AwkToken =
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'string' | 'regex'; readonly text: string }
  /** `call`: a bracket follows at once. */
  | { readonly kind: 'name'; readonly text: string; readonly call: boolean }
  /** Newlines too. */
  | { readonly kind: 'mark'; readonly text: string }

const marks = [
  '&&',
  '||',
  '==',
  '!=',
  '<=',
  '>=',
  '!~',
  '++',
  '--',
  '+=',
  '-=',
  '*=',
  '/=',
  '%=',
  '^=',
  '>>',
  '**',
  ...'{}()[];,+-*/%^!<>=~?:$|&\n',
]

/** The words of a program; a text says what is wrong with it. */
export function awkTokens(source: string): AwkToken[] | string {
  const tokens: AwkToken[] = []
  for (let at = 0; at < source.length;) {
    const rest = source.slice(at, at + 4096)
    const blank = /^(?:[ \t\r]|\\\n|#[^\n]*)+/.exec(rest)?.[0]
    if (blank !== undefined) {
      at += blank.length
      continue
    }
    const number = /^(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?/.exec(rest)?.[0]
    const name = /^[A-Za-z_]\w*/.exec(rest)?.[0]
    const character = rest.charAt(0)
    if (number !== undefined) {
      tokens.push({ kind: 'number', value: Number(number) })
      at += number.length
    } else if (name !== undefined) {
      tokens.push({ kind: 'name', text: name, call: source.charAt(at + name.length) === '(' })
      at += name.length
    } else if (character === '"' || (character === '/' && operandComes(tokens.at(-1)))) {
      const end = closing(source, at)
      if (end === -1) return character === '"' ? 'unterminated string' : 'unterminated regexp'
      const text = source.slice(at + 1, end)
      tokens.push(character === '"' ? { kind: 'string', text: unescapedText(text) } : { kind: 'regex', text: text.replaceAll('\\/', '/') })
      at = end + 1
    } else {
      const mark = marks.find((one) => source.startsWith(one, at))
      if (mark === undefined) return `syntax error at '${character}'`
      tokens.push({ kind: 'mark', text: mark === '**' ? '^' : mark })
      at += mark.length
    }
  }
  return tokens
}

function unescapedText(text: string): string {
  return unescaped(text.replace(/\\(["/])/g, '$1'))
}

/** Whether a slash begins an expression here, and is no division. */
function operandComes(last: AwkToken | undefined): boolean {
  if (last === undefined) return true
  if (last.kind === 'mark') return ![')', ']', '$', '++', '--'].includes(last.text)
  return last.kind === 'name' && ['print', 'return', 'in', 'else', 'do'].includes(last.text)
}

function closing(source: string, from: number): number {
  const mark = source.charAt(from)
  for (let at = from + 1; at < source.length; at++) {
    const character = source.charAt(at)
    if (character === '\\') at++
    else if (character === '\n') return -1
    else if (character === mark) return at
  }
  return -1
}
