// The message sequence of one operation as a Mermaid `sequenceDiagram`: who sent what to whom, when it arrived, what was lost. Pure: from
// plain steps to text. Times are relative to the start of the operation, in ms.

import { ReportError } from './errors.js'

/** Commands of an operation that are drawn; the rest is a note. */
export const MAX_DRAWN_COMMANDS = 12

export interface SequenceParticipant {
  /** What steps call it. */
  readonly name: string
  /** What the picture calls it. */
  readonly label: string
}

/** A message from one participant to another: an arrow, placed at the time of its sending. */
export interface SequenceMessage {
  readonly kind: 'message'
  /** Key of its command. */
  readonly command: string
  readonly name: string
  readonly from: string
  readonly to: string
  readonly sentNs: number
  /** Null when it did not arrive. */
  readonly arrivedNs: number | null
  readonly bytes: number
  /** Status of a reply; null for a request. */
  readonly status: string | null
  /** 1 for the first try. */
  readonly attempt: number
  /** Why it was dropped; null when it arrived, or is still under way at the end of the run. */
  readonly lost: string | null
}

/** Something to be said at a participant: a time-out, another try. */
export interface SequenceNote {
  readonly kind: 'note'
  /** Key of the command that it is about. */
  readonly command: string
  readonly at: string
  readonly timeNs: number
  readonly text: string
}

export type SequenceStep = SequenceMessage | SequenceNote

export interface SequenceOperation {
  /** Said above the picture. */
  readonly title: string
  /** Who works: participant of the opening and the closing note. */
  readonly console: string
  /** What was typed. */
  readonly line: string
  readonly exitStatus: number
  readonly startNs: number
  readonly endNs: number
  /** In the order of the picture, those left out that take part in no step. */
  readonly participants: readonly SequenceParticipant[]
  /** In any order. */
  readonly steps: readonly SequenceStep[]
}

/** Characters of the typed line that are shown, and of one row of them. */
const LINE_LENGTH = 180
const ROW_LENGTH = 50

interface Drawn {
  readonly timeNs: number
  readonly lines: (active: Map<string, number>) => string[]
}

/** Mermaid text, without a newline at its end. Throws ReportError `nothing-to-draw` for an operation without a step. */
export function sequenceDiagram(operation: SequenceOperation): string {
  const { title, console, line, startNs, endNs } = operation
  const steps = operation.steps.toSorted((a, b) => timeOf(a) - timeOf(b))
  if (steps.length === 0)
    throw new ReportError('nothing-to-draw', title, `the operation '${line}' sent no command: there is nothing to draw`)
  const commands = [...new Set(steps.map((step) => step.command))]
  const kept = new Set(commands.slice(0, MAX_DRAWN_COMMANDS))
  const shown = steps.filter((step) => kept.has(step.command))
  const aliases = aliasesOf(operation, shown)
  const alias = (name: string): string => aliases.get(name)?.alias ?? 'nobody'
  const drawn: Drawn[] = shown.map((step) => {
    if (step.kind === 'message') return { timeNs: step.sentNs, lines: (active) => arrow(step, startNs, alias, active) }
    const text = `${step.text} [${ms(step.timeNs - startNs)} ms]`
    return { timeNs: step.timeNs, lines: () => [`Note over ${alias(step.at)}: ${escaped(text)}`] }
  })
  const more = commands.length - kept.size
  const rest = more === 0 ? '' : `${more} more command${more === 1 ? '' : 's'}, not drawn\n`
  const closing = `${rest}returned ${operation.exitStatus} [${ms(endNs - startNs)} ms]`
  // A reply may come after the line has returned: the closing note stands in its time.
  const later = drawn.findIndex(({ timeNs }) => timeNs > endNs)
  drawn.splice(later < 0 ? drawn.length : later, 0, { timeNs: endNs, lines: () => [`Note over ${alias(console)}: ${escaped(closing)}`] })
  const active = new Map<string, number>()
  const body = drawn.flatMap(({ lines }) => lines(active))
  for (const [name, depth] of active) for (let left = depth; left > 0; left--) body.push(`deactivate ${alias(name)}`)
  return [
    `%% ${title.replaceAll(/\s+/g, ' ')}`,
    'sequenceDiagram',
    ...[...aliases.values()].map(({ alias: short, label }) => `participant ${short} as ${escaped(label)}`),
    `Note over ${alias(console)}: ${escaped(`${rowsOf(line)} [0.000 ms]`)}`,
    ...body,
  ]
    .map((text, index) => (index < 2 ? text : `  ${text}`))
    .join('\n')
}

function timeOf(step: SequenceStep): number {
  return step.kind === 'message' ? step.sentNs : step.timeNs
}

function aliasesOf(operation: SequenceOperation, steps: readonly SequenceStep[]): Map<string, { alias: string; label: string }> {
  const seen = new Set([operation.console])
  for (const step of steps) for (const name of step.kind === 'message' ? [step.from, step.to] : [step.at]) seen.add(name)
  const aliases = new Map<string, { alias: string; label: string }>()
  for (const { name, label } of operation.participants) {
    if (seen.has(name)) aliases.set(name, { alias: `P${aliases.size + 1}`, label })
  }
  return aliases
}

/** A request makes its receiver work, until that replies. */
function arrow(step: SequenceMessage, startNs: number, alias: (name: string) => string, active: Map<string, number>): string[] {
  const { from, to, status, arrivedNs, lost, attempt } = step
  const again = attempt > 1 ? `, try ${attempt}` : ''
  const what = status === null ? `${step.name}${again}` : `${status}${again}`
  const sent = ms(step.sentNs - startNs)
  const times =
    arrivedNs === null ? `${sent} ms, ${lost === null ? 'still under way' : `lost: ${lost}`}` : `${sent} → ${ms(arrivedNs - startNs)} ms`
  const line = status === null ? '-' : '--'
  const lines = [`${alias(from)}${line}${arrivedNs === null ? 'x' : '>>'}${alias(to)}: ${escaped(`${what}, ${step.bytes} B [${times}]`)}`]
  if (status === null && arrivedNs !== null) {
    active.set(to, (active.get(to) ?? 0) + 1)
    lines.push(`activate ${alias(to)}`)
  }
  const depth = active.get(from) ?? 0
  if (status !== null && depth > 0) {
    active.set(from, depth - 1)
    lines.push(`deactivate ${alias(from)}`)
  }
  return lines
}

/** A typed line in rows, broken after blanks and commas, where it has some. */
function rowsOf(line: string): string {
  const shown = line.length > LINE_LENGTH ? `${line.slice(0, LINE_LENGTH)}…` : line
  const rows: string[] = []
  let row = ''
  for (const [piece] of shown.matchAll(/[^ ,]*[ ,]*/g)) {
    if (row !== '' && row.length + piece.length > ROW_LENGTH) {
      rows.push(row)
      row = ''
    }
    row += piece
  }
  return [...rows, row].join('\n')
}

function ms(ns: number): string {
  return (ns / 1e6).toFixed(3)
}

/** Characters that mean something to Mermaid or to HTML, as Mermaid's entity codes; line ends as breaks. */
function escaped(text: string): string {
  return text.replaceAll(/[#;<>&%"\\{}]/g, (character) => `#${character.charCodeAt(0)};`).replaceAll(/\s*\n\s*/g, '<br/>')
}
