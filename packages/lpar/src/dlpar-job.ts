// One DLPAR request in work: which connector comes next, what a unit did, and, for an operating system that makes a request whole or not
// at all, taking back what was done. Time is dlpar-agent.ts; here is what happens when a unit's time is over.
//   add:     find an unusable connector, acquire it, then bring it online (the unit's time)
//   remove:  take a present one offline (the unit's time), then release it; one that is mapped comes back online, and the next is tried

import {
  type ConnectorType,
  DR_ENTITY_PRESENT,
  DR_ENTITY_UNUSABLE,
  drcIndexOf,
  type Message,
  type ReconfigurationPort,
  type ReconfigureReason,
  type RequestOf,
  RTAS_MULTI_LEVEL_ISOLATION,
  RTAS_SUCCESS,
  RTAS_TRANSLATIONS_EXIST,
} from '@powersim/protocol'
import { acquireConnector, type ConnectorCalls, presentConnectors, releaseConnector } from './connector-calls.js'

export type ReconfigureRequest = RequestOf<'rmc.reconfigure'>

/** The machine's side of a request: whose connectors, and what of them the operating system never gives up. */
export interface ConnectorAccess {
  readonly port: ReconfigurationPort
  readonly lparId: number
  /** Regions from the lowest on that hold what cannot be moved, at least the first. */
  readonly fixedRegions: number
}

/** What the agent has to spend before the unit is over. */
export interface UnitCost {
  readonly calls: number
  readonly waitNs: number
}

const nothing: UnitCost = { calls: 0, waitNs: 0 }

export class DlparJob {
  readonly request: Message
  readonly data: ReconfigureRequest
  /** When no further unit is begun; Infinity: never. */
  readonly deadlineNs: number
  done = 0
  reason: ReconfigureReason | undefined
  /** Units begun so far, failed ones and those taken back included. */
  begun = 0
  private readonly access: ConnectorAccess
  private readonly changed: number[] = []
  private next = 0
  private current = -1
  private takingBack = false

  constructor(request: Message, data: ReconfigureRequest, deadlineNs: number, access: ConnectorAccess) {
    this.request = request
    this.data = data
    this.deadlineNs = deadlineNs
    this.access = access
  }

  /** The lock is ours: the search begins. */
  open(): void {
    const { port, lparId } = this.access
    this.next = this.data.direction === 'add' ? 0 : port.connectors(lparId, this.data.resource) - 1
  }

  /** Begins the next unit; undefined when the request is over. */
  beginUnit(nowNs: number): UnitCost | undefined {
    if (this.takingBack) return this.beginTakingBack()
    if (this.done >= this.data.count || this.reason === 'refused') return undefined
    if (nowNs >= this.deadlineNs) return this.stop('timed-out')
    const drcIndex = this.candidate()
    if (drcIndex === undefined) return this.stop(this.reason ?? 'none-left')
    this.begun++
    this.current = drcIndex
    if (this.data.direction === 'remove') return nothing
    const calls = acquireConnector(this.access.port, this.access.lparId, drcIndex)
    if (calls.status !== RTAS_SUCCESS) return this.stop('refused')
    return calls
  }

  /** The unit's time is over: what is left to call. Returns what that costs on top. */
  endUnit(): UnitCost {
    const { port, lparId } = this.access
    const adds = this.data.direction === 'add'
    let calls: ConnectorCalls = { status: RTAS_SUCCESS, ...nothing }
    if (!adds && this.takingBack) calls = acquireConnector(port, lparId, this.current)
    else if (!adds || this.takingBack) calls = releaseConnector(port, lparId, this.current)
    if (calls.status !== RTAS_SUCCESS) {
      if (!this.takingBack) this.reason = isInUse(calls.status) ? 'in-use' : 'refused'
      return calls
    }
    this.done += this.takingBack ? -1 : 1
    if (!this.takingBack) this.changed.push(this.current)
    return calls
  }

  /** The operating system makes a request whole or not at all: what was done is taken back. */
  takeBack(): void {
    this.takingBack = true
  }

  get isPartial(): boolean {
    return !this.takingBack && this.done > 0 && this.done < this.data.count
  }

  private beginTakingBack(): UnitCost | undefined {
    const drcIndex = this.changed.pop()
    if (drcIndex === undefined) return undefined
    this.begun++
    this.current = drcIndex
    return nothing
  }

  private stop(reason: ReconfigureReason): undefined {
    this.reason = reason
    return undefined
  }

  /** The next connector to try: upwards when adding, downwards when removing; each is tried once. */
  private candidate(): number | undefined {
    const { port, lparId } = this.access
    const { resource, direction, drcIndex } = this.data
    if (resource === 'slot' || resource === 'vslot') return drcIndex !== undefined && this.begun === 0 ? drcIndex : undefined
    const wanted = direction === 'add' ? DR_ENTITY_UNUSABLE : DR_ENTITY_PRESENT
    const count = port.connectors(lparId, resource)
    const lowest = direction === 'add' ? 0 : this.lowest(resource)
    while (this.next >= lowest && this.next < count) {
      const candidate = drcIndexOf(resource, this.next)
      this.next += direction === 'add' ? 1 : -1
      if (port.sense(lparId, candidate) === wanted) return candidate
    }
    return undefined
  }

  /** The lowest connector that the operating system would give up; never its last processor. */
  private lowest(resource: ConnectorType): number {
    const { port, lparId, fixedRegions } = this.access
    if (resource === 'mem') return fixedRegions
    return presentConnectors(port, lparId, resource) > 1 ? 0 : Number.MAX_SAFE_INTEGER
  }
}

function isInUse(status: number): boolean {
  return status === RTAS_TRANSLATIONS_EXIST || status === RTAS_MULTI_LEVEL_ISOLATION
}
