// Partitions in a trace: a slice for each state but `Not Activated`, inside it a slice for each DLPAR request that the resource manager
// has served.

import type { SystemObserver } from '@powersim/managed-system'
import type { TraceSink } from './trace-recording.js'

type PartitionObserver = ReturnType<SystemObserver['partition']>

interface Phase {
  readonly name: string
  readonly startNs: number
}

export class PartitionTimes {
  private readonly sink: TraceSink
  /** The state that the partition of a track is in. */
  private readonly phases = new Map<number, Phase>()

  constructor(sink: TraceSink) {
    this.sink = sink
  }

  watch(track: number): PartitionObserver {
    const { sink } = this
    return {
      state: (state) => {
        const before = this.phases.get(track)
        if (before?.name === state) return
        this.end(track, before)
        if (state === 'Not Activated') this.phases.delete(track)
        else this.phases.set(track, { name: state, startNs: sink.now() })
      },
      dlpar: (what, message, startNs) => {
        const command = message === null ? null : sink.keyOf(message)
        const args = message === null ? {} : sink.about(message)
        sink.keep({ kind: 'slice', track, name: `DLPAR ${what}`, startNs, endNs: sink.now(), command, args })
      },
    }
  }

  finish(): void {
    for (const [track, phase] of this.phases) this.end(track, phase)
    this.phases.clear()
  }

  private end(track: number, phase: Phase | undefined): void {
    if (phase === undefined) return
    this.sink.keep({ kind: 'slice', track, ...phase, endNs: this.sink.now(), command: null, args: {} })
  }
}
