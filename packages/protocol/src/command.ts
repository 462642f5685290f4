// The shape of a catalogue entry. The zod schemas check payloads at the edge and give the TypeScript types of request and reply.
// The entries themselves are in catalogue/.

import type * as z from 'zod'
import type { ComponentKind } from './address.js'
import type { Json } from './message.js'
import { payloadCheck } from './payload-check.js'

/** What a command does, which decides its cost in the target and how a mix groups it. */
export const commandClasses = ['query', 'configuration', 'dynamic', 'power', 'service'] as const
export type CommandClass = (typeof commandClasses)[number]

/** Who a command is for. `channel`: whoever ends the secure session. `lpar`: the operating system, over the RMC network. */
export type CommandTarget = Extract<ComponentKind, 'channel' | 'fsp' | 'phyp' | 'lpar'>

export interface CommandDefinition<Name extends string = string, Q extends z.ZodType = z.ZodType, R extends z.ZodType = z.ZodType> {
  readonly name: Name
  readonly opcode: number
  readonly target: CommandTarget
  readonly commandClass: CommandClass
  readonly request: Q
  readonly reply: R
  /** Which of the two stands for so many more bytes than its data: a piece of a dump or an image, its field `bytes` long. */
  readonly bulk: 'request' | 'reply' | null
  /** Whether a request's payload fits its schema: the quick way to ask. */
  readonly fits: (data: unknown) => boolean
}

/** One catalogue entry; keeps the literal name and the exact schema types. */
export function command<Name extends string, Q extends z.ZodType, R extends z.ZodType>(
  name: Name,
  opcode: number,
  target: CommandTarget,
  commandClass: CommandClass,
  payloads: { request: Q; reply: R; bulk?: 'request' | 'reply' },
): CommandDefinition<Name, Q, R> {
  const { request, reply, bulk = null } = payloads
  return { name, opcode, target, commandClass, request, reply, bulk, fits: payloadCheck(request) }
}

/** Bytes on the wire beside the data of a request or of an `ok` reply. */
export function bulkBytes(definition: CommandDefinition | undefined, side: 'request' | 'reply', data: Json): number {
  if (definition?.bulk !== side || typeof data !== 'object' || data === null || !('bytes' in data)) return 0
  const { bytes } = data
  return typeof bytes === 'number' && Number.isSafeInteger(bytes) && bytes >= 0 && bytes <= MAX_BULK_BYTES ? bytes : 0
}

/** Largest piece, 16 MiB (estimate). */
const MAX_BULK_BYTES = 2 ** 24
