// The grammar of lshwres and chhwres -r virtualio: what may be said about each kind of virtual adapter.
// The rest of both commands is list-commands.ts and change-commands.ts.

import { flag, fields, option, options, type VariantRule } from '../cli/command-rules.js'
import { type AttributeTable, attributeNames } from '../cli/output-form.js'
import { addAdapter, removeAdapter, setAdapter } from './change-adapters.js'
import type { LineScope } from './line-scope.js'
import {
  ethernetAttributes,
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
  virtualSlotAttributes,
  vnicAttributes,
} from './list-virtual-io.js'

type Run = VariantRule<LineScope>['run']

const system = option('-m')
const partition = [option('-p'), option('--id', 'lparId')]

const ofPartition = (subtype: string, attributes: readonly string[], run: Run): VariantRule<LineScope> => ({
  select: { '-r': 'virtualio', '--rsubtype': subtype },
  operation: 'lshwres virtualio',
  options: [system, option('--level', ['lpar', 'slot']), option('--filter'), fields, flag('--header')],
  required: ['-m'],
  notSimulated: [option('--maxmem'), flag('-R')],
  attributes,
  run,
})

const ofSystem = <O>(subtype: string, table: AttributeTable<O>, run: Run): VariantRule<LineScope> => ({
  select: { '-r': 'virtualio', '--rsubtype': subtype },
  operation: 'lshwres virtualio vswitch',
  options: [system, option('--filter'), fields, flag('--header')],
  required: ['-m'],
  notSimulated: [option('--level'), flag('-R')],
  attributes: attributeNames(table),
  run,
})

export const listVirtualIoVariants: readonly VariantRule<LineScope>[] = [
  ofPartition('slot', attributeNames(virtualSlotAttributes), listVirtualSlots),
  ofPartition('serial', attributeNames(serialAttributes), listSerialAdapters),
  ofPartition('scsi', attributeNames(scsiAttributes), listScsiAdapters),
  ofPartition('eth', attributeNames(ethernetAttributes), listEthernetAdapters),
  ofPartition('fc', attributeNames(fibreAttributes), listFibreAdapters),
  ofPartition('vnic', attributeNames(vnicAttributes), listVnics),
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
