// Trace files of whole runs: valid by the format's description, in agreement with what the parts counted of themselves, the same bytes
// every time; and watching changes nothing.

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { lineOfMessage } from '@powersim/hmc'
import type { Installation } from '@powersim/managed-system'
import { describe, expect, it } from 'vitest'
import { policies, presets, type RunResult, runWorkload, type RunWatcher, TraceRecording, workloads } from '../src/index.js'
import { readTrace, type ReadSlice, type ReadTrace } from './trace-checker.js'

const dayOne = readFileSync(join(import.meta.dirname, '../../../examples/workloads/day-one.hmc'), 'utf8')
const look = 'lssyscfg -r lpar -m p520 -F name,state\nlsled -r sa -t phys -m p520\n'

interface Traced {
  readonly result: RunResult
  readonly text: string
  readonly trace: ReadTrace
  readonly installation: Installation
  readonly recording: TraceRecording
}

interface How {
  readonly policy?: 'fsp-only' | 'by-target'
  readonly noise?: boolean
  readonly maxRecords?: number
  readonly machine?: object
  readonly prepare?: (installation: Installation) => void
}

function traced(script: string, { policy = 'by-target', noise = true, maxRecords, machine = {}, prepare }: How = {}): Traced {
  const recording = new TraceRecording(maxRecords)
  let seen: Installation | undefined
  const spy: RunWatcher = {
    prepared: (installation) => {
      seen = installation
      prepare?.(installation)
    },
  }
  const result = runWorkload({
    machine: { ...presets.power520, ...machine },
    workload: workloads.text(script),
    policy: policy === 'fsp-only' ? policies.fspOnly() : policies.byTarget(),
    seed: 'trace',
    noise,
    watchers: [spy, recording],
  })
  const text = [...recording.file({ tool: 'powersim', digest: result.digest })].join('')
  if (seen === undefined) throw new Error('a watcher is told of the installation')
  return { result, text, trace: readTrace(text), installation: seen, recording }
}

const on = (trace: ReadTrace, thread: string | RegExp): readonly ReadSlice[] =>
  trace.slices.filter((slice) => (typeof thread === 'string' ? slice.thread === thread : thread.test(slice.thread)))
const sum = (slices: readonly ReadSlice[]): number => slices.reduce((total, { startNs, endNs }) => total + endNs - startNs, 0)

describe('a trace of a whole day', () => {
  const day = traced(dayOne, { noise: false })
  const { trace, installation, result } = day
  const system = installation.system()

  it('follows the format and says what it is a trace of', () => {
    expect(trace.about).toMatchObject({ tool: 'powersim', digest: result.digest, recordsLeftOut: 0 })
    expect(trace.slices.length).toBeGreaterThan(10_000)
  })

  it('shows as much work of each processor as that counted itself', () => {
    expect(sum(on(trace, 'FSP processor'))).toBe(system.fsp.statistics().processor.busyNs)
    expect(sum(on(trace, 'PHYP message loop'))).toBe(system.phyp.statistics().queue.busyNs)
    for (const console of installation.consoles) {
      const own = on(trace, /^processor/).filter(({ process }) => process === `console ${console.name}`)
      expect(sum(own)).toBe(console.statistics().processor.busyNs)
    }
  })

  it('shows the stages of NETS on its threads, for as long as NETS counted them', () => {
    const { stages } = system.nets!.statistics()
    for (const stage of ['receive', 'process', 'vmcOut', 'hypervisor', 'vmcIn', 'send'] as const) {
      const shown = on(trace, /^NETS thread/).filter(({ name }) => name.startsWith(`${stage} `))
      expect(sum(shown)).toBe(stages[stage].elapsedNs)
    }
  })

  it('has every command as a span and as a flow from preparing to absorbing', () => {
    const asked = installation.consoles.reduce((total, console) => total + console.statistics().asked, 0)
    expect(trace.spans.size).toBe(asked)
    const whole = trace.flows.filter((names) => names[0]?.startsWith('prepare ') && names.at(-1)?.startsWith('absorb '))
    expect(whole.length).toBe(asked)
  })

  it('has every message of a link and every line', () => {
    const { links, hops } = installation.bus.statistics()
    const delivered = links.reduce((total, { forward, backward }) => total + forward.delivered + backward.delivered, 0)
    const crossed = hops.reduce((total, hop) => total + hop.delivered, 0)
    expect(on(trace, / → /).filter(({ args }) => args['unfinished'] === undefined).length).toBe(delivered + crossed)
    expect(on(trace, /^script lines/).length).toBe(result.lines.length)
  })

  it('shows the partitions as they boot, and what their resource managers do', () => {
    const aix1 = on(trace, / aix1$/).map(({ name }) => name)
    expect(aix1.slice(0, 4)).toEqual(['Starting', 'Running', 'Open Firmware', 'Running'])
    expect(aix1).toContain('DLPAR add mem')
    expect(on(trace, 'partition 3 lnxnets').map(({ name }) => name)).toEqual(['Running'])
  })

  it('shows levels whose area is the time that requests and buffers were there', () => {
    expect(area(trace, 'PHYP requests inside')).toBe(system.phyp.statistics().queue.areaNs)
    const threads = on(trace, /^NETS thread/)
    const forwarded = new Set(threads.filter(({ name }) => name.startsWith('vmcOut ')).map(({ args }) => args['command']))
    const holding = threads.filter(({ name }) => /^(process|vmcOut|hypervisor|vmcIn) /.test(name))
    const held = holding.filter(({ args }) => forwarded.has(args['command'] ?? ''))
    expect(area(trace, 'VMC buffers of commands')).toBe(sum(held))
  })

  it('shows levels that go back to 0 when nothing is under way', () => {
    for (const name of ['PHYP requests inside', 'VMC buffers of commands', 'hmc1 outstanding on nets', 'hmc1 outstanding on fsp']) {
      const values = (trace.counters.get(`system p520: ${name}`) ?? []).map(({ value }) => value)
      expect(Math.max(...values), name).toBeGreaterThan(0)
      expect(values.at(-1), name).toBe(0)
    }
  })
})

