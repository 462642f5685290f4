// lsled: the system attention lights, the physical one and the virtual ones (-r sa), and the identify lights of parts (-r ident), whose
// attributes are ours: no capture of a row is public.

import type { Yieldable } from '@powersim/kernel'
import type { LineReply } from '../../cli/line-reply.js'
import type { OptionReader } from '../../cli/option-reader.js'
import type { AttributeTable } from '../../cli/output-form.js'
import type { ListedPartition } from '../conversation.js'
import { listPartitions } from '../find-partition.js'
import { converse, type LineScope } from '../line-scope.js'
import { listing } from '../listing.js'

export const systemLedAttributes: AttributeTable<string> = [{ name: 'state', value: (state) => state }]

interface PartitionLed {
  readonly partition: ListedPartition
  readonly on: boolean
}

export const partitionLedAttributes: AttributeTable<PartitionLed> = [
  { name: 'lpar_id', value: ({ partition }) => partition.id },
  { name: 'lpar_name', value: ({ partition }) => partition.name },
  { name: 'state', value: ({ on }) => (on ? 'on' : 'off') },
]

/** -t phys or virtualsys: one light of the system. */
export function* listSystemLed(scope: LineScope, options: OptionReader): Generator<Yieldable, LineReply> {
  const conversation = converse(scope, options, 'lsled')
  if (!conversation.ok) return conversation.reply
  const reply = yield* conversation.value.ask('service.leds', { scope: options.required('-t') === 'phys' ? 'phys' : 'virtualsys' })
  return reply.ok ? listing(systemLedAttributes, [reply.value.state], options.output) : reply.reply
}

/** -t virtuallpar: one light a partition. Their names come from one lpar.list besides, which the operation table does not count. */
export function* listPartitionLeds(scope: LineScope, options: OptionReader): Generator<Yieldable, LineReply> {
  const conversation = converse(scope, options, 'lsled')
  if (!conversation.ok) return conversation.reply
  const partitions = yield* listPartitions(conversation.value, options.filters)
  if (!partitions.ok) return partitions.reply
  const reply = yield* conversation.value.ask('service.leds', { scope: 'virtuallpar' })
  if (!reply.ok) return reply.reply
  const rows = partitions.value.map((partition) => ({ partition, on: reply.value.lparIdsOn.includes(partition.id) }))
  return listing(partitionLedAttributes, rows, options.output)
}

export const identifyLedAttributes: AttributeTable<{ readonly location: string; readonly state: string }> = [
  { name: 'location_code', value: ({ location }) => location },
  { name: 'state', value: ({ state }) => state },
]

/** -r ident -t phys: one light a location. */
export function* listIdentifyLeds(scope: LineScope, options: OptionReader): Generator<Yieldable, LineReply> {
  const conversation = converse(scope, options, 'lsled')
  if (!conversation.ok) return conversation.reply
  const reply = yield* conversation.value.ask('service.identifyLeds', {})
  return reply.ok ? listing(identifyLedAttributes, reply.value.leds, options.output) : reply.reply
}
