// Error logs in the service processor: what a fault becomes, who is told, what is purged, what a reset leaves.

import { ms, seconds, Simulation } from '@powersim/kernel'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { defaultServiceParameters, encodeLog } from '../src/index.js'
import type { PartAmounts } from '../src/runtime/guards.js'
import { draftOf, type FaultName } from '../src/service/faults.js'
import { LogStore } from '../src/service/log-store.js'
import { logBytes } from '../src/service/pel-codec.js'
import { dataOf, type FakeConsole, ServiceRoom } from './service-room.js'

function listening(room: ServiceRoom, ...consoles: FakeConsole[]): void {
  room.open(...consoles)
  for (const console of consoles) console.ask('connection.subscribe', { events: ['all'] })
  room.pass(seconds(1))
  for (const console of consoles) console.events.length = 0
}

/** Numbers of the logs that a console heard of. */
const heard = (console: FakeConsole): number[] =>
  console.events.flatMap((event) => dataOf('service.errorLogged', event).log ?? [])

describe('a fault', () => {
  it('becomes a log, a service event, a light, and a message to every console; closing the event leaves the log', () => {
    const room = new ServiceRoom({ consoles: 2 })
    listening(room, ...room.consoles)
    room.fsp.service.break('fan', 1)
    room.pass(seconds(1))
    expect(room.consoles.map(heard)).toEqual([[1], [1]])
    const log = room.fsp.service.logs.get(1)!
    expect(log).toMatchObject({ creator: 'W', severity: 'lost-redundancy', refcode: '11007610' })
    expect(room.consoles[0]!.events[0]!.message.bytes).toBeGreaterThan(encodeLog(log).length)
    const { console } = room
    const events = console.ask('service.events', { status: 'open' })
    const leds = console.ask('service.leds', { scope: 'phys' })
    room.pass(seconds(1))
    expect(dataOf('service.events', console.reply(events)).events).toMatchObject([
      { number: 1, refcode: '11007610', status: 'Open', callHome: true, duplicates: 0, callouts: [{ location: 'U8203.E4A.10ACE01-A2' }] },
    ])
    expect(dataOf('service.leds', console.reply(leds)).state).toBe('on')
    console.ask('service.closeEvents', { numbers: [1] })
    console.ask('service.setLed', { scope: 'phys', state: 'off' })
    const after = [console.ask('service.events', { status: 'open' }), console.ask('service.leds', { scope: 'phys' })]
    room.pass(seconds(1))
    expect(dataOf('service.events', console.reply(after[0]!)).events).toEqual([])
    expect(dataOf('service.leds', console.reply(after[1]!)).state).toBe('off')
    expect(room.fsp.service.logs.count).toBe(1)
  })

  it('that comes again while its event is open is a duplicate; afterwards it is an event of its own', () => {
    const room = new ServiceRoom()
    const { service } = room.fsp
    for (const number of [0, 0, 1, 0]) service.break('fan', number)
    expect(service.events.list(undefined, 0).events.map(({ number, duplicates }) => [number, duplicates])).toEqual([[1, 2], [2, 0]])
    expect(service.events.close(undefined)).toBe(2)
    service.break('fan', 0)
    expect(service.events.list('open', 0).events.map(({ number }) => number)).toEqual([3])
    expect(service.statistics()).toMatchObject({ logsMade: 5, openEvents: 1, callsHome: 3 })
  })

  it('that needs nobody makes no event and calls nobody home', () => {
    const room = new ServiceRoom()
    room.fsp.service.errorStorm(20, ms(50))
    room.pass(seconds(5))
    expect(room.fsp.service.statistics()).toMatchObject({ logs: 20, openEvents: 0, callsHome: 0 })
  })
})

it('goes to a hypervisor that runs, and by it to operating systems: then it is purged before logs that nobody else has', () => {
  const logs = { ...defaultServiceParameters.logs, maxLogs: 20 }
  const platform = { deconfigure: (amounts: PartAmounts) => amounts, errorLogged: () => 2 }
  const room = new ServiceRoom({ platform, parameters: { service: { ...defaultServiceParameters, logs } } })
  room.fsp.service.errorStorm(21, ms(100))
  room.pass(seconds(10))
  expect(room.fsp.service.statistics().logsPurged).toEqual([0, 3, 0, 0])
})

