// What Tab completes at `powersim hmc`: what the tables of the console and the machine say, for every place of a line.

import { describe, expect, it } from 'vitest'
import { openConsole, presets } from '../src/index.js'
import { completionOf } from '../src/command/hmc-completion.js'

const { installation } = openConsole({ machine: presets.power520, seed: 'complete' })
const complete = (line: string) => completionOf(line, installation, 'hmc1')

describe('completion', () => {
  it.each([
    ['lssysc', ['lssyscfg', 'lssysconn']],
    ['lssyscfg -r l', ['lpar']],
    ['lssyscfg --fil', ['--filter']],
    ['lssyscfg -r lpar -m ', ['p520']],
    ['lssyscfg -r lpar -m p520 -F na', ['name']],
    ['lssyscfg -r lpar -m p520 -F name,lpar_e', ['lpar_env']],
    ['lssyscfg -r lpar -m p520 --filter "lpar_na', ['lpar_names']],
    ['chsysstate -r lpar -m p520 -o shutdown -n vi', ['vios1', 'vios2']],
    ['chsysstate -r lpar -m p520 -o shutdown -n vios1 --im', ['--immed']],
    ['lssyscfg -r sys | lshwr', ['lshwres']],
    ['nobody -', []],
  ])('of %j', (line, candidates) => {
    const [found] = complete(line)
    expect(found).toEqual(candidates)
  })

  it('gives the part of the line that they replace', () => {
    expect(complete('lssyscfg -r lpar -m p520 -F name,lpar_e')[1]).toBe('lpar_e')
    expect(complete('')[0]).toContain('chsysstate')
  })
})
