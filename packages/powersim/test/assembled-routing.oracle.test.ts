// The load-aware policies on assembled machines, against queueing theory: only the service processor and the NETS partition take time,
// both exponential, and one console sends a Poisson stream of queries. What a policy sees of queues and speeds is the console's and the
// document's. The same numbers, exact and on bare stations: packages/routing/test/load-aware.oracle.test.ts. Seeds are counted up.

import { describe, expect, it } from 'vitest'
import { bareMachine, meanLatencyMs } from './bare-machine.js'

/**
 * Mean services of the two paths. One session to NETS with one command on it makes that path one server with a line, the line being at the
 * console. Commands of many sessions share the partition's processor stage by stage, which is another model.
 */
function twoStations(fsp: string, nets: string): ReturnType<typeof bareMachine> {
  return bareMachine({ fsp: { forwardIn: { exponential: fsp } }, nets: { process: { exponential: nets } } })
}

describe('two paths of equal speed, time in units of a service', () => {
  it.each([
    ['random', 0.5, 2, 60_000, 'oracle-12'],
    ['join-shortest-queue', 0.5, 1.4263, 60_000, 'oracle-13'],
    ['power-of-two', 0.5, 1.4263, 60_000, 'oracle-14'],
  ])('%s at load %d takes %d', (policy, load, expected, commands, seed) => {
    const mean = meanLatencyMs(twoStations('1ms', '1ms'), { policy, perSecond: 2000 * load, commands, seed })
    expect(Math.abs(mean / expected - 1)).toBeLessThan(0.03)
  })
})

describe('a NETS ten times as fast as the service processor, 770 commands a second', () => {
  it.each([
    // A plain M/M/1, which varies most: four times as many commands.
    ['by-target', 4.348, 400_000, 'oracle-15'],
    ['power-of-two', 6.759, 100_000, 'oracle-16'],
    ['join-shortest-queue', 6.759, 100_000, 'oracle-17'],
    ['shortest-expected-delay', 3.885, 100_000, 'oracle-18'],
  ])('%s takes %d ms', (policy, expected, commands, seed) => {
    const mean = meanLatencyMs(twoStations('10ms', '1ms'), { policy, perSecond: 770, commands, seed })
    expect(Math.abs(mean / expected - 1)).toBeLessThan(0.03)
  })
})
