// Threads of a network server in a trace: a slice for each session that has one, inside it a slice for each stage of its commands, and
// how many threads are busy. NETS does not number its threads: a session is drawn on the lowest that is free. Also the message buffers of
// the management channel that commands hold: from the grant to the reply.

import type { SystemObserver } from '@powersim/managed-system'
import type { Message } from '@powersim/protocol'
import type { TraceSink } from './trace-recording.js'
import { commandName } from './message-pairs.js'

type SessionObserver = SystemObserver['nets']

interface Session {
  readonly console: string
  readonly thread: number
  readonly startNs: number
  /** When its command got a buffer, if it has one. */
  buffer: number | null
  /** Whether the command has left for the hypervisor. */
  forwarded: boolean
}

interface Change {
  readonly timeNs: number
  readonly by: 1 | -1
}

export class ThreadTimes implements SessionObserver {
  private readonly sink: TraceSink
  private readonly process: number
  /** Track of each thread. */
  private readonly tracks: readonly number[]
  private readonly taken: boolean[] = []
  private readonly sessions = new Map<number, Session>()
  private readonly buffers: Change[] = []

  constructor(sink: TraceSink, process: number, tracks: readonly number[]) {
    this.sink = sink
    this.process = process
    this.tracks = tracks
  }

  began(session: number, console: string): void {
    const free = this.taken.indexOf(false)
    const thread = free < 0 ? this.taken.length : free
    this.taken[thread] = true
    this.sessions.set(session, { console, thread, startNs: this.sink.now(), buffer: null, forwarded: false })
    this.busy()
  }

  stage(session: number, stage: string, startNs: number, endNs: number, message: Message): void {
    const { sink } = this
    const known = this.sessions.get(session)
    const track = this.tracks[known?.thread ?? -1]
    if (known === undefined || track === undefined) return
    const name = `${stage} ${commandName(message)}`
    sink.keep({ kind: 'slice', track, name, startNs, endNs, command: sink.keyOf(message), args: sink.about(message) })
    if (stage === 'process') known.buffer = startNs
    else if (stage === 'vmcOut') known.forwarded = true
    else if (stage === 'send') this.release(known, startNs)
  }

  ended(session: number): void {
    const { sink } = this
    const known = this.sessions.get(session)
    const track = this.tracks[known?.thread ?? -1]
    if (known === undefined || track === undefined) return
    this.sessions.delete(session)
    this.taken[known.thread] = false
    const endNs = sink.now()
    this.release(known, endNs)
    sink.keep({
      kind: 'slice',
      track,
      name: `session of ${known.console}`,
      startNs: known.startNs,
      endNs,
      command: null,
      args: { session },
    })
    this.busy()
  }

  finish(): void {
    for (const session of this.sessions.keys()) this.ended(session)
    let value = 0
    for (const { timeNs, by } of this.buffers.sort((a, b) => a.timeNs - b.timeNs)) {
      value += by
      this.sink.keep({ kind: 'level', process: this.process, name: 'VMC buffers of commands', timeNs, value })
    }
  }

  private release(session: Session, timeNs: number): void {
    if (session.buffer !== null && session.forwarded) {
      this.buffers.push({ timeNs: session.buffer, by: 1 }, { timeNs, by: -1 })
    }
    session.buffer = null
    session.forwarded = false
  }

  private busy(): void {
    const { sink, process, sessions } = this
    sink.keep({ kind: 'level', process, name: 'NETS threads busy', timeNs: sink.now(), value: sessions.size })
  }
}
