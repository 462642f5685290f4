// Whether a payload fits its schema, for those who serve commands all the time: a schema that has been asked often is compiled (zod's
// `compile`), which takes a millisecond once. The answer is the same; what is wrong with a payload only `safeParse` tells.

import * as z from 'zod'

/** Checks after which a schema is worth compiling. */
const OFTEN = 32

/** Says whether `schema.safeParse` of a payload would succeed. */
export function payloadCheck(schema: z.ZodType): (data: unknown) => boolean {
  let quickest = schema
  let asked = 0
  return (data) => {
    if (asked <= OFTEN && ++asked > OFTEN) quickest = z.compile(schema)
    return quickest.validate(data)
  }
}
