// The end of `powersim run`: what a script did, in a few lines.
// Takes plain numbers and counts nothing itself.

import { formatDuration } from '@powersim/kernel'

export interface RunFigures {
  readonly machine: string
  readonly workload: string
  readonly seed: string
  /** Lines that were run, and how many of them returned a status other than 0. */
  readonly lines: number
  readonly failedLines: number
  /** Commands that got a reply; that ended in an error or ran out of time; that had neither at the end. */
  readonly commandsCompleted: number
  readonly commandsFailed: number
  readonly commandsLost: number
  readonly simulatedNs: number
  /** Of the run: 16 hex digits. */
  readonly digest: string
}

/** Five lines, without a newline at the end. */
export function runSummary(figures: RunFigures): string {
  const { lines, failedLines, commandsCompleted, commandsFailed, commandsLost } = figures
  return [
    `${figures.workload} on ${figures.machine}, seed ${figures.seed}`,
    `  lines      ${lines} run, ${failedLines} failed`,
    `  commands   ${commandsCompleted} completed, ${commandsFailed} failed, ${commandsLost} lost`,
    `  simulated  ${formatDuration(figures.simulatedNs)}`,
    `  digest     ${figures.digest}`,
  ].join('\n')
}
