// The pieces of a machine document about shared memory: what the machine can, the pool, devices to page to, who shares.
// How they fit together is said by shared-memory-rules.ts.

import { nameSchema } from '@powersim/protocol'
import * as z from 'zod'

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
