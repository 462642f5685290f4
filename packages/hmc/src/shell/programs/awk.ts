// awk: runs a program over the lines of its input. Records are lines. Where awk leaves the order of an array open, it is that in which the
// elements came. Not simulated: other record separators, files, functions of one's own, mathematics beyond the four operations.

import { compileRegex, type Regex } from '../regex/regex-program.js'
import { linesOf } from '../text-streams.js'
import { callFunction } from './awk-functions.js'
import { readAwkProgram } from './awk-syntax.js'
import type { AwkExpression, AwkPlace, AwkProgram, AwkRule, AwkStatement } from './awk-tree.js'
import { type AwkValue, compareValues, isTrue, numberOfValue, textOfValue } from './awk-values.js'
import { formatted } from './printing.js'
import { isReply, type Program, type ProgramScope, readShortOptions, textOfOperands, unescaped, unknown, wrong } from './program.js'

export const awk: Program = (words, scope) => {
  const options = readShortOptions('awk', upToProgram(words), '', 'Fv')
  if (isReply(options)) return { ...options, exitStatus: 2 }
  const [source, ...rest] = options.operands
  if (source === undefined) return wrong("usage: awk [-F fs][-v var=value] 'prog' [file ...]", 2)
  const program = readAwkProgram(source)
  if (program.kind === 'mistake') return wrong(`awk: cmd. line:1: ${program.message}`, 2)
  if (program.kind === 'not-simulated') return unknown(program.what, 2)
  const run = new AwkRun(scope)
  const separator = options.value('F')
  if (separator !== undefined) run.variables.set('FS', separator === 't' ? '\t' : unescaped(separator))
  for (const given of options.all('v')) {
    const [, name, value = ''] = /^([A-Za-z_]\w*)=([^]*)$/.exec(given) ?? []
    if (name === undefined) return wrong(`awk: fatal: invalid variable assignment '${given}'`, 2)
    run.variables.set(name, { outside: unescaped(value) })
  }
  const reads = program.rules.some(({ when }) => when !== 'BEGIN')
  const { text, missing } = reads ? textOfOperands('awk', rest, scope) : { text: '', missing: '' }
  run.program(program, linesOf(text))
  if (run.notSimulated !== undefined) return unknown(run.notSimulated, 2)
  return { exitStatus: missing === '' ? run.status : 2, stdout: run.output, stderr: missing + run.complaints }
}

/** What follows the program are operands, even where it begins with a dash. */
function upToProgram(words: readonly string[]): readonly string[] {
  let at = 0
  for (; /^-[Fv]/.test(words[at] ?? ''); at++) if ((words[at] ?? '').length === 2) at++
  return at < words.length && words[at] !== '--' ? [...words.slice(0, at), '--', ...words.slice(at)] : words
}

/** What a statement does to what follows it. */
type Flow = 'on' | 'next' | 'exit' | 'break' | 'continue'

export class AwkRun {
  readonly variables = new Map<string, AwkValue>()
  output = ''
  complaints = ''
  status = 0
  notSimulated: string | undefined = undefined
  readonly scope: ProgramScope
  private readonly arrays = new Map<string, Map<string, AwkValue>>()
  private readonly regexes = new Map<string, Regex | undefined>()
  private fields: string[] = []
  private record = ''
  private readonly openRanges = new Set<AwkRule>()

  constructor(scope: ProgramScope) {
    this.scope = scope
    for (const [name, value] of [
      ['FS', ' '],
      ['OFS', ' '],
      ['ORS', '\n'],
      ['SUBSEP', '\u001c'],
    ] as const)
      this.variables.set(name, value) // pairs
    for (const name of ['NR', 'NF', 'FNR']) this.variables.set(name, 0)
  }

  program({ rules }: Extract<AwkProgram, { kind: 'program' }>, lines: readonly string[]): void {
    let flow = this.rulesOf(rules.filter(({ when }) => when === 'BEGIN'))
    const ofLines = rules.filter(({ when }) => when === 'line')
    if (flow !== 'exit' && rules.some(({ when }) => when !== 'BEGIN')) {
      for (const [place, line] of lines.entries()) {
        if (this.stopped) return
        this.variables.set('NR', place + 1)
        this.variables.set('FNR', place + 1)
        this.setRecord(line)
        flow = this.rulesOf(ofLines)
        if (flow === 'exit') break
      }
    }
    this.rulesOf(rules.filter(({ when }) => when === 'END'))
  }

  get stopped(): boolean {
    return this.notSimulated !== undefined || this.scope.budget.exceeded !== undefined
  }

  /** The expression of a text; one that is none fits nothing, and is told. */
  regex(text: string): Regex | undefined {
    if (!this.regexes.has(text)) {
      const made = compileRegex(text, { extended: true })
      if (typeof made === 'string') this.complaints += `awk: ${made}: /${text}/\n`
      this.regexes.set(text, typeof made === 'string' ? undefined : made)
    }
    return this.regexes.get(text)
  }

