// Commands of a trace as spans, since they overlap: from the asking to the end, with their tries as parts; and how many are under way on
// each path.

import type { CommandObservation } from '@powersim/hmc'
import type { ObservedPart } from '@powersim/report'
import type { TraceSink } from './trace-recording.js'

interface Open {
  readonly asked: CommandObservation
  readonly track: number
  readonly parts: ObservedPart[]
  routed: CommandObservation | null
  sentNs: number | null
}

export class CommandSpans {
  private readonly sink: TraceSink
  /** Process of each system, for the levels. */
  private readonly processes: ReadonlyMap<string, number>
  private readonly open = new Map<string, Open>()

  constructor(sink: TraceSink, processes: ReadonlyMap<string, number>) {
    this.sink = sink
    this.processes = processes
  }

  /** `track`: where commands of this console are drawn. */
  moved(observation: CommandObservation, track: number): void {
    const { kind, console, epoch, sequence, timeNs, status } = observation
    const key = `${console}/${epoch}/${sequence}`
    if (kind === 'asked') this.open.set(key, { asked: observation, track, parts: [], routed: null, sentNs: null })
    const open = this.open.get(key)
    if (open === undefined) return
    this.level(observation)
    if (kind === 'routed') open.routed = observation
    else if (kind === 'sent') open.sentNs = timeNs
    else if (kind === 'replied' || kind === 'given-up') endTry(open, timeNs, status)
    else if (kind === 'finished') this.end(key, open, timeNs, observation)
  }

  /** The run has ended: so do the commands that are open. */
  finish(): void {
    for (const [key, open] of this.open) this.end(key, open, this.sink.now(), null)
  }

  private end(key: string, open: Open, endNs: number, finished: CommandObservation | null): void {
    this.open.delete(key)
    if (open.routed !== null) endTry(open, endNs, null)
    const { name, timeNs, system, ordinal, sequence, epoch, console } = open.asked
    const args = {
      console,
      epoch,
      sequence,
      system,
      ordinal,
      path: finished?.path ?? null,
      tries: open.parts.length,
      status: finished?.status ?? 'unfinished',
    }
    this.sink.keep({ kind: 'span', track: open.track, id: key, name, startNs: timeNs, endNs, parts: open.parts, args })
  }

  private level({ console, system, path, outstanding, timeNs }: CommandObservation): void {
    const process = this.processes.get(system)
    if (process === undefined || path === null || outstanding === null) return
    this.sink.keep({ kind: 'level', process, name: `${console} outstanding on ${path}`, timeNs, value: outstanding })
  }
}

function endTry(open: Open, endNs: number, status: string | null): void {
  const { routed, sentNs } = open
  if (routed === null) return
  const args = { status: status ?? 'unfinished', waitedMs: sentNs === null ? null : (sentNs - routed.timeNs) / 1e6 }
  open.parts.push({ name: `try ${routed.attempt + 1} via ${routed.path}`, startNs: routed.timeNs, endNs, args })
  open.routed = null
  open.sentNs = null
}
