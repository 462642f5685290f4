// Effects happen once under random duplication, reordering and both routes: the number of effects is the number of keys that were fresh
// when they first came, and all copies of a key get one and the same reply.

import { type Json, statusName } from '@powersim/protocol'
import { us } from '@powersim/kernel'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { GuestDriver } from './guest-driver.js'
import { initial, Machine, quick } from './machine.js'

const WINDOW = 12

const copy = fc.record({
  key: fc.record({ console: fc.integer({ min: 1, max: 2 }), sequence: fc.integer({ min: 1, max: 24 }) }),
  atUs: fc.nat(2500),
  byGuest: fc.boolean(),
})

it('makes every effect once and answers every copy', () => {
  const seen = { tooOld: 0, duplicates: 0, joined: 0 }
  fc.assert(
    fc.property(fc.array(copy, { minLength: 20, maxLength: 120 }), (copies) => {
      const machine = new Machine({
        parameters: {
          ...quick,
          service: { query: us(40), configuration: us(100), power: 0, dynamic: 0, service: 0 },
          duplicateReply: us(5),
          replyWindow: WINDOW,
          stageLimit: 4096,
          maxPartitions: 4095,
          vmc: { version: 0x0101, mtuBytes: 4096, poolSize: 256, maxHmcs: 1, crqEntries: 256 },
        },
        partitions: [initial(1, 'nets', { devices: ['vmc'] })],
      })
      const unit = machine.phyp.devicesOf(1, 'vmc')[0]!
      const guest = new GuestDriver(machine, 1, unit, { capabilities: { poolSize: 256 } }).start()
      const from = machine.simulation.now
      // One copy per microsecond, so that the order of arrival is known here too.
      const ordered = [...new Map(copies.map((one) => [one.atUs, one])).values()].sort((a, b) => a.atUs - b.atUs)
      const newest = new Map<number, number>()
      const fresh = new Set<string>()
      let tooOld = 0
      for (const [index, { key, atUs, byGuest }] of ordered.entries()) {
        const { console, sequence } = key
        const name = `${console}-${sequence}`
        const top = newest.get(console) ?? 0
        if (newest.has(console) && sequence <= top - WINDOW) tooOld++
        else fresh.add(name)
        newest.set(console, Math.max(top, sequence))
        machine.simulation.run(from + us(atUs))
        const create = { name, environment: 'aixlinux', profileName: 'p' } as const
        const message = machine.request('lpar.create', create, { console, sequence, attempt: index })
        if (byGuest) guest.send(message)
        else machine.post(message)
      }
      machine.simulation.run()

      const statistics = machine.phyp.statistics()
      expect(statistics.stages.opened).toBe(fresh.size)
      expect(statistics).toMatchObject({ received: ordered.length, replied: ordered.length, dropped: 0, busy: 0, tooOld })
      expect(statistics.duplicates + statistics.joined + tooOld + fresh.size).toBe(ordered.length)
      expect(guest.received).toHaveLength(ordered.filter(({ byGuest }) => byGuest).length)
      expect(machine.received).toHaveLength(ordered.length - guest.received.length)
      const replies = new Map<string, Json>()
      for (const { message } of [...machine.received, ...guest.received]) {
        if (statusName(message.status) === 'too-old') continue
        expect(statusName(message.status)).toBe('ok')
        const key = `${message.target} ${message.sequence}`
        expect(replies.get(key) ?? message.data).toEqual(message.data)
        replies.set(key, message.data)
      }
      expect(replies.size).toBe(fresh.size)
      seen.tooOld += tooOld
      seen.duplicates += statistics.duplicates
      seen.joined += statistics.joined
    }),
    { numRuns: 60, seed: 1 },
  )
  expect(Math.min(seen.tooOld, seen.duplicates, seen.joined)).toBeGreaterThan(30)
})
