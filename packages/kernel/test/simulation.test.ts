// The run loop through its public face: order, time limits, stopping, errors at the caller's call, digests, and the message of
// a broken invariant. The order against a reference is event-queue.prop.test.ts.

import { describe, expect, it } from 'vitest'
import { InvariantError, KernelError, MAX_TIME, Simulation } from '../src/index.js'
import type { Handler } from '../src/index.js'

function codeOf(action: () => unknown): string {
  try {
    action()
  } catch (error) {
    if (error instanceof KernelError) return error.code
    throw error
  }
  return 'nothing thrown'
}

function messageOf(action: () => unknown): string {
  try {
    action()
  } catch (error) {
    if (error instanceof Error) return error.message
  }
  return 'nothing thrown'
}

function recording(seed = 'test'): { simulation: Simulation; log: string[]; say: Handler<string> } {
  const simulation = new Simulation({ seed })
  const log: string[] = []
  const say = simulation.handler<string>('say', (what) => log.push(`${simulation.now} ${what}`))
  return { simulation, log, say }
}

describe('order of events', () => {
  it('runs by time, then priority, then the order of scheduling', () => {
    const { simulation, log, say } = recording()
    simulation.schedule(10, say, 'c', 0)
    simulation.schedule(5, say, 'a', 7)
    simulation.schedule(10, say, 'b', -8)
    simulation.schedule(10, say, 'd', 0)
    simulation.schedule(10, say, 'e', 1)
    expect(simulation.pending).toBe(5)
    expect(simulation.run()).toBe('idle')
    expect(log).toEqual(['5 a', '10 b', '10 c', '10 d', '10 e'])
    expect(simulation.executed).toBe(5)
    expect(simulation.pending).toBe(0)
  })

  it('keeps 1000 simultaneous events in their order', () => {
    const { simulation, log, say } = recording()
    const wanted = Array.from({ length: 1000 }, (_, i) => `7 ${i}`)
    for (let i = 0; i < 1000; i++) simulation.schedule(7, say, String(i))
    simulation.run()
    expect(log).toEqual(wanted)
  })

  it('puts a zero delay behind what is due already, and a lower priority before it', () => {
    const { simulation, log, say } = recording()
    const first = simulation.handler<undefined>('first', () => {
      simulation.schedule(0, say, 'later')
      simulation.schedule(0, say, 'urgent', -1)
    })
    simulation.schedule(3, first, undefined)
    simulation.schedule(3, say, 'due already')
    simulation.run()
    expect(log).toEqual(['3 urgent', '3 due already', '3 later'])
  })

  it('scheduleAt and schedule share one order', () => {
    const { simulation, log, say } = recording()
    simulation.scheduleAt(4, say, 'a')
    simulation.schedule(4, say, 'b')
    simulation.scheduleAt(4, say, 'c')
    simulation.run()
    expect(log).toEqual(['4 a', '4 b', '4 c'])
  })

  it('call runs a body at once, without an event', () => {
    const { simulation, log, say } = recording()
    simulation.call(say, 'now')
    expect(log).toEqual(['0 now'])
    expect(simulation.executed).toBe(0)
  })

  it('reaches the horizon exactly', () => {
    const { simulation, log, say } = recording()
    simulation.schedule(MAX_TIME - 1, say, 'near')
    simulation.scheduleAt(MAX_TIME, say, 'last')
    simulation.run()
    expect(log).toEqual([`${MAX_TIME - 1} near`, `${MAX_TIME} last`])
    expect(codeOf(() => simulation.schedule(1, say, 'beyond'))).toBe('horizon')
  })
})

