// `$((…))`, `((…))` and `let`: integers of 64 bits that wrap, C's operators, variables by name. The tree is the parser's.
// A number in another base than 8, 10 and 16, and a variable that holds an expression, are refused.

import type { Yieldable } from '@powersim/kernel'
import { type ArithmeticExpression, type ArithmeticUnary, type ArithmeticWord, parse } from 'unbash'
import { type Expander, type ExpansionScope, valueOf } from './expansion-scope.js'

/** Variables that name each other. */
const MAX_NAMES_DEEP = 8

class ArithmeticMistake {
  readonly message: string

  constructor(message: string) {
    this.message = message
  }
}

/** The value of an expression; undefined when it is none, which the scope has been told. An empty one is 0. */
export function* arithmetic(expression: ArithmeticExpression | undefined, expander: Expander): Generator<Yieldable, bigint | undefined> {
  if (expression === undefined) return 0n
  try {
    return yield* evaluate(expression, expander)
  } catch (error) {
    if (!(error instanceof ArithmeticMistake)) throw error
    expander.scope.fail(error.message)
    return undefined
  }
}

const wrap = (value: bigint): bigint => BigInt.asIntN(64, value)
const truth = (value: boolean): bigint => (value ? 1n : 0n)

function* evaluate(expression: ArithmeticExpression, expander: Expander): Generator<Yieldable, bigint> {
  const { scope } = expander
  scope.budget.worked(1)
  switch (expression.type) {
    case 'ArithmeticGroup':
      return yield* evaluate(expression.expression, expander)
    case 'ArithmeticTernary':
      return yield* evaluate((yield* evaluate(expression.test, expander)) === 0n ? expression.alternate : expression.consequent, expander)
    case 'ArithmeticCommandExpansion':
      return numberOf(expression.script === undefined ? '' : yield* scope.capture(expression.script), scope, 0)
    case 'ArithmeticWord':
      return numberOf(yield* wordText(expression, expander), scope, 0)
    case 'ArithmeticUnary':
      return yield* unary(expression, expander)
    case 'ArithmeticBinary': {
      const { operator } = expression
      if (operator === '&&' || operator === '||') {
        const left = (yield* evaluate(expression.left, expander)) !== 0n
        if (left === (operator === '||')) return truth(left)
        return truth((yield* evaluate(expression.right, expander)) !== 0n)
      }
      const assigned = /^(|\+|-|\*|\/|%|<<|>>|&|\^|\|)=$/.exec(operator)?.[1]
      if (assigned !== undefined) {
        const name = nameOf(expression.left)
        const right = yield* evaluate(expression.right, expander)
        return assign(name, assigned === '' ? right : binary(assigned, numberOf(scope.variables.get(name) ?? '', scope, 0), right), scope)
      }
      const left = yield* evaluate(expression.left, expander)
      return binary(operator, left, yield* evaluate(expression.right, expander))
    }
    default:
      return expression satisfies never
  }
}

function* unary(expression: ArithmeticUnary, expander: Expander): Generator<Yieldable, bigint> {
  const { scope } = expander
  const { operator } = expression
  if (operator === '++' || operator === '--') {
    const name = nameOf(expression.operand)
    const before = numberOf(scope.variables.get(name) ?? '', scope, 0)
    const after = assign(name, operator === '++' ? before + 1n : before - 1n, scope)
    return expression.prefix ? after : before
  }
  const value = yield* evaluate(expression.operand, expander)
  if (operator === '-') return wrap(-value)
  if (operator === '!') return truth(value === 0n)
  return operator === '~' ? wrap(~value) : value
}

function binary(operator: string, left: bigint, right: bigint): bigint {
  switch (operator) {
    case '+':
      return wrap(left + right)
    case '-':
      return wrap(left - right)
    case '*':
      return wrap(left * right)
    case '/':
    case '%':
      if (right === 0n) throw new ArithmeticMistake('division by 0')
      return wrap(operator === '/' ? left / right : left % right)
    case '**':
      return power(left, right)
    case '<<':
      return wrap(left << (right & 63n))
    case '>>':
      return left >> (right & 63n)
    case '&':
      return left & right
    case '^':
      return left ^ right
    case '|':
      return left | right
    case '<':
      return truth(left < right)
    case '<=':
      return truth(left <= right)
    case '>':
      return truth(left > right)
    case '>=':
      return truth(left >= right)
    case '==':
      return truth(left === right)
    case '!=':
      return truth(left !== right)
    case ',':
      return right
    default:
      throw new ArithmeticMistake(`syntax error in expression: '${operator}'`)
  }
}

function power(base: bigint, exponent: bigint): bigint {
  if (exponent < 0n) throw new ArithmeticMistake('exponent less than 0')
  let result = 1n
  let square = base
  for (let left = exponent; left > 0n; left >>= 1n) {
    if ((left & 1n) === 1n) result = wrap(result * square)
    square = wrap(square * square)
  }
  return result
}

function assign(name: string, value: bigint, scope: ExpansionScope): bigint {
  const wrapped = wrap(value)
  scope.variables.set(name, String(wrapped))
  return wrapped
}

function nameOf(expression: ArithmeticExpression): string {
  if (expression.type === 'ArithmeticWord' && /^[A-Za-z_]\w*$/.test(expression.value)) return expression.value
  throw new ArithmeticMistake('attempted assignment to non-variable')
}

function* wordText({ value, parts }: ArithmeticWord, expander: Expander): Generator<Yieldable, string> {
  if (parts !== undefined) return yield* expander.textOf(parts)
  // The parser gives a lone `$x` no parts.
  return value.startsWith('$') ? (valueOf(value.slice(1), expander.scope) ?? '') : value
}

/** The value of a text as an expression; undefined when it is none, which the scope has been told. */
export function* arithmeticText(text: string, expander: Expander): Generator<Yieldable, bigint | undefined> {
  const [statement] = parse(`((${text}))`).commands
  if (statement?.command.type === 'ArithmeticCommand') return yield* arithmetic(statement.command.expression, expander)
  expander.scope.fail(`${text.slice(0, 70)}: syntax error in expression`)
  return undefined
}

/** The number that a text is, or that the variable of this name holds; undefined when it is none. */
export function integerOf(text: string, scope: ExpansionScope): bigint | undefined {
  try {
    return numberOf(text, scope, 0)
  } catch (error) {
    if (error instanceof ArithmeticMistake) return undefined
    throw error
  }
}

function numberOf(given: string, scope: ExpansionScope, deep: number): bigint {
  const text = given.trim()
  const number = /^([-+]?)(0[xX][0-9a-fA-F]+|0[0-7]*|[1-9]\d*)$/.exec(text)
  if (number !== null) {
    const digits = number[2] ?? '0'
    if (digits.length > 64) throw new ArithmeticMistake(`${text.slice(0, 70)}: number too large`)
    const value = BigInt(/^0[0-7]+$/.test(digits) ? `0o${digits.slice(1)}` : digits)
    return wrap(number[1] === '-' ? -value : value)
  }
  if (/^[A-Za-z_]\w*$/.test(text) && deep < MAX_NAMES_DEEP) {
    const value = scope.variables.get(text) ?? ''
    return value.trim() === '' ? 0n : numberOf(value, scope, deep + 1)
  }
  throw new ArithmeticMistake(text === '' ? 'syntax error: operand expected' : `${text.slice(0, 70)}: syntax error in expression`)
}
