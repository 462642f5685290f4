// The service processor's work for the server itself: exactly its processor time, in the way of commands, absent without noise.

import { ms, seconds } from '@powersim/kernel'
import { describe, expect, it } from 'vitest'
import type { BackgroundTask } from '../src/index.js'
import { ServiceRoom, slots } from './service-room.js'

const sensors: BackgroundTask = { name: 'sensors', every: ms(100), work: ms(10) }
const logs: BackgroundTask = { name: 'error-logs', every: { exponential: seconds(1) }, work: { exponential: ms(30) } }

describe('background work', () => {
  it('adds exactly its processor time', () => {
    const heartbeat: BackgroundTask = { name: 'heartbeat', every: seconds(1), work: ms(5) }
    const room = new ServiceRoom({ parameters: { background: [sensors, heartbeat] } })
    room.pass(seconds(10) + ms(20))
    const { processor, backgroundLatencies } = room.fsp.statistics()
    // At each full second both are due: the second to come waits for the first.
    expect(backgroundLatencies.count).toBe(110)
    expect(processor.busyNs).toBe(100 * ms(10) + 10 * ms(5))
    expect([...backgroundLatencies.values()].filter((ns) => ns > ms(10)).length).toBe(10)
  })

  it('is random in time and size when its laws are, and the same for the same seed', () => {
    const busy = (seed: string): number => {
      const room = new ServiceRoom({ parameters: { background: [logs] }, simulation: { seed } })
      room.pass(seconds(1000))
      return room.fsp.statistics().processor.utilization
    }
    expect(busy('a')).toBe(busy('a'))
    expect(busy('a')).not.toBe(busy('b'))
    // 1,000 runs of 30 ms: a standard error of 0.0013
    expect(Math.abs(busy('a') - 0.03)).toBeLessThan(0.005)
  })

  it('is absent when noise is off', () => {
    const room = new ServiceRoom({ parameters: { background: [sensors, logs] }, simulation: { noise: false } })
    room.pass(seconds(100))
    const { processor, backgroundLatencies } = room.fsp.statistics()
    expect(processor.arrivals).toBe(0)
    expect(backgroundLatencies.count).toBe(0)
    expect(room.simulation.executed).toBe(0)
  })

  it('holds a command up, and the command holds it up', () => {
    const room = new ServiceRoom({ parameters: { background: [{ name: 'long', every: seconds(10), work: ms(40) }] } })
    room.open(room.console)
    room.pass(seconds(10) - room.simulation.now - ms(1))
    // Opened 0.9 ms later, just before the work is due: forwarding waits for none, and the work for forwarding in.
    room.console.ask('lpar.list')
    room.pass(seconds(1))
    const forwardedIn = slots.lanIn + slots.open + slots.forward - ms(1)
    expect([...room.fsp.statistics().backgroundLatencies.values()]).toEqual([forwardedIn + ms(40)])
    const alone = slots.lanIn + slots.open + 2 * slots.forward + slots.seal + slots.mailboxIn + ms(3) + slots.mailboxOut + slots.lanOut
    const upToReply = slots.mailboxIn + ms(3) + slots.mailboxOut
    expect(room.console.replies[0]!.timeNs - (seconds(10) - ms(1))).toBe(alone + ms(40) - upToReply)
  })

  it('is left out, and counted, when the processor cannot keep up with it', () => {
    const room = new ServiceRoom({ parameters: { background: [{ name: 'too much', every: ms(1), work: ms(2) }] } })
    room.pass(seconds(4))
    const { processor, backgroundLatencies, backgroundSkipped } = room.fsp.statistics()
    expect(processor.utilization).toBeCloseTo(1, 3)
    expect(processor.inside).toBeLessThanOrEqual(1000)
    expect(backgroundLatencies.count + processor.inside + backgroundSkipped).toBe(4000)
    expect(backgroundSkipped).toBeGreaterThan(900)
    // A reset clears the backlog: it takes a thousand more runs before one is left out again.
    room.fsp.reset()
    room.pass(seconds(201.5))
    expect(room.fsp.statistics().backgroundSkipped).toBe(backgroundSkipped)
  })

  it('stops with a reset and goes on after the reload, by the same draws as without one', () => {
    const room = new ServiceRoom({ parameters: { background: [logs], reset: seconds(100) } })
    const other = new ServiceRoom({ parameters: { background: [logs], reset: seconds(100) } })
    room.pass(seconds(100))
    room.fsp.reset()
    const { busyNs } = room.fsp.statistics().processor
    room.pass(seconds(100))
    const during = room.fsp.statistics()
    const { count } = during.backgroundLatencies
    expect(during.processor.busyNs).toBe(busyNs)
    room.pass(seconds(800))
    other.pass(seconds(200))
    const fromNs = other.fsp.statistics().processor.busyNs
    other.pass(seconds(800))
    expect(during.processor.elapsedNs).toBe(seconds(200))
    expect(count).toBeGreaterThan(50)
    expect(room.fsp.statistics().backgroundLatencies.count).toBeGreaterThan(count)
    expect(room.fsp.statistics().processor.busyNs - busyNs).toBe(other.fsp.statistics().processor.busyNs - fromNs)
  })
})
