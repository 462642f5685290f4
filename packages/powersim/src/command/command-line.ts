// The command line that gives the numbers of a report again: what was typed, without where the results went, quoted for a
// shell. Parsing it is commander's business.

/** Options that say where results go, each with a value. */
const targets = ['--json', '--report']

/** `typed` is what follows the program's name. */
export function commandLine(typed: readonly string[]): string {
  const kept: string[] = []
  for (let index = 0; index < typed.length; index++) {
    const word = typed[index] ?? ''
    if (targets.includes(word)) index++
    else if (!targets.some((target) => word.startsWith(`${target}=`))) kept.push(word)
  }
  return ['powersim', ...kept.map(quoted)].join(' ')
}

/** As a POSIX shell takes it back. */
function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`
}
