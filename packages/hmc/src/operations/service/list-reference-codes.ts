// lsrefcode: reference codes of a system and of its partitions, newest first, as the target's reply has them.
// Which codes there are is the service processor's and the hypervisor's matter.

import type { Yieldable } from '@powersim/kernel'
import { type LineReply, notSimulated } from '../../cli/line-reply.js'
import { messageText } from '../../cli/messages.js'
import type { OptionReader } from '../../cli/option-reader.js'
import type { Attribute, AttributeTable } from '../../cli/output-form.js'
import type { ListedPartition } from '../conversation.js'
import { listPartitions } from '../find-partition.js'
import { converse, type LineScope } from '../line-scope.js'
import { listing } from '../listing.js'

/** Codes that a query may ask for; more are cut to this. */
const MAX_CODES = 1024

interface SystemCode {
  readonly number: number
  readonly time: string
  readonly refcode: string
}

export const systemCodeAttributes: AttributeTable<SystemCode> = [
  { name: 'refcode_num', value: (code) => code.number },
  { name: 'time_stamp', value: (code) => code.time },
  { name: 'refcode', value: (code) => code.refcode },
]

interface PartitionCode {
  readonly partition: ListedPartition
  readonly time: string
  readonly refcode: string
}

export const partitionCodeAttributes: AttributeTable<PartitionCode> = [
  { name: 'lpar_name', value: ({ partition }) => partition.name },
  { name: 'lpar_id', value: ({ partition }) => partition.id },
  { name: 'time_stamp', value: (code) => code.time },
  { name: 'refcode', value: (code) => code.refcode },
  // Only the first word of a code is modelled. Default rows of V10R3 have the second and no others (captured).
  { name: 'word2', value: () => '00000000' },
  ...[3, 4, 5, 6, 7, 8, 9].map((word): Attribute<PartitionCode> => ({
    name: `word${word}`,
    value: () => '00000000',
    inRows: { until: 'v8r8' },
  })),
  { name: 'fru_call_out_loc_codes', value: () => '' },
]

/** -n: how many codes, newest first; only the last one without it. */
function codeCount(options: OptionReader): number {
  const count = options.count('-n') ?? 1
  return count > MAX_CODES ? MAX_CODES : count
}

/** -s: of the primary or the secondary service processor; what the secondary one has told is not kept here. */
export function* listSystemCodes(scope: LineScope, options: OptionReader): Generator<Yieldable, LineReply> {
  if (options.text('-s') === 's') return notSimulated('lsrefcode -s s', messageText('noResults'))
  const conversation = converse(scope, options, 'lsrefcode sys')
  if (!conversation.ok) return conversation.reply
  const reply = yield* conversation.value.ask('system.refcodes', { count: codeCount(options) })
  if (!reply.ok) return reply.reply
  const rows = reply.value.codes.map(({ timeNs, refcode }, number) => ({ number, time: scope.context.timeOfDay(timeNs), refcode }))
  return listing(systemCodeAttributes, rows, options.output)
}

export function* listPartitionCodes(scope: LineScope, options: OptionReader): Generator<Yieldable, LineReply> {
  const conversation = converse(scope, options, 'lsrefcode lpar')
  if (!conversation.ok) return conversation.reply
  const partitions = yield* listPartitions(conversation.value, options.filters)
  if (!partitions.ok) return partitions.reply
  const rows: PartitionCode[] = []
  for (const partition of partitions.value) {
    const reply = yield* conversation.value.ask('lpar.refcodes', { id: partition.id, count: codeCount(options) }, partition.id)
    if (!reply.ok) return reply.reply
    for (const { timeNs, refcode } of reply.value.codes) rows.push({ partition, time: scope.context.timeOfDay(timeNs), refcode })
  }
  return listing(partitionCodeAttributes, rows, options.output)
}