  array(name: string): Map<string, AwkValue> {
    let array = this.arrays.get(name)
    if (array === undefined) {
      array = new Map()
      this.arrays.set(name, array)
    }
    return array
  }

  /** Parts of a text at a separator, as fields are parted. */
  parted(text: string, separator: string): string[] {
    this.scope.budget.worked(text.length)
    if (separator === ' ') return text.split(/[ \t\n]+/).filter((part) => part !== '')
    if (text === '') return []
    if (separator.length <= 1) return separator === '' ? [...text] : text.split(separator)
    const regex = this.regex(separator)
    const parts: string[] = []
    let copied = 0
    for (let at = 0; regex !== undefined && !this.stopped;) {
      const [begin = -1, end = -1] = regex.search(text, at, this.scope.budget) ?? []
      if (begin === -1) break
      if (end > begin) {
        parts.push(text.slice(copied, begin))
        copied = end
      }
      at = end > begin ? end : begin + 1
    }
    return [...parts, text.slice(copied)]
  }

  setRecord(text: string): void {
    this.record = text
    this.fields = this.parted(text, textOfValue(this.variables.get('FS')))
    this.variables.set('NF', this.fields.length)
  }

  assign(to: AwkPlace, value: AwkValue): AwkValue {
    if (to.kind === 'element') this.array(to.array).set(this.key(to.keys), value)
    else if (to.kind === 'field') this.setField(numberOfValue(this.value(to.number)), textOfValue(value))
    else {
      if (to.name === 'RS') this.notSimulated ??= 'awk RS'
      this.variables.set(to.name, value)
      if (to.name === 'NF') this.resize(Math.trunc(numberOfValue(value)))
    }
    return value
  }

  private setField(number: number, text: string): void {
    if (number === 0) {
      this.setRecord(text)
      return
    }
    if (!(number > 0 && number < 10_000)) {
      this.notSimulated ??= 'awk with such a field number'
      return
    }
    while (this.fields.length < number) this.fields.push('')
    this.fields[number - 1] = text
    this.rebuild()
  }

  private resize(count: number): void {
    if (!(count >= 0 && count < 10_000)) {
      this.notSimulated ??= 'awk with such a number of fields'
      return
    }
    this.fields.length = Math.min(count, this.fields.length)
    while (this.fields.length < count) this.fields.push('')
    this.rebuild()
  }

  private rebuild(): void {
    const separator = textOfValue(this.variables.get('OFS'))
    this.scope.budget.worked(this.fields.reduce((sum, field) => sum + field.length + separator.length, 0))
    if (this.stopped) return
    this.record = this.fields.join(separator)
    this.variables.set('NF', this.fields.length)
  }

  private rulesOf(rules: readonly AwkRule[]): Flow {
    for (const rule of rules) {
      if (this.stopped) return 'exit'
      if (!this.applies(rule)) continue
      if (rule.body === undefined) {
        this.print(this.record)
        continue
      }
      const flow = this.statement(rule.body)
      if (flow === 'next' || flow === 'exit') return flow
    }
    return 'on'
  }

  private applies(rule: AwkRule): boolean {
    if (rule.from === undefined) return true
    if (rule.to === undefined) return isTrue(this.value(rule.from))
    if (!this.openRanges.has(rule)) {
      if (!isTrue(this.value(rule.from))) return false
      this.openRanges.add(rule)
    }
    if (isTrue(this.value(rule.to))) this.openRanges.delete(rule)
    return true
  }

  private print(text: string): void {
    this.output += `${text}${textOfValue(this.variables.get('ORS'))}`
    this.scope.budget.worked(text.length)
  }

  private statement(statement: AwkStatement): Flow {
    this.scope.budget.worked(1)
    if (this.stopped) return 'exit'
    switch (statement.kind) {
      case 'expression':
        this.value(statement.expression)
        return 'on'
      case 'print': {
        const texts = statement.values.map((value) => textOfValue(this.value(value)))
        this.print(texts.length === 0 ? this.record : texts.join(textOfValue(this.variables.get('OFS'))))
        return 'on'
      }
      case 'printf': {
        const [format = '', ...values] = statement.values.map((value) => textOfValue(this.value(value)))
        this.output += formatted(format, values, 'awk', this.scope.budget, numberOfValue).text
        return 'on'
      }
      case 'block':
        for (const inner of statement.body) {
          const flow = this.statement(inner)
          if (flow !== 'on') return flow
        }
        return 'on'
      case 'if':
        if (isTrue(this.value(statement.test))) return this.statement(statement.yes)
        return statement.no === undefined ? 'on' : this.statement(statement.no)
      case 'while':
        return this.loop(statement)
      case 'for-in':
        for (const key of [...this.array(statement.array).keys()]) {
          this.variables.set(statement.name, { outside: key })
          const flow = this.statement(statement.body)
          if (flow === 'break') break
          if (flow === 'next' || flow === 'exit') return flow
        }
        return 'on'
      case 'exit':
        if (statement.status !== undefined) this.status = numberOfValue(this.value(statement.status)) & 255
        return 'exit'
      case 'delete':
        if (statement.keys.length === 0) this.array(statement.array).clear()
        else this.array(statement.array).delete(this.key(statement.keys))
        return 'on'
      case 'next':
      case 'break':
      case 'continue':
        return statement.kind
      default:
        return statement satisfies never
    }
  }

