// Every way in which a script can be wrong, with the whole text of its error.

import { describe, expect, it } from 'vitest'
import { ScriptError, checkScript, parseScript, scriptLimits } from '../src/index.js'
import type { ParseOptions } from '../src/index.js'

const options: ParseOptions = { file: 'day-one.hmc', consoles: ['hmc1', 'hmc2'], actions: ['fsp.reset', 'link.cut'] }

const messagesOf = (text: string, more: Partial<ParseOptions> = {}): string[] =>
  checkScript(text, { ...options, ...more }).map(({ code, message }) => `${code} ${message}`)

const timeExpected = 'a time such as @+5s or @10:00:00'
const durationExpected = 'a duration such as 250ms, 5s, 2min or 1h after @+'
const dayExpected = 'a time of day from @00:00:00 to @23:59:59'

describe('a mistake is told with file, line, column and what was expected', () => {
  it.each([
    // quotes
    ['ls "a', `open-quote day-one.hmc:1:4: expected a closing ", found the end of the line`],
    [`ok\n  ls -a 'it`, `open-quote day-one.hmc:2:9: expected a closing ', found the end of the line`],
    ['\tls `a', 'open-quote day-one.hmc:1:5: expected a closing `, found the end of the line'],
    ['ls $(a', 'open-quote day-one.hmc:1:5: expected a closing ), found the end of the line'],
    ['ls a\\', 'open-quote day-one.hmc:1:5: expected a character after the backslash, found the end of the line'],
    ['ls $(a # b)', 'open-quote day-one.hmc:1:5: expected a closing ), found the end of the line'],
    ['ls "$(a \'b)"', `open-quote day-one.hmc:1:9: expected a closing ', found the end of the line`],
    // times
    ['@5s ls', `bad-time day-one.hmc:1:1: expected ${timeExpected}, found "@5s"`],
    ['@ 5s ls', `bad-time day-one.hmc:1:1: expected ${timeExpected}, found "@"`],
    ['@9:00:00 ls', `bad-time day-one.hmc:1:1: expected ${timeExpected}, found "@9:00:00"`],
    ['@10:00 ls', `bad-time day-one.hmc:1:1: expected ${timeExpected}, found "@10:00"`],
    ['@24:00:00 ls', `bad-time day-one.hmc:1:1: expected ${dayExpected}, found "@24:00:00"`],
    ['@23:60:00 ls', `bad-time day-one.hmc:1:1: expected ${dayExpected}, found "@23:60:00"`],
    ['@23:59:60 ls', `bad-time day-one.hmc:1:1: expected ${dayExpected}, found "@23:59:60"`],
    ['@+5 ls', `bad-time day-one.hmc:1:3: expected ${durationExpected}, found "5"`],
    ['@+ 5s ls', `bad-time day-one.hmc:1:3: expected ${durationExpected}, found the end of the word`],
    ['@+-5s ls', `bad-time day-one.hmc:1:3: expected ${durationExpected}, found "-5s"`],
    ['@+9999h ls', `bad-time day-one.hmc:1:3: expected ${durationExpected}, found "9999h"`],
    ['@+5s @+6s ls', 'bad-time day-one.hmc:1:6: expected one time before a statement, found "@+6s"'],
    ['@+5s  # wait', 'bad-time day-one.hmc:1:7: expected a line, an event or a block after the time, found the end of the line'],
    ['@+5s', 'bad-time day-one.hmc:1:5: expected a line, an event or a block after the time, found the end of the line'],
    // counts
    ['repeat\nend', "bad-count day-one.hmc:1:7: expected a count from 1 to 100000 after 'repeat', found the end of the line"],
    ['repeat 0\nend', `bad-count day-one.hmc:1:8: expected a count from 1 to 100000 after 'repeat', found "0"`],
    ['parallel 100001\nend', `bad-count day-one.hmc:1:10: expected a count from 1 to 100000 after 'parallel', found "100001"`],
    ['repeat -1\nend', `bad-count day-one.hmc:1:8: expected a count from 1 to 100000 after 'repeat', found "-1"`],
    ['repeat 1e3\nend', `bad-count day-one.hmc:1:8: expected a count from 1 to 100000 after 'repeat', found "1e3"`],
    ['repeat 3x\nend', `bad-count day-one.hmc:1:8: expected a count from 1 to 100000 after 'repeat', found "3x"`],
    ['repeat $n\nend', `bad-count day-one.hmc:1:8: expected a count from 1 to 100000 after 'repeat', found "$n"`],
    // directives
    ['repeat 3 ls\nend', `bad-directive day-one.hmc:1:10: expected nothing more after 'repeat 3', found "ls"`],
    ['repeat 3\nls\nend repeat', `bad-directive day-one.hmc:3:5: expected nothing more after 'end', found "repeat"`],
    [
      'repeat 3\nls\n@+5s end',
      'bad-directive day-one.hmc:3:6: expected a line, an event or a block after a time or a console, found "end"',
    ],
    ['console\nend', "bad-directive day-one.hmc:1:8: expected the name of a console after 'console', found the end of the line"],
    ['console hmc1 console hmc2 ls', 'bad-directive day-one.hmc:1:14: expected one console before a statement, found "console"'],
    ['console oper@hmc3 ls', 'unknown-console day-one.hmc:1:9: expected a console (hmc1, hmc2), found "oper@hmc3"'],
    ['console 9@hmc1 ls', 'bad-directive day-one.hmc:1:9: expected the name of a user before the @, found "9@hmc1"'],
    ['console hmc3 ls', 'unknown-console day-one.hmc:1:9: expected a console (hmc1, hmc2), found "hmc3"'],
    [
      'parallel 3\n console hmc$i\n ls\n end\nend',
      'unknown-console day-one.hmc:2:10: expected a console (hmc1, hmc2), found "hmc3" for i = 3',
    ],
    ['console hmc$i ls', 'bad-directive day-one.hmc:1:9: expected $i only inside a repeat or parallel block, found "hmc$i"'],
    [
      'console hmc$i repeat 2\nls\nend',
      'bad-directive day-one.hmc:1:9: expected $i only inside a repeat or parallel block, found "hmc$i"',
    ],
    [
      'repeat 2\nconsole $HOME ls\nend',
      'bad-directive day-one.hmc:2:9: expected no variable but $i in the name of a console, found "$HOME"',
    ],
    [
      'repeat 2\nconsole hmc$im ls\nend',
      'bad-directive day-one.hmc:2:9: expected no variable but $i in the name of a console, found "hmc$im"',
    ],
    ['console hmc3\nend', 'unknown-console day-one.hmc:1:9: expected a console (hmc1, hmc2), found "hmc3"'],
    // events
    ['!', "bad-event day-one.hmc:1:2: expected the name of an action after '!', found the end of the line"],
    ['@+1s ! # none', "bad-event day-one.hmc:1:8: expected the name of an action after '!', found the end of the line"],
    ['! 3reset', 'bad-event day-one.hmc:1:3: expected the name of an action such as fsp.reset, found "3reset"'],
    ['! fsp.rest', 'unknown-action day-one.hmc:1:3: expected an action (fsp.reset, link.cut), found "fsp.rest"'],
    ['! link.cut "a"', String.raw`bad-event day-one.hmc:1:12: expected an argument without quotes, found "\"a\""`],
    ['! link.cut $i', 'bad-event day-one.hmc:1:12: expected $i only inside a repeat or parallel block, found "$i"'],
    ['repeat 2\nls\nend\n! link.cut $i', 'bad-event day-one.hmc:4:12: expected $i only inside a repeat or parallel block, found "$i"'],
    ['repeat 2\n! link.cut $index\nend', 'bad-event day-one.hmc:2:12: expected no variable but $i in an argument, found "$index"'],
    // blocks
    ['ls\nend', 'stray-end day-one.hmc:2:1: expected a block to close, found "end"'],
    ['ls\n  repeat 3\nls', "unclosed-block day-one.hmc:2:3: expected an 'end' for this 'repeat', found the end of the script"],
    ['parallel 3', "unclosed-block day-one.hmc:1:1: expected an 'end' for this 'parallel', found the end of the script"],
    ['console hmc2', "unclosed-block day-one.hmc:1:1: expected an 'end' for this 'console', found the end of the script"],
    ['repeat 2\nconsole hmc2\nend', "unclosed-block day-one.hmc:1:1: expected an 'end' for this 'repeat', found the end of the script"],
    // limits
    [
      `${'repeat 1\n'.repeat(9)}ls\n${'end\n'.repeat(9)}`,
      'too-deep day-one.hmc:9:1: expected at most 8 nested repeat and parallel blocks, found one more',
    ],
    [
      `${'console hmc2\n'.repeat(9)}ls\n${'end\n'.repeat(9)}`,
      'too-deep day-one.hmc:9:1: expected at most 8 nested console blocks, found one more',
    ],
    [
      'repeat 10\n repeat 100000\n  ls\n  ls\n end\nend',
      'too-many-lines day-one.hmc:1:1: expected at most 1000000 unrolled lines, found 2000000',
    ],
    [
      'repeat 100000\nls\nls\nls\nls\nls\nls\nls\nls\nls\nls\nend\nls\nls',
      'too-many-lines day-one.hmc:13:1: expected at most 1000000 unrolled lines, found 1000001',
    ],
    [
      'parallel 1000\nparallel 101\nls\nend\nend',
      'too-many-copies day-one.hmc:1:1: expected at most 100000 copies at a time, found 101000',
    ],
  ])('%j', (text, message) => {
    expect(messagesOf(text)).toEqual([message])
    expect(() => parseScript(text, options)).toThrow(ScriptError)
  })

  it('with a long piece cut short and control characters escaped', () => {
    expect(messagesOf(`repeat \u0007${'x'.repeat(100)}\nend`)[0]).toMatch(/found "\\u0007x{39}…"$/)
  })

  it('with a name that cannot be one when no consoles are known', () => {
    const file = 'day-one.hmc'
    expect(checkScript('console "a" ls', { file }).map(({ message }) => message)).toEqual([
      String.raw`day-one.hmc:1:9: expected the name of a console, found "\"a\""`,
    ])
    expect(checkScript('console anything.at-all_9 ls', { file })).toEqual([])
  })

  it('with the first of many known names', () => {
    const consoles = Array.from({ length: 12 }, (_, index) => `h${index + 1}`)
    expect(messagesOf('console z ls', { consoles })).toEqual([
      'unknown-console day-one.hmc:1:9: expected a console (h1, h2, h3, h4, h5, h6, h7, h8, … 12 in all), found "z"',
    ])
  })
})

