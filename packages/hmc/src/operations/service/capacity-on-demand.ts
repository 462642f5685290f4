// lscod and chcod: Capacity on Demand of a managed system. Rows of `-t code` have the attributes that public clients ask for; those of
// `-t cap` are ours.

import type { Yieldable } from '@powersim/kernel'
import { capacityKinds, capacityResources, type CapacityResource, type ReplyOf } from '@powersim/protocol'
import { type LineReply, silent } from '../../cli/line-reply.js'
import type { OptionReader } from '../../cli/option-reader.js'
import type { AttributeTable } from '../../cli/output-form.js'
import type { Step } from '../conversation.js'
import { converse, type LineScope } from '../line-scope.js'
import { listing } from '../listing.js'
import type { SystemHandle } from '../operation-context.js'

export const capacityResourceWords: readonly string[] = capacityResources
export const capacityKindWords: readonly string[] = ['perm', ...capacityKinds]

interface Row {
  readonly system: SystemHandle
  readonly resource: CapacityResource
  readonly capacity: ReplyOf<'capacity.read'>
  readonly requestEnd: string
}

const days = ({ capacity }: Row): number => capacity.onOff.daysLeft

/** `perm_procs` for processors, `perm_mem` for memory. */
export const capacityAttributes: AttributeTable<Row> = [
  { name: 'perm_procs', value: ({ capacity }) => capacity.permanent, when: ({ resource }) => resource === 'proc' },
  { name: 'perm_mem', value: ({ capacity }) => capacity.permanent, when: ({ resource }) => resource === 'mem' },
  { name: 'installed', value: ({ capacity }) => capacity.installed },
  { name: 'avail', value: ({ capacity }) => capacity.available },
  { name: 'trial_state', value: ({ capacity }) => capacity.trial.state },
  { name: 'activated_trial', value: ({ capacity }) => capacity.trial.amount },
  { name: 'onoff_state', value: ({ capacity }) => capacity.onOff.state },
  { name: 'activated_onoff', value: ({ capacity }) => capacity.onOff.amount },
  { name: 'avail_resource_days_for_onoff', value: days },
  { name: 'onoff_request_end', value: ({ requestEnd }) => requestEnd },
  { name: 'util_state', value: ({ capacity }) => (capacity.utility.enabled ? 'running' : 'not-enabled') },
  { name: 'util_minutes_left', value: ({ capacity }) => capacity.utility.minutesLeft },
]

const resourceIds: Readonly<Record<CapacityResource, string>> = { proc: 'D971', mem: 'D973' }

export const capacityCodeAttributes: AttributeTable<Row> = [
  { name: 'sys_type', value: ({ system }) => system.typeModel.slice(0, 4) },
  { name: 'sys_serial_num', value: ({ system }) => `${system.serialNumber.slice(0, 2)}-${system.serialNumber.slice(2)}` },
  { name: 'anchor_card_ccin', value: () => '52C4' },
  { name: 'anchor_card_serial_num', value: ({ system }) => `00-${system.serialNumber}` },
  { name: 'anchor_card_unique_id', value: ({ system }) => `3164055678${system.serialNumber.slice(1)}`.slice(0, 16) },
  { name: 'resource_id', value: ({ resource }) => resourceIds[resource] },
  { name: 'activated_resources', value: ({ capacity }) => String(capacity.permanent).padStart(4, '0') },
  { name: 'sequence_num', value: ({ capacity }) => String(capacity.sequence).padStart(4, '0') },
]

export const capacityHistoryAttributes: AttributeTable<{ readonly time: string; readonly text: string }> = [
  { name: 'time_stamp', value: ({ time }) => time },
  { name: 'entry', value: ({ text }) => text },
]

/** -t cap -r proc|mem [-c KIND] */
export function* listCapacity(scope: LineScope, options: OptionReader): Generator<Yieldable, LineReply> {
  const row = yield* readCapacity(scope, options)
  return row.ok ? listing(capacityAttributes, [row.value], options.output) : row.reply
}

/** -t code -r proc|mem [-c KIND]: what a request for a code must say. */
export function* listCapacityCode(scope: LineScope, options: OptionReader): Generator<Yieldable, LineReply> {
  const row = yield* readCapacity(scope, options)
  return row.ok ? listing(capacityCodeAttributes, [row.value], options.output) : row.reply
}

/** -t hist: newest first. */
export function* listCapacityHistory(scope: LineScope, options: OptionReader): Generator<Yieldable, LineReply> {
  const conversation = converse(scope, options, 'lscod hist')
  if (!conversation.ok) return conversation.reply
  const reply = yield* conversation.value.ask('capacity.history', {})
  if (!reply.ok) return reply.reply
  const rows = reply.value.entries.map(({ timeNs, code, text }) => ({ time: scope.context.timeOfDay(timeNs), text: `${code} ${text}` }))
  return listing(capacityHistoryAttributes, rows.reverse(), options.output)
}

/** -o e -k CODE */
export function* enterCapacityCode(scope: LineScope, options: OptionReader): Generator<Yieldable, LineReply> {
  const conversation = converse(scope, options, 'chcod')
  if (!conversation.ok) return conversation.reply
  const reply = yield* conversation.value.ask('capacity.enter', { code: options.required('-k').slice(0, 64) })
  return reply.ok ? silent : reply.reply
}

/** -o a -c onoff -r proc|mem -q AMOUNT -d DAYS */
export function* requestCapacity(scope: LineScope, options: OptionReader): Generator<Yieldable, LineReply> {
  const conversation = converse(scope, options, 'chcod')
  if (!conversation.ok) return conversation.reply
  const reply = yield* conversation.value.ask('capacity.request', {
    resource: resourceOf(options),
    amount: options.count('-q') ?? 0,
    days: Math.min(999, options.count('-d') ?? 0),
  })
  return reply.ok ? silent : reply.reply
}

/** -o d -c trial|onoff|utility -r proc|mem */
export function* stopCapacity(scope: LineScope, options: OptionReader): Generator<Yieldable, LineReply> {
  const conversation = converse(scope, options, 'chcod')
  if (!conversation.ok) return conversation.reply
  const kind = options.choice('-c', capacityKinds) ?? 'onoff'
  const reply = yield* conversation.value.ask('capacity.stop', { kind, resource: resourceOf(options) })
  return reply.ok ? silent : reply.reply
}

function resourceOf(options: OptionReader): CapacityResource {
  return options.required('-r') === 'mem' ? 'mem' : 'proc'
}

function* readCapacity(scope: LineScope, options: OptionReader): Generator<Yieldable, Step<Row>> {
  const conversation = converse(scope, options, 'lscod cap')
  if (!conversation.ok) return conversation
  const resource = resourceOf(options)
  const reply = yield* conversation.value.ask('capacity.read', { resource })
  if (!reply.ok) return reply
  const { requestEndNs } = reply.value.onOff
  const requestEnd = requestEndNs === 0 ? 'none' : scope.context.timeOfDay(requestEndNs)
  return { ok: true, value: { system: conversation.value.system, resource, capacity: reply.value, requestEnd } }
}
