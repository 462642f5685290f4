// Writes bash-lines.json anew: what bash prints for each line of lines.txt (a ⏎ in it is a newline), and with which status. The tests only
// read the table. It was made with GNU bash 5.2.15, grep 3.8, sed 4.9, coreutils 9.1, findutils 4.9 and mawk 1.3.4.

import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const folder = dirname(fileURLToPath(import.meta.url))
// No files in sight, as in the restricted shell.
const empty = mkdtempSync(join(tmpdir(), 'bash-lines-'))
const texts = readFileSync(join(folder, 'lines.txt'), 'utf8')
  .split('\n')
  .filter((line) => line !== '')
const rows = texts.map((text) => {
  const line = text.replaceAll('⏎', '\n')
  const options = { encoding: 'utf8', cwd: empty, env: { LC_ALL: 'C', PATH: process.env.PATH } }
  const { stdout, status } = spawnSync('bash', ['--norc', '--noprofile', '-c', line], options)
  return { line, stdout, status }
})
writeFileSync(join(folder, 'bash-lines.json'), `${JSON.stringify(rows, null, 1)}\n`)
