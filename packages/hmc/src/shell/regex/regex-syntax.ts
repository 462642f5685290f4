// POSIX regular expressions, basic and extended, with what GNU adds (\w, \b, \<, \+ …): text to a tree. Running one is regex-program.ts.
// Complaints are those of the GNU programs.

import { type CharacterSet, readBracket, spaceRanges, wordRanges } from './character-set.js'

export type Assertion = 'start' | 'end' | 'word-edge' | 'no-word-edge' | 'word-start' | 'word-end' | 'no-word-before' | 'no-word-after'

export type RegexNode =
  | { readonly kind: 'character'; readonly code: number }
  | { readonly kind: 'any' }
  | { readonly kind: 'set'; readonly set: CharacterSet }
  | { readonly kind: 'assertion'; readonly what: Assertion }
  | { readonly kind: 'group'; readonly number: number; readonly body: RegexNode }
  | { readonly kind: 'sequence'; readonly parts: readonly RegexNode[] }
  | { readonly kind: 'choice'; readonly options: readonly RegexNode[] }
  /** `most` is -1 for no upper bound. */
  | { readonly kind: 'repeat'; readonly body: RegexNode; readonly least: number; readonly most: number }
  | { readonly kind: 'back-reference'; readonly number: number }

export interface RegexTree {
  readonly root: RegexNode
  readonly groups: number
}

/** Largest bound of an interval `{n,m}`, as in GNU. */
const MAX_BOUND = 32_767
const MAX_DEPTH = 200

const gnuSets: Readonly<Record<string, CharacterSet>> = {
  w: { negated: false, ranges: wordRanges },
  W: { negated: true, ranges: wordRanges },
  s: { negated: false, ranges: spaceRanges },
  S: { negated: true, ranges: spaceRanges },
}

const gnuAssertions: Readonly<Record<string, Assertion>> = {
  b: 'word-edge',
  B: 'no-word-edge',
  '<': 'word-start',
  '>': 'word-end',
  '`': 'start',
  "'": 'end',
}

class RegexMistake {
  readonly message: string

  constructor(message: string) {
    this.message = message
  }
}

/** The tree of a regular expression, or what is wrong with it. */
export function readRegex(text: string, extended: boolean): RegexTree | string {
  const reader = new RegexReader(text, extended)
  try {
    return reader.read()
  } catch (error) {
    if (error instanceof RegexMistake) return error.message
    throw error
  }
}

class RegexReader {
  private readonly text: string
  private readonly extended: boolean
  private at = 0
  private groups = 0
  private depth = 0
  private readonly closed = new Set<number>()

  constructor(text: string, extended: boolean) {
    this.text = text
    this.extended = extended
  }

  read(): RegexTree {
    const root = this.choice()
    if (this.at < this.text.length) throw new RegexMistake('Unmatched ) or \\)')
    return { root, groups: this.groups }
  }

  private choice(): RegexNode {
    const options = [this.sequence()]
    while (this.takes('|')) options.push(this.sequence())
    const [only] = options
    return options.length === 1 && only !== undefined ? only : { kind: 'choice', options }
  }

  private sequence(): RegexNode {
    const parts: RegexNode[] = []
    while (this.at < this.text.length && !this.sees('|') && !this.closes()) {
      const begins = parts.length === 0 || (!this.extended && parts.length === 1 && isStart(parts[0]))
      let part = this.atom(begins)
      let times = 0
      for (let interval = this.repetition(); interval !== undefined; interval = this.repetition()) {
        if (++times > MAX_DEPTH) throw new RegexMistake('Regular expression too big')
        part = { kind: 'repeat', body: part, least: interval.least, most: interval.most }
      }
      parts.push(part)
    }
    const [only] = parts
    return parts.length === 1 && only !== undefined ? only : { kind: 'sequence', parts }
  }

  /** A bracket that ends the group; outside of groups a `)` of an extended one has no partner. */
  private closes(): boolean {
    return this.sees(')')
  }

