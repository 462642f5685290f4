// The pieces of a machine document about storage: devices of the system, and what a Virtual I/O Server does with those that it reaches.
// Times and rates that are left out are those of a SAN LUN of the POWER6 years (estimates).

import { MAX_TIME } from '@powersim/kernel'
import { nameSchema } from '@powersim/protocol'
import { ioDisciplineNames } from '@powersim/vios'
import * as z from 'zod'
import { durationSchema } from './quantity.js'

const name = z.string().regex(/^[A-Za-z][A-Za-z0-9_.-]{0,31}$/, 'expected a letter, then up to 31 letters, digits, _ . or -')
const mib = z
  .int()
  .min(1)
  .max(2 ** 26)

/** A disk or a LUN: how large, how fast, and in which order it serves partitions. */
export const storageDeviceSchema = z.strictObject({
  name,
  sizeMiB: mib,
  /** Of every request. */
  perRequest: durationSchema.refine((ns) => ns <= MAX_TIME, 'expected less').default(500_000),
  bytesPerSecond: z.custom<number>((given) => typeof given === 'number' && given > 0, 'expected a rate above 0').default(200_000_000),
  /** Left out: every place is as near, as behind the cache of a SAN. */
  positioning: z
    .strictObject({ seekMin: durationSchema, seekMax: durationSchema, rotation: durationSchema, blocksPerTurn: z.int().min(1) })
    .optional(),
  /** Requests served side by side. */
  slots: z.int().min(1).max(4096).default(8),
  requestLimit: z.int().min(1).max(65_536).default(4096),
  discipline: z.enum(ioDisciplineNames).default('fifo'),
  /** Weight (fair-share) or priority (priority) of partitions by name; others have 128. */
  shares: z.array(z.strictObject({ partition: nameSchema, share: z.int().min(0).max(255) })).default([]),
})

export const viosSchema = z.strictObject({
  /** Physical adapters: `fcs0`. */
  adapters: z
    .array(z.strictObject({ name, location: z.string().max(64), bytesPerSecond: z.number().positive().optional() }))
    .min(1)
    .max(64),
  /** Devices of the system that it reaches, under its own names: `hdisk1`. */
  disks: z
    .array(z.strictObject({ name, device: name, kind: z.enum(['disk', 'lun', 'optical']).default('lun'), adapter: name }))
    .max(4096)
    .default([]),
  volumeGroups: z
    .array(z.strictObject({ name, disk: name }))
    .max(128)
    .default([]),
  volumes: z
    .array(z.strictObject({ name, kind: z.enum(['lv', 'file']).default('lv'), group: name, sizeMiB: mib }))
    .max(4096)
    .default([]),
  /** What the server adapters in these virtual slots show. */
  maps: z
    .array(z.strictObject({ slot: z.int().min(2).max(65_535), backing: name }))
    .max(4096)
    .default([]),
  /** Which port the virtual Fibre Channel adapters in these slots use; all devices that `zone` lists are its client's LUNs, from 0 on. */
  fibre: z
    .array(z.strictObject({ slot: z.int().min(2).max(65_535), adapter: name, zone: z.array(name).max(64) }))
    .max(1024)
    .default([]),
})
