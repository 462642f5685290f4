// The grammar of awk: words of a program to rules, statements and expressions. Not simulated: functions of one's own, getline, output into
// files and pipes. Running a program is awk.ts.

import { AwkCursor, AwkStop } from './awk-cursor.js'
import type { AwkExpression, AwkPlace, AwkProgram, AwkRule, AwkStatement } from './awk-tree.js'
import { awkTokens, type AwkToken } from './awk-words.js'

/** Functions of awk, and how many values they take. */
const functions: Readonly<Record<string, readonly [least: number, most: number]>> = {
  length: [0, 1],
  substr: [2, 3],
  index: [2, 2],
  split: [2, 3],
  sub: [2, 3],
  gsub: [2, 3],
  match: [2, 2],
  tolower: [1, 1],
  toupper: [1, 1],
  int: [1, 1],
  sprintf: [1, 100],
}

const foreign = new Set([
  'function',
  'func',
  'getline',
  'system',
  'close',
  'return',
  'srand',
  'rand',
  'sin',
  'cos',
  'exp',
  'log',
  'sqrt',
  'atan2',
  'strftime',
  'systime',
  'gensub',
  'asort',
  'nextfile',
  'switch',
  'fflush',
])
/** Words of a program, and so the depth of its tree. */
const MAX_WORDS = 2000

export function readAwkProgram(source: string): AwkProgram {
  const tokens = awkTokens(source)
  if (typeof tokens === 'string') return { kind: 'mistake', message: tokens }
  if (tokens.length > MAX_WORDS) return { kind: 'not-simulated', what: `awk with a program of more than ${MAX_WORDS} words` }
  try {
    return { kind: 'program', rules: new AwkReader(tokens).rules() }
  } catch (error) {
    if (error instanceof AwkStop) return error.program
    throw error
  }
}

// From weak to strong; concatenation, which has no operator, stands between comparison and addition.
const levels: readonly (readonly string[])[] = [['||'], ['&&'], ['in'], ['~', '!~'], ['<', '<=', '==', '!=', '>', '>=']]

class AwkReader {
  private readonly words: AwkCursor
  /** In the list of `print` a `>` is no comparison. */
  private inPrint = false
  /** In the head of `for`, `in` is no membership. */
  private inFor = false

  constructor(tokens: readonly AwkToken[]) {
    this.words = new AwkCursor(tokens)
  }

  rules(): AwkRule[] {
    const rules: AwkRule[] = []
    for (this.words.separators(); !this.words.ended; this.words.separators()) rules.push(this.rule())
    return rules
  }

  private rule(): AwkRule {
    const when = this.words.takesName('BEGIN') ? 'BEGIN' : this.words.takesName('END') ? 'END' : 'line'
    let from: AwkExpression | undefined
    let to: AwkExpression | undefined
    if (when === 'line' && !this.words.sees('{')) {
      from = this.expression()
      if (this.words.takes(',')) {
        this.words.newlines()
        to = this.expression()
      }
    }
    const body = this.words.sees('{') ? this.block() : undefined
    if (when !== 'line' && body === undefined) this.words.mistake()
    return { when, from, to, body }
  }

  private block(): AwkStatement {
    this.words.need('{')
    const body: AwkStatement[] = []
    for (this.words.separators(); !this.words.takes('}'); this.words.separators()) {
      if (this.words.ended) this.words.mistake()
      body.push(this.statement())
    }
    return { kind: 'block', body }
  }

  private statement(): AwkStatement {
    this.words.deeper()
    const made = this.oneStatement()
    this.words.depth--
    return made
  }

  private oneStatement(): AwkStatement {
    if (this.words.sees('{')) return this.block()
    if (this.words.takes(';')) return { kind: 'block', body: [] }
    if (this.words.takesName('if')) return this.choice()
    if (this.words.takesName('while')) {
      const test = this.bracketed()
      return { kind: 'while', test, body: this.body(), update: undefined, first: false }
    }
    if (this.words.takesName('do')) {
      const body = this.body()
      this.words.separators()
      if (!this.words.takesName('while')) this.words.mistake()
      return { kind: 'while', test: this.bracketed(), body, update: undefined, first: true }
    }
    if (this.words.takesName('for')) return this.loop()
    const simple = this.simple()
    if (!this.words.sees('}') && !this.words.takes(';') && !this.words.takes('\n') && !this.words.ended) this.words.mistake()
    return simple
  }

