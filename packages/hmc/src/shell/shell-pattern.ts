// Patterns of the shell as in `case`, `[[ a == b ]]` and `${x%…}`: `*`, `?`, bracket expressions. Not here: names of files, since there
// are none, and the extended patterns `+(…)`, which are not simulated.

import type { LineBudget } from './line-budget.js'
import { type CharacterSet, inSet, readBracket } from './regex/character-set.js'

type Piece = { readonly kind: 'star' } | { readonly kind: 'any' } | { readonly kind: 'code'; readonly code: number } | SetPiece
interface SetPiece {
  readonly kind: 'set'
  readonly set: CharacterSet
}

export class ShellPattern {
  private readonly pieces: readonly Piece[]

  /** `text`: what is quoted in it stands behind backslashes. */
  constructor(text: string) {
    const pieces: Piece[] = []
    let closes = true
    for (let at = 0; at < text.length; at++) {
      const character = text.charAt(at)
      if (character === '*') {
        if (pieces.at(-1)?.kind !== 'star') pieces.push({ kind: 'star' })
      } else if (character === '?') pieces.push({ kind: 'any' })
      else if (character === '[') {
        const read = closes ? readBracket(text, at + 1, true) : undefined
        if (read === undefined) closes = false
        if (typeof read === 'object') {
          pieces.push({ kind: 'set', set: read.set })
          at = read.end - 1
        } else pieces.push({ kind: 'code', code: character.charCodeAt(0) })
      } else {
        if (character === '\\' && at + 1 < text.length) at++
        pieces.push({ kind: 'code', code: text.charCodeAt(at) })
      }
    }
    this.pieces = pieces
  }

  matches(text: string, budget: LineBudget): boolean {
    return this.ends(text, 0, budget).includes(text.length)
  }

  /** Every place at which a match that begins at `from` may end, in rising order; none when the budget of the line is gone. */
  ends(text: string, from: number, budget: LineBudget): number[] {
    let places = [from]
    for (const piece of this.pieces) {
      const next: number[] = []
      if (piece.kind === 'star') for (let at = places[0] ?? text.length + 1; at <= text.length; at++) next.push(at)
      else for (const at of places) if (at < text.length && fits(piece, text.charCodeAt(at))) next.push(at + 1)
      budget.worked(1 + (next.length >> 1))
      if (budget.exceeded !== undefined) return []
      places = next
    }
    return places
  }
}

function fits(piece: Exclude<Piece, { kind: 'star' }>, code: number): boolean {
  if (piece.kind === 'any') return true
  return piece.kind === 'code' ? piece.code === code : inSet(piece.set, code, false)
}

/** Text that a pattern takes as it is. */
export function quotedForPattern(text: string): string {
  return text.replace(/[\\*?[\]]/g, '\\$&')
}
