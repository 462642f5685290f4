// A routing policy under watch: it is asked for nothing that only the service processor can do, and for nothing that has no other way.
// What a good choice is, is not looked at.

import { commandByOpcode } from '@powersim/protocol'
import type { RoutingPolicy } from '@powersim/routing'
import { ContractError } from './errors.js'

/**
 * The policy itself, but ContractError `contract` stops the run when it is offered a command whose target is not the hypervisor (power,
 * state, diagnosis, recovery, set-up of a connection), or less than two paths.
 */
export function watchedPolicy(policy: RoutingPolicy): RoutingPolicy {
  const { choose } = policy
  // What it inherits all else from is a policy.
  const watched = Object.create(policy) as RoutingPolicy
  return Object.assign(watched, {
    choose(...[command, paths, draw]: Parameters<RoutingPolicy['choose']>) {
      const target = commandByOpcode(command.opcode)?.target
      if (target !== 'phyp' || paths.length < 2) {
        const offered = `${command.name}, a command for ${String(target)}, with ${paths.length} paths to choose from`
        throw new ContractError('contract', `policy '${policy.name}' was asked for what it has no say in:`, [offered])
      }
      return choose.call(policy, command, paths, draw)
    },
  })
}
