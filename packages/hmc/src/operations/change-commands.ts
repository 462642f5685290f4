// The grammar of the mk*, ch* and rm* commands: options, what is required, what a real console has besides, and the operation that
// serves each. The ls* commands are in list-commands.ts.

import { type CommandRule, flag, flags, option, options, type VariantRule, values } from '../cli/command-rules.js'
import { applyProfile, changePartition, removePartition } from './partitions/change-partition.js'
import { changeProcessorPool } from './resources/change-processor-pool.js'
import { changeProfile } from './profiles/change-profile.js'
import { changeSharing } from './resources/change-sharing.js'
import { createPartition } from './partitions/create-partition.js'
import type { LineScope } from './line-scope.js'
import { runViosCommand } from './virtual-io/vios-command.js'
import { changeAdapterVariants } from './virtual-io/virtual-io-commands.js'
import { changeMemoryPoolVariants } from './resources/memory-pool-commands.js'
import { changePassword, makeConnection, removeConnection, restartConnections } from './connections/change-connections.js'
import { changeSlot, resizeMemory, resizeProcessors } from './resources/resize-partition.js'
import { changeSystem } from './systems/change-system.js'
import { changeSwitchVariants } from './virtual-io/change-virtual-switch.js'
import { createProfile, removeProfile, saveProfile } from './profiles/make-profile.js'
import { changeSystemProfile, createSystemProfile, removeSystemProfile } from './profiles/system-profile.js'
import { restoreMemory, restoreProcessors, restoreSlots } from './resources/restore-resources.js'
import { changeSriovVariants } from './resources/sriov-commands.js'
import { stateCommands } from './state-commands.js'

const system = option('-m')
const partition = [option('-p'), option('--id', 'lparId')]
const namedPartition = [option('-n'), option('--id', 'lparId')]
/** In the line, or in one of the console's files. */
const configurationData = [option('-i'), option('-f')]
const target = [option('-t'), option('--tid', 'lparId')]
const resizeExtras = [option('-w', 'count'), option('-d', ['0', '1', '2', '3', '4', '5'])]

const mksyscfg: CommandRule<LineScope> = {
  name: 'mksyscfg',
  kind: 'change',
  selectors: ['-r', '-o'],
  otherValues: {},
  variants: [
    {
      select: { '-r': 'sysprof' },
      operation: 'mksyscfg sysprof',
      options: [system, ...configurationData],
      required: ['-m', '-i|-f'],
      exclusive: [['-i', '-f']],
      notSimulated: [flag('--force')],
      run: createSystemProfile,
    },
    {
      select: { '-r': 'lpar' },
      operation: 'mksyscfg lpar',
      options: [system, ...configurationData],
      required: ['-m', '-i|-f'],
      exclusive: [['-i', '-f']],
      notSimulated: [],
      run: createPartition,
    },
    {
      select: { '-r': 'prof' },
      operation: 'mksyscfg prof',
      options: [system, ...configurationData],
      required: ['-m', '-i|-f'],
      exclusive: [['-i', '-f']],
      notSimulated: [flag('--force')],
      run: createProfile,
    },
    {
      select: { '-r': 'prof', '-o': 'save' },
      operation: 'mksyscfg prof save',
      options: [system, ...partition, option('-n'), flag('--force')],
      required: ['-m', '-p|--id', '-n'],
      exclusive: [['-p', '--id']],
      notSimulated: [],
      run: saveProfile,
    },
  ],
}

