// Quantities as a document writes them: durations and random laws. A text carries its unit (`'3ms'`); a bare number is nanoseconds, as
// the library's own constructors (`ms(3)`) give it.

import { type LawSpec, parseDuration } from '@powersim/kernel'
import * as z from 'zod'

/** A duration: `'250us'`, or whole nanoseconds. */
export const durationSchema = z.union([z.number(), z.string()]).transform((given, context) => {
  if (typeof given === 'number') {
    if (Number.isSafeInteger(given) && given >= 0) return given
    context.addIssue({ code: 'custom', message: `expected whole nanoseconds from 0, or a text with a unit such as '3ms', got ${given}` })
    return z.NEVER
  }
  try {
    return parseDuration(given)
  } catch (cause) {
    context.addIssue({ code: 'custom', message: cause instanceof Error ? cause.message : String(cause) })
    return z.NEVER
  }
})

const cv = z.number().min(0).max(100)

/** A law of durations: a duration (constant), or one of the kernel's laws by name. */
export const lawSchema = z.union([
  durationSchema,
  z.strictObject({ constant: durationSchema }),
  z.strictObject({ exponential: durationSchema }),
  z.strictObject({ erlang: z.strictObject({ mean: durationSchema, stages: z.int().min(1).max(1000) }) }),
  z.strictObject({ hyperExponential: z.strictObject({ mean: durationSchema, cv: cv.min(1) }) }),
  z.strictObject({ lognormal: z.strictObject({ mean: durationSchema, cv }) }),
  z.strictObject({ uniform: z.strictObject({ from: durationSchema, to: durationSchema }) }),
  z.strictObject({
    empirical: z.strictObject({ values: z.array(durationSchema).min(1), weights: z.array(z.number().positive()).optional() }),
  }),
])

/** What a law in a document becomes. */
export function lawOf(law: z.output<typeof lawSchema>): LawSpec {
  if (typeof law === 'object' && 'empirical' in law) {
    const { values, weights } = law.empirical
    return { empirical: weights === undefined ? { values } : { values, weights } }
  }
  return law
}
