// What components tell whoever watches them work: traces and diagrams. One function per component, null while nobody watches, so that it
// costs one comparison then. An observer changes nothing: it schedules no event, draws no number and keeps its hands off what it is told.

import type { Message } from '../message.js'

/**
 * Told at the end of a piece of work: `what` was done (`seal`, `forward in`, `query`), without a pause from `startNs` until now.
 * `message`: the request or reply that it was for; null for a handshake and for work that is for nobody.
 */
export type WorkObserver = (what: string, message: Message | null, startNs: number) => void
