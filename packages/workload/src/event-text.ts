// What follows a `!`: the name of an action and its arguments, words without quotes in which the loop variable may stand. Which actions
// exist and what they do is known to the components; a caller can hand in their names.

import { type BadWord, checkVariables, fillVariables } from './loop-variable.js'
import type { Word } from './source-line.js'

const actionName = /^[A-Za-z][A-Za-z0-9._-]*$/

export const isActionName = (text: string): boolean => actionName.test(text)

/** Checks an argument; `inLoop` says whether the variable `i` exists there. */
export function checkArgument(word: Word, inLoop: boolean): BadWord | undefined {
  if (/['"`\\]/.test(word.text)) return { expected: 'an argument without quotes', word }
  return checkVariables(word, inLoop, 'an argument')
}

/** The arguments of an event in a pass of its loop. */
export function fillArguments(args: readonly string[], i: string | undefined): readonly string[] {
  return i === undefined ? args : args.map((argument) => fillVariables(argument, i))
}
