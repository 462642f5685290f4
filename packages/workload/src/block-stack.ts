// The blocks that are open while a script is read: nesting, passes of loops, and the size of the program that they unroll to.
// It reports what is wrong with the nesting; the words of the directives are read in parse-script.ts.

import type { ScriptErrorCode } from './errors.js'
import { scriptLimits } from './script.js'
import type { StartTime, Statement } from './script.js'

type Report = (code: ScriptErrorCode, line: number, column: number, expected: string, found: string) => void

interface Opening {
  at?: StartTime
  console?: string
  line: number
  column: number
}

interface LoopOpening extends Opening {
  kind: 'repeat' | 'parallel'
  count: number
}

interface ConsoleOpening extends Opening {
  console: string
}

interface Block {
  opening: LoopOpening | (ConsoleOpening & { kind: 'console' }) | undefined
  body: Statement[]
  lines: number
  /** The most copies of parallel bodies within it that are alive at the same time. */
  copies: number
}

const newBlock = (opening: Block['opening']): Block => ({ opening, body: [], lines: 0, copies: 0 })

/** The open blocks of a script; the outermost is the script itself. */
export class BlockStack {
  readonly #program = newBlock(undefined)
  readonly #open: Block[] = []
  readonly #report: Report
  /** N of each open loop, the innermost last. */
  readonly #loops: number[] = []
  #tooLong = false

  constructor(report: Report) {
    this.#report = report
  }

  /** How far the variable `i` counts here; 0 where it does not exist. */
  get passes(): number {
    return this.#loops.at(-1) ?? 0
  }

  get body(): readonly Statement[] {
    return this.#program.body
  }

  /** Lines and events of the unrolled program. */
  get lines(): number {
    return this.#program.lines
  }

  add(statement: Statement): void {
    const block = this.#top
    block.body.push(statement)
    block.lines += statement.lines
    this.#checkLines(block.lines, statement.line, statement.column)
  }

  openLoop(opening: LoopOpening): void {
    if (this.#loops.push(opening.count) > scriptLimits.depth) this.#tooDeep(opening, 'nested repeat and parallel blocks')
    this.#open.push(newBlock(opening))
  }

  openConsole(opening: ConsoleOpening): void {
    if (this.#open.length - this.#loops.length >= scriptLimits.depth) this.#tooDeep(opening, 'nested console blocks')
    this.#open.push(newBlock({ ...opening, kind: 'console' }))
  }

  /** An `end` at this place. */
  end(line: number, column: number): void {
    const block = this.#open.pop()
    if (block?.opening === undefined) return this.#report('stray-end', line, column, 'a block to close', '"end"')
    this.#close(block, block.opening)
  }

  /** The end of the script. */
  finish(): void {
    for (const { opening } of this.#open) {
      if (opening === undefined) continue
      this.#report('unclosed-block', opening.line, opening.column, `an 'end' for this '${opening.kind}'`, 'the end of the script')
    }
  }

  get #top(): Block {
    return this.#open.at(-1) ?? this.#program
  }

  #close(block: Block, opening: NonNullable<Block['opening']>): void {
    const { body, lines: bodyLines } = block
    const { at, line, column, console } = opening
    const placed = { ...(at === undefined ? {} : { at }), ...(console === undefined ? {} : { console }), line, column }
    let copies = block.copies
    if (opening.kind === 'console') {
      this.add({ ...placed, kind: 'console', console: opening.console, body, lines: bodyLines })
    } else {
      this.#loops.pop()
      const { kind, count } = opening
      const lines = count * bodyLines
      this.add({ ...placed, kind, count, body, bodyLines, lines })
      if (kind === 'parallel' && lines > 0) copies = this.#parallelCopies(count * Math.max(1, copies), line, column)
    }
    const parent = this.#top
    parent.copies = Math.max(parent.copies, copies)
  }

  #parallelCopies(copies: number, line: number, column: number): number {
    if (copies <= scriptLimits.copies) return copies
    this.#report('too-many-copies', line, column, `at most ${scriptLimits.copies} copies at a time`, String(copies))
    return 1
  }

  /** Told once, where the program first becomes too long. */
  #checkLines(lines: number, line: number, column: number): void {
    if (lines <= scriptLimits.lines || this.#tooLong) return
    this.#tooLong = true
    this.#report('too-many-lines', line, column, `at most ${scriptLimits.lines} unrolled lines`, String(lines))
  }

  #tooDeep(opening: Opening, what: string): void {
    this.#report('too-deep', opening.line, opening.column, `at most ${scriptLimits.depth} ${what}`, 'one more')
  }
}
