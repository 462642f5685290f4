// Mixes in simulated time: who types what, when the typing ends, what an operation never waits for, and what moves no draw.
// Whether the arrivals keep their laws is in mix.oracle.test.ts.

import { hours, ms, seconds, Simulation } from '@powersim/kernel'
import { describe, expect, it } from 'vitest'
import { type Mix, playMix, WorkloadError } from '../src/index.js'
import { mixOf, recordedMix } from './recorded-mix.js'

const twoClasses: Mix['classes'] = [
  { name: 'list', share: 3, text: 'lssyscfg -m $system', targets: [{ system: 'p520' }] },
  { name: 'change', share: 1, text: 'chsyscfg -n $lpar', targets: [{ lpar: 'aix1' }, { lpar: 'aix2' }] },
]

describe('a line of a mix', () => {
  it('carries console, text, target, ordinal and the class it is of', () => {
    const { typed } = recordedMix({ classes: twoClasses, consoles: ['hmc1', 'hmc2'] })
    expect(typed.map(({ line }) => line.ordinal)).toEqual(typed.map((_, index) => index))
    for (const { line } of typed) {
      const { text, targets } = twoClasses[line.line - 1] ?? { text: '', targets: [] }
      const { i, ...target } = line.variables
      expect(line).toMatchObject({ kind: 'line', text, file: 'test.yaml' })
      expect(targets).toContainEqual(target)
      expect(i).toBe(String(line.ordinal + 1))
    }
    expect(new Set(typed.map(({ line }) => `${line.console} ${line.line} ${line.variables['lpar'] ?? ''}`)).size).toBe(6)
  })
})

describe.each<[string, Partial<Mix>]>([
  ['poisson', { arrivals: { kind: 'poisson', perSecond: 100 } }],
  ['bursty', { arrivals: { kind: 'bursty', perSecond: 100, burstFactor: 20, burstNs: ms(200), calmNs: seconds(1) } }],
])('an open mix (%s)', (_name, arrivals) => {
  const mix = { ...arrivals, classes: twoClasses, consoles: ['hmc1', 'hmc2'], end: { operations: 500 } }

  it('waits for no answer: slow or fast, the same lines come at the same times', () => {
    const fast = recordedMix(mix)
    expect(recordedMix(mix, { returnNs: ({ ordinal }) => ms(ordinal) }).typed).toEqual(fast.typed)
    expect(fast.typed).toHaveLength(500)
  })

  it('ends when every line has returned', () => {
    const { typed, endNs } = recordedMix(mix, { returnNs: () => hours(1) })
    expect(endNs).toBe((typed.at(-1)?.startNs ?? 0) + hours(1))
    expect(recordedMix(mix).endNs).toBe(typed.at(-1)?.startNs)
  })

  it('ends its typing at its duration', () => {
    const longer = recordedMix({ ...mix, end: { operations: 2000 } }).typed.filter(({ startNs }) => startNs <= seconds(2))
    const { typed, endNs } = recordedMix({ ...mix, end: { durationNs: seconds(2) } })
    expect(typed).toEqual(longer)
    expect(endNs).toBe(seconds(2))
  })

  it('is another one for another seed and replication', () => {
    const times = (seed: string, replication: number): number[] =>
      recordedMix(mix, { seed, replication }).typed.map(({ startNs }) => startNs)
    expect(times('a', 0)).toEqual(times('a', 0))
    expect(times('a', 0)).not.toEqual(times('b', 0))
    expect(times('a', 0)).not.toEqual(times('a', 1))
  })

  it('is the same one in every replication without noise', () => {
    const typed = (replication: number): unknown => recordedMix(mix, { noise: false, replication }).typed
    expect(typed(0)).toEqual(typed(3))
  })

  it('stops when it is interrupted', () => {
    const { typed, process } = recordedMix(mix, {
      before: (running, simulation) => {
        const stop = simulation.handler<void>('stop', () => running.interrupt('enough'))
        simulation.schedule(seconds(1), stop, undefined)
      },
    })
    expect(process.done).toBe(true)
    expect(typed.every(({ startNs }) => startNs <= seconds(1))).toBe(true)
    expect(typed.length).toBeGreaterThan(20)
  })
})

