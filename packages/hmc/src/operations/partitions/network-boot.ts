// lpar_netboot -M -n: the Ethernet adapters of a partition and their MAC addresses, as its firmware finds them. The partition is started to
// Open Firmware with its profile, looked at over its virtual terminal, and switched off again (xCAT's LparNetbootExp.pm, which follows this
// program). Lines as in two published outputs, of a U9117.MMA (xCAT's PPCmac.pm) and a U9105.22A. Booting itself is not simulated.

import type { Yieldable } from '@powersim/kernel'
import type { PartitionView, ReplyOf } from '@powersim/protocol'
import { type CommandRule, flags, option, options as texts } from '../../cli/command-rules.js'
import { failed, type LineReply, notSimulated, printed, refused } from '../../cli/line-reply.js'
import { messageText } from '../../cli/messages.js'
import type { OptionReader } from '../../cli/option-reader.js'
import { activate } from './activate-partition.js'
import { Conversation, type ListedPartition, type Step } from '../conversation.js'
import { findPartition } from '../find-partition.js'
import type { LineScope } from '../line-scope.js'

/** Between looks at the state of the partition, and the last of them (estimates). */
const LOOK_NS = 5_000_000_000
const LOOKS = 120

const HEAD = '# Type\t Location Code\t MAC Address\t Full Path Name\t Ping Result\t Device Type'

function* listAdapters(scope: LineScope, options: OptionReader): Generator<Yieldable, LineReply> {
  if (!options.has('-M') || !options.has('-n')) {
    return notSimulated('lpar_netboot without -M and -n', messageText('missingParameter', { names: '-M,-n' }))
  }
  const { context, tally } = scope
  const name = options.required('system')
  const system = context.system(name)
  if (system === undefined) return refused('systemNotFound', { name })
  const conversation = new Conversation(context, system, 'lpar_netboot', tally)
  const found = yield* findPartition(conversation, { name: options.required('partition') })
  if (!found.ok) return found.reply
  const { id } = found.value
  if (options.has('-f')) {
    const freed = yield* conversation.ask('terminal.close', { id }, id)
    if (!freed.ok) return freed.reply
  }
  const opened = yield* conversation.ask('terminal.open', { id }, id)
  if (!opened.ok) return opened.reply
  const { terminal } = opened.value
  if (terminal === 0) return failed('lpar_netboot: the virtual terminal of the partition is in use: use -f to close it')
  const adapters = yield* adaptersInFirmware(conversation, found.value, options.required('profile'))
  const closed = yield* conversation.ask('terminal.close', { id, terminal }, id)
  if (!adapters.ok) return adapters.reply
  return closed.ok ? printed(textOf(conversation, found.value, adapters.value)) : closed.reply
}

type Adapters = ReplyOf<'adapters.lpar'>

function* adaptersInFirmware(conversation: Conversation, { id }: ListedPartition, profile: string): Generator<Yieldable, Step<Adapters>> {
  const before: Step<PartitionView> = yield* conversation.ask('lpar.read', { id }, id)
  if (!before.ok) return before
  if (before.value.state !== 'Not Activated') return { ok: false, reply: refused('mustBeNotActivated') }
  const started = yield* activate(conversation, id, profile, { bootMode: 'of' })
  if (!started.ok) return started
  let adapters: Step<Adapters> = { ok: false, reply: failed('lpar_netboot: the partition does not reach Open Firmware') }
  for (let look = 0; look < LOOKS; look++) {
    yield LOOK_NS
    const view: Step<PartitionView> = yield* conversation.ask('lpar.read', { id }, id)
    if (!view.ok) return view
    if (view.value.state === 'Not Activated' || view.value.state === 'Error') return adapters
    if (view.value.state !== 'Open Firmware') continue
    adapters = yield* conversation.ask('adapters.lpar', { id }, id)
    break
  }
  const stopped = yield* conversation.ask('lpar.shutdown', { id, immediate: true, restart: false }, id)
  return stopped.ok ? adapters : stopped
}

function textOf({ system }: Conversation, { id, name }: ListedPartition, { adapters }: Adapters): string {
  const unit = `U${system.typeModel.replace('-', '.')}.${system.serialNumber}`
  const rows = adapters.flatMap((adapter) => {
    if (adapter.kind !== 'eth') return []
    const path = `/vdevice/l-lan@${(UNIT_OF_SLOT_0 + adapter.slot).toString(16)}`
    return [`ent ${unit}-V${id}-C${adapter.slot}-T1 ${(adapter.mac ?? '').toLowerCase()} ${path} n/a virtual`]
  })
  return [
    `# Connecting to ${name}.`,
    '# Connected',
    '# Checking for power off.',
    '# Power off complete.',
    `# Power on ${name} to Open Firmware.`,
    '# Power on complete.',
    '# Getting adapter location codes.',
    HEAD,
    ...rows,
  ].join('\n')
}

/** Unit addresses of virtual devices in a device tree: 30000003 in slot 3 (the same outputs). */
const UNIT_OF_SLOT_0 = 0x3000_0000

const lparNetboot: CommandRule<LineScope> = {
  name: 'lpar_netboot',
  kind: 'change',
  selectors: [],
  operands: ['partition', 'profile', 'system'],
  otherValues: {},
  variants: [
    {
      select: {},
      operation: 'lpar_netboot',
      options: [
        ...texts('partition', 'profile', 'system'),
        ...flags('-M', '-n', '-A', '-f', '-v', '-x'),
        option('-t', ['ent']),
        option('-T'),
      ],
      required: ['partition', 'profile', 'system', '-t'],
      notSimulated: [...flags('-D', '-i'), ...texts('-s', '-d', '-S', '-G', '-C', '-K', '-m', '-l', '-g', '-w', '-p', '-V', '-Y')],
      run: listAdapters,
    },
  ],
}

export const networkBootCommands: readonly CommandRule<LineScope>[] = [lparNetboot]
