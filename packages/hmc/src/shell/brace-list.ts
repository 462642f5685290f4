// Brace expansion: `{a,b}` and `{1..5}`. Lists inside lists, quotes and variables in them, and steps are not simulated.
// Which part of a word a brace expression is, the parser says.

/** Words that the braces of one word make at most. */
export const MAX_BRACE_WORDS = 10_000

/** What stands for a brace expression, in order; undefined when this shell does not read it. */
export function readBraces(text: string): readonly string[] | undefined {
  const inner = /^\{([^{}'"\\$`\s]*)\}$/.exec(text)?.[1]
  if (inner === undefined) return undefined
  if (inner.includes(',')) return inner.split(',')
  const numbers = /^(-?\d{1,9})\.\.(-?\d{1,9})$/.exec(inner)
  if (numbers !== null) {
    const [from = '', to = ''] = numbers.slice(1)
    const zeros = [from, to].some((end) => /^-?0\d/.test(end))
    const width = zeros ? Math.max(from.length, to.length) : 0
    return range(Number(from), Number(to))?.map((value) => padded(value, width))
  }
  const letters = /^([A-Za-z])\.\.([A-Za-z])$/.exec(inner)
  if (letters === null) return undefined
  const [from = '', to = ''] = letters.slice(1)
  return range(from.charCodeAt(0), to.charCodeAt(0))?.map((code) => String.fromCharCode(code))
}

function padded(value: number, width: number): string {
  const digits = String(Math.abs(value))
  return value < 0 ? `-${digits.padStart(width - 1, '0')}` : digits.padStart(width, '0')
}

function range(from: number, to: number): number[] | undefined {
  const count = Math.abs(to - from) + 1
  if (count > MAX_BRACE_WORDS) return undefined
  const step = to >= from ? 1 : -1
  return Array.from({ length: count }, (_, place) => from + place * step)
}
