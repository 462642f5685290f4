// The README tells the truth: its script runs as it stands, and every row of its tables is in the checked-in output of the main job.

import { spawnSync } from 'node:child_process'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import ts from 'typescript'
import { describe, expect, it } from 'vitest'

const root = join(import.meta.dirname, '../..')
const readme = readFileSync(join(root, 'README.md'), 'utf8')

describe('the README', () => {
  it('has a script that runs and prints the comparison', () => {
    const [, snippet = ''] = /```ts\n([\s\S]*?)```/.exec(readme) ?? []
    const options = { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022 }
    const program = join(root, 'examples/dist/readme-snippet.mjs')
    writeFileSync(program, ts.transpileModule(snippet, { compilerOptions: options }).outputText)
    const { status, stdout, stderr } = spawnSync(process.execPath, [program], { cwd: root, encoding: 'utf8' })
    rmSync(program)
    expect(stderr).toBe('')
    expect(status).toBe(0)
    expect(stdout).toContain('Comparison of routes: by-target against fsp-only')
    expect(stdout).toContain("metric: 'command_latency_ms_mean'")
  })

  it('quotes rows that the main job prints', () => {
    const output = readFileSync(join(root, 'examples/output/two-routes.txt'), 'utf8').split('\n')
    const start = readme.indexOf('What it prints')
    const quoted = readme
      .slice(start, readme.indexOf('Every cost of the machine', start))
      .split('\n')
      .filter((line) => line.startsWith('|'))
    expect(quoted.length).toBeGreaterThan(10)
    for (const row of quoted) expect(output).toContain(row)
  })
})
