// What a management channel counts, per device and since the start: events that a checker or a report wants to see.
// Nothing here decides anything.

export interface VmcCounters {
  /** Entries before the capabilities were exchanged, which are dropped. */
  beforeCapabilities: number
  /** Entries while the channel is disabled, which are dropped. */
  whileDisabled: number
  /** Entries whose type has no meaning here. */
  unknownType: number
  badIndex: number
  badBuffer: number
  /** Entries of a session that is closed, and replies to one. */
  staleSession: number
  staleReplies: number
  /** Fragments whose length does not fit their buffer or their message. */
  badLength: number
  /** Whole messages that are not what their length or their bytes say. */
  badMessage: number
  /** Signals with data, and without (a buffer handed back). */
  signalsIn: number
  signalsOut: number
  returnsIn: number
  returnsOut: number
  messagesIn: number
  messagesOut: number
  /** Remove Buffer asked, and how often the guest had none. */
  removesAsked: number
  removesRefused: number
  /** Messages to the guest that were dropped for want of a buffer or of room. */
  withoutBuffer: number
  outboxFull: number
  sessionsOpened: number
  sessionsClosed: number
  /** Times this end started over, the guest's registrations left out. */
  resets: number
}

export function newVmcCounters(): VmcCounters {
  return {
    beforeCapabilities: 0,
    whileDisabled: 0,
    unknownType: 0,
    badIndex: 0,
    badBuffer: 0,
    staleSession: 0,
    staleReplies: 0,
    badLength: 0,
    badMessage: 0,
    signalsIn: 0,
    signalsOut: 0,
    returnsIn: 0,
    returnsOut: 0,
    messagesIn: 0,
    messagesOut: 0,
    removesAsked: 0,
    removesRefused: 0,
    withoutBuffer: 0,
    outboxFull: 0,
    sessionsOpened: 0,
    sessionsClosed: 0,
    resets: 0,
  }
}
