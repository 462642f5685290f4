// A strict reader of trace files, written from the description of the Trace Event Format (Chromium project): it shares nothing with what
// draws them. Gives what it has read; throws at the first thing that is not as the format says.

interface TraceEvent {
  readonly ph: string
  readonly name?: string
  readonly cat?: string
  readonly id?: string | number
  readonly bp?: string
  readonly pid: number
  readonly tid: number
  readonly ts: number
  readonly dur: number
  readonly args: Record<string, string | number | null>
}

export interface ReadSlice {
  readonly process: string
  readonly thread: string
  readonly name: string
  readonly startNs: number
  readonly endNs: number
  readonly args: Record<string, string | number | null>
}

interface ReadLevel {
  readonly timeNs: number
  readonly value: number
}

export interface ReadTrace {
  readonly about: Record<string, string | number>
  readonly slices: readonly ReadSlice[]
  /** Finished async events of the outermost level, by id. */
  readonly spans: ReadonlyMap<string, { readonly name: string; readonly args: Record<string, string | number | null> }>
  /** Names of the slices that each flow passes through. */
  readonly flows: readonly (readonly string[])[]
  /** By process and name: levels in order of time. */
  readonly counters: ReadonlyMap<string, readonly ReadLevel[]>
}

function demand(ok: boolean, what: string, event?: TraceEvent): asserts ok {
  if (!ok) throw new Error(`${what}: ${JSON.stringify(event)}`)
}

const nsOf = (us: number): number => Math.round(us * 1000)
/** Only there slices may contain each other. */
const nesting = /^(NETS thread|partition) /

export function readTrace(text: string): ReadTrace {
  const document = JSON.parse(text)
  demand(document.displayTimeUnit === 'ms' && Array.isArray(document.traceEvents), 'the head')
  const events: TraceEvent[] = document.traceEvents
  const names = new Map<string, string>()
  const processes = new Map<number, string>()
  for (const event of events.filter(({ ph }) => ph === 'M')) {
    const value = event.args['name'] ?? event.args['sort_index']
    demand(value !== undefined, 'metadata has a value', event)
    if (event.name === 'process_name') {
      demand(!processes.has(event.pid), 'a process has one name', event)
      processes.set(event.pid, String(value))
    } else if (event.name === 'thread_name') {
      demand(!names.has(`${event.pid} ${event.tid}`), 'a thread has one name', event)
      names.set(`${event.pid} ${event.tid}`, String(value))
    } else demand(event.name === 'process_sort_index' || event.name === 'thread_sort_index', 'known metadata', event)
  }
  demand(new Set([...names].map(([place, name]) => `${place.split(' ')[0]} ${name}`)).size === names.size, 'thread names differ')
  const timed = events.filter(({ ph }) => ph !== 'M')
  let last = 0
  for (const event of timed) {
    demand(Number.isFinite(event.ts) && event.ts >= last, 'events stand in order of time', event)
    demand(processes.has(event.pid), 'every process has a name', event)
    demand(event.ph === 'C' || names.has(`${event.pid} ${event.tid}`), 'every thread has a name', event)
    demand(/^[XbestfC]$/.test(event.ph), 'known phase', event)
    last = event.ts
  }
  const slices = readSlices(timed, names)
  return {
    about: document.otherData,
    slices: slices.map(({ event, startNs, endNs }) => ({
      process: processes.get(event.pid) ?? '',
      thread: names.get(`${event.pid} ${event.tid}`) ?? '',
      name: event.name ?? '',
      startNs,
      endNs,
      args: event.args,
    })),
    spans: readSpans(timed),
    flows: readFlows(timed, slices),
    counters: readCounters(timed, processes),
  }
}

interface Placed {
  readonly event: TraceEvent
  readonly startNs: number
  readonly endNs: number
}

function readSlices(timed: readonly TraceEvent[], names: ReadonlyMap<string, string>): Placed[] {
  const open = new Map<string, number[]>()
  return timed.flatMap((event) => {
    if (event.ph !== 'X') return []
    demand(typeof event.name === 'string' && event.name !== '' && event.dur >= 0 && typeof event.args === 'object', 'a slice', event)
    const startNs = nsOf(event.ts)
    const endNs = startNs + nsOf(event.dur)
    const place = `${event.pid} ${event.tid}`
    const stack = open.get(place) ?? []
    open.set(place, stack)
    while (stack.length > 0 && stack.at(-1)! <= startNs) stack.pop()
    demand(stack.length === 0 || nesting.test(names.get(place) ?? ''), 'slices of a track do not overlap', event)
    demand(stack.length === 0 || endNs <= stack.at(-1)!, 'a slice lies inside the one that contains it', event)
    stack.push(endNs)
    return [{ event, startNs, endNs }]
  })
}

function readSpans(timed: readonly TraceEvent[]): ReadTrace['spans'] {
  const open = new Map<string, string[]>()
  const spans = new Map<string, { name: string; args: TraceEvent['args'] }>()
  for (const event of timed) {
    if (event.ph !== 'b' && event.ph !== 'e') continue
    demand(typeof event.id === 'string' && typeof event.cat === 'string' && typeof event.name === 'string', 'an async event', event)
    const stack = open.get(event.id) ?? []
    open.set(event.id, stack)
    if (event.ph === 'b') {
      if (stack.length === 0) {
        demand(!spans.has(event.id), 'an id is used once', event)
        spans.set(event.id, { name: event.name, args: event.args })
      }
      stack.push(event.name)
    } else demand(stack.pop() === event.name, 'an end has its beginning', event)
  }
  for (const stack of open.values()) demand(stack.length === 0, 'a beginning has its end')
  return spans
}

function readFlows(timed: readonly TraceEvent[], slices: readonly Placed[]): string[][] {
  const byThread = new Map<string, Placed[]>()
  for (const slice of slices) {
    const place = `${slice.event.pid} ${slice.event.tid}`
    byThread.set(place, [...(byThread.get(place) ?? []), slice])
  }
  const flows = new Map<number, { phases: string; names: string[] }>()
  for (const event of timed) {
    if (event.ph !== 's' && event.ph !== 't' && event.ph !== 'f') continue
    demand(typeof event.id === 'number' && (event.ph !== 'f' || event.bp === 'e'), 'a flow event', event)
    const at = nsOf(event.ts)
    // Innermost slice that contains it: the one that begins last.
    const slice = byThread.get(`${event.pid} ${event.tid}`)?.findLast(({ startNs, endNs }) => startNs <= at && at <= endNs)
    demand(slice !== undefined, 'an arrow begins in a slice', event)
    const flow = flows.get(event.id) ?? { phases: '', names: [] }
    flows.set(event.id, flow)
    flow.phases += event.ph
    flow.names.push(slice.event.name ?? '')
  }
  for (const { phases } of flows.values()) demand(/^st*f$/.test(phases), `a flow starts, steps and finishes, not ${phases}`)
  return [...flows.values()].map((flow) => flow.names)
}

function readCounters(timed: readonly TraceEvent[], processes: ReadonlyMap<number, string>): Map<string, ReadLevel[]> {
  const counters = new Map<string, ReadLevel[]>()
  for (const event of timed) {
    if (event.ph !== 'C') continue
    const value = event.args['value']
    demand(typeof value === 'number' && Number.isInteger(value) && value >= 0, 'a level', event)
    const key = `${processes.get(event.pid)}: ${event.name}`
    const values = counters.get(key) ?? []
    counters.set(key, values)
    values.push({ timeNs: nsOf(event.ts), value })
  }
  return counters
}
