// The trace ring: the last lines, oldest first, for any size.

import { expect, it } from 'vitest'
import { Simulation } from '../src/index.js'
import type { Handler } from '../src/index.js'

function ran(events: number, traceLines?: number): Simulation {
  const simulation = new Simulation(traceLines === undefined ? { seed: 'test' } : { seed: 'test', traceLines })
  const tick: Handler<number> = simulation.handler('tick', (left) => {
    if (left > 1) simulation.schedule(10, tick, left - 1, -3)
  })
  if (events > 0) simulation.schedule(10, tick, events, -3)
  simulation.run()
  return simulation
}

it('holds time, priority, sequence and the name of the handler', () => {
  expect(ran(2).trace.last()).toEqual([
    { timeNs: 10, priority: -3, sequence: 0, handler: 'tick' },
    { timeNs: 20, priority: -3, sequence: 1, handler: 'tick' },
  ])
})

it('keeps the last lines, also when their number is no power of two', () => {
  const times = (simulation: Simulation, count?: number): number[] => simulation.trace.last(count).map((line) => line.timeNs)
  expect(times(ran(0))).toEqual([])
  expect(times(ran(3), 2)).toEqual([20, 30])
  expect(times(ran(300))).toHaveLength(256)
  expect(times(ran(10, 5))).toEqual([60, 70, 80, 90, 100])
  expect(times(ran(10, 5), 99)).toEqual([60, 70, 80, 90, 100])
  expect(times(ran(10, 5), 0)).toEqual([])
  expect(times(ran(10, 1))).toEqual([100])
  expect(times(ran(10, 0))).toEqual([])
})
