// lssvcevents -t hardware: serviceable events of the managed systems. Order captured on V7R7.9, whose stamps followed the Polish
// locale; in the English one they are MM/DD/YYYY as everywhere else (domain knowledge).

import type { Yieldable } from '@powersim/kernel'
import type { ReplyOf, RequestOf } from '@powersim/protocol'
import type { FilterRule } from '../../cli/filter.js'
import type { LineReply } from '../../cli/line-reply.js'
import type { OptionReader } from '../../cli/option-reader.js'
import type { AttributeTable } from '../../cli/output-form.js'
import type { Step } from '../conversation.js'
import { converseWithAll, type LineScope } from '../line-scope.js'
import { listing } from '../listing.js'
import type { SystemHandle } from '../operation-context.js'

const MINUTE_NS = 60 * 1_000_000_000
const DAY_MINUTES = 1440

interface EventRow {
  readonly system: SystemHandle
  readonly console: string
  readonly event: ReplyOf<'service.events'>['events'][number]
  readonly first: string
  readonly last: string
  readonly created: string
}

// Events name systems as 8203-E4A/10ACE01.
const mtms = ({ system }: EventRow): string => `${system.typeModel}/${system.serialNumber}`
const empty = (): string => ''
const hex = (word: number): string => word.toString(16).toUpperCase().padStart(8, '0')

type Callout = EventRow['event']['callouts'][number]

const fruDetails = ({ partNumber, serialNumber, location, priority }: Callout): string =>
  `fru_part_num=${partNumber}:fru_serial_num=${serialNumber}:fru_phys_loc=${location}:fru_priority=${priority}`

export const serviceEventAttributes: AttributeTable<EventRow> = [
  { name: 'problem_num', value: ({ event }) => event.number },
  { name: 'pmh_num', value: empty },
  { name: 'refcode', value: ({ event }) => event.refcode },
  { name: 'status', value: ({ event }) => event.status },
  { name: 'first_time', value: ({ first }) => first },
  { name: 'last_time', value: ({ last }) => last },
  { name: 'sys_name', value: ({ system }) => system.name },
  { name: 'sys_mtms', value: mtms },
  { name: 'enclosure_mtms', value: mtms },
  { name: 'firmware_fix', value: empty },
  { name: 'text', value: ({ event }) => event.text },
  { name: 'created_time', value: ({ created }) => created },
  { name: 'reporting_name', value: ({ system }) => system.name },
  { name: 'reporting_mtms', value: mtms },
  { name: 'failing_mtms', value: mtms },
  { name: 'analyzing_hmc', value: (row) => row.console },
  { name: 'event_time', value: ({ first }) => first },
  { name: 'files', value: ({ event }) => event.dumps.map((name) => `${name}/dump`) },
  { name: 'approval_state', value: () => 'approved' },
  { name: 'callhome_intended', value: ({ event }) => String(event.callHome) },
  { name: 'duplicate_count', value: ({ event }) => event.duplicates },
  { name: 'event_severity', value: ({ event }) => event.severity },
  { name: 'analyzing_mtms', value: empty },
  { name: 'ref_code_extn', value: ({ event }) => (event.words.some((word) => word !== 0) ? event.words.map(hex).join(' ') : '') },
  { name: 'sys_refcode', value: ({ event }) => event.refcode },
  { name: 'fru_details', value: ({ event }) => event.callouts.map(fruDetails) },
]

export const serviceEventFilters: readonly FilterRule[] = [
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

/** -d DAYS, -i MINUTES: of the last days or minutes; --filter status, refcode(s), problem_nums. Without -m, of every managed system. */
export function* listServiceEvents(scope: LineScope, options: OptionReader): Generator<Yieldable, LineReply> {
  const conversations = converseWithAll(scope, options, 'lssvcevents')
  if (!conversations.ok) return conversations.reply
  const request = statusRequest(options.filters.get('status'))
  const refcodes = options.filters.get('refcodes') ?? options.filters.get('refcode')
  const numbers = options.filters.get('problem_nums')
  const since = sinceNs(scope, options)
  const rows: EventRow[] = []
  for (const conversation of conversations.value) {
    for (let from: number | undefined = 0; from !== undefined;) {
      const reply: Step<ReplyOf<'service.events'>> = yield* conversation.ask('service.events', from === 0 ? request : { ...request, from })
      if (!reply.ok) return reply.reply
      for (const event of reply.value.events) {
        if (event.firstTimeNs < since) continue
        if (refcodes?.includes(event.refcode) === false || numbers?.includes(String(event.number)) === false) continue
        rows.push(rowOf(scope, conversation.system, event))
      }
      from = reply.value.next
    }
  }
  return listing(serviceEventAttributes, rows, options.output)
}

function rowOf({ context }: LineScope, system: SystemHandle, event: EventRow['event']): EventRow {
  return {
    system,
    console: context.consoleName,
    event,
    first: context.timeOfDay(event.firstTimeNs),
    last: context.timeOfDay(event.lastTimeNs),
    created: context.timeOfDay(event.createdTimeNs),
  }
}

/** The start of the time that the line asks for. */
export function sinceNs({ context }: LineScope, options: OptionReader): number {
  const days = options.count('-d')
  const minutes = days === undefined ? options.count('-i') : days * DAY_MINUTES
  return minutes === undefined ? -Infinity : context.simulation.now - minutes * MINUTE_NS
}

/** The target filters by one status; both together are no filter. */
function statusRequest(states: readonly string[] | undefined): RequestOf<'service.events'> {
  if (states === undefined || (states.includes('open') && states.includes('closed'))) return {}
  return { status: states.includes('open') ? 'open' : 'closed' }
}