/** Level times time, up to the last change. */
function area(trace: ReadTrace, name: string): number {
  const levels = trace.counters.get(`system p520: ${name}`) ?? []
  return levels.reduce((total, { timeNs, value }, index) => total + value * ((levels[index + 1]?.timeNs ?? timeNs) - timeNs), 0)
}

describe('watching', () => {
  it.each(['fsp-only', 'by-target'] as const)('changes nothing of a day under %s', (policy) => {
    const plain = runWorkload({
      machine: presets.power520,
      workload: workloads.text(dayOne),
      policy: policy === 'fsp-only' ? policies.fspOnly() : policies.byTarget(),
      seed: 'trace',
    })
    expect(traced(dayOne, { policy }).result).toEqual(plain)
  })

  it('gives the same bytes every time', () => {
    expect(traced(look).text).toBe(traced(look).text)
  })
})

describe('a trace', () => {
  it('keeps so many records and says how many more there were', () => {
    const whole = traced(look)
    const part = traced(look, { maxRecords: 40 })
    expect(part.recording.kept).toBe(40)
    expect(part.recording.kept + part.recording.leftOut).toBe(whole.recording.kept)
    expect(part.trace.about['recordsLeftOut']).toBe(whole.recording.kept - 40)
  })

  it('shows what was lost, tried again and reset, on encoded wires too', () => {
    const script = `${look}! nets.stop\nlssyscfg -r lpar -m p520 -F name\n! fsp.reset\nlsled -r sa -t phys -m p520\n@+60s ${look}`
    let left = 2
    const { trace } = traced(script, {
      machine: { wire: 'encoded', hmc: { commandTimeout: '2s' }, fsp: { hmcClass: 'serial' } },
      prepare: ({ bus }) => {
        bus.fate = ({ message }) => {
          // Commands of lines only: the set-up of a session has identities above all lines.
          if (lineOfMessage(message) === null || left === 0) return { do: 'pass' }
          return left-- === 2 ? { do: 'drop' } : { do: 'duplicate', afterNs: 1000 }
        }
      },
    })
    expect(trace.slices.filter(({ args }) => args['lost'] === 'fate').length).toBe(1)
    expect(on(trace, 'FSP processor').map(({ name }) => name)).toContain('open service.leds')
    expect([...trace.spans.values()].some(({ args }) => args['tries'] === 2)).toBe(true)
    expect([...trace.spans.values()].some(({ args }) => args['status'] === 'disconnected')).toBe(true)
  })

  it('ends what is still under way at the end of the run', () => {
    const { trace, result } = traced('lssyscfg -r sys -F name\n')
    const session = on(trace, 'NETS thread 0')[0]
    expect(session).toMatchObject({ name: 'session of hmc2', endNs: result.simulatedNs })
  })
})
