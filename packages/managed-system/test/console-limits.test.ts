// What consoles of each machine and release manage: a document that asks for more is refused before it runs.

import { Simulation } from '@powersim/kernel'
import { fspOnly } from '@powersim/routing'
import { describe, expect, it } from 'vitest'
import { Installation, type MachineDocument, MachineError, presetDocument, readDocument } from '../src/index.js'

type Tree = Record<string, unknown>

/** power520 with so many systems of one partition each, or one of so many. */
function document(hmc: Tree, systems: number, partitions: number): MachineDocument {
  // A preset is a whole document.
  const preset = presetDocument('power520') as Tree & { systems: (Tree & { partitions: Tree[] })[] }
  const [first] = preset.systems
  const [partition] = first!.partitions
  const small = { ...partition, autoStart: false, adapters: [], vios: undefined, environment: 'aixlinux' }
  const made = Array.from({ length: systems }, (_, index) => ({
    ...first,
    name: `s${index}`,
    serialNumber: String(1_000_000 + index),
    nets: null,
    partitions: Array.from({ length: partitions }, (__, id) => ({ ...small, name: `p${id}`, id: id + 1 })),
  }))
  // What is wrong in it, the reading says.
  return { hmc, systems: made } as MachineDocument
}

describe('a console', () => {
  it('of the desk manages 48 systems and 254 partitions in the POWER6 years', () => {
    expect(() => readDocument(document({ model: 'desk' }, 48, 1))).not.toThrow()
    expect(() => readDocument(document({ model: 'desk' }, 49, 1))).toThrow('a desk console of V7R7.9.0 manages at most 48 systems, not 49')
    expect(() => readDocument(document({ model: 'desk' }, 1, 254))).not.toThrow()
    expect(() => readDocument(document({ model: 'desk' }, 2, 128))).toThrow(MachineError)
  })

  it('of the rack manages more, and more with later releases', () => {
    expect(() => readDocument(document({ model: 'rack' }, 4, 250))).not.toThrow()
    expect(() => readDocument(document({ model: 'rack' }, 4, 251))).toThrow('at most 1000 partitions, not 1004: choose another hmc.model')
    expect(() => readDocument(document({ model: 'rack', version: 'V8R8.6.0' }, 4, 251))).not.toThrow()
  })

  it('has the processors of its machine unless the document says so', () => {
    const processors = (hmc: Tree): number[] => {
      // The reading says what is wrong in it.
      const installation = new Installation(new Simulation({ seed: 'x' }), readDocument({ hmc } as MachineDocument), {
        policy: () => fspOnly(),
      })
      return installation.consoles.map((console) => console.parameters.processors)
    }
    expect(processors({})).toEqual([4, 4])
    expect(processors({ model: 'desk' })).toEqual([2, 2])
    expect(processors({ model: 'desk', processors: 8 })).toEqual([8, 8])
  })
})
