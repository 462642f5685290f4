// Dynamic changes (DLPAR) of memory and processors: begin checks and reserves, a step per batch, finish commits the whole or nothing.
// A batch is up to `batchRegions` regions, or one virtual processor, or, when only processing units change, all of them (LoPAR: regions and
// processors go one by one). The operating system's part is the console's, over RMC; a partition that is off just gets new amounts.

import type { ReplyOf, RequestOf } from '@powersim/protocol'
import { hundredthsHeld } from './accounting.js'
import type { Holding, PartitionRecord } from './configuration.js'
import { type Hypervisor, noPartition } from './hypervisor.js'
import { isRefused, type Outcome, refused, type Refused, reply, senseless } from './outcome.js'
import { checkEntitlement } from './profile-rules.js'
import type { Caller, DynamicWork, Stage } from './stages.js'

/** A change of one partition, signed: + for what it gets. */
interface Delta {
  readonly memoryMiB: number
  readonly procs: number
  readonly hundredths: number
}

type Held = PartitionRecord & { readonly current: Holding }

export function beginDynamic(hypervisor: Hypervisor, data: RequestOf<'dynamic.begin'>, caller: Caller): Outcome<ReplyOf<'dynamic.begin'>> {
  const { id, to, direction, memoryMiB = 0, procs = 0, hundredths = 0 } = data
  if ((direction === 'move') !== (to !== undefined)) return senseless('a move, and only a move, names the partition that receives')
  if (to === id) return senseless('a partition cannot move resources to itself')
  const ofMemory = data.memoryMiB !== undefined
  if (ofMemory === (data.procs !== undefined || data.hundredths !== undefined)) return senseless('expected memory or processors')
  if (memoryMiB + procs + hundredths === 0) return senseless('expected an amount above 0')
  const delta: Delta = { memoryMiB, procs, hundredths }
  const receiver = direction === 'add' ? id : (to ?? null)
  const giver = direction === 'add' ? null : id
  const bad =
    refuseSide(hypervisor, giver, delta, -1) ??
    refuseSide(hypervisor, receiver, delta, 1) ??
    (ofMemory ? undefined : refuseModes(hypervisor, giver, receiver))
  if (bad !== undefined) return bad
  const lparIds = to === undefined ? [id] : [id, to]
  const busy = hypervisor.refuseStage(lparIds)
  if (busy !== undefined) return busy
  const reserved = { memoryMiB: direction === 'add' ? memoryMiB : 0, hundredths: 0 }
  if (giver === null) {
    const wanted = takenHundredths(hypervisor, id, delta)
    const free = hypervisor.free()
    if (memoryMiB > free.memoryMiB) {
      const availableMiB = Math.max(0, free.memoryMiB)
      return refused('memory-insufficient', `${availableMiB} MiB are free`, { id, memoryMiB, availableMiB })
    }
    if (wanted > free.hundredths) {
      const available = Math.max(0, free.hundredths)
      return refused('processors-insufficient', `${available} hundredths are free`, { id, wanted, available })
    }
    reserved.hundredths = wanted
  }
  const { regionMiB, batchRegions } = hypervisor.parameters.memory
  const batches = ofMemory ? Math.ceil(memoryMiB / regionMiB / batchRegions) : Math.max(1, procs)
  const work: DynamicWork = { kind: 'dynamic', receiver, giver, memoryMiB, procs, hundredths, batches, done: 0 }
  return reply({ stage: hypervisor.stages.open(caller, lparIds, work, reserved), batches })
}

/** Batches come in order, each once. */
export function stepDynamic({ work }: Stage<DynamicWork>, batch: number): Outcome<ReplyOf<'dynamic.step'>> {
  if (batch !== work.done || batch >= work.batches) {
    return refused('stage-incomplete', `expected batch ${work.done} of ${work.batches}, got ${batch}`, { batch, expected: work.done })
  }
  work.done++
  return reply({})
}

export function finishDynamic(hypervisor: Hypervisor, { work }: Stage<DynamicWork>): Outcome<ReplyOf<'dynamic.finish'>> {
  const { giver, receiver, batches } = work
  const id = giver ?? receiver ?? 0
  if (work.done < batches) return refused('stage-incomplete', `${work.done} of ${batches} batches were made`, { done: work.done, batches })
  // Nobody but this stage could change the partitions; a part that was deconfigured meanwhile may have taken the reservation.
  if (giver === null) {
    const available = hypervisor.available()
    if (work.memoryMiB > available.memoryMiB) return refused('memory-insufficient', 'the reserved memory is gone', { id })
    if (takenHundredths(hypervisor, id, work) > available.hundredths) {
      return refused('processors-insufficient', 'the reserved processors are gone', { id })
    }
  }
  const touched = [giver, receiver].filter((side) => side !== null)
  const version = hypervisor.store.commit('dynamic.finish', touched, (draft) => {
    for (const side of touched) {
      const target = draft.partitions[side]?.current
      if (target === undefined || target === null) continue
      const sign = side === giver ? -1 : 1
      target.memoryMiB += sign * work.memoryMiB
      target.processors.procs += sign * work.procs
      target.processors.hundredths += sign * work.hundredths
    }
  })
  hypervisor.available() // checks that nothing was given twice
  for (const side of touched) {
    const current = hypervisor.record(side)?.current
    if (current === undefined || current === null || !hypervisor.life.isActive(side)) continue
    hypervisor.host.resized(side, current.memoryMiB, current.processors.procs, hundredthsHeld(current.processors))
  }
  return reply({ id, version })
}

