// A script of sed: text to commands with their addresses. Running it is sed.ts.
// Complaints are those of GNU sed.

import { readBracket } from '../regex/character-set.js'
import { compileRegex, type Regex } from '../regex/regex-program.js'
import { unescaped } from './program.js'

export type Address =
  | { readonly kind: 'number'; readonly number: number }
  | { readonly kind: 'last' }
  /** Undefined: the empty expression. */
  | { readonly kind: 'regex'; readonly regex: Regex | undefined }
  /** `+N` behind a first address. */
  | { readonly kind: 'more'; readonly count: number }

interface Addressed {
  readonly from: Address | undefined
  readonly to: Address | undefined
  readonly inverted: boolean
}

export type SedCommand = Addressed &
  (
    | { readonly name: 'p' | 'd' | '=' }
    | { readonly name: 'q'; readonly status: number }
    | { readonly name: '{'; readonly block: readonly SedCommand[] }
    | { readonly name: 'y'; readonly map: ReadonlyMap<string, string> }
    | {
        readonly name: 's'
        readonly regex: Regex | undefined
        /** Texts, and numbers of groups: 0 is the whole match. */
        readonly replacement: readonly (string | number)[]
        /** The match to begin with, from 1. */
        readonly nth: number
        readonly every: boolean
        readonly prints: boolean
      }
  )

export type SedScript =
  | { readonly kind: 'script'; readonly commands: readonly SedCommand[] }
  | { readonly kind: 'mistake'; readonly at: number; readonly message: string }
  | { readonly kind: 'not-simulated'; readonly what: string }

const MAX_DEPTH = 100

class SedStop {
  readonly script: SedScript

  constructor(script: SedScript) {
    this.script = script
  }
}

export function readSedScript(text: string, extended: boolean): SedScript {
  const reader = new SedReader(text, extended)
  try {
    return { kind: 'script', commands: reader.commands(0) }
  } catch (error) {
    if (error instanceof SedStop) return error.script
    throw error
  }
}

class SedReader {
  private readonly text: string
  private readonly extended: boolean
  private at = 0

  constructor(text: string, extended: boolean) {
    this.text = text
    this.extended = extended
  }

  commands(depth: number): SedCommand[] {
    if (depth > MAX_DEPTH) this.mistake('too many blocks')
    const commands: SedCommand[] = []
    for (;;) {
      this.skip(/[;\s]*/y)
      if (this.at >= this.text.length) {
        if (depth > 0) throw new SedStop({ kind: 'mistake', at: 0, message: "unmatched `{'" })
        return commands
      }
      if (this.text.charAt(this.at) === '}') {
        if (depth === 0) this.mistake("unexpected `}'", 1)
        this.at++
        return commands
      }
      if (this.text.charAt(this.at) === '#') this.skip(/[^\n]*/y)
      else commands.push(this.command(depth))
    }
  }

  private command(depth: number): SedCommand {
    const from = this.address(false)
    let to: Address | undefined
    if (from !== undefined && this.skip(/\s*,\s*/y) !== '') {
      to = this.address(true)
      if (to === undefined) this.mistake("unexpected `,'")
    }
    const inverted = this.skip(/\s*(?:!\s*)*/y).includes('!')
    const name = this.text.charAt(this.at++)
    const addressed = { from, to, inverted }
    switch (name) {
      case '':
        return this.mistake('missing command', -1)
      case '{':
        return { ...addressed, name, block: this.commands(depth + 1) }
      case 's': {
        const read = this.substitution()
        this.end()
        return { ...addressed, name, ...read }
      }
      case 'y': {
        const map = this.transliteration()
        this.end()
        return { ...addressed, name, map }
      }
      case 'q': {
        const status = Number(this.skip(/\s*\d{0,3}/y).trim() || 0)
        this.end()
        return { ...addressed, name, status }
      }
      case 'p':
      case 'd':
      case '=':
        this.end()
        return { ...addressed, name }
      default:
        if ('abcDFgGhHilNnPQrRtTvwWxz:'.includes(name)) throw new SedStop({ kind: 'not-simulated', what: `sed ${name}` })
        return this.mistake(`unknown command: \`${name}'`)
    }
  }

