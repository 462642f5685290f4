// The grammar of chsysstate: what may be said to partitions, to systems and to system profiles about their power.
// Configuration is change-commands.ts.

import { type CommandRule, flag, flags, option, options, type OptionRule, type VariantRule, values } from '../cli/command-rules.js'
import { activatePartition } from './partitions/activate-partition.js'
import { changePartitionKeylock } from './partitions/change-partition.js'
import type { LineScope } from './line-scope.js'
import {
  changeKeylock,
  failOverSystem,
  powerOffSystem,
  powerOnSystem,
  powerOnWithSystemProfile,
  rebuildSystem,
  recoverSystem,
} from './systems/power-system.js'
import { activateSystemProfile } from './profiles/system-profile.js'
import { onEachSystem } from './several.js'
import { shutDownOperatingSystem, shutDownPartition } from './partitions/stop-partition.js'

const system = option('-m')
const keylock = option('-k', ['norm', 'manual'])
const partitions = [option('-n'), option('--id', 'lparIds'), flag('--all')]
const oneNaming = { required: ['-m', '-n|--id|--all'], exclusive: [['-n', '--id', '--all']] }
/** Of an installation over the network, and of other systems. */
const activationExtras = [
  ...options('-g', '-i', '-l', '-d', '-s', '-T', '-D', '-G', '-S', '-C', '--lpmode'),
  ...flags('--force', '--immed', '--restart', '-v'),
]

const ofPartitions: readonly VariantRule<LineScope>[] = [
  {
    select: { '-r': 'lpar', '-o': 'on' },
    operation: 'chsysstate lpar on',
    options: [
      system,
      ...partitions,
      option('-f'),
      keylock,
      option('-b', ['norm', 'dd', 'ds', 'of', 'sms']),
      // Firmware would boot from there, and Ethernet adapters would get no virtual station interfaces: guests boot what they are made with.
      option('--bootstring'),
      flag('--novsi'),
    ],
    ...oneNaming,
    notSimulated: activationExtras,
    run: activatePartition,
  },
  {
    select: { '-r': 'lpar', '-o': 'shutdown' },
    operation: 'chsysstate lpar shutdown',
    options: [system, ...partitions, ...flags('--immed', '--restart')],
    ...oneNaming,
    notSimulated: flags('--force'),
    run: shutDownPartition,
  },
  {
    select: { '-r': 'lpar', '-o': 'osshutdown' },
    operation: 'chsysstate lpar osshutdown',
    options: [system, ...partitions, ...flags('--immed', '--restart')],
    ...oneNaming,
    notSimulated: flags('--force'),
    run: shutDownOperatingSystem,
  },
  {
    select: { '-r': 'lpar', '-o': 'chkey' },
    operation: 'chsysstate lpar chkey',
    options: [system, option('-n'), option('--id', 'lparId'), keylock],
    required: ['-m', '-n|--id', '-k'],
    exclusive: [['-n', '--id']],
    notSimulated: [],
    run: changePartitionKeylock,
  },
]

type SystemVariant = Pick<VariantRule<LineScope>, 'operation' | 'run'> & {
  readonly verb: string
  readonly more?: readonly OptionRule[]
  readonly required?: readonly string[]
  readonly notSimulated?: readonly OptionRule[]
}

const ofSystems: readonly SystemVariant[] = [
  ...['on', 'onstandby', 'onstartpolicy', 'onhwdisc'].map((verb) => ({
    verb,
    operation: 'chsysstate sys on' as const,
    more: [keylock],
    notSimulated: [option('-f'), option('-n')],
    run: powerOnSystem,
  })),
  {
    verb: 'onsysprof',
    operation: 'chsysstate sys onsysprof',
    more: [keylock, option('-f')],
    required: ['-f'],
    run: powerOnWithSystemProfile,
  },
  {
    verb: 'off',
    operation: 'chsysstate sys off',
    more: flags('--immed', '--restart'),
    notSimulated: flags('--force'),
    run: powerOffSystem,
  },
  { verb: 'recover', operation: 'chsysstate sys recover', notSimulated: flags('--force'), run: recoverSystem },
  { verb: 'rebuild', operation: 'chsysstate sys rebuild', notSimulated: flags('--force'), run: rebuildSystem },
  { verb: 'spfailover', operation: 'chsysstate sys spfailover', notSimulated: flags('--force'), run: failOverSystem },
  { verb: 'chkey', operation: 'chsysstate sys chkey', more: [keylock], required: ['-k'], run: changeKeylock },
]

export const stateCommands: readonly CommandRule<LineScope>[] = [
  {
    name: 'chsysstate',
    kind: 'change',
    selectors: ['-r', '-o'],
    otherValues: {
      '-r': values('frame'),
      '-o': values(
        ...['dumprestart', 'retrydump', 'dston', 'dstoff', 'remotedston', 'remotedstoff', 'consoleservice', 'iopreset', 'iopdump'],
        ...['unownediooff', 'reset'],
      ),
    },
    variants: [
      ...ofPartitions,
      {
        select: { '-r': 'sysprof', '-o': 'on' },
        operation: 'chsysstate sysprof on',
        options: [system, option('-n')],
        required: ['-m', '-n'],
        notSimulated: flags('--continue'),
        run: activateSystemProfile,
      },
      ...ofSystems.map(({ verb, operation, more = [], required = [], notSimulated = [], run }) => ({
        select: { '-r': 'sys', '-o': verb },
        operation,
        options: [system, flag('--all'), ...more],
        required: ['-m|--all', ...required],
        exclusive: [['-m', '--all']],
        notSimulated,
        run: onEachSystem(run),
      })),
    ],
  },
]
