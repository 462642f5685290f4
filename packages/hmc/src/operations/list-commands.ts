// The grammar of the ls* commands: options, what is required, what a real console has besides, and the operation that serves each.
// The commands that change something are in change-commands.ts.

import { type CommandRule, fields, flag, flags, option, type VariantRule, values } from '../cli/command-rules.js'
import { partitionFilters } from '../cli/filter.js'
import type { LineScope } from './line-scope.js'
import { connectionAttributes, listConnections } from './connections/list-connections.js'
import { listPartitionMemory, listSystemMemory, partitionMemoryAttributes, systemMemoryAttributes } from './resources/list-memory.js'
import { listPartitionRows, partitionAttributes, partitionRowFilters } from './partitions/list-partitions.js'
import {
  listPartitionProcessors,
  listPhysicalPool,
  listSharedPools,
  listSystemProcessors,
  partitionProcessorAttributes,
  physicalPoolAttributes,
  sharedPoolAttributes,
  sharedPoolFilters,
  systemProcessorAttributes,
} from './resources/list-processors.js'
import { listProfiles, profileAttributes, profileFilters } from './profiles/list-profiles.js'
import { listPartitionCodes, listSystemCodes, partitionCodeAttributes, systemCodeAttributes } from './service/list-reference-codes.js'
import {
  busAttributes,
  listBuses,
  listSlots,
  listUnits,
  slotAttributes,
  slotFilters,
  unitAttributes,
  unitFilters,
} from './resources/list-slots.js'
import { listSystems } from './systems/list-systems.js'
import { frameAttributes, listFrames } from './systems/list-frames.js'
import { listMemoryPoolVariants } from './resources/memory-pool-commands.js'
import { listSystemProfiles, systemProfileAttributes, systemProfileFilters } from './profiles/system-profile.js'
import { listSriovVariants } from './resources/sriov-commands.js'
import { systemAttributes } from './systems/system-attributes.js'
import { listVirtualIoVariants, otherVirtualIo } from './virtual-io/virtual-io-commands.js'

const system = option('-m')
const filter = option('--filter')
const output = [fields, flag('--header')]

const lssyscfg: CommandRule<LineScope> = {
  name: 'lssyscfg',
  kind: 'list',
  selectors: ['-r'],
  otherValues: { '-r': values('cage') },
  variants: [
    {
      select: { '-r': 'sysprof' },
      operation: 'lssyscfg sysprof',
      options: [system, filter, ...output],
      required: ['-m'],
      notSimulated: [],
      attributes: systemProfileAttributes,
      filters: systemProfileFilters,
      run: listSystemProfiles,
    },
    {
      select: { '-r': 'sys' },
      operation: 'lssyscfg sys',
      options: [system, ...output],
      required: [],
      notSimulated: [option('-e'), filter],
      attributes: systemAttributes,
      run: listSystems,
    },
    {
      select: { '-r': 'lpar' },
      operation: 'lssyscfg lpar',
      options: [system, filter, ...output],
      required: ['-m'],
      notSimulated: [flag('--osrefresh')],
      attributes: partitionAttributes,
      filters: partitionRowFilters,
      run: listPartitionRows,
    },
    {
      select: { '-r': 'prof' },
      operation: 'lssyscfg prof',
      options: [system, filter, ...output],
      required: ['-m'],
      notSimulated: [],
      attributes: profileAttributes,
      filters: profileFilters,
      run: listProfiles,
    },
    {
      select: { '-r': 'frame' },
      operation: null,
      options: output,
      required: [],
      notSimulated: [option('-e'), filter],
      attributes: frameAttributes,
      run: listFrames,
    },
  ],
}

const lshwresOthers = [option('--maxmem'), option('--hptratio'), option('--pool'), ...flags('--stat', '-R')]

