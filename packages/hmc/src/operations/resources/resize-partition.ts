// chhwres -r mem|proc|io -o a|r|m: dynamic partitioning (DLPAR). The hypervisor lets go of the resources batch by batch; the operating
// system of an activated partition takes each batch in after, or gives it up before, over RMC. What was done stays done: an operation of
// which only a part succeeded says so with the console's message. -w bounds the operating systems' time, in minutes.

import type { Yieldable } from '@powersim/kernel'
import {
  type ConnectorType,
  drcIndexOf,
  type OperationName,
  type PartitionView,
  type ReconfigureReason,
  type RequestOf,
  unitsOfBatch,
} from '@powersim/protocol'
import { type LineReply, refused, silent } from '../../cli/line-reply.js'
import type { OptionReader } from '../../cli/option-reader.js'
import type { Conversation, Step } from '../conversation.js'
import { findPartitions, keyFromOptions, type PartitionKey } from '../find-partition.js'
import { converse, type LineScope } from '../line-scope.js'

type Direction = RequestOf<'dynamic.begin'>['direction']

const directions: Readonly<Record<string, Direction>> = { a: 'add', r: 'remove', m: 'move' }
const resourceWords: Readonly<Record<ConnectorType, string>> = { mem: 'memory', proc: 'processor', slot: 'I/O slot', vslot: 'virtual I/O' }
const operationWords = { mem: 'mem', proc: 'proc', slot: 'io' } as const satisfies Partial<Record<ConnectorType, string>>
const reasonWords: Readonly<Record<ReconfigureReason, string>> = {
  'timed-out': ', then its time was over',
  'none-left': ', and has no more that it could',
  'in-use': ', the rest is in use',
  refused: ', the hypervisor refused the rest',
}

/** -w when it is not given; 0: no limit (estimate). */
const DEFAULT_WAIT_MINUTES = 5
const NS_PER_MINUTE = 60_000_000_000

export function* resizeMemory(scope: LineScope, options: OptionReader): Generator<Yieldable, LineReply> {
  return yield* resize(scope, options, 'mem')
}

export function* resizeProcessors(scope: LineScope, options: OptionReader): Generator<Yieldable, LineReply> {
  return yield* resize(scope, options, 'proc')
}

export function* changeSlot(scope: LineScope, options: OptionReader): Generator<Yieldable, LineReply> {
  return yield* resize(scope, options, 'slot')
}

function* resize(scope: LineScope, options: OptionReader, resource: keyof typeof operationWords): Generator<Yieldable, LineReply> {
  const direction = directions[options.required('-o')] ?? 'add'
  const operation: OperationName = `chhwres ${operationWords[resource]} ${direction}`
  const opened = converse(scope, options, operation)
  if (!opened.ok) return opened.reply
  const partitions = yield* readReachable(scope, opened.value, [keyFromOptions(options, '-p'), ...targetKeys(options, direction)])
  if (!partitions.ok) return partitions.reply
  const [first, target] = partitions.value
  // findPartitions has found one for each key.
  if (first === undefined) return refused('partitionNotFound')
  if (first.id === target?.id) return refused('missingParameter', { names: options.has('--tid') ? '--tid' : '-t' })
  const request = beginRequest(options, direction, first.id, target?.id)
  return yield* changeDynamically(scope, options, opened.value, { request, resource, first, target })
}

/** lpar.list, then lpar.read of each; one that runs without a link to its operating system is HSCL2957. */
export function* readReachable(
  scope: LineScope,
  conversation: Conversation,
  keys: readonly PartitionKey[],
): Generator<Yieldable, Step<readonly PartitionView[]>> {
  const partitions = yield* readAll(conversation, keys)
  if (!partitions.ok) return partitions
  const unreachable = partitions.value.find((view) => needsRmc(view) && scope.context.rmcState(conversation.system, view.id) !== 'active')
  return unreachable === undefined ? partitions : { ok: false, reply: refused('noRmc', { name: unreachable.name }) }
}

/** What a change asks for, of which partitions. */
interface AskedChange {
  readonly request: RequestOf<'dynamic.begin'>
  readonly resource: ConnectorType
  readonly first: PartitionView
  /** Of a move. */
  readonly target?: PartitionView | undefined
}

