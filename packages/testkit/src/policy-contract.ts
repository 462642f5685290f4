// The contract of a routing policy, as checks that need no test framework: drawn histories of commands, replies and time-outs are shown
// to two instances of the policy, with paths connected and not. What a good choice is, is not checked: that is what studies are for.

import { type Draw, RandomStream, streamKey } from '@powersim/kernel'
import { commandCatalogue } from '@powersim/protocol'
import { asPolicy, type ChooseFunction, type CommandView, type PathId, type PathView, type RoutingPolicy } from '@powersim/routing'
import { ContractError } from './errors.js'

export interface PolicyContractOptions {
  /** Histories are drawn from it. Default `policy-contract`. */
  readonly seed?: string
  /** Histories, each from a fresh pair of instances. Default 50. */
  readonly histories?: number
  /** Commands of a history. Default 40. */
  readonly commands?: number
}

/** One instance of a policy per call. A policy without state may be given as the same object each time. */
export type PolicyMaker = () => RoutingPolicy | ChooseFunction

const MAX_VIOLATIONS = 20
/** Only commands that have a choice are ever shown to a policy. */
const forHypervisor = commandCatalogue.filter((definition) => definition.target === 'phyp')

/**
 * The ways in which the policy breaks its contract, at most 20; none: it keeps it.
 *
 * - `choose` returns the id of one of the paths it was given, whatever their state, and does not throw;
 * - two instances that have seen the same history and draws choose alike: no chance but `draw`, no clock, nothing shared;
 * - it changes neither the command nor the paths;
 * - `sent`, `replied` and `timedOut` do not throw.
 */
export function routingPolicyContract(make: PolicyMaker, options: PolicyContractOptions = {}): readonly string[] {
  const { seed = 'policy-contract', histories = 50, commands = 40 } = options
  for (const [name, value] of Object.entries({ histories, commands })) {
    if (!Number.isInteger(value) || value < 1) throw new ContractError('bad-option', `${name}: expected an integer from 1, got ${value}`)
  }
  const violations = new Set<string>()
  for (let history = 0; history < histories && violations.size < MAX_VIOLATIONS; history++) {
    new History(make, streamKey(seed, 'policy-contract', 'history', history), violations).run(commands)
  }
  return [...violations].slice(0, MAX_VIOLATIONS)
}

/** Throws ContractError `contract` that lists the violations, if there are any. */
export function assertRoutingPolicy(make: PolicyMaker, options: PolicyContractOptions = {}): void {
  const violations = routingPolicyContract(make, options)
  if (violations.length === 0) return
  throw new ContractError('contract', `policy '${asPolicy(make()).name}' breaks the contract of routing policies:`, violations)
}

interface DrawnPath {
  id: PathId
  kind: PathView['kind']
  connected: boolean
  outstanding: number
  meanServiceNs: number
  ewmaLatencyNs: number
}

class History {
  private readonly policy: RoutingPolicy
  private readonly twin: RoutingPolicy
  private readonly key: Int32Array
  private readonly random: RandomStream
  private readonly violations: Set<string>
  private readonly paths: DrawnPath[]

  constructor(make: PolicyMaker, key: Int32Array, violations: Set<string>) {
    this.policy = asPolicy(make())
    this.twin = asPolicy(make())
    this.key = key
    this.random = new RandomStream(key)
    this.violations = violations
    this.paths = this.drawPaths()
  }

  run(commands: number): void {
    let lastPath: PathId | null = null
    let sequence = 0
    let attempt = 0
    for (let step = 0; step < commands; step++) {
      // A retry is the same command again: same sequence, next attempt.
      const command = this.drawCommand(sequence, attempt, lastPath)
      const chosen = this.choose(command, step)
      if (chosen === undefined) return
      this.note('sent', chosen, (policy) => policy.sent?.(command, chosen.id))
      chosen.outstanding++
      const timedOut = this.random.next() < 0.2
      if (timedOut) {
        this.note('timedOut', chosen, (policy) => policy.timedOut?.(command, chosen.id))
        lastPath = chosen.id
        attempt++
      } else {
        const latencyNs = Math.round(this.random.next() * 1e8)
        this.note('replied', chosen, (policy) => policy.replied?.(command, chosen.id, latencyNs))
        chosen.ewmaLatencyNs = Math.round(chosen.ewmaLatencyNs * 0.9 + latencyNs * 0.1)
        lastPath = null
        attempt = 0
        sequence++
      }
      chosen.outstanding--
      this.changePaths()
    }
  }

