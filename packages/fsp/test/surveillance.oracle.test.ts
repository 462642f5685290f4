// Surveillance: how long until a service processor that hangs is noticed (a heartbeat a minute, two minutes for its answer: uniform from
// 120 to 180 s, mean 150), and what follows: the waits before a reset, the polls of the link, giving up.

import { minutes, ms, seconds, Simulation, streamKey, RandomStream } from '@powersim/kernel'
import { describe, expect, it } from 'vitest'
import { HostSurveillance } from '../src/host/host-surveillance.js'
import { baseSet, type RoomOptions, ServiceRoom } from './service-room.js'

/** Seconds from now until the service processor is reset by the server. */
function secondsToReset(room: ServiceRoom, limit = 1000): number {
  const fromNs = room.simulation.now
  for (let tenth = 0; tenth < limit * 10; tenth++) {
    if (room.fsp.statistics().hostResets > 0) return (room.simulation.now - fromNs) / seconds(1)
    room.pass(ms(100))
  }
  throw new Error(`no reset after ${limit} s`)
}

describe('a service processor that hangs', () => {
  it('is noticed after a time uniform from 120 to 180 s', () => {
    const HANGS = 4000
    const draws = new RandomStream(streamKey('oracle-1', 'surveillance', 'hang', 0))
    const delays: number[] = []
    for (let hang = 0; hang < HANGS; hang++) {
      const simulation = new Simulation({ seed: 'surveillance' })
      const surveillance = new HostSurveillance(
        simulation,
        baseSet.surveillance,
        { name: 'fsp', answers: () => false, critical: () => false, reset: () => undefined, linkUp: () => undefined },
        true,
      )
      const hungNs = draws.below(3_600_000) * ms(1)
      simulation.run(hungNs)
      surveillance.silent(hungNs)
      simulation.run()
      delays.push((surveillance.noticedNs - hungNs) / seconds(1))
    }
    delays.sort((one, other) => one - other)
    const mean = delays.reduce((sum, delay) => sum + delay, 0) / HANGS
    expect(delays[0]).toBeGreaterThanOrEqual(120)
    expect(delays.at(-1)).toBeLessThanOrEqual(180)
    // Four standard errors of the mean of a uniform law; a Kolmogorov-Smirnov distance at 0.1 %.
    expect(Math.abs(mean - 150)).toBeLessThan((4 * 60) / Math.sqrt(12 * HANGS))
    const distance = Math.max(...delays.map((delay, place) => Math.abs((delay - 120) / 60 - (place + 0.5) / HANGS)))
    expect(distance).toBeLessThan(1.95 / Math.sqrt(HANGS))
  })

  it('is reset after 128 s more, since it does not say that it is ready, and serves again after the reload', () => {
    const room = new ServiceRoom()
    room.pass(seconds(70))
    room.fsp.hang()
    expect(secondsToReset(room)).toBe(50 + 120 + 128)
    room.pass(seconds(200))
    expect(room.fsp.endpoint.reachable).toBe(true)
    room.open(room.console)
    expect(room.fsp.state).toBe('Operating')
    expect(room.hypervisor.calls).toEqual([])
  })

  it('answers nobody meanwhile, with its sessions open, and is not noticed while the server is off', () => {
    const room = new ServiceRoom({ initialState: 'Power Off' })
    room.open(room.console)
    room.fsp.hang()
    room.console.ask('system.state')
    room.pass(minutes(60))
    expect(room.console.statuses()).toEqual([])
    expect(room.console.closes).toEqual([])
    expect(room.fsp.statistics().hostResets).toBe(0)
    room.fsp.reset()
    room.pass(seconds(200))
    room.open(room.console)
  })

  it('is left alone when somebody has reset it before', () => {
    const room = new ServiceRoom()
    room.fsp.hang()
    room.pass(seconds(100))
    room.fsp.reset()
    room.pass(minutes(60))
    expect(room.fsp.statistics()).toMatchObject({ resets: 1, hostResets: 0 })
  })
})

