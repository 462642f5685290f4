// Programs that print what they are given: echo, printf, seq, basename, dirname, expr.
// echo and printf are those of bash.

import type { LineBudget } from '../line-budget.js'
import { done, type Program, type ProgramReply, unescaped, unknown, wrong } from './program.js'

export const echo: Program = (words) => {
  let at = 0
  let newline = true
  let escapes = false
  for (; /^-[neE]+$/.test(words[at] ?? ''); at++) {
    for (const letter of words[at]?.slice(1) ?? '') {
      if (letter === 'n') newline = false
      else escapes = letter === 'e'
    }
  }
  const text = words.slice(at).join(' ')
  const [shown = '', stop] = escapes ? text.split(/\\c([^]*)/, 2) : [text]
  return done(`${escapes ? unescaped(shown) : shown}${newline && stop === undefined ? '\n' : ''}`)
}

/** Largest width and precision of a conversion. */
const MAX_WIDTH = 10_000

/** A format with its values filled in, how many values it took, and complaints. `numberIn`: the number that a value is. */
export function formatted(
  format: string,
  values: readonly string[],
  name: string,
  budget: LineBudget,
  numberIn: (text: string) => number | undefined = numeric,
): { text: string; taken: number; bad: string } {
  let taken = 0
  let bad = ''
  const next = (): string | undefined => values[taken++]
  const text = format.replace(/%(%|([-+ 0#]*)(\*|\d*)(?:\.(\*|\d*))?([a-zA-Z]?))/g, (given, kind, flags, width, precision, conversion) => {
    if (kind === '%') return '%'
    if (budget.exceeded !== undefined) return ''
    const wide = String(width) === '*' ? (next() ?? '0') : String(width)
    const exact = precision === '*' ? (next() ?? '0') : precision === undefined ? undefined : String(precision)
    const value = next()
    const number = (): number => {
      const read = numberIn(value ?? '')
      if (read === undefined) bad += `${name}: ${value ?? ''}: invalid number\n`
      return read ?? 0
    }
    const made = converted(String(conversion), value ?? '', number, exact === undefined || exact === '' ? undefined : Number(exact))
    if (made === undefined) {
      bad += `${name}: \`${String(given)}': invalid format character\n`
      return ''
    }
    budget.worked(made.length + Math.min(MAX_WIDTH, Math.abs(Number(wide) || 0)))
    return padded(made, String(flags), Math.min(MAX_WIDTH, Math.abs(Number(wide) || 0)), String(conversion))
  })
  return { text, taken, bad }
}

function numeric(text: string): number | undefined {
  if (text === '') return 0
  if (/^["']./.test(text)) return text.charCodeAt(1)
  return /^\s*[-+]?(?:0[xX][0-9a-fA-F]+|\d+\.?\d*(?:[eE][-+]?\d+)?|\.\d+)\s*$/.test(text) ? Number(text) : undefined
}

function converted(conversion: string, value: string, number: () => number, precision: number | undefined): string | undefined {
  const digits = Math.min(precision ?? 6, 100)
  switch (conversion) {
    case 's':
      return precision === undefined ? value : value.slice(0, precision)
    case 'b':
      return unescaped(value)
    case 'c':
      return value.slice(0, 1)
    case 'd':
    case 'i':
    case 'u': {
      const whole = Math.trunc(number())
      const text = String(Math.abs(whole)).padStart(Math.min(precision ?? 0, MAX_WIDTH), '0')
      return whole < 0 ? `-${text}` : text
    }
    case 'x':
      return Math.trunc(number()).toString(16)
    case 'X':
      return Math.trunc(number()).toString(16).toUpperCase()
    case 'o':
      return Math.trunc(number()).toString(8)
    case 'f':
    case 'F':
      return number().toFixed(digits)
    case 'e':
      return number()
        .toExponential(digits)
        .replace(/e([-+])(\d)$/, 'e$10$2')
    case 'g':
      return general(number(), precision ?? 6)
    default:
      return undefined
  }
}

/** A number as `%g` shows it. */
export function general(value: number, precision: number): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'nan' : value > 0 ? 'inf' : '-inf'
  const digits = Math.min(Math.max(precision, 1), 100)
  const [mantissa = '', exponent = '0'] = value.toExponential(digits - 1).split('e')
  const power = Number(exponent)
  if (power < -4 || power >= digits) {
    const sign = power < 0 ? '-' : '+'
    return `${withoutZeros(mantissa)}e${sign}${String(Math.abs(power)).padStart(2, '0')}`
  }
  return withoutZeros(value.toFixed(Math.min(100, Math.max(0, digits - 1 - power))))
}

function withoutZeros(text: string): string {
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text
}

function padded(text: string, flags: string, width: number, conversion: string): string {
  const isNumber = !'sbc'.includes(conversion)
  const signed =
    isNumber && !text.startsWith('-') && 'dieEfFg'.includes(conversion) ? (flags.includes('+') ? '+' : flags.includes(' ') ? ' ' : '') : ''
  const whole = signed + text
  if (flags.includes('-')) return whole.padEnd(width)
  if (!flags.includes('0') || !isNumber) return whole.padStart(width)
  const sign = /^[-+ ]/.exec(whole)?.[0] ?? ''
  return sign + whole.slice(sign.length).padStart(width - sign.length, '0')
}

export const printf: Program = (words, { budget }) => {
  const [first, ...rest] = words[0] === '--' ? words.slice(1) : words
  if (first === undefined) return wrong('printf: usage: printf [-v var] format [arguments]', 2)
  if (first === '-v') return unknown('printf -v')
  const format = unescaped(first)
  let stdout = ''
  let stderr = ''
  let at = 0
  do {
    const { text, taken, bad } = formatted(format, rest.slice(at), '-hmcbash: printf', budget)
    stdout += text
    stderr += bad
    budget.worked(text.length + format.length)
    if (taken === 0) break
    at += taken
  } while (at < rest.length && budget.exceeded === undefined)
  return { exitStatus: stderr === '' ? 0 : 1, stdout, stderr }
}

/** Numbers that seq prints at most. */
const MAX_NUMBERS = 100_000

export const seq: Program = (words, { budget }) => {
  let separator = '\n'
  let wide = false
  let at = 0
  for (; /^-[a-z]/.test(words[at] ?? ''); at++) {
    const option = words[at] ?? ''
    if (option === '-w') wide = true
    else if (option.startsWith('-s')) separator = option.length > 2 ? option.slice(2) : (words[++at] ?? '\n')
    else return unknown(`seq ${option}`)
  }
  const given = words.slice(at)
  const bad = given.find((word) => !/^[-+]?\d{1,15}$/.test(word))
  if (bad !== undefined)
    return /^[-+]?\d*\.\d+$/.test(bad) ? unknown('seq with fractions') : wrong(`seq: invalid floating point argument: '${bad}'`)
  const numbers = given.map(Number)
  const last = numbers.at(-1)
  if (last === undefined || numbers.length > 3)
    return wrong(last === undefined ? 'seq: missing operand' : `seq: extra operand '${given[3] ?? ''}'`)
  const first = numbers.length > 1 ? (numbers[0] ?? 1) : 1
  const step = numbers.length > 2 ? (numbers[1] ?? 1) : 1
  if (step === 0) return wrong(`seq: invalid Zero increment value: '${given[1] ?? ''}'`)
  const count = Math.max(0, Math.floor((last - first) / step) + 1)
  if (count > MAX_NUMBERS) return unknown(`seq of more than ${MAX_NUMBERS} numbers`)
  budget.worked(count)
  const texts = Array.from({ length: count }, (_, place) => String(first + place * step))
  const width = wide ? Math.max(...[first, last].map((end) => String(end).length)) : 0
  const shown = texts.map((text) => (text.startsWith('-') ? `-${text.slice(1).padStart(width - 1, '0')}` : text.padStart(width, '0')))
  return done(count === 0 ? '' : `${shown.join(separator)}\n`)
}

export const basename: Program = ([path, suffix = '', extra]) => {
  if (path === undefined) return wrong('basename: missing operand')
  if (extra !== undefined) return wrong(`basename: extra operand '${extra}'`)
  const trimmed = withoutSlashes(path)
  const last = trimmed === '/' ? '/' : trimmed.slice(trimmed.lastIndexOf('/') + 1)
  return done(`${suffix !== '' && last !== suffix && last.endsWith(suffix) ? last.slice(0, -suffix.length) : last}\n`)
}

export const dirname: Program = ([path]) => {
  if (path === undefined) return wrong('dirname: missing operand')
  const trimmed = withoutSlashes(path)
  const place = trimmed.lastIndexOf('/')
  return done(`${place === -1 ? '.' : place === 0 ? '/' : withoutSlashes(trimmed.slice(0, place))}\n`)
}

/** Without the slashes at the end, if anything else is left. */
function withoutSlashes(path: string): string {
  let end = path.length
  while (end > 1 && path.charAt(end - 1) === '/') end--
  return path.slice(0, end)
}

const comparisons = new Set(['<', '<=', '=', '==', '!=', '>=', '>'])

/** `expr A OP B` with two operands; longer expressions are not simulated. */
export const expr: Program = (words) => {
  const [left, operator, right, extra] = words
  if (left === undefined) return wrong('expr: missing operand', 2)
  if (operator === undefined) return answer(left)
  if (right === undefined || extra !== undefined) return unknown('expr with such operands')
  const [one, other] = [left, right].map((text) => (/^-?\d{1,18}$/.test(text) ? BigInt(text) : undefined))
  if (comparisons.has(operator)) {
    const order =
      one !== undefined && other !== undefined ? (one < other ? -1 : one > other ? 1 : 0) : left < right ? -1 : left > right ? 1 : 0
    const holds = {
      '<': order < 0,
      '<=': order <= 0,
      '=': order === 0,
      '==': order === 0,
      '!=': order !== 0,
      '>=': order >= 0,
      '>': order > 0,
    }
    return answer(Object.entries(holds).some(([name, value]) => name === operator && value) ? '1' : '0')
  }
  if (operator === '|') return answer(left !== '' && left !== '0' ? left : right)
  if (operator === '&') return answer(left !== '' && left !== '0' && right !== '' && right !== '0' ? left : '0')
  if (!['+', '-', '*', '/', '%'].includes(operator)) return unknown(`expr ${operator}`)
  if (one === undefined || other === undefined) return wrong('expr: non-integer argument', 2)
  if (other === 0n && (operator === '/' || operator === '%')) return wrong('expr: division by zero', 2)
  const value = { '+': one + other, '-': one - other, '*': one * other, '/': one / (other || 1n), '%': one % (other || 1n) }
  return answer(String(Object.entries(value).find(([name]) => name === operator)?.[1] ?? ''))
}

function answer(text: string): ProgramReply {
  return done(`${text}\n`, text === '' || text === '0' ? 1 : 0)
}
