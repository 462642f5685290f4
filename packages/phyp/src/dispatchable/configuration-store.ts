// The configuration store: the one place where the configuration changes, one commit at a time. A commit is one produceWithPatches of
// immer; its patches are the audit log, of which the newest are kept and older ones counted. Readers hold frozen snapshots.

import type { Simulation } from '@powersim/kernel'
import { type Draft, enablePatches, Immer, type Patch } from 'immer'
import { type Configuration, emptyConfiguration } from './configuration.js'

enablePatches()

/** Freezing is done here: immer would look at every partition after every commit, and only the touched ones have changed. */
const immer = new Immer({ autoFreeze: false })

export interface Commit {
  readonly version: number
  readonly timeNs: number
  /** The command that asked for it. */
  readonly what: string
  readonly patches: readonly Patch[]
}

/** What checkers and tests see. */
export interface ConfigurationView {
  readonly snapshot: Configuration
  readonly version: number
  /** The newest commits whose patches are kept, oldest first. */
  readonly commits: readonly Commit[]
  readonly patchesKept: number
  readonly patchesDropped: number
}

export class ConfigurationStore implements ConfigurationView {
  private readonly simulation: Simulation
  private readonly limit: number
  private current: Configuration
  private log: Commit[] = []
  // Commits at the front of the log that are dropped already: the array is cut now and then, not at every commit.
  private cut = 0
  private kept = 0
  private gone = 0

  constructor(simulation: Simulation, patchesKept: number, initial: Configuration = emptyConfiguration) {
    this.current = initial
    this.simulation = simulation
    this.limit = patchesKept
  }

  get snapshot(): Configuration {
    return this.current
  }

  get version(): number {
    return this.current.version
  }

  get commits(): readonly Commit[] {
    return this.log.slice(this.cut)
  }

  get patchesKept(): number {
    return this.kept
  }

  get patchesDropped(): number {
    return this.gone
  }

  /** Applies `change` as the next version and returns its number. `touched`: the partitions that get that number, if they still exist. */
  commit(what: string, touched: readonly number[], change: (draft: Draft<Configuration>) => void): number {
    const version = this.current.version + 1
    const [next, patches] = immer.produceWithPatches(this.current, (draft) => {
      draft.version = version
      change(draft)
      for (const id of touched) {
        const record = draft.partitions[id]
        if (record !== undefined) record.version = version
      }
    })
    Object.freeze(next)
    Object.freeze(next.partitions)
    for (const id of touched) freezeWhole(next.partitions[id])
    freezeWhole(next.memoryPool)
    freezeWhole(next.processorPools)
    freezeWhole(next.virtualSwitches)
    freezeWhole(next.systemProfiles)
    this.current = next
    this.log.push({ version, timeNs: this.simulation.now, what, patches })
    this.kept += patches.length
    this.trim()
    this.simulation.note(version)
    return version
  }

  private trim(): void {
    while (this.kept > this.limit && this.cut < this.log.length) {
      const oldest = this.log[this.cut]!.patches.length
      this.kept -= oldest
      this.gone += oldest
      this.cut++
    }
    if (this.cut < 1024 || this.cut < this.log.length / 2) return
    this.log = this.log.slice(this.cut)
    this.cut = 0
  }
}

/** Freezes plain data and all in it, but for what is frozen already: that is so with all in it. */
function freezeWhole(data: unknown): void {
  if (typeof data !== 'object' || data === null || Object.isFrozen(data)) return
  Object.freeze(data)
  for (const value of Object.values(data)) freezeWhole(value)
}