const chsyscfg: CommandRule<LineScope> = {
  name: 'chsyscfg',
  kind: 'change',
  selectors: ['-r', '-o'],
  otherValues: { '-r': values('frame') },
  variants: [
    {
      select: { '-r': 'sys' },
      operation: 'chsyscfg sys',
      options: [system, ...configurationData],
      required: ['-m', '-i|-f'],
      exclusive: [['-i', '-f']],
      notSimulated: [],
      run: changeSystem,
    },
    {
      select: { '-r': 'sysprof' },
      operation: 'chsyscfg sysprof',
      options: [system, ...configurationData],
      required: ['-m', '-i|-f'],
      exclusive: [['-i', '-f']],
      notSimulated: [flag('--force')],
      run: changeSystemProfile,
    },
    {
      select: { '-r': 'lpar' },
      operation: 'chsyscfg lpar',
      options: [system, ...configurationData],
      required: ['-m', '-i|-f'],
      exclusive: [['-i', '-f']],
      notSimulated: [flag('--force')],
      run: changePartition,
    },
    {
      select: { '-r': 'lpar', '-o': 'apply' },
      operation: 'chsyscfg lpar apply',
      options: [system, ...partition, option('-n')],
      required: ['-m', '-p|--id', '-n'],
      exclusive: [['-p', '--id']],
      notSimulated: [flag('--force')],
      run: applyProfile,
    },
    {
      select: { '-r': 'prof' },
      operation: 'chsyscfg prof',
      options: [system, ...configurationData],
      required: ['-m', '-i|-f'],
      exclusive: [['-i', '-f']],
      notSimulated: [flag('--force')],
      run: changeProfile,
    },
  ],
}

