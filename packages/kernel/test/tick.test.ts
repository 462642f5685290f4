// The unit of time: nanoseconds unless a simulation counts in microseconds, where both end, and what is said there. A study over years
// against the closed form for availability.

import { describe, expect, it } from 'vitest'
import { KernelError, MAX_TIME, Simulation, Station, type Tick, timeUnits, type Yieldable } from '../src/index.js'

function refusal(run: () => unknown): string {
  try {
    run()
  } catch (error) {
    if (error instanceof KernelError) return `${error.code}: ${error.message}`
    throw error
  }
  return 'accepted'
}

describe('a tick of a microsecond', () => {
  it('makes durations a thousandth of the number, and years possible', () => {
    const { units, tick } = new Simulation({ seed: 'a', tick: 'us' })
    expect(tick).toBe('us')
    expect([units.us(3), units.ms(1.5), units.seconds(2), units.minutes(1), units.hours(1), units.days(1)]).toEqual([
      3, 1500, 2e6, 6e7, 3.6e9, 8.64e10,
    ])
    expect(units.us(0.5)).toBe(1)
    expect(units.days(365 * 285)).toBeLessThan(MAX_TIME)
    expect(refusal(() => units.days(365 * 286))).toContain('bad-quantity: days(104390): expected a number from 0 to 104249.')
    expect(refusal(() => timeUnits('ns').days(105))).toContain('bad-quantity: days(105)')
    expect(new Simulation({ seed: 'a' }).units.seconds(2)).toBe(2e9)
  })

  it('is refused when it is neither', () => {
    // What plain JavaScript could hand in.
    expect(refusal(() => new Simulation({ seed: 'a', tick: 'ms' as Tick }))).toBe("bad-option: tick: expected 'ns' or 'us', got ms")
  })

  it('is refused by what counts in nanoseconds', () => {
    expect(refusal(() => new Simulation({ seed: 'a', tick: 'us' }).nanosecondsOnly('a bus'))).toBe(
      "bad-tick: a bus counts in nanoseconds, this simulation in microseconds: make it without tick: 'us'",
    )
    expect(refusal(() => new Simulation({ seed: 'a' }).nanosecondsOnly('a bus'))).toBe('accepted')
  })
})

describe.each<[Tick, string]>([
  ['ns', "(104 days): end the run earlier, or let the simulation count in microseconds (tick: 'us')"],
  ['us', '(285 years): end the run earlier'],
])('the horizon of a simulation in %s', (tick, advice) => {
  it('is 2^53 - 1 ticks, and one more is told with time, delay and what to do', () => {
    const simulation = new Simulation({ seed: 'a', tick })
    const told: number[] = []
    const tell = simulation.handler<void>('tell', () => told.push(simulation.now))
    simulation.scheduleAt(MAX_TIME, tell, undefined)
    simulation.schedule(MAX_TIME - 10, tell, undefined)
    simulation.run(MAX_TIME - 10)
    simulation.schedule(10, tell, undefined)
    const beyond = `11 ${tick} from 9007199254740981 ${tick} pass the horizon of 9007199254740991 ${tick} ${advice}`
    expect(refusal(() => simulation.schedule(11, tell, undefined))).toBe(`horizon: delayNs: ${beyond}`)
    const station = new Station(simulation, { name: 'fsp', servers: 1 })
    expect(refusal(() => station.submit(11, tell, undefined))).toBe(`horizon: station 'fsp': serviceNs: ${beyond}`)
    simulation.process('late', late())
    expect(refusal(() => simulation.run())).toBe(`horizon: delayNs: ${beyond}`)
    expect(simulation.run()).toBe('idle')
    expect(told).toEqual([MAX_TIME - 10, MAX_TIME, MAX_TIME])

    function* late(): Generator<Yieldable, void> {
      yield 11
    }
  })
})

describe('a study over years', () => {
  it('gives the availability MTBF / (MTBF + MTTR) of a partition that fails every 720 h and is back after 15 min', () => {
    let downUs = 0
    let elapsedUs = 0
    for (let replication = 0; replication < 40; replication++) {
      const simulation = new Simulation({ seed: 'oracle-1', replication, tick: 'us' })
      const { units } = simulation
      const draws = simulation.stream('failures', 'nets')
      const up = simulation.law({ exponential: units.hours(720) })
      const down = simulation.law({ exponential: units.minutes(15) })
      simulation.process('nets', life())
      elapsedUs += units.days(365 * 250)
      simulation.run(units.days(365 * 250))

      function* life(): Generator<Yieldable, void> {
        for (;;) {
          yield up.sample(draws)
          const failedUs = simulation.now
          yield down.sample(draws)
          downUs += simulation.now - failedUs
        }
      }
    }
    // 10,000 years, about 122,000 failures: standard error sqrt(2 / 122,000) = 0.4 %.
    expect(Math.abs(downUs / elapsedUs / (0.25 / 720.25) - 1)).toBeLessThan(0.016)
  })
})
