// Generations of consoles, which differ in the attributes, options and commands that they know, and which of them a console is by its
// version. What differs is said by the rows of the tables (`since`, `until`), never by a comparison of versions anywhere else.
// Not here: what a managed system can do, which its own replies tell.

/**
 * In order of age, each named by the first release of it that the public captures are of: V7R7 (POWER5 to POWER7), V8R8 (POWER8),
 * V10R3 (POWER9 and POWER10), V11R1 (POWER9 to POWER11).
 */
export const generations = ['v7r7', 'v8r8', 'v10r3', 'v11r1'] as const

export type Generation = (typeof generations)[number]

/** The generations that know a row of a table, both ends included; all from the first, or to the last, when an end is absent. */
export interface GenerationRange {
  readonly since?: Generation
  readonly until?: Generation
}

/** First number of the versions that a generation begins with. */
const firstVersion: Readonly<Record<Generation, number>> = { v7r7: 0, v8r8: 8, v10r3: 10, v11r1: 11 }

/** Of a version as `lshmc -V` prints it (`V8R8.6.0`): the latest generation that is not newer. What is no version is the oldest. */
export function generationOf(version: string): Generation {
  const digits = /^V(\d{1,4})/i.exec(version)?.[1]
  const number = digits === undefined ? 0 : Number(digits)
  return generations.findLast((generation) => number >= firstVersion[generation]) ?? 'v7r7'
}

/** Whether one generation is another one or a later one. */
export function isSince(generation: Generation, first: Generation): boolean {
  return generations.indexOf(generation) >= generations.indexOf(first)
}

/** Whether a generation knows a row. */
export function knows(generation: Generation, { since, until }: GenerationRange): boolean {
  return (since === undefined || isSince(generation, since)) && (until === undefined || isSince(until, generation))
}
