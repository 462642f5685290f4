// lssvcevents -t hardware: serviceable events of the managed systems. Order captured on V7R7.9, whose stamps followed the Polish
// locale; in the English one they are MM/DD/YYYY as everywhere else (domain knowledge).

import type { Yieldable } from '@powersim/kernel'
import type { ReplyOf, RequestOf } from '@powersim/protocol'
import { type FilterRule, readFilters } from '../cli/filter.js'
import type { LineReply } from '../cli/line-reply.js'
import type { OptionReader } from '../cli/option-reader.js'
import type { AttributeTable } from '../cli/output-form.js'
import type { Step } from './conversation.js'
import { converseWithAll, type LineScope } from './line-scope.js'
import { listing } from './listing.js'
import type { SystemHandle } from './operation-context.js'

const DAY_NS = 86_400 * 1_000_000_000

interface EventRow {
  readonly system: SystemHandle
  readonly console: string
  readonly event: ReplyOf<'service.events'>['events'][number]
  readonly time: string
}

// Events name systems as 8203-E4A/10ACE01.
const mtms = ({ system }: EventRow): string => `${system.typeModel}/${system.serialNumber}`
const empty = (): string => ''

export const serviceEventAttributes: AttributeTable<EventRow> = [
  { name: 'problem_num', value: ({ event }) => event.number },
  { name: 'pmh_num', value: empty },
  { name: 'refcode', value: ({ event }) => event.refcode },
  { name: 'status', value: ({ event }) => event.status },
  { name: 'first_time', value: ({ time }) => time },
  { name: 'last_time', value: ({ time }) => time },
  { name: 'sys_name', value: ({ system }) => system.name },
  { name: 'sys_mtms', value: mtms },
  { name: 'enclosure_mtms', value: mtms },
  { name: 'firmware_fix', value: empty },
  { name: 'text', value: ({ event }) => event.text },
  { name: 'created_time', value: ({ time }) => time },
  { name: 'reporting_name', value: ({ system }) => system.name },
  { name: 'reporting_mtms', value: mtms },
  { name: 'failing_mtms', value: mtms },
  { name: 'analyzing_hmc', value: (row) => row.console },
  { name: 'event_time', value: ({ time }) => time },
  { name: 'files', value: empty },
  { name: 'approval_state', value: () => 'approved' },
  { name: 'callhome_intended', value: () => 'false' },
  { name: 'duplicate_count', value: () => 0 },
  { name: 'event_severity', value: () => 0 },
  { name: 'analyzing_mtms', value: empty },
  { name: 'ref_code_extn', value: empty },
  { name: 'sys_refcode', value: ({ event }) => event.refcode },
  { name: 'fru_details', value: empty },
]

const serviceEventFilterRules: readonly FilterRule[] = [
  { name: 'status', takes: ['open', 'closed'] },
  { name: 'refcodes', takes: 'text' },
  { name: 'refcode', takes: 'text' },
  { name: 'problem_nums', takes: 'text' },
  ...['fru_part_nums', 'fru_serial_nums', 'fru_loc_codes', 'reporting_mtms', 'failing_mtms', 'enclosure_mtms'].map((name) => ({
    name,
    takes: 'text' as const,
    notSimulated: true as const,
  })),
]

/** -d DAYS: of the last days; --filter status, refcode(s), problem_nums. Without -m, of every managed system. */
export function* listServiceEvents(scope: LineScope, options: OptionReader): Generator<Yieldable, LineReply> {
  const filters = readFilters(serviceEventFilterRules, options.text('--filter'), 'lssvcevents')
  if (!filters.ok) return filters.reply
  const conversations = converseWithAll(scope, options, 'lssvcevents')
  if (!conversations.ok) return conversations.reply
  const request = statusRequest(filters.filters.get('status'))
  const refcodes = filters.filters.get('refcodes') ?? filters.filters.get('refcode')
  const numbers = filters.filters.get('problem_nums')
  const days = options.count('-d')
  const since = days === undefined ? -Infinity : scope.context.simulation.now - days * DAY_NS
  const rows: EventRow[] = []
  for (const conversation of conversations.value) {
    for (let from: number | undefined = 0; from !== undefined;) {
      const reply: Step<ReplyOf<'service.events'>> = yield* conversation.ask('service.events', from === 0 ? request : { ...request, from })
      if (!reply.ok) return reply.reply
      for (const event of reply.value.events) {
        if (event.firstTimeNs < since) continue
        if (refcodes?.includes(event.refcode) === false || numbers?.includes(String(event.number)) === false) continue
        const { system } = conversation
        rows.push({ system, console: scope.context.consoleName, event, time: scope.context.timeOfDay(event.firstTimeNs) })
      }
      from = reply.value.next
    }
  }
  return listing(serviceEventAttributes, rows, options.output)
}

/** The target filters by one status; both together are no filter. */
function statusRequest(states: readonly string[] | undefined): RequestOf<'service.events'> {
  if (states === undefined || (states.includes('open') && states.includes('closed'))) return {}
  return { status: states.includes('open') ? 'open' : 'closed' }
}
