// A hypervisor's connectors for one guest: memory regions, processors and slots with their states, a list of the calls,
// and refusals to play.

import {
  CONNECTOR_NEXT_PROPERTY,
  type ConnectorType,
  DR_ENTITY_PRESENT,
  DR_ENTITY_UNUSABLE,
  drcNumberOf,
  drcTypeOf,
  type ReconfigurationPort,
  RTAS_NO_SUCH_INDICATOR,
  RTAS_SUCCESS,
} from '@powersim/protocol'

type State = 'unusable' | 'usable' | 'owned'

export class ConnectorDouble implements ReconfigurationPort {
  readonly states: Readonly<Record<ConnectorType, State[]>>
  /** `mem1 usable`, `mem1 unisolate`, without the sensor's. */
  readonly calls: string[] = []
  /** What the guest may own; the default is all. */
  readonly limits: Record<ConnectorType, number>
  /** Status of an isolation, by connector (`mem5`). */
  readonly isolationStatus = new Map<string, number>()
  configureStatus: number[] = []

  constructor(mem = 100, ofMem = 200, proc = 2, ofProc = 4, slots = 2) {
    const list = (owned: number, all: number): State[] => Array.from({ length: all }, (_, at) => (at < owned ? 'owned' : 'unusable'))
    this.states = { mem: list(mem, ofMem), proc: list(proc, ofProc), slot: list(0, slots), vslot: list(0, slots) }
    this.limits = { mem: ofMem, proc: ofProc, slot: slots, vslot: slots }
  }

  owned(type: ConnectorType): number {
    return this.states[type].filter((state) => state === 'owned').length
  }

  connectors(_: number, type: ConnectorType): number {
    return this.states[type].length
  }

  sense(_: number, drcIndex: number): number {
    const { state } = this.at(drcIndex)
    if (state === undefined) return RTAS_NO_SUCH_INDICATOR
    return state === 'unusable' ? DR_ENTITY_UNUSABLE : DR_ENTITY_PRESENT
  }

  setAllocation(_: number, drcIndex: number, usable: boolean): number {
    const { type, number, name } = this.at(drcIndex)
    this.calls.push(`${name} ${usable ? 'usable' : 'unusable'}`)
    const held = this.states[type].filter((state) => state !== 'unusable').length
    if (usable && held >= this.limits[type]) return RTAS_NO_SUCH_INDICATOR
    this.states[type][number] = usable ? 'usable' : 'unusable'
    return RTAS_SUCCESS
  }

  setIsolation(_: number, drcIndex: number, isolated: boolean): number {
    const { type, number, name } = this.at(drcIndex)
    this.calls.push(`${name} ${isolated ? 'isolate' : 'unisolate'}`)
    const status = isolated ? (this.isolationStatus.get(name) ?? RTAS_SUCCESS) : RTAS_SUCCESS
    if (status === RTAS_SUCCESS) this.states[type][number] = isolated ? 'usable' : 'owned'
    return status
  }

  configure(_: number, drcIndex: number): number {
    const { name } = this.at(drcIndex)
    const status = this.configureStatus.shift() ?? RTAS_SUCCESS
    if (status !== CONNECTOR_NEXT_PROPERTY) this.calls.push(`${name} configure ${status}`)
    return status
  }

  private at(drcIndex: number): { type: ConnectorType; number: number; name: string; state: State | undefined } {
    const type = drcTypeOf(drcIndex) ?? 'mem'
    const number = drcNumberOf(type, drcIndex)
    return { type, number, name: `${type}${number}`, state: type === 'mem' && number === 0 ? undefined : this.states[type][number] }
  }
}
