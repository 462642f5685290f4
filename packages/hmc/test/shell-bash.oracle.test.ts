// Lines of the shell against what GNU bash prints for them, with its exit status: the table shell-captured/bash-lines.json was made once
// from bash and the GNU programs (shell-captured/make-table.mjs). Messages on stderr are the shell's own and are not compared.

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { FakeConsole } from './operation-fake-console.js'

interface BashLine {
  readonly line: string
  readonly stdout: string
  readonly status: number
}

// The table is written by make-table.mjs in this shape.
const table = JSON.parse(readFileSync(join(import.meta.dirname, 'shell-captured/bash-lines.json'), 'utf8')) as readonly BashLine[]

describe('a line prints what bash prints', () => {
  test.each(table.map((row) => [row.line, row] as const))('%s', (_, { line, stdout, status }) => {
    const outcome = new FakeConsole().line(line)
    expect({ stdout: outcome.stdout, status: outcome.exitStatus, missing: outcome.notSimulated }).toEqual({
      stdout,
      status,
      missing: undefined,
    })
  })
})
