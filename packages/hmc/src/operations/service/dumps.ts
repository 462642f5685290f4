// lsdump, startdump, getdump, rmdump: dumps of a managed system and those that this console has fetched. startdump returns at once, the
// dump is listed when the service processor has taken it. A dump's name ends in the time at which it was asked for, which the console adds.

import type { Yieldable } from '@powersim/kernel'
import type { DumpType, ReplyOf } from '@powersim/protocol'
import type { FilterRule } from '../../cli/filter.js'
import { type LineReply, refused, silent } from '../../cli/line-reply.js'
import type { OptionReader } from '../../cli/option-reader.js'
import type { AttributeTable } from '../../cli/output-form.js'
import type { Conversation, Step } from '../conversation.js'
import { converse, type LineScope } from '../line-scope.js'
import { listing } from '../listing.js'

/** A dump in the console's own file system. */
export interface HeldDump {
  readonly type: DumpType
  readonly name: string
  readonly bytes: number
}

/** Dumps that a console keeps; the oldest goes for a new one (estimate). */
const HELD_DUMPS = 64

/** -t of startdump, dump_type of lsdump. */
const typeWords: Readonly<Record<DumpType, string>> = {
  fsp: 'sp',
  sys: 'sys',
  power: 'power',
  resource: 'resource',
  partition: 'lparadjunct',
}
export const dumpTypeWords: readonly string[] = Object.values(typeWords)

type ListedDump = ReplyOf<'dump.list'>['dumps'][number]

export const dumpAttributes: AttributeTable<HeldDump> = [
  { name: 'dump_type', value: ({ type }) => typeWords[type] },
  { name: 'name', value: ({ name }) => name },
  { name: 'size', value: ({ bytes }) => bytes },
  { name: 'source_size', value: () => 0 },
]

export const dumpFilters: readonly FilterRule[] = [{ name: 'dump_type', takes: dumpTypeWords }]

/** Whether --filter lets a dump through. */
function passes({ type }: { readonly type: DumpType }, { filters }: OptionReader): boolean {
  return filters.get('dump_type')?.includes(typeWords[type]) !== false
}

/** -h: those on the console. */
export function* listHeldDumps(scope: LineScope, options: OptionReader): Generator<Yieldable, LineReply> {
  const held = scope.context.heldDumps.filter((dump) => passes(dump, options))
  return listing(dumpAttributes, held, options.output)
}

/** -m: those on the managed system. */
export function* listDumps(scope: LineScope, options: OptionReader): Generator<Yieldable, LineReply> {
  const conversation = converse(scope, options, 'lsdump')
  if (!conversation.ok) return conversation.reply
  const reply = yield* conversation.value.ask('dump.list', {})
  if (!reply.ok) return reply.reply
  const listed = reply.value.dumps.filter((dump) => passes(dump, options))
  const rows = listed.map((dump) => ({ type: dump.type, name: fullName(scope, dump), bytes: dump.bytes }))
  return listing(dumpAttributes, rows, options.output)
}

/** -t TYPE [-r SELECTOR] */
export function* startDump(scope: LineScope, options: OptionReader): Generator<Yieldable, LineReply> {
  const conversation = converse(scope, options, 'startdump')
  if (!conversation.ok) return conversation.reply
  const word = options.required('-t')
  // The grammar lets these words through and no others.
  const [type] = (Object.keys(typeWords) as DumpType[]).filter((known) => typeWords[known] === word)
  const selector = options.text('-r')
  const reply = yield* conversation.value.ask('dump.start', {
    type: type ?? 'resource',
    ...(selector === undefined ? {} : { selector: selector.slice(0, 256) }),
  })
  return reply.ok ? silent : reply.reply
}

/** -f NAME: chunk by chunk; afterwards the console has it and the system may take the next of its type. */
export function* getDump(scope: LineScope, options: OptionReader): Generator<Yieldable, LineReply> {
  const found = yield* findDump(scope, options, 'getdump')
  if (!found.ok) return found.reply
  const { conversation, dump } = found.value
  const { name, type, bytes } = dump
  for (let offset = 0, last = false; !last;) {
    const chunk: Step<ReplyOf<'dump.read'>> = yield* conversation.ask('dump.read', { name, offset })
    if (!chunk.ok) return chunk.reply
    offset += chunk.value.bytes
    last = chunk.value.last
  }
  const acknowledged = yield* conversation.ask('dump.acknowledge', { name })
  if (!acknowledged.ok) return acknowledged.reply
  const { heldDumps } = scope.context
  heldDumps.push({ type, name: fullName(scope, dump), bytes })
  if (heldDumps.length > HELD_DUMPS) heldDumps.shift()
  return silent
}

/** -f NAME */
export function* removeDump(scope: LineScope, options: OptionReader): Generator<Yieldable, LineReply> {
  const found = yield* findDump(scope, options, 'rmdump')
  if (!found.ok) return found.reply
  const reply = yield* found.value.conversation.ask('dump.delete', { name: found.value.dump.name })
  return reply.ok ? silent : reply.reply
}

function* findDump(
  scope: LineScope,
  options: OptionReader,
  operation: 'getdump' | 'rmdump',
): Generator<Yieldable, Step<{ readonly conversation: Conversation; readonly dump: ListedDump }>> {
  const conversation = converse(scope, options, operation)
  if (!conversation.ok) return conversation
  const name = options.required('-f')
  const list = yield* conversation.value.ask('dump.list', {})
  if (!list.ok) return list
  const dump = list.value.dumps.find((known) => known.name === name || fullName(scope, known) === name)
  if (dump === undefined) return { ok: false, reply: refused('dumpNotFound', { name }) }
  return { ok: true, value: { conversation: conversation.value, dump } }
}

/** `RSCDUMP.10ACE01.00000001.20130603080000` */
function fullName({ context }: LineScope, { name, startedNs }: ListedDump): string {
  const [month = '', day = '', year = '', hour = '', minute = '', second = ''] = context.timeOfDay(startedNs).split(/[/ :]/)
  return `${name}.${year}${month}${day}${hour}${minute}${second}`
}
