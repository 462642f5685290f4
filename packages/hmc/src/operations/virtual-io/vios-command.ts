// viosrvcmd: a command of a Virtual I/O Server's shell, over the RMC network (neither service processor nor NETS is on that way). The
// server tells what it has, or changes a mapping; the console prints. It needs a server that runs and has an RMC link.
//   lsmap, lsdev, lspv, lsvg, lsnports, ioslevel; mkvdev, rmvdev, rmdev, vfcmap
// Other commands, and options that are not listed here, are answered as not simulated. Output forms: cli/vios-output.ts.

import type { Yieldable } from '@powersim/kernel'
import type { PartitionView, RequestOf, ViosInventory } from '@powersim/protocol'
import { type LineReply, notSimulated, printed, refused } from '../../cli/line-reply.js'
import { messageText } from '../../cli/messages.js'
import type { OptionReader } from '../../cli/option-reader.js'
import {
  delimitedFibreMaps,
  delimitedMaps,
  devices,
  fibreFields,
  fibreMaps,
  fibrePorts,
  logicalVolumes,
  mapFields,
  maps,
  physicalVolumes,
  type ViosPlace,
} from '../../cli/vios-output.js'
import type { Conversation } from '../conversation.js'
import { keyFromOptions, readPartition } from '../find-partition.js'
import { converse, type LineScope } from '../line-scope.js'

/** Options of a command with what follows each, flags with nothing. */
type Words = ReadonlyMap<string, readonly string[]>

/** Options that each command takes; the first word's own operand, as of `lsvg -lv rootvg`, stands behind its option. */
const grammar: Readonly<Record<string, readonly string[]>> = {
  lsmap: ['-all', '-vadapter', '-npiv', '-fmt', '-field'],
  lsdev: ['-virtual', '-type'],
  lspv: [],
  lsvg: ['-lv'],
  lsnports: [],
  ioslevel: [],
  mkvdev: ['-vdev', '-vadapter', '-dev'],
  rmvdev: ['-vtd'],
  rmdev: ['-dev'],
  vfcmap: ['-vadapter', '-fcp'],
}

export function* runViosCommand(scope: LineScope, options: OptionReader): Generator<Yieldable, LineReply> {
  const [name = '', ...rest] = options.required('-c').trim().split(/\s+/)
  const words = wordsOf(rest)
  const known = grammar[name]
  const unknown = [...(words?.keys() ?? [])].find((word) => known?.includes(word) !== true)
  if (known === undefined || words === undefined || unknown !== undefined) {
    const what = known === undefined ? name : `${name} ${unknown ?? rest.join(' ')}`
    return notSimulated(`viosrvcmd -c ${what}`, messageText('viosFailed', { detail: `${what}: not found` }))
  }
  const opened = converse(scope, options, 'viosrvcmd')
  if (!opened.ok) return opened.reply
  const view = yield* readPartition(opened.value, keyFromOptions(options, '-p'))
  if (!view.ok) return view.reply
  if (view.value.environment !== 'vioserver') return refused('noVios', { name: view.value.name })
  if (view.value.state !== 'Running' || scope.context.rmcState(opened.value.system, view.value.id) !== 'active') {
    return refused('noRmc', { name: view.value.name })
  }
  return yield* ask(opened.value, view.value, name, words)
}

function* ask(conversation: Conversation, { id, name: vios }: PartitionView, name: string, words: Words): Generator<Yieldable, LineReply> {
  const { context, system } = conversation
  const reply = yield* context.vios(system, { id, ...requestOf(name, words) })
  if (reply === null) return refused('viosFailed', { detail: `${vios} did not answer` })
  const { inventory, target, refusal } = reply
  if (refusal !== undefined) return refused('viosFailed', { detail: refusalWords[refusal] })
  if (inventory === undefined) return printed(changedText(name, words, target?.name ?? ''))
  const place: ViosPlace = {
    unit: `U${system.typeModel.replace('-', '.')}.${system.serialNumber}`,
    viosId: id,
    nameOf: (client) => conversation.listed.find((partition) => partition.id === client)?.name,
  }
  const lines = textOf(name, words, inventory, place)
  return lines === undefined ? refused('viosFailed', { detail: refusalWords['no-device'] }) : printed(lines.join('\n'))
}

