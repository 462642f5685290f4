// lslparutil and chlparutil: the samples that a console has collected, newest first, and at which rate. Rows of sys and lpar are those of
// captures of consoles of POWER6 years (9117-MMA, June and December 2013, in public scripts that read them); the others have the attributes
// of IBM's manual pages. Left out of them: what is not counted here (instructions, idle cycles within what was used, page faults).

import type { Yieldable } from '@powersim/kernel'
import { CYCLES_PER_SECOND } from '@powersim/protocol'
import type { FilterRule, Filters } from '../cli/filter.js'
import { type LineReply, refused, silent } from '../cli/line-reply.js'
import type { OptionReader } from '../cli/option-reader.js'
import type { Attribute, AttributeTable } from '../cli/output-form.js'
import { formatUnits } from '../cli/processing-units.js'
import type { LineScope } from '../operations/line-scope.js'
import { listing } from '../operations/listing.js'
import type { SystemHandle } from '../operations/operation-context.js'
import { sampleTimes } from './sample-times.js'
import { sampleRates, type UtilizationSample } from './utilization-collection.js'

export const utilizationKinds = ['sys', 'lpar', 'pool', 'procpool', 'mempool'] as const
export type UtilizationKind = (typeof utilizationKinds)[number]

type Told = UtilizationSample['told']

/** What one row is about. */
type Subject =
  | { readonly kind: 'sys' }
  | { readonly kind: 'lpar'; readonly lpar: Told['lpars'][number] }
  | { readonly kind: 'pool' }
  | { readonly kind: 'procpool'; readonly pool: Told['pools'][number] }
  | { readonly kind: 'mempool'; readonly pool: NonNullable<Told['memoryPool']> }

interface Row {
  readonly time: string
  readonly sysTime: string
  readonly system: SystemHandle
  readonly told: Told
  readonly subject: Subject
}

type SubjectOf<K extends UtilizationKind> = Extract<Subject, { kind: K }>

/** An attribute of rows of one kind. */
function of<K extends UtilizationKind>(
  kind: K,
  name: string,
  value: (subject: SubjectOf<K>, row: Row) => string | number,
  when: (subject: SubjectOf<K>) => boolean = () => true,
): Attribute<Row> {
  const is = (subject: Subject): subject is SubjectOf<K> => subject.kind === kind
  return {
    name,
    value: (row) => (is(row.subject) ? value(row.subject, row) : ''),
    when: ({ subject }) => is(subject) && when(subject),
  }
}

const sys = (name: string, value: (told: Told, row: Row) => string | number): Attribute<Row> =>
  of('sys', name, (_, row) => value(row.told, row))
type Lpar = Told['lpars'][number]
const lpar = (name: string, value: (partition: Lpar) => string | number, when: (partition: Lpar) => boolean = () => true): Attribute<Row> =>
  of(
    'lpar',
    name,
    (subject) => value(subject.lpar),
    (subject) => when(subject.lpar),
  )
const isShared = ({ mode }: Lpar): boolean => mode === 'shared'
const poolName = (told: Told, id: number): string => told.pools.find((pool) => pool.id === id)?.name ?? ''

const common: AttributeTable<Row> = [
  { name: 'time', value: ({ time }) => time },
  { name: 'event_type', value: () => 'sample' },
  { name: 'resource_type', value: ({ subject }) => subject.kind },
  { name: 'sys_time', value: ({ sysTime }) => sysTime },
]
const timeCycles: Attribute<Row> = {
  name: 'time_cycles',
  value: ({ told }) => told.timeCycles,
  when: ({ subject: { kind } }) => kind !== 'sys' && kind !== 'mempool',
}

