// The contract of a replacement policy (who loses a frame), as checks that need no test framework: drawn histories of a small pool, whose
// policy is watched. How few faults it has is not checked: that is what `powersim memory` is for.

import { FRAME, InstantPaging, PAGE_STATE, SharedMemoryPool } from '@powersim/ams'
import type { PageState, PoolView, ReplacementPolicy, ReplacementPolicyFactory } from '@powersim/ams'
import { RandomStream, Simulation, streamKey } from '@powersim/kernel'
import { ContractError } from './errors.js'

export interface ReplacementPolicyContractOptions {
  /** Histories are drawn from it. Default `replacement-policy-contract`. */
  readonly seed?: string
  /** Histories, each played twice on pools of their own. Default 50. */
  readonly histories?: number
  /** Steps of a history. Default 200. */
  readonly steps?: number
}

const MEMBERS = 3
const PAGES = 20
const STATES: readonly PageState[] = Object.values(PAGE_STATE)

/**
 * The ways in which the policy breaks its contract; none: it keeps it.
 *
 * - `victim` gives a frame that `takeable` allows, or -1; when it is urgent, -1 only if there is no page to take that is not critical;
 * - it is told of every page that comes and goes, and survives it: no call throws;
 * - it changes nothing of the pool but REFERENCED;
 * - two instances with the same history and draws choose alike: no chance but `draw`, nothing shared.
 */
export function replacementPolicyContract(
  factory: ReplacementPolicyFactory,
  options: ReplacementPolicyContractOptions = {},
): readonly string[] {
  const { seed = 'replacement-policy-contract', histories = 50, steps = 200 } = options
  for (const [name, value] of Object.entries({ histories, steps })) {
    if (!Number.isInteger(value) || value < 1) throw new ContractError('bad-option', `${name}: expected an integer from 1, got ${value}`)
  }
  const violations = new Set<string>()
  for (let history = 0; history < histories; history++) {
    const key = streamKey(seed, 'replacement-policy-contract', 'history', history)
    try {
      const [one, other] = [play(factory, key, steps, violations), play(factory, key, steps, violations)]
      if (one !== other) violations.add('not-deterministic: two instances with the same history chose other pages')
    } catch (error) {
      violations.add(`threw: ${String(error)}`)
    }
  }
  return [...violations]
}

/** Throws ContractError `contract` that lists the violations, if there are any. */
export function assertReplacementPolicy(factory: ReplacementPolicyFactory, options: ReplacementPolicyContractOptions = {}): void {
  const violations = replacementPolicyContract(factory, options)
  if (violations.length === 0) return
  throw new ContractError('contract', `policy '${factory.name}' breaks the contract of replacement policies:`, violations)
}

/** The digest of a pool after a drawn history. */
function play(factory: ReplacementPolicyFactory, key: Int32Array, steps: number, violations: Set<string>): string {
  const random = new RandomStream(key)
  const simulation = new Simulation({ seed: 'contract' })
  const pool = new SharedMemoryPool(simulation, {
    frames: MEMBERS + 1 + random.below(MEMBERS * PAGES),
    freeList: random.next() < 0.5 ? 'onDemand' : { low: 0.1, high: 0.3 },
    device: new InstantPaging(simulation),
    replacement: { name: factory.name, make: (view, draw) => new Watched(view, factory.make(view, draw), violations) },
    sampleEveryNs: 0,
  })
  const join = (id: number): void => pool.join({ id, logicalPages: PAGES, weight: random.below(256), ioEntitledPages: 1 })
  for (let id = 0; id < MEMBERS; id++) join(id)
  for (let step = 0; step < steps; step++) {
    const id = random.below(MEMBERS)
    const page = random.below(PAGES)
    const what = random.next()
    if (what < 0.75) pool.touch(id, page, random.below(2) * (step + 1))
    else if (what < 0.88) pool.setState(id, page, STATES[random.below(STATES.length)]!)
    else if (what < 0.92) pool.mapIo(id, page)
    else if (what < 0.96) pool.unmapIo(id, page)
    else if (what < 0.98) pool.sample()
    else {
      pool.leave(id)
      join(id)
    }
  }
  pool.check()
  return pool.digest()
}

/** Hands everything on, and looks at what `victim` says and does. */
class Watched implements ReplacementPolicy {
  readonly watchesTouches: boolean
  private readonly pool: PoolView
  private readonly policy: ReplacementPolicy
  private readonly violations: Set<string>

  constructor(pool: PoolView, policy: ReplacementPolicy, violations: Set<string>) {
    this.pool = pool
    this.policy = policy
    this.violations = violations
    this.watchesTouches = policy.watchesTouches
  }

  loaded(frame: number): void {
    this.policy.loaded(frame)
  }

  touched(frame: number): void {
    this.policy.touched(frame)
  }

  freed(frame: number): void {
    this.policy.freed(frame)
  }

  demoted(frame: number): void {
    this.policy.demoted(frame)
  }

  begin(): void {
    this.policy.begin()
  }

  victim(urgent: boolean): number {
    const { pool, violations } = this
    const before = stateOf(pool)
    const frame = this.policy.victim(urgent)
    if (stateOf(pool) !== before) violations.add('meddles: victim changed something of the pool other than REFERENCED')
    if (frame === -1) {
      if (urgent && anyTakeable(pool)) violations.add('gives-up: somebody waits, and there is a page to take')
      return frame
    }
    const known = Number.isInteger(frame) && frame >= 0 && frame < pool.frames.capacity
    if (known && pool.takeable(frame, true)) return frame
    violations.add(`not-takeable: victim gave ${frame}`)
    return -1
  }
}

function anyTakeable(pool: PoolView): boolean {
  for (let frame = 0; frame < pool.frames.capacity; frame++) if (pool.takeable(frame, false)) return true
  return false
}

/** All that a policy may see and must not change. */
function stateOf({ frames, members }: PoolView): string {
  const flags = Array.from(frames.flags, (bits) => bits & ~FRAME.REFERENCED)
  const places = members.map((member) => member?.frameOf.join(' '))
  return [flags.join(' '), frames.owner.join(' '), frames.page.join(' '), frames.stamp.join(' '), places.join('|')].join('\n')
}
