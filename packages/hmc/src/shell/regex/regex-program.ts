// A regular expression that can be run: the tree as instructions, and a search for the leftmost match, the longest of those. Each pair of
// instruction and place is visited once, so that no expression takes more than instructions times characters; only back references can
// take more, and every step is counted against the line's budget.

import type { LineBudget } from '../line-budget.js'
import { type CharacterSet, inSet, isWordCode, otherCase } from './character-set.js'
import { type Assertion, readRegex, type RegexNode } from './regex-syntax.js'

type Instruction =
  | { readonly op: 'character'; readonly code: number }
  | { readonly op: 'any' }
  | { readonly op: 'set'; readonly set: CharacterSet }
  | { readonly op: 'assertion'; readonly what: Assertion }
  /** Goes on at `first`, and at `second` when that fails. */
  | { readonly op: 'split'; first: number; second: number }
  | { readonly op: 'jump'; to: number }
  | { readonly op: 'save'; readonly slot: number }
  | { readonly op: 'back-reference'; readonly number: number }
  | { readonly op: 'match' }

/** Numbers that a search keeps of what is still to be tried. */
const MAX_PENDING = 10_000_000

/** Instructions of one expression. */
const MAX_INSTRUCTIONS = 20_000

export interface RegexOptions {
  readonly extended: boolean
  readonly ignoreCase?: boolean
  /** The whole line. */
  readonly line?: boolean
  /** No word character before it or after it. */
  readonly word?: boolean
}

/** Offsets of a match and of its groups, two for each, the whole match first; -1 for a group that took no part. */
export type RegexMatch = readonly number[]

/** Makes an expression from its text; a text instead says what is wrong with it. */
export function compileRegex(text: string, options: RegexOptions): Regex | string {
  const tree = readRegex(text, options.extended)
  if (typeof tree === 'string') return tree
  const compiler = new Compiler()
  if (options.line === true) compiler.assertion('start')
  if (options.word === true) compiler.assertion('no-word-before')
  compiler.node(tree.root)
  if (options.word === true) compiler.assertion('no-word-after')
  if (options.line === true) compiler.assertion('end')
  if (compiler.tooBig) return 'Regular expression too big'
  return new Regex(compiler.finish(), tree.groups, options.ignoreCase ?? false)
}

class Compiler {
  private readonly code: Instruction[] = []

  get tooBig(): boolean {
    return this.code.length > MAX_INSTRUCTIONS
  }

  finish(): readonly Instruction[] {
    this.code.push({ op: 'match' })
    return this.code
  }

  assertion(what: Assertion): void {
    this.code.push({ op: 'assertion', what })
  }

  node(node: RegexNode): void {
    if (this.tooBig) return
    switch (node.kind) {
      case 'character':
        this.code.push({ op: 'character', code: node.code })
        return
      case 'any':
        this.code.push({ op: 'any' })
        return
      case 'set':
        this.code.push({ op: 'set', set: node.set })
        return
      case 'assertion':
        return this.assertion(node.what)
      case 'back-reference':
        this.code.push({ op: 'back-reference', number: node.number })
        return
      case 'group':
        this.code.push({ op: 'save', slot: 2 * node.number })
        this.node(node.body)
        this.code.push({ op: 'save', slot: 2 * node.number + 1 })
        return
      case 'sequence':
        for (const part of node.parts) this.node(part)
        return
      case 'choice':
        return this.choice(node.options)
      case 'repeat':
        return this.repeat(node.body, node.least, node.most)
      default:
        return node satisfies never
    }
  }

  private choice(options: readonly RegexNode[]): void {
    const ends: { op: 'jump'; to: number }[] = []
    for (const [place, option] of options.entries()) {
      if (place === options.length - 1) {
        this.node(option)
        break
      }
      const split: Instruction = { op: 'split', first: this.code.length + 1, second: 0 }
      this.code.push(split)
      this.node(option)
      const end: { op: 'jump'; to: number } = { op: 'jump', to: 0 }
      this.code.push(end)
      ends.push(end)
      split.second = this.code.length
    }
    for (const end of ends) end.to = this.code.length
  }

  private repeat(body: RegexNode, least: number, most: number): void {
    for (let done = 0; done < least && !this.tooBig; done++) this.node(body)
    if (most === -1) {
      const split: Instruction = { op: 'split', first: this.code.length + 1, second: 0 }
      const top = this.code.length
      this.code.push(split)
      this.node(body)
      this.code.push({ op: 'jump', to: top })
      split.second = this.code.length
      return
    }
    const splits: { op: 'split'; first: number; second: number }[] = []
    for (let done = least; done < most && !this.tooBig; done++) {
      const split: { op: 'split'; first: number; second: number } = { op: 'split', first: this.code.length + 1, second: 0 }
      this.code.push(split)
      splits.push(split)
      this.node(body)
    }
    for (const split of splits) split.second = this.code.length
  }
}

export class Regex {
  private readonly code: readonly Instruction[]
  private readonly slots: number
  private readonly ignoreCase: boolean
  private readonly refersBack: boolean
  /** The text that it is, when it is nothing but characters. */
  private readonly plain: string | undefined

