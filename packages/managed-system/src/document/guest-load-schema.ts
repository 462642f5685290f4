// The pieces of a machine document about what a guest does by itself: processor time that it wants, I/O that it does to its disk.
// Left out, it does nothing and costs no event.

import * as z from 'zod'
import { durationSchema, lawSchema } from './quantity.js'

const demanded = z.number().min(0).max(256)

/** Processor time that a guest's own work wants, in processors. */
export const demandSchema = z.strictObject({
  pattern: z.union([
    z.strictObject({ constant: z.strictObject({ processors: demanded }) }),
    z.strictObject({ bursty: z.strictObject({ processors: demanded, busy: lawSchema, idle: lawSchema }) }),
    z.strictObject({
      trace: z.strictObject({
        steps: z
          .array(z.strictObject({ for: durationSchema, processors: demanded }))
          .min(1)
          .max(100_000),
        repeat: z.boolean(),
      }),
    }),
  ]),
  period: durationSchema.optional(),
})

const threads = z.int().min(1).max(1024)

/** I/O to `hdisk0`, which is behind all client adapters of the partition: the first slot is the first path. */
export const ioLoadSchema = z.strictObject({
  pattern: z.union([
    z.strictObject({ closed: z.strictObject({ threads, think: lawSchema }) }),
    z.strictObject({ open: z.strictObject({ gap: lawSchema, threads }) }),
  ]),
  /** A multiple of 4096. */
  blockBytes: z.int().min(4096).max(131_072).default(4096),
  /** Part of the I/Os that are reads. */
  reads: z.number().min(0).max(1).default(0.7),
  sequential: z.boolean().default(false),
  /** Part of the disk that is used, from its first block on. */
  spanMiB: z.int().min(1).max(65_536).default(256),
  /** Logical unit number of the disk on each adapter: 1 is the first of virtual SCSI, 0 of virtual Fibre Channel. */
  lun: z.int().min(0).max(63).default(1),
  /** Ends after so many; left out: never. */
  ios: z.int().min(1).optional(),
})