/** Begins a dynamic change and carries it to its end. */
export function* changeDynamically(
  scope: LineScope,
  options: OptionReader,
  conversation: Conversation,
  { request, resource, first, target }: AskedChange,
): Generator<Yieldable, LineReply> {
  const begun = yield* conversation.ask('dynamic.begin', request, first.id)
  if (!begun.ok) return begun.reply
  const minutes = options.count('-w') ?? DEFAULT_WAIT_MINUTES
  const { direction, adapter, virtualSlot } = request
  const slot = adapter?.slot ?? virtualSlot?.slot
  const change = new DynamicChange(conversation, {
    stage: begun.value.stage,
    resource,
    units: unitsOf(request, conversation),
    batches: begun.value.batches,
    drcIndex: slot === undefined ? request.drcIndex : drcIndexOf('vslot', slot),
    deadlineNs: minutes === 0 ? Infinity : scope.context.simulation.now + minutes * NS_PER_MINUTE,
    first,
    giver: direction === 'add' ? null : first,
    taker: direction === 'add' ? first : (target ?? null),
  })
  return yield* change.run()
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

function beginRequest(options: OptionReader, direction: Direction, id: number, to: number | undefined): RequestOf<'dynamic.begin'> {
  const memoryMiB = options.count('-q')
  const procs = options.count('--procs')
  const hundredths = options.hundredths('--procunits')
  const drcIndex = options.hexadecimal('-l')
  return {
    id,
    direction,
    ...(to === undefined ? {} : { to }),
    ...(memoryMiB === undefined ? {} : { memoryMiB }),
    ...(procs === undefined ? {} : { procs }),
    ...(hundredths === undefined ? {} : { hundredths }),
    ...(drcIndex === undefined ? {} : { drcIndex }),
  }
}

/** Regions, virtual processors, or one slot. */
function unitsOf({ memoryMiB, procs, hundredths }: RequestOf<'dynamic.begin'>, { system }: Conversation): number {
  if (memoryMiB === undefined && procs === undefined && hundredths === undefined) return 1
  return memoryMiB === undefined ? (procs ?? 0) : Math.ceil(memoryMiB / system.memoryRegionMiB)
}

interface ChangePlan {
  readonly stage: number
  readonly resource: ConnectorType
  readonly units: number
  readonly batches: number
  readonly drcIndex: number | undefined
  /** When operating systems are to begin no more units. */
  readonly deadlineNs: number
  /** The partition that commands are about. */
  readonly first: PartitionView
  readonly giver: PartitionView | null
  readonly taker: PartitionView | null
}

/** What an operating system did of a batch. `unknown`: it may have done, or still do, all of it. */
interface Part {
  readonly done: number
  readonly complete: boolean
  readonly unknown: boolean
  readonly reason: ReconfigureReason | undefined
}

/** One change under way. */
class DynamicChange {
  private readonly conversation: Conversation
  private readonly plan: ChangePlan
  /** Who has an operating system to ask. */
  private readonly giver: PartitionView | null
  private readonly taker: PartitionView | null
  private given = 0
  private taken = 0
  /** The first operating system that did not do all. */
  private failure: LineReply | null = null
  private unknown = false

  constructor(conversation: Conversation, plan: ChangePlan) {
    const { giver, taker } = plan
    this.conversation = conversation
    this.plan = plan
    this.giver = giver !== null && needsRmc(giver) ? giver : null
    this.taker = taker !== null && needsRmc(taker) ? taker : null
  }

  *run(): Generator<Yieldable, LineReply> {
    const { stage, units, batches, first } = this.plan
    for (let batch = 0; batch < batches && this.failure === null; batch++) {
      const step = yield* this.batch(batch, unitsOfBatch(units, batches, batch))
      // The hypervisor has dropped the stage by then, and settled what had changed hands: the rest goes back.
      if (!step.ok) return yield* this.undo(step)
    }
    const finished = yield* this.conversation.ask('dynamic.finish', { stage, ...(this.unknown ? { hold: true } : {}) }, first.id)
    if (!finished.ok) return yield* this.undo(finished)
    return this.failure ?? silent
  }

  /** The giver gives up, the hypervisor passes on, the taker takes in. What the taker does not take, the giver has back. */
  private *batch(batch: number, count: number): Generator<Yieldable, Step<unknown>> {
    let share = count
    if (this.giver !== null) {
      const gave = yield* this.reconfigure(this.giver, 'remove', count)
      this.given += gave.done
      share = gave.done
      if (!gave.complete) this.fail('dynamicRemoveFailed', this.giver, gave, count)
      if (share === 0 && count > 0) return { ok: true, value: null }
    }
    const step = yield* this.conversation.ask('dynamic.step', { stage: this.plan.stage, batch }, this.plan.first.id)
    if (!step.ok || this.taker === null) return step
    const took = yield* this.reconfigure(this.taker, 'add', share)
    this.taken += took.done
    if (took.complete) return step
    this.fail('dynamicAddFailed', this.taker, took, share)
    if (this.giver !== null && !took.unknown) yield* this.giveBack(share - took.done)
    return step
  }

  private *reconfigure(view: PartitionView, direction: 'add' | 'remove', count: number): Generator<Yieldable, Part> {
    const { context, system } = this.conversation
    const { resource, drcIndex, deadlineNs } = this.plan
    const left = deadlineNs - context.simulation.now
    const outcome = yield* context.rmc(system, view.id, {
      id: view.id,
      direction,
      resource,
      count,
      ...(drcIndex === undefined ? {} : { drcIndex }),
      ...(Number.isFinite(left) ? { timeoutNs: left < 0 ? 0 : left } : {}),
    })
    const done = outcome.done > count ? count : outcome.done
    return { done, complete: outcome.ok && done >= count, unknown: outcome.unknown === true, reason: outcome.reason }
  }

  private fail(message: 'dynamicAddFailed' | 'dynamicRemoveFailed', view: PartitionView, part: Part, count: number): void {
    if (part.unknown) this.unknown = true
    if (this.failure !== null) return
    const why = part.reason === undefined ? '' : reasonWords[part.reason]
    const detail = part.unknown
      ? `the operating system of partition ${view.name} did not answer in time; restore the resources with rsthwres`
      : `the operating system of partition ${view.name} completed ${part.done} of ${count}${why}`
    this.failure = refused(message, { resource: resourceWords[this.plan.resource], detail })
  }

  /** Best effort: a giver that does not take them back keeps them assigned, and can be restored. */
  private *giveBack(count: number): Generator<Yieldable, void> {
    if (this.giver === null || count <= 0) return
    const { context, system } = this.conversation
    const { resource, drcIndex } = this.plan
    const request = { id: this.giver.id, direction: 'add', resource, count } as const
    yield* context.rmc(system, this.giver.id, { ...request, ...(drcIndex === undefined ? {} : { drcIndex }) })
  }

  /** After a step that may have been made all the same nothing is handed back. */
  private *undo(failed: { readonly reply: LineReply; readonly unknown?: true }): Generator<Yieldable, LineReply> {
    if (failed.unknown !== true) yield* this.giveBack(this.given - this.taken)
    yield* this.conversation.ask('stage.abandon', { stage: this.plan.stage }, this.plan.first.id)
    return this.failure ?? failed.reply
  }
}
