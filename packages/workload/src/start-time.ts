// The time in front of a statement: `@+5s` or `@10:00:00`, read into a StartTime.
// When the simulated clock reaches it is the business of play-script.ts.

import { KernelError, hours, minutes, parseDuration, seconds } from '@powersim/kernel'
import type { StartTime } from './script.js'

/** A time that cannot be read: what would have been accepted, and what stands there. */
export interface BadTime {
  kind: 'bad-time'
  expected: string
  found: string
}

/** Reads a word that begins with `@`. Durations are the kernel's (`250ms`, `30s`, `2min`, `1h`); times of day are HH:MM:SS. */
export function parseStartTime(word: string): StartTime | BadTime {
  if (word.startsWith('@+')) return parseDelay(word.slice(2))
  const clock = /^@(\d\d):(\d\d):(\d\d)$/.exec(word)
  if (clock === null) return { kind: 'bad-time', expected: 'a time such as @+5s or @10:00:00', found: word }
  const [hour, minute, second] = clock.slice(1).map(Number)
  if (hour === undefined || minute === undefined || second === undefined || hour > 23 || minute > 59 || second > 59) {
    return { kind: 'bad-time', expected: 'a time of day from @00:00:00 to @23:59:59', found: word }
  }
  return { kind: 'time-of-day', timeOfDayNs: hours(hour) + minutes(minute) + seconds(second) }
}

function parseDelay(text: string): StartTime | BadTime {
  try {
    return { kind: 'delay', delayNs: parseDuration(text) }
  } catch (error) {
    if (!(error instanceof KernelError)) throw error
    return { kind: 'bad-time', expected: 'a duration such as 250ms, 5s, 2min or 1h after @+', found: text }
  }
}
