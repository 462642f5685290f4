// Properties of scripts drawn at random: what is typed, when, and with which ordinal, against a model that unrolls recursively
// without a simulation; and that any text whatever either parses or is a ScriptError.

import { ms } from '@powersim/kernel'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ScriptError, parseScript } from '../src/index.js'
import { recordedPlay } from './recorded-play.js'

interface Leaf {
  kind: 'line' | 'event'
  delayMs: number
  text: string
}

interface Block {
  kind: 'repeat' | 'parallel' | 'console'
  delayMs: number
  count: number
  body: Node[]
}

type Node = Leaf | Block

const { tree } = fc.letrec<{ tree: Node[]; node: Node; leaf: Node; block: Node }>((tie) => ({
  tree: fc.array(tie('node'), { maxLength: 4, depthIdentifier: 'script' }),
  node: fc.oneof({ maxDepth: 4, depthIdentifier: 'script' }, tie('leaf'), tie('block')),
  leaf: fc.record({
    kind: fc.constantFrom('line' as const, 'event' as const), // literal types, not string
    delayMs: fc.nat(3),
    text: fc.stringMatching(/^[a-d]{1,3}$/),
  }),
  block: fc.record({
    kind: fc.constantFrom('repeat' as const, 'parallel' as const, 'console' as const), // literal types, not string
    delayMs: fc.nat(3),
    count: fc.integer({ min: 1, max: 3 }),
    body: tie('tree'),
  }),
}))

function write(nodes: readonly Node[]): string {
  return nodes
    .map((node) => {
      const time = node.delayMs === 0 ? '' : `@+${node.delayMs}ms `
      if (!('body' in node)) return `${time}${node.kind === 'event' ? '! ' : ''}${node.text}\n`
      const { kind, count, body } = node
      return `${time}${kind} ${kind === 'console' ? `hmc${count}` : count}\n${write(body)}end\n`
    })
    .join('')
}

interface Expected {
  ordinal: number
  startMs: number
  text: string
  i: string
  console: string
}

/** The model: a sequence starting at a time; the result is the time at which it ends. */
class Model {
  readonly expected: Expected[] = []
  readonly #latencyMs: (ordinal: number) => number

  constructor(latencyMs: (ordinal: number) => number) {
    this.#latencyMs = latencyMs
  }

  sequence(nodes: readonly Node[], startMs: number, i: string, console: string): number {
    return nodes.reduce((time, node) => (hasLines(node) ? this.#node(node, time + node.delayMs, i, console) : time), startMs)
  }

  #node(node: Node, startMs: number, i: string, console: string): number {
    if (!('body' in node)) {
      const ordinal = this.expected.push({ ordinal: this.expected.length, startMs, text: node.text, i, console }) - 1
      return node.kind === 'event' ? startMs : startMs + this.#latencyMs(ordinal)
    }
    if (node.kind === 'console') return this.sequence(node.body, startMs, i, `hmc${node.count}`)
    let end = startMs
    for (let pass = 1; pass <= node.count; pass++) {
      const passEnd = this.sequence(node.body, node.kind === 'repeat' ? end : startMs, String(pass), console)
      end = Math.max(end, passEnd)
    }
    return end
  }
}

const hasLines = (node: Node): boolean => !('body' in node) || node.body.some(hasLines)

describe('a played script', () => {
  it('types the unrolled program in time, with ordinals that no timing changes', () => {
    fc.assert(
      fc.property(tree, fc.infiniteStream(fc.nat(20)), (nodes, latencies) => {
        const drawn: number[] = []
        const latencyMs = (ordinal: number): number => {
          while (drawn.length <= ordinal) drawn.push(latencies.next().value)
          return drawn[ordinal]!
        }
        const model = new Model(latencyMs)
        const endMs = model.sequence(nodes, 0, '-', 'hmc1')
        const play = recordedPlay(write(nodes), { returnNs: ({ ordinal }) => ms(latencyMs(ordinal)) })
        const typed = play.typed.map(({ startNs, line }) => {
          const { ordinal, text, variables, console } = line
          return { ordinal, startMs: startNs / 1e6, text, i: variables['i'] ?? '-', console }
        })
        expect(typed.toSorted((a, b) => a.ordinal - b.ordinal)).toEqual(model.expected)
        expect(typed.every(({ startMs }, index) => index === 0 || startMs >= typed[index - 1]!.startMs)).toBe(true)
        expect(play.endNs).toBe(ms(endMs))
      }),
      { numRuns: 150 },
    )
  })

  it('folds to the same digest every time', () => {
    fc.assert(
      fc.property(tree, (nodes) => {
        const text = write(nodes)
        const digestOf = () => recordedPlay(text, { returnNs: ({ ordinal }) => ordinal % 5 }).simulation.digest.hex()
        expect(digestOf()).toBe(digestOf())
      }),
      { numRuns: 20 },
    )
  })
})

/** The mistake in a text; anything thrown that is no ScriptError escapes. */
function mistakeOf(text: string): ScriptError | undefined {
  try {
    parseScript(text, { file: 'f.hmc' })
    return undefined
  } catch (error) {
    if (error instanceof ScriptError) return error
    throw error
  }
}

describe('any text', () => {
  const directives = ['repeat', 'parallel', 'console', 'end', 'hmc1', '@+5s', '@10:00:00', '@', '!', 'fsp.reset', '3', '100000']
  const shell = ['"', "'", '`', '$(', ')', '\\', '#', '$i', 'ls', ' ', '\t', '\n', '\r\n', '\uFEFF']
  const noise = fc.string({ unit: 'binary', maxLength: 3 })
  const parts = fc.array(fc.oneof(fc.constantFrom(...directives, ...shell), noise), { maxLength: 60 })
  const anyText = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 200 }),
    parts.map((list) => list.join('')),
    parts.map((list) => list.join(' ')),
  )

  it('parses, or is a ScriptError that points into it', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const lines = text.replace(/^\uFEFF/, '').split(/\r\n|\n|\r/)
        const error = mistakeOf(text)
        if (error === undefined) return true
        const length = lines[error.line - 1]?.length ?? -1
        return error.column >= 1 && error.column <= length + 1 && /^f\.hmc:\d+:\d+: expected /.test(error.message)
      }),
      { numRuns: 2000 },
    )
  })

  it('takes time in proportion to its length', () => {
    const started = performance.now()
    for (const piece of ['"', '$(', '(', '`', '#', '\\', 'a ', '@', "'"]) {
      for (const text of [piece.repeat(100_000), `ls ${piece.repeat(100_000)}`, `${piece}\n`.repeat(20_000)]) {
        mistakeOf(text)
      }
    }
    expect(performance.now() - started).toBeLessThan(5_000)
  })
})
