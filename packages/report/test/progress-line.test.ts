// The line of progress in all its states, against a clock that the test turns.

import { describe, expect, it } from 'vitest'
import { ProgressLine, type ProgressOptions } from '../src/index.js'

const ERASE = '\r\u001B[K'

function shownOn(terminal: { isTTY?: boolean; columns?: number }, options: ProgressOptions = {}) {
  const written: string[] = []
  const clock = { ms: 1000 }
  const output = { ...terminal, write: (text: string) => written.push(text) }
  const line = new ProgressLine(output, () => clock.ms, options)
  /** What the last drawing shows, without its control characters. */
  const shown = (): string | undefined => written.at(-1)?.replace('\r', '').replace('\u001B[K', '')
  return { line, clock, written, shown }
}

describe('a line of progress', () => {
  it('writes nothing on anything but a terminal', () => {
    for (const terminal of [{}, { isTTY: false }, { columns: 80 }]) {
      const { line, written } = shownOn(terminal)
      line.update(0, 10)
      line.update(10, 10)
      line.finish()
      expect(written).toEqual([])
    }
  })

  it('starts empty and without an ETA', () => {
    const { line, shown, written } = shownOn({ isTTY: true })
    line.update(0, 60)
    expect(shown()).toBe('[........................................]  0/60   0 %')
    expect(written[0]?.startsWith('\r')).toBe(true)
    expect(written[0]?.endsWith('\u001B[K')).toBe(true)
  })

  it('takes a terminal that does not know its width for one of 80 columns', () => {
    const { line, shown } = shownOn({ isTTY: true, columns: 0 })
    line.update(0, 60)
    expect(shown()).toBe('[........................................]  0/60   0 %')
  })

  it('grows, and tells the time to go from the pace so far', () => {
    const { line, clock, shown } = shownOn({ isTTY: true, columns: 60 }, { label: 'compare' })
    line.update(0, 60)
    clock.ms += 10_000
    line.update(15, 60)
    // 10 s for 15, so 30 s for the other 45; 60 - 1 columns, less label, count, ETA and brackets
    expect(shown()).toBe('compare [#######.....................] 15/60  25 % ETA 0:30')
    clock.ms += 3_590_000
    line.update(16, 60)
    expect(shown()).toMatch(/ ETA 2:45:00$/)
  })

  it('is full at the end, at once', () => {
    const { line, clock, shown } = shownOn({ isTTY: true })
    line.update(0, 3)
    clock.ms += 1
    line.update(3, 3)
    expect(shown()).toBe('[########################################] 3/3 100 %')
  })

  it('is drawn at most every 100 ms, or as often as asked', () => {
    const often = shownOn({ isTTY: true })
    for (let done = 0; done < 50; done++) {
      often.line.update(done, 1000)
      often.clock.ms += 10
    }
    expect(often.written.length).toBe(5)
    const always = shownOn({ isTTY: true }, { everyMs: 0 })
    for (let done = 0; done < 5; done++) always.line.update(done, 1000)
    expect(always.written.length).toBe(5)
  })

  it('erases itself when finished, once, and stays away', () => {
    const { line, written } = shownOn({ isTTY: true })
    line.update(1, 2)
    line.finish()
    line.finish()
    line.update(2, 2)
    expect(written.length).toBe(2)
    expect(written[1]).toBe(ERASE)
  })

  it('erases nothing when nothing was drawn', () => {
    const { line, written } = shownOn({ isTTY: true })
    line.finish()
    expect(written).toEqual([])
  })

  it('leaves the bar out of a narrow terminal and never fills its last column', () => {
    for (let columns = 1; columns <= 100; columns++) {
      const { line, clock, shown } = shownOn({ isTTY: true, columns }, { label: 'compare' })
      clock.ms += 5000
      line.update(123, 6000)
      expect(shown()?.length).toBeLessThan(columns === 1 ? 1 : columns)
    }
    const { line, shown } = shownOn({ isTTY: true, columns: 19 })
    line.update(0, 60)
    expect(shown()).toBe(' 0/60   0 %')
  })

  it('takes more than all as all, and nothing to do as done', () => {
    const { line, shown, clock } = shownOn({ isTTY: true })
    line.update(70, 60)
    expect(shown()).toContain('] 60/60 100 %')
    clock.ms += 1000
    line.update(0, 0)
    expect(shown()).toContain('] 0/0 100 %')
  })
})
