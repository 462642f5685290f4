// The presets by name: whole machine documents with a source for every value.
// A preset is what every document is merged onto.

import { MachineError } from '../errors.js'
import { power520Tree } from './power520.js'
import { power822Tree } from './power822.js'
import { type ParameterSource, plain, sourcesOf, type SourcedTree } from './sourced.js'

const trees = { power520: power520Tree, power822: power822Tree } as const satisfies Record<string, SourcedTree>

export type PresetName = keyof typeof trees

export const presetNames: readonly PresetName[] = ['power520', 'power822']

/** The plain, unchecked document of a preset; an unknown name is refused with the known ones. */
export function presetDocument(name: string): unknown {
  return plain(treeOf(name))
}

/** Every value of a preset with its path and source. */
export function presetSources(name: string): readonly ParameterSource[] {
  return sourcesOf(treeOf(name))
}

function treeOf(name: string): SourcedTree {
  if (!isPreset(name))
    throw new MachineError('unknown-preset', 'preset', `unknown machine '${name}': expected one of ${presetNames.join(', ')}`)
  return trees[name]
}

function isPreset(name: string): name is PresetName {
  return name in trees
}
