// lsmemopt: scores of how near the memory of partitions is to their processors, 0 to 100. Rows as captured on V10R3. In this model
// all memory is equally far from all cores: whoever holds resources has 100, and whoever holds none has no score (`none`, captured too).
// Nothing could be better placed, and no system here can optimize (dynamic_platform_optimization_capable=0): optmem is refused.

import type { Yieldable } from '@powersim/kernel'
import type { PartitionView } from '@powersim/protocol'
import { type CommandRule, fields, flag, option, options as texts, type VariantRule } from '../../cli/command-rules.js'
import { partitionFilters } from '../../cli/filter.js'
import { type LineReply, refused } from '../../cli/line-reply.js'
import type { OptionReader } from '../../cli/option-reader.js'
import type { Attribute, AttributeTable } from '../../cli/output-form.js'
import type { Conversation, Step } from '../conversation.js'
import { listPartitions } from '../find-partition.js'
import { converse, type LineScope } from '../line-scope.js'
import { listing } from '../listing.js'

const BEST = 100

interface Score {
  readonly name: string
  readonly id: number
  readonly score: number | 'none'
}

const current: Attribute<Score> = { name: 'curr_lpar_score', value: ({ score }) => score }
const scored: AttributeTable<Score> = [
  { name: 'lpar_name', value: ({ name }) => name },
  { name: 'lpar_id', value: ({ id }) => id },
  current,
]
const predicted: AttributeTable<Score> = [...scored, { ...current, name: 'predicted_lpar_score' }]

const systemScore: AttributeTable<number | 'none'> = [{ name: 'curr_sys_score', value: (score) => score }]
const predictedSystem: AttributeTable<number | 'none'> = [
  ...systemScore,
  { name: 'predicted_sys_score', value: (score) => score },
  { name: 'requested_lpar_ids', value: () => 'none' },
  { name: 'protected_lpar_ids', value: () => 'none' },
]

function* readScores(conversation: Conversation, options: OptionReader): Generator<Yieldable, Step<readonly Score[]>> {
  const partitions = yield* listPartitions(conversation, options.filters)
  if (!partitions.ok) return partitions
  const scores: Score[] = []
  for (const { id, name } of partitions.value) {
    const read: Step<PartitionView> = yield* conversation.ask('lpar.read', { id }, id)
    if (!read.ok) return read
    scores.push({ id, name, score: read.value.resourceConfig ? BEST : 'none' })
  }
  return { ok: true, value: scores }
}

function listScores(table: AttributeTable<Score>) {
  return function* list(scope: LineScope, options: OptionReader): Generator<Yieldable, LineReply> {
    const conversation = converse(scope, options, 'lsmemopt')
    if (!conversation.ok) return conversation.reply
    const scores = yield* readScores(conversation.value, options)
    return scores.ok ? listing(table, scores.value, options.output) : scores.reply
  }
}

/** Of the system: as of all its partitions. */
function listSystemScore(table: AttributeTable<number | 'none'>) {
  return function* list(scope: LineScope, options: OptionReader): Generator<Yieldable, LineReply> {
    const conversation = converse(scope, options, 'lsmemopt')
    if (!conversation.ok) return conversation.reply
    const scores = yield* readScores(conversation.value, options)
    if (!scores.ok) return scores.reply
    const has = scores.value.some(({ score }) => score !== 'none')
    return listing(table, [has ? BEST : 'none'], options.output)
  }
}

/** As a client asks for them (captured). */
const groupAttributes = [{ name: 'resource_group_name' }, { name: 'resource_group_id' }, { name: 'curr_score' }]

/** No machine here has several resource groups. */
function* refuseGroups(scope: LineScope, options: OptionReader): Generator<Yieldable, LineReply> {
  const conversation = converse(scope, options, 'lsmemopt')
  return conversation.ok ? refused('resourceGroupsNotSupported') : conversation.reply
}

const system = option('-m')
const output = [fields, flag('--header')]
const optimized = [...texts('-p', '--id', '-x', '--xid')]
type Variant = VariantRule<LineScope>

const lsmemopt: CommandRule<LineScope> = {
  name: 'lsmemopt',
  kind: 'list',
  selectors: ['-r', '-o'],
  otherValues: {},
  variants: [
    ...(['currscore', 'calcscore'] as const).flatMap((what): Variant[] => {
      const lparTable = what === 'currscore' ? scored : predicted
      const systemTable = what === 'currscore' ? systemScore : predictedSystem
      const common = { operation: 'lsmemopt', required: ['-m'], notSimulated: what === 'calcscore' ? optimized : [] } as const
      return [
        {
          ...common,
          select: { '-r': 'lpar', '-o': what },
          options: [system, option('--filter'), ...output],
          attributes: lparTable,
          filters: partitionFilters,
          run: listScores(lparTable),
        },
        {
          ...common,
          select: { '-r': 'sys', '-o': what },
          options: [system, ...output],
          attributes: systemTable,
          run: listSystemScore(systemTable),
        },
        {
          ...common,
          select: { '-r': 'resgroup', '-o': what },
          since: 'v11r1',
          options: [system, option('--gid'), ...output],
          attributes: groupAttributes,
          refuses: true,
          run: refuseGroups,
        },
      ]
    }),
  ],
}

function* refuseOptimization(scope: LineScope, options: OptionReader): Generator<Yieldable, LineReply> {
  const conversation = converse(scope, options, 'lsmemopt')
  return conversation.ok ? refused('optimizationNotSupported', { system: conversation.value.system.name }) : conversation.reply
}

const optmem: CommandRule<LineScope> = {
  name: 'optmem',
  kind: 'change',
  selectors: ['-o'],
  otherValues: {},
  variants: ['start', 'stop'].map((verb) => ({
    select: { '-o': verb },
    operation: null,
    options: [system, option('-t', ['affinity']), ...optimized],
    required: ['-m', '-t'],
    exclusive: [
      ['-p', '--id'],
      ['-x', '--xid'],
    ],
    notSimulated: [],
    refuses: true,
    run: refuseOptimization,
  })),
}

export const affinityCommands: readonly CommandRule<LineScope>[] = [lsmemopt, optmem]
