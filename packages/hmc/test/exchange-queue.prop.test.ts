// The queue of waiting commands against an array: first come, first served, and anyone may leave from the midst.

import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { Exchange } from '../src/channel/exchange.js'
import { ExchangeQueue } from '../src/channel/exchange-queue.js'

// The queue looks at these fields only.
const anyone = (): Exchange => ({ waits: false, ahead: null, behind: null }) as unknown as Exchange

const anyStep = fc.oneof(
  { weight: 3, arbitrary: fc.record({ do: fc.constant('push' as const), who: fc.nat(19) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('shift' as const), who: fc.constant(0) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('remove' as const), who: fc.nat(19) }) },
)

it('is an array from which anyone may leave', () => {
  fc.assert(
    fc.property(fc.array(anyStep, { maxLength: 200 }), (steps) => {
      const people = Array.from({ length: 20 }, anyone)
      const queue = new ExchangeQueue()
      const model: number[] = []
      const shift = (): void => expect(people.indexOf(queue.shift()!)).toBe(model.shift() ?? -1)
      for (const step of steps) {
        const person = people[step.who]!
        if (step.do === 'push' && !person.waits) {
          queue.push(person)
          model.push(step.who)
        } else if (step.do === 'shift') {
          shift()
        } else if (step.do === 'remove') {
          queue.remove(person)
          const place = model.indexOf(step.who)
          if (place >= 0) model.splice(place, 1)
        }
        expect(queue.length).toBe(model.length)
        expect(people.map(({ waits }) => waits)).toEqual(people.map((_, who) => model.includes(who)))
      }
      for (let left = queue.length; left >= 0; left--) shift()
    }),
    { numRuns: 200 },
  )
})
