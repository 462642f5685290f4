// What the shell's `date` prints, from the console's own time stamp, and the formats of `date +FORMAT`. The stamp itself is made in
// calendar.ts. No clock of the host is read, and no other date than now is shown (-d is not simulated).

import { secondsOf } from '../../calendar.js'
import { done, type Program, unknown, wrong } from './program.js'

const weekdays = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday']
const months = 'January February March April May June July August September October November December'.split(' ')
const monthShift = [0, 3, 2, 5, 0, 3, 5, 1, 4, 6, 2, 4]

export const date: Program = (words, { context }) => {
  const moment = momentOf(context.timeOfDay())
  const given = words.filter((word) => word !== '-u' && word !== '--utc')
  const [first, second] = given
  if (first === undefined) return done(`${shown('%a %b %e %H:%M:%S %Z %Y', moment)}\n`)
  if (second !== undefined) return unknown('date with arguments')
  if (first === '-R') return done(`${shown('%a, %d %b %Y %H:%M:%S %z', moment)}\n`)
  if (!first.startsWith('+'))
    return first.startsWith('-') ? unknown(`date ${first.slice(0, 2)}`) : wrong('date: you must be root to change the date')
  return done(`${shown(first.slice(1), moment)}\n`)
}

interface Moment {
  readonly year: number
  readonly month: number
  readonly day: number
  readonly hour: number
  readonly minute: number
  readonly second: number
}

/** From `06/03/2013 08:00:00`. */
function momentOf(stamp: string): Moment {
  const [month = 1, day = 1, year = 1970, hour = 0, minute = 0, second = 0] = stamp.split(/[/ :]/).map(Number)
  return { year, month, day, hour, minute, second }
}

/** Formats that stand for others. */
const combined: Readonly<Record<string, string>> = {
  D: '%m/%d/%y',
  F: '%Y-%m-%d',
  T: '%H:%M:%S',
  R: '%H:%M',
  r: '%I:%M:%S %p',
  c: '%a %b %e %H:%M:%S %Y',
  x: '%m/%d/%y',
  X: '%H:%M:%S',
}

/** A moment in a format of `date`; a letter that it does not know stays as it is. */
function shown(format: string, moment: Moment): string {
  const full = format.replace(/%([%DFTRrcxX])/g, (given, letter) => (letter === '%' ? '%%' : (combined[String(letter)] ?? String(given))))
  return full.replace(/%([-_0]?)([a-zA-Z%])/g, (given, flag, letter) => field(String(letter), String(flag), moment) ?? String(given))
}

function field(letter: string, flag: string, { year, month, day, hour, minute, second }: Moment): string | undefined {
  const digits = (value: number, width: number, fill = '0'): string => {
    return flag === '-' ? String(value) : String(value).padStart(width, flag === '_' ? ' ' : flag === '0' ? '0' : fill)
  }
  const weekday = weekdayOf(year, month, day)
  switch (letter) {
    case '%':
      return '%'
    case 'n':
      return '\n'
    case 't':
      return '\t'
    case 'Y':
      return String(year)
    case 'C':
      return digits(Math.floor(year / 100), 2)
    case 'y':
      return digits(year % 100, 2)
    case 'm':
      return digits(month, 2)
    case 'd':
      return digits(day, 2)
    case 'e':
      return digits(day, 2, ' ')
    case 'H':
      return digits(hour, 2)
    case 'k':
      return digits(hour, 2, ' ')
    case 'I':
      return digits(((hour + 11) % 12) + 1, 2)
    case 'l':
      return digits(((hour + 11) % 12) + 1, 2, ' ')
    case 'M':
      return digits(minute, 2)
    case 'S':
      return digits(second, 2)
    case 'p':
      return hour < 12 ? 'AM' : 'PM'
    case 'a':
      return weekdays[weekday]?.slice(0, 3)
    case 'A':
      return weekdays[weekday]
    case 'b':
    case 'h':
      return months[month - 1]?.slice(0, 3)
    case 'B':
      return months[month - 1]
    case 'u':
      return String(weekday === 0 ? 7 : weekday)
    case 'w':
      return String(weekday)
    case 'j':
      return digits((secondsOf(year, month, day) - secondsOf(year, 1, 1)) / 86_400 + 1, 3)
    case 's':
      return String(secondsOf(year, month, day, hour * 3600 + minute * 60 + second))
    case 'N':
      return '000000000'
    case 'Z':
      return 'UTC'
    case 'z':
      return '+0000'
    default:
      return undefined
  }
}

// Sakamoto's day of the week: 0 is Sunday.
function weekdayOf(year: number, month: number, day: number): number {
  const y = month < 3 ? year - 1 : year
  return (y + Math.floor(y / 4) - Math.floor(y / 100) + Math.floor(y / 400) + (monthShift[month - 1] ?? 0) + day) % 7
}