  private simple(): AwkStatement {
    for (const kind of ['print', 'printf'] as const) if (this.words.takesName(kind)) return this.printing(kind) // two of the kinds
    for (const kind of ['next', 'break', 'continue'] as const) if (this.words.takesName(kind)) return { kind } // three of the kinds
    if (this.words.takesName('exit')) return { kind: 'exit', status: this.words.endsHere() ? undefined : this.expression() }
    if (this.words.takesName('delete')) {
      const array = this.words.name()
      const keys = this.words.takes('[') ? this.list(']') : []
      return { kind: 'delete', array, keys }
    }
    return { kind: 'expression', expression: this.expression() }
  }

  private printing(kind: 'print' | 'printf'): AwkStatement {
    const before = this.inPrint
    this.inPrint = true
    const values: AwkExpression[] = []
    if (!this.words.endsHere() && !this.words.sees('>') && !this.words.sees('|')) {
      do {
        this.words.newlines()
        values.push(this.expression())
      } while (this.words.takes(','))
    }
    this.inPrint = before
    if (this.words.sees('>') || this.words.sees('>>') || this.words.sees('|')) this.words.missing(`awk ${kind} into a file or a command`)
    const [only] = values
    // `print (a, b)`: the brackets are the list's.
    if (values.length === 1 && only?.kind === 'call' && only.name === ',') return { kind, values: only.values }
    return { kind, values }
  }

  private choice(): AwkStatement {
    const test = this.bracketed()
    const yes = this.body()
    const from = this.words.at
    this.words.separators()
    if (this.words.takesName('else')) return { kind: 'if', test, yes, no: this.body() }
    this.words.at = from
    return { kind: 'if', test, yes, no: undefined }
  }

  private loop(): AwkStatement {
    this.words.need('(')
    const [first, second, third, fourth] = this.words.ahead(4)
    if (
      first?.kind === 'name' &&
      second?.kind === 'name' &&
      second.text === 'in' &&
      third?.kind === 'name' &&
      fourth?.kind === 'mark' &&
      fourth.text === ')'
    ) {
      this.words.at += 4
      return { kind: 'for-in', name: first.text, array: third.text, body: this.body() }
    }
    this.inFor = true
    const begin = this.words.sees(';') ? undefined : this.simple()
    this.inFor = false
    this.words.need(';')
    const test = this.words.sees(';') ? undefined : this.expression()
    this.words.need(';')
    const update = this.words.sees(')') ? undefined : this.simple()
    this.words.need(')')
    const loop: AwkStatement = { kind: 'while', test, body: this.body(), update, first: false }
    return begin === undefined ? loop : { kind: 'block', body: [begin, loop] }
  }

  /** The statement that a condition or a loop holds. */
  private body(): AwkStatement {
    this.words.newlines()
    return this.statement()
  }

  private bracketed(): AwkExpression {
    this.words.need('(')
    const expression = this.expression()
    this.words.need(')')
    return expression
  }

  private expression(): AwkExpression {
    this.words.deeper()
    const left = this.ternary()
    this.words.depth--
    const operator = this.words.markOf(['=', '+=', '-=', '*=', '/=', '%=', '^='])
    if (operator === undefined) return left
    if (left.kind !== 'variable' && left.kind !== 'field' && left.kind !== 'element') return this.words.mistake()
    this.words.at++
    this.words.newlines()
    return { kind: 'assign', operator: operator.slice(0, -1), to: left, value: this.expression() }
  }

  private ternary(): AwkExpression {
    const test = this.level(0)
    if (!this.words.takes('?')) return test
    const yes = this.expression()
    this.words.need(':')
    return { kind: 'choice', test, yes, no: this.expression() }
  }

  private level(depth: number): AwkExpression {
    const operators = levels[depth]
    if (operators === undefined) return this.concatenation()
    let left = this.level(depth + 1)
    for (;;) {
      if (operators.includes('in')) {
        if (this.inFor || !this.words.takesName('in')) return left
        left = { kind: 'member', key: left, array: this.words.name() }
        continue
      }
      const operator = this.words.markOf(operators)
      if (operator === undefined || (operator === '>' && this.inPrint)) return left
      this.words.at++
      if (operator === '&&' || operator === '||') this.words.newlines()
      left = { kind: 'binary', operator, left, right: this.level(depth + 1) }
    }
  }

