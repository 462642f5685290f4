// Conditions: `test`, `[ … ]` and `[[ … ]]`. Strings and integers; files are never there, since the restricted shell has none.
// What follows from a condition is line-run.ts.

import type { Yieldable } from '@powersim/kernel'
import type { TestExpression } from 'unbash'
import { integerOf } from './arithmetic.js'
import { compileRegex } from './regex/regex-program.js'
import { ShellPattern } from './shell-pattern.js'
import type { WordExpander } from './word-expansion.js'

const fileTests = new Set([...'abcdefghkprstuwxGLNOS'].map((letter) => `-${letter}`))

/** Whether a condition given by words holds; a text says what is wrong with it. */
export function testWords(words: readonly string[]): boolean | string {
  const reader = new WordTest(words)
  return reader.run()
}

function unary(operator: string, operand: string): boolean | undefined {
  if (operator === '-n') return operand !== ''
  if (operator === '-z') return operand === ''
  if (operator === '-t' || fileTests.has(operator)) return operand === '/dev/null' && '-e-c-r-w'.includes(operator)
  return undefined
}

const comparisons: Readonly<Record<string, (left: bigint, right: bigint) => boolean>> = {
  '-eq': (left, right) => left === right,
  '-ne': (left, right) => left !== right,
  '-lt': (left, right) => left < right,
  '-le': (left, right) => left <= right,
  '-gt': (left, right) => left > right,
  '-ge': (left, right) => left >= right,
}

const binaryOperators = new Set(['=', '==', '!=', '<', '>', '-nt', '-ot', '-ef', ...Object.keys(comparisons)])

function binary(left: string, operator: string, right: string): boolean | string {
  switch (operator) {
    case '=':
    case '==':
      return left === right
    case '!=':
      return left !== right
    case '<':
      return left < right
    case '>':
      return left > right
    case '-nt':
    case '-ot':
    case '-ef':
      return false
    default: {
      const bad = [left, right].find((text) => !/^\s*[-+]?\d{1,19}\s*$/.test(text))
      if (bad !== undefined) return `${bad}: integer expression expected`
      return comparisons[operator]?.(BigInt(left.trim().replace('+', '')), BigInt(right.trim().replace('+', ''))) ?? false
    }
  }
}

/** The words of `test` by the rules of POSIX for up to four of them, and by precedence beyond. */
class WordTest {
  private readonly words: readonly string[]
  private at = 0
  private depth = 0
  private wrong: string | undefined = undefined

  constructor(words: readonly string[]) {
    this.words = words
  }

  run(): boolean | string {
    if (this.words.length === 0) return false
    const result = this.either()
    if (this.wrong !== undefined) return this.wrong
    return this.at < this.words.length ? 'too many arguments' : result
  }

  private either(): boolean {
    let result = this.both()
    while (this.words[this.at] === '-o') {
      this.at++
      const right = this.both()
      result ||= right
    }
    return result
  }

  private both(): boolean {
    let result = this.one()
    while (this.words[this.at] === '-a') {
      this.at++
      const right = this.one()
      result &&= right
    }
    return result
  }

  private one(): boolean {
    const left = this.words.length - this.at
    const [word = '', second = '', third = ''] = this.words.slice(this.at, this.at + 3)
    if (left === 0 || ++this.depth > 200) {
      this.wrong ??= 'argument expected'
      return false
    }
    if (left >= 3 && binaryOperators.has(second)) {
      this.at += 3
      const result = binary(word, second, third)
      if (typeof result === 'boolean') return result
      this.wrong ??= result
      return false
    }
    if (word === '!' && left > 1) {
      this.at++
      return !this.one()
    }
    if (word === '(' && left > 2) {
      this.at++
      const result = this.either()
      if (this.words[this.at] === ')') this.at++
      else this.wrong ??= "`)' expected"
      return result
    }
    const result = left > 1 ? unary(word, second) : undefined
    if (result !== undefined) {
      this.at += 2
      return result
    }
    if (left > 1 && this.at === 0 && left < 4 && second !== '-a' && second !== '-o') {
      this.wrong ??= left === 2 ? `${word}: unary operator expected` : `${second}: binary operator expected`
    }
    this.at++
    return word !== ''
  }
}

/** Whether `[[ … ]]` holds; undefined when it cannot be told, which the run has been told. */
export function* conditionHolds(expression: TestExpression, expander: WordExpander): Generator<Yieldable, boolean | undefined> {
  const { scope } = expander
  switch (expression.type) {
    case 'TestGroup':
      return yield* conditionHolds(expression.expression, expander)
    case 'TestNot': {
      const inner = yield* conditionHolds(expression.operand, expander)
      return inner === undefined ? undefined : inner === (expression.negations.length % 2 === 0)
    }
    case 'TestLogical': {
      const stops = expression.operator === '||'
      for (const operand of expression.operands) {
        const holds = yield* conditionHolds(operand, expander)
        if (holds === undefined || holds === stops) return holds
      }
      return !stops
    }
    case 'TestUnary': {
      const operand = yield* expander.text(expression.operand)
      if (expression.operator === '-v') return scope.variables.get(operand) !== undefined
      return unary(expression.operator, operand) ?? false
    }
    case 'TestBinary': {
      const { operator } = expression
      const left = yield* expander.text(expression.left)
      scope.budget.worked(left.length)
      if (operator === '=~') return yield* fits(left, yield* expander.pattern(expression.right), expander)
      if (operator === '=' || operator === '==' || operator === '!=') {
        return new ShellPattern(yield* expander.pattern(expression.right)).matches(left, scope.budget) === (operator !== '!=')
      }
      const right = yield* expander.text(expression.right)
      const compare = comparisons[operator]
      if (compare === undefined) return binary(left, operator, right) === true
      const [one, other] = [integerOf(left === '' ? '0' : left, scope), integerOf(right === '' ? '0' : right, scope)]
      if (one !== undefined && other !== undefined) return compare(one, other)
      scope.fail(`${one === undefined ? left : right}: syntax error in expression`)
      return undefined
    }
    default:
      return expression satisfies never
  }
}

/** `=~`; the groups of a match are not kept. */
function* fits(text: string, pattern: string, { scope }: WordExpander): Generator<Yieldable, boolean | undefined> {
  const regex = compileRegex(pattern, { extended: true })
  return typeof regex === 'string' ? undefined : regex.search(text, 0, scope.budget) !== undefined
}
