// The programs of the restricted shell by name; they answer at once. The one that takes time is sleep.ts, words that act on the shell
// itself are built-ins.ts; what else a real console has is answered as not simulated (cli/real-commands.ts).

import { awk } from './awk.js'
import { cut } from './cut.js'
import { date } from './date.js'
import { grep } from './grep.js'
import { cat, head, tail, tr, wc } from './lines.js'
import { basename, dirname, echo, expr, printf, seq } from './printing.js'
import { done, type Program } from './program.js'
import { sed } from './sed.js'
import { sort, uniq } from './sort.js'

const whoami: Program = (_, { context }) => done(`${context.user.name}\n`)
const hostname: Program = (_, { context }) => done(`${context.consoleName}\n`)

/** By name. */
export const programs: ReadonlyMap<string, Program> = new Map<string, Program>([
  ['awk', awk],
  ['basename', basename],
  ['cat', cat],
  ['cut', cut],
  ['date', date],
  ['dirname', dirname],
  ['echo', echo],
  ['egrep', grep('extended')],
  ['expr', expr],
  ['fgrep', grep('fixed')],
  ['grep', grep('basic')],
  ['head', head],
  ['hostname', hostname],
  ['printf', printf],
  ['sed', sed],
  ['seq', seq],
  ['sort', sort],
  ['tail', tail],
  ['tr', tr],
  ['uniq', uniq],
  ['wc', wc],
  ['whoami', whoami],
])
