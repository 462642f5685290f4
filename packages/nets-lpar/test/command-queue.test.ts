// The partition's ends of the command/response queue by themselves: what is sent per instant, in which order, and what breaks it.

import { Simulation } from '@powersim/kernel'
import { CRQ_COMMAND, emptyCrqEntry, type GuestPort, H_Closed, H_Dropped, H_SEND_CRQ, H_Success, writeCrqEntry } from '@powersim/protocol'
import { IdealMemory } from '@powersim/testkit'
import { expect, it } from 'vitest'
import { GuestWork } from '../src/guest-work.js'
import { CommandQueue, UNSENT_LIMIT } from '../src/vmc/command-queue.js'

function setUp(code: (sent: number) => number = () => H_Success) {
  const simulation = new Simulation({ seed: 'queue' })
  const sent: { atNs: number; bufferId: number }[] = []
  let calls = 0
  let broken = 0
  const guest: GuestPort = {
    simulation,
    lparId: 3,
    name: 'guest',
    run: (workNs, then, argument) => simulation.schedule(workNs, then, argument),
    hypercall: (token, _unit, _w0, w1 = 0) => {
      expect(token).toBe(H_SEND_CRQ)
      const answer = code(calls++)
      if (answer === H_Success) sent.push({ atNs: simulation.now, bufferId: w1 & 0xffff })
      return { code: answer, costNs: 7, r4: 0 }
    },
    memory: new IdealMemory(16),
    window: () => undefined,
    devices: () => [],
    node: () => undefined,
    slotOf: () => undefined,
  }
  const work = new GuestWork(simulation, 'nets')
  const queue = new CommandQueue(simulation, work, 'nets', () => broken++)
  work.start(guest)
  queue.reset(0x1000)
  const post = (bufferId: number): void => queue.post({ ...emptyCrqEntry(), header: CRQ_COMMAND, type: 6, bufferId })
  return { simulation, queue, work, sent, post, broken: () => broken }
}

it('sends at most half of the agreed size at once, the rest right after, all in order', () => {
  const { simulation, queue, sent, post } = setUp()
  queue.limitTo(8)
  let before = 0
  const look = simulation.handler('look', () => {
    before = sent.length
  })
  for (let id = 0; id < 10; id++) post(id)
  expect(sent).toHaveLength(4)
  simulation.schedule(0, look, null)
  for (let id = 10; id < 20; id++) post(id)
  simulation.run()
  expect(before).toBe(8)
  expect(sent.map(({ bufferId }) => bufferId)).toEqual(Array.from({ length: 20 }, (_, at) => at))
  expect(sent.every(({ atNs }) => atNs === 0)).toBe(true)
  expect(queue.peakUnsent).toBe(16)
})

it("lets nothing overtake what waits for room in the hypervisor's queue", () => {
  let room = false
  const { simulation, queue, work, sent, post } = setUp(() => (room ? H_Success : H_Dropped))
  for (let id = 0; id < 3; id++) post(id)
  simulation.run(5000)
  room = true
  post(3)
  expect(sent).toEqual([])
  simulation.run(20_000)
  expect(sent).toEqual([0, 1, 2, 3].map((bufferId) => ({ atNs: 10_000, bufferId })))
  expect(queue).toMatchObject({ sent: 4, dropped: 1 })
  expect(work.debtNs).toBe(5 * 7)
})

it('breaks, in an event of its own, when an entry cannot be sent at all or too many wait', () => {
  const closed = setUp(() => H_Closed)
  closed.post(1)
  expect(closed.broken()).toBe(0)
  closed.simulation.run()
  expect(closed.broken()).toBe(1)
  const full = setUp(() => H_Dropped)
  for (let id = 0; id < UNSENT_LIMIT; id++) full.post(id)
  full.simulation.run(1)
  expect(full.broken()).toBe(0)
  full.post(0)
  full.simulation.run(2)
  expect(full.broken()).toBe(1)
})

it('forgets what it had to say, and to break, with a reset', () => {
  const { simulation, queue, sent, post, broken } = setUp((calls) => (calls === 0 ? H_Dropped : calls === 1 ? H_Closed : H_Success))
  post(1)
  queue.reset(0x1000)
  post(2)
  queue.reset(0x1000)
  simulation.run()
  expect(sent).toEqual([])
  expect(broken()).toBe(0)
  post(3)
  expect(sent).toEqual([{ atNs: simulation.now, bufferId: 3 }])
})

it('reads entries in order, once each, and knows when each was first seen', () => {
  const { queue } = setUp()
  const entry = emptyCrqEntry()
  const write = (slot: number, bufferId: number) => {
    writeCrqEntry(queue.page, slot * 16, { ...emptyCrqEntry(), header: CRQ_COMMAND, type: 6, bufferId })
  }
  expect(queue.take(entry)).toBe(false)
  write(0, 10)
  write(1, 11)
  queue.look(100)
  write(2, 12)
  expect(queue.nextSeenNs).toBe(100)
  expect(queue.take(entry)).toBe(true)
  expect(entry.bufferId).toBe(10)
  queue.look(250)
  expect([queue.nextSeenNs, queue.take(entry), entry.bufferId]).toEqual([100, true, 11])
  expect([queue.nextSeenNs, queue.take(entry), entry.bufferId]).toEqual([250, true, 12])
  expect(queue.take(entry)).toBe(false)
  // Around the end of the page, many times.
  for (let number = 3; number < 1000; number++) {
    write(number % 256, number)
    queue.look(number)
    expect([queue.nextSeenNs, queue.take(entry), entry.bufferId]).toEqual([number, true, number])
  }
  expect(queue.page.every((byte, at) => at % 16 !== 0 || byte === 0)).toBe(true)
})
