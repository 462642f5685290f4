// What NETS tells an observer: which session has a thread from when to when, and the stages of the commands that the thread serves.
// Nothing is told, and nothing made, while nobody watches.

import type { Message } from '@powersim/protocol'
import type { StageName } from './stages.js'

export interface SessionObserver {
  /** A session of a console has got a thread, now. The id is that of its connection. */
  began(session: number, console: string): void
  /** Its command was in this stage. Stages of a session do not overlap; one that NETS was stopped in is not told. */
  stage(session: number, stage: StageName, startNs: number, endNs: number, message: Message): void
  /** The thread is free again, now. */
  ended(session: number): void
}
