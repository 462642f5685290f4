// lslparmigr: what a system says of partition mobility. Nothing moves here (migrlpar is not simulated), so every partition reads Not
// Migrating and no migration is in progress. Attributes and their order are domain knowledge, along IBM Redbook SG24-7460.

import type { Yieldable } from '@powersim/kernel'
import { type CommandRule, fields, flag, option, values } from '../../cli/command-rules.js'
import { partitionFilters } from '../../cli/filter.js'
import type { LineReply } from '../../cli/line-reply.js'
import type { OptionReader } from '../../cli/option-reader.js'
import type { AttributeTable } from '../../cli/output-form.js'
import type { ListedPartition } from '../conversation.js'
import { listPartitions } from '../find-partition.js'
import { converse, type LineScope } from '../line-scope.js'
import { listing } from '../listing.js'

const partitions: AttributeTable<ListedPartition> = [
  { name: 'name', value: ({ name }) => name },
  { name: 'lpar_id', value: ({ id }) => id },
  { name: 'migration_state', value: () => 'Not Migrating' },
]

/** The capabilities are those of lssyscfg -r sys; how many at a time is an estimate. */
const systems: AttributeTable<null> = [
  { name: 'inactive_lpar_mobility_capable', value: () => 1 },
  { name: 'num_inactive_migrations_supported', value: () => 4 },
  { name: 'num_inactive_migrations_in_progress', value: () => 0 },
  { name: 'active_lpar_mobility_capable', value: () => 1 },
  { name: 'num_active_migrations_supported', value: () => 4 },
  { name: 'num_active_migrations_in_progress', value: () => 0 },
]

const managers: AttributeTable<null> = [{ name: 'remote_lpar_mobility_capable', value: () => 0 }]

function* listPartitionMobility(scope: LineScope, options: OptionReader): Generator<Yieldable, LineReply> {
  const conversation = converse(scope, options, 'lslparmigr')
  if (!conversation.ok) return conversation.reply
  const listed = yield* listPartitions(conversation.value, options.filters)
  return listed.ok ? listing(partitions, listed.value, options.output) : listed.reply
}

/** The console asks nobody: it has learned what the system can. */
function* listSystemMobility(scope: LineScope, options: OptionReader): Generator<Yieldable, LineReply> {
  const conversation = converse(scope, options, 'lslparmigr')
  return conversation.ok ? listing(systems, [null], options.output) : conversation.reply
}

function* listManagerMobility(_: LineScope, options: OptionReader): Generator<Yieldable, LineReply> {
  return listing(managers, [null], options.output)
}

const system = option('-m')
const output = [fields, flag('--header')]

const lslparmigr: CommandRule<LineScope> = {
  name: 'lslparmigr',
  kind: 'list',
  selectors: ['-r'],
  otherValues: { '-r': values('msp', 'mspdevices', 'procpool', 'virtualio', 'sriov') },
  variants: [
    {
      select: { '-r': 'lpar' },
      operation: 'lslparmigr',
      options: [system, option('--filter'), ...output],
      required: ['-m'],
      notSimulated: [option('-t'), option('--ip'), option('-u')],
      attributes: partitions,
      filters: partitionFilters,
      run: listPartitionMobility,
    },
    {
      select: { '-r': 'sys' },
      operation: null,
      options: [system, ...output],
      required: ['-m'],
      notSimulated: [option('-t'), option('--ip'), option('-u'), option('--redundantpgvios')],
      attributes: systems,
      run: listSystemMobility,
    },
    {
      select: { '-r': 'manager' },
      operation: null,
      options: output,
      required: [],
      notSimulated: [],
      attributes: managers,
      run: listManagerMobility,
    },
  ],
}

export const mobilityCommands: readonly CommandRule<LineScope>[] = [lslparmigr]
