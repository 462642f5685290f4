// What the operator panel and the console set for the next power-on: side of the flash, speed, start policy, key lock.
// They outlive power-off and a reset of the service processor. What an IPL makes of them is ipl.ts.

import type { FlashSide } from './ipl.js'

/** Which partitions a power-on by policy starts: those that are marked, none, or those that ran when the system went down. */
export type PartitionStartPolicy = 'autostart' | 'userinit' | 'autorecovery'

export class PowerSettings {
  /** Temporary normally; permanent is the fallback. */
  side: FlashSide = 'temp'
  speed: 'fast' | 'slow' = 'fast'
  keylock: 'norm' | 'manual' = 'norm'
  startPolicy: PartitionStartPolicy = 'autostart'
}
