// Commands about the shared memory pool (opcodes 0x07..): its size and maximum, the Virtual I/O Servers that page for it, and its paging
// space devices. A machine has one pool at most. Each change is one command: all of it is made, or nothing.

import * as z from 'zod'
import { command } from '../command.js'
import { lparIdSchema, mib } from '../partition.js'

const none = z.object({})
const changed = z.object({ version: z.int() })
const viosIds = z.array(lparIdSchema).max(2)
const deviceName = z.string().regex(/^[\x21-\x7e]{1,64}$/, 'expected 1 to 64 printable characters without blanks')
const device = z.object({ vios: lparIdSchema, name: deviceName })

/** Where a device is seen, and whether pages go that way now. */
const pagingPathSchema = z.object({
  name: z.string(),
  vios: lparIdSchema,
  /** The Virtual I/O Server runs and pages over this way. */
  active: z.boolean(),
  location: z.string(),
})

/** A paging space device of the pool. */
const pagingDeviceSchema = pagingPathSchema.extend({
  sizeMiB: mib,
  /** `phys`: a disk. `logical`: a logical volume. */
  kind: z.enum(['phys', 'logical']),
  /** The same device behind the pool's other Virtual I/O Server; left out: there is no other way to it. */
  redundant: pagingPathSchema.optional(),
  /** The partition that it was given to last; 0: none. */
  lparId: z.int().min(0).max(4095),
})

/** The pool, MiB. available = size - firmware - sum of I/O entitlements of the partitions that share it. */
const memoryPoolSchema = z.object({
  sizeMiB: mib,
  availableMiB: mib,
  maxMiB: mib,
  /** Kept by the hypervisor within the pool. */
  firmwareMiB: mib,
  /** One or two, the first is the primary one of a partition that names none. */
  pagingVioses: viosIds,
  /** Identical pages are merged (Active Memory Deduplication). */
  deduplication: z.boolean(),
})

export const memoryPoolCommands = [
  /** Without a pool there is none in the answer. */
  command('memoryPool.read', 0x0701, 'phyp', 'query', { request: none, reply: z.object({ pool: memoryPoolSchema.optional() }) }),
  command('pagingDevice.list', 0x0702, 'phyp', 'query', { request: none, reply: z.object({ devices: z.array(pagingDeviceSchema) }) }),
  /** Makes the pool out of free memory; without `maxMiB` it can grow no further. */
  command('memoryPool.create', 0x0710, 'phyp', 'configuration', {
    request: z.object({ sizeMiB: mib, maxMiB: mib.optional(), pagingVioses: viosIds, deduplication: z.boolean().optional() }),
    reply: changed,
  }),
  /** Changes what is named. */
  command('memoryPool.change', 0x0711, 'phyp', 'configuration', {
    request: z.object({
      sizeMiB: mib.optional(),
      maxMiB: mib.optional(),
      pagingVioses: viosIds.optional(),
      deduplication: z.boolean().optional(),
    }),
    reply: changed,
  }),
  /** Gives its memory back. */
  command('memoryPool.remove', 0x0712, 'phyp', 'configuration', { request: none, reply: changed }),
  command('pagingDevice.add', 0x0713, 'phyp', 'configuration', { request: device, reply: changed }),
  command('pagingDevice.remove', 0x0714, 'phyp', 'configuration', { request: device, reply: changed }),
] as const