const byKind: Readonly<Record<UtilizationKind, AttributeTable<Row>>> = {
  sys: [
    sys('state', (_, { system }) => system.state()),
    sys('configurable_sys_proc_units', ({ processors }) => formatUnits(processors.configurableHundredths)),
    sys('configurable_sys_mem', ({ memory }) => memory.configurableMiB),
    sys('curr_avail_sys_proc_units', ({ processors }) => formatUnits(processors.availableHundredths)),
    sys('curr_avail_5250_cpw_percent', () => '0.0'),
    sys('curr_avail_sys_mem', ({ memory }) => memory.availableMiB),
    sys('sys_firmware_mem', ({ memory }) => memory.firmwareMiB),
    sys('proc_cycles_per_second', () => CYCLES_PER_SECOND),
  ],
  lpar: [
    lpar('lpar_name', ({ name }) => name),
    lpar('lpar_id', ({ id }) => id),
    lpar('curr_proc_mode', ({ mode }) => mode),
    lpar('curr_proc_units', ({ hundredths }) => formatUnits(hundredths), isShared),
    lpar('curr_procs', ({ procs }) => procs),
    lpar('curr_sharing_mode', ({ sharingMode }) => sharingMode),
    lpar('curr_uncap_weight', ({ uncapWeight }) => uncapWeight, isShared),
    of(
      'lpar',
      'curr_shared_proc_pool_name',
      (subject, { told }) => poolName(told, subject.lpar.poolId),
      (subject) => isShared(subject.lpar),
    ),
    lpar('curr_shared_proc_pool_id', ({ poolId }) => poolId, isShared),
    lpar('curr_5250_cpw_percent', () => '0.0'),
    lpar('mem_mode', ({ memoryMode }) => memoryMode),
    lpar('curr_mem', ({ memoryMiB }) => memoryMiB),
    lpar('entitled_cycles', ({ entitledCycles }) => entitledCycles),
    lpar('capped_cycles', ({ cappedCycles }) => cappedCycles),
    lpar('uncapped_cycles', ({ uncappedCycles }) => uncappedCycles),
    lpar('shared_cycles_while_active', ({ donatedCycles }) => donatedCycles),
  ],
  pool: [
    of('pool', 'curr_avail_pool_proc_units', (_, { told }) => formatUnits(told.processors.availableHundredths)),
    of('pool', 'configurable_pool_proc_units', (_, { told }) => formatUnits(sharedHundredths(told))),
    of('pool', 'borrowed_pool_proc_units', () => '0.0'),
    of('pool', 'total_pool_cycles', (_, { told }) => told.pool.totalCycles),
    of('pool', 'utilized_pool_cycles', (_, { told }) => told.pool.utilizedCycles),
  ],
  procpool: [
    of('procpool', 'shared_proc_pool_name', ({ pool }) => pool.name),
    of('procpool', 'shared_proc_pool_id', ({ pool }) => pool.id),
    of('procpool', 'total_pool_cycles', ({ pool }) => pool.totalCycles),
    of('procpool', 'utilized_pool_cycles', ({ pool }) => pool.utilizedCycles),
  ],
  mempool: [
    of('mempool', 'curr_pool_mem', ({ pool }) => pool.sizeMiB),
    of('mempool', 'lpar_curr_io_entitled_mem', ({ pool }) => pool.ioEntitledMiB),
    of('mempool', 'lpar_run_mem', ({ pool }) => pool.runMiB),
    of('mempool', 'sys_firmware_pool_mem', ({ pool }) => pool.firmwareMiB),
  ],
}

/** Processors that are not dedicated to anybody who runs. */
function sharedHundredths({ processors, lpars }: Told): number {
  const dedicated = lpars.filter(({ mode, state }) => mode === 'ded' && state !== 'Not Activated')
  return processors.configurableHundredths - dedicated.reduce((sum, { hundredths }) => sum + hundredths, 0)
}

/** Rows of these kinds; an attribute that several kinds have is one column of `-r all`. */
export function utilizationAttributes(kinds: readonly UtilizationKind[]): AttributeTable<Row> {
  const table: Attribute<Row>[] = [...common, timeCycles]
  for (const attribute of kinds.flatMap((kind) => byKind[kind])) {
    const at = table.findIndex(({ name }) => name === attribute.name)
    const other = table[at]
    if (other === undefined) table.push(attribute)
    else table[at] = either(other, attribute)
  }
  return kinds.includes('sys') && kinds.length === 1 ? table.filter(({ name }) => name !== timeCycles.name) : table
}

