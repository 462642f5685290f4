// Dumps, firmware and capacity under resets of the service processor: what was acknowledged is done in the end, whenever the reset came.

import { ms, seconds } from '@powersim/kernel'
import { dumpTypes } from '@powersim/protocol'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { activationCode } from '../src/index.js'
import { baseSet, ServiceRoom } from './service-room.js'

const room = (): ServiceRoom => new ServiceRoom({ wire: 'reference', parameters: { reset: seconds(20) } })
const IMAGE = 10 * 65_536

/** Sends the image as a console does: a chunk is sent again when nobody was there to take it. Gives when it is over, and the levels. */
function update(resetAtNs: number): { readonly endNs: number; readonly levels: string } {
  const { fsp, simulation } = ((made) => ({ fsp: made.fsp, simulation: made.simulation }))(room())
  const { firmware } = fsp.service
  if (resetAtNs >= 0) simulation.schedule(resetAtNs, simulation.handler('reset', () => fsp.reset()), null)
  const pass = (ns: number): void => void simulation.run(simulation.now + ns)
  pass(ms(100))
  expect(firmware.begin('01EL350_108', IMAGE, true)).toEqual({ chunkBytes: 65_536 })
  for (let offset = 0; offset < IMAGE; offset += 65_536) {
    pass(ms(300))
    expect(firmware.write(offset, 65_536)).toEqual({ written: offset + 65_536 })
  }
  expect(firmware.finish()).toEqual({ activated: true })
  while (firmware.busy) pass(seconds(1))
  expect(firmware.accept()).toBeNull()
  expect(firmware.accept()).toBe('firmware-busy')
  while (firmware.busy) pass(seconds(1))
  const { activated, temporary, permanent, updating } = firmware.levels()
  return { endNs: simulation.now, levels: `${activated} ${temporary} ${permanent} ${updating}` }
}

describe('an update that is accepted', () => {
  it('ends in the same levels with a reset at any of its moments: receiving, checking, activating, copying', () => {
    const { endNs, levels } = update(-1)
    expect(levels).toBe('01EL350_108 01EL350_108 01EL350_108 false')
    for (let moment = 0; moment < 80; moment++) {
      const resetAtNs = Math.floor((endNs * moment) / 80)
      expect([moment, update(resetAtNs).levels]).toEqual([moment, levels])
    }
  })

  it('is refused where it does not fit, and nothing changes', () => {
    const { firmware } = room().fsp.service
    const before = firmware.levels()
    expect(firmware.begin('01EL355_010', IMAGE, true)).toBe('firmware-disruptive')
    expect(firmware.write(0, 10)).toBe('firmware-none')
    expect(firmware.finish()).toBe('firmware-none')
    expect(firmware.reject()).toBe('firmware-side')
    expect(firmware.levels()).toEqual(before)
    firmware.begin('01EL350_108', IMAGE, true)
    expect(firmware.begin('01EL350_109', IMAGE, true)).toBe('firmware-busy')
    expect(firmware.write(65_536, 65_536)).toBe('firmware-order')
    expect(firmware.finish()).toBe('firmware-order')
    expect(firmware.abandon()).toBe(true)
    expect(firmware.levels()).toEqual(before)
  })
})

const moment = fc.integer({ min: 0, max: seconds(200) })