describe('the grammar of the shell', () => {
  const checkLine = (text: string) => (text.startsWith('bad') ? { column: text.length, message: 'expected less' } : undefined)

  it('places its complaint in the script', () => {
    expect(messagesOf('ok\n  @+5s bad one # comment', { checkLine })).toEqual(['bad-line day-one.hmc:2:14: expected less'])
  })

  it('replaces the check for open quotes', () => {
    expect(messagesOf('ls "a', { checkLine })).toEqual([])
  })

  it('sees only shell lines, without what stands before and after them', () => {
    const seen: string[] = []
    const script = '# c\n@+5s console hmc2  ls a # b\nrepeat 2\n! fsp.reset\nls "#"\nend'
    checkScript(script, { ...options, checkLine: (text) => void seen.push(text) })
    expect(seen).toEqual(['ls a', 'ls "#"'])
  })
})

describe('a ScriptError', () => {
  it('holds its parts', () => {
    const [error] = checkScript('\nrepeat x\nend', options)
    expect(error).toMatchObject({
      name: 'ScriptError', code: 'bad-count', file: 'day-one.hmc', line: 2, column: 8,
      expected: "a count from 1 to 100000 after 'repeat'", found: '"x"',
    })
    expect(error).toBeInstanceOf(Error)
  })

  it('is thrown for the first mistake in the text, and checkScript tells all in order of place', () => {
    const text = 'repeat 2\n  ls "a\n  @5s ls\nparallel 0\n'
    expect(messagesOf(text).map((message) => message.split(':', 3).join(':'))).toEqual([
      'unclosed-block day-one.hmc:1:1',
      'open-quote day-one.hmc:2:6',
      'bad-time day-one.hmc:3:3',
      'unclosed-block day-one.hmc:4:1',
      'bad-count day-one.hmc:4:10',
    ])
    expect(() => parseScript(text, options)).toThrow(/^day-one\.hmc:1:1: /)
  })

  it('is collected no more than the limit says', () => {
    expect(checkScript('end\n'.repeat(500), options)).toHaveLength(scriptLimits.mistakes)
  })

  it('is not what an empty list of consoles gives: that is a mistake of the caller', () => {
    expect(() => parseScript('ls', { file: 'x.hmc', consoles: [] })).toThrow(
      expect.objectContaining({ name: 'WorkloadError', code: 'no-consoles' }),
    )
  })
})