  private address(second: boolean): Address | undefined {
    const number = this.skip(second ? /\+?\d{1,9}/y : /\d{1,9}/y)
    if (number !== '') {
      if (this.text.charAt(this.at) === '~') throw new SedStop({ kind: 'not-simulated', what: 'sed first~step' })
      return number.startsWith('+') ? { kind: 'more', count: Number(number) } : { kind: 'number', number: Number(number) }
    }
    const character = this.text.charAt(this.at)
    if (character === '$') {
      this.at++
      return { kind: 'last' }
    }
    if (character !== '/' && character !== '\\') return undefined
    this.at += character === '/' ? 1 : 2
    const source = this.until(character === '/' ? '/' : this.text.charAt(this.at - 1), 'unterminated address regex')
    const ignoreCase = this.skip(/I/y) !== ''
    return { kind: 'regex', regex: this.regex(source, ignoreCase) }
  }

  private substitution(): Omit<Extract<SedCommand, { name: 's' }>, keyof Addressed | 'name'> {
    const delimiter = this.text.charAt(this.at++)
    const source = this.until(delimiter, "unterminated `s' command")
    const by = this.until(delimiter, "unterminated `s' command", false)
    const flags = this.skip(/[gpiIemwM\d]*/y)
    if (/[emwM]/.test(flags)) throw new SedStop({ kind: 'not-simulated', what: `sed s with ${flags}` })
    const digits = /\d+/.exec(flags)?.[0]
    if (digits !== undefined && Number(digits) === 0) this.mistake("number option to `s' command may not be zero")
    const regex = this.regex(source, /[iI]/.test(flags))
    return { regex, replacement: readReplacement(by), nth: Number(digits ?? 1), every: flags.includes('g'), prints: flags.includes('p') }
  }

  private transliteration(): ReadonlyMap<string, string> {
    const delimiter = this.text.charAt(this.at++)
    const from = [...unescaped(this.until(delimiter, "unterminated `y' command"))]
    const to = [...unescaped(this.until(delimiter, "unterminated `y' command"))]
    if (from.length !== to.length) this.mistake("strings for `y' command are different lengths")
    const map = new Map<string, string>()
    for (const [place, character] of from.entries()) if (!map.has(character)) map.set(character, to[place] ?? '')
    return map
  }

  /** Text up to a delimiter, which a backslash protects; in an expression also inside brackets. */
  private until(delimiter: string, complaint: string, expression = true): string {
    let result = ''
    for (; this.at < this.text.length; this.at++) {
      const character = this.text.charAt(this.at)
      if (character === delimiter) {
        this.at++
        return result
      }
      if (character === '\n' && expression) break
      if (character === '\\') {
        const next = this.text.charAt(++this.at)
        result += next === delimiter ? next : `\\${next}`
      } else if (character === '[' && expression) {
        const read = readBracket(this.text, this.at + 1, false)
        if (read === undefined) break
        const end = typeof read === 'string' ? this.at + 1 : read.end
        result += this.text.slice(this.at, end)
        this.at = end - 1
      } else result += character
    }
    return this.mistake(complaint)
  }

  private regex(source: string, ignoreCase: boolean): Regex | undefined {
    if (source === '') return undefined
    const regex = compileRegex(source, { extended: this.extended, ignoreCase })
    return typeof regex === 'string' ? this.mistake(regex) : regex
  }

  private skip(pattern: RegExp): string {
    pattern.lastIndex = this.at
    const [text = ''] = pattern.exec(this.text) ?? []
    this.at += text.length
    return text
  }

  /** What may follow a command. */
  private end(): void {
    this.skip(/[ \t]*/y)
    if (!['', ';', '\n', '}', '#'].includes(this.text.charAt(this.at))) this.mistake('extra characters after command', 1)
  }

  private mistake(message: string, further = 0): never {
    throw new SedStop({ kind: 'mistake', at: Math.min(this.text.length, this.at + further), message })
  }
}

/** `&` and `\0` are the whole match, `\1` to `\9` its groups. */
function readReplacement(text: string): (string | number)[] {
  const parts: (string | number)[] = []
  let plain = ''
  const flush = (): void => {
    if (plain !== '') parts.push(plain)
    plain = ''
  }
  for (let at = 0; at < text.length; at++) {
    const character = text.charAt(at)
    if (character === '&') {
      flush()
      parts.push(0)
    } else if (character === '\\') {
      const next = text.charAt(++at)
      if (/\d/.test(next)) {
        flush()
        parts.push(Number(next))
      } else plain += next === 'n' ? '\n' : next === 't' ? '\t' : next
    } else plain += character
  }
  flush()
  return parts
}
