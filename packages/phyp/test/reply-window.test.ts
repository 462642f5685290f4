// The reply window: an effect is made once per key, whatever route or retry brings it; replies are repeated as they were.

import { ms, us } from '@powersim/kernel'
import { describe, expect, it } from 'vitest'
import { CONSOLE_LIMIT, JOIN_LIMIT } from '../src/index.js'
import { GuestDriver } from './guest-driver.js'
import { initial, Machine, quick } from './machine.js'

const timed = {
  ...quick,
  service: { query: ms(1), configuration: ms(2), power: ms(3), dynamic: ms(40), service: ms(5) },
  duplicateReply: us(50),
}
const create = { name: 'new', environment: 'aixlinux', profileName: 'p' } as const
const nets = [initial(1, 'nets', { devices: ['vmc'] })]

describe('a duplicate', () => {
  it('of a finished command gets its reply again, after the small time, with its own attempt', () => {
    const machine = new Machine({ parameters: timed })
    const first = machine.request('lpar.create', create)
    machine.post(first)
    machine.simulation.run()
    const at = machine.simulation.now
    machine.post({ ...first, attempt: 1, flags: 8 })
    machine.simulation.run()
    const [original, again] = machine.received
    expect(again?.atNs).toBe(at + us(50))
    expect(again?.message).toEqual({ ...original?.message, attempt: 1 })
    expect(machine.phyp.statistics()).toMatchObject({ duplicates: 1, stages: { opened: 1 } })
  })

  it('of a running command joins it: both are answered at its end', () => {
    const machine = new Machine({ parameters: timed })
    const first = machine.post(machine.request('lpar.create', create))
    machine.simulation.run(ms(1))
    machine.post({ ...first, attempt: 1 })
    machine.simulation.run()
    expect(machine.received.map(({ message, atNs }) => [message.attempt, message.status, atNs])).toEqual([
      [0, 0, ms(2)],
      [1, 0, ms(2)],
    ])
    expect(machine.phyp.statistics()).toMatchObject({ joined: 1, duplicates: 0, stages: { opened: 1 } })
  })

  it('on the other route is answered on that route, running or finished', () => {
    const machine = new Machine({ parameters: timed, partitions: nets })
    const guest = new GuestDriver(machine, 1, machine.phyp.devicesOf(1, 'vmc')[0]!).start()
    const first = machine.post(machine.request('lpar.create', create))
    machine.simulation.run(ms(1))
    guest.send({ ...first, attempt: 1 })
    machine.simulation.run()
    expect(machine.received.map(({ atNs }) => atNs)).toEqual([ms(2)])
    expect(guest.received.map(({ atNs }) => atNs)).toEqual([ms(2)])
    guest.send({ ...first, attempt: 2 })
    machine.simulation.run()
    expect(guest.received.map(({ message }) => message.attempt)).toEqual([1, 2])
    const { data } = machine.received[0]!.message
    expect(guest.received.map(({ message }) => message.data)).toEqual([data, data])
    expect(machine.received).toHaveLength(1)
    expect(machine.phyp.statistics().stages.opened).toBe(1)
  })

  it('of a refusal, or of a malformed request, gets the same refusal again', () => {
    const machine = new Machine()
    const request = machine.request('lpar.read', { id: 9 })
    machine.post(request)
    machine.post({ ...request, data: { id: 'x' } })
    const malformed = { ...machine.request('lpar.read', { id: 9 }), data: {} }
    machine.post(malformed)
    machine.post({ ...malformed, data: { id: 1 } })
    machine.simulation.run()
    expect(machine.received.map(({ message }) => message.status)).toEqual([8, 8, 1, 1])
  })

  it('too many of a running command are dropped', () => {
    const machine = new Machine({ parameters: timed })
    const first = machine.post(machine.request('lpar.create', create))
    for (let n = 0; n < JOIN_LIMIT + 5; n++) machine.post(first)
    machine.simulation.run()
    expect(machine.received).toHaveLength(JOIN_LIMIT + 1)
    expect(machine.phyp.statistics()).toMatchObject({ joined: JOIN_LIMIT, dropped: 5 })
  })
})

describe('the window', () => {
  it('refuses what is below it, and serves what is late but inside', () => {
    const machine = new Machine({ parameters: { replyWindow: 8 } })
    expect(machine.ask('lpar.list', {}, { sequence: 20 }).status).toBe('ok')
    expect(machine.ask('lpar.list', {}, { sequence: 12 }).status).toBe('too-old')
    expect(machine.ask('lpar.list', {}, { sequence: 13 }).status).toBe('ok')
    expect(machine.ask('lpar.list', {}, { sequence: 13 }).status).toBe('ok')
    expect(machine.ask('lpar.list', {}, { sequence: 21 }).status).toBe('ok')
    expect(machine.ask('lpar.list', {}, { sequence: 13 }).status).toBe('too-old')
    expect(machine.phyp.statistics()).toMatchObject({ tooOld: 2, duplicates: 1, commandsByStatus: { ok: 4, 'too-old': 2 } })
  })

  it('of an older epoch is closed, of a newer one empty', () => {
    const machine = new Machine()
    expect(machine.ask('lpar.list', {}, { epoch: 2, sequence: 5 }).status).toBe('ok')
    expect(machine.ask('lpar.list', {}, { epoch: 1, sequence: 6 }).status).toBe('too-old')
    expect(machine.ask('lpar.list', {}, { epoch: 3, sequence: 1 }).status).toBe('ok')
    expect(machine.ask('lpar.list', {}, { epoch: 2, sequence: 7 }).status).toBe('too-old')
    expect(machine.phyp.statistics().duplicates).toBe(0)
  })

  it('is per console', () => {
    const machine = new Machine()
    machine.done('lpar.create', create, { console: 1, sequence: 1 })
    expect(machine.ask('lpar.create', create, { console: 2, sequence: 1 }).refusal.reason).toBe('resource-busy')
    expect(machine.phyp.statistics().duplicates).toBe(0)
  })

  it('is there for a limited number of consoles; one more is told busy', () => {
    const machine = new Machine()
    for (let n = 1; n <= CONSOLE_LIMIT; n++) expect(machine.ask('lpar.list', {}, { console: n }).status).toBe('ok')
    expect(machine.ask('lpar.list', {}, { console: CONSOLE_LIMIT + 1 }).status).toBe('busy')
    expect(machine.ask('lpar.list', {}, { console: 1 }).status).toBe('ok')
  })
})
