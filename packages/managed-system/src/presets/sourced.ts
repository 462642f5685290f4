// Values with their sources. A preset is written as a tree of such values, so that no number stands without saying where it is from;
// the plain document and the list of sources are both made of it.

const mark = Symbol('sourced')

/** A value and where it comes from: a named source, or `estimate`. */
export interface Sourced {
  readonly [mark]: true
  readonly value: unknown
  readonly source: string
}

export type SourcedTree = Sourced | { readonly [field: string]: SourcedTree } | readonly SourcedTree[]

/** One value of a preset with its source. */
export interface ParameterSource {
  /** `systems.0.fsp.forwardIn` */
  readonly path: string
  readonly value: unknown
  readonly source: string
}

export function given(value: unknown, source: string): Sourced {
  return { [mark]: true, value, source }
}

/** Several values of one source. */
export function all(source: string, values: Readonly<Record<string, unknown>>): Record<string, Sourced> {
  return Object.fromEntries(Object.entries(values).map(([field, value]) => [field, given(value, source)]))
}

/** The document without the sources. */
export function plain(tree: SourcedTree): unknown {
  if (isSourced(tree)) return tree.value
  if (isList(tree)) return tree.map(plain)
  return Object.fromEntries(Object.entries(tree).map(([field, inner]) => [field, plain(inner)]))
}

/** `base` with what `over` gives in its place: trees field by field, lists place by place, values whole. A list keeps its length. */
export function overlaid(base: SourcedTree, over: SourcedTree | undefined): SourcedTree {
  if (over === undefined) return base
  if (isSourced(base) || isSourced(over)) return over
  if (isList(base)) return isList(over) ? base.map((inner, index) => overlaid(inner, over[index])) : over
  if (isList(over)) return over
  const merged: Record<string, SourcedTree> = { ...base }
  for (const [field, inner] of Object.entries(over)) {
    const below = base[field]
    merged[field] = below === undefined ? inner : overlaid(below, inner)
  }
  return merged
}

/** Every value of a tree with its path and source, in order. */
export function sourcesOf(tree: SourcedTree, path = ''): ParameterSource[] {
  if (isSourced(tree)) return [{ path, value: tree.value, source: tree.source }]
  const entries: [string, SourcedTree][] = isList(tree) ? tree.map((inner, index) => [String(index), inner]) : Object.entries(tree)
  return entries.flatMap(([field, inner]) => sourcesOf(inner, path === '' ? field : `${path}.${field}`))
}

function isSourced(tree: SourcedTree): tree is Sourced {
  return mark in tree
}

function isList(tree: SourcedTree): tree is readonly SourcedTree[] {
  return Array.isArray(tree)
}