const rmsyscfg: CommandRule<LineScope> = {
  name: 'rmsyscfg',
  kind: 'change',
  selectors: ['-r'],
  otherValues: {},
  variants: [
    {
      select: { '-r': 'sysprof' },
      operation: 'rmsyscfg sysprof',
      options: [system, option('-n')],
      required: ['-m', '-n'],
      notSimulated: [],
      run: removeSystemProfile,
    },
    {
      select: { '-r': 'prof' },
      operation: 'rmsyscfg prof',
      options: [system, ...partition, option('-n')],
      required: ['-m', '-p|--id', '-n'],
      exclusive: [['-p', '--id']],
      notSimulated: [],
      run: removeProfile,
    },
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

const chhwresOthers = [...options('-a', '-l', '-s', '--adapter'), ...flags('--force')]
const exclusive = [
  ['-p', '--id'],
  ['-t', '--tid'],
]
const verbs = [
  { verb: 'a', direction: 'add' },
  { verb: 'r', direction: 'remove' },
  { verb: 'm', direction: 'move' },
] as const

/** Memory, processors and I/O slots with one verb. */
function dynamicVariants({ verb, direction }: (typeof verbs)[number]): VariantRule<LineScope>[] {
  const common = [system, ...partition, ...(verb === 'm' ? target : []), ...resizeExtras]
  const required = ['-m', '-p|--id', ...(verb === 'm' ? ['-t|--tid'] : [])]
  return [
    {
      select: { '-r': 'mem', '-o': verb },
      operation: `chhwres mem ${direction}`,
      options: [...common, option('-q', 'mib')],
      required: [...required, '-q'],
      exclusive,
      notSimulated: [...chhwresOthers, option('--rsubtype')],
      run: resizeMemory,
    },
    {
      select: { '-r': 'proc', '-o': verb },
      operation: `chhwres proc ${direction}`,
      options: [...common, option('--procs', 'positive'), option('--procunits', 'units')],
      required: [...required, '--procs|--procunits'],
      exclusive,
      notSimulated: [...chhwresOthers, option('--rsubtype'), option('--5250cpwpercent')],
      run: resizeProcessors,
    },
    {
      select: { '-r': 'io', '-o': verb, '--rsubtype': 'slot' },
      operation: `chhwres io ${direction}`,
      options: [...common, option('-l', 'drcIndex')],
      required: [...required, '-l'],
      exclusive,
      notSimulated: [option('-a'), option('-s'), flag('--force')],
      run: changeSlot,
    },
  ]
}

const chhwres: CommandRule<LineScope> = {
  name: 'chhwres',
  kind: 'change',
  selectors: ['-r', '-o', '--rsubtype'],
  otherValues: {
    '-r': values('rspool', 'pmem', 'accel', 'hca', 'sni'),
    '-o': values('s'),
    '--rsubtype': values('taggedio', 'vnicbkdev', 'hsl', 'virtualopti'),
  },
  variants: [
    ...verbs.flatMap(dynamicVariants),
    ...changeMemoryPoolVariants,
    ...changeAdapterVariants,
    ...changeSwitchVariants,
    ...changeSriovVariants,
    {
      select: { '-r': 'procpool', '-o': 's' },
      operation: 'chhwres procpool set',
      options: [system, option('--poolname'), option('--poolid', 'count'), option('-a')],
      required: ['-m', '--poolname|--poolid', '-a'],
      exclusive: [['--poolname', '--poolid']],
      notSimulated: [...resizeExtras, flag('--force')],
      run: changeProcessorPool,
    },
    {
      select: { '-r': 'proc', '-o': 's' },
      operation: 'chhwres proc set',
      options: [system, ...partition, option('-a'), ...resizeExtras],
      required: ['-m', '-p|--id', '-a'],
      exclusive: [['-p', '--id']],
      notSimulated: [option('--rsubtype'), flag('--force')],
      run: changeSharing,
    },
  ],
}

const viosrvcmd: CommandRule<LineScope> = {
  name: 'viosrvcmd',
  kind: 'change',
  selectors: [],
  otherValues: {},
  variants: [
    {
      select: {},
      operation: 'viosrvcmd',
      options: [system, ...partition, option('-c'), flag('--admin')],
      required: ['-m', '-p|--id', '-c'],
      exclusive: [['-p', '--id']],
      notSimulated: [],
      run: runViosCommand,
    },
  ],
}

const rsthwres: CommandRule<LineScope> = {
  name: 'rsthwres',
  kind: 'change',
  selectors: ['-r'],
  otherValues: {},
  variants: [
    { resource: 'mem', operation: 'rsthwres mem' as const, run: restoreMemory },
    { resource: 'proc', operation: 'rsthwres proc' as const, run: restoreProcessors },
    { resource: 'io', operation: 'rsthwres io' as const, run: restoreSlots },
  ].map(({ resource, operation, run }) => ({
    select: { '-r': resource },
    operation,
    options: [system, ...partition],
    required: ['-m'],
    exclusive: [['-p', '--id']],
    notSimulated: [...options('-l', '-u', '-w', '-d'), flag('-a')],
    run,
  })),
}

const mksysconn: CommandRule<LineScope> = {
  name: 'mksysconn',
  kind: 'change',
  selectors: [],
  otherValues: {},
  variants: [
    {
      select: {},
      operation: null,
      options: [option('--ip'), option('-r', ['sys']), option('--passwd'), flag('--force')],
      required: ['--ip'],
      notSimulated: [option('-o'), option('-u')],
      run: makeConnection,
    },
  ],
}

const rmsysconn: CommandRule<LineScope> = {
  name: 'rmsysconn',
  kind: 'change',
  selectors: ['-o'],
  otherValues: {},
  variants: ['remove', 'reset'].map((verb) => ({
    select: { '-o': verb },
    operation: null,
    options: [option('--ip')],
    required: ['--ip'],
    notSimulated: [option('-u'), option('--passwd')],
    run: removeConnection,
  })),
}

const chsyspwd: CommandRule<LineScope> = {
  name: 'chsyspwd',
  kind: 'change',
  selectors: [],
  otherValues: {},
  variants: [
    {
      select: {},
      operation: 'chsyspwd',
      options: [system, option('-t', ['access', 'admin', 'general']), option('--passwd'), option('--newpasswd')],
      required: ['-m', '-t', '--passwd|--newpasswd'],
      notSimulated: [option('-e'), option('-u')],
      run: changePassword,
    },
  ],
}

const resetcofw: CommandRule<LineScope> = {
  name: 'resetcofw',
  kind: 'change',
  selectors: [],
  otherValues: {},
  variants: [{ select: {}, operation: null, options: [], required: [], notSimulated: [], run: restartConnections }],
}

export const changeCommands: readonly CommandRule<LineScope>[] = [
  mksyscfg,
  chsyscfg,
  rmsyscfg,
  ...stateCommands,
  chhwres,
  viosrvcmd,
  rsthwres,
  mksysconn,
  rmsysconn,
  chsyspwd,
  resetcofw,
]
