// An observed run as a trace file that Perfetto (ui.perfetto.dev) and chrome://tracing open: JSON of the Trace Event Format (Chromium
// project). Processes are consoles and systems, threads their tracks; X events are slices, b and e spans, C levels, s, t and f the arrows
// that follow a command. Events stand in order of time. The bytes depend on the run alone.

import type { ObservedArguments, ObservedLevel, ObservedPart, ObservedRun, ObservedSlice } from './observed-run.js'
import { type Lanes, lanesOf, slicesInOrder } from './track-lanes.js'

/** Order among events of one time: a slice comes before the arrow that begins in it. */
const SLICE = 0
const FLOW = 1
const SPAN = 2
const LEVEL = 3

type Phase = 'X' | 's' | 't' | 'f' | 'b' | 'e' | 'C'

/** An event that is not text yet. */
interface Event {
  readonly timeNs: number
  readonly rank: number
  readonly phase: Phase
  readonly pid: number
  readonly tid: number
  readonly what: ObservedSlice | ObservedPart | ObservedLevel
  readonly id: string | number | null
}

/** The file, piece by piece; joined, the pieces are one JSON document that ends with a newline. */
export function* traceFile(run: ObservedRun): Generator<string, void> {
  const slices = slicesInOrder(run)
  const lanes = lanesOf(run, slices)
  const events = [...flows(run, slices, lanes), ...slices.map((slice) => sliceEvent(run, slice, lanes)), ...others(run, lanes)]
  events.sort((a, b) => a.timeNs - b.timeNs || a.rank - b.rank)
  const head = { ...run.about, events: events.length, recordsLeftOut: run.leftOut }
  yield `{"displayTimeUnit":"ms","otherData":${JSON.stringify(head)},"traceEvents":[`
  let separator = '\n'
  for (const line of names(run, lanes)) {
    yield separator + line
    separator = ',\n'
  }
  for (const event of events) {
    yield separator + eventText(event)
    separator = ',\n'
  }
  yield '\n]}\n'
}

/** Microseconds with three decimals, exact: a double has not the digits for the longest runs. */
function microseconds(ns: number): string {
  const rest = ns % 1000
  return `${(ns - rest) / 1000}.${String(rest).padStart(3, '0')}`
}

function* names(run: ObservedRun, lanes: Lanes): Generator<string, void> {
  const named = (name: string, pid: number, tid: number, args: ObservedArguments): string =>
    JSON.stringify({ ph: 'M', name, pid, tid, args })
  for (const [process, name] of run.processes.entries()) {
    yield named('process_name', process + 1, 0, { name })
    yield named('process_sort_index', process + 1, 0, { sort_index: process + 1 })
  }
  for (const [index, { process, name }] of run.tracks.entries()) {
    const first = lanes.first[index] ?? 0
    for (let lane = 0; lane < (lanes.count[index] ?? 0); lane++) {
      yield named('thread_name', process + 1, first + lane, { name: lane === 0 ? name : `${name} (${lane + 1})` })
      yield named('thread_sort_index', process + 1, first + lane, { sort_index: first + lane })
    }
  }
}

function pidOf(run: ObservedRun, track: number): number {
  return (run.tracks[track]?.process ?? 0) + 1
}

function sliceEvent(run: ObservedRun, slice: ObservedSlice, lanes: Lanes): Event {
  const tid = lanes.of.get(slice) ?? 0
  return { timeNs: slice.startNs, rank: SLICE, phase: 'X', pid: pidOf(run, slice.track), tid, what: slice, id: null }
}

/** Arrows through the slices of each command that has more than one. */
function flows(run: ObservedRun, slices: readonly ObservedSlice[], lanes: Lanes): Event[] {
  const byCommand = new Map<string, ObservedSlice[]>()
  for (const slice of slices) {
    if (slice.command === null) continue
    const known = byCommand.get(slice.command)
    if (known === undefined) byCommand.set(slice.command, [slice])
    else known.push(slice)
  }
  const events: Event[] = []
  let id = 0
  for (const chain of byCommand.values()) {
    if (chain.length < 2) continue
    id++
    for (const [place, slice] of chain.entries()) {
      const phase = place === 0 ? 's' : place === chain.length - 1 ? 'f' : 't'
      const tid = lanes.of.get(slice) ?? 0
      events.push({ timeNs: slice.startNs, rank: FLOW, phase, pid: pidOf(run, slice.track), tid, what: slice, id })
    }
  }
  return events
}

/** Spans and levels. Events of one span are told in the order in which they nest, and the sort keeps it. */
function others(run: ObservedRun, lanes: Lanes): Event[] {
  const events: Event[] = []
  for (const record of run.records) {
    if (record.kind === 'level') {
      events.push({ timeNs: record.timeNs, rank: LEVEL, phase: 'C', pid: record.process + 1, tid: 0, what: record, id: null })
    } else if (record.kind === 'span') {
      const { startNs, endNs, parts, id, track } = record
      const place = { rank: SPAN, pid: pidOf(run, track), tid: lanes.first[track] ?? 0, id }
      events.push({ ...place, timeNs: startNs, phase: 'b', what: record })
      for (const part of parts) {
        events.push({ ...place, timeNs: part.startNs, phase: 'b', what: part })
        events.push({ ...place, timeNs: part.endNs, phase: 'e', what: part })
      }
      events.push({ ...place, timeNs: endNs, phase: 'e', what: record })
    }
  }
  return events
}

function eventText({ timeNs, phase, pid, tid, what, id }: Event): string {
  const place = `"pid":${pid},"tid":${tid},"ts":${microseconds(timeNs)}`
  const name = JSON.stringify(what.name)
  if ('value' in what) return `{"ph":"C","name":${name},${place},"args":{"value":${what.value}}}`
  const args = JSON.stringify(what.args)
  switch (phase) {
    case 'X':
      return `{"ph":"X","name":${name},${place},"dur":${microseconds(what.endNs - what.startNs)},"args":${args}}`
    case 'b':
      return `{"ph":"b","cat":"command","id":${JSON.stringify(id)},"name":${name},${place},"args":${args}}`
    case 'e':
      return `{"ph":"e","cat":"command","id":${JSON.stringify(id)},"name":${name},${place}}`
    case 'f':
      return `{"ph":"f","bp":"e","cat":"flow","name":"command","id":${id},${place}}`
    default:
      return `{"ph":"${phase}","cat":"flow","name":"command","id":${id},${place}}`
  }
}
