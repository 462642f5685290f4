// What a comparison of steady runs says of its warm-up, for text and page. How much was removed, and why that may not be enough.
// Names are as they are: who draws them escapes them.

import type { WarmUpReport } from '@powersim/experiment'

export function warmUpText({ method, removed, observations }: WarmUpReport): string {
  return `${removed} of ${observations} operations of each run removed, ${method === 'given' ? 'as the mix says' : 'by MSER-5'}`
}

/** Why the numbers may hold some of the warm-up; null when it is sound. */
export function unsoundText({ sound, removed, alternatives }: WarmUpReport, nameOf: (name: string) => string): string | null {
  if (sound) return null
  const unclear = alternatives.filter(({ reliable }) => !reliable).map(({ name }) => nameOf(name))
  const longer = alternatives.filter(({ mser5 }) => mser5 > removed).map(({ name, mser5 }) => `${nameOf(name)} (${mser5})`)
  const what = [
    ...(unclear.length === 0 ? [] : [`the runs are too short to tell their warm-up, or never become steady, under ${unclear.join(', ')}`]),
    ...(longer.length === 0 ? [] : [`MSER-5 would remove more under ${longer.join(', ')}`]),
  ]
  return `The warm-up is not sound: ${what.join('; ')}. What follows may hold some of it: run longer, or lower the rate.`
}
