// Writes the table of docs/automation.md anew: what `powersim coverage` prints, between its two comments. `node .config/coverage-page.mjs`;
// a test says when it is due (packages/powersim/test/coverage.test.ts). Builds first.

import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { build, install, root } from './bootstrap.mjs'

if (!install() || !build()) process.exit(1)
const page = join(root, 'docs/automation.md')
const { stdout } = spawnSync(process.execPath, [join(root, 'packages/powersim/dist/cli.js'), 'coverage'], { encoding: 'utf8' })
const text = readFileSync(page, 'utf8')
const between = /(<!-- powersim coverage -->\n\n)[^]*?\n(\n<!-- end -->)/
if (!between.test(text) || stdout === '') throw new Error(`${page}: found no place for the table, or no table for it`)
writeFileSync(page, text.replace(between, (_, before, after) => `${before}${stdout}${after}`))
