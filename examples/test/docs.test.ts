// The pages tell the truth: every parameter of the preset stands in a table with the value's source, every link leads somewhere, and every
// TypeScript snippet compiles against the packages. A diagram under a comment with a command is what that command prints.

import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync, existsSync, writeFileSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { presetSources } from '@powersim/managed-system'
import ts from 'typescript'
import { describe, expect, it } from 'vitest'

const root = join(import.meta.dirname, '../..')
const pages = ['README.md', ...below('docs').filter((file) => file.endsWith('.md')), ...packageReadmes()]

function below(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map((file) => `${folder}/${file}`)
}

function packageReadmes(): string[] {
  return readdirSync(join(root, 'packages')).map((name) => `packages/${name}/README.md`).filter((file) => existsSync(join(root, file)))
}

const read = (page: string): string => readFileSync(join(root, page), 'utf8')

describe('parameter tables', () => {
  const rows = new Map<string, string>()
  for (const page of pages) {
    for (const line of read(page).split('\n')) {
      const [, first = '', , , source] = line.split(/(?<!\\)\|/).map((cell) => cell.trim())
      const path = /^`([^`]+)`$/.exec(first)?.[1]
      if (path !== undefined && source !== undefined) rows.set(path, source)
    }
  }
  const parameters = presetSources('power520')
    .map(({ path, source }) => ({ path: path.replace(/^systems\.0\./, ''), source }))
    .filter(({ path }) => /^(hmc|fsp|nets|phyp|networks)\./.test(path) && !/\.\d+\./.test(path))

  it('are there for all but a few parameters', () => {
    expect(parameters.length).toBeGreaterThan(90)
  })

  it.each(parameters)('$path is in one, with its source', ({ path, source }) => {
    expect(rows.get(path)).toBe(source)
  })
})

describe('pages', () => {
  it.each(pages)('%s links to what exists', (page) => {
    const links = [...read(page).matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target.split('#')[0] ?? '')
    for (const link of links) {
      if (link === '' || /^https?:/.test(link)) continue
      expect(existsSync(join(root, dirname(page), link)), link).toBe(true)
    }
  })

  it('have diagrams that the commands above them print', () => {
    const diagrams = pages.flatMap((page) => [...read(page).matchAll(/<!-- powersim (.*) -->\n\n```mermaid\n([^]*?)```/g)])
    expect(diagrams.length).toBeGreaterThan(1)
    for (const [, args = '', diagram] of diagrams) {
      const cli = join(root, 'packages/powersim/dist/cli.js')
      const { stdout } = spawnSync(process.execPath, [cli, ...args.split(' ')], { cwd: root, encoding: 'utf8' })
      expect(stdout, args).toBe(diagram)
    }
  })

  it('have TypeScript snippets that compile', () => {
    const files = pages.flatMap((page) =>
      [...read(page).matchAll(/```ts(?: \S+)?\n([\s\S]*?)```/g)].map(([, text = ''], index) => {
        // In a folder that git ignores; the compiler finds every package by the paths of the tests' configuration.
        const file = join(root, 'examples/dist', `snippet-${page.replaceAll(/[/.]/g, '-')}-${index}.mts`)
        writeFileSync(file, `${text}\nexport {}\n`)
        return file
      }),
    )
    try {
      expect(files.length).toBeGreaterThan(10)
      const { config } = ts.readConfigFile(join(root, '.config/tsconfig.tests.json'), ts.sys.readFile)
      const { options } = ts.parseJsonConfigFileContent(config, ts.sys, join(root, '.config'))
      const program = ts.createProgram(files, { ...options, noEmit: true, noUnusedLocals: false, incremental: false, composite: false })
      const found = ts.getPreEmitDiagnostics(program).filter(({ file }) => file !== undefined && files.includes(file.fileName))
      expect(found.map(({ file, messageText }) => `${file?.fileName}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`)).toEqual([])
    } finally {
      for (const file of files) rmSync(file)
    }
  })
})
