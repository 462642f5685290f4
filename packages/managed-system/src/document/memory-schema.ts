// The pieces of a machine document about shared memory: what the machine can, the pool, devices to page to, who shares.
// How they fit together is said by shared-memory-rules.ts.

import { nameSchema } from '@powersim/protocol'
import * as z from 'zod'
import { durationSchema, lawSchema } from './quantity.js'

const mib = z
  .int()
  .min(0)
  .max(2 ** 32)

/** What the machine can do with memory besides giving it to partitions. */
export const capabilitiesSchema = z.strictObject({
  activeMemorySharing: z.boolean(),
  activeMemoryExpansion: z.boolean(),
  activeMemoryDeduplication: z.boolean(),
})

export const memoryPoolSchema = z.strictObject({
  sizeMiB: mib,
  /** Left out: the size. */
  maximumMiB: mib.optional(),
  /** Names of one or two Virtual I/O Servers of this system; the first is the primary one of a partition that names none. */
  pagingVioses: z.array(nameSchema).min(1).max(2),
  /** Paging space devices: each one of `pagingDevices` of such a server. */
  devices: z.array(z.strictObject({ vios: nameSchema, name: z.string() })).max(4095),
  deduplication: z.boolean().default(false),
  /** Time of a page on a paging device, and pages at a time. Left out: 0.5 to 1 ms, 8 (estimates: a device on a storage network). */
  service: lawSchema.optional(),
  depth: z.int().min(1).max(1024).default(8),
})

/** What a guest does with memory that it shares. */
export const guestMemorySchema = z.strictObject({
  /** Pages that its own work uses: page k with a chance by 1 / (k + 1)^zipf, or all alike. */
  references: z.union([z.strictObject({ zipf: z.number().min(0).max(10) }), z.strictObject({ uniform: z.literal(true) })]).optional(),
  workingSetMiB: z.number().positive().max(1_048_576).default(256),
  /** References a second; left out: its own work uses none. */
  perSecond: z.number().min(0).max(1e9).default(0),
  /** Of a hundred uses, those that change the page (estimate). */
  writePercent: z.int().min(0).max(100).default(30),
  /** Processor time of a use of a page that is there (estimate). */
  work: durationSchema.default(1000),
  /** Grain of the references (estimate: the dispatch window). */
  period: durationSchema.default(10_000_000),
  /** Pages of a set of its own that its program uses with each piece of work (estimates). */
  program: z.strictObject({ workingSetMiB: z.number().positive().max(65_536), pagesPerPiece: z.int().min(0).max(4096) }).optional(),
  /** Pages that are filled once, when the operating system has come up, and not used since: of files, and such as were freed again. */
  fileMiB: z.number().min(0).max(1_048_576).default(0),
  freedMiB: z.number().min(0).max(1_048_576).default(0),
  /** What it loans when it is asked: `linux` free pages (cmm.c), `aix` also pages of files. */
  loaning: z.enum(['off', 'linux', 'aix']).default('off'),
})

/** A device of a Virtual I/O Server that may hold the pages of a partition that shares memory. */
export const pagingDeviceSchema = z.strictObject({
  name: z.string().regex(/^[\x21-\x7e]{1,64}$/, 'expected 1 to 64 printable characters without blanks'),
  sizeMiB: z
    .int()
    .min(1)
    .max(2 ** 32),
  /** A disk, or a logical volume. */
  kind: z.enum(['phys', 'logical']).default('phys'),
  /** On the storage network: two servers that see the same location see one device. Left out: it is of this server alone. */
  location: z.string().min(1).max(64).optional(),
})

/** How a partition shares memory; its `memoryMiB` is logical memory then. */
export const sharedMemorySchema = z.strictObject({
  weight: z.int().min(0).max(255).default(128),
  /** What its I/O is guaranteed; left out: computed from its virtual adapters. */
  ioEntitledMiB: mib.optional(),
  /** Names of Virtual I/O Servers of the pool. */
  primaryPagingVios: nameSchema.optional(),
  secondaryPagingVios: nameSchema.optional(),
})
