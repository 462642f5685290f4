// Trace files to the byte, from records made by hand: order, lanes, exact times, arrows. Whole runs: packages/powersim/test/trace.test.ts.

import { describe, expect, it } from 'vitest'
import { type ObservedRecord, type ObservedRun, type ObservedSlice, traceFile } from '../src/index.js'

const slice = (track: number, name: string, startNs: number, endNs: number, command: string | null = null): ObservedSlice => {
  return { kind: 'slice', track, name, startNs, endNs, command, args: {} }
}

function run(records: readonly ObservedRecord[], leftOut = 0): ObservedRun {
  return {
    about: { tool: 'test' },
    processes: ['console', 'system'],
    tracks: [
      { process: 0, name: 'commands', overlapping: true },
      { process: 0, name: 'unused', overlapping: true },
      { process: 1, name: 'link', overlapping: true },
      { process: 1, name: 'thread', overlapping: false },
    ],
    records,
    leftOut,
  }
}

const fileOf = (records: readonly ObservedRecord[], leftOut?: number): string => [...traceFile(run(records, leftOut))].join('')
const eventsOf = (records: readonly ObservedRecord[]): Record<string, unknown>[] =>
  JSON.parse(fileOf(records)).traceEvents.filter(({ ph }: { ph: string }) => ph !== 'M')

describe('a trace file', () => {
  it('is this, for a command with two slices', () => {
    const span = {
      kind: 'span' as const, // the literal that tells records apart
      track: 0,
      id: 'hmc1/1/5',
      name: 'memory.system',
      startNs: 0,
      endNs: 5000,
      args: { status: 'ok' },
      parts: [{ name: 'try 1', startNs: 1000, endNs: 5000, args: {} }],
    }
    const level = { kind: 'level' as const, process: 1, name: 'inside', timeNs: 4001, value: 1 } // as above
    expect(fileOf([slice(3, 'serve', 4001, 4500, 'hmc1/1/5'), slice(2, 'memory.system', 1000, 4000, 'hmc1/1/5'), span, level], 3)).toBe(
      [
        '{"displayTimeUnit":"ms","otherData":{"tool":"test","events":9,"recordsLeftOut":3},"traceEvents":[',
        '{"ph":"M","name":"process_name","pid":1,"tid":0,"args":{"name":"console"}},',
        '{"ph":"M","name":"process_sort_index","pid":1,"tid":0,"args":{"sort_index":1}},',
        '{"ph":"M","name":"process_name","pid":2,"tid":0,"args":{"name":"system"}},',
        '{"ph":"M","name":"process_sort_index","pid":2,"tid":0,"args":{"sort_index":2}},',
        '{"ph":"M","name":"thread_name","pid":1,"tid":1,"args":{"name":"commands"}},',
        '{"ph":"M","name":"thread_sort_index","pid":1,"tid":1,"args":{"sort_index":1}},',
        '{"ph":"M","name":"thread_name","pid":2,"tid":2,"args":{"name":"link"}},',
        '{"ph":"M","name":"thread_sort_index","pid":2,"tid":2,"args":{"sort_index":2}},',
        '{"ph":"M","name":"thread_name","pid":2,"tid":3,"args":{"name":"thread"}},',
        '{"ph":"M","name":"thread_sort_index","pid":2,"tid":3,"args":{"sort_index":3}},',
        '{"ph":"b","cat":"command","id":"hmc1/1/5","name":"memory.system","pid":1,"tid":1,"ts":0.000,"args":{"status":"ok"}},',
        '{"ph":"X","name":"memory.system","pid":2,"tid":2,"ts":1.000,"dur":3.000,"args":{}},',
        '{"ph":"s","cat":"flow","name":"command","id":1,"pid":2,"tid":2,"ts":1.000},',
        '{"ph":"b","cat":"command","id":"hmc1/1/5","name":"try 1","pid":1,"tid":1,"ts":1.000,"args":{}},',
        '{"ph":"X","name":"serve","pid":2,"tid":3,"ts":4.001,"dur":0.499,"args":{}},',
        '{"ph":"f","bp":"e","cat":"flow","name":"command","id":1,"pid":2,"tid":3,"ts":4.001},',
        '{"ph":"C","name":"inside","pid":2,"tid":0,"ts":4.001,"args":{"value":1}},',
        '{"ph":"e","cat":"command","id":"hmc1/1/5","name":"try 1","pid":1,"tid":1,"ts":5.000},',
        '{"ph":"e","cat":"command","id":"hmc1/1/5","name":"memory.system","pid":1,"tid":1,"ts":5.000}',
        ']}',
        '',
      ].join('\n'),
    )
  })

  it('gives overlapping slices the lowest free lane, and leaves nested ones on their thread', () => {
    const lanes = eventsOf([
      slice(2, 'a', 0, 10),
      slice(2, 'b', 5, 15),
      slice(2, 'c', 10, 12),
      slice(2, 'd', 11, 20),
      slice(3, 'inner', 2, 4),
      slice(3, 'outer', 2, 9),
    ]).map(({ name, tid }) => `${String(name)} ${String(tid)}`)
    expect(lanes).toEqual(['a 1', 'outer 4', 'inner 4', 'b 2', 'c 1', 'd 3'])
  })

  it('keeps the last nanosecond of the longest run', () => {
    const text = fileOf([slice(3, 'end', 2 ** 53 - 3, 2 ** 53 - 1)])
    expect(text).toContain('"ts":9007199254740.989,"dur":0.002')
  })

  it('draws no arrow for a command with one slice', () => {
    expect(eventsOf([slice(2, 'alone', 0, 1, 'hmc1/1/1')]).map(({ ph }) => ph)).toEqual(['X'])
  })

  it('closes spans of no length in order', () => {
    const parts = [0, 1].map((index) => ({ name: `try ${index}`, startNs: 7, endNs: 7, args: {} }))
    const span = { kind: 'span' as const, track: 0, id: 'x', name: 'command', startNs: 7, endNs: 7, args: {}, parts } // as above
    expect(eventsOf([span]).map(({ ph, name }) => `${String(ph)} ${String(name)}`)).toEqual([
      'b command',
      'b try 0',
      'e try 0',
      'b try 1',
      'e try 1',
      'e command',
    ])
  })

  it('of nothing is a valid file', () => {
    expect(JSON.parse(fileOf([])).otherData).toEqual({ tool: 'test', events: 0, recordsLeftOut: 0 })
  })
})
