// What the built-in policies choose, and how a broken policy is reported.

import type { Draw } from '@powersim/kernel'
import { describe, expect, it } from 'vitest'
import {
  asPolicy,
  builtInPolicies,
  byTarget,
  decide,
  fspOnly,
  netsFirst,
  policyByName,
  RoutingError,
} from '../src/index.js'
import { command, path } from './two-stations.js'

const half: Draw = { next: () => 0.5, below: (n) => Math.floor(n / 2) }

const both = [path('fsp'), path('nets')]
const netsDown = [path('fsp'), path('nets', { connected: false })]

describe('built-in policies', () => {
  it('fsp-only takes the FSP, whatever else there is', () => {
    expect(decide(fspOnly(), command(), both, half).id).toBe('fsp')
  })

  it('by-target takes NETS even when it is down, and the FSP only where no NETS exists', () => {
    expect(decide(byTarget(), command(), both, half).id).toBe('nets')
    expect(decide(byTarget(), command(), netsDown, half).id).toBe('nets')
    expect(decide(byTarget(), command(), [path('fsp')], half).id).toBe('fsp')
  })

  it('nets-first falls back to the FSP when NETS is down and when the command timed out there', () => {
    expect(decide(netsFirst(), command(), both, half).id).toBe('nets')
    expect(decide(netsFirst(), command(), netsDown, half).id).toBe('fsp')
    expect(decide(netsFirst(), command({ attempt: 1, lastPath: 'nets' }), both, half).id).toBe('fsp')
  })

  it('nets-first tries a second NETS before the FSP', () => {
    const paths = [path('fsp'), path('nets1', { connected: false }), path('nets2')]
    expect(decide(netsFirst(), command(), paths, half).id).toBe('nets2')
  })

  it('are found by name, and an unknown name is refused with the known ones', () => {
    for (const { name } of builtInPolicies) expect(policyByName(name).name).toBe(name)
    expect(() => policyByName('nets-only')).toThrow("unknown policy 'nets-only': expected one of fsp-only, by-target, nets-first, random, ")
  })
})

describe('a user policy', () => {
  it('may be a bare function', () => {
    const policy = asPolicy((_command, paths) => paths[paths.length - 1]?.id ?? 'fsp', 'last')
    expect(policy.name).toBe('last')
    expect(decide(policy, command(), both, half).id).toBe('nets')
  })

  it('that names no existing path is reported with policy, command and paths', () => {
    const policy = asPolicy(() => 'nowhere', 'lost')
    expect(() => decide(policy, command(), both, half)).toThrow(
      "policy 'lost' chose path \"nowhere\" for lpar.read (console 1, sequence 7, attempt 0): expected one of fsp, nets",
    )
  })

  it('that throws is reported with its own error as the cause', () => {
    const broken = new Error('division by zero')
    const policy = asPolicy(() => {
      throw broken
    }, 'broken')
    let caught: unknown
    try {
      decide(policy, command(), both, half)
    } catch (error) {
      caught = error
    }
    expect(caught).toBeInstanceOf(RoutingError)
    expect(caught).toMatchObject({ code: 'policy-threw', policy: 'broken', cause: broken })
  })

  it('that is not a policy is refused', () => {
    // A caller without types: what a script in plain JavaScript could pass.
    const given = { choose: 3 } as unknown as Parameters<typeof asPolicy>[0]
    expect(() => asPolicy(given)).toThrow('expected a function, or an object with a name and a choose function')
  })
})
