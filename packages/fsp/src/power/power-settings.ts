// What the operator panel and the console set for the next power-on: side of the flash, speed, start policy, key lock.
// They outlive power-off and a reset of the service processor. What an IPL makes of them is ipl.ts; what the sides hold, and which of them
// runs, is service/code-update.ts.

import type { FlashSide } from './ipl.js'

/** Which partitions a power-on by policy starts: those that are marked, none, or those that ran when the system went down. */
export type PartitionStartPolicy = 'autostart' | 'userinit' | 'autorecovery'

export class PowerSettings {
  /** That the next IPL loads from: temporary normally; permanent is the fallback. */
  side: FlashSide
  speed: 'fast' | 'slow' = 'fast'
  keylock: 'norm' | 'manual' = 'norm'
  /** Whether a restart of a running server looks at all hardware again, as a power-on does (deep), or not. */
  restart: 'fast' | 'deep' = 'fast'
  startPolicy: PartitionStartPolicy = 'autostart'

  constructor(side: FlashSide) {
    this.side = side
  }
}
