// The catalogue of actions: what a document's `events`, a script's `!` line or a program can make happen to an installation beside
// what consoles command. Each takes the name of a system as its one argument; without it, the first system is meant.

import { MachineError } from './errors.js'
import type { Installation } from './installation.js'
import type { ManagedSystem } from './system.js'

/** An action that exists, with its arguments. */
export interface Action {
  readonly name: string
  readonly args: readonly string[]
}

const catalogue: readonly { readonly name: string; readonly does: string; readonly run: (system: ManagedSystem) => void }[] = [
  { name: 'fsp.reset', does: 'resets the service processor; the server runs on', run: (system) => system.fsp.reset() },
  { name: 'fsp.hang', does: 'the primary service processor stops answering, until the server notices', run: (system) => system.fsp.hang() },
  { name: 'fsp.failover', does: 'makes the other service processor primary', run: (system) => void system.fsp.failOver() },
  {
    name: 'fsp.forget-profiles',
    does: 'loses the profile data: the next power-on ends in Recovery',
    run: (system) => system.fsp.loseProfileData(),
  },
  { name: 'lock.release', does: 'takes the lock on changes away from its holder', run: (system) => system.fsp.releaseLock() },
  { name: 'phyp.terminate', does: 'the hypervisor terminates and says so', run: (system) => system.fsp.hypervisorGone(true) },
  { name: 'phyp.fall-silent', does: 'the hypervisor terminates without a word', run: (system) => system.fsp.hypervisorGone(false) },
  { name: 'power.warn', does: 'power is about to fail: a grace, then power-off', run: (system) => void system.fsp.warn() },
  { name: 'panel.on', does: 'white button: powers on by the start policy', run: (system) => void system.fsp.panel.powerOn() },
  { name: 'panel.off', does: 'white button: delayed power-off', run: (system) => void system.fsp.panel.powerOff() },
  { name: 'panel.restart', does: 'function 3: starts the server again at once', run: (system) => void system.fsp.panel.restart() },
  { name: 'panel.fast-off', does: 'function 8: immediate power-off', run: (system) => void system.fsp.panel.fastPowerOff() },
  { name: 'system.on', does: 'powers the server on, with its partitions', run: (system) => void system.fsp.powerOn() },
  { name: 'system.off', does: 'powers the server off at once', run: (system) => void system.fsp.powerOff(true) },
  { name: 'nets.stop', does: 'cuts the power of the NETS partition', run: (system) => system.netsPartition?.stop('immediate') },
  { name: 'nets.start', does: 'activates the NETS partition again; it must boot first', run: (system) => system.startNets() },
]

/** Names of all actions, for a script's check before time 0. */
export const actionNames: readonly string[] = catalogue.map((action) => action.name)

/** An action with a line of what it does, for help texts and pages. */
export const actionHelp: readonly { readonly name: string; readonly does: string }[] = catalogue.map(({ name, does }) => ({ name, does }))

/** The action of that name; an unknown one, or too many arguments, is refused. */
export function findAction(name: string, args: readonly string[]): Action {
  if (!actionNames.includes(name)) {
    throw new MachineError('unknown-action', 'events', `unknown action '${name}': expected one of ${actionNames.join(', ')}`)
  }
  if (args.length > 1)
    throw new MachineError('bad-action', 'events', `${name}: expected at most the name of a system, got ${args.join(' ')}`)
  return { name, args }
}

export function runAction(installation: Installation, { name, args }: Action): void {
  const system = installation.system(args[0])
  catalogue.find((action) => action.name === name)?.run(system)
}
