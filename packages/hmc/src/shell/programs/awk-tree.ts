// The tree of an awk program: rules, statements, expressions. Plain data.
// How text becomes a tree is awk-syntax.ts, what a tree does is awk.ts.

export type AwkExpression =
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'string' | 'regex'; readonly text: string }
  | AwkPlace
  | { readonly kind: 'assign'; readonly operator: string; readonly to: AwkPlace; readonly value: AwkExpression }
  | { readonly kind: 'step'; readonly by: 1 | -1; readonly before: boolean; readonly to: AwkPlace }
  | { readonly kind: 'unary' | 'group'; readonly operator: string; readonly operand: AwkExpression }
  | { readonly kind: 'binary'; readonly operator: string; readonly left: AwkExpression; readonly right: AwkExpression }
  | { readonly kind: 'choice'; readonly test: AwkExpression; readonly yes: AwkExpression; readonly no: AwkExpression }
  | { readonly kind: 'member'; readonly key: AwkExpression; readonly array: string }
  | { readonly kind: 'call'; readonly name: string; readonly values: readonly AwkExpression[] }

/** What may be assigned to. */
export type AwkPlace =
  | { readonly kind: 'variable'; readonly name: string }
  | { readonly kind: 'field'; readonly number: AwkExpression }
  | { readonly kind: 'element'; readonly array: string; readonly keys: readonly AwkExpression[] }

export type AwkStatement =
  | { readonly kind: 'expression'; readonly expression: AwkExpression }
  | { readonly kind: 'print' | 'printf'; readonly values: readonly AwkExpression[] }
  | { readonly kind: 'block'; readonly body: readonly AwkStatement[] }
  | { readonly kind: 'if'; readonly test: AwkExpression; readonly yes: AwkStatement; readonly no: AwkStatement | undefined }
  | {
      readonly kind: 'while'
      readonly test: AwkExpression | undefined
      readonly body: AwkStatement
      readonly update: AwkStatement | undefined
      readonly first: boolean
    }
  | { readonly kind: 'for-in'; readonly name: string; readonly array: string; readonly body: AwkStatement }
  | { readonly kind: 'next' | 'break' | 'continue' }
  | { readonly kind: 'exit'; readonly status: AwkExpression | undefined }
  | { readonly kind: 'delete'; readonly array: string; readonly keys: readonly AwkExpression[] }

export interface AwkRule {
  readonly when: 'BEGIN' | 'END' | 'line'
  readonly from: AwkExpression | undefined
  readonly to: AwkExpression | undefined
  /** Undefined: print the line. */
  readonly body: AwkStatement | undefined
}

export type AwkProgram =
  | { readonly kind: 'program'; readonly rules: readonly AwkRule[] }
  | { readonly kind: 'mistake'; readonly message: string }
  | { readonly kind: 'not-simulated'; readonly what: string }