describe('run', () => {
  it('executes what is due until the time, inclusive, and sets the clock to it', () => {
    const { simulation, log, say } = recording()
    for (const time of [10, 20, 30]) simulation.schedule(time, say, 'x')
    expect(simulation.run(20)).toBe('time')
    expect(simulation.now).toBe(20)
    expect(simulation.run(25)).toBe('time')
    expect(simulation.now).toBe(25)
    expect(simulation.run(100)).toBe('idle')
    expect(simulation.now).toBe(100)
    expect(log).toEqual(['10 x', '20 x', '30 x'])
  })

  it('without a time, or until Infinity, leaves the clock at the last event', () => {
    const { simulation, say } = recording()
    simulation.schedule(10, say, 'x')
    expect(simulation.run()).toBe('idle')
    expect(simulation.now).toBe(10)
    expect(simulation.run(Infinity)).toBe('idle')
    expect(simulation.now).toBe(10)
  })

  it('stop ends it after the current event, the rest stays pending, and run goes on', () => {
    const { simulation, log, say } = recording()
    const halt = simulation.handler<undefined>('halt', () => simulation.stop())
    simulation.schedule(1, say, 'a')
    simulation.schedule(2, halt, undefined)
    simulation.schedule(2, say, 'b')
    expect(simulation.run(50)).toBe('stopped')
    expect([simulation.now, simulation.pending]).toEqual([2, 1])
    expect(simulation.run(50)).toBe('idle')
    expect(log).toEqual(['1 a', '2 b'])
  })

  it('stop without a run does nothing', () => {
    const { simulation, log, say } = recording()
    simulation.schedule(1, say, 'a')
    simulation.stop()
    expect(simulation.run()).toBe('idle')
    expect(log).toEqual(['1 a'])
  })

  it('lets what a handler throws escape, and can be taken up again', () => {
    const { simulation, log, say } = recording()
    const failure = new Error('mine')
    const fail = simulation.handler<undefined>('fail', () => {
      throw failure
    })
    simulation.schedule(1, fail, undefined)
    simulation.schedule(2, say, 'after')
    expect(() => simulation.run()).toThrow(failure)
    expect(simulation.now).toBe(1)
    expect(simulation.run()).toBe('idle')
    expect(log).toEqual(['2 after'])
  })

  it('refuses to be called from a handler', () => {
    const { simulation } = recording()
    let code = ''
    const again = simulation.handler<undefined>('again', () => {
      code = codeOf(() => simulation.run())
    })
    simulation.schedule(1, again, undefined)
    simulation.run()
    expect(code).toBe('running')
  })

  it('ends an endless loop of zero delays at the event limit, exactly', () => {
    const simulation = new Simulation({ seed: 'test', maxEvents: 1000 })
    const loop: Handler<undefined> = simulation.handler('loop', () => simulation.schedule(0, loop, undefined))
    simulation.schedule(0, loop, undefined)
    expect(codeOf(() => simulation.run())).toBe('event-limit')
    expect(simulation.executed).toBe(1000)
  })

  it('allows exactly maxEvents events', () => {
    const simulation = new Simulation({ seed: 'test', maxEvents: 3 })
    const nothing = simulation.handler<undefined>('nothing', () => {})
    for (let i = 0; i < 3; i++) simulation.schedule(i, nothing, undefined)
    expect(simulation.run()).toBe('idle')
  })
})

