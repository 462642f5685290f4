// A line of progress that is drawn over itself on a terminal: bar, count, time to go. On anything else it writes nothing.
// It has no clock: whoever shows it hands one in.
// States: waiting (nothing drawn) -> shown (redrawn as work goes on) -> gone (the line is erased, nothing more is drawn).

/** Where it is drawn: `process.stderr` fits. */
export interface ProgressOutput {
  write(text: string): unknown
  /** Nothing is written unless this is true. */
  readonly isTTY?: boolean | undefined
  /** Width of the terminal in characters, 80 if unknown or 0. */
  readonly columns?: number | undefined
}

export interface ProgressOptions {
  /** Stands before the bar; default none. */
  readonly label?: string
  /** Time between two drawings, unless the work is done; default 100. */
  readonly everyMs?: number
}

const DEFAULT_COLUMNS = 80
const DEFAULT_EVERY_MS = 100
const LONGEST_BAR = 40
/** A bar shorter than this says nothing: it is left out. */
const SHORTEST_BAR = 5
const START_OF_LINE = '\r'
const ERASE_TO_END = '\u001B[K'

export class ProgressLine {
  private readonly output: ProgressOutput
  private readonly clockMs: () => number
  private readonly label: string
  private readonly everyMs: number
  private readonly startMs: number
  private drawnMs: number | null = null
  private gone = false

  /** `clockMs` gives a time in ms that goes forward, from any start. Elapsed time counts from now. */
  constructor(output: ProgressOutput, clockMs: () => number, options: ProgressOptions = {}) {
    this.output = output
    this.clockMs = clockMs
    this.label = options.label ?? ''
    this.everyMs = options.everyMs ?? DEFAULT_EVERY_MS
    this.startMs = clockMs()
  }

  /** So much of the work is done. Fits as `progress` of an experiment. `done` is taken as at most `total`. */
  update(done: number, total: number): void {
    if (this.gone || this.output.isTTY !== true) return
    const nowMs = this.clockMs()
    const soon = this.drawnMs !== null && nowMs - this.drawnMs < this.everyMs
    if (soon && done < total) return
    this.drawnMs = nowMs
    this.output.write(START_OF_LINE + this.text(Math.min(done, total), total, nowMs - this.startMs) + ERASE_TO_END)
  }

  /** Erases the line; later updates draw nothing. */
  finish(): void {
    if (!this.gone && this.drawnMs !== null) this.output.write(START_OF_LINE + ERASE_TO_END)
    this.gone = true
  }

  private text(done: number, total: number, elapsedMs: number): string {
    const share = total > 0 ? done / total : 1
    const label = this.label === '' ? '' : `${this.label} `
    const count = `${String(done).padStart(String(total).length)}/${total} ${String(Math.floor(100 * share)).padStart(3)} %`
    const left = done > 0 && done < total && elapsedMs > 0 ? ` ETA ${clockText((elapsedMs * (total - done)) / done)}` : ''
    const columns = this.output.columns || DEFAULT_COLUMNS
    // The last column stays free: a full line would wrap on some terminals.
    const room = Math.min(LONGEST_BAR, columns - 1 - label.length - count.length - left.length - '[] '.length)
    if (room < SHORTEST_BAR) return `${label}${count}${left}`.slice(0, Math.max(0, columns - 1))
    const full = Math.floor(share * room)
    return `${label}[${'#'.repeat(full)}${'.'.repeat(room - full)}] ${count}${left}`
  }
}

/** `0:07`, `12:34`, `1:02:03`; the next whole second. */
function clockText(ms: number): string {
  const all = Math.ceil(ms / 1000)
  const two = (value: number): string => String(value).padStart(2, '0')
  const hours = Math.floor(all / 3600)
  const minutes = Math.floor(all / 60) % 60
  return hours > 0 ? `${hours}:${two(minutes)}:${two(all % 60)}` : `${minutes}:${two(all % 60)}`
}
