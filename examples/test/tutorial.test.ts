// The tutorial tells the truth. A block ```console holds commands and what they print: each `powersim` command is run as a reader runs it,
// and what follows it must be in its output, in this order; a line `…` stands for any lines. Scripts of examples/ are run by
// examples.test.ts, so their checked-in output stands for them. A block whose fence names a file holds that file, whole.

import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'

const root = join(import.meta.dirname, '../..')
const read = (path: string): string => readFileSync(join(root, path), 'utf8')
const page = read('docs/tutorial.md')
const fenced = /^```(\S+) ?(\S*)\n([\s\S]*?)^```$/gm
const blocks = [...page.matchAll(fenced)].map(([, language = '', file = '', text = '']) => {
  return { language, file, text }
})

/** A command and the runs of lines that it must print, one after the other. */
interface Typed {
  readonly command: string
  readonly pieces: readonly string[]
}

const typed: Typed[] = blocks
  .filter(({ language }) => language === 'console')
  .flatMap(({ text }) => text.split(/^\$ /m).slice(1))
  .map((entry) => {
    const [command = '', ...lines] = entry
      .replaceAll(/ \\\n +/g, ' ')
      .trimEnd()
      .split('\n')
    const pieces = lines.join('\n').split(/^…$/m)
    return { command, pieces: pieces.map((piece) => piece.replace(/^\n|\n$/g, '')).filter((piece) => piece !== '') }
  })

function output(command: string): string {
  const [program, ...args] = command.split(' ')
  const example = /^node examples\/dist\/(.*)\.js$/.exec(command)?.[1]
  if (example !== undefined) return read(`examples/output/${example}.txt`)
  expect(program).toBe('powersim')
  const cli = join(root, 'packages/powersim/dist/cli.js')
  const { status, stdout, stderr } = spawnSync(process.execPath, [cli, ...args], { cwd: root, encoding: 'utf8' })
  expect(stderr).toBe('')
  expect(status).toBe(0)
  return stdout
}

describe('the tutorial', () => {
  it('types commands and shows what they print', () => {
    expect(typed.length).toBeGreaterThan(2)
    for (const { pieces } of typed) expect(pieces.length).toBeGreaterThan(0)
  })

  it.each(typed)('$command', ({ command, pieces }) => {
    const printed = `\n${output(command)}`
    let from = 0
    for (const piece of pieces) {
      const at = printed.indexOf(`\n${piece}\n`, from)
      expect(at, `not printed, or not here:\n${piece}`).toBeGreaterThanOrEqual(0)
      from = at + piece.length
    }
  })

  it('says only figures that it has shown', () => {
    const prose = page.replaceAll(fenced, '')
    const statement = prose.match(/^>.*$/gm)?.join('\n') ?? ''
    const said = [...(prose.match(/[\d.]+ %/g) ?? []), ...(statement.match(/-?\d+\.\d+/g) ?? [])].filter((figure) => figure !== '95 %')
    const shown = typed.flatMap(({ pieces }) => pieces).join('\n')
    expect(said.length).toBeGreaterThan(5)
    for (const figure of said) expect(shown).toContain(figure)
  })

  it.each(blocks.filter(({ file }) => file !== ''))('shows $file as it is', ({ file, text }) => {
    expect(text).toBe(read(file))
  })
})
