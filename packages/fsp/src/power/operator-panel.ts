// The operator panel (control panel) of the server: its buttons and functions by number, as an engineer in front of the machine has them.
// What they bring about is system-power.ts; the console's equivalents are commands.

import type { FlashSide } from './ipl.js'
import type { ReferenceCodes } from './reference-codes.js'
import type { SystemPower } from './system-power.js'

export class OperatorPanel {
  private readonly power: SystemPower
  private readonly codes: ReferenceCodes

  constructor(power: SystemPower, codes: ReferenceCodes) {
    this.power = power
    this.codes = codes
  }

  /** The white button on a server that is off: power-on by the settings. False when it is not off. */
  powerOn(): boolean {
    return this.power.on('policy')
  }

  /** The white button on a server that is on: delayed power-off. False when it is off. */
  powerOff(): boolean {
    return this.power.off(false, false)
  }

  /** Function 2: how the next power-on or restart is to be. */
  select(settings: {
    readonly side?: FlashSide
    readonly speed?: 'fast' | 'slow'
    readonly keylock?: 'norm' | 'manual'
    readonly restart?: 'fast' | 'deep'
  }): void {
    Object.assign(this.power.settings, settings)
  }

  /** Function 3: starts the server again at once. The console's `off --immed --restart`. False when it is off. */
  restart(): boolean {
    return this.power.off(true, true)
  }

  /** Function 8: immediate power-off. The console's `off --immed`. False when it is off. */
  fastPowerOff(): boolean {
    return this.power.off(true, false)
  }

  /** Function 11: the newest reference code; empty when all is well. */
  get referenceCode(): string {
    return this.codes.newest(1)[0]?.refcode ?? ''
  }
}
