// Demand of a partition as a text file: lines of `seconds processors`, ascending in time. From each time on, so many processors are wanted;
// before the first line none. `#` begins a comment. Who reads the file is up to the caller.

import type { DemandStep } from '@powersim/micropart'
import { PoolError } from './pool-document.js'

const NS_PER_SECOND = 1e9

/** The steps of a trace. Throws PoolError that names file and line. */
export function demandTrace(text: string, file: string): DemandStep[] {
  const steps: DemandStep[] = []
  for (const [index, whole] of text.split(/\r?\n/).entries()) {
    const line = whole.replace(/#.*/, '').trim()
    if (line === '') continue
    const [at = '', processors = '', ...more] = line.split(/\s+/)
    const where = `${file}:${index + 1}`
    const step = { atNs: Math.round(Number(at) * NS_PER_SECOND), processors: Number(processors) }
    if (processors === '' || more.length > 0 || !(step.atNs >= 0) || !(step.processors >= 0 && Number.isFinite(step.processors))) {
      throw new PoolError(where, `expected 'seconds processors', two numbers of at least 0, got '${line}'`)
    }
    const last = steps.at(-1)
    if (last !== undefined && step.atNs <= last.atNs) throw new PoolError(where, `expected a later time than the line before, got '${at}'`)
    steps.push(step)
  }
  if (steps.length === 0) throw new PoolError(file, "holds no line of 'seconds processors'")
  return steps
}
