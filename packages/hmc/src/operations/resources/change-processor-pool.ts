// chhwres -r procpool -o s: name, maximum and reserved capacity of a shared processor pool. Which pool a partition is in is
// change-sharing.ts.

import type { Yieldable } from '@powersim/kernel'
import type { ProcessorPool } from '@powersim/protocol'
import { type LineReply, refused, silent } from '../../cli/line-reply.js'
import type { OptionReader } from '../../cli/option-reader.js'
import { readSettings, type SettingRule } from '../../cli/settings.js'
import type { Conversation, Step } from '../conversation.js'
import { converse, type LineScope } from '../line-scope.js'

const poolRules: readonly SettingRule[] = [
  { name: 'new_name', takes: 'name' },
  { name: 'max_pool_proc_units', takes: 'units' },
  { name: 'reserved_pool_proc_units', takes: 'units' },
]

export function* changeProcessorPool(scope: LineScope, options: OptionReader): Generator<Yieldable, LineReply> {
  const data = readSettings(poolRules, options.required('-a'), 'chhwres -r procpool -o s -a')
  if (!data.ok) return data.reply
  const { settings } = data
  const name = settings.text('new_name')
  const maximumHundredths = settings.hundredths('max_pool_proc_units')
  const reservedHundredths = settings.hundredths('reserved_pool_proc_units')
  if (name !== undefined && name.length > MAX_POOL_NAME) {
    return refused('dataInvalid', { name: 'new_name', detail: `the name of a pool has at most ${MAX_POOL_NAME} characters` })
  }
  const conversation = converse(scope, options, 'chhwres procpool set')
  if (!conversation.ok) return conversation.reply
  const pool = yield* findPool(conversation.value, options.text('--poolname'), options.count('--poolid'))
  if (!pool.ok) return pool.reply
  const changed = yield* conversation.value.ask('processorPool.change', {
    pool: pool.value,
    ...(name === undefined ? {} : { name }),
    ...(maximumHundredths === undefined ? {} : { maximumHundredths }),
    ...(reservedHundredths === undefined ? {} : { reservedHundredths }),
  })
  return changed.ok ? silent : changed.reply
}

const MAX_POOL_NAME = 14

/** The ID of a pool by its name or its ID, at the cost of one command. A pool that nobody has named is called by its number. */
export function* findPool(
  conversation: Conversation,
  name: string | undefined,
  id: number | undefined,
): Generator<Yieldable, Step<number>> {
  const list = yield* conversation.ask('processorPool.list', {})
  if (!list.ok) return list
  const { most, pools } = list.value
  const found = id ?? numberOf(name ?? '', pools)
  if (found !== undefined && found < most) return { ok: true, value: found }
  return { ok: false, reply: refused('processorPoolNotFound', { name: name ?? String(id) }) }
}

function numberOf(name: string, pools: readonly ProcessorPool[]): number | undefined {
  const named = pools.find((pool) => pool.name === name)
  if (named !== undefined) return named.id
  const match = /^SharedPool(\d\d)$/.exec(name)
  const number = match === null ? 0 : Number(match[1])
  return number === 0 || pools.some((pool) => pool.id === number) ? undefined : number
}