function either(one: Attribute<Row>, other: Attribute<Row>): Attribute<Row> {
  const is = (row: Row): boolean => one.when?.(row) !== false
  return { name: one.name, value: (row) => (is(row) ? one : other).value(row), when: (row) => is(row) || other.when?.(row) !== false }
}

export const utilizationFilters: readonly FilterRule[] = [
  { name: 'event_types', takes: ['sample', 'config_change', 'state_change', 'utility_cod_proc_usage'] },
  { name: 'lpar_names', takes: 'text' },
  { name: 'lpar_ids', takes: 'lparId' },
]

/** -r sys | lpar | pool | procpool | mempool | all | hmc: only samples are collected, so that some kinds and types have no rows. */
export function listUtilization(kinds: readonly UtilizationKind[]) {
  const table = utilizationAttributes(kinds)
  return function* list({ context }: LineScope, options: OptionReader): Generator<Yieldable, LineReply> {
    const asked = options.filters
    const name = options.required('-m')
    const system = context.system(name)
    if (system === undefined) return refused('systemNotFound', { name })
    const within = sampleTimes(context, options)
    if (!within.ok) return within.reply
    const rows: Row[] = []
    if (asked.get('event_types')?.includes('sample') !== false) {
      for (const sample of within.choose(context.utilization.samplesOf(system.name))) {
        const { told } = sample
        const times = { time: context.timeOfDay(sample.atNs), sysTime: context.timeOfDay(told.timeNs), system, told }
        for (const subject of subjectsOf(kinds, told)) if (passes(subject, asked)) rows.push({ ...times, subject })
      }
    }
    return listing(table, rows, options.output)
  }
}

function passes(subject: Subject, filters: Filters): boolean {
  if (subject.kind !== 'lpar') return true
  const { lpar: partition } = subject
  if (filters.get('lpar_names')?.includes(partition.name) === false) return false
  return filters.get('lpar_ids')?.includes(String(partition.id)) !== false
}

function subjectsOf(kinds: readonly UtilizationKind[], { lpars, pools, memoryPool }: Told): Subject[] {
  return kinds.flatMap((kind): Subject[] => {
    switch (kind) {
      case 'sys':
      case 'pool':
        return [{ kind }]
      case 'lpar':
        return lpars.map((one) => ({ kind, lpar: one }))
      case 'procpool':
        return pools.map((pool) => ({ kind, pool }))
      case 'mempool':
        return memoryPool === undefined ? [] : [{ kind, pool: memoryPool }]
    }
  })
}

interface Setting {
  readonly name: string
  readonly rate: number
}

export const utilizationSettings: AttributeTable<Setting> = [
  { name: 'name', value: ({ name }) => name },
  { name: 'sample_rate', value: ({ rate }) => rate },
]

/** -r config */
export function* listSettings({ context }: LineScope, options: OptionReader): Generator<Yieldable, LineReply> {
  const name = options.text('-m')
  const system = name === undefined ? undefined : context.system(name)
  if (name !== undefined && system === undefined) return refused('systemNotFound', { name })
  const systems = system === undefined ? context.systems() : [system]
  const rows = systems.map((one) => ({ name: one.name, rate: context.utilization.rateOf(one.name) }))
  return listing(utilizationSettings, rows, options.output)
}

export const sampleRateWords: readonly string[] = sampleRates.map(String)

/** chlparutil -r config -s RATE: of one system, or of all. */
export function* changeSettings({ context }: LineScope, options: OptionReader): Generator<Yieldable, LineReply> {
  const name = options.text('-m')
  const system = name === undefined ? undefined : context.system(name)
  if (name !== undefined && system === undefined) return refused('systemNotFound', { name })
  for (const one of system === undefined ? context.systems() : [system]) {
    context.utilization.setRate(one.name, Number(options.required('-s')))
  }
  return silent
}
