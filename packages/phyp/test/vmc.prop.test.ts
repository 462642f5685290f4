// Credits under random traffic: whatever is sent, closed, lost and duplicated, every buffer has one owner, both sides agree when all
// is quiet, and every request of a session that stayed open gets its reply.

import { us } from '@powersim/kernel'
import { H_Success } from '@powersim/protocol'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { GuestDriver } from './guest-driver.js'
import { initial, Machine, quick } from './machine.js'

const action = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({ do: fc.constant('send' as const), hmcIndex: fc.nat(1), bytes: fc.integer({ min: 100, max: 9000 }) }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('reopen' as const), hmcIndex: fc.nat(1) }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('wait' as const), ns: fc.nat(us(400)) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('sleep' as const) }) },
)

const capabilities = fc.record({
  poolSize: fc.constantFrom(1, 2, 3, 8),
  mtuBytes: fc.constantFrom(512, 1024, 4096),
  crqEntries: fc.constantFrom(4, 16, 256),
})

it('are conserved, and nothing is stuck', () => {
  const seen = { fragments: 0, removes: 0, closed: 0, received: 0 }
  fc.assert(
    fc.property(
      fc.array(action, { minLength: 10, maxLength: 60 }),
      capabilities,
      fc.constantFrom(0, us(3), us(80)),
      fc.constantFrom(0, us(20)),
      fc.integer({ min: 0, max: 30 }),
      (actions, own, delayNs, serviceNs, lossPercent) => {
        const machine = new Machine({
          parameters: {
            ...quick,
            service: { query: serviceNs, configuration: 0, power: 0, dynamic: 0, service: 0 },
            frames: { requestBytesMin: 0, replyBytesMin: 1500 },
            vmc: { version: 0x0101, maxHmcs: 2, ...own },
          },
          partitions: [initial(1, 'nets', { devices: ['vmc'] })],
        })
        const guest = new GuestDriver(machine, 1, machine.phyp.devicesOf(1, 'vmc')[0]!, { delayNs, capabilities: own })
        guest.register()
        machine.simulation.run()
        const opened = new Set([0, 1])
        for (const index of opened) guest.open(index)
        machine.simulation.run()
        // A rule of its own numbers: some messages are lost, some come twice, some late.
        let turn = 0
        machine.bus.fate = ({ hop }) => {
          turn = (turn * 31 + 17) % 100
          if (hop !== 'vmc' || turn >= lossPercent) return undefined
          return turn % 3 === 0 ? { do: 'drop' } : turn % 3 === 1 ? { do: 'duplicate', afterNs: us(turn) } : { do: 'delay', ns: us(turn) }
        }
        const check = (quiet: boolean) => {
          const { connections } = machine.phyp.statistics().vmc[0]!
          for (const [index, { buffers, guest: mine, phyp, offered }] of connections.entries()) {
            expect(mine + phyp + offered).toBe(buffers)
            if (!quiet) continue
            expect([buffers, phyp, offered]).toEqual([own.poolSize, 0, 0])
            expect(guest.count(index)).toEqual({ mine: own.poolSize, free: own.poolSize, theirs: 0 })
          }
        }
        for (const act of actions) {
          switch (act.do) {
            case 'send':
              guest.send({ ...machine.request('lpar.list', {}, { console: act.hmcIndex + 1 }), bytes: act.bytes }, act.hmcIndex)
              break
            case 'wait':
              guest.asleep = false
              guest.drain()
              machine.simulation.run(machine.simulation.now + act.ns)
              break
            case 'sleep':
              guest.asleep = true
              break
            default:
              guest.asleep = false
              guest.drain()
              machine.simulation.run()
              // The guest would lose what it has not sent; its close is the partner's business here.
              guest.close(act.hmcIndex)
              machine.simulation.run()
              guest.open(act.hmcIndex)
              machine.simulation.run()
              seen.closed++
          }
          check(false)
        }
        guest.asleep = false
        guest.drain()
        machine.simulation.run()
        check(true)
        const { offered, duplicated, delivered, dropped, inFlight } = machine.bus.statistics().hops[0]!
        expect([inFlight, offered + duplicated]).toEqual([0, delivered + dropped])
        const statistics = machine.phyp.statistics()
        expect(statistics.received).toBe(statistics.replied)
        const { counters, connections } = statistics.vmc[0]!
        expect(connections.map(({ waiting }) => waiting)).toEqual([0, 0])
        expect(counters).toMatchObject({ badBuffer: 0, badLength: 0, badMessage: 0, badIndex: 0, beforeCapabilities: 0, resets: 0 })
        if (lossPercent === 0) {
          const sent = actions.filter((act) => act.do === 'send').length
          expect(guest.received).toHaveLength(sent)
          expect(counters).toMatchObject({ withoutBuffer: 0, removesAsked: 0 })
        }
        expect(guest.call(0x104, guest.unit, 1)).toBe(H_Success)
        seen.fragments += counters.returnsIn + counters.returnsOut
        seen.removes += counters.removesAsked
        seen.received += guest.received.length
      },
    ),
    { numRuns: 150, seed: 1 },
  )
  // The walk has met all of it.
  for (const count of Object.values(seen)) expect(count).toBeGreaterThan(30)
})
