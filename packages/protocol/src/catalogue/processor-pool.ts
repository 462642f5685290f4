// Commands about the shared processor pools of a system (opcodes 0x09..): what they are and who is in them, and changes of one. Which pool
// a partition is in is its own processors' (`dynamic.sharing`, profiles). Pool 0 is the default one, without bounds of its own.

import * as z from 'zod'
import { command } from '../command.js'
import { lparIdSchema } from '../partition.js'

const poolId = z.int().min(0).max(63)
const hundredths = z.int().min(0).max(25_600)
const name = z.string().regex(/^[\x20-\x7e]{1,14}$/, 'expected 1 to 14 printable ASCII characters')

/** A pool that is in use, has a name of its own, or is pool 0. */
const processorPoolSchema = z.object({
  id: poolId,
  name: z.string(),
  /** What its partitions may use at most: whole processors; 0: it is not in use. Of pool 0 all there are. */
  maximumHundredths: hundredths,
  /** The pool's own, beside what its partitions are entitled to. */
  reservedHundredths: hundredths,
  /** Sum of what its partitions are entitled to. */
  entitledHundredths: z.int().min(0),
  /** Partitions that hold processors in it, in order. */
  lparIds: z.array(lparIdSchema),
})
export type ProcessorPool = z.infer<typeof processorPoolSchema>

export const processorPoolCommands = [
  command('processorPool.list', 0x0901, 'phyp', 'query', {
    request: z.object({}),
    reply: z.object({
      /** Pools that there may be, pool 0 included. */
      most: z.int(),
      pools: z.array(processorPoolSchema),
      /** Processors that are no partition's own, and those of them that nobody is entitled to and no pool has reserved. */
      sharedHundredths: hundredths,
      availableHundredths: z.int(),
    }),
  }),
  /** Changes what is named. */
  command('processorPool.change', 0x0910, 'phyp', 'configuration', {
    request: z.object({
      pool: poolId,
      name: name.optional(),
      maximumHundredths: hundredths.optional(),
      reservedHundredths: hundredths.optional(),
    }),
    reply: z.object({ version: z.int() }),
  }),
] as const
