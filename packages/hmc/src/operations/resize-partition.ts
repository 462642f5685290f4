// chhwres -r mem|proc -o a|r|m: dynamic partitioning (DLPAR). The hypervisor moves the resources batch by batch; the operating system of
// an activated partition takes each batch in after, or gives it up before, over RMC. An operation ends whole or not at all: after a
// failure the operating systems take back what they gave and the stage is abandoned.

import type { Yieldable } from '@powersim/kernel'
import type { OperationName, PartitionView, ReplyOf, RequestOf } from '@powersim/protocol'
import { type LineReply, refused, silent } from '../cli/line-reply.js'
import type { OptionReader } from '../cli/option-reader.js'
import { type Conversation, inStage, type Step, type StageStep } from './conversation.js'
import { findPartitions, keyFromOptions, type PartitionKey } from './find-partition.js'
import { converse, type LineScope } from './line-scope.js'

type Resource = 'mem' | 'proc'
type Direction = RequestOf<'dynamic.begin'>['direction']

const directions: Readonly<Record<string, Direction>> = { a: 'add', r: 'remove', m: 'move' }
const resourceWords: Readonly<Record<Resource, string>> = { mem: 'memory', proc: 'processor' }

export function* resizeMemory(scope: LineScope, options: OptionReader): Generator<Yieldable, LineReply> {
  return yield* resize(scope, options, 'mem')
}

export function* resizeProcessors(scope: LineScope, options: OptionReader): Generator<Yieldable, LineReply> {
  return yield* resize(scope, options, 'proc')
}

function* resize(scope: LineScope, options: OptionReader, resource: Resource): Generator<Yieldable, LineReply> {
  const direction = directions[options.required('-o')] ?? 'add'
  const operation: OperationName = `chhwres ${resource} ${direction}`
  const opened = converse(scope, options, operation)
  if (!opened.ok) return opened.reply
  const conversation = opened.value
  const partitions = yield* readAll(conversation, [keyFromOptions(options, '-p'), ...targetKeys(options, direction)])
  if (!partitions.ok) return partitions.reply
  const unreachable = partitions.value.find((view) => needsRmc(view) && scope.context.rmcState(conversation.system, view.id) !== 'active')
  if (unreachable !== undefined) return refused('noRmc', { name: unreachable.name })
  const [first, target] = partitions.value
  // findPartitions has found one for each key.
  if (first === undefined) return refused('partitionNotFound')
  if (first.id === target?.id) return refused('missingParameter', { names: options.has('--tid') ? '--tid' : '-t' })
  const begun = yield* conversation.ask('dynamic.begin', beginRequest(options, direction, first.id, target?.id), first.id)
  if (!begun.ok) return begun.reply
  const { stage, batches } = begun.value
  const change = new DynamicChange(conversation, resource, direction, first, target, shares(options, conversation, resource, batches))
  const done = yield* inStage(conversation, stage, first.id, change.run(stage))
  if (done.ok) return silent
  return done.reply
}

function targetKeys(options: OptionReader, direction: Direction): readonly PartitionKey[] {
  if (direction !== 'move') return []
  const id = options.count('--tid')
  return [id === undefined ? { name: options.required('-t') } : { id }]
}

/** lpar.list, then lpar.read of each: one for add and remove, source and target for a move. */
function* readAll(conversation: Conversation, keys: readonly PartitionKey[]): Generator<Yieldable, Step<readonly PartitionView[]>> {
  const found = yield* findPartitions(conversation, keys)
  if (!found.ok) return found
  const views: PartitionView[] = []
  for (const { id } of found.value) {
    const view = yield* conversation.ask('lpar.read', { id }, id)
    if (!view.ok) return view
    views.push(view.value)
  }
  return { ok: true, value: views }
}

/** An activated partition has an operating system to ask; of one that is not, the configuration alone changes. */
function needsRmc(view: PartitionView): boolean {
  return view.state !== 'Not Activated'
}

function beginRequest(
  options: OptionReader,
  direction: Direction,
  id: number,
  to: number | undefined,
): RequestOf<'dynamic.begin'> {
  const memoryMiB = options.count('-q')
  const procs = options.count('--procs')
  const hundredths = options.hundredths('--procunits')
  return {
    id,
    direction,
    ...(to === undefined ? {} : { to }),
    ...(memoryMiB === undefined ? {} : { memoryMiB }),
    ...(procs === undefined ? {} : { procs }),
    ...(hundredths === undefined ? {} : { hundredths }),
  }
}

