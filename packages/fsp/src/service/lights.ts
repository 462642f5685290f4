// The machine's lights that a console can see: system attention (the real one at the front, one of each partition, one of the system as
// a whole) and identify, one for each location. What turns attention on is a service event, see serviceability.ts.

import type { LedScope } from '@powersim/protocol'

export class Lights {
  private readonly attention = { phys: false, virtualsys: false }
  private readonly partitions = new Set<number>()
  private readonly identified = new Set<string>()
  private readonly locations: readonly string[]

  constructor(locations: readonly string[]) {
    this.locations = locations
  }

  /** Partitions whose light is on, in order of their IDs. */
  get partitionsOn(): readonly number[] {
    return [...this.partitions].sort((one, other) => one - other)
  }

  isOn(scope: LedScope): boolean {
    return scope === 'virtuallpar' ? this.partitions.size > 0 : this.attention[scope]
  }

  set(scope: LedScope, on: boolean, lparId: number | undefined): void {
    if (scope !== 'virtuallpar') this.attention[scope] = on
    else if (lparId === undefined) {
      if (!on) this.partitions.clear()
    } else if (on) this.partitions.add(lparId)
    else this.partitions.delete(lparId)
  }

  /** Every identify light with its state, in the order of the parts. */
  identify(): readonly { readonly location: string; readonly state: 'on' | 'off' }[] {
    return this.locations.map((location) => ({ location, state: this.identified.has(location) ? 'on' : 'off' }))
  }

  /** False when there is no light at that location. */
  setIdentify(location: string, on: boolean): boolean {
    if (!this.locations.includes(location)) return false
    if (on) this.identified.add(location)
    else this.identified.delete(location)
    return true
  }
}
