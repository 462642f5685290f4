// Guard records: parts that were taken out because they fail, and stay out over every IPL until they are replaced. A spare processor that
// was never activated takes the place of a failing one first (capacity on demand), so that nothing is lost. What is in use cannot be taken
// out of a running machine: it goes at the next IPL.

import type { PlatformResources } from '@powersim/protocol'
import type { Part } from '../service/vital-product-data.js'

/** What a part is worth, or holds, of what the hypervisor hands out. */
export interface PartAmounts {
  readonly memoryMiB: number
  readonly hundredths: number
}

interface GuardRecord {
  readonly part: Part
  /** Number of its error log. */
  readonly log: number
  /** Not yet out of the configuration. */
  pending: PartAmounts
  /** Taken out of the configuration. */
  out: PartAmounts
}

const nothing: PartAmounts = { memoryMiB: 0, hundredths: 0 }

export class Guards {
  private readonly platform: PlatformResources | null
  private readonly records = new Map<string, GuardRecord>()

  /** Without a platform there is nothing to take from: records are kept all the same. */
  constructor(platform: PlatformResources | null) {
    this.platform = platform
  }

  get count(): number {
    return this.records.size
  }

  isGuarded(location: string): boolean {
    return this.records.has(location)
  }

  /** Guards a part out. `amounts`: what the machine loses by it; nothing when a spare has taken its place. */
  add(part: Part, log: number, amounts: PartAmounts): void {
    const record: GuardRecord = { part, log, pending: amounts, out: nothing }
    this.records.set(part.location, record)
    this.take(record)
  }

  /** Numbers of the logs that must not be purged. */
  logOf(location: string): number | undefined {
    return this.records.get(location)?.log
  }

  /** The part was replaced: it comes back at once. False when it was not guarded. */
  repair(location: string): boolean {
    const record = this.records.get(location)
    if (record === undefined) return false
    this.records.delete(location)
    const { memoryMiB, hundredths } = record.out
    this.platform?.deconfigure({ memoryMiB: -memoryMiB, hundredths: -hundredths })
    return true
  }

  /** An IPL: what could not be taken out of the running machine goes now. */
  ipl(): void {
    for (const record of this.records.values()) this.take(record)
  }

  private take(record: GuardRecord): void {
    if (this.platform === null) return
    const { memoryMiB, hundredths } = this.platform.deconfigure(record.pending)
    record.out = { memoryMiB: record.out.memoryMiB + memoryMiB, hundredths: record.out.hundredths + hundredths }
    record.pending = { memoryMiB: record.pending.memoryMiB - memoryMiB, hundredths: record.pending.hundredths - hundredths }
  }
}
