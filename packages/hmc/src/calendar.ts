// Simulated wall-clock time: nanoseconds since the installation's start on top of its start time, in the Gregorian calendar.
// No clock of the host is ever read.

const SECOND_NS = 1_000_000_000
const DAY_SECONDS = 86_400

/** `MM/DD/YYYY HH:MM:SS`, the form of `sys_time` and of reference codes. `startSeconds` counts from 1970-01-01 00:00:00. */
export function timestamp(startSeconds: number, atNs: number): string {
  const seconds = startSeconds + Math.floor(atNs / SECOND_NS)
  const days = Math.floor(seconds / DAY_SECONDS)
  const time = seconds - days * DAY_SECONDS
  const { year, month, day } = civil(days)
  return `${two(month)}/${two(day)}/${year} ${two(Math.floor(time / 3600))}:${two(Math.floor(time / 60) % 60)}:${two(time % 60)}`
}

/** Seconds since 1970-01-01 00:00:00 of a calendar date and time of day. */
export function secondsOf(year: number, month: number, day: number, secondOfDay = 0): number {
  const y = month <= 2 ? year - 1 : year
  const era = Math.floor(y / 400)
  const yearOfEra = y - era * 400
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear
  return (era * 146_097 + dayOfEra - 719_468) * DAY_SECONDS + secondOfDay
}

/** Calendar date of a day number; years count from March inside, so that the leap day comes last. */
function civil(days: number): { year: number; month: number; day: number } {
  const shifted = days + 719_468
  const era = Math.floor(shifted / 146_097)
  const dayOfEra = shifted - era * 146_097
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  )
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100))
  const marchMonth = Math.floor((5 * dayOfYear + 2) / 153)
  const month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
  return { year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day: dayOfYear - Math.floor((153 * marchMonth + 2) / 5) + 1 }
}

function two(value: number): string {
  return value < 10 ? `0${value}` : String(value)
}
