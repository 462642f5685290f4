// chhwres -r mempool: the shared memory pool is made, changed and removed, its paging space devices are added and removed; and
// chhwres -r mem -o s: how one partition shares it. The names of the attributes are domain knowledge, but for pool_mem, max_pool_mem and
// paging_vios_names (powercampus.de).

import type { Yieldable } from '@powersim/kernel'
import type { RequestOf } from '@powersim/protocol'
import { type LineReply, refused, silent } from '../../cli/line-reply.js'
import type { OptionReader } from '../../cli/option-reader.js'
import { readSettings, type SettingRule, type Settings } from '../../cli/settings.js'
import type { Conversation, Step } from '../conversation.js'
import { findPartition, findPartitions, keyFromOptions, type PartitionKey, readPartition } from '../find-partition.js'
import { converse, type LineScope } from '../line-scope.js'
import { ioEntitledFrom } from './memory-settings.js'

const poolRules: readonly SettingRule[] = [
  { name: 'pool_mem', takes: 'mib' },
  { name: 'max_pool_mem', takes: 'mib' },
  { name: 'paging_vios_names', takes: 'list' },
  { name: 'paging_vios_ids', takes: 'list' },
  { name: 'mem_dedup', takes: 'flag' },
]

export function* createMemoryPool(scope: LineScope, options: OptionReader): Generator<Yieldable, LineReply> {
  const data = readSettings(poolRules, options.required('-a'), 'chhwres -r mempool -o a -a')
  if (!data.ok) return data.reply
  const { settings } = data
  const sizeMiB = settings.number('pool_mem')
  const keys = viosKeys(settings)
  if (sizeMiB === undefined || keys === undefined) return refused('missingParameter', { names: '-a' })
  const conversation = converse(scope, options, 'chhwres mempool add')
  if (!conversation.ok) return conversation.reply
  const pagingVioses = yield* findIds(conversation.value, keys)
  if (!pagingVioses.ok) return pagingVioses.reply
  const request = { ...poolAmounts(settings), sizeMiB, pagingVioses: [...pagingVioses.value] }
  const made = yield* conversation.value.ask('memoryPool.create', request)
  return made.ok ? silent : made.reply
}

export function* changeMemoryPool(scope: LineScope, options: OptionReader): Generator<Yieldable, LineReply> {
  const data = readSettings(poolRules, options.required('-a'), 'chhwres -r mempool -o s -a')
  if (!data.ok) return data.reply
  const conversation = converse(scope, options, 'chhwres mempool set')
  if (!conversation.ok) return conversation.reply
  const keys = viosKeys(data.settings)
  const pagingVioses = yield* findIds(conversation.value, keys ?? [])
  if (!pagingVioses.ok) return pagingVioses.reply
  const request: RequestOf<'memoryPool.change'> = poolAmounts(data.settings)
  const vioses = keys === undefined ? {} : { pagingVioses: [...pagingVioses.value] }
  const changed = yield* conversation.value.ask('memoryPool.change', { ...request, ...vioses })
  return changed.ok ? silent : changed.reply
}

export function* removeMemoryPool(scope: LineScope, options: OptionReader): Generator<Yieldable, LineReply> {
  const conversation = converse(scope, options, 'chhwres mempool remove')
  if (!conversation.ok) return conversation.reply
  const read = yield* conversation.value.ask('memoryPool.read', {})
  if (!read.ok) return read.reply
  const removed = yield* conversation.value.ask('memoryPool.remove', {})
  return removed.ok ? silent : removed.reply
}

export function* changePagingDevice(scope: LineScope, options: OptionReader): Generator<Yieldable, LineReply> {
  const adds = options.required('-o') === 'a'
  const conversation = converse(scope, options, adds ? 'chhwres mempool pgdev add' : 'chhwres mempool pgdev remove')
  if (!conversation.ok) return conversation.reply
  const vios = yield* findPartition(conversation.value, keyFromOptions(options, '-p'))
  if (!vios.ok) return vios.reply
  const device = { vios: vios.value.id, name: options.required('--device') }
  const changed = yield* conversation.value.ask(adds ? 'pagingDevice.add' : 'pagingDevice.remove', device, device.vios)
  return changed.ok ? silent : changed.reply
}

const shareRules: readonly SettingRule[] = [
  { name: 'mem_weight', takes: [0, 255] },
  { name: 'auto_io_entitled_mem', takes: 'flag' },
  // Of a partition that runs, and of one that does not: here they are one.
  { name: 'run_io_entitled_mem', takes: 'text' },
  { name: 'pend_io_entitled_mem', takes: 'text' },
  { name: 'requested_num_sys_huge_pages', takes: 'text', notSimulated: true },
  { name: 'pend_mem_region_size', takes: 'text', notSimulated: true },
  { name: 'mem_mirroring_mode', takes: 'text', notSimulated: true },
]

export function* changeShare(scope: LineScope, options: OptionReader): Generator<Yieldable, LineReply> {
  const data = readSettings(shareRules, options.required('-a'), 'chhwres -r mem -o s -a')
  if (!data.ok) return data.reply
  const { settings } = data
  const weight = settings.number('mem_weight')
  const entered = ioEntitledFrom(settings.text('run_io_entitled_mem') ?? settings.text('pend_io_entitled_mem'))
  const entitled = settings.flag('auto_io_entitled_mem') === true ? 'auto' : entered
  if (entitled === null || (entitled === 'auto' && typeof entered === 'number')) {
    const detail = 'expected a whole number of megabytes, without auto_io_entitled_mem=1'
    return refused('dataInvalid', { name: 'io_entitled_mem', detail })
  }
  if (weight === undefined && entitled === undefined) return refused('missingParameter', { names: '-a' })
  const conversation = converse(scope, options, 'chhwres mem set')
  if (!conversation.ok) return conversation.reply
  const view = yield* readPartition(conversation.value, keyFromOptions(options, '-p'))
  if (!view.ok) return view.reply
  const { id } = view.value
  const request = { id, ...(weight === undefined ? {} : { weight }), ...(entitled === undefined ? {} : { ioEntitledMiB: entitled }) }
  const changed = yield* conversation.value.ask('dynamic.sharedMemory', request, id)
  return changed.ok ? silent : changed.reply
}

function poolAmounts(settings: Settings): RequestOf<'memoryPool.change'> {
  const sizeMiB = settings.number('pool_mem')
  const maxMiB = settings.number('max_pool_mem')
  const deduplication = settings.flag('mem_dedup')
  return {
    ...(sizeMiB === undefined ? {} : { sizeMiB }),
    ...(maxMiB === undefined ? {} : { maxMiB }),
    ...(deduplication === undefined ? {} : { deduplication }),
  }
}

/** The servers that were entered, by name or by ID; undefined: none. */
function viosKeys(settings: Settings): readonly PartitionKey[] | undefined {
  const byName = settings.list('paging_vios_names')?.map((name) => ({ name }))
  return byName ?? settings.list('paging_vios_ids')?.map((id) => ({ id: Number(id) }))
}

function* findIds(conversation: Conversation, keys: readonly PartitionKey[]): Generator<Yieldable, Step<readonly number[]>> {
  const found = yield* findPartitions(conversation, keys)
  return found.ok ? { ok: true, value: found.value.map(({ id }) => id) } : found
}