  constructor(code: readonly Instruction[], groups: number, ignoreCase: boolean) {
    this.code = code
    this.slots = 2 * (groups + 1)
    this.ignoreCase = ignoreCase
    this.refersBack = code.some(({ op }) => op === 'back-reference')
    this.plain = ignoreCase ? undefined : plainText(code)
  }

  /** The first match at or behind `from`; undefined when there is none, or when the budget of the line is gone. */
  search(text: string, from: number, budget: LineBudget): RegexMatch | undefined {
    if (this.plain !== undefined) {
      budget.worked(text.length - from + 1)
      const at = text.indexOf(this.plain, from)
      return at === -1 ? undefined : [at, at + this.plain.length]
    }
    const cells = this.refersBack ? 0 : this.code.length * (text.length + 1 - from)
    budget.worked(Math.ceil(cells / 8))
    if (budget.exceeded !== undefined) return undefined
    const visited = new Uint8Array(cells)
    for (let start = from; start <= text.length && budget.exceeded === undefined; start++) {
      const match = this.matchAt(text, start, from, visited, budget)
      if (match !== undefined) return match
    }
    return undefined
  }

  private matchAt(text: string, start: number, origin: number, visited: Uint8Array, budget: LineBudget): RegexMatch | undefined {
    const saved = new Array<number>(this.slots).fill(-1)
    saved[0] = start
    let best: number[] | undefined
    // What is still to be tried, two numbers each: a place in the program and one in the text; or below 0 a slot, and what it held.
    const stack: number[] = [0, start]
    let work = 0
    while (stack.length > 0) {
      let at = stack.pop() ?? 0
      let place = stack.pop() ?? 0
      if (place < 0) {
        saved[-1 - place] = at
        continue
      }
      for (;;) {
        work++
        if (!this.refersBack) {
          const cell = (at - origin) * this.code.length + place
          if (visited[cell] === 1) break
          visited[cell] = 1
        }
        const instruction = this.code[place]
        if (instruction === undefined) break
        if (instruction.op === 'match') {
          if (best === undefined || at > (best[1] ?? 0)) {
            best = [...saved]
            best[1] = at
          }
          break
        }
        if (instruction.op === 'split') {
          stack.push(instruction.second, at)
          place = instruction.first
        } else if (instruction.op === 'jump') place = instruction.to
        else if (instruction.op === 'save') {
          stack.push(-1 - instruction.slot, saved[instruction.slot] ?? -1)
          saved[instruction.slot] = at
          place++
        } else {
          const next = this.eats(instruction, text, at, saved)
          if (next === -1) break
          at = next
          place++
        }
        if (stack.length > MAX_PENDING) return this.tooLong(budget)
      }
      if (work >= 10_000) {
        budget.worked(work)
        work = 0
        if (budget.exceeded !== undefined) return undefined
      }
      // Nothing is longer than the rest of the text.
      if (best !== undefined && best[1] === text.length) break
    }
    budget.worked(work)
    return best
  }

  /** More is left to try than any program may keep: the line ends. */
  private tooLong(budget: LineBudget): undefined {
    budget.worked(Infinity)
    return undefined
  }

  /** Where an instruction that looks at the text leaves off; -1 when it does not match. */
  private eats(
    instruction: Exclude<Instruction, { op: 'split' | 'jump' | 'save' | 'match' }>,
    text: string,
    at: number,
    saved: readonly number[],
  ): number {
    switch (instruction.op) {
      case 'character': {
        const code = text.charCodeAt(at)
        const same = code === instruction.code || (this.ignoreCase && otherCase(code) === instruction.code)
        return same ? at + 1 : -1
      }
      case 'any':
        return at < text.length ? at + 1 : -1
      case 'set':
        return at < text.length && inSet(instruction.set, text.charCodeAt(at), this.ignoreCase) ? at + 1 : -1
      case 'assertion':
        return holds(instruction.what, text, at) ? at : -1
      case 'back-reference': {
        const begin = saved[2 * instruction.number] ?? -1
        const end = saved[2 * instruction.number + 1] ?? -1
        if (begin === -1 || end === -1) return -1
        const again = text.slice(begin, end)
        const here = text.slice(at, at + again.length)
        const same = here === again || (this.ignoreCase && here.toLowerCase() === again.toLowerCase())
        return same ? at + again.length : -1
      }
      default:
        return instruction satisfies never
    }
  }
}

function holds(what: Assertion, text: string, at: number): boolean {
  const before = at > 0 && isWordCode(text.charCodeAt(at - 1))
  const after = at < text.length && isWordCode(text.charCodeAt(at))
  switch (what) {
    case 'start':
      return at === 0
    case 'end':
      return at === text.length
    case 'word-edge':
      return before !== after
    case 'no-word-edge':
      return before === after
    case 'word-start':
      return !before && after
    case 'word-end':
      return before && !after
    case 'no-word-before':
      return !before
    case 'no-word-after':
      return !after
    default:
      return what satisfies never
  }
}

function plainText(code: readonly Instruction[]): string | undefined {
  let text = ''
  for (const instruction of code) {
    if (instruction.op === 'match') return text
    if (instruction.op !== 'character') return undefined
    text += String.fromCharCode(instruction.code)
  }
  return text
}
