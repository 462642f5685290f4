// The document of a what-if of a shared memory pool: its schema, and the rules that join its fields. Amounts in MiB; what becomes of them
// is memory-pool.ts.

import { complaintOf } from '@powersim/managed-system'
import * as z from 'zod'
import { PoolError } from '../pool/pool-document.js'
import { replacementPolicies } from './page-traces.js'

const MOST_MIB = 16 * 1024 * 1024
const MOST_PER_SECOND = 10_000_000
const MOST_SECONDS = 100_000
const MOST_PARTITIONS = 1000

/** Added latency of an operation through a VIOS, ms: IBM's figures for virtual SCSI are 0.032 to 0.063. */
const VIOS_SERVICE_MS = 0.04

/** YAML 1.2 has `on` and `off` as words. */
const switchSchema = z.union([z.boolean(), z.enum(['on', 'off']).transform((word) => word === 'on')])

const referencesSchema = z.union([
  z.strictObject({ zipf: z.number().min(0).max(10) }),
  z.strictObject({ uniform: z.literal(true) }),
  z.strictObject({ trace: z.string().min(1) }),
])

/** A paging VIOS: that there is one, its name, or what an operation costs there. */
const viosSchema = z
  .union([z.boolean(), z.string().min(1), z.strictObject({ serviceMs: z.number().min(0).max(60_000).default(VIOS_SERVICE_MS) })])
  .transform((given) => (typeof given === 'object' ? given : given === false ? undefined : { serviceMs: VIOS_SERVICE_MS }))

const memoryPoolSchema = z.strictObject({
  poolMiB: z.int().min(1).max(MOST_MIB),
  replacement: z.enum(Object.keys(replacementPolicies)).default('lopar'),
  pagingDevice: z.strictObject({ serviceMs: z.number().min(0).max(60_000), vios: viosSchema.exactOptional() }),
  partitions: z
    .array(
      z.strictObject({
        name: z.string().min(1),
        logicalMiB: z.int().min(1).max(MOST_MIB),
        weight: z.int().min(0).max(255).default(128),
        ioEntitledMiB: z.number().min(0).max(MOST_MIB).default(0),
        loaning: switchSchema.default(false),
        references: referencesSchema,
        workingSetMiB: z.number().positive().max(MOST_MIB),
        perSecond: z.number().min(0).max(MOST_PER_SECOND),
        writes: z.number().min(0).max(1).default(0.3),
      }),
    )
    .min(1)
    .max(MOST_PARTITIONS),
  seconds: z.number().positive().max(MOST_SECONDS),
})

/** A whole document, defaults filled in. */
export type MemoryPoolDocument = z.infer<typeof memoryPoolSchema>

/** Throws PoolError with the path of the first bad field. */
export function readMemoryPoolDocument(given: unknown): MemoryPoolDocument {
  const parsed = memoryPoolSchema.safeParse(given)
  if (!parsed.success) {
    const { path, message } = complaintOf(parsed.error, 'a memory pool document')
    throw new PoolError(path, message)
  }
  const { poolMiB, partitions } = parsed.data
  const names = new Set<string>()
  let entitled = 0
  for (const [index, { name, logicalMiB, workingSetMiB, ioEntitledMiB }] of partitions.entries()) {
    const path = `partitions.${index}`
    if (names.has(name)) throw new PoolError(`${path}.name`, `expected a name of its own, '${name}' is taken`)
    names.add(name)
    const rest = logicalMiB - ioEntitledMiB
    if (workingSetMiB > rest) {
      throw new PoolError(`${path}.workingSetMiB`, `expected at most ${rest}, logicalMiB less ioEntitledMiB, got ${workingSetMiB}`)
    }
    entitled += ioEntitledMiB
  }
  if (entitled >= poolMiB) {
    throw new PoolError('poolMiB', `expected more than the I/O entitlements of all partitions, ${entitled}, got ${poolMiB}`)
  }
  return parsed.data
}
