// What follows a `!`: the name of an action and its arguments, words without quotes in which $i and ${i} stand for the loop
// variable. Which actions exist and what they do is known to the components; a caller can hand in their names.

import type { Word } from './source-line.js'

/** What is wrong with a word of an event. */
export interface BadWord {
  expected: string
  word: Word
}

const actionName = /^[A-Za-z][A-Za-z0-9._-]*$/
const variable = /\$(?:i(?![A-Za-z0-9_])|\{i\})/g

export const isActionName = (text: string): boolean => actionName.test(text)

/** Checks an argument; `inLoop` says whether the variable `i` exists there. */
export function checkArgument(word: Word, inLoop: boolean): BadWord | undefined {
  if (/['"`\\]/.test(word.text)) return { expected: 'an argument without quotes', word }
  if (!word.text.includes('$')) return undefined
  if (word.text.replace(variable, '').includes('$')) return { expected: 'no variable but $i in an argument', word }
  return inLoop ? undefined : { expected: '$i only inside a repeat or parallel block', word }
}

/** The arguments of an event in a pass of its loop. */
export function fillArguments(args: readonly string[], i: string | undefined): readonly string[] {
  return i === undefined ? args : args.map((argument) => argument.replace(variable, i))
}
