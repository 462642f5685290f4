// `powersim coverage` says what the console does: a command or variant that it calls not simulated says so when it is typed, and one that
// it calls modelled does not.

import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { coverage, generations } from '@powersim/hmc'
import { describe, expect, it } from 'vitest'
import { coverageCounts, coverageTable } from '../src/command/coverage-table.js'
import { openConsole, presets } from '../src/index.js'

const powersim = (...args: string[]) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(import.meta.dirname, '../dist/cli.js'), ...args], {
    encoding: 'utf8',
  })
  return { status, stdout, stderr }
}

describe('powersim coverage', () => {
  it('gives powersim.coverage/1: commands, variants, options, attributes and filters', () => {
    const { status, stdout, stderr } = powersim('coverage', '--json', '-', '--generation', 'v7r7')
    expect([status, stderr]).toEqual([0, ''])
    const { schema, generation, counts, rows } = JSON.parse(stdout)
    expect([schema, generation]).toEqual(['powersim.coverage/1', 'v7r7'])
    expect(rows).toEqual(coverage('v7r7'))
    expect(counts).toEqual(coverageCounts(rows))
    expect(rows).toContainEqual(expect.objectContaining({ kind: 'attribute', command: 'lssyscfg', variant: '-r lpar', name: 'rmc_ipaddr' }))
    expect(powersim('coverage', '--generation', 'v9').status).toBe(2)
  })

  it('has a table with a row for every modelled command', () => {
    const lines = coverageTable(coverage()).split('\n')
    const modelled = coverage().filter(({ kind, status }) => kind === 'command' && status === 'modelled')
    for (const { command } of modelled) expect(lines.filter((line) => line.startsWith(`| \`${command}\` |`))).toHaveLength(1)
    expect(modelled.length).toBeGreaterThan(25)
  })

  it('is the table of the page for those who automate consoles (node .config/coverage-page.mjs writes it)', () => {
    const page = readFileSync(join(import.meta.dirname, '../../../docs/automation.md'), 'utf8')
    expect(/<!-- powersim coverage -->\n\n([^]*?)\n\n<!-- end -->/.exec(page)?.[1]).toBe(coverageTable(coverage()))
  })

  it.each(generations)('counts every row of %s once', (generation) => {
    const rows = coverage(generation)
    const sum = Object.values(coverageCounts(rows))
      .flatMap(Object.values)
      .reduce((total, count) => total + count, 0)
    expect(sum).toBe(rows.length)
    expect(new Set(rows.map((row) => JSON.stringify({ ...row, generations: [] }))).size).toBe(rows.length)
  })

  describe('says what typing the same shows', () => {
    const console = openConsole({ machine: presets.power520, seed: 'coverage' })
    const missing = (line: string): boolean => console.type(line).notSimulated !== undefined
    const rows = coverage('v7r7').filter(({ kind }) => kind === 'command' || kind === 'variant')
    // A value that is not simulated may need other selectors beside it: those of a variant that is modelled, with this value in its place.
    const linesOf = ({ command, variant }: (typeof rows)[number]): string[] => {
      const [selector = '', value = ''] = variant.split(' ')
      const others = rows.filter((row) => row.command === command && row.status === 'modelled' && row.variant.includes(selector))
      const replaced = others.map((row) => row.variant.replace(new RegExp(`${selector} \\S+`), `${selector} ${value}`))
      return ['', variant, ...replaced].map((words) => `${command} ${words}`)
    }

    it.each(rows.filter(({ status }) => status === 'modelled'))('$command $variant is modelled', ({ command, variant }) => {
      expect(missing(`${command} ${variant}`)).toBe(false)
    })

    it.each(rows.filter(({ status }) => status === 'not simulated'))('$command $variant is not simulated', (row) => {
      expect(linesOf(row).some(missing)).toBe(true)
    })
  })
})
