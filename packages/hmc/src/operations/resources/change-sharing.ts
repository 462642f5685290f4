// chhwres -r proc -o s: how a partition with shared processors uses more than it is entitled to, and in which pool.
// It is changed at once and without its operating system.

import type { Yieldable } from '@powersim/kernel'
import { type LineReply, refused, silent } from '../../cli/line-reply.js'
import type { OptionReader } from '../../cli/option-reader.js'
import { readSettings, type SettingRule } from '../../cli/settings.js'
import { findPool } from './change-processor-pool.js'
import { keyFromOptions, readPartition } from '../find-partition.js'
import { converse, type LineScope } from '../line-scope.js'
import { sharingModes } from '../profiles/profile-settings.js'

const words = [...sharingModes.shared, ...sharingModes.ded]

const sharingRules: readonly SettingRule[] = [
  { name: 'sharing_mode', takes: words },
  { name: 'uncap_weight', takes: [0, 255] },
  { name: 'shared_proc_pool_name', takes: 'name' },
  { name: 'shared_proc_pool_id', takes: [0, 63] },
]

export function* changeSharing(scope: LineScope, options: OptionReader): Generator<Yieldable, LineReply> {
  const data = readSettings(sharingRules, options.required('-a'), 'chhwres -r proc -o s -a')
  if (!data.ok) return data.reply
  const sharingMode = data.settings.choice('sharing_mode', words)
  const uncapWeight = data.settings.number('uncap_weight')
  const poolName = data.settings.text('shared_proc_pool_name')
  const entered = data.settings.number('shared_proc_pool_id')
  if ([sharingMode, uncapWeight, poolName, entered].every((value) => value === undefined))
    return refused('missingParameter', { names: '-a' })
  const opened = converse(scope, options, 'chhwres proc set')
  if (!opened.ok) return opened.reply
  const pool = poolName === undefined ? undefined : yield* findPool(opened.value, poolName, undefined)
  if (pool?.ok === false) return pool.reply
  const poolId = pool?.value ?? entered
  const view = yield* readPartition(opened.value, keyFromOptions(options, '-p'))
  if (!view.ok) return view.reply
  const { id } = view.value
  const request = {
    id,
    ...(sharingMode === undefined ? {} : { sharingMode }),
    ...(uncapWeight === undefined ? {} : { uncapWeight }),
    ...(poolId === undefined ? {} : { poolId }),
  }
  const changed = yield* opened.value.ask('dynamic.sharing', request, id)
  return changed.ok ? silent : changed.reply
}
