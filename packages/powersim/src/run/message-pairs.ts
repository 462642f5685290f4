// Joins what the bus tells of a message: that it was offered to a link or hop, and that it was delivered or dropped there. On one way the
// copies of a message end in the order in which they began, but for those that a fate rule delays, which are all alike.

import type { DropReason, MessageObservation } from '@powersim/bus'
import { addressInstance, commandByName, commandByOpcode, FLAG_EVENT, isReply, type Message } from '@powersim/protocol'

/** A message on a way, from the offering to its end. */
export interface Transit {
  readonly hop: string
  readonly from: string
  readonly to: string
  readonly message: Message
  readonly startNs: number
  /** Null: still under way. */
  readonly endNs: number | null
  readonly lost: DropReason | null
}

export class MessagePairs {
  /** By what tells them apart: those under way, oldest first. */
  private readonly open = new Map<string, MessageObservation[]>()

  /** The transit that has ended with this observation, or undefined when one has begun. */
  take(observation: MessageObservation): Transit | undefined {
    const { kind, hop, from, to, message, timeNs, why } = observation
    const { flags, opcode, source, target, epoch, sequence, attempt } = message
    const key = `${hop} ${from} ${flags} ${opcode} ${source} ${target} ${epoch} ${sequence} ${attempt}`
    const known = this.open.get(key)
    if (kind === 'offered' || kind === 'duplicated') {
      if (known === undefined) this.open.set(key, [observation])
      else known.push(observation)
      return undefined
    }
    const began = known?.shift()
    if (began === undefined || known === undefined) return undefined
    if (known.length === 0) this.open.delete(key)
    return { hop, from, to, message: began.message, startNs: began.timeNs, endNs: timeNs, lost: why }
  }

  /** What is still under way, in the order of beginning. */
  unfinished(): Transit[] {
    const began = [...this.open.values()].flat().sort((a, b) => a.timeNs - b.timeNs)
    return began.map(({ hop, from, to, message, timeNs }) => ({ hop, from, to, message, startNs: timeNs, endNs: null, lost: null }))
  }
}

/** Name of a message's command in the catalogue. */
export function commandName(message: Message): string {
  return commandByOpcode(message.opcode)?.name ?? `opcode ${message.opcode}`
}

const RECONFIGURE = commandByName('rmc.reconfigure').opcode

/**
 * Key of the command that a message belongs to: console, epoch, sequence. Requests to RMC agents are numbered apart. Null for an event.
 * `consoles`: their names, by instance number less 1.
 */
export function commandKey(message: Message, consoles: readonly string[]): string | null {
  if ((message.flags & FLAG_EVENT) !== 0) return null
  const console = addressInstance(isReply(message) ? message.target : message.source)
  const name = consoles[console - 1] ?? `console ${console}`
  return `${name}/${message.opcode === RECONFIGURE ? 'rmc' : message.epoch}/${message.sequence}`
}
