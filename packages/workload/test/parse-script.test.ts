// What a script may look like: blanks, comments, line ends, quotes, limits that just hold, and the tree that comes out.

import { readFileSync } from 'node:fs'
import { hours, minutes, ms, seconds } from '@powersim/kernel'
import { describe, expect, it } from 'vitest'
import { parseScript } from '../src/index.js'
import type { Script } from '../src/index.js'

const parse = (text: string): Script => parseScript(text, { file: 'x.hmc' })
const textsOf = (text: string): string[] => parse(text).body.map((part) => (part.kind === 'line' ? part.text : part.kind))

describe('a script', () => {
  it('becomes a tree with places and sizes', () => {
    const text = 'ls\n  @+2min repeat 3  # thrice\n\tparallel 2\n\t\tls -a\n\tend\n\tconsole hmc2\n\t! fsp.reset now\n\tend\nend'
    expect(parse(text)).toEqual({
      file: 'x.hmc',
      console: 'hmc1',
      lines: 10,
      body: [
        { kind: 'line', text: 'ls', line: 1, column: 1, lines: 1 },
        {
          kind: 'repeat', count: 3, at: { kind: 'delay', delayNs: minutes(2) }, line: 2, column: 3, bodyLines: 3, lines: 9,
          body: [
            {
              kind: 'parallel', count: 2, line: 3, column: 2, bodyLines: 1, lines: 2,
              body: [{ kind: 'line', text: 'ls -a', line: 4, column: 3, lines: 1 }],
            },
            {
              kind: 'console', console: 'hmc2', line: 6, column: 2, lines: 1,
              body: [
                { kind: 'event', text: 'fsp.reset now', action: 'fsp.reset', args: ['now'], line: 7, column: 2, lines: 1 },
              ],
            },
          ],
        },
      ],
    })
  })

  it('may begin with a byte-order mark, and its lines may end with CR LF, LF or CR', () => {
    const unix = parse('repeat 2\n ls "a b"\nend\nls\n')
    for (const end of ['\r\n', '\r', '\n']) {
      expect(parse(`\uFEFFrepeat 2${end} ls "a b"${end}end${end}ls${end}`)).toEqual(unix)
    }
    expect(unix.lines).toBe(3)
  })

  it('may be empty, blank, or comments', () => {
    for (const text of ['', '\n\n', ' \t \n', '# a\n\t# "b', '\uFEFF# a']) {
      expect(parse(text)).toEqual({ file: 'x.hmc', console: 'hmc1', body: [], lines: 0 })
    }
  })

  it('is separated by spaces and tabs', () => {
    expect(parse('\t@+5s\tconsole \t hmc2\tls\t-a\t')).toMatchObject({
      body: [{ at: { delayNs: seconds(5) }, console: 'hmc2', text: 'ls\t-a', column: 2 }],
    })
  })

  it.each([
    ['@+10ns ls', { kind: 'delay', delayNs: 10 }],
    ['@+1.5ms ls', { kind: 'delay', delayNs: ms(1.5) }],
    ['@+0s ls', { kind: 'delay', delayNs: 0 }],
    ['@+1h ls', { kind: 'delay', delayNs: hours(1) }],
    ['@00:00:00 ls', { kind: 'time-of-day', timeOfDayNs: 0 }],
    ['@23:59:59 ls', { kind: 'time-of-day', timeOfDayNs: hours(24) - seconds(1) }],
  ])('reads the time of %j', (text, at) => {
    expect(parse(text).body[0]?.at).toEqual(at)
  })

  it('may be the one in the README', () => {
    const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')
    const text = /```\n(#[^]*?)```/.exec(readme)?.[1] ?? ''
    const { body, lines } = parseScript(text, { file: 'README.md', consoles: ['hmc1', 'hmc2'], actions: ['fsp.reset'] })
    expect(lines).toBe(3 + 3 + 8 + 2)
    expect(body[2]).toMatchObject({ text: 'lssyscfg -r sys', at: { kind: 'time-of-day', timeOfDayNs: hours(10) } })
  })

  it('is plain data', () => {
    const script = parse('@+5s repeat 2\nls\n! x.y $i\nend')
    expect(structuredClone(script)).toEqual(script)
    expect(JSON.parse(JSON.stringify(script))).toEqual(script)
  })
})

describe('a shell line', () => {
  it('loses a comment after it, but not what is quoted or part of a word', () => {
    expect(textsOf(`ls # don't`)).toEqual(['ls'])
    expect(textsOf('chsyscfg -i "name=a # b" # c')).toEqual(['chsyscfg -i "name=a # b"'])
    expect(textsOf(`ls 'a # b' x#y \\# #z`)).toEqual([`ls 'a # b' x#y \\#`])
    expect(textsOf('ls;# c')).toEqual(['ls;'])
    expect(textsOf('echo ${#x} $#')).toEqual(['echo ${#x} $#'])
  })

  it.each([
    `a "b 'c" 'd "e' \\" \\'`,
    'f -m `lssyscfg -r sys -F "name"`',
    `echo "$(ls "a b" | grep '"')" x`,
    'while read s; do echo $s; done < <(ls -F name)',
    '(ls; ls) | tail -1; echo Rc=$?',
    `echo "a \\$(b" '\\'`,
    'echo "`ls "a"`"',
    'echo a)', `echo "it's"`, 'echo "a <(b"', 'echo a\\ #b',
    'endpoint', 'repeats 3', 'consoles', 'echo @+5s ! x',
    'ls a\\ ',
  ])('may be %j', (text) => {
    expect(textsOf(text)).toEqual([text])
    expect(textsOf(`  @+1s ${text}\t # c`)).toEqual([text])
  })

  it('keeps blanks inside quotes at its end', () => {
    expect(textsOf('echo "a  "  ')).toEqual(['echo "a  "'])
  })
})

describe('limits', () => {
  it('hold for a program that just reaches them', () => {
    const ten = 'ls\n'.repeat(10)
    expect(parse(`repeat 100000\n${ten}end`).lines).toBe(1_000_000)
    expect(parse(`${'repeat 1\n'.repeat(8)}${'console h\n'.repeat(8)}ls\n${'end\n'.repeat(16)}`).lines).toBe(1)
    expect(parse('parallel 1000\nparallel 100\nls\nend\nend').lines).toBe(100_000)
    expect(parse('repeat 1\nls\nend\nconsole h\nls\nend\n'.repeat(20)).lines).toBe(40)
    expect(parse('parallel 1000\nrepeat 1000\nls\nend\nend').lines).toBe(1_000_000)
  })

  it('count the copies of blocks that follow each other once', () => {
    const half = 'parallel 50000\nls\nend\n'
    expect(parse(`parallel 2\n${half}${half}end`).lines).toBe(200_000)
  })

  it('do not count blocks without lines', () => {
    expect(parse('parallel 100000\nparallel 100000\nend\nend').lines).toBe(0)
  })
})
