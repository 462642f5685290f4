// What a machine's configuration is to consoles that change it, as a specification: partitions by name with their profile, what they hold
// and whether they run, and memory that is free. Operations are lines and what they do to it, each at one moment. It shares nothing with
// the hypervisor: memory in MiB, rules from the manual pages of the commands.

import type { Specification } from './strict-serialisability.js'

const REGION = 128
/** A partition may hold between its profile's minimum and maximum when it was activated. */
interface Held {
  readonly min: number
  readonly mem: number
  readonly max: number
  readonly weight: number
}
export interface Partition {
  readonly id: number
  readonly min: number
  readonly desired: number
  readonly max: number
  readonly held: Held | null
  readonly on: boolean
}
export interface Machine {
  readonly free: number
  readonly partitions: Readonly<Record<string, Partition>>
}

export type Amount = 'min' | 'desired' | 'max'
export type Operation =
  | { readonly do: 'create'; readonly name: string; readonly id: number }
  | { readonly do: 'delete' | 'on' | 'off' | 'read-profile' | 'read-memory' | 'read-weight'; readonly name: string }
  | { readonly do: 'rename'; readonly name: string; readonly to: string }
  | { readonly do: 'amount'; readonly name: string; readonly amount: Amount; readonly mem: number }
  | { readonly do: 'add' | 'remove'; readonly name: string; readonly mem: number }
  | { readonly do: 'move'; readonly name: string; readonly to: string; readonly mem: number }
  | { readonly do: 'weight'; readonly name: string; readonly weight: number }
  | { readonly do: 'read-free' }

/** What a console was told: done, what was read, refused for a reason, or refused since somebody else is at it. */
export type Result = { readonly is: 'done' | 'refused' | 'busy' } | { readonly is: 'read'; readonly text: string }

export const created: Omit<Partition, 'id'> = { min: 256, desired: 1024, max: 2048, held: null, on: false }
const CREATED_WEIGHT = 128

const profileText = ({ min, desired, max }: Partition): string => `${min},${desired},${max}`

/** What an operation does, or undefined if it is refused; what it reads is `read`. */
function effect({ free, partitions }: Machine, operation: Operation): { after?: Machine; read?: string } | undefined {
  if (operation.do === 'read-free') return { read: String(free) }
  const { name } = operation
  const partition = partitions[name]
  const set = (changed: Partition, taken = 0): { after: Machine } => ({
    after: { free: free - taken, partitions: { ...partitions, [name]: changed } },
  })
  if (operation.do === 'create') {
    const { id } = operation
    const taken = partition !== undefined || Object.values(partitions).some((other) => other.id === id)
    return taken ? undefined : set({ ...created, id })
  }
  if (partition === undefined) return undefined
  const { held, on } = partition
  switch (operation.do) {
    case 'read-profile':
      return { read: profileText(partition) }
    case 'read-memory':
      return { read: String(held?.mem ?? 0) }
    case 'read-weight':
      return { read: String(held?.weight ?? 0) }
    case 'amount':
      return set({ ...partition, [operation.amount]: operation.mem })
    case 'delete': {
      if (on) return undefined
      const { [name]: _gone, ...others } = partitions
      return { after: { free: free + (held?.mem ?? 0), partitions: others } }
    }
    case 'rename': {
      if (partitions[operation.to] !== undefined) return undefined
      const { [name]: moved, ...others } = partitions
      return { after: { free, partitions: { ...others, [operation.to]: moved ?? partition } } }
    }
    case 'on': {
      const there = free + (held?.mem ?? 0)
      const mem = Math.min(partition.desired, Math.floor(there / REGION) * REGION)
      if (on || mem < partition.min) return undefined
      const { min, max } = partition
      return set({ ...partition, on: true, held: { min, mem, max, weight: CREATED_WEIGHT } }, mem - (held?.mem ?? 0))
    }
    case 'off':
      return on ? set({ ...partition, on: false }) : undefined
    case 'weight':
      return held === null ? undefined : set({ ...partition, held: { ...held, weight: operation.weight } })
    default:
      return resized({ free, partitions }, operation)
  }
}

/** What runs has no connection to the console yet, and cannot be resized. */
function resized(
  { free, partitions }: Machine,
  operation: Extract<Operation, { do: 'add' | 'remove' | 'move' }>,
): { after: Machine } | undefined {
  const { name, mem } = operation
  const changed = { ...partitions }
  const change = (of: string, by: number): boolean => {
    const partition = changed[of]
    if (partition === undefined || partition.held === null || partition.on) return false
    const after = partition.held.mem + by
    changed[of] = { ...partition, held: { ...partition.held, mem: after } }
    return after >= partition.held.min && after <= partition.held.max
  }
  const gives = operation.do === 'add' ? mem <= free : change(name, -mem)
  const takes =
    operation.do === 'add' ? change(name, mem) : operation.do === 'move' ? name !== operation.to && change(operation.to, mem) : true
  const taken = operation.do === 'add' ? mem : operation.do === 'remove' ? -mem : 0
  return gives && takes ? { after: { free: free - taken, partitions: changed } } : undefined
}

export function machineSpecification(initial: Machine): Specification<Machine, Operation, Result> {
  return {
    initial,
    next(state, operation, result) {
      // Somebody else was at it: nothing has happened, whatever the state.
      if (result.is === 'busy') return state
      const made = effect(state, operation)
      if (made === undefined) return result.is === 'refused' ? state : undefined
      if (made.after !== undefined) return result.is === 'done' ? made.after : undefined
      return result.is === 'read' && result.text === made.read ? state : undefined
    },
    key: ({ free, partitions }) =>
      `${free} ${Object.keys(partitions)
        .sort()
        .map((name) => `${name} ${JSON.stringify(partitions[name])}`)
        .join(' ')}`,
  }
}