describe('telling consoles', () => {
  it('is in order, a window at a time, and goes on as they acknowledge', () => {
    const room = new ServiceRoom()
    listening(room, room.console)
    room.fsp.service.errorStorm(20, ms(10))
    room.pass(seconds(3))
    expect(heard(room.console)).toEqual([1, 2, 3, 4, 5, 6, 7, 8])
    room.console.ask('service.acknowledgeLogs', { upTo: 5 })
    room.pass(seconds(1))
    expect(heard(room.console).slice(8)).toEqual([9, 10, 11, 12, 13])
  })

  it('begins again after a reset with what was not acknowledged: at least once, none lost', () => {
    const room = new ServiceRoom()
    listening(room, room.console)
    room.fsp.service.errorStorm(12, ms(10))
    room.pass(seconds(1))
    room.console.ask('service.acknowledgeLogs', { upTo: 3 })
    room.pass(seconds(1))
    room.fsp.reset()
    room.fsp.service.break('fan', 0)
    room.pass(seconds(300))
    listening(room, room.console)
    room.console.ask('connection.subscribe', { events: ['all'] })
    room.pass(seconds(1))
    expect(heard(room.console)).toEqual([4, 5, 6, 7, 8, 9, 10, 11])
    room.console.ask('service.acknowledgeLogs', { upTo: 11 })
    room.pass(seconds(1))
    expect(heard(room.console).slice(8)).toEqual([12, 13])
  })
})

describe('the store', () => {
  const step = fc.oneof(
    { weight: 8, arbitrary: fc.constantFrom<FaultName>('recovered-error', 'memory-predictive', 'fan', 'dump-ready') },
    { weight: 1, arbitrary: fc.record({ who: fc.constantFrom('consoles', 'hypervisor', 'systems'), part: fc.nat(100) }) },
  )

  it('keeps its limits, forgets what is known elsewhere first, and never a guard record', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200, size: 'max' }), fc.integer({ min: 12, max: 40 }), (steps, maxLogs) => {
        const store = new LogStore(new Simulation({ seed: 'store' }), { maxLogs, maxBytes: 8000, purgeToPercent: 90 })
        const guards: number[] = []
        let known = 0
        for (const each of steps) {
          const before = store.purged.slice()
          if (typeof each === 'string') {
            const log = store.add(draftOf(each, [], []))
            if (each === 'memory-predictive') guards.push(log.id)
          } else if (each.who === 'consoles') {
            known = Math.max(known, Math.floor((store.newest * each.part) / 100))
            store.consolesHave(known)
          } else store.hypervisorHas(Math.floor((store.newest * each.part) / 100), each.who === 'systems' ? 1 : 0)
          const kept = Array.from({ length: store.newest }, (_, id) => store.get(id + 1)).filter((log) => log !== undefined)
          expect(kept.length).toBe(store.count)
          expect(kept.reduce((sum, log) => sum + logBytes(log), 0)).toBe(store.totalBytes)
          expect(store.count + store.purged.reduce((sum, some) => sum + some, 0)).toBe(store.newest)
          for (const id of guards) expect(store.get(id)).toBeDefined()
          const free = kept.filter(({ id }) => !guards.includes(id))
          if (guards.length < 5) expect(store.count).toBeLessThanOrEqual(maxLogs)
          // What nobody knows goes last: if some of it went now, nothing that a console has is left.
          if (store.purged[3]! > before[3]!) expect(free.filter(({ id }) => id <= known)).toEqual([])
        }
      }),
      { numRuns: 60 },
    )
  })
})

it('is fetched by the hypervisor after a reset that came between, when its server has found the link again', () => {
  const fetchedNs: number[] = []
  const platform = {
    deconfigure: (amounts: PartAmounts) => amounts,
    errorLogged: () => {
      fetchedNs.push(room.simulation.now)
      return 1
    },
  }
  const room: ServiceRoom = new ServiceRoom({ platform, parameters: { reset: seconds(15) } })
  room.fsp.service.break('fan', 0)
  room.pass(ms(10))
  room.fsp.reset()
  room.pass(seconds(60))
  // Reset at 10 ms, back at 15.01 s, and the link is looked at every 10 s.
  expect(fetchedNs).toEqual([seconds(20) + ms(10)])
})
