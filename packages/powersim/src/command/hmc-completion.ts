// What may stand at the end of a line at a console: commands, their options, values that select a variant, attributes and filters, from the
// table of what is modelled; systems, partitions and profiles, from the machine. Pure: a line in, the candidates out.

import { coverage, type CoverageRow, generationOf } from '@powersim/hmc'
import type { Installation } from '@powersim/managed-system'

/** Options after which a name of the machine stands. */
const systemOptions = new Set(['-m'])
const partitionOptions = new Set(['-p', '-t', '-n'])

/** For readline: the words that the last word of the line may become, and that word. */
export function completionOf(line: string, installation: Installation, console: string): [candidates: string[], word: string] {
  const begun = line.slice(startOfCommand(line))
  const words = begun.split(/\s+/).filter((word) => word !== '')
  const word = /\s$/.test(begun) || words.length === 0 ? '' : (words.pop() ?? '')
  // After a comma or an equals sign a new name begins: -F name,sta
  const part = word.slice(Math.max(word.lastIndexOf(','), word.lastIndexOf('='), word.lastIndexOf('"')) + 1)
  const candidates = candidatesAfter(words, installation, console).filter((candidate) => candidate.startsWith(part))
  return [[...new Set(candidates)].sort(), part]
}

/** Where the command begins that the end of the line belongs to. */
function startOfCommand(line: string): number {
  return Math.max(...['|', ';', '&', '`', '('].map((separator) => line.lastIndexOf(separator))) + 1
}

function candidatesAfter(words: readonly string[], installation: Installation, console: string): readonly string[] {
  const rows = coverage(generationOf(installation.console(console).parameters.version)).filter(({ status }) => status === 'modelled')
  const [command] = words
  if (command === undefined) return rows.flatMap((row) => (row.kind === 'command' ? row.command : []))
  const last = words.at(-1) ?? ''
  if (systemOptions.has(last)) return installation.systems.map(({ name }) => name)
  if (partitionOptions.has(last)) return partitionNames(words, installation)
  return fromRows(
    rows.filter((row) => row.command === command),
    words,
    last,
  )
}

function fromRows(rows: readonly CoverageRow[], words: readonly string[], last: string): readonly string[] {
  const variants = rows.filter(({ kind, variant }) => kind === 'variant' && variant !== '').map(({ variant }) => variant.split(' '))
  const values = variants.flatMap((variant) => (variant.includes(last) ? (variant[variant.indexOf(last) + 1] ?? []) : []))
  if (values.length > 0) return values
  const selected = rows.filter(({ variant }) => variant !== '' && variant.split(' ').every((word) => words.includes(word)))
  const chosen = selected.length > 0 ? selected : rows
  if (last === '-F') return namesOf(chosen, 'attribute')
  if (last === '--filter') return namesOf(chosen, 'filter')
  const selectors = variants.flatMap((variant) => variant.filter((_, index) => index % 2 === 0))
  return [...selectors, ...namesOf(chosen, 'option')].filter((option) => !words.includes(option))
}

function namesOf(rows: readonly CoverageRow[], kind: CoverageRow['kind']): string[] {
  return rows.flatMap((row) => (row.kind === kind ? row.name : []))
}

/** Those of the system that the line names, or of all. */
function partitionNames(words: readonly string[], installation: Installation): readonly string[] {
  const named = words[words.indexOf('-m') + 1]
  const { systems } = installation
  const asked = systems.filter(({ name }) => words.includes('-m') && name === named)
  return (asked.length === 0 ? systems : asked).flatMap(({ phyp }) =>
    Object.values(phyp.configuration.snapshot.partitions).map(({ name }) => name),
  )
}
