// The grammar of the mk*, ch* and rm* commands: options, what is required, what a real console has besides, and the operation that
// serves each. The ls* commands are in list-commands.ts.

import { type CommandRule, flag, flags, option, options, values } from '../cli/command-rules.js'
import { activatePartition, shutDownPartition } from './activate-partition.js'
import { changePartition, removePartition } from './change-partition.js'
import { changeProfile } from './change-profile.js'
import { createPartition } from './create-partition.js'
import type { LineScope } from './line-scope.js'
import { powerOffSystem, powerOnSystem } from './power-system.js'
import { resizeMemory, resizeProcessors } from './resize-partition.js'

const system = option('-m')
const keylock = option('-k', ['norm', 'manual'])
const partition = [option('-p'), option('--id', 'lparId')]
const namedPartition = [option('-n'), option('--id', 'lparId')]
const target = [option('-t'), option('--tid', 'lparId')]
const resizeExtras = [option('-w', 'count'), option('-d', ['0', '1', '2', '3', '4', '5'])]
const activationExtras = [
  ...options('-g', '-i', '-l', '-d', '-s', '-T', '-D', '-G', '-S', '-C', '--bootstring', '--lpmode'),
  ...flags('--all', '--force', '--novsi', '--immed', '--restart', '-v'),
]

const mksyscfg: CommandRule<LineScope> = {
  name: 'mksyscfg',
  kind: 'change',
  selectors: ['-r'],
  otherValues: { '-r': values('prof', 'sysprof') },
  variants: [
    {
      select: { '-r': 'lpar' },
      operation: 'mksyscfg lpar',
      options: [system, option('-i')],
      required: ['-m', '-i'],
      notSimulated: [option('-f'), option('-o'), ...namedPartition, option('-p'), flag('--force')],
      run: createPartition,
    },
  ],
}

const chsyscfgOthers = [option('-f'), option('-o'), option('-n'), ...partition, flag('--force')]

const chsyscfg: CommandRule<LineScope> = {
  name: 'chsyscfg',
  kind: 'change',
  selectors: ['-r'],
  otherValues: { '-r': values('sys', 'sysprof', 'frame') },
  variants: [
    {
      select: { '-r': 'lpar' },
      operation: 'chsyscfg lpar',
      options: [system, option('-i')],
      required: ['-m', '-i'],
      notSimulated: chsyscfgOthers,
      run: changePartition,
    },
    {
      select: { '-r': 'prof' },
      operation: 'chsyscfg prof',
      options: [system, option('-i')],
      required: ['-m', '-i'],
      notSimulated: chsyscfgOthers,
      run: changeProfile,
    },
  ],
}

const rmsyscfg: CommandRule<LineScope> = {
  name: 'rmsyscfg',
  kind: 'change',
  selectors: ['-r'],
  otherValues: { '-r': values('prof', 'sysprof') },
  variants: [
    {
      select: { '-r': 'lpar' },
      operation: 'rmsyscfg lpar',
      options: [system, ...namedPartition],
      required: ['-m', '-n|--id'],
      exclusive: [['-n', '--id']],
      notSimulated: [option('-p'), ...flags('--vioscfg', '--vdisk')],
      run: removePartition,
    },
  ],
}

const chsysstate: CommandRule<LineScope> = {
  name: 'chsysstate',
  kind: 'change',
  selectors: ['-r', '-o'],
  otherValues: {
    '-r': values('sysprof', 'frame'),
    '-o': values(
      ...['osshutdown', 'dumprestart', 'retrydump', 'dston', 'dstoff', 'remotedston', 'remotedstoff', 'consoleservice', 'iopreset'],
      ...['iopdump', 'chkey', 'unownediooff', 'onstartpolicy', 'onsysprof', 'onhwdisc', 'rebuild', 'recover', 'spfailover', 'reset'],
    ),
  },
  variants: [
    {
      select: { '-r': 'lpar', '-o': 'on' },
      operation: 'chsysstate lpar on',
      options: [system, ...namedPartition, option('-f'), keylock, option('-b', ['norm', 'dd', 'ds', 'of', 'sms'])],
      required: ['-m', '-n|--id'],
      exclusive: [['-n', '--id']],
      notSimulated: activationExtras,
      run: activatePartition,
    },
    {
      select: { '-r': 'lpar', '-o': 'shutdown' },
      operation: 'chsysstate lpar shutdown',
      options: [system, ...namedPartition, ...flags('--immed', '--restart')],
      required: ['-m', '-n|--id'],
      exclusive: [['-n', '--id']],
      notSimulated: flags('--all', '--force'),
      run: shutDownPartition,
    },
    ...['on', 'onstandby'].map((verb) => ({
      select: { '-r': 'sys', '-o': verb },
      operation: 'chsysstate sys on' as const,
      options: [system, keylock],
      required: ['-m'],
      notSimulated: [option('-f'), option('-n'), flag('--all')],
      run: powerOnSystem,
    })),
    {
      select: { '-r': 'sys', '-o': 'off' },
      operation: 'chsysstate sys off',
      options: [system, ...flags('--immed', '--restart')],
      required: ['-m'],
      notSimulated: flags('--all', '--force'),
      run: powerOffSystem,
    },
  ],
}

const chhwresOthers = [...options('-a', '-l', '-s', '--rsubtype', '--adapter'), ...flags('--force')]
const verbs = [
  { verb: 'a', direction: 'add' },
  { verb: 'r', direction: 'remove' },
  { verb: 'm', direction: 'move' },
] as const

const chhwres: CommandRule<LineScope> = {
  name: 'chhwres',
  kind: 'change',
  selectors: ['-r', '-o'],
  otherValues: {
    '-r': values('io', 'virtualio', 'sriov', 'mempool', 'procpool', 'rspool', 'pmem', 'accel', 'hca', 'sni'),
    '-o': values('s'),
  },
  variants: verbs.flatMap(({ verb, direction }) => [
    {
      select: { '-r': 'mem', '-o': verb },
      operation: `chhwres mem ${direction}` as const,
      options: [system, ...partition, ...(verb === 'm' ? target : []), option('-q', 'mib'), ...resizeExtras],
      required: ['-m', '-p|--id', ...(verb === 'm' ? ['-t|--tid'] : []), '-q'],
      exclusive: [
        ['-p', '--id'],
        ['-t', '--tid'],
      ],
      notSimulated: chhwresOthers,
      run: resizeMemory,
    },
    {
      select: { '-r': 'proc', '-o': verb },
      operation: `chhwres proc ${direction}` as const,
      options: [
        ...[system, ...partition, ...(verb === 'm' ? target : [])],
        ...[option('--procs', 'positive'), option('--procunits', 'units'), ...resizeExtras],
      ],
      required: ['-m', '-p|--id', ...(verb === 'm' ? ['-t|--tid'] : []), '--procs|--procunits'],
      exclusive: [
        ['-p', '--id'],
        ['-t', '--tid'],
      ],
      notSimulated: [...chhwresOthers, option('--5250cpwpercent')],
      run: resizeProcessors,
    },
  ]),
}

export const changeCommands: readonly CommandRule<LineScope>[] = [mksyscfg, chsyscfg, rmsyscfg, chsysstate, chhwres]