/** `-option value value … -option`; undefined when a value has no option. */
function wordsOf(rest: readonly string[]): Words | undefined {
  const words = new Map<string, string[]>()
  let values: string[] | undefined
  for (const word of rest) {
    if (word.startsWith('-')) {
      values = []
      words.set(word, values)
    } else if (values === undefined) return undefined
    else values.push(word.replace(/^["']|["']$/g, ''))
  }
  return words
}

function requestOf(name: string, words: Words): Omit<RequestOf<'rmc.vios'>, 'id'> {
  const word = (option: string): string => words.get(option)?.[0] ?? ''
  switch (name) {
    case 'mkvdev':
      return {
        what: 'makeTarget',
        backing: word('-vdev'),
        adapter: word('-vadapter'),
        ...(words.has('-dev') ? { name: word('-dev') } : {}),
      }
    case 'rmvdev':
      return { what: 'removeTarget', name: word('-vtd') }
    case 'rmdev':
      return { what: 'removeTarget', name: word('-dev') }
    case 'vfcmap':
      return { what: 'mapFibre', adapter: word('-vadapter'), port: word('-fcp') }
    default:
      return { what: 'inventory' }
  }
}

function changedText(name: string, words: Words, target: string): string {
  if (name === 'mkvdev') return `${target} Available`
  return name === 'vfcmap' ? '' : `${words.get('-vtd')?.[0] ?? words.get('-dev')?.[0] ?? ''} deleted`
}

const refusalWords = {
  'no-backing': 'the backing device was not found',
  'no-adapter': 'the virtual server adapter was not found',
  'no-device': 'the device was not found',
  'in-use': 'the device is in use already',
  busy: 'the device is busy',
} as const

/** Undefined: it names a device that is not there. */
function textOf(name: string, words: Words, inventory: ViosInventory, place: ViosPlace): readonly string[] | undefined {
  switch (name) {
    case 'lsmap':
      return mapText(words, inventory, place)
    case 'lsdev':
      return devices(inventory, words.has('-virtual') ? 'virtual' : words.get('-type')?.[0])
    case 'lspv':
      return physicalVolumes(inventory)
    case 'lsvg': {
      const group = words.get('-lv')?.[0]
      if (group === undefined) return inventory.volumeGroups.map((known) => known.name)
      const found = inventory.volumeGroups.find((known) => known.name === group)
      return found === undefined ? undefined : logicalVolumes(found)
    }
    case 'lsnports':
      return fibrePorts(inventory)
    default:
      return [inventory.level]
  }
}

function mapText(words: Words, { adapters, fibreAdapters }: ViosInventory, place: ViosPlace): readonly string[] | undefined {
  const wanted = words.get('-vadapter')?.[0]
  const fields = words.get('-field') ?? []
  const delimiter = words.get('-fmt')?.[0]
  const isFibre = words.has('-npiv')
  const known: readonly string[] = isFibre ? fibreFields : mapFields
  const ofName = <A extends { readonly name: string }>(all: readonly A[]): readonly A[] =>
    all.filter((adapter) => wanted === undefined || adapter.name === wanted)
  const chosen = isFibre ? ofName(fibreAdapters) : ofName(adapters)
  if ((wanted !== undefined && chosen.length === 0) || fields.some((field) => !known.includes(field.toLowerCase()))) return undefined
  const lower = fields.map((field) => field.toLowerCase())
  const by = delimiter ?? (fields.length > 0 ? ' ' : undefined)
  if (isFibre)
    return by === undefined ? fibreMaps(ofName(fibreAdapters), place) : delimitedFibreMaps(ofName(fibreAdapters), place, lower, by)
  return by === undefined ? maps(ofName(adapters), place) : delimitedMaps(ofName(adapters), place, lower, by)
}
