// lscomgmt and chcomgmt: which of the consoles and management partitions of a system may change it. Public clients read curr_master_mtms
// from the row (fence_lpar: set, it leaves a profile out) and send setmaster, relmaster and, on later levels, setcontroller and
// relcontroller; the attributes around it and their order are domain knowledge.

import type { Yieldable } from '@powersim/kernel'
import type { ReplyOf } from '@powersim/protocol'
import { type CommandRule, fields, flag, option } from '../../cli/command-rules.js'
import { type LineReply, silent } from '../../cli/line-reply.js'
import type { OptionReader } from '../../cli/option-reader.js'
import type { AttributeTable } from '../../cli/output-form.js'
import { converse, type LineScope } from '../line-scope.js'
import { listing } from '../listing.js'
import type { SystemHandle } from '../operation-context.js'

interface ControlRow extends ReplyOf<'comanagement.read'> {
  readonly system: SystemHandle
}

/** A management partition is known by its system. */
const mtmsOf = ({ controller, system }: ControlRow): string =>
  controller?.kind === 'partition' ? `${system.typeModel}*${system.serialNumber}` : (controller?.mtms ?? '')

const controlAttributes: AttributeTable<ControlRow> = [
  { name: 'is_master', value: ({ own }) => (own ? 1 : 0) },
  { name: 'curr_master_name', value: ({ controller }) => controller?.name ?? '' },
  { name: 'curr_master_mtms', value: mtmsOf },
  { name: 'curr_master_type', value: ({ controller }) => controller?.type ?? 'none' },
]

function* listControl(scope: LineScope, options: OptionReader): Generator<Yieldable, LineReply> {
  const conversation = converse(scope, options, 'lscomgmt')
  if (!conversation.ok) return conversation.reply
  const read = yield* conversation.value.ask('comanagement.read', {})
  return read.ok ? listing(controlAttributes, [{ ...read.value, system: conversation.value.system }], options.output) : read.reply
}

type ControlType = 'norm' | 'temp' | 'keep'

function takeControl(types: readonly ControlType[]) {
  return function* take(scope: LineScope, options: OptionReader): Generator<Yieldable, LineReply> {
    const conversation = converse(scope, options, 'chcomgmt')
    if (!conversation.ok) return conversation.reply
    const { consoleName, settings } = scope.context
    const mtms = `${settings.model.typeModel}*${settings.serialNumber}`
    const type = options.choice('-t', types) ?? 'norm'
    const taken = yield* conversation.value.ask('comanagement.set', { name: consoleName, mtms, type })
    return taken.ok ? silent : taken.reply
  }
}

function* giveControl(scope: LineScope, options: OptionReader): Generator<Yieldable, LineReply> {
  const conversation = converse(scope, options, 'chcomgmt')
  if (!conversation.ok) return conversation.reply
  const given = yield* conversation.value.ask('comanagement.release', {})
  return given.ok ? silent : given.reply
}

const system = option('-m')
const operation = 'chcomgmt'

export const coManagementCommands: readonly CommandRule<LineScope>[] = [
  {
    name: 'lscomgmt',
    kind: 'list',
    since: 'v8r8',
    selectors: [],
    otherValues: {},
    variants: [
      {
        select: {},
        operation: 'lscomgmt',
        options: [system, fields, flag('--header')],
        required: ['-m'],
        notSimulated: [],
        attributes: controlAttributes,
        run: listControl,
      },
    ],
  },
  {
    name: 'chcomgmt',
    kind: 'change',
    since: 'v8r8',
    selectors: ['-o'],
    otherValues: {},
    variants: [
      ...(
        [
          { to: 'setmaster', from: 'relmaster', types: ['norm', 'temp'] },
          { to: 'setcontroller', from: 'relcontroller', types: ['norm', 'keep'], since: 'v10r3' },
        ] as const
      ).flatMap(({ to, from, types, ...range }) => [
        {
          ...({ select: { '-o': to }, operation, ...range, required: ['-m', '-t'], notSimulated: [] } as const),
          options: [system, option('-t', types)],
          run: takeControl(types),
        },
        {
          ...({ select: { '-o': from }, operation, ...range, required: ['-m'], notSimulated: [] } as const),
          options: [system],
          run: giveControl,
        },
      ]),
    ],
  },
]
