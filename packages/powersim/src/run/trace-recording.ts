// Watches a whole run and keeps what its parts did as plain records: work of processors and threads, messages on their ways, commands from
// the asking to the end, lengths of queues. The file is drawn by @powersim/report when the run has ended.

import type { MessageObservation } from '@powersim/bus'
import type { LineResult } from '@powersim/hmc'
import type { Installation, ManagedSystem } from '@powersim/managed-system'
import { isReply, type Message, statusName, type WorkObserver } from '@powersim/protocol'
import { type ObservedArguments, type ObservedRecord, type ObservedRun, traceFile } from '@powersim/report'
import type { Mix, Script, ScriptLine } from '@powersim/workload'
import { CommandSpans } from './command-spans.js'
import { commandKey, commandName, MessagePairs, type Transit } from './message-pairs.js'
import { PartitionTimes } from './partition-times.js'
import { QueueLevel } from './queue-level.js'
import type { RunWatcher } from './run-watcher.js'
import { ThreadTimes } from './thread-times.js'
import { type SystemTracks, TraceTracks } from './trace-tracks.js'

/** Records that a trace keeps unless told otherwise; later ones are counted and left out. */
export const MAX_TRACE_RECORDS = 500_000

/** Longest name of a line's slice; its whole text is in the arguments. */
const LINE_NAME = 60

/** What the parts of a recording share. */
export interface TraceSink {
  readonly now: () => number
  readonly keep: (record: ObservedRecord) => void
  /** Arguments of a record that is about a message. */
  readonly about: (message: Message) => ObservedArguments
  readonly keyOf: (message: Message) => string | null
}

interface Watched {
  readonly installation: Installation
  readonly tracks: TraceTracks
  readonly spans: CommandSpans
  readonly threads: readonly ThreadTimes[]
  readonly partitions: readonly PartitionTimes[]
  readonly queues: readonly QueueLevel[]
}

export class TraceRecording implements RunWatcher {
  /** Records that were not kept, since `maxRecords` was reached. */
  leftOut = 0
  private readonly maxRecords: number
  private readonly records: ObservedRecord[] = []
  private readonly pairs = new MessagePairs()
  private readonly consoles: string[] = []
  private watched: Watched | null = null

  constructor(maxRecords: number = MAX_TRACE_RECORDS) {
    this.maxRecords = maxRecords
  }

  /** Records kept. */
  get kept(): number {
    return this.records.length
  }

  prepared(installation: Installation, _program: Script | Mix): void {
    const { consoles, systems, bus, simulation } = installation
    this.consoles.push(...consoles.map(({ name }) => name))
    const tracks = new TraceTracks(installation)
    const sink: TraceSink = {
      now: () => simulation.now,
      keep: (record) => this.keep(record),
      about: (message) => this.about(message),
      keyOf: (message) => commandKey(message, this.consoles),
    }
    const processes = new Map(systems.map(({ name }, index) => [name, tracks.systems[index]?.process ?? 0]))
    const spans = new CommandSpans(sink, processes)
    for (const [index, console] of consoles.entries()) {
      const { commands, processor } = tracks.consoles[index]!
      console.observeCommands((observation) => spans.moved(observation, commands))
      console.observeWork(this.workOn(sink, processor))
    }
    const parts = systems.map((system, index) => this.watch(system, tracks.systems[index]!, tracks, sink))
    const threads = parts.map((part) => part.threads)
    const partitions = parts.map((part) => part.partitions)
    const queues = parts.map((part) => part.queue)
    this.watched = { installation, tracks, spans, threads, partitions, queues }
    bus.observers.on('message', (observation) => this.message(observation, tracks, queues))
  }

  returned(line: ScriptLine, { startNs, durationNs, exitStatus, commands }: LineResult): void {
    const tracks = this.watched?.tracks.consoles[this.consoles.indexOf(line.console)]
    if (tracks === undefined) return
    const name = line.text.length > LINE_NAME ? `${line.text.slice(0, LINE_NAME)}…` : line.text
    const args = { line: line.line, ordinal: line.ordinal, text: line.text, exitStatus, commands }
    this.keep({ kind: 'slice', track: tracks.lines, name, startNs, endNs: startNs + durationNs, command: null, args })
  }

  /** The run as plain data, when it has ended. Once: what is still under way ends here. */
  run(about: ObservedArguments): ObservedRun {
    const { watched } = this
    if (watched === null) return { about, processes: [], tracks: [], records: [], leftOut: 0 }
    const { tracks, spans, threads, partitions, queues } = watched
    for (const transit of this.pairs.unfinished()) this.transit(transit, tracks)
    spans.finish()
    for (const part of [...threads, ...partitions, ...queues]) part.finish()
    return { about, processes: tracks.processes, tracks: tracks.tracks, records: this.records, leftOut: this.leftOut }
  }

  /** The trace file, piece by piece. */
  file(about: ObservedArguments): Generator<string, void> {
    return traceFile(this.run(about))
  }

  private watch(
    system: ManagedSystem,
    own: SystemTracks,
    tracks: TraceTracks,
    sink: TraceSink,
  ): { readonly threads: ThreadTimes; readonly partitions: PartitionTimes; readonly queue: QueueLevel } {
    const threads = new ThreadTimes(sink, own.process, own.threads)
    const partitions = new PartitionTimes(sink)
    const queue = new QueueLevel(sink, own.process, 'PHYP requests inside', system.phyp.endpoint.name, () => system.phyp.station.inside)
    const serve = this.workOn(sink, own.phyp)
    system.observe({
      fsp: this.workOn(sink, own.fsp),
      phyp: (what, message, startNs) => {
        queue.left()
        serve(what, message, startNs)
      },
      nets: threads,
      partition: (lparId, name) => partitions.watch(tracks.partition(own, lparId, name)),
    })
    return { threads, partitions, queue }
  }

  private message(observation: MessageObservation, tracks: TraceTracks, queues: readonly QueueLevel[]): void {
    const transit = this.pairs.take(observation)
    if (transit === undefined) return
    this.transit(transit, tracks)
    if (transit.lost === null) for (const queue of queues) queue.reached(transit.to)
  }

  private transit({ from, to, message, startNs, endNs, lost }: Transit, tracks: TraceTracks): void {
    const track = tracks.way(from, to)
    if (track === undefined) return
    const end = lost === null ? (endNs === null ? { unfinished: 1 } : {}) : { lost }
    this.keep({
      kind: 'slice',
      track,
      name: isReply(message) ? `${commandName(message)} reply` : commandName(message),
      startNs,
      endNs: endNs ?? this.watched?.installation.simulation.now ?? startNs,
      command: commandKey(message, this.consoles),
      args: { ...this.about(message), ...end },
    })
  }

  private workOn(sink: TraceSink, track: number): WorkObserver {
    return (what, message, startNs) => {
      const name = message === null ? what : `${what} ${commandName(message)}`
      const command = message === null ? null : sink.keyOf(message)
      sink.keep({ kind: 'slice', track, name, startNs, endNs: sink.now(), command, args: message === null ? {} : this.about(message) })
    }
  }

  private about(message: Message): ObservedArguments {
    const status = isReply(message) ? { status: statusName(message.status) ?? message.status } : {}
    return { command: commandKey(message, this.consoles), bytes: message.bytes, try: message.attempt + 1, ...status }
  }

  private keep(record: ObservedRecord): void {
    if (this.records.length < this.maxRecords) this.records.push(record)
    else this.leftOut++
  }
}
