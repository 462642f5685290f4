// Frames of clients and of a host outside while servers that bridge die and return: each arrives at most once, those of a sender in their
// order, the books of switch and bridges balance, and one death is survived within the time of fail-over.

import { ms, us } from '@powersim/kernel'
import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { BridgeMachine } from './bridge-machine.js'

const EVERY_NS = us(500)
const FRAMES = 4000
const RUNS = 12
/** Up to 0.8 s until the other one takes over (three heartbeats missed), and its own heartbeat. */
const GAP_FRAMES = ms(1000) / EVERY_NS

it('come at most once and in order, whenever servers die and return; one that dies is replaced in less than a second', () => {
  // After a heartbeat: the other server knows the clients.
  const at = fc.integer({ min: 500, max: FRAMES - 2500 })
  const power = fc.record({ at, server: fc.nat({ max: 1 }), back: fc.integer({ min: 1, max: 2000 }) })
  // One that dies for good, or any mix.
  const scenario = fc.oneof(
    fc.tuple(fc.record({ at, server: fc.constant(0), back: fc.constant(FRAMES) })),
    fc.array(power, { maxLength: 4 }),
  )
  let takeovers = 0
  fc.assert(
    fc.property(scenario, (powers) => {
      const machine = new BridgeMachine({ bridges: 2, vlans: [1], clients: [1, 1], healthTimeNs: ms(300) })
      machine.forNs(ms(700))
      let refused = 0
      for (let n = 0; n < FRAMES; n++) {
        for (const { at, server, back } of powers) {
          if (n === at) machine.kill(server)
          if (n === at + back) machine.revive(server)
        }
        for (let client = 0; client < machine.clients.length; client++) {
          // The second one falls silent: where it is, the network hears from the server that takes over.
          if ((client === 0 || n < 40) && !machine.sendOut(client, n)) refused++
          machine.sendIn(machine.clients[client]!.mac, 0, n)
        }
        machine.forNs(EVERY_NS)
      }
      machine.forNs(ms(5))
      expect(refused).toBe(0)
      const fromFirst = machine.atHost.map(({ frame }) => frame).filter(({ source }) => source === machine.clients[0]!.mac)
      const streams = [fromFirst, ...machine.atClients]
      for (const stream of streams) {
        // What is no number announces a client, or is a ping.
        const numbers = stream.map(({ content }) => content).filter((content) => typeof content === 'number')
        const steps = numbers.map((content, at) => content - (numbers[at - 1] ?? -1))
        expect(steps.every((step) => step > 0)).toBe(true)
        if (powers.length <= 1) expect(Math.max(...steps, FRAMES - numbers.at(-1)!)).toBeLessThan(GAP_FRAMES)
      }
      const { offered, delivered, unknown, withoutBuffer, faults, abandoned, inFlight } = machine.plic.lans.switchNamed('ETHERNET0').counts
      expect([inFlight, offered]).toEqual([0, delivered + unknown + withoutBuffer + faults + abandoned])
      for (const { sea } of machine.bridges) {
        sea.check()
        expect(sea.waiting).toBe(0)
        takeovers += sea.counts.takeovers
      }
    }),
    { numRuns: RUNS },
  )
  // Each run begins with one.
  expect(takeovers).toBeGreaterThan(1.5 * RUNS)
})
