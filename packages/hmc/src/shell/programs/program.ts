// What the programs of the restricted shell have in common: how they are called, what they answer, their options and their operands.
// They turn text into text and know no console; there are no files but `-` and /dev/null.

import type { OperationContext } from '../../operations/operation-context.js'
import type { LineBudget } from '../line-budget.js'
import type { TextInput } from '../text-streams.js'

/** What a program is called with beside its words. */
export interface ProgramScope {
  readonly context: OperationContext
  readonly input: TextInput
  readonly budget: LineBudget
}

/** What a program answers; newlines are its own. */
export interface ProgramReply {
  readonly exitStatus: number
  readonly stdout: string
  readonly stderr: string
  readonly notSimulated?: string
}

export type Program = (words: readonly string[], scope: ProgramScope) => ProgramReply

export function done(stdout = '', exitStatus = 0): ProgramReply {
  return { exitStatus, stdout, stderr: '' }
}

/** `stderr` without its newline. */
export function wrong(stderr: string, exitStatus = 1): ProgramReply {
  return { exitStatus, stdout: '', stderr: `${stderr}\n` }
}

export function unknown(what: string, exitStatus = 1): ProgramReply {
  return { ...wrong(`not simulated: ${what}`, exitStatus), notSimulated: what }
}

/** Short options as getopt reads them. */
export interface ShortOptions {
  readonly has: (flag: string) => boolean
  /** Values of an option, in order. */
  readonly all: (flag: string) => readonly string[]
  /** The last value of an option. */
  readonly value: (flag: string) => string | undefined
  readonly operands: readonly string[]
}

/**
 * Reads `-abc`, `-d,` and `-d ,`: `flags` and `valued` are the letters that there are. Options may stand behind operands; `--` ends them.
 * Another option is not simulated.
 */
export function readShortOptions(name: string, words: readonly string[], flags: string, valued: string): ShortOptions | ProgramReply {
  const given = new Map<string, string[]>()
  const operands: string[] = []
  for (let at = 0; at < words.length; at++) {
    const word = words[at] ?? ''
    if (word === '--') {
      operands.push(...words.slice(at + 1))
      break
    }
    if (!word.startsWith('-') || word === '-') {
      operands.push(word)
      continue
    }
    if (word.startsWith('--')) return unknown(`${name} ${word.split('=')[0] ?? word}`)
    for (let place = 1; place < word.length; place++) {
      const letter = word.charAt(place)
      const values = given.get(letter) ?? []
      if (valued.includes(letter)) {
        const attached = word.slice(place + 1)
        if (attached === '' && at + 1 >= words.length) return wrong(`${name}: option requires an argument -- '${letter}'`, 2)
        given.set(letter, [...values, attached === '' ? (words[++at] ?? '') : attached])
        break
      }
      if (!flags.includes(letter)) return unknown(`${name} -${letter}`)
      given.set(letter, values)
    }
  }
  return {
    has: (flag) => given.has(flag),
    all: (flag) => given.get(flag) ?? [],
    value: (flag) => given.get(flag)?.at(-1),
    operands,
  }
}

export function isReply(read: ShortOptions | ProgramReply): read is ProgramReply {
  return 'exitStatus' in read
}

/** The text of some operands: of standard input when there are none. `missing`: complaints about files, which are not there. */
export function textOfOperands(name: string, operands: readonly string[], scope: ProgramScope): { text: string; missing: string } {
  let text = ''
  let missing = ''
  for (const operand of operands.length === 0 ? ['-'] : operands) {
    if (operand === '-' || operand === '/dev/stdin') text += scope.input.rest()
    else if (operand !== '/dev/null') missing += `${name}: ${operand}: No such file or directory\n`
  }
  scope.budget.worked(text.length)
  return { text, missing }
}

/** What a program printed, and complaints about files. */
export function printedWith(stdout: string, missing: string, exitStatus = 0): ProgramReply {
  return { exitStatus: missing === '' ? exitStatus : Math.max(exitStatus, 1), stdout, stderr: missing }
}

/** `\n`, `\t`, `\\`, `\012` … as characters; an unknown escape stays as it is. */
export function unescaped(text: string): string {
  return text.replace(/\\(?:([abefnrtv\\])|0?([0-7]{1,3})|x([0-9A-Fa-f]{1,2}))/g, (_, letter, octal, hex) => {
    if (letter !== undefined) return escapes[String(letter)] ?? ''
    return String.fromCharCode(octal === undefined ? Number.parseInt(String(hex), 16) : Number.parseInt(String(octal), 8) & 255)
  })
}

const escapes: Readonly<Record<string, string>> = {
  a: '\u0007',
  b: '\b',
  e: '\u001b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\\': '\\',
}
