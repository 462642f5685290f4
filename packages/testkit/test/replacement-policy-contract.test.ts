// The contract of replacement policies: the built-in ones keep it, and each way of breaking it is found and named.

import { clock, fifo, FRAME, idleTax, lopar, lru, random } from '@powersim/ams'
import type { PoolView, ReplacementPolicy, ReplacementPolicyFactory } from '@powersim/ams'
import { describe, expect, it } from 'vitest'
import { assertReplacementPolicy, ContractError, replacementPolicyContract } from '../src/index.js'

it.each([lopar, lru, clock, fifo, random, idleTax])('$name keeps it', (policy) => {
  expect(replacementPolicyContract(policy, { histories: 20 })).toEqual([])
})

/** A policy that takes the first page that it may, with one fault. */
function faulty(victim: (pool: PoolView, first: () => number) => number, loaded = (): void => {}): ReplacementPolicyFactory {
  const nothing = (): void => {}
  const make = (pool: PoolView): ReplacementPolicy => {
    const first = (): number => Array.from(pool.frames.flags.keys()).find((frame) => pool.takeable(frame, true)) ?? -1
    return {
      watchesTouches: false,
      loaded,
      touched: nothing,
      freed: nothing,
      demoted: nothing,
      begin: nothing,
      victim: () => victim(pool, first),
    }
  }
  return { name: 'faulty', make }
}

describe('a policy that breaks it', () => {
  let chosen = 0
  it.each<[string, ReplacementPolicyFactory]>([
    ['not-takeable', faulty((pool) => pool.frames.capacity)],
    ['not-takeable', faulty((pool) => pool.frames.flags.findIndex((bits) => (bits & FRAME.MOVING) !== 0))],
    ['gives-up', faulty(() => -1)],
    [
      'meddles',
      faulty((pool, first) => {
        pool.frames.flags[0] = pool.frames.flags[0]! ^ FRAME.CRITICAL
        return first()
      }),
    ],
    [
      'not-deterministic',
      faulty((pool, first) => (pool.takeable(chosen++ % pool.frames.capacity, true) ? (chosen - 1) % pool.frames.capacity : first())),
    ],
    [
      'threw',
      faulty(
        (_pool, first) => first(),
        () => {
          throw new Error('full')
        },
      ),
    ],
  ])('%s', (name, policy) => {
    expect(replacementPolicyContract(policy, { histories: 5 }).join('\n')).toContain(name)
  })

  it('is refused by assertReplacementPolicy with the list', () => {
    expect(() =>
      assertReplacementPolicy(
        faulty(() => -1),
        { histories: 3 },
      ),
    ).toThrow(ContractError)
    expect(() => assertReplacementPolicy(lru, { histories: 2 })).not.toThrow()
    expect(() => replacementPolicyContract(lru, { steps: 0 })).toThrow(/steps: expected an integer from 1/)
  })
})