const lshwres: CommandRule<LineScope> = {
  name: 'lshwres',
  kind: 'list',
  selectors: ['-r', '--level', '--rsubtype'],
  otherValues: {
    '-r': values('rspool', 'pmem', 'accel', 'hca', 'sni'),
    '--level': values('sharedpool'),
    '--rsubtype': values('iopool', 'taggedio', 'slotchildren', 'recoverableio', ...otherVirtualIo),
  },
  variants: [
    ...listVirtualIoVariants,
    {
      select: { '-r': 'mem', '--level': 'sys' },
      operation: 'lshwres mem sys',
      options: [system, ...output],
      required: ['-m'],
      notSimulated: [...lshwresOthers, option('--rsubtype')],
      attributes: systemMemoryAttributes,
      run: listSystemMemory,
    },
    {
      select: { '-r': 'mem', '--level': 'lpar' },
      operation: 'lshwres mem lpar',
      options: [system, filter, ...output],
      required: ['-m'],
      notSimulated: [...lshwresOthers, option('--rsubtype')],
      attributes: partitionMemoryAttributes,
      filters: partitionFilters,
      run: listPartitionMemory,
    },
    {
      select: { '-r': 'proc', '--level': 'sys' },
      operation: 'lshwres proc sys',
      options: [system, ...output],
      required: ['-m'],
      notSimulated: [...lshwresOthers, option('--rsubtype')],
      attributes: systemProcessorAttributes,
      run: listSystemProcessors,
    },
    {
      select: { '-r': 'proc', '--level': 'lpar' },
      operation: 'lshwres proc lpar',
      options: [system, filter, ...output],
      required: ['-m'],
      notSimulated: [...lshwresOthers, option('--rsubtype')],
      attributes: partitionProcessorAttributes,
      filters: partitionFilters,
      run: listPartitionProcessors,
    },
    {
      select: { '-r': 'io', '--rsubtype': 'slot' },
      operation: 'lshwres io slot',
      options: [system, filter, ...output],
      required: ['-m'],
      notSimulated: [...lshwresOthers, option('--level')],
      attributes: slotAttributes,
      filters: slotFilters,
      run: listSlots,
    },
    {
      select: { '-r': 'proc', '--level': 'pool' },
      operation: 'lshwres proc pool',
      options: [system, ...output],
      required: ['-m'],
      notSimulated: [...lshwresOthers, option('--rsubtype')],
      attributes: physicalPoolAttributes,
      run: listPhysicalPool,
    },
    {
      select: { '-r': 'procpool' },
      operation: 'lshwres procpool',
      options: [system, filter, ...output],
      required: ['-m'],
      notSimulated: lshwresOthers,
      attributes: sharedPoolAttributes,
      filters: sharedPoolFilters,
      run: listSharedPools,
    },
    ...[
      { rsubtype: 'unit', attributes: unitAttributes, filters: unitFilters, run: listUnits },
      { rsubtype: 'bus', attributes: busAttributes, filters: unitFilters, run: listBuses },
    ].map(({ rsubtype, ...rule }): VariantRule<LineScope> => ({
      ...rule,
      select: { '-r': 'io', '--rsubtype': rsubtype },
      operation: 'lshwres io slot',
      options: [system, filter, ...output],
      required: ['-m'],
      notSimulated: [...lshwresOthers, option('--level')],
    })),
    ...listMemoryPoolVariants,
    ...listSriovVariants,
  ],
}

const lsrefcode: CommandRule<LineScope> = {
  name: 'lsrefcode',
  kind: 'list',
  selectors: ['-r'],
  otherValues: {},
  variants: [
    {
      select: { '-r': 'sys' },
      operation: 'lsrefcode sys',
      options: [system, option('-s', ['p', 's']), option('-n', 'positive'), ...output],
      required: ['-m'],
      notSimulated: [option('-e')],
      attributes: systemCodeAttributes,
      run: listSystemCodes,
    },
    {
      select: { '-r': 'lpar' },
      operation: 'lsrefcode lpar',
      options: [system, option('-n', 'positive'), filter, ...output],
      required: ['-m'],
      notSimulated: [option('-s')],
      attributes: partitionCodeAttributes,
      filters: partitionFilters,
      run: listPartitionCodes,
    },
  ],
}

const lssysconn: CommandRule<LineScope> = {
  name: 'lssysconn',
  kind: 'list',
  selectors: ['-r'],
  otherValues: { '-r': values('sys', 'frame') },
  variants: [
    {
      select: { '-r': 'all' },
      operation: null,
      options: output,
      required: [],
      notSimulated: [],
      attributes: connectionAttributes,
      run: listConnections,
    },
  ],
}

export const listCommands: readonly CommandRule<LineScope>[] = [lssyscfg, lshwres, lsrefcode, lssysconn]
