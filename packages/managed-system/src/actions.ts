// The catalogue of actions: what a document's `events`, a script's `!` line or a program can make happen to an installation beside
// what consoles command. Each takes its parameters as `name=value` and the name of a system; without it, the first system is meant.

import { iplPhases } from '@powersim/fsp'
import { dumpTypes } from '@powersim/protocol'
import { type ParameterRule, type ParameterRules, type ParametersOf, readArguments } from './action-arguments.js'
import { MachineError } from './errors.js'
import type { Installation } from './installation.js'
import type { ManagedSystem } from './system.js'

/** An action that exists, with its arguments. */
export interface Action {
  readonly name: string
  readonly args: readonly string[]
}

interface CatalogueRow {
  readonly name: string
  readonly does: string
  readonly parameters: ParameterRules
  readonly run: (system: ManagedSystem, args: readonly string[]) => void
}

function action<R extends ParameterRules>(
  name: string,
  does: string,
  parameters: R,
  run: (system: ManagedSystem, parameters: ParametersOf<R>) => void,
): CatalogueRow {
  return { name, does, parameters, run: (system, args) => run(system, readArguments(name, parameters, args).parameters) }
}

const none: Readonly<Record<string, never>> = Object.freeze({})
const count = (otherwise: number, min: number, max: number) => ({ takes: 'count', min, max, otherwise }) as const satisfies ParameterRule
const duration = (otherwise: number) => ({ takes: 'duration', otherwise }) as const satisfies ParameterRule
const word = (otherwise: string, words?: readonly string[]) =>
  ({ takes: 'word', otherwise, ...(words === undefined ? {} : { words }) }) as const satisfies ParameterRule

