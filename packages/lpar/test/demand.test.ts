// The load of a guest: how much processor time it asks for, that it asks for nothing when idle, and that it ends with its guest.

import { ms, seconds, Simulation } from '@powersim/kernel'
import { describe, expect, it } from 'vitest'
import { Demand, type DemandParameters, IdealProcessor, LparError } from '../src/index.js'
import { partitionOf, quick } from './guest-double.js'

function loaded(pattern: DemandParameters['pattern'], processors = 4, seed = 'demand') {
  const simulation = new Simulation({ seed })
  const processor = new IdealProcessor(simulation, { name: 'cpu', processors })
  const demand = new Demand(simulation, { pattern, periodNs: ms(10) }, { name: 'lpar3', processor })
  demand.start(1)
  return { simulation, processor, demand }
}

describe('a constant load', () => {
  it.each([0.25, 1, 2.5, 4])('of %d processors uses so much of them', (processors) => {
    const { simulation, processor, demand } = loaded({ constant: { processors } })
    simulation.run(seconds(1) - 1)
    simulation.run(seconds(1) - 1 + ms(10))
    demand.stop()
    expect(processor.statistics().busyNs / seconds(1.01)).toBeCloseTo(processors, 5)
    expect(demand.statistics().missedNs).toBe(0)
  })

  it('above what there is keeps all busy and does not pile up', () => {
    const { simulation, processor, demand } = loaded({ constant: { processors: 4 } }, 2)
    simulation.run(seconds(1))
    expect(processor.statistics().utilization).toBeCloseTo(1, 6)
    expect(processor.waiting).toBeLessThanOrEqual(4)
    const { wantedNs, missedNs } = demand.statistics()
    expect((missedNs ?? NaN) / wantedNs).toBeCloseTo(0.5, 1)
  })

  it('of nothing costs no event', () => {
    const { simulation } = loaded({ constant: { processors: 0 } })
    expect(simulation.pending).toBe(0)
  })
})

describe('a bursty load', () => {
  const pattern = { bursty: { processors: 1, busy: ms(100), idle: ms(300) } }

  it('takes its turns, and is silent in between', () => {
    const { simulation, processor } = loaded(pattern)
    simulation.run(ms(399))
    expect(processor.statistics().busyNs).toBe(ms(100))
    // Only the next turn is waited for.
    expect(simulation.pending).toBe(1)
    simulation.run(seconds(4) - 1)
    expect(processor.statistics().busyNs).toBe(ms(1000))
  })

  it('draws its turns by the guest\'s start: the same again for the same one', () => {
    const drawn = { bursty: { processors: 1, busy: { exponential: ms(50) }, idle: { exponential: ms(150) } } }
    const use = (seed: string): number => {
      const { simulation, processor } = loaded(drawn, 1, seed)
      simulation.run(seconds(200))
      return processor.statistics().utilization
    }
    expect(use('oracle-1')).toBe(use('oracle-1'))
    expect(use('oracle-1')).not.toBe(use('oracle-2'))
    expect(Math.abs(use('oracle-1') / 0.25 - 1)).toBeLessThan(0.1)
  })
})

describe('a trace', () => {
  const steps = [
    { forNs: ms(100), processors: 1 },
    { forNs: ms(100), processors: 0 },
    { forNs: ms(100), processors: 2 },
  ]

  it('goes step by step, and its last step stays', () => {
    const { simulation, processor } = loaded({ trace: { steps, repeat: false } })
    simulation.run(ms(199))
    expect(processor.statistics().busyNs).toBe(ms(100))
    simulation.run(ms(500))
    expect(processor.statistics().busyNs).toBe(ms(100) + ms(600))
  })

  it('begins again with repeat', () => {
    const { simulation, processor } = loaded({ trace: { steps, repeat: true } })
    simulation.run(seconds(3))
    expect(processor.statistics().busyNs).toBe(ms(3000))
  })
})

it('a guest has its load while its operating system runs', () => {
  const simulation = new Simulation({ seed: 'demand' })
  const demand = { pattern: { constant: { processors: 1 } }, periodNs: ms(10) }
  const { partition } = partitionOf(simulation, { ...quick, rmcDelay: null, shutdown: ms(5), demand })
  expect(simulation.pending).toBe(0)
  partition.boot()
  simulation.run(ms(105))
  partition.stop('delayed')
  simulation.run(ms(500))
  expect(partition.state).toBe('off')
  expect(simulation.pending).toBe(0)
  expect(partition.processor.statistics().busyNs / ms(105)).toBeCloseTo(1, 1)
  partition.boot()
  simulation.run(ms(700))
  expect(partition.processor.statistics().busyNs / ms(305)).toBeCloseTo(1, 1)
})

it.each([
  [{ constant: { processors: -1 } }, 'lpar3.demand.constant.processors'],
  [{ bursty: { processors: 1, busy: -5, idle: 1 } }, 'lpar3.demand.bursty.busy'],
  [{ trace: { steps: [], repeat: true } }, 'lpar3.demand.trace.steps.length'],
  [{ trace: { steps: [{ forNs: 0, processors: 1 }], repeat: true } }, 'lpar3.demand.trace.steps.0.forNs'],
])('refuses %j', (pattern, path) => {
  expect(() => loaded(pattern)).toThrow(expect.objectContaining({ code: 'bad-option', path }))
  expect(() => loaded(pattern)).toThrow(LparError)
})

describe('a processor that takes a load', () => {
  it('is told how much is wanted at every change, and nothing when the guest is gone', () => {
    const simulation = new Simulation({ seed: 'load' })
    const loads: string[] = []
    const processor = new IdealProcessor(simulation, { name: 'p', processors: 2 })
    const taking = Object.assign(processor, { load: (processors: number) => void loads.push(`${simulation.now} ${processors}`) })
    const steps = [{ forNs: 1000, processors: 2 }, { forNs: 500, processors: 0.5 }]
    const demand = new Demand(simulation, { pattern: { trace: { steps, repeat: true } }, periodNs: 1000 }, { name: 'a', processor: taking })
    demand.start(1)
    simulation.run(1600)
    demand.stop()
    simulation.run()
    expect(loads).toEqual(['0 2', '1000 0.5', '1500 2', '1600 0'])
    expect(demand.statistics()).toEqual({ wantedNs: 2000 + 250 + 200, missedNs: null, pieces: 0 })
    expect(processor.statistics().busyNs).toBe(0)
  })
})
