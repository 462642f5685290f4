// The contract of dispatch policies: the built-in ones keep it, and each way to break it is found.

import { byWeight, type DispatchPolicy, type DispatchPolicyFactory, lottery, stride } from '@powersim/micropart'
import { describe, expect, it } from 'vitest'
import { assertDispatchPolicy, ContractError, dispatchPolicyContract } from '../src/index.js'

it.each([byWeight, lottery, stride].map((policy) => [policy.name, policy] as const))('%s keeps the contract', (_name, policy) => {
  expect(dispatchPolicyContract(policy)).toEqual([])
  expect(() => assertDispatchPolicy(policy)).not.toThrow()
})

/** Serves in turn; one method at a time is replaced by a broken one. */
function inTurn(broken: (members: number[]) => Partial<DispatchPolicy>): DispatchPolicyFactory {
  return {
    name: 'in-turn',
    make: () => {
      const members: number[] = []
      return {
        join: (partition) => void members.push(partition),
        leave: (partition) => void members.splice(members.indexOf(partition), 1),
        next: () => members[0] ?? -1,
        charge: (partition) => {
          const at = members.indexOf(partition)
          if (at >= 0) members.push(...members.splice(at, 1))
        },
        ...broken(members),
      }
    },
  }
}

describe('a policy that', () => {
  it('serves in turn keeps it', () => {
    expect(dispatchPolicyContract(inTurn(() => ({})))).toEqual([])
  })

  let turn = 0
  it.each<[string, RegExp, DispatchPolicyFactory]>([
    ['forgets who has left', /not-a-competitor/, inTurn(() => ({ leave: () => {} }))],
    ['serves the first for ever', /starved/, inTurn(() => ({ charge: () => {} }))],
    ['shares state between instances', /not-deterministic/, inTurn((members) => ({ next: () => members[turn++ % members.length] ?? -1 }))],
    [
      'cannot take time back',
      /threw/,
      inTurn(() => ({
        charge: (_partition, _weight, ns) => {
          if (ns < 0) throw new Error('negative')
        },
      })),
    ],
  ])('%s breaks it', (_what, reason, policy) => {
    expect(dispatchPolicyContract(policy).join('\n')).toMatch(reason)
    expect(() => assertDispatchPolicy(policy)).toThrow(ContractError)
  })

  it('is shown no history is a mistake', () => {
    expect(() => dispatchPolicyContract(byWeight, { histories: 0 })).toThrow(/histories/)
  })
})