describe('dumps', () => {
  it('that were asked for are there in the end, or were an FSP dump that three tries could not take', () => {
    const most = { maxLength: 12, size: 'max' } as const
    const request = fc.record({ atNs: moment, type: fc.constantFrom(...dumpTypes.filter((type) => type !== 'sys')) })
    fc.assert(
      fc.property(fc.array(request, most), fc.array(moment, most), (requests, resets) => {
        const { fsp, simulation } = room()
        const { dumps } = fsp.service
        let accepted = 0
        const ask = simulation.handler('ask', (type: (typeof dumpTypes)[number]) => {
          if (typeof dumps.start(type, '') === 'number') accepted++
        })
        const reset = simulation.handler('reset', () => fsp.reset())
        for (const { atNs, type } of requests) simulation.schedule(atNs, ask, type)
        for (const atNs of resets) simulation.schedule(atNs, reset, null)
        simulation.run(seconds(2000))
        const { started, ready, givenUp, unfinished } = fsp.service.statistics().dumps
        const listed = dumps.list().dumps
        expect([started, unfinished, ready + givenUp]).toEqual([accepted, 0, accepted])
        expect(listed.length).toBe(ready)
        expect(new Set(listed.map(({ type }) => type)).size).toBe(listed.length)
        if (resets.length < 3) expect(givenUp).toBe(0)
        expect(fsp.service.logs.newest).toBe(ready + givenUp)
      }),
      { numRuns: 100 },
    )
  })

  it('are one of a type until fetched: the next is refused, and chunks of a fetched one are the same when asked again', () => {
    const { fsp, simulation } = room()
    const { dumps } = fsp.service
    expect(dumps.start('resource', 'x')).toBe(1)
    expect(dumps.start('resource', 'x')).toBe('dump-in-progress')
    simulation.run(seconds(11))
    const [dump] = dumps.list().dumps
    expect(dump).toMatchObject({ type: 'resource', bytes: 2_490_992, transferred: false })
    expect(dumps.start('resource', 'x')).toBe('dump-in-progress')
    const first = { offset: 0, bytes: 2_097_152, last: false }
    expect([dumps.read(dump!.name, 0), dumps.read(dump!.name, 0)]).toEqual([first, first])
    expect(dumps.read(dump!.name, first.bytes)).toEqual({ offset: first.bytes, bytes: 393_840, last: true })
    expect(dumps.read('other', 0)).toBe('dump-not-found')
    expect([dumps.acknowledge(dump!.name), dumps.start('resource', 'x')]).toEqual([true, 2])
  })

  it('take their time at least, in slices between which a command gets its turn', () => {
    const made = room()
    made.open(made.console)
    made.fsp.service.dumps.start('fsp', '')
    made.pass(seconds(1))
    const state = made.console.ask('system.state')
    const askedNs = made.simulation.now
    made.pass(seconds(1))
    expect(made.console.reply(state)!.timeNs - askedNs).toBeLessThan(ms(60))
    expect(made.fsp.service.dumps.list().dumps).toEqual([])
    made.pass(seconds(60))
    expect(made.fsp.service.dumps.list().dumps).toHaveLength(1)
    expect(made.fsp.statistics().processor.busyNs).toBeGreaterThan(seconds(15))
  })

  it('of the system wait for the IPL that keeps the memory, and are lost with the power', () => {
    for (const power of ['kept', 'cut'] as const) {
      const { fsp, simulation } = room()
      expect(fsp.service.startDump('sys', '')).toBe(1)
      expect(fsp.state).toBe('Error - Dump In Progress')
      simulation.run(seconds(5))
      expect(fsp.service.startDump('sys', '')).toBe('system-state')
      if (power === 'cut') fsp.powerOff(true)
      simulation.run(seconds(3000))
      expect(fsp.service.dumps.list().dumps.map(({ type }) => type)).toEqual(power === 'kept' ? ['sys'] : [])
      expect(fsp.service.statistics().dumps).toMatchObject({ unfinished: 0, givenUp: power === 'kept' ? 0 : 1 })
    }
  })
})

describe('capacity on demand', () => {
  it('takes a code once', () => {
    const one = { processors: 1, memoryMiB: null, trialNs: 1 }
    const made = new ServiceRoom({ parameters: { service: { ...baseSet.service, capacity: one } } })
    const { capacity } = made.fsp.service
    const code = activationCode('10ACE01', { kind: 'cuod', resource: 'proc', amount: 1, sequence: 1 })
    expect([capacity.enter(code), capacity.enter(code)]).toEqual([expect.objectContaining({ amount: 1 }), 'capacity-code'])
    expect(capacity.read('proc')).toMatchObject({ permanent: 2, available: 2, sequence: 2 })
  })

  const bought = { processors: 2, memoryMiB: null, trialNs: seconds(1000) }
  const parameters = { reset: seconds(5), service: { ...baseSet.service, capacity: bought } }
  const step = fc.oneof(
    fc.record({
      kind: fc.constantFrom('cuod', 'trial', 'onoff', 'utility'),
      amount: fc.nat(4),
      used: fc.boolean(),
      wrong: fc.boolean(),
    }),
    fc.record({ request: fc.nat(3), days: fc.nat(4) }),
    fc.constantFrom('stop trial', 'stop onoff', 'stop utility', 'reset', 'wait'),
  )

  it('never has more than is installed, changes nothing when it refuses, and keeps all over a reset', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30, size: 'max' }), (steps) => {
        const { fsp, simulation } = new ServiceRoom({ wire: 'reference', parameters })
        const { capacity } = fsp.service
        const all = (): string => JSON.stringify([capacity.read('proc'), capacity.read('mem'), capacity.entries()])
        for (const each of steps) {
          const before = all()
          let refused = false
          if (each === 'reset') fsp.reset()
          else if (each === 'wait') simulation.run(simulation.now + seconds(40_000))
          else if (each === 'stop trial') refused = capacity.stop('trial', 'proc') !== null
          else if (each === 'stop onoff') refused = capacity.stop('onoff', 'proc') !== null
          else if (each === 'stop utility') refused = capacity.stop('utility', 'proc') !== null
          else if ('request' in each) refused = capacity.request('proc', each.request, each.days) !== null
          else {
            const sequence = capacity.read('proc').sequence - (each.used ? 1 : 0)
            const { kind, amount } = each
            const made = activationCode(each.wrong ? '0000000' : '10ACE01', { kind, resource: 'proc', amount, sequence })
            refused = typeof capacity.enter(made) === 'string'
            if (each.wrong || each.used) expect(refused).toBe(true)
          }
          if (refused || each === 'reset') expect(all()).toBe(before)
          const { installed, permanent, available, trial, onOff, utility } = capacity.read('proc')
          expect(permanent + trial.amount + onOff.amount + (utility.enabled ? 1 : 0) + available).toBe(installed)
          expect(Math.min(available, onOff.daysLeft, utility.minutesLeft)).toBeGreaterThanOrEqual(0)
        }
      }),
      { numRuns: 200 },
    )
  })
})
