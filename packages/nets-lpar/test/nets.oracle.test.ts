// Numbers that do not come from this code: the credits of the management channel as a closed network (B11) by mean value
// analysis, and the fragments of a megabyte (F6).

import { ms, us } from '@powersim/kernel'
import { expect, it } from 'vitest'
import { setUp } from './nets-surroundings.js'

/** Mean value analysis of a closed network of exponential first-come stations without think time: throughput per second. */
function throughput(customers: number, ...demandsMs: readonly number[]): number {
  const queue = demandsMs.map(() => 0)
  let perMs = 0
  for (let n = 1; n <= customers; n++) {
    const residence = demandsMs.map((demand, at) => demand * (1 + (queue[at] ?? 0)))
    perMs = n / residence.reduce((sum, ns) => sum + ns, 0)
    for (const [at, ns] of residence.entries()) queue[at] = perMs * ns
  }
  return perMs * 1000
}

it('mean value analysis gives the published examples', () => {
  expect([1, 2, 4].map((buffers) => throughput(buffers, 0.5, 2))).toEqual([400, expect.closeTo(476.19, 2), expect.closeTo(498.53, 2)])
})

it.each([1, 2, 4])('B11: with %i buffers the channel carries what the closed network says, within 2 %', (buffers) => {
  const commands = 30_000
  const service = { exponential: ms(2) }
  const surroundings = setUp({
    seed: `oracle-${buffers}`,
    nets: { process: { exponential: us(500) }, residenceLogLimit: 0 },
    vmc: { poolSize: buffers },
    hypervisor: { serviceNs: () => law.sample(stream) },
  })
  const { simulation, console, start, pass } = surroundings
  const law = simulation.law(service)
  const stream = simulation.stream('service', 'double')
  start()
  pass()
  // Twice as many sessions as buffers: somebody always waits for one.
  const sessions = Array.from({ length: 2 * buffers }, () => console.session(() => pass(ms(30))))
  const startNs = simulation.now
  let served = 0
  let endNs = 0
  let errors = 0
  console.onReply = ({ status }, connection) => {
    if (status !== 0) errors++
    served++
    endNs = simulation.now
    if (served < commands && connection !== null) console.ask(connection)
  }
  for (const session of sessions) console.ask(session)
  simulation.run()
  expect(served).toBeGreaterThanOrEqual(commands)
  expect(errors).toBe(0)
  const perSecond = served / ((endNs - startNs) / 1e9)
  expect(Math.abs(perSecond / throughput(buffers, 0.5, 2) - 1)).toBeLessThan(0.02)
})

it('F6: fragments of a message are its length over the MTU, rounded up', () => {
  for (const mtuBytes of [4096, 8192, 16_384]) {
    for (const bytes of [24, mtuBytes, mtuBytes + 1, 100_000, 2 ** 20]) {
      const { hypervisor, console, start, pass } = setUp({ vmc: { mtuBytes }, hypervisor: { capabilities: { mtuBytes } } })
      start()
      pass()
      console.ask(console.session(pass), { bytes })
      pass(ms(5))
      expect(hypervisor.signalsIn).toBe(Math.ceil(bytes / mtuBytes))
    }
  }
})
