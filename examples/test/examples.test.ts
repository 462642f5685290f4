// Every example is run as a user runs it, and prints what is checked in under output/. A difference is a change of the model, of the
// random draws or of the report: look at it, and check the new output in when it is meant (`node examples/dist/NAME.js`).

import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'

const examples = join(import.meta.dirname, '..')
const sources = readdirSync(examples).filter((name) => name.endsWith('.ts'))

describe('examples', () => {
  it.each(sources)('%s prints its checked-in output', (source) => {
    const name = source.replace(/\.ts$/, '')
    const { status, stdout, stderr } = spawnSync(process.execPath, [join(examples, 'dist', `${name}.js`)], { encoding: 'utf8' })
    expect(stderr).toBe('')
    expect(status).toBe(0)
    expect(stdout).toBe(readFileSync(join(examples, 'output', `${name}.txt`), 'utf8'))
  })

  it.each(sources)('%s stays under 80 lines', (source) => {
    expect(readFileSync(join(examples, source), 'utf8').split('\n').length).toBeLessThan(80)
  })
})
