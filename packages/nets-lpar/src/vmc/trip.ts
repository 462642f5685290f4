// One command's trip over the management channel and back: what its session's handler hands to the driver. Each handler has one,
// used for one command after the other.
// Phases: home -> waiting (for a buffer) -> credited (holds one) -> queued (another message goes out first) -> sending ->
// outstanding (the hypervisor has it) -> home. A reset of the channel makes a credited trip `stranded`: its buffer is gone.

import type { Message, StatusName } from '@powersim/protocol'
import type { Handler, Simulation, Timer } from '@powersim/kernel'
import type { CommandClock } from '../stages.js'
import type { ConsoleShare } from './console-share.js'

export type TripPhase = 'home' | 'waiting' | 'credited' | 'queued' | 'sending' | 'outstanding' | 'stranded'

/** The handler whose command travels. Called within the driver's event. */
export interface Traveller {
  /** The command has its buffer: process it, then `transmit`. */
  credited(): void
  /** The reply is there. */
  replied(reply: Message): void
  /** It will not be: `busy`: nothing was done; `failed`: the hypervisor may have served it; `refused`: never. */
  gaveUp(status: StatusName, detail: string): void
}

export class Trip {
  readonly traveller: Traveller
  readonly clock: CommandClock
  /** Ends waits that are too long. */
  readonly timer: Timer
  share: ConsoleShare | null = null
  request: Message | null = null
  phase: TripPhase = 'home'
  /** The buffer that it holds, while credited, queued or sending. */
  bufferId = -1
  /** Bytes of the request that are not signalled yet. */
  leftBytes = 0

  constructor(simulation: Simulation, traveller: Traveller, clock: CommandClock, expired: Handler<Trip>) {
    this.traveller = traveller
    this.clock = clock
    this.timer = simulation.timer(expired, this)
  }

  /** Nothing is under way any more. */
  comeHome(): void {
    this.timer.stop()
    this.phase = 'home'
    this.request = null
    this.bufferId = -1
    this.leftBytes = 0
  }
}
