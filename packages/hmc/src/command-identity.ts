// Identities of commands for random draws (`entity` of a message), and back from an identity to the script line that it belongs to. Lines
// lie COMMANDS_PER_LINE apart by their ordinals; what a line asks of RMC agents lies in a space of its own above them.

import { FLAG_EVENT, type Message } from '@powersim/protocol'

/** Commands that one line may issue; the identities of lines lie so far apart. */
export const COMMANDS_PER_LINE = 65_536

/** Where identities of RMC messages begin. */
export const RMC_ENTITIES = 2 ** 49

/** Where identities of receipts for error logs begin: above all others. */
export const RECEIPT_ENTITIES = 2 ** 50

/** Above those of all lines: 2^32 ordinals. */
const END_OF_LINES = 2 ** 32 * COMMANDS_PER_LINE

/** Ordinal of the script line that a message belongs to; null for events, the set-up of connections and commands of programs. */
export function lineOfMessage({ entity, flags }: Message): number | null {
  if ((flags & FLAG_EVENT) !== 0) return null
  const own = entity >= RMC_ENTITIES ? entity - RMC_ENTITIES : entity
  return own < END_OF_LINES ? Math.floor(own / COMMANDS_PER_LINE) : null
}