describe("a caller's mistakes", () => {
  it('wants a seed', () => {
    expect(codeOf(() => new Simulation({ seed: '' }))).toBe('seed-required')
    // @ts-expect-error: the seed is no option
    expect(codeOf(() => new Simulation({}))).toBe('seed-required')
  })

  it('names the bad option', () => {
    expect(messageOf(() => new Simulation({ seed: 's', replication: -1 }))).toBe(
      `replication: expected an integer from 0 to ${Number.MAX_SAFE_INTEGER}, got -1`,
    )
    for (const options of [{ maxEvents: 0 }, { maxEvents: 1.5 }, { traceLines: -1 }, { traceLines: 2 ** 21 }, { replication: NaN }]) {
      expect(codeOf(() => new Simulation({ seed: 's', ...options }))).toBe('bad-option')
    }
  })

  it('refuses bad times', () => {
    const { simulation, say } = recording()
    simulation.run(100)
    const delays: [number, string][] = [
      [NaN, 'bad-time'],
      [1.5, 'bad-time'],
      [-1, 'past-time'],
      [-Infinity, 'past-time'],
      [Infinity, 'horizon'],
      [MAX_TIME, 'horizon'],
    ]
    for (const [delay, code] of delays) expect([delay, codeOf(() => simulation.schedule(delay, say, ''))]).toEqual([delay, code])
    const times: [number, string][] = [
      [NaN, 'bad-time'],
      [100.5, 'bad-time'],
      [99, 'past-time'],
      [-1, 'past-time'],
      [Infinity, 'horizon'],
      [MAX_TIME + 1, 'horizon'],
    ]
    for (const [time, code] of times) {
      expect([time, codeOf(() => simulation.scheduleAt(time, say, ''))]).toEqual([time, code])
      if (time !== Infinity) expect([time, codeOf(() => simulation.run(time))]).toEqual([time, code])
    }
    // @ts-expect-error: a text is no time
    expect(codeOf(() => simulation.schedule('5', say, ''))).toBe('bad-time')
    expect(simulation.pending).toBe(0)
    expect(messageOf(() => simulation.scheduleAt(99, say, ''))).toBe('timeNs: 99 is in the past, now is 100 ns; expected at least 100')
  })

  it('refuses bad priorities and handlers', () => {
    const { simulation, say } = recording()
    for (const priority of [-9, 8, 0.5, NaN, Infinity]) expect(codeOf(() => simulation.schedule(1, say, '', priority))).toBe('bad-priority')
    for (const id of [-1, 1000, NaN]) {
      // Forged on purpose: a handler of another simulation can look like this.
      const handler = id as Handler<string>
      expect(codeOf(() => simulation.schedule(1, handler, ''))).toBe('bad-handler')
      expect(codeOf(() => simulation.call(handler, ''))).toBe('bad-handler')
      expect(codeOf(() => simulation.timer(handler, ''))).toBe('bad-handler')
    }
    expect(simulation.pending).toBe(0)
  })

  it('refuses to note what is not finite', () => {
    const { simulation } = recording()
    expect(codeOf(() => simulation.note(NaN))).toBe('bad-note')
    expect(codeOf(() => simulation.note(-Infinity))).toBe('bad-note')
  })
})

describe('streams and laws', () => {
  it('gives each stream once and keyed draws to whoever asks', () => {
    const simulation = new Simulation({ seed: 'test' })
    const arrivals = simulation.stream('arrivals', 'hmc1')
    expect(arrivals.next()).not.toBe(simulation.stream('arrivals', 'hmc2').next())
    expect(codeOf(() => simulation.stream('arrivals', 'hmc1'))).toBe('stream-taken')
    expect(simulation.draws('service', 'fsp').at(5, 1)).toBe(simulation.draws('service', 'fsp').at(5, 1))
  })

  it('parts streams by seed and replication, and by nothing else', () => {
    const first = (seed: string, replication?: number): number => {
      const simulation = new Simulation(replication === undefined ? { seed } : { seed, replication })
      return simulation.stream('a', 'b').next()
    }
    expect(first('x')).toBe(first('x', 0))
    expect(new Set([first('x'), first('y'), first('x', 1), first('x', 2)]).size).toBe(4)
  })

  it('gives means without noise', () => {
    const quiet = new Simulation({ seed: 'test', noise: false })
    const noisy = new Simulation({ seed: 'test' })
    const spec = { exponential: 1000 }
    expect(quiet.law(spec).sample(quiet.stream('a', 'b'))).toBe(1000)
    const law = noisy.law(spec)
    const stream = noisy.stream('a', 'b')
    expect(new Set(Array.from({ length: 20 }, () => law.sample(stream))).size).toBeGreaterThan(10)
  })
})