describe('a heartbeat that the processor is too busy for', () => {
  const busy = (work: number): RoomOptions => ({
    parameters: {
      background: [
        { name: 'heartbeat', every: seconds(60), work: ms(5) },
        { name: 'flood', every: seconds(70), work },
      ],
    },
  })

  it('is noticed, and makes the server reset one that answers: that is ready at once', () => {
    const room = new ServiceRoom(busy(seconds(1000)))
    // The flood comes at 70 s; the heartbeat of 120 s has no answer at 240 s.
    expect(secondsToReset(room)).toBe(240)
  })

  it('is waited for while a critical operation goes on, but not for ever', () => {
    for (const endsAfter of [30, null]) {
      const room = new ServiceRoom(busy(seconds(1000)))
      room.fsp.critical(true)
      room.pass(seconds(240))
      expect(room.fsp.statistics().hostResets).toBe(0)
      if (endsAfter !== null) {
        room.pass(seconds(endsAfter))
        room.fsp.critical(false)
      }
      expect(secondsToReset(room)).toBe(endsAfter === null ? 128 : 0)
    }
  })

  it('is nothing when the answer comes in time', () => {
    const room = new ServiceRoom(busy(seconds(65)))
    room.pass(minutes(30))
    expect(room.fsp.statistics().hostResets).toBe(0)
  })
})

describe('what the hypervisor asks of the service processor', () => {
  function asking(options: RoomOptions = {}): {
    room: ServiceRoom
    answers: string[]
    ask: (name: 'clock' | 'consoleInterface' | 'ipl' | 'service', work: number, n: number) => void
  } {
    const room = new ServiceRoom(options)
    const answers: string[] = []
    const answered = room.simulation.handler('test.answered', (n: number) => answers.push(`${n} at ${room.simulation.now / ms(1)}`))
    return { room, answers, ask: (name, work, n) => void room.fsp.hostRequest(name, work, answered, n) }
  }

  it('goes one by one within a class, and beside each other in the classes of consoles', () => {
    const { room, answers, ask } = asking()
    ask('clock', ms(10), 1)
    ask('clock', ms(10), 2)
    ask('consoleInterface', ms(5), 3)
    ask('consoleInterface', ms(5), 4)
    room.pass(seconds(1))
    // The second clock message is sent when the first is answered, and then waits behind the consoles'.
    expect(answers).toEqual(['1 at 10', '3 at 15', '4 at 20', '2 at 30'])
  })

  it('shares one queue between service and IPL', () => {
    const { room, answers, ask } = asking()
    ask('ipl', ms(10), 1)
    ask('service', ms(10), 2)
    ask('clock', ms(10), 3)
    room.pass(seconds(1))
    expect(answers).toEqual(['1 at 10', '3 at 20', '2 at 30'])
  })

  it('is sent again after a reset, sent or not, when a look at the link finds it up: each is answered once', () => {
    const { room, answers, ask } = asking({ parameters: { reset: seconds(25) } })
    ask('clock', ms(10), 1)
    ask('clock', ms(10), 2)
    room.pass(ms(5))
    room.fsp.reset()
    ask('clock', ms(10), 3)
    room.pass(seconds(60))
    // The reload is over at 25.005 s, the third look 30 s after the reset.
    expect(answers).toEqual(['1 at 30015', '2 at 30025', '3 at 30035'])
    expect(room.fsp.statistics()).toMatchObject({ hostReposted: 1 })
  })

  it.each([
    ['surveillance', 2],
    ['clock', 16],
    ['smartChip', 20],
    ['codeUpdate', 40],
    ['indicators', 180],
  ] as const)('in class %s is given up after %i minutes, at a look every 30 s, by a reset', (name, limit) => {
    const room = new ServiceRoom()
    const answered = room.simulation.handler('test.answered', () => undefined)
    room.pass(seconds(10))
    room.fsp.hostRequest(name, minutes(1000), answered, 1)
    expect(secondsToReset(room, 20_000)).toBe(limit * 60 + 20)
  })
})

describe('the link', () => {
  it('is given up after 30 minutes, and watched again if it comes back all the same', () => {
    const room = new ServiceRoom({ parameters: { reset: minutes(40) } })
    room.fsp.reset()
    room.pass(minutes(30) - 1)
    expect(room.fsp.statistics().givenUp).toBe(0)
    room.pass(1)
    expect(room.fsp.statistics().givenUp).toBe(1)
    room.pass(minutes(10) + seconds(20))
    room.fsp.hang()
    expect(secondsToReset(room)).toBeGreaterThan(120)
  })
})