/** Regions or virtual processors of each batch: as even as they go, the larger ones first. */
function shares(options: OptionReader, { system }: Conversation, resource: Resource, batches: number): readonly number[] {
  const regions = Math.ceil((options.count('-q') ?? 0) / system.memoryRegionMiB)
  const total = resource === 'mem' ? regions : (options.count('--procs') ?? 0)
  const least = batches === 0 ? 0 : Math.floor(total / batches)
  return Array.from({ length: batches }, (_, batch) => least + (batch < total - least * batches ? 1 : 0))
}

/** One change under way, and what the operating systems have done of it so far. */
class DynamicChange {
  private readonly conversation: Conversation
  private readonly resource: Resource
  /** Who gives resources up, and who takes them in; null where no operating system is asked. */
  private readonly giver: PartitionView | null
  private readonly taker: PartitionView | null
  /** The partition that a command is about. */
  private readonly subject: PartitionView
  private readonly counts: readonly number[]
  private given = 0
  private taken = 0

  constructor(
    conversation: Conversation,
    resource: Resource,
    direction: Direction,
    first: PartitionView,
    target: PartitionView | undefined,
    counts: readonly number[],
  ) {
    const taker = direction === 'add' ? first : direction === 'move' ? target : undefined
    this.conversation = conversation
    this.resource = resource
    this.giver = direction !== 'add' && needsRmc(first) ? first : null
    this.taker = taker !== undefined && needsRmc(taker) ? taker : null
    this.subject = first
    this.counts = counts
  }

  *run(stage: number): Generator<Yieldable, Step<ReplyOf<'dynamic.finish'>>> {
    for (const [batch, count] of this.counts.entries()) {
      const step = yield* this.batch(stage, batch, count)
      if (!step.ok) return yield* this.undo(step)
    }
    const finished = yield* this.conversation.ask('dynamic.finish', { stage }, this.subject.id)
    // A change that may have been made is left alone: the operating systems have the resources it would give them.
    return finished.ok || finished.unknown === true ? finished : yield* this.undo(finished)
  }

  private *batch(stage: number, batch: number, count: number): Generator<Yieldable, StageStep> {
    if (this.giver !== null) {
      const gave = yield* this.reconfigure(this.giver, 'remove', count)
      this.given += gave.done
      if (!gave.complete) return this.failure('dynamicRemoveFailed', this.giver, gave.done, count)
    }
    const step = yield* this.conversation.ask('dynamic.step', { stage, batch }, this.subject.id)
    if (step.ok && this.taker !== null) {
      const took = yield* this.reconfigure(this.taker, 'add', count)
      this.taken += took.done
      if (!took.complete) return this.failure('dynamicAddFailed', this.taker, took.done, count)
    }
    return step
  }

  private *reconfigure(
    view: PartitionView,
    direction: 'add' | 'remove',
    count: number,
  ): Generator<Yieldable, { readonly done: number; readonly complete: boolean }> {
    const { context, system } = this.conversation
    const outcome = yield* context.rmc(system, view.id, { id: view.id, direction, resource: this.resource, count })
    return { done: outcome.done > count ? count : outcome.done, complete: outcome.ok && outcome.done >= count }
  }

  private failure(
    message: 'dynamicAddFailed' | 'dynamicRemoveFailed',
    view: PartitionView,
    done: number,
    count: number,
  ): { readonly ok: false; readonly reply: LineReply } {
    const detail = `the operating system of partition ${view.name} completed ${done} of ${count}`
    return { ok: false, reply: refused(message, { resource: resourceWords[this.resource], detail }) }
  }

  /** Hands back what changed hands in the operating systems. Best effort: one that does not answer keeps what it has. */
  private *undo<T extends { readonly ok: false }>(failed: T): Generator<Yieldable, T> {
    if (this.taker !== null && this.taken > 0) yield* this.reconfigure(this.taker, 'remove', this.taken)
    if (this.giver !== null && this.given > 0) yield* this.reconfigure(this.giver, 'add', this.given)
    return failed
  }
}
