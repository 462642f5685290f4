// The loop variable in words that no shell reads, the names of consoles and the arguments of events: $i and ${i}, nothing else.
// In shell lines it is a variable of the shell and the console's business.

import type { Word } from './source-line.js'

/** What is wrong with a word. */
export interface BadWord {
  expected: string
  word: Word
}

const variable = /\$(?:i(?![A-Za-z0-9_])|\{i\})/g

export const hasVariable = (text: string): boolean => text.includes('$')

/** Checks the variables of a word; `inLoop` says whether `i` exists there, `where` what the word is. */
export function checkVariables(word: Word, inLoop: boolean, where: string): BadWord | undefined {
  if (!hasVariable(word.text)) return undefined
  if (hasVariable(word.text.replace(variable, ''))) return { expected: `no variable but $i in ${where}`, word }
  return inLoop ? undefined : { expected: '$i only inside a repeat or parallel block', word }
}

/** The word in a pass of its loop. */
export function fillVariables(text: string, i: string | undefined): string {
  return i === undefined ? text : text.replace(variable, i)
}