const catalogue: readonly CatalogueRow[] = [
  action('fsp.reset', 'resets the service processor; the server runs on', none, (system) => system.fsp.reset()),
  action(
    'fsp.hang',
    'a service processor stops answering, until somebody notices (`which=secondary`)',
    { which: word('primary', ['primary', 'secondary']) },
    (system, { which }) => system.fsps.find((fsp) => fsp.isPrimary === (which === 'primary'))?.hang(),
  ),
  action('fsp.failover', 'makes the other service processor primary', none, (system) => void system.fsp.failOver()),
  action('fsp.forget-profiles', 'loses the profile data: the next power-on ends in Recovery', none, (system) => {
    system.fsp.loseProfileData()
  }),
  action(
    'fsp.error-logs',
    'makes error logs, one after the other (`logs=100 every=100ms`)',
    { logs: count(100, 1, 1_000_000), every: duration(100_000_000) },
    (system, { logs, every }) => system.fsp.service.errorStorm(logs, every),
  ),
  action(
    'fsp.corrected-errors',
    'corrected errors of one part (`part=LOCATION errors=24`)',
    { part: word(''), errors: count(24, 1, 1_000_000) },
    (system, { part, errors }) => void system.fsp.service.correctErrors(part, errors),
  ),
  action('fsp.repair', 'replaces a guarded part (`part=LOCATION`)', { part: word('') }, (system, { part }) => {
    system.fsp.service.repair(part)
  }),
  action(
    'fsp.dump',
    'a dump lies there to be fetched, as after a failure (`type=sys`)',
    { type: word('sys', dumpTypes) },
    (system, { type }) => void system.fsp.service.dumps.found(dumpTypes.find((known) => known === type) ?? 'sys'),
  ),
  action(
    'fsp.update',
    'begins to copy one side of the flash onto the other (`do=accept`)',
    { do: word('accept', ['accept', 'reject']) },
    (system, parameters) => {
      const { firmware } = system.fsp.service
      if (parameters.do === 'accept') firmware.accept()
      else firmware.reject()
    },
  ),
  action('fsp.fail', 'breaks a fan or a power supply (`part=fan`)', { part: word('fan', ['fan', 'power-supply']) }, (system, { part }) => {
    system.fsp.service.break(part === 'fan' ? 'fan' : 'power-supply', 0)
  }),
  action('fsp.power-loss', 'power from outside is gone: partitions are warned, then the server is off', none, (system) => {
    system.fsp.service.powerLost()
  }),
  action('fsp.ambient', 'sets the temperature of the room (`celsius=40`)', { celsius: count(40, 0, 80) }, (system, { celsius }) => {
    system.fsp.service.energy.ambientCelsius = celsius
  }),
  action(
    'ipl.fail',
    'a phase of the next power-on fails (`phase=load times=1`)',
    { phase: word('load', iplPhases), times: count(1, 1, 100) },
    (system, { phase, times }) => system.fsp.failIpl(iplPhases.find((known) => known === phase) ?? 'load', times),
  ),
  action('bridge.stop', 'cuts the power of the server that bridges the LAN of NETS', none, (system) => system.stopBridge()),
  action('bridge.start', 'activates the servers that bridge the LAN of NETS, those that are off', none, (system) => {
    system.startBridges()
  }),
  action('lock.release', 'takes the lock on changes away from its holder', none, (system) => system.fsp.releaseLock()),
  action('phyp.terminate', 'the hypervisor terminates and says so', none, (system) => system.fsp.hypervisorGone(true)),
  action('phyp.fall-silent', 'the hypervisor terminates without a word', none, (system) => system.fsp.hypervisorGone(false)),
  action('power.warn', 'power is about to fail: a grace, then power-off', none, (system) => void system.fsp.warn()),
  action('panel.on', 'white button: powers on by the start policy', none, (system) => void system.fsp.panel.powerOn()),
  action(
    'panel.select',
    'function 2: how the next power-on is to be (`side=perm speed=slow restart=deep`)',
    { side: word('', ['temp', 'perm']), speed: word('', ['fast', 'slow']), restart: word('', ['fast', 'deep']) },
    (system, { side, speed, restart }) =>
      system.fsp.panel.select({
        ...(side === 'temp' || side === 'perm' ? { side } : {}),
        ...(speed === 'fast' || speed === 'slow' ? { speed } : {}),
        ...(restart === 'fast' || restart === 'deep' ? { restart } : {}),
      }),
  ),
  action('panel.off', 'white button: delayed power-off', none, (system) => void system.fsp.panel.powerOff()),
  action('panel.restart', 'function 3: starts the server again at once', none, (system) => void system.fsp.panel.restart()),
  action('panel.fast-off', 'function 8: immediate power-off', none, (system) => void system.fsp.panel.fastPowerOff()),
  action('system.on', 'powers the server on, with its partitions', none, (system) => void system.fsp.powerOn()),
  action('system.off', 'powers the server off at once', none, (system) => void system.fsp.powerOff(true)),
  action('nets.stop', 'cuts the power of the NETS partition', none, (system) => system.netsPartition?.stop('immediate')),
  action('nets.start', 'activates the NETS partition again; it must boot first', none, (system) => system.startNets()),
]

/** Names of all actions, for a script's check before time 0. */
export const actionNames: readonly string[] = catalogue.map(({ name }) => name)

/** An action with a line of what it does, for help texts and pages. */
export const actionHelp: readonly { readonly name: string; readonly does: string }[] = catalogue.map(({ name, does }) => ({ name, does }))

/** The action of that name; an unknown one, or arguments that it does not take, are refused. */
export function findAction(name: string, args: readonly string[]): Action {
  readArguments(name, rowOf(name).parameters, args)
  return { name, args }
}

export function runAction(installation: Installation, { name, args }: Action): void {
  const row = rowOf(name)
  row.run(installation.system(readArguments(name, row.parameters, args).system), args)
}

function rowOf(name: string): CatalogueRow {
  const row = catalogue.find((known) => known.name === name)
  if (row !== undefined) return row
  throw new MachineError('unknown-action', 'events', `unknown action '${name}': expected one of ${actionNames.join(', ')}`)
}
