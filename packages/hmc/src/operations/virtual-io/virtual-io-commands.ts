// The grammar of lshwres and chhwres -r virtualio: what may be said about each kind of virtual adapter.
// The rest of both commands is list-commands.ts and change-commands.ts.

import { flag, fields, option, options, type VariantRule } from '../../cli/command-rules.js'
import { type FilterRule, partitionFilters } from '../../cli/filter.js'
import type { AttributeRule } from '../../cli/output-form.js'
import { addAdapter, removeAdapter, setAdapter } from './change-adapters.js'
import type { LineScope } from '../line-scope.js'
import {
  adapterFilters,
  ethernetAttributes,
  ethernetFilters,
  fibreAttributes,
  listEthernetAdapters,
  listFibreAdapters,
  listNetworks,
  listScsiAdapters,
  listSerialAdapters,
  listSwitches,
  listVirtualSlots,
  listVnics,
  networkAttributes,
  scsiAttributes,
  serialAttributes,
  switchAttributes,
  switchFilters,
  virtualSlotAttributes,
  vnicAttributes,
} from './list-virtual-io.js'

type Run = VariantRule<LineScope>['run']

const system = option('-m')
const partition = [option('-p'), option('--id', 'lparId')]

const ofPartition = (
  subtype: string,
  attributes: readonly AttributeRule[],
  filters: readonly FilterRule[],
  run: Run,
): VariantRule<LineScope> => ({
  select: { '-r': 'virtualio', '--rsubtype': subtype },
  operation: 'lshwres virtualio',
  options: [system, option('--level', ['lpar', 'slot']), option('--filter'), fields, flag('--header')],
  required: ['-m'],
  notSimulated: [option('--maxmem'), flag('-R')],
  attributes,
  filters,
  run,
})

const ofSystem = (subtype: string, attributes: readonly AttributeRule[], run: Run): VariantRule<LineScope> => ({
  select: { '-r': 'virtualio', '--rsubtype': subtype },
  operation: 'lshwres virtualio vswitch',
  options: [system, option('--filter'), fields, flag('--header')],
  required: ['-m'],
  notSimulated: [option('--level'), flag('-R')],
  attributes,
  filters: switchFilters,
  run,
})

export const listVirtualIoVariants: readonly VariantRule<LineScope>[] = [
  ofPartition('slot', virtualSlotAttributes, partitionFilters, listVirtualSlots),
  ofPartition('serial', serialAttributes, adapterFilters, listSerialAdapters),
  ofPartition('scsi', scsiAttributes, adapterFilters, listScsiAdapters),
  ofPartition('eth', ethernetAttributes, ethernetFilters, listEthernetAdapters),
  ofPartition('fc', fibreAttributes, adapterFilters, listFibreAdapters),
  ofPartition('vnic', vnicAttributes, adapterFilters, listVnics),
  ofSystem('vswitch', switchAttributes, listSwitches),
  ofSystem('vnetwork', networkAttributes, listNetworks),
]

/** Values of --rsubtype that a real console has besides. */
export const otherVirtualIo = ['hsl', 'virtualopti', 'vnicbkdev'] as const

const verbs = [
  { verb: 'a', operation: 'chhwres virtualio add', needs: ['-a'], run: addAdapter },
  { verb: 'r', operation: 'chhwres virtualio remove', needs: ['-s'], run: removeAdapter },
  { verb: 's', operation: 'chhwres virtualio set', needs: ['-s', '-a'], run: setAdapter },
] as const

export const changeAdapterVariants: readonly VariantRule<LineScope>[] = verbs.flatMap(({ verb, operation, needs, run }) =>
  ['scsi', 'eth', 'fc', 'serial', 'vnic'].map((subtype) => ({
    select: { '-r': 'virtualio', '-o': verb, '--rsubtype': subtype },
    operation,
    options: [
      system,
      ...partition,
      option('-s', 'count'),
      ...(verb === 'r' ? [] : [option('-a')]),
      option('-w', 'count'),
      option('-d', ['0', '1', '2', '3', '4', '5']),
    ],
    required: ['-m', '-p|--id', ...needs],
    exclusive: [['-p', '--id']],
    notSimulated: [...options('--vswitch'), flag('--force')],
    run,
  })),
)