  /** Whether an operator stands here: with a backslash in basic ones, without in extended ones. */
  private sees(operator: string): boolean {
    return this.text.startsWith(this.extended ? operator : `\\${operator}`, this.at)
  }

  private takes(operator: string): boolean {
    if (!this.sees(operator)) return false
    this.at += this.extended ? operator.length : operator.length + 1
    return true
  }

  private atom(begins: boolean): RegexNode {
    if (this.takes('(')) return this.group()
    const character = this.text.charAt(this.at)
    switch (character) {
      case '.':
        this.at++
        return { kind: 'any' }
      case '[':
        return this.bracket()
      case '\\':
        return this.escape()
      case '^':
        this.at++
        return this.extended || begins ? { kind: 'assertion', what: 'start' } : literal('^')
      case '$':
        this.at++
        return this.extended || this.at === this.text.length || this.sees('|') || this.sees(')')
          ? { kind: 'assertion', what: 'end' }
          : literal('$')
      default:
        // A repetition with nothing before it stands for itself.
        this.at++
        return literal(character)
    }
  }

  private group(): RegexNode {
    if (++this.depth > MAX_DEPTH) throw new RegexMistake('Regular expression too big')
    const number = ++this.groups
    const body = this.choice()
    if (!this.takes(')')) throw new RegexMistake('Unmatched ( or \\(')
    this.depth--
    this.closed.add(number)
    return { kind: 'group', number, body }
  }

  private bracket(): RegexNode {
    const read = readBracket(this.text, this.at + 1, false)
    if (read === undefined) throw new RegexMistake('Unmatched [, [^, [:, [., or [=')
    if (typeof read === 'string') throw new RegexMistake(read)
    this.at = read.end
    return { kind: 'set', set: read.set }
  }

  private escape(): RegexNode {
    const next = this.text.charAt(this.at + 1)
    if (next === '') throw new RegexMistake('Trailing backslash')
    this.at += 2
    const set = gnuSets[next]
    if (set !== undefined) return { kind: 'set', set }
    const what = gnuAssertions[next]
    if (what !== undefined) return { kind: 'assertion', what }
    if (next >= '1' && next <= '9') {
      if (!this.closed.has(Number(next))) throw new RegexMistake('Invalid back reference')
      return { kind: 'back-reference', number: Number(next) }
    }
    return literal(next === 'n' ? '\n' : next === 't' ? '\t' : next)
  }

  private repetition(): { least: number; most: number } | undefined {
    if (this.text.charAt(this.at) === '*') {
      this.at++
      return { least: 0, most: -1 }
    }
    if (this.takes('+')) return { least: 1, most: -1 }
    if (this.takes('?')) return { least: 0, most: 1 }
    return this.sees('{') ? this.interval() : undefined
  }

  private interval(): { least: number; most: number } | undefined {
    const close = this.extended ? '}' : '\\}'
    const from = this.at + close.length
    const end = this.text.indexOf(close, from)
    const bounds = end === -1 ? null : /^(\d*)(,?)(\d*)$/.exec(this.text.slice(from, end))
    if (bounds === null || (bounds[1] === '' && bounds[2] === '')) {
      if (!this.extended) throw new RegexMistake(end === -1 ? 'Unmatched \\{' : 'Invalid content of \\{\\}')
      return undefined
    }
    this.at = end + close.length
    const least = Number(bounds[1])
    const most = bounds[2] === '' ? least : bounds[3] === '' ? -1 : Number(bounds[3])
    if (least > MAX_BOUND || most > MAX_BOUND) throw new RegexMistake('Regular expression too big')
    if (most >= 0 && least > most) throw new RegexMistake('Invalid content of \\{\\}')
    return { least, most }
  }
}

function literal(character: string): RegexNode {
  return { kind: 'character', code: character.charCodeAt(0) }
}

function isStart(node: RegexNode | undefined): boolean {
  return node?.kind === 'assertion' && node.what === 'start'
}
