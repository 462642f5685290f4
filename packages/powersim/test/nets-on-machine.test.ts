// NETS on the assembled machine: its threads, its stages, its management channel, driven by a real console.

import { type Process, until, type Yieldable } from '@powersim/kernel'
import { stageNames } from '@powersim/nets-lpar'
import { describe, expect, it } from 'vitest'
import { type Assembled, bareMachine, drive } from './bare-machine.js'

function nets({ system }: Assembled): NonNullable<Assembled['system']['nets']> {
  if (system.nets === null) throw new Error('this machine has NETS')
  return system.nets
}

/** So many commands asked for at once, and all their replies waited for. */
function* burst({ simulation, console, view }: Assembled, commands: number): Generator<Yieldable, void> {
  const asked: Process<void>[] = []
  for (let command = 0; command < commands; command++) asked.push(simulation.process('command', one()))
  for (const process of asked) yield process

  function* one(): Generator<Yieldable, void> {
    yield* until(console.send(view, 'memory.system', {}))
  }
}

describe('the thread pool of the dissertation: one thread for each session, one at least, ten at most', () => {
  it('one kept session creates exactly one thread', () => {
    const machine = drive({ consoles: [{ name: 'hmc1' }] }, { policy: 'by-target' }, (assembled) => burst(assembled, 1))
    expect(nets(machine).statistics().threads).toMatchObject({ created: 1, alive: 1, busy: 1, waiting: 0 })
  })

  it('the eleventh session waits: ten threads are busy for as long as their sessions live', () => {
    const document = { consoles: [{ name: 'hmc1' }], hmc: { netsSessions: { sessions: 11 } }, phyp: { query: '1s' } }
    const machine = drive(document, { policy: 'by-target', noise: false }, (assembled) => burst(assembled, 11))
    expect(nets(machine).statistics().threads).toMatchObject({ created: 10, alive: 10, busy: 10, waiting: 1, peakBusy: 10 })
    // Its command was served all the same, on a session that had become free.
    expect(machine.records.filter((record) => record.name === 'memory.system' && record.status === 'ok')).toHaveLength(11)
  })
})

describe('the stages of a command in NETS', () => {
  it('add up to its residence, to the nanosecond', () => {
    const machine = drive({ consoles: [{ name: 'hmc1' }] }, { policy: 'by-target' }, (assembled) => burst(assembled, 50))
    const { stages, residenceNs, finished } = nets(machine).statistics()
    // Four sessions, each set up by four messages.
    expect(finished).toBe(50 + 4 * 4)
    expect(stageNames.reduce((sum, stage) => sum + stages[stage].elapsedNs, 0)).toBe(residenceNs)
    for (const stage of stageNames) expect(stages[stage].workNs + stages[stage].waitNs, stage).toBe(stages[stage].elapsedNs)
  })
})

describe('F6: a megabyte over the management channel', () => {
  it('is 256 signals at an MTU of 4096 bytes, and 256 back', () => {
    const frames = { requestBytesMin: 2 ** 20, replyBytesMin: 2 ** 20 }
    const document = bareMachine({ frames, nets: { vmc: { buffers: 32 } } })
    const machine = drive(document, { policy: 'by-target' }, (assembled) => burst(assembled, 1))
    const { channel } = nets(machine).statistics()
    expect(channel).toMatchObject({ messagesOut: 1, messagesIn: 1, signalsSent: 256, signalsReceived: 256 })
  })
})
