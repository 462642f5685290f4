// The way back that a request brings along: the mailbox of the service processor, or a session of the management channel.
// The message loop knows no more of where a request came from.

import type { Message } from '@powersim/protocol'

/** Exactly one of the two is called per request. */
export interface ReplyRoute {
  answer(reply: Message): void
  /** No reply will come: the request was lost with the hypervisor, or was none. */
  silent(): void
}
