// What the shell's `date` prints, from the console's own time stamp. The stamp itself is made in calendar.ts.
// No clock of the host is read.

const weekdays = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat']
const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']
const monthShift = [0, 3, 2, 5, 0, 3, 5, 1, 4, 6, 2, 4]

/** `Mon Jun  3 08:00:00 UTC 2013` from `06/03/2013 08:00:00`. */
export function dateLine(stamp: string): string {
  const [date = '', clock = ''] = stamp.split(' ')
  const [month = 1, day = 1, year = 1970] = date.split('/').map(Number)
  return `${weekdays[weekdayOf(year, month, day)]} ${months[month - 1]} ${String(day).padStart(2)} ${clock} UTC ${year}`
}

// Sakamoto's day of the week: 0 is Sunday.
function weekdayOf(year: number, month: number, day: number): number {
  const y = month < 3 ? year - 1 : year
  return (y + Math.floor(y / 4) - Math.floor(y / 100) + Math.floor(y / 400) + (monthShift[month - 1] ?? 0) + day) % 7
}
