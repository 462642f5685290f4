// The grammar of a line that is more than words: the parser's tree, what is wrong with a text that no shell would take, and what in a text
// this console does not simulate. Running a tree is line-run.ts. The parser is the library unbash; it knows all of bash.

import { parse, type ParsedScript, type SyntaxNode, forEachChild } from 'unbash'
import { shellLimits } from './line-budget.js'
import { plainWords } from './plain-line.js'
import { complaintOf, END } from './syntax-complaint.js'
import { unsimulated } from './unsimulated-syntax.js'

/** A line that no shell would accept. The column counts from 1, over all lines of a text of several. */
export interface ShellSyntaxProblem {
  readonly column: number
  readonly message: string
}

export type ShellText =
  | { readonly kind: 'script'; readonly script: ParsedScript }
  | { readonly kind: 'problem'; readonly problem: ShellSyntaxProblem }
  /** A shell would take it; this one answers that it does not simulate it. */
  | { readonly kind: 'not-simulated'; readonly what: string }

/** What is wrong with a line's shell syntax, or undefined when a shell would take it (simulated or not). */
export function checkShellLine(text: string): ShellSyntaxProblem | undefined {
  if (plainWords(text, empty) !== undefined) return undefined
  const read = readShellText(text)
  return read.kind === 'problem' ? read.problem : undefined
}

/** Whether a shell would wait for more: something is open at the end of the text, and another line could close it. */
export function isUnfinishedLine(text: string): boolean {
  return checkShellLine(text)?.message.endsWith(END) === true
}

const empty = (): string => ''

/** Reads a text whole, substitutions included, so that nothing of it is run when a part of it is wrong or not simulated. */
export function readShellText(typed: string): ShellText {
  if (typed.length > shellLimits.text) return { kind: 'not-simulated', what: `more than ${shellLimits.text} characters in a line` }
  if (openings(typed) > shellLimits.openings) return { kind: 'not-simulated', what: `more than ${shellLimits.openings} brackets in a line` }
  // The carriage return of a file from another system is a blank.
  const text = typed.replace(/\r(?=\n|$)/g, ' ')
  const script = parse(text)
  const walk: Walk = { problem: undefined, what: undefined }
  look(script, text, 0, 0, 0, walk)
  if (walk.problem === undefined && endsInBackslash(text, script)) {
    const message = `expected a character after the backslash, found ${END}`
    walk.problem = { column: text.length, message }
  }
  if (walk.problem !== undefined) return { kind: 'problem', problem: walk.problem }
  if (walk.what !== undefined) return { kind: 'not-simulated', what: walk.what }
  return { kind: 'script', script }
}

interface Walk {
  problem: ShellSyntaxProblem | undefined
  what: string | undefined
}

/** Looks at a node and all below it. `home`: where the substitution around it stands in the text, when it has a text of its own. */
function look(node: SyntaxNode, text: string, home: number, nesting: number, depth: number, walk: Walk): void {
  if (walk.problem !== undefined) return
  if (depth > shellLimits.depth) {
    walk.what ??= `a line more than ${shellLimits.depth} levels deep`
    return
  }
  let within = nesting
  let place = home
  if (node.type === 'Script') {
    if (++within > shellLimits.nesting) {
      walk.what ??= `more than ${shellLimits.nesting} substitutions inside each other`
      return
    }
    const [error] = node.errors ?? []
    if (error !== undefined) {
      walk.problem =
        node.source === undefined && home === 0
          ? complaintOf(error, text)
          : { ...complaintOf(error, node.source ?? text), column: home + 1 }
      return
    }
    if (node.source === undefined) place = home
  }
  walk.what ??= unsimulated(node)
  // The text of an escaped backtick has columns of its own: problems in it are told where it begins.
  if (node.type === 'CommandExpansion' && node.text.startsWith('`') && node.text.includes('\\')) place = Math.max(home, node.pos)
  forEachChild(node, (child) => look(child, text, place, within, depth + 1, walk))
}

function openings(text: string): number {
  let count = 0
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === 40 || code === 96 || code === 123 || code === 91 || (code === 60 && text.charCodeAt(at + 1) === 60)) count++
  }
  return count
}

/** Whether a backslash that protects nothing ends the text; one in a comment is no such backslash. */
function endsInBackslash(text: string, script: ParsedScript): boolean {
  const run = /\\+$/.exec(text)?.[0].length ?? 0
  if (run % 2 === 0) return false
  const last = script.commands.at(-1)
  return last === undefined ? !text.includes('#') : last.end >= text.length - 1
}
