// Watches one line of a script at its first execution and draws it as a message sequence. A line of a block counts once: the copy that
// starts first. Drawing is @powersim/report's.

import type { MessageObservation } from '@powersim/bus'
import { type CommandObservation, lineOfMessage, type LineResult } from '@powersim/hmc'
import type { Installation } from '@powersim/managed-system'
import { isReply, type Message, statusName } from '@powersim/protocol'
import { ReportError, sequenceDiagram, type SequenceParticipant, type SequenceStep } from '@powersim/report'
import type { Mix, Script, ScriptLine, Statement } from '@powersim/workload'
import { commandKey, commandName, MessagePairs, type Transit } from './message-pairs.js'
import type { RunWatcher } from './run-watcher.js'

export class SequenceRecording implements RunWatcher {
  /** Number of the line in the script, from 1. */
  readonly line: number
  private readonly pairs = new MessagePairs()
  private readonly steps: SequenceStep[] = []
  private readonly participants: SequenceParticipant[] = []
  private consoles: readonly string[] = []
  /** Names on the bus of one and the same participant. */
  private readonly sameAs = new Map<string, string>()
  private executed: { readonly line: ScriptLine; readonly startNs: number } | null = null
  private result: LineResult | null = null

  constructor(line: number) {
    this.line = line
  }

  /** Throws ReportError `no-line` when the script has no console line there. */
  prepared(installation: Installation, program: Script | Mix): void {
    // A mix numbers its lines by class.
    const lines = 'body' in program ? consoleLines(program.body) : program.classes.map((_class, index) => index + 1)
    if (!lines.includes(this.line)) {
      const known = lines.length === 0 ? 'it has none' : `it has ${shortList(lines)}`
      throw new ReportError('no-line', `line ${this.line}`, `expected a console line of ${program.file}: ${known}`)
    }
    this.consoles = installation.consoles.map(({ name }) => name)
    for (const name of this.consoles) this.participants.push({ name, label: name })
    for (const { name, fsp, nets, phyp, rmc } of installation.systems) {
      this.participants.push({ name: fsp.endpoint.name, label: `${name} FSP` })
      if (nets !== null) {
        this.participants.push({ name: nets.endpoint.name, label: `${name} NETS` })
        this.sameAs.set(`${name}.vmc`, nets.endpoint.name)
      }
      this.participants.push({ name: phyp.endpoint.name, label: `${name} PHYP` })
      this.participants.push({ name: rmc.endpoint.name, label: `${name} partitions (RMC)` })
    }
    installation.bus.observers.on('message', (observation) => this.message(observation))
    for (const console of installation.consoles) console.observeCommands((observation) => this.command(observation))
  }

  started(line: ScriptLine, atNs: number): void {
    if (line.line === this.line) this.executed ??= { line, startNs: atNs }
  }

  returned(line: ScriptLine, result: LineResult): void {
    if (line.ordinal === this.executed?.line.ordinal) this.result = result
  }

  /** The diagram, when the run has ended. Throws ReportError `nothing-to-draw` for a line that sent no command. */
  text(): string {
    const { executed, result } = this
    if (executed === null || result === null) {
      throw new ReportError('nothing-to-draw', `line ${this.line}`, 'has not been run to its end')
    }
    const { line, startNs } = executed
    const underWay = this.pairs.unfinished().filter(({ message }) => this.isOurs(message))
    return sequenceDiagram({
      title: `line ${line.line} of ${line.file}`,
      console: line.console,
      line: line.text,
      exitStatus: result.exitStatus,
      startNs,
      endNs: startNs + result.durationNs,
      participants: this.participants,
      steps: [...this.steps, ...underWay.map((transit) => this.arrow(transit))],
    })
  }

  private message(observation: MessageObservation): void {
    if (!this.isOurs(observation.message)) return
    const transit = this.pairs.take(observation)
    if (transit !== undefined) this.steps.push(this.arrow(transit))
  }

  private arrow({ from, to, message, startNs, endNs, lost }: Transit): SequenceStep {
    return {
      kind: 'message',
      command: this.keyOf(message),
      name: commandName(message),
      from: this.sameAs.get(from) ?? from,
      to: this.sameAs.get(to) ?? to,
      sentNs: startNs,
      arrivedNs: lost === null ? endNs : null,
      bytes: message.bytes,
      status: isReply(message) ? (statusName(message.status) ?? 'failed') : null,
      attempt: message.attempt + 1,
      lost,
    }
  }

  /** What messages alone do not show: a try that ended without a reply, and the next one. */
  private command({ kind, timeNs, console, name, epoch, sequence, attempt, ordinal, path, status }: CommandObservation): void {
    if ((kind !== 'given-up' && kind !== 'again') || ordinal !== this.executed?.line.ordinal) return
    const text =
      kind === 'again' ? `${name}: try ${attempt + 1}, same key` : `${name}: try ${attempt + 1} via ${path ?? 'no path'} ${status}`
    this.steps.push({ kind: 'note', command: `${console}/${epoch}/${sequence}`, at: console, timeNs, text })
  }

  private isOurs(message: Message): boolean {
    return this.executed !== null && lineOfMessage(message) === this.executed.line.ordinal
  }

  private keyOf(message: Message): string {
    return commandKey(message, this.consoles) ?? 'event'
  }
}

/** Numbers of the lines that are typed on a console, each once, in order. */
function consoleLines(body: readonly Statement[]): number[] {
  const lines = body.flatMap((statement): number[] => {
    if (statement.kind === 'line') return [statement.line]
    return statement.kind === 'event' ? [] : consoleLines(statement.body)
  })
  return [...new Set(lines)]
}

const LISTED = 20

function shortList(lines: readonly number[]): string {
  const shown = lines.slice(0, LISTED).join(', ')
  return lines.length > LISTED ? `${shown} and ${lines.length - LISTED} more` : shown
}
