// The grammar of lshwres and chhwres about the shared memory pool: -r mempool, its paging space devices, and -r mem -o s.
// The other resources are in list-commands.ts and change-commands.ts.

import { fields, flag, option, options, type VariantRule } from '../../cli/command-rules.js'
import { changeMemoryPool, changePagingDevice, changeShare, createMemoryPool, removeMemoryPool } from './change-memory-pool.js'
import type { LineScope } from '../line-scope.js'
import { listMemoryPool, listPagingDevices, memoryPoolAttributes, pagingDeviceAttributes } from './list-memory-pool.js'

const system = option('-m')
const partition = [option('-p'), option('--id', 'lparId')]
const output = [fields, flag('--header')]
const extras = [option('-w', 'count'), option('-d', ['0', '1', '2', '3', '4', '5']), flag('--force')]
const device = option('--device')

export const listMemoryPoolVariants: readonly VariantRule<LineScope>[] = [
  {
    select: { '-r': 'mempool' },
    operation: 'lshwres mempool',
    options: [system, ...output],
    required: ['-m'],
    notSimulated: [option('--filter'), ...options('--level', '--pool')],
    attributes: memoryPoolAttributes,
    run: listMemoryPool,
  },
  {
    select: { '-r': 'mempool', '--rsubtype': 'pgdev' },
    operation: 'lshwres mempool pgdev',
    options: [system, ...output],
    required: ['-m'],
    notSimulated: [option('--filter'), ...options('--level', '--pool')],
    attributes: pagingDeviceAttributes,
    run: listPagingDevices,
  },
]

export const changeMemoryPoolVariants: readonly VariantRule<LineScope>[] = [
  {
    select: { '-r': 'mem', '-o': 's' },
    operation: 'chhwres mem set',
    options: [system, ...partition, option('-a')],
    required: ['-m', '-p|--id', '-a'],
    exclusive: [['-p', '--id']],
    notSimulated: extras,
    run: changeShare,
  },
  {
    select: { '-r': 'mempool', '-o': 'a' },
    operation: 'chhwres mempool add',
    options: [system, option('-a')],
    required: ['-m', '-a'],
    notSimulated: extras,
    run: createMemoryPool,
  },
  {
    select: { '-r': 'mempool', '-o': 's' },
    operation: 'chhwres mempool set',
    options: [system, option('-a')],
    required: ['-m', '-a'],
    notSimulated: extras,
    run: changeMemoryPool,
  },
  {
    select: { '-r': 'mempool', '-o': 'r' },
    operation: 'chhwres mempool remove',
    options: [system],
    required: ['-m'],
    notSimulated: extras,
    run: removeMemoryPool,
  },
  ...(['a', 'r'] as const).map((verb): VariantRule<LineScope> => ({
    select: { '-r': 'mempool', '-o': verb, '--rsubtype': 'pgdev' },
    operation: verb === 'a' ? 'chhwres mempool pgdev add' : 'chhwres mempool pgdev remove',
    options: [system, ...partition, device],
    required: ['-m', '-p|--id', '--device'],
    exclusive: [['-p', '--id']],
    notSimulated: [option('-a'), ...extras],
    run: changePagingDevice,
  })),
]
