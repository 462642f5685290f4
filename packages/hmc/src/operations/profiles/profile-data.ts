// bkprofdata, rstprofdata and rmprofdata: the profile data of a system in files on the console's own disk. A restoration is one stage: it
// is made wholly or not at all. A system in Recovery goes on once its data are restored.

import type { Yieldable } from '@powersim/kernel'
import { type PartitionData, restoreKinds, type SystemProfile } from '@powersim/protocol'
import { type CommandRule, flag, option } from '../../cli/command-rules.js'
import { type LineReply, refused, silent } from '../../cli/line-reply.js'
import type { OptionReader } from '../../cli/option-reader.js'
import { type Conversation, inStage, type StageStep } from '../conversation.js'
import { listPartitions } from '../find-partition.js'
import { converse, type LineScope } from '../line-scope.js'
import type { SystemHandle } from '../operation-context.js'

/** Files of profile data that a console keeps (estimate). */
const MAX_FILES = 64

/** A file of profile data on the console. */
export interface ProfileFile {
  /** Type-model and serial number of its system: each has files of its own. */
  readonly system: string
  readonly name: string
  readonly partitions: readonly PartitionData[]
  readonly systemProfiles: readonly SystemProfile[]
}

/** -f FILE; --force: over one of that name. */
function* backUp(scope: LineScope, options: OptionReader): Generator<Yieldable, LineReply> {
  const conversation = converse(scope, options, 'bkprofdata')
  if (!conversation.ok) return conversation.reply
  const name = options.required('-f')
  const { profileFiles } = scope.context
  const before = fileAt(scope, conversation.value.system, name)
  if (before !== -1 && !options.has('--force')) return refused('fileExists', { name })
  if (before === -1 && profileFiles.length >= MAX_FILES) return refused('noSpace', { name })
  const listed = yield* listPartitions(conversation.value, new Map())
  if (!listed.ok) return listed.reply
  const partitions: PartitionData[] = []
  for (const { id } of listed.value) {
    const data = yield* conversation.value.ask('profileData.read', { id }, id)
    if (!data.ok) return data.reply
    partitions.push(data.value.partition)
  }
  const systemProfiles = yield* conversation.value.ask('systemProfile.list', {})
  if (!systemProfiles.ok) return systemProfiles.reply
  const file = { system: systemKey(conversation.value.system), name, partitions, systemProfiles: systemProfiles.value.profiles }
  // Where it was: somebody else may have changed the files while the system answered.
  const at = fileAt(scope, conversation.value.system, name)
  profileFiles.splice(at === -1 ? profileFiles.length : at, at === -1 ? 0 : 1, file)
  return silent
}

/** -l 1 restores the file alone, 2 and 3 merge it with what there is, 4 leaves nothing. */
function* restore(scope: LineScope, options: OptionReader): Generator<Yieldable, LineReply> {
  const kind = restoreKinds[Number(options.required('-l')) - 1] ?? 'full'
  const name = options.text('-f')
  if ((kind === 'initialize') !== (name === undefined)) {
    return name === undefined ? refused('missingParameter', { names: '-f' }) : refused('invalidParameter', { names: '-f' })
  }
  const opened = converse(scope, options, 'rstprofdata')
  if (!opened.ok) return opened.reply
  const conversation = opened.value
  const file = name === undefined ? undefined : scope.context.profileFiles[fileAt(scope, conversation.system, name)]
  if (name !== undefined && file === undefined) return refused('fileNotFound', { name })
  const begun = yield* conversation.ask('profileData.begin', { kind })
  if (!begun.ok) return begun.reply
  const { stage } = begun.value
  const done = yield* inStage(conversation, stage, undefined, fill(conversation, stage, file))
  if (!done.ok) return done.reply
  if (conversation.system.state() !== 'Recovery') return silent
  const recovered = yield* conversation.ask('system.recover', {})
  return recovered.ok ? silent : recovered.reply
}

function* fill(conversation: Conversation, stage: number, file: ProfileFile | undefined): Generator<Yieldable, StageStep> {
  for (const partition of file?.partitions ?? []) {
    conversation.names = { name: partition.name, id: partition.id }
    const put = yield* conversation.ask('profileData.put', { stage, partition })
    if (!put.ok) return put
  }
  const put = yield* conversation.ask('profileData.putSystemProfiles', { stage, profiles: [...(file?.systemProfiles ?? [])] })
  return put.ok ? yield* conversation.ask('stage.commit', { stage }) : put
}

/** -f FILE */
// A generator like every operation, though it never waits.
function* remove(scope: LineScope, options: OptionReader): Generator<Yieldable, LineReply> {
  const conversation = converse(scope, options, 'bkprofdata')
  if (!conversation.ok) return conversation.reply
  const name = options.required('-f')
  const at = fileAt(scope, conversation.value.system, name)
  if (at === -1) return refused('fileNotFound', { name })
  scope.context.profileFiles.splice(at, 1)
  return silent
}

function systemKey({ typeModel, serialNumber }: SystemHandle): string {
  return `${typeModel}*${serialNumber}`
}

function fileAt({ context }: LineScope, system: SystemHandle, name: string): number {
  return context.profileFiles.findIndex((file) => file.system === systemKey(system) && file.name === name)
}

const system = option('-m')

export const profileDataCommands: readonly CommandRule<LineScope>[] = [
  {
    name: 'bkprofdata',
    kind: 'change',
    selectors: [],
    otherValues: {},
    variants: [
      {
        select: {},
        operation: 'bkprofdata',
        options: [system, option('-f'), flag('--force')],
        required: ['-m', '-f'],
        notSimulated: [],
        run: backUp,
      },
    ],
  },
  {
    name: 'rstprofdata',
    kind: 'change',
    selectors: [],
    otherValues: {},
    variants: [
      {
        select: {},
        operation: 'rstprofdata',
        options: [system, option('-l', ['1', '2', '3', '4']), option('-f')],
        required: ['-m', '-l'],
        notSimulated: [flag('--test'), flag('--ignoremergeerr')],
        run: restore,
      },
    ],
  },
  {
    name: 'rmprofdata',
    kind: 'change',
    selectors: [],
    otherValues: {},
    variants: [{ select: {}, operation: null, options: [system, option('-f')], required: ['-m', '-f'], notSimulated: [], run: remove }],
  },
]