describe('digest of a run', () => {
  function digestOf(seed: string, change: (simulation: Simulation, nothing: Handler<number>) => void = () => {}, replication = 0): string {
    const simulation = new Simulation({ seed, replication })
    const stream = simulation.stream('gaps', 'source')
    const law = simulation.law({ exponential: 1000 })
    const nothing = simulation.handler<number>('nothing', () => {})
    const source: Handler<number> = simulation.handler('source', (left) => {
      if (left > 0) simulation.schedule(law.sample(stream), source, left - 1)
      simulation.schedule(5, nothing, left, left % 3)
    })
    simulation.schedule(0, source, 100)
    change(simulation, nothing)
    simulation.run()
    return simulation.digest.hex()
  }

  it('is the same for two runs with one seed', () => {
    expect(digestOf('one')).toMatch(/^[0-9a-f]{16}$/)
    expect(digestOf('one')).toBe(digestOf('one'))
  })

  it('stays the same over versions', () => {
    expect(digestOf('one')).toBe('c770e8504e6215ad')
  })

  it('tells another seed, replication, time, priority, handler, note', () => {
    const same = digestOf('one')
    const digests = [
      same,
      digestOf('two'),
      digestOf('one', () => {}, 1),
      digestOf('one', (simulation, nothing) => simulation.schedule(50, nothing, 0)),
      digestOf('one', (simulation, nothing) => simulation.schedule(51, nothing, 0)),
      digestOf('one', (simulation, nothing) => simulation.schedule(50, nothing, 0, 1)),
      digestOf('one', (simulation) => simulation.schedule(50, simulation.handler<number>('other', () => {}), 0)),
      digestOf('one', (simulation) => simulation.note(1)),
      digestOf('one', (simulation) => simulation.note(2)),
    ]
    expect(new Set(digests).size).toBe(digests.length)
  })

  it('does not see arguments, cancelled timers, or events that wait', () => {
    const same = digestOf('one', (simulation, nothing) => simulation.schedule(50, nothing, 0))
    expect(digestOf('one', (simulation, nothing) => simulation.schedule(50, nothing, 99))).toBe(same)
    expect(
      digestOf('one', (simulation, nothing) => {
        const timer = simulation.timer(nothing, 0)
        timer.start(40)
        timer.stop()
        simulation.schedule(50, nothing, 0)
      }),
    ).toBe(same)
  })
})

describe('invariant', () => {
  it('is silent when it holds', () => {
    const simulation = new Simulation({ seed: 'test' })
    expect(() => simulation.invariant(true, 'fine')).not.toThrow()
  })

  it('says what failed, seed, replication, time and the last events', () => {
    const simulation: Simulation = new Simulation({ seed: 'mittal-2013', replication: 7 })
    const tick: Handler<number> = simulation.handler('fsp.tick', (left) => {
      simulation.invariant(left > 0, 'credits never go below 1')
      simulation.schedule(1000, tick, left - 1, 2)
    })
    simulation.schedule(0, tick, 2, 2)
    let error: unknown
    try {
      simulation.run()
    } catch (thrown) {
      error = thrown
    }
    expect(error).toBeInstanceOf(InvariantError)
    expect(error instanceof Error ? error.message.split('\n') : []).toEqual([
      'invariant failed: credits never go below 1',
      "seed 'mittal-2013', replication 7, time 2000 ns, 3 events executed",
      'last events, oldest first:',
      '  0 ns, priority 2, sequence 0: fsp.tick',
      '  1000 ns, priority 2, sequence 1: fsp.tick',
      '  2000 ns, priority 2, sequence 2: fsp.tick',
    ])
  })

  it('shows the last 20 events, and none with the trace off', () => {
    const failing = (traceLines: number): string => {
      const simulation: Simulation = new Simulation({ seed: 's', traceLines })
      const tick: Handler<number> = simulation.handler('tick', (left) => {
        simulation.invariant(left > 0, 'x')
        simulation.schedule(1, tick, left - 1)
      })
      simulation.schedule(0, tick, 99)
      return messageOf(() => simulation.run())
    }
    expect(failing(256).match(/: tick/g)).toHaveLength(20)
    expect(failing(5).match(/: tick/g)).toHaveLength(5)
    expect(failing(0)).toContain('no events are traced')
  })
})