  private choose(command: CommandView, step: number): DrawnPath | undefined {
    const first = this.ask(this.policy, command, step)
    const second = this.ask(this.twin, command, step)
    if (first === undefined || second === undefined) return undefined
    if (first !== second) {
      this.violations.add(
        `not-deterministic: two instances with the same history chose '${first}' and '${second}'; ` +
          "a policy's only chance is its draw, and one with state must be made anew each time",
      )
    }
    return this.paths.find((path) => path.id === first)
  }

  /** Asks one instance, with its own copies of everything and the draws of this step. */
  private ask(policy: RoutingPolicy, command: CommandView, step: number): PathId | undefined {
    const shown = { command: { ...command }, paths: this.paths.map((path) => ({ ...path })) }
    const before = JSON.stringify(shown)
    let chosen: unknown
    try {
      chosen = policy.choose(shown.command, shown.paths, this.drawOf(step))
    } catch (error) {
      this.violations.add(`threw: choose threw ${String(error)} (${this.describePaths()})`)
      return undefined
    }
    if (JSON.stringify(shown) !== before) this.violations.add('changed-input: choose changed the command or the paths it was given')
    if (typeof chosen === 'string' && this.paths.some((path) => path.id === chosen)) return chosen
    const returned = JSON.stringify(chosen) ?? String(chosen)
    this.violations.add(`unknown-path: choose returned ${returned}, not one of the paths (${this.describePaths()})`)
    return undefined
  }

  private note(hook: string, path: DrawnPath, call: (policy: RoutingPolicy) => void): void {
    for (const policy of [this.policy, this.twin]) {
      try {
        call(policy)
      } catch (error) {
        this.violations.add(`threw: ${hook} threw ${String(error)} for path '${path.id}'`)
      }
    }
  }

  private drawOf(step: number): Draw {
    return new RandomStream(this.key.map((word, index) => (index === 0 ? word ^ (step + 1) : word)))
  }

  private drawPaths(): DrawnPath[] {
    const nets = this.random.below(4)
    const paths: DrawnPath[] = [this.drawPath('fsp', 'fsp')]
    for (let i = 0; i < nets; i++) paths.push(this.drawPath(i === 0 ? 'nets' : `nets${i + 1}`, 'nets'))
    // Neither the order of the paths nor that of their kinds is promised.
    return this.random.next() < 0.5 ? paths : paths.reverse()
  }

  private drawPath(id: PathId, kind: PathView['kind']): DrawnPath {
    const meanServiceNs = 1 + Math.round(this.random.next() * 2e7)
    const connected = this.random.next() < 0.7
    return { id, kind, connected, outstanding: this.random.below(20), meanServiceNs, ewmaLatencyNs: meanServiceNs }
  }

  private changePaths(): void {
    for (const path of this.paths) {
      if (this.random.next() < 0.1) path.connected = !path.connected
      if (this.random.next() < 0.3) path.outstanding = this.random.below(20)
    }
  }

  private drawCommand(sequence: number, attempt: number, lastPath: PathId | null): CommandView {
    const definition = forHypervisor[this.random.below(forHypervisor.length)]!
    return {
      name: definition.name,
      opcode: definition.opcode,
      commandClass: definition.commandClass,
      console: 1 + this.random.below(2),
      system: 'system',
      sequence,
      attempt,
      lastPath,
      bytes: 24 + this.random.below(5000),
      lparId: this.random.next() < 0.5 ? null : 1 + this.random.below(64),
    }
  }

  private describePaths(): string {
    return this.paths.map((path) => `${path.id} ${path.connected ? 'up' : 'down'}`).join(', ')
  }
}
