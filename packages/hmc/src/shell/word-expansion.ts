// From the words of a line to the words of a command: variables, substitutions, arithmetic, braces, fields. The tree is the parser's.
// Names of files are not expanded, since the restricted shell's home holds none. Parameter operations are parameter-expansion.ts.

import type { Yieldable } from '@powersim/kernel'
import type { DoubleQuotedChild, HereDocBody, Word, WordPart } from 'unbash'
import { arithmetic } from './arithmetic.js'
import { readBraces } from './brace-list.js'
import { type Expander, type ExpansionScope, type Piece, split, valueOf, whole } from './expansion-scope.js'
import { FieldBuilder } from './field-splitting.js'
import { expandParameter } from './parameter-expansion.js'
import { DEFAULT_SEPARATORS } from './shell-variables.js'

type Expansion = Exclude<DoubleQuotedChild, { type: 'Literal' }>

export class WordExpander implements Expander {
  readonly scope: ExpansionScope

  constructor(scope: ExpansionScope) {
    this.scope = scope
  }

  /** The fields of some words, in order. */
  *fields(words: readonly Word[]): Generator<Yieldable, string[]> {
    const { scope } = this
    const builder = new FieldBuilder(scope.variables.get('IFS') ?? DEFAULT_SEPARATORS)
    for (const word of words) {
      for (const variant of bracesApart(word)) {
        if (typeof variant === 'string') builder.add(variant)
        else for (const piece of yield* this.pieces(variant, false)) addPiece(builder, piece)
        builder.finish()
      }
    }
    scope.budget.worked(builder.fields.length)
    return builder.fields
  }

  /** A word as one text: nothing of it is split. */
  *text(word: Word): Generator<Yieldable, string> {
    return word.parts === undefined ? word.value : yield* this.textOf(word.parts)
  }

  *pattern(word: Word): Generator<Yieldable, string> {
    if (word.parts === undefined) return word.text
    return (yield* this.pieces(word.parts, false)).map(({ pattern }) => pattern).join('')
  }

  /** The text of a here document. */
  *document({ text, parts }: HereDocBody): Generator<Yieldable, string> {
    return parts === undefined ? text : (yield* this.pieces(parts, true)).map((piece) => piece.text).join('')
  }

  *textOf(parts: readonly WordPart[]): Generator<Yieldable, string> {
    return (yield* this.pieces(parts, false)).map(({ text }) => text).join('')
  }

  *operand(word: Word, quoted: boolean): Generator<Yieldable, readonly Piece[]> {
    if (word.parts === undefined) return [quoted ? whole(word.value) : { text: word.value, pattern: word.text, as: 'split' }]
    return yield* this.pieces(word.parts, quoted, true)
  }

  /** `operand`: literal text in a parameter expansion without quotes is split like what variables hold. */
  private *pieces(parts: readonly WordPart[], quoted: boolean, operand = false): Generator<Yieldable, readonly Piece[]> {
    const pieces: Piece[] = []
    for (const part of parts) {
      if (this.scope.budget.exceeded !== undefined) return pieces
      const before = pieces.length
      switch (part.type) {
        case 'Literal':
          pieces.push(quoted ? whole(part.value) : { text: part.value, pattern: part.text, as: operand ? 'split' : 'loose' })
          break
        case 'SingleQuoted':
        case 'AnsiCQuoted':
          pieces.push(whole(part.value))
          break
        case 'DoubleQuoted':
          // `"$@"` is no word at all, since there are no positional parameters.
          if (part.text !== '"$@"' && part.text !== '"${@}"') pieces.push(whole(''), ...(yield* this.pieces(part.parts, true)))
          break
        case 'Glob':
          if (part.parts === undefined) pieces.push({ text: part.value, pattern: part.text, as: 'loose' })
          else pieces.push(...bracketed(yield* this.pieces(part.parts, false), part.text))
          break
        case 'LocaleString':
        case 'ExtendedGlob':
        case 'BraceExpansion':
        case 'ProcessSubstitution':
          // Found before the line was run, or text where no list of words is made.
          pieces.push(whole(part.text))
          break
        default:
          pieces.push(...(yield* this.expansion(part, quoted)))
      }
      for (let at = before; at < pieces.length; at++) this.scope.budget.worked(1 + ((pieces[at]?.text.length ?? 0) >> 2))
    }
    return pieces
  }

  private *expansion(part: Expansion, quoted: boolean): Generator<Yieldable, readonly Piece[]> {
    const made = quoted ? whole : split
    switch (part.type) {
      case 'SimpleExpansion':
        return [made(valueOf(part.text.slice(1), this.scope) ?? '')]
      case 'ParameterExpansion':
        return yield* expandParameter(part, quoted, this)
      case 'CommandExpansion':
        return [made(part.script === undefined ? '' : yield* this.scope.capture(part.script))]
      case 'ArithmeticExpansion':
        return [made(String((yield* arithmetic(part.expression, this)) ?? ''))]
      default:
        return part satisfies never
    }
  }
}

function addPiece(builder: FieldBuilder, piece: Piece): void {
  if (piece.as === 'split') builder.split(piece.text)
  else if (piece.as === 'whole' || piece.text !== '') builder.add(piece.text)
}

/** What a word stands for when its braces are expanded: texts, or lists of parts. */
function bracesApart(word: Word): readonly (string | readonly WordPart[])[] {
  const { parts } = word
  if (parts === undefined) return [word.value]
  let variants: readonly WordPart[][] = [[]]
  for (const part of parts) {
    const choices = part.type === 'BraceExpansion' ? readBraces(part.text) : undefined
    if (choices === undefined) for (const variant of variants) variant.push(part)
    else {
      const { pos, end } = part
      variants = variants.flatMap((variant) =>
        choices.map((text): WordPart[] => [...variant, { type: 'Literal', pos, end, value: text, text }]),
      )
    }
  }
  return variants
}

/** A bracket expression whose inside was expanded. */
function bracketed(inner: readonly Piece[], text: string): Piece[] {
  const mark = /^\[[!^]/.test(text) ? text.slice(0, 2) : '['
  const [first, ...rest] = inner
  const bare =
    first === undefined || mark === '[' ? inner : [{ ...first, text: first.text.slice(1), pattern: first.pattern.slice(1) }, ...rest]
  return [{ text: mark, pattern: mark, as: 'loose' }, ...bare, { text: ']', pattern: ']', as: 'loose' }]
}
