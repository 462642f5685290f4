// lslock and rmlock: who holds the lock on changes of a system, and taking it away by force ("Release Lock on Managed System" of the
// graphical interface, HMC guides). The service processor is asked first, then the hypervisor. The row is domain knowledge.

import type { Yieldable } from '@powersim/kernel'
import { type CommandRule, fields, flag, option } from '../../cli/command-rules.js'
import { type LineReply, silent } from '../../cli/line-reply.js'
import type { OptionReader } from '../../cli/option-reader.js'
import type { AttributeTable } from '../../cli/output-form.js'
import { converse, type LineScope } from '../line-scope.js'
import { listing } from '../listing.js'

interface LockRow {
  readonly system: string
  readonly location: 'sp' | 'hypervisor'
  readonly holder: number
}

const lockAttributes: AttributeTable<LockRow> = [
  { name: 'name', value: ({ system }) => system },
  { name: 'location', value: ({ location }) => location },
  /** Number of the console among those of the installation. */
  { name: 'holder_id', value: ({ holder }) => holder },
]

function* listLock(scope: LineScope, options: OptionReader): Generator<Yieldable, LineReply> {
  const conversation = converse(scope, options, 'lslock')
  if (!conversation.ok) return conversation.reply
  const { value: talk } = conversation
  const inProcessor = yield* talk.ask('system.lock', {})
  if (!inProcessor.ok) return inProcessor.reply
  const lock = inProcessor.value.kept ? inProcessor : yield* talk.ask('lock.read', {})
  if (!lock.ok) return lock.reply
  const { kept, holder } = lock.value
  const location = inProcessor.value.kept ? 'sp' : 'hypervisor'
  return listing(lockAttributes, kept && holder !== 0 ? [{ system: talk.system.name, location, holder }] : [], options.output)
}

function* removeLock(scope: LineScope, options: OptionReader): Generator<Yieldable, LineReply> {
  const conversation = converse(scope, options, 'rmlock')
  if (!conversation.ok) return conversation.reply
  const inProcessor = yield* conversation.value.ask('system.releaseLock', {})
  if (!inProcessor.ok) return inProcessor.reply
  const lock = inProcessor.value.kept ? inProcessor : yield* conversation.value.ask('lock.release', {})
  return lock.ok ? silent : lock.reply
}

const system = option('-m')

export const lockCommands: readonly CommandRule<LineScope>[] = [
  {
    name: 'lslock',
    kind: 'list',
    selectors: [],
    otherValues: {},
    variants: [
      {
        select: {},
        operation: 'lslock',
        options: [system, fields, flag('--header')],
        required: ['-m'],
        notSimulated: [],
        attributes: lockAttributes,
        run: listLock,
      },
    ],
  },
  {
    name: 'rmlock',
    kind: 'change',
    selectors: [],
    otherValues: {},
    variants: [{ select: {}, operation: 'rmlock', options: [system], required: ['-m'], notSimulated: [], run: removeLock }],
  },
]
