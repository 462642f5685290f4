// What a shell reads and this one does not run, found before anything of the line is run: jobs, functions, arrays, and a few expansions.
// What commands cannot do is answered by the commands.

import type { SyntaxNode, Word } from 'unbash'
import { MAX_BRACE_WORDS, readBraces } from './brace-list.js'

/** What about this one node is not simulated; what is below it is looked at by itself. */
export function unsimulated(node: SyntaxNode): string | undefined {
  switch (node.type) {
    case 'Statement':
      return node.background === true ? 'background' : undefined
    case 'Function':
      return 'function'
    case 'Select':
      return 'select command'
    case 'Coproc':
      return 'coproc command'
    case 'Time':
      return 'time command'
    case 'ArrayValue':
      return 'array'
    case 'Assignment':
      return node.index === undefined ? undefined : 'array'
    case 'ArithmeticWord':
      if (node.value.includes('[')) return 'array'
      // The parser takes `2--4` and `x>(1)` for one word where bash does not; and other bases than 8, 10 and 16.
      return node.parts === undefined && !/^\$?\w*$/.test(node.value) ? `arithmetic ${node.value}` : undefined
    case 'LocaleString':
      return 'dollar quotes'
    case 'ExtendedGlob':
      return 'extended pattern'
    case 'Word':
      return braceWords(node) > MAX_BRACE_WORDS ? 'brace expansion' : undefined
    case 'SimpleExpansion':
      return /^\$[$!_-]$/.test(node.text) ? 'special parameter' : undefined
    case 'ParameterExpansion':
      if (node.index !== undefined) return 'array'
      if (/^[$!_-]$/.test(node.parameter)) return 'special parameter'
      if (node.prefix === '!' || ['Transform', 'Names', 'Unknown'].includes(node.operation?.type ?? '')) return 'parameter expansion'
      return undefined
    case 'Redirect':
      return unsimulatedTarget(node.operator, node.target)
    case 'Command':
      return node.args.some((word) => word.type === 'Word' && hasProcess(word)) ? 'process substitution as a word' : undefined
    case 'FileDescriptorVariable':
      return 'redirection'
    default:
      return undefined
  }
}

/** Words that the braces of a word make; Infinity when they cannot be read. */
function braceWords({ parts = [] }: Word): number {
  let words = 1
  for (const part of parts) if (part.type === 'BraceExpansion') words *= readBraces(part.text)?.length ?? Infinity
  return words
}

function hasProcess(word: Word): boolean {
  return word.parts?.some((part) => part.type === 'ProcessSubstitution') ?? false
}

function unsimulatedTarget(operator: string, target: Word | undefined): string | undefined {
  if (target === undefined) return undefined
  const [only] = target.parts ?? []
  if (only?.type === 'ProcessSubstitution')
    return operator === '<' && only.operator === '<' && target.parts?.length === 1 ? undefined : 'process substitution'
  return operator === '<>' ? 'redirection' : undefined
}
