// The document of a what-if of shared processor pools: its schema, and how a breach of it is told. What the amounts must be together is
// checked by the wheel itself (micropart), and told with the same paths.

import { complaintOf } from '@powersim/managed-system'
import { MicropartError } from '@powersim/micropart'
import * as z from 'zod'

const MOST_PROCESSORS = 4096

const demandSchema = z.union([
  z.strictObject({ processors: z.number().min(0).max(MOST_PROCESSORS) }),
  z.strictObject({ trace: z.string().min(1) }),
])

const poolDocumentSchema = z.strictObject({
  generation: z.enum(['power6', 'power8']).default('power8'),
  cores: z.int().min(1).max(256),
  pools: z
    .array(
      z.strictObject({
        id: z.int().min(0).max(63),
        name: z.string().min(1).exactOptional(),
        reserved: z.number().min(0).exactOptional(),
        maximum: z.number().min(1).exactOptional(),
      }),
    )
    .max(64)
    .default([]),
  partitions: z
    .array(
      z.strictObject({
        name: z.string().min(1),
        pool: z.int().min(0).max(63).exactOptional(),
        mode: z.enum(['shared', 'dedicated']),
        entitledCapacity: z.number().exactOptional(),
        virtualProcessors: z.int().min(1),
        capped: z.boolean().exactOptional(),
        weight: z.int().min(0).max(255).exactOptional(),
        donate: z.boolean().exactOptional(),
        demand: demandSchema,
      }),
    )
    .min(1)
    .max(2048),
})

/** A whole document, defaults filled in. */
export type PoolDocument = z.infer<typeof poolDocumentSchema>

/** A pool document that is not one, or whose amounts do not fit: where, and which rule. */
export class PoolError extends Error {
  override readonly name = 'PoolError'
  readonly path: string

  constructor(path: string, message: string) {
    super(path === '' ? message : `${path}: ${message}`)
    this.path = path
  }
}

/** Throws PoolError with the path of the first bad field. */
export function readPoolDocument(given: unknown): PoolDocument {
  const parsed = poolDocumentSchema.safeParse(given)
  if (parsed.success) return parsed.data
  const { path, message } = complaintOf(parsed.error, 'a pool document')
  throw new PoolError(path, message)
}

/** Runs `ask` for the field at `path`; what the wheel refuses is told with the document's own path. */
export function withPath<T>(path: string, ask: () => T): T {
  try {
    return ask()
  } catch (error) {
    if (!(error instanceof MicropartError)) throw error
    // `partition 'web'.weight: message` or `pools.0.maximum: message`: the document says partitions.N instead of the name.
    const field = /^partition '.*'\.(\w+)$/.exec(error.path)?.[1]
    const where = error.path.startsWith('partition ') ? (field === undefined ? path : `${path}.${field}`) : error.path
    throw new PoolError(where, error.message.slice(error.path.length + 2))
  }
}