/** Whether one side of the change may be as it will be. Null: the machine's free resources, looked at elsewhere. */
function refuseSide(hypervisor: Hypervisor, id: number | null, delta: Delta, sign: 1 | -1): Refused | undefined {
  if (id === null) return undefined
  const record = heldPartition(hypervisor, id)
  if (isRefused(record)) return record
  const state = hypervisor.life.stateOf(id)
  if (state !== 'Running' && state !== 'Open Firmware' && state !== 'Not Activated') {
    return refused('resource-busy', `partition ${id} is ${state}`, { id, state })
  }
  return refuseMemory(hypervisor, record, sign * delta.memoryMiB) ?? refuseProcessors(hypervisor, record, delta, sign)
}

function refuseMemory(hypervisor: Hypervisor, { id, current }: Held, changeMiB: number): Refused | undefined {
  if (changeMiB === 0) return undefined
  const { regionMiB } = hypervisor.parameters.memory
  if (changeMiB % regionMiB !== 0) {
    return refused('memory-region-multiple', `${Math.abs(changeMiB)} MiB is not a multiple of ${regionMiB} MiB`, { id, regionMiB })
  }
  const memoryMiB = current.memoryMiB + changeMiB
  if (memoryMiB >= current.minMiB && memoryMiB <= current.maxMiB) return undefined
  const { minMiB, maxMiB } = current
  const detail = `partition ${id} would have ${memoryMiB} MiB, outside ${minMiB} to ${maxMiB}`
  return refused('memory-range', detail, { id, memoryMiB, minMiB, maxMiB })
}

function refuseProcessors(hypervisor: Hypervisor, { id, current }: Held, delta: Delta, sign: 1 | -1): Refused | undefined {
  if (delta.procs === 0 && delta.hundredths === 0) return undefined
  const { mode, minProcs, maxProcs, minHundredths, maxHundredths } = current.processors
  const procs = current.processors.procs + sign * delta.procs
  const hundredths = current.processors.hundredths + sign * delta.hundredths
  if (procs < minProcs || procs > maxProcs) {
    const detail = `partition ${id} would have ${procs} processors, outside ${minProcs} to ${maxProcs}`
    return refused('processor-range', detail, { id, procs, minProcs, maxProcs })
  }
  if (mode === 'ded') {
    if (delta.hundredths === 0) return undefined
    return refused('processor-mode', `partition ${id} has dedicated processors: processing units do not apply`, { id })
  }
  if (hundredths < minHundredths || hundredths > maxHundredths) {
    const detail = `partition ${id} would have ${hundredths} hundredths, outside ${minHundredths} to ${maxHundredths}`
    return refused('processor-range', detail, { id, hundredths, minHundredths, maxHundredths })
  }
  return checkEntitlement(procs, hundredths, hypervisor.parameters.processors)
}

/** Processors move between partitions of one mode only. */
function refuseModes(hypervisor: Hypervisor, giver: number | null, receiver: number | null): Refused | undefined {
  if (giver === null || receiver === null) return undefined
  const from = hypervisor.record(giver)?.current?.processors.mode
  const to = hypervisor.record(receiver)?.current?.processors.mode
  if (from === to) return undefined
  return refused('processor-mode', `partition ${giver} is ${from}, partition ${receiver} is ${to}`, { giver, receiver })
}

function heldPartition(hypervisor: Hypervisor, id: number): Held | Refused {
  const record = hypervisor.record(id)
  if (record === undefined) return noPartition(id)
  const { current } = record
  if (current === null) return refused('no-current-configuration', `partition ${id} holds no resources`, { id })
  return { ...record, current }
}

/** Hundredths that an addition takes from the machine. */
function takenHundredths(hypervisor: Hypervisor, id: number, { procs, hundredths }: Pick<Delta, 'procs' | 'hundredths'>): number {
  return hypervisor.record(id)?.current?.processors.mode === 'ded' ? procs * 100 : hundredths
}