  private loop({ test, body, update, first }: Extract<AwkStatement, { kind: 'while' }>): Flow {
    for (let turn = 0; !this.stopped; turn++) {
      if (!(first && turn === 0) && test !== undefined && !isTrue(this.value(test))) return 'on'
      const flow = this.statement(body)
      if (flow === 'break') return 'on'
      if (flow === 'next' || flow === 'exit') return flow
      if (update !== undefined) this.statement(update)
    }
    return 'exit'
  }

  private key(keys: readonly AwkExpression[]): string {
    return keys.map((key) => textOfValue(this.value(key))).join(textOfValue(this.variables.get('SUBSEP')))
  }

  value(expression: AwkExpression): AwkValue {
    this.scope.budget.worked(1)
    switch (expression.kind) {
      case 'number':
        return expression.value
      case 'string':
        return expression.text
      case 'regex':
        return this.fits(this.record, expression.text) ? 1 : 0
      case 'variable':
        return this.variables.get(expression.name)
      case 'field': {
        const number = Math.trunc(numberOfValue(this.value(expression.number)))
        if (number === 0) return { outside: this.record }
        const text = this.fields[number - 1]
        return text === undefined ? undefined : { outside: text }
      }
      case 'element': {
        const [array, key] = [this.array(expression.array), this.key(expression.keys)]
        if (!array.has(key)) array.set(key, undefined)
        return array.get(key)
      }
      case 'assign': {
        const value = this.value(expression.value)
        return this.assign(
          expression.to,
          expression.operator === '' ? value : this.calculated(expression.operator, this.value(expression.to), value),
        )
      }
      case 'step': {
        const before = numberOfValue(this.value(expression.to))
        this.assign(expression.to, before + expression.by)
        return expression.before ? before + expression.by : before
      }
      case 'group':
        return this.value(expression.operand)
      case 'unary': {
        const operand = this.value(expression.operand)
        if (expression.operator === '!') return isTrue(operand) ? 0 : 1
        return expression.operator === '-' ? -numberOfValue(operand) : numberOfValue(operand)
      }
      case 'choice':
        return this.value(isTrue(this.value(expression.test)) ? expression.yes : expression.no)
      case 'member':
        return this.array(expression.array).has(textOfValue(this.value(expression.key))) ? 1 : 0
      case 'call':
        return callFunction(this, expression.name, expression.values)
      case 'binary':
        return this.binary(expression)
      default:
        return expression satisfies never
    }
  }

  private binary({ operator, left, right }: Extract<AwkExpression, { kind: 'binary' }>): AwkValue {
    if (operator === '&&' || operator === '||') {
      const one = isTrue(this.value(left))
      if (one === (operator === '||')) return one ? 1 : 0
      return isTrue(this.value(right)) ? 1 : 0
    }
    const one = this.value(left)
    if (operator === '~' || operator === '!~') {
      const pattern = right.kind === 'regex' ? right.text : textOfValue(this.value(right))
      return this.fits(textOfValue(one), pattern) === (operator === '~') ? 1 : 0
    }
    const other = this.value(right)
    if (operator === ' ') {
      const text = textOfValue(one) + textOfValue(other)
      this.scope.budget.worked(text.length)
      return text
    }
    const order = ['<', '<=', '==', '!=', '>', '>='].includes(operator) ? compareValues(one, other) : undefined
    if (order === undefined) return this.calculated(operator, one, other)
    const holds = { '<': order < 0, '<=': order <= 0, '==': order === 0, '!=': order !== 0, '>': order > 0, '>=': order >= 0 }
    return Object.entries(holds).some(([name, value]) => name === operator && value) ? 1 : 0
  }

  private calculated(operator: string, left: AwkValue, right: AwkValue): number {
    const [one, other] = [numberOfValue(left), numberOfValue(right)]
    switch (operator) {
      case '+':
        return one + other
      case '-':
        return one - other
      case '*':
        return one * other
      case '^':
        return this.power(one, other)
      default:
        if (other === 0) this.complaints += 'awk: fatal: division by zero attempted\n'
        if (other === 0) this.status = 2
        return other === 0 ? 0 : operator === '/' ? one / other : one % other
    }
  }

  private power(base: number, exponent: number): number {
    if (!Number.isInteger(exponent) || Math.abs(exponent) > 1024) this.notSimulated ??= 'awk with such an exponent'
    let result = 1
    for (let left = Math.min(1024, Math.abs(Math.trunc(exponent))); left > 0; left--) result *= base
    return exponent < 0 ? 1 / result : result
  }

  private fits(text: string, pattern: string): boolean {
    return this.regex(pattern)?.search(text, 0, this.scope.budget) !== undefined
  }
}
