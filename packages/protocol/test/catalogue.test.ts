// The command catalogue as data: unique names and opcodes, families by opcode, and lookups that agree with it.

import { describe, expect, it } from 'vitest'
import { type CommandName, commandByName, commandByOpcode, commandCatalogue, commandClasses, type CommandTarget } from '../src/index.js'

/** Family by the upper byte of the opcode, as the files of catalogue/ say. */
const families: Record<number, { target: CommandTarget; prefixes: string[] }> = {
  0x00: { target: 'channel', prefixes: ['connection'] },
  0x01: { target: 'fsp', prefixes: ['system', 'service', 'dump', 'firmware', 'energy', 'capacity'] },
  0x02: { target: 'phyp', prefixes: ['lpar', 'profile', 'memory', 'processors', 'slots', 'adapters'] },
  0x03: { target: 'phyp', prefixes: ['lpar', 'profile', 'stage'] },
  0x04: { target: 'phyp', prefixes: ['activation', 'lpar'] },
  0x05: { target: 'phyp', prefixes: ['dynamic'] },
  0x06: { target: 'lpar', prefixes: ['rmc'] },
  0x07: { target: 'phyp', prefixes: ['memoryPool', 'pagingDevice'] },
  0x08: { target: 'phyp', prefixes: ['terminal'] },
  0x0d: { target: 'phyp', prefixes: ['virtualSwitch'] },
  0x0b: { target: 'phyp', prefixes: ['profileData'] },
  0x0a: { target: 'phyp', prefixes: ['systemProfile'] },
  0x09: { target: 'phyp', prefixes: ['processorPool'] },
  0x0c: { target: 'phyp', prefixes: ['comanagement', 'lock'] },
}

describe('the catalogue', () => {
  it('has each name and each opcode once, opcodes in 16 bits', () => {
    const names = commandCatalogue.map(({ name }) => name)
    const opcodes = commandCatalogue.map(({ opcode }) => opcode)
    expect(new Set(names).size).toBe(names.length)
    expect(new Set(opcodes).size).toBe(opcodes.length)
    expect(opcodes.every((opcode) => Number.isInteger(opcode) && opcode > 0 && opcode <= 0xffff)).toBe(true)
    expect(names.length).toBeGreaterThan(40)
  })

  it.each(commandCatalogue.map((definition) => [definition.name, definition] as const))('keeps %s in its family', (name, definition) => {
    const family = families[definition.opcode >> 8] ?? expect.fail('no family')
    expect(definition.target).toBe(family.target)
    expect(family.prefixes).toContain(name.split('.')[0])
    expect(commandClasses).toContain(definition.commandClass)
  })

  it('is in the order of opcodes', () => {
    const opcodes = commandCatalogue.map(({ opcode }) => opcode)
    expect(opcodes).toEqual([...opcodes].sort((one, other) => one - other))
  })

  it('finds every entry by name and by opcode, and nothing else', () => {
    for (const definition of commandCatalogue) {
      // Every name of the list is a CommandName; the list is typed by the widest entry.
      expect(commandByName(definition.name as CommandName)).toBe(definition)
      expect(commandByOpcode(definition.opcode)).toBe(definition)
    }
    expect([commandByOpcode(0), commandByOpcode(0xffff), commandByOpcode(-1), commandByOpcode(Number.NaN)]).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
    ])
  })
})
