// The parts of a machine document about serviceability and run-time care: error logs, dumps, firmware, capacity on demand; sensors,
// corrected errors, energy. Their values come from the preset like all others.

import * as z from 'zod'
import { durationSchema, lawSchema } from './quantity.js'

const bytes = z
  .int()
  .min(1)
  .max(2 ** 40)
const count = z.int().min(0).max(65_536)

const dumpSchema = z.strictObject({
  bytes,
  /** Most that one read gives. */
  chunkBytes: z
    .int()
    .min(1024)
    .max(2 ** 24),
  /** From the start to a ready dump at least. */
  take: lawSchema,
  /** Processor time of the service processor for it. */
  work: lawSchema,
})

const level = z.string().regex(/^[0-9A-Z]{2,8}_\d{3}$/, 'expected a level as 01EL350_108')

export const serviceSchema = z.strictObject({
  logs: z.strictObject({
    /** Error logs kept, their bytes, and what a purge leaves of either. */
    kept: z.int().min(10).max(1_000_000),
    keptBytes: bytes,
    purgeToPercent: z.int().min(1).max(100),
    work: lawSchema,
    /** Logs under way to one console that it has not acknowledged. */
    window: z.int().min(1).max(1024),
  }),
  dumps: z.strictObject({ fsp: dumpSchema, sys: dumpSchema, power: dumpSchema, resource: dumpSchema, partition: dumpSchema }),
  firmware: z.strictObject({
    temporary: level,
    permanent: level,
    side: z.enum(['temp', 'perm']),
    chunkBytes: z
      .int()
      .min(1024)
      .max(2 ** 24),
    /** Time that flash needs to write a byte, and processor time to take one in, ns. */
    writeNsPerByte: z.number().min(0).max(1e6),
    workNsPerByte: z.number().min(0).max(1e6),
    check: lawSchema,
    activate: lawSchema,
    copy: lawSchema,
    copyWork: lawSchema,
  }),
  capacity: z.strictObject({
    /** Bought with the machine; null: all that is installed. */
    processors: z.union([count, z.null()]),
    memoryMiB: z.union([z.int().min(0), z.null()]),
    trial: durationSchema,
  }),
  parts: z.strictObject({ moduleMiB: z.int().min(16).max(1_048_576), fans: count, powerSupplies: count }),
})

export const runtimeSchema = z.strictObject({
  /** 0: no polls of their own; `fsp.background` stands for them. */
  sensors: z.strictObject({ every: durationSchema, work: lawSchema }),
  correctedErrors: z.strictObject({
    /** From one corrected error of the machine to the next; null: none. */
    every: z.union([lawSchema, z.null()]),
    work: lawSchema,
    /** So many of one part within the window: it is expected to fail. */
    threshold: z.int().min(1).max(1_000_000),
    window: durationSchema,
  }),
  energy: z.strictObject({
    ambientCelsius: z.number().min(-40).max(80),
    /** Share of the processors' time that is used. */
    load: z.number().min(0).max(1),
    idleWatts: z.number().min(0).max(1e6),
    maxWatts: z.number().min(1).max(1e6),
    kelvinPerWatt: z.number().min(0).max(10),
    timeConstant: durationSchema,
    fanFromCelsius: z.number(),
    throttleCelsius: z.number(),
    criticalCelsius: z.number(),
  }),
})
