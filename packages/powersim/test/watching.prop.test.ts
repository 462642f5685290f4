// Properties of what is drawn of small random scripts whose messages are lost at random: every command of a line is in its diagram once,
// with its reply or with the end of its last try; times never go back; the trace of the run is valid; and watching changes nothing.

import { lineOfMessage } from '@powersim/hmc'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { presets, runWorkload, type RunWatcher, SequenceRecording, TraceRecording, workloads } from '../src/index.js'
import { policyByName } from '@powersim/routing'
import { readTrace } from './trace-checker.js'

const lines = [
  'lshwres -r mem -m p520 --level sys -F curr_avail_sys_mem',
  'lssyscfg -r lpar -m p520 -F name,state',
  'lssyscfg -r sys -F name,state',
  'lsled -r sa -t phys -m p520',
  'console hmc2 lsrefcode -r sys -m p520',
  'lssyscfg -r lpar -m p520 --filter "lpar_names=nobody"',
]

interface Drawn {
  readonly lines: readonly number[]
  readonly copies: number
  readonly policy: string
  /** One in so many messages of lines is dropped; 0 for none. */
  readonly loss: number
  readonly noise: boolean
}

const drawn: fc.Arbitrary<Drawn> = fc.record({
  lines: fc.array(fc.nat(lines.length - 1), { minLength: 1, maxLength: 4 }),
  copies: fc.integer({ min: 1, max: 3 }),
  policy: fc.constantFrom('fsp-only', 'by-target', 'random'),
  loss: fc.constantFrom(0, 2, 3, 7),
  noise: fc.boolean(),
})

function losing(loss: number): RunWatcher {
  return {
    prepared: ({ bus }) => {
      bus.fate = ({ message }) => {
        const own = loss > 0 && lineOfMessage(message) !== null
        return { do: own && (message.sequence * 5 + message.attempt * 3 + message.flags) % loss === 0 ? 'drop' : 'pass' }
      }
    },
  }
}

/** Of one command at a time: its request, perhaps further tries, its reply or the end of the last try. Gives the number of commands. */
function commandsIn(diagram: string): number {
  let commands = 0
  let settled = true
  let last = 0
  for (const line of diagram.split('\n').slice(2)) {
    const time = /\[(\d+\.\d+)/.exec(line)?.[1]
    if (time !== undefined) {
      expect(Number(time), line).toBeGreaterThanOrEqual(last)
      last = Number(time)
    }
    if (/^ {2}P1-(>>|x)/.test(line)) {
      if (line.includes(', try ')) continue
      expect(settled, line).toBe(true)
      commands++
      settled = false
    } else if (/-->>P1: /.test(line) || /try 3 via .* timed-out/.test(line)) settled = true
  }
  expect(settled, diagram).toBe(true)
  return commands
}

describe('random scripts', () => {
  it('are drawn whole, in order and without changing the run', () => {
    fc.assert(
      fc.property(drawn, ({ lines: chosen, copies, policy, loss, noise }) => {
        const script = [`parallel ${copies}`, ...chosen.map((index) => `  ${lines[index]}`), 'end'].join('\n')
        const watch = (watchers: readonly RunWatcher[]): ReturnType<typeof runWorkload> =>
          runWorkload({
            machine: { ...presets.power520, hmc: { commandTimeout: '2s' } },
            workload: workloads.text(script),
            policy: policyByName(policy),
            seed: 'watching',
            noise,
            watchers: [losing(loss), ...watchers],
          })
        const trace = new TraceRecording()
        const sequences = chosen.map((_, index) => new SequenceRecording(index + 2))
        const result = watch([trace, ...sequences])
        expect(watch([])).toEqual(result)
        const { spans, flows } = readTrace([...trace.file({})].join(''))
        const issued = result.lines.reduce((total, { commands }) => total + commands, 0)
        // The set-up of the sessions has commands of its own.
        expect([...spans.values()].filter(({ args }) => args['ordinal'] !== -1).length).toBe(issued)
        expect(flows.length).toBeGreaterThanOrEqual(issued)
        for (const sequence of sequences) {
          // All copies of a line issue the same number of commands, unless one of them fails.
          const same = result.lines.filter(({ line }) => line === sequence.line).map(({ commands }) => commands)
          expect(same).toContain(commandsIn(sequence.text()))
        }
      }),
      { numRuns: 40 },
    )
  })
})
