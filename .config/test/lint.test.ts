// Proves the lint configuration: each offending snippet trips exactly its rules, clean code trips none.
// All snippets are written to a temporary folder under the relative paths they belong to, and linted in one run.
// The snippets are in lint-snippets.ts.

import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { snippets } from './lint-snippets.js'

const repository = fileURLToPath(new URL('../..', import.meta.url))

describe('lint configuration', () => {
  const found = new Map<string, string[]>()
  let folder = ''

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'powersim-lint-'))
    for (const { at, code } of snippets) {
      mkdirSync(join(folder, dirname(at)), { recursive: true })
      writeFileSync(join(folder, at), code)
    }
    const bin = join(repository, 'node_modules/oxlint/bin/oxlint')
    const config = join(repository, '.config/lint/oxlint.config.mjs')
    const options = { cwd: folder, encoding: 'utf8', maxBuffer: 2 ** 28 } as const
    const run = spawnSync(process.execPath, [bin, '-c', config, '--format', 'json', '.'], options)
    // The output of oxlint's json format, version 1.94.
    const report = JSON.parse(run.stdout) as { diagnostics: { code?: string; message: string; filename: string }[] }
    for (const { code, message, filename } of report.diagnostics) {
      const path = filename.replaceAll('\\', '/')
      found.set(path, [...(found.get(path) ?? []), code ?? message])
    }
  })

  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  it.each(snippets)('$what', ({ at, rules }) => {
    expect((found.get(at) ?? []).toSorted()).toEqual([...rules].toSorted())
  })

})