  private concatenation(): AwkExpression {
    let left = this.sum()
    while (this.operandBegins()) left = { kind: 'binary', operator: ' ', left, right: this.sum() }
    return left
  }

  private operandBegins(): boolean {
    const token = this.words.next
    if (token === undefined) return false
    if (token.kind === 'mark') return ['$', '!', '(', '++', '--'].includes(token.text)
    return token.kind !== 'name' || token.text !== 'in'
  }

  private sum(): AwkExpression {
    let left = this.product()
    for (let operator = this.words.markOf(['+', '-']); operator !== undefined; operator = this.words.markOf(['+', '-'])) {
      this.words.at++
      left = { kind: 'binary', operator, left, right: this.product() }
    }
    return left
  }

  private product(): AwkExpression {
    let left = this.unary()
    for (let operator = this.words.markOf(['*', '/', '%']); operator !== undefined; operator = this.words.markOf(['*', '/', '%'])) {
      this.words.at++
      left = { kind: 'binary', operator, left, right: this.unary() }
    }
    return left
  }

  private unary(): AwkExpression {
    const operator = this.words.markOf(['!', '-', '+'])
    if (operator === undefined) return this.power()
    this.words.at++
    this.words.deeper()
    const operand = this.unary()
    this.words.depth--
    return { kind: 'unary', operator, operand }
  }

  private power(): AwkExpression {
    const left = this.postfix()
    if (!this.words.takes('^')) return left
    return { kind: 'binary', operator: '^', left, right: this.unary() }
  }

  private postfix(): AwkExpression {
    const step = this.words.markOf(['++', '--'])
    if (step !== undefined) {
      this.words.at++
      return { kind: 'step', by: step === '++' ? 1 : -1, before: true, to: this.place(this.primary()) }
    }
    const operand = this.primary()
    const after = this.words.markOf(['++', '--'])
    if (after === undefined || !['variable', 'field', 'element'].includes(operand.kind)) return operand
    this.words.at++
    return { kind: 'step', by: after === '++' ? 1 : -1, before: false, to: this.place(operand) }
  }

  private place(expression: AwkExpression): AwkPlace {
    if (expression.kind === 'variable' || expression.kind === 'field' || expression.kind === 'element') return expression
    return this.words.mistake()
  }

  private primary(): AwkExpression {
    const token = this.words.next
    if (token === undefined) return this.words.mistake()
    this.words.at++
    if (token.kind === 'number' || token.kind === 'string' || token.kind === 'regex') return token
    if (token.kind === 'name') return this.named(token)
    if (token.text === '$') {
      this.words.deeper()
      const step = this.words.markOf(['++', '--', '-'])
      const number = step === undefined ? this.primary() : this.unary()
      this.words.depth--
      return { kind: 'field', number }
    }
    if (token.text !== '(') return this.words.mistake()
    const [before, within] = [this.inPrint, this.inFor]
    this.inPrint = false
    this.inFor = false
    const values = this.list(')')
    this.inPrint = before
    this.inFor = within
    const [only] = values
    if (values.length === 1 && only !== undefined) return { kind: 'group', operator: '', operand: only }
    if (before && values.length > 1 && !this.words.sees('>') && this.words.endsHere()) return { kind: 'call', name: ',', values }
    return this.words.mistake()
  }

  private named({ text, call }: Extract<AwkToken, { kind: 'name' }>): AwkExpression {
    if (foreign.has(text)) this.words.missing(`awk ${text}`)
    const arity = functions[text]
    if (arity !== undefined && Object.hasOwn(functions, text)) {
      const values = this.words.takes('(') ? this.list(')') : []
      if (values.length < arity[0] || values.length > arity[1]) this.words.mistake()
      return { kind: 'call', name: text, values }
    }
    if (call) this.words.missing(`awk ${text}()`)
    if (
      ['if', 'else', 'while', 'for', 'do', 'print', 'printf', 'next', 'exit', 'break', 'continue', 'delete', 'BEGIN', 'END', 'in'].includes(
        text,
      )
    )
      this.words.mistake()
    return this.words.takes('[') ? { kind: 'element', array: text, keys: this.list(']') } : { kind: 'variable', name: text }
  }

  private list(end: string): AwkExpression[] {
    const values: AwkExpression[] = []
    if (this.words.takes(end)) return values
    do {
      this.words.newlines()
      values.push(this.expression())
      this.words.newlines()
    } while (this.words.takes(','))
    this.words.need(end)
    return values
  }
}
