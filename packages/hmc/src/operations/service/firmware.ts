// lslic and updlic: levels of licensed internal code on the two sides of the flash, and what changes them. An update of the release that
// runs is concurrent; one to another release waits for the next power-on. The image comes from this console's disk.

import type { Yieldable } from '@powersim/kernel'
import type { ReplyOf } from '@powersim/protocol'
import { type LineReply, notSimulated, refused, silent } from '../../cli/line-reply.js'
import { messageText } from '../../cli/messages.js'
import type { OptionReader } from '../../cli/option-reader.js'
import type { AttributeTable } from '../../cli/output-form.js'
import type { Conversation, Step } from '../conversation.js'
import { converse, type LineScope } from '../line-scope.js'
import { listing } from '../listing.js'

/** Size of an image: 32 MiB (estimate). */
const IMAGE_BYTES = 33_554_432
/** From one look at an update to the next, and for how long the console looks before it gives up: 40 minutes, the class's time-out. */
const LOOK_NS = 10_000_000_000
const LOOKS = 240

type Levels = ReplyOf<'firmware.levels'>

interface LevelRow {
  readonly typeModel: string
  readonly serialNumber: string
  readonly levels: Levels
}

/** `108` of `01EL350_108`: consoles show the level without its release. */
const short = (level: string): string => String(Number(level.slice(level.indexOf('_') + 1)))

/** Order of ours; the names that public clients ask for are among them. */
export const levelAttributes: AttributeTable<LevelRow> = [
  { name: 'lic_type', value: () => 'Managed System' },
  { name: 'management_status', value: () => 'Enabled' },
  { name: 'disabled_reason', value: () => '' },
  { name: 'activated_level', value: ({ levels }) => short(levels.activated) },
  { name: 'activated_spname', value: ({ levels }) => levels.activated },
  { name: 'installed_level', value: ({ levels }) => short(levels.temporary) },
  { name: 'accepted_level', value: ({ levels }) => short(levels.permanent) },
  { name: 'ecnumber', value: ({ levels }) => levels.ecNumber },
  { name: 'mtms', value: ({ typeModel, serialNumber }) => `${typeModel}*${serialNumber}` },
  { name: 'deferred_level', value: ({ levels }) => (levels.activated === levels.temporary ? 'None' : short(levels.temporary)) },
  { name: 'platform_ipl_level', value: ({ levels }) => short(levels.platformIpl) },
  { name: 'curr_level_primary', value: ({ levels }) => short(levels.side === 'temp' ? levels.temporary : levels.permanent) },
  { name: 'curr_ecnumber_primary', value: ({ levels }) => levels.ecNumber },
  { name: 'curr_power_on_side_primary', value: ({ levels }) => levels.side },
  { name: 'temp_ecnumber_primary', value: ({ levels }) => levels.ecNumber, inRows: 'v8r8' },
  { name: 'temp_level_primary', value: ({ levels }) => short(levels.temporary) },
  { name: 'perm_ecnumber_primary', value: ({ levels }) => levels.ecNumber, inRows: 'v8r8' },
  { name: 'perm_level_primary', value: ({ levels }) => short(levels.permanent) },
  { name: 'update_control_primary', value: () => 'HMC' },
]

export function* listLevels(scope: LineScope, options: OptionReader): Generator<Yieldable, LineReply> {
  const conversation = converse(scope, options, 'lslic')
  if (!conversation.ok) return conversation.reply
  const { typeModel, serialNumber } = conversation.value.system
  const reply = yield* conversation.value.ask('firmware.levels', {})
  return reply.ok ? listing(levelAttributes, [{ typeModel, serialNumber, levels: reply.value }], options.output) : reply.reply
}

/** -o a -l LEVEL: accepts what runs if it is on one side only, sends the image, waits until it is on the temporary side. */
export function* installLevel(scope: LineScope, options: OptionReader): Generator<Yieldable, LineReply> {
  const level = options.required('-l')
  if (level === 'latest' || level === 'latestconcurrent')
    return notSimulated(`updlic -l ${level}`, messageText('missingParameter', { names: '-l' }))
  if (!/^[0-9A-Z]{2,8}_\d{3}$/.test(level)) return refused('missingParameter', { names: '-l' })
  const conversation = converse(scope, options, 'updlic install')
  if (!conversation.ok) return conversation.reply
  const levels = yield* conversation.value.ask('firmware.levels', {})
  if (!levels.ok) return levels.reply
  const { side, temporary, permanent, activated, ecNumber, updating } = levels.value
  if (!updating && side === 'temp' && activated === temporary && temporary !== permanent) {
    const accepted = yield* settle(conversation.value, 'firmware.accept')
    if (!accepted.ok) return accepted.reply
  }
  const done = yield* install(conversation.value, level, level.startsWith(`${ecNumber}_`))
  return done.ok ? silent : done.reply
}

/** -o c: accept. -o r: reject. */
export function* acceptLevel(scope: LineScope, options: OptionReader): Generator<Yieldable, LineReply> {
  const conversation = converse(scope, options, 'updlic accept')
  if (!conversation.ok) return conversation.reply
  const done = yield* settle(conversation.value, options.required('-o') === 'c' ? 'firmware.accept' : 'firmware.reject')
  return done.ok ? silent : done.reply
}

function* install(conversation: Conversation, level: string, concurrent: boolean): Generator<Yieldable, Step<unknown>> {
  const begun = yield* conversation.ask('firmware.begin', { level, bytes: IMAGE_BYTES, concurrent })
  if (!begun.ok) return begun
  const { chunkBytes } = begun.value
  for (let offset = 0; offset < IMAGE_BYTES; offset += chunkBytes) {
    const bytes = Math.min(chunkBytes, IMAGE_BYTES - offset)
    const written = yield* conversation.ask('firmware.write', { offset, bytes })
    if (written.ok) continue
    yield* conversation.ask('firmware.abandon', {})
    return written
  }
  const finished = yield* conversation.ask('firmware.finish', {})
  return finished.ok ? yield* settled(conversation) : finished
}

function* settle(conversation: Conversation, command: 'firmware.accept' | 'firmware.reject'): Generator<Yieldable, Step<unknown>> {
  const begun = yield* conversation.ask(command, {})
  return begun.ok ? yield* settled(conversation) : begun
}

/** Looks again and again until the service processor is done. */
function* settled(conversation: Conversation): Generator<Yieldable, Step<unknown>> {
  for (let look = 0; look < LOOKS; look++) {
    yield LOOK_NS
    const levels = yield* conversation.ask('firmware.levels', {})
    // One that is away while it resets goes on afterwards.
    if (levels.ok && !levels.value.updating) return levels
  }
  return { ok: false, reply: refused('timedOut', { system: conversation.system.name }), unknown: true }
}
