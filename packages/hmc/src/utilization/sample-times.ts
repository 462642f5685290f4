// Which of the collected samples a line of lslparutil is about: those of a stretch of time, one of every hour, day or month, the newest
// so many. Times are those of the console's clock.

import { type LineReply, refused } from '../cli/line-reply.js'
import type { OptionReader } from '../cli/option-reader.js'
import { secondsOf } from '../calendar.js'
import type { OperationContext } from '../operations/operation-context.js'
import type { UtilizationSample } from './utilization-collection.js'

type Times =
  | { readonly ok: true; readonly choose: (samples: readonly UtilizationSample[]) => readonly UtilizationSample[] }
  | { readonly ok: false; readonly reply: LineReply }

const parts = ['year', 'month', 'day', 'hour', 'minute'] as const
export const startOptions: readonly string[] = parts.map((part) => `--start${part}`)
export const endOptions: readonly string[] = parts.map((part) => `--end${part}`)

/** `-s`: one sample of every hour, day or month, the first of it; `s`: all. */
export const spacings = ['s', 'h', 'd', 'm'] as const
/** How much of `MM/DD/YYYY HH:MM:SS` two samples have in common that are of the same hour, day or month. */
const sameOf: Readonly<Record<(typeof spacings)[number], (time: string) => string>> = {
  s: (time) => time,
  h: (time) => time.slice(0, 13),
  d: (time) => time.slice(0, 10),
  m: (time) => time.slice(0, 2) + time.slice(6, 10),
}

const lowest = { year: 1970, month: 1, day: 1, hour: 0, minute: 0 }
const highest = { year: 9999, month: 12, day: 31, hour: 23, minute: 59 }

/** `samples` oldest first; chosen are newest first. */
export function sampleTimes(context: OperationContext, options: OptionReader): Times {
  const now = secondsOfText(context.timeOfDay())
  const backSeconds = 60 * ((options.count('-d') ?? 0) * 1440 + (options.count('-h') ?? 0) * 60 + (options.count('--minutes') ?? 0))
  const isBack = ['-d', '-h', '--minutes'].some((name) => options.has(name))
  const isStart = startOptions.some((name) => options.has(name))
  if (isBack && isStart)
    return { ok: false, reply: refused('invalidParameter', { names: startOptions.filter((name) => options.has(name)).join(',') }) }
  const from = isBack ? now - backSeconds : timeOf(options, 'start', lowest)
  const to = timeOf(options, 'end', highest)
  const same = sameOf[options.choice('-s', spacings) ?? 's']
  const most = options.count('-n') ?? Infinity
  return {
    ok: true,
    choose: (samples) => {
      const chosen: UtilizationSample[] = []
      let last = ''
      for (const sample of samples) {
        const time = context.timeOfDay(sample.atNs)
        const seconds = secondsOfText(time)
        const key = same(time)
        if (seconds < from || seconds > to || (options.has('-s') && key === last)) continue
        last = key
        chosen.push(sample)
      }
      chosen.reverse()
      return chosen.slice(0, most)
    },
  }
}

/** Seconds since 1970 of what --start… or --end… say; what they leave out is the first or the last that there is. */
function timeOf(options: OptionReader, which: 'start' | 'end', otherwise: typeof lowest): number {
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0] = parts.map((part) => options.count(`--${which}${part}`) ?? otherwise[part])
  return secondsOf(year, month, day, hour * 3600 + minute * 60 + (which === 'end' ? 59 : 0))
}

function secondsOfText(time: string): number {
  const [month = 0, day = 0, year = 0, hour = 0, minute = 0, second = 0] = time.split(/[/ :]/).map(Number)
  return secondsOf(year, month, day, hour * 3600 + minute * 60 + second)
}