describe('an open mix without noise', () => {
  it('comes at its rate, calm first, bursts as often as they say', () => {
    const even = recordedMix({ end: { operations: 4 } }, { noise: false })
    expect(even.typed.map(({ startNs }) => startNs)).toEqual([ms(100), ms(200), ms(300), ms(400)])
    const arrivals = { kind: 'bursty', perSecond: 2.1, burstFactor: Infinity, burstNs: seconds(1), calmNs: seconds(3) } as const
    const inBursts = recordedMix({ arrivals, end: { durationNs: seconds(8) } }, { noise: false })
    // 8.4 a second in the last second of every four.
    const atSeconds = inBursts.typed.map(({ startNs }) => Math.floor(startNs / 1e9))
    expect(atSeconds).toEqual([...Array.from({ length: 8 }, () => 3), ...Array.from({ length: 8 }, () => 7)])
  })
})

describe('a closed mix', () => {
  const closed = {
    arrivals: { kind: 'closed', sessions: 3, think: seconds(1) },
    consoles: ['hmc1', 'hmc2'],
    end: { operations: 9 },
  } as const

  it('has each session type, wait, think and type again, at a console of its own', () => {
    const { typed, endNs } = recordedMix(closed, { returnNs: ({ ordinal }) => ms(100 * ((ordinal % 3) + 1)) })
    expect(typed.map(({ startNs, line }) => [startNs / 1e6, line.ordinal, line.console])).toEqual([
      [1000, 0, 'hmc1'],
      [1000, 1, 'hmc2'],
      [1000, 2, 'hmc1'],
      [2100, 3, 'hmc1'],
      [2200, 4, 'hmc2'],
      [2300, 5, 'hmc1'],
      [3200, 6, 'hmc1'],
      [3400, 7, 'hmc2'],
      [3600, 8, 'hmc1'],
    ])
    expect(endNs).toBe(ms(4300))
  })

  it('draws what a session thinks and types without regard to the answers', () => {
    const arrivals = { ...closed.arrivals, think: { exponential: seconds(1) } }
    const mix = { ...closed, arrivals, classes: twoClasses, end: { operations: 60 } }
    const choices = (returnNs: number): Map<number, string> =>
      new Map(recordedMix(mix, { returnNs: () => returnNs }).typed.map(({ line }) => [line.ordinal, JSON.stringify(line)]))
    const [fast, slow] = [choices(0), choices(seconds(3))]
    for (const [ordinal, line] of slow) expect(fast.get(ordinal) ?? line).toBe(line)
  })

  it('ends its typing at its duration, thoughts cut short', () => {
    const { typed, endNs } = recordedMix({ ...closed, end: { durationNs: ms(2500) } }, { returnNs: () => ms(100) })
    expect(typed).toHaveLength(6)
    expect(endNs).toBe(ms(2500))
  })
})

describe('a mix that asks for too much', () => {
  const refusal = (run: () => unknown): WorkloadError => {
    try {
      run()
    } catch (error) {
      if (error instanceof WorkloadError) return error
      throw error
    }
    throw new Error('it was accepted')
  }

  it('is refused when it has no console, no target or no share', () => {
    expect(refusal(() => recordedMix({ consoles: [] })).message).toBe('test.yaml: consoles: expected one at least, found none')
    const [one] = mixOf({}).classes
    if (one === undefined) throw new Error('the mix has a class')
    expect(refusal(() => recordedMix({ classes: [{ ...one, targets: [] }] })).message).toContain("class 'list': expected one target")
    expect(refusal(() => recordedMix({ classes: [] })).code).toBe('bad-mix')
  })

  it('stops with an error when its lines never return', () => {
    const arrivals = { kind: 'poisson', perSecond: 1e6 } as const
    const error = refusal(() => recordedMix({ arrivals, end: { operations: 200_000 } }, { returnNs: () => hours(1) }))
    expect(error.code).toBe('too-many-in-progress')
    expect(error.message).toMatch(/^test\.yaml: more than 100000 lines in progress after 0\.\d+ s: lower the rate/)
  })

  it('stops with an error after a million operations', () => {
    const simulation = new Simulation({ seed: 'a' })
    const returned = simulation.signal<void>()
    returned.fire()
    const arrivals = { kind: 'closed', sessions: 1, think: 1 } as const
    playMix(simulation, mixOf({ arrivals, end: { durationNs: hours(1) } }), { perform: () => returned })
    expect(refusal(() => simulation.run()).code).toBe('too-many-operations')
  })
})
