// Versions of consoles (`V7R7.9.0`, `V8R8.6.0`), which a service processor may be too new for.
// What a console is that is too old for it is the console's own matter.

/** Whether one version is older than another; an empty one is as old as any, and what is no version is the oldest. */
export function isOlder(version: string, than: string): boolean {
  if (than === '') return false
  const [ours, theirs] = [numbersOf(version), numbersOf(than)]
  for (let at = 0; at < theirs.length; at++) {
    const difference = (ours[at] ?? 0) - (theirs[at] ?? 0)
    if (difference !== 0) return difference < 0
  }
  return false
}

function numbersOf(version: string): readonly number[] {
  return [...version.matchAll(/\d+/g)].map(([digits]) => Number(digits))
}
