// A reset of the service processor: its sessions and what was on its processor are gone, the server runs on, what was in the mailbox is
// posted again after the reload, and nobody is there any more to hear the answers.

import { ms, seconds } from '@powersim/kernel'
import { describe, expect, it } from 'vitest'
import { type RoomOptions, ServiceRoom, slots } from './service-room.js'

function opened(options: RoomOptions = {}): ServiceRoom {
  const room = new ServiceRoom(options)
  room.open(...room.consoles)
  return room
}

describe('a reset', () => {
  it('ends the sessions, and no console can connect before the reload', () => {
    const room = opened()
    const fromNs = room.simulation.now
    room.fsp.reset()
    room.pass(ms(1))
    expect(room.console.closes).toEqual([{ timeNs: fromNs + 200_000, reason: 'reset' }])
    room.console.connect()
    room.pass(seconds(10))
    expect(room.console.closes.at(-1)).toEqual({ timeNs: fromNs + ms(1) + seconds(3), reason: 'unreachable' })
    room.pass(seconds(200) - (room.simulation.now - fromNs) - 1)
    expect(room.fsp.endpoint.reachable).toBe(false)
    room.pass(1)
    expect(room.fsp.endpoint.reachable).toBe(true)
    room.open(room.console)
    expect(room.fsp.statistics().resets).toBe(1)
  })

  it('makes consoles authenticate and subscribe again, with a full handshake', () => {
    const room = opened()
    room.console.ask('connection.subscribe', { events: ['system.state'] })
    room.pass(seconds(1))
    room.fsp.reset()
    room.pass(seconds(200))
    const { busyNs } = room.fsp.statistics().processor
    room.console.connect()
    room.pass(seconds(1))
    expect(room.fsp.statistics().processor.busyNs - busyNs).toBe(ms(250))
    room.console.replies.length = 0
    room.console.ask('lpar.list')
    room.fsp.powerOff()
    room.pass(seconds(1))
    expect(room.console.statuses()).toEqual(['not-authenticated'])
    expect(room.console.events.length).toBe(1)
  })

  it('does not touch the server', () => {
    const room = opened()
    room.fsp.reset()
    room.pass(seconds(1000))
    expect(room.fsp.state).toBe('Operating')
    expect(room.hypervisor.calls).toEqual([])
  })

  it('loses what was on the processor, which never completes and takes no more of its time', () => {
    const room = opened({ parameters: { reset: ms(1) } })
    const before = room.fsp.statistics().processor
    for (let n = 0; n < 5; n++) room.console.ask('service.events')
    room.pass(ms(40))
    room.fsp.reset()
    const at = room.fsp.statistics()
    // Busy since the first command came; its reply has left, the second command is being served, others wait.
    expect(at.processor.busyNs - before.busyNs).toBe(ms(40) - slots.lanIn)
    expect(at.processor.inside).toBe(0)
    expect(at.lostByReset + at.answered).toBe(at.received)
    expect(at.lostByReset).toBeGreaterThan(0)
    room.pass(seconds(1))
    const after = room.fsp.statistics()
    expect(after.processor.busyNs).toBe(at.processor.busyNs)
    expect(after.ownLatencies.count).toBe(at.ownLatencies.count)
    const { arrivals, completed, rejected, withdrawn, inside, areaNs, residenceNs, elapsedNs } = after.processor
    expect(arrivals).toBe(completed + rejected + withdrawn + inside)
    expect(areaNs).toBe(residenceNs)
    expect(elapsedNs).toBe(room.simulation.now)
    expect(room.console.statuses()).toEqual(['ok'])
  })
})

it('a reset forgets what waited for the serial class to be read', () => {
  const room = opened({ parameters: { hmcClass: 'serial', reset: ms(100) }, consoles: 3, phypServiceNs: seconds(1) })
  for (const console of room.consoles) console.ask('lpar.list')
  room.pass(ms(500))
  room.fsp.reset()
  room.pass(seconds(10))
  const { busyNs } = room.fsp.statistics().processor
  room.open(room.console)
  const authentication = slots.open + ms(2) + slots.seal
  expect(room.fsp.statistics().processor.busyNs - busyNs).toBe(ms(250) + authentication)
})

describe('commands that a reset finds in the mailbox', () => {
  it('are posted again after the reload, and the replies are unanswerable', () => {
    const room = opened({ phypServiceNs: seconds(1) })
    for (let n = 0; n < 3; n++) room.console.ask('lpar.list')
    room.pass(ms(500))
    expect(room.hypervisor.commands.length).toBe(3)
    room.fsp.reset()
    expect(room.fsp.statistics()).toMatchObject({ inside: 3, lostByReset: 0 })
    // The replies come while nobody is there: the bus drops them.
    room.pass(seconds(199))
    expect(room.fsp.statistics()).toMatchObject({ inside: 3, unmatched: 0, unanswerable: 0 })
    room.pass(seconds(10))
    const again = room.hypervisor.commands.slice(3).map(({ message }) => message)
    expect(again).toEqual(room.hypervisor.commands.slice(0, 3).map(({ message }) => message))
    expect(room.fsp.statistics()).toMatchObject({ reposted: 3, unanswerable: 3, unmatched: 0, inside: 0 })
    expect(room.books()).toEqual({ received: 4, taken: 4, known: 4 })
  })

  it('are answered by the reply to the first posting when that comes after the reload; the other is unmatched', () => {
    const room = opened({ parameters: { reset: ms(100) }, phypServiceNs: seconds(1) })
    room.console.ask('lpar.list')
    room.pass(ms(500))
    room.fsp.reset()
    room.pass(seconds(10))
    expect(room.hypervisor.commands.length).toBe(2)
    expect(room.fsp.statistics()).toMatchObject({ reposted: 1, unanswerable: 1, unmatched: 1, inside: 0 })
  })

  it('are posted once, after the last reload, when a second reset comes during the first', () => {
    const room = opened({ phypServiceNs: seconds(1) })
    room.console.ask('lpar.list')
    room.pass(ms(500))
    room.fsp.reset()
    room.pass(seconds(150))
    room.fsp.reset()
    room.pass(seconds(199))
    expect(room.fsp.endpoint.reachable).toBe(false)
    expect(room.hypervisor.commands.length).toBe(1)
    room.pass(seconds(10))
    expect(room.fsp.endpoint.reachable).toBe(true)
    expect(room.fsp.statistics()).toMatchObject({ resets: 2, reposted: 1, unanswerable: 1, inside: 0, lostByReset: 0 })
  })

  it('are answered, to nobody, when the power goes meanwhile', () => {
    const room = opened({ phypServiceNs: seconds(1) })
    room.console.ask('lpar.list')
    room.pass(ms(500))
    room.fsp.reset()
    room.pass(seconds(50))
    room.fsp.powerOff(true)
    room.pass(seconds(500))
    expect(room.fsp.statistics()).toMatchObject({ reposted: 0, unanswerable: 1, inside: 0 })
  })

  it('count towards the limit of commands until they are answered, and then no more', () => {
    const room = opened({ parameters: { reset: ms(100), commandLimit: 3 }, phypServiceNs: seconds(4) })
    room.console.ask('lpar.list')
    room.console.ask('lpar.list')
    room.pass(ms(500))
    room.fsp.reset()
    room.pass(ms(200))
    room.open(room.console)
    room.console.ask('lpar.list')
    room.console.ask('lpar.list')
    room.pass(ms(500))
    expect(room.console.statuses()).toEqual(['busy'])
    room.pass(seconds(60))
    expect(room.fsp.statistics()).toMatchObject({ inside: 0, unanswerable: 2 })
    for (let n = 0; n < 4; n++) room.console.ask('lpar.list')
    room.pass(ms(500))
    expect(room.console.statuses()).toEqual(['busy', 'ok', 'busy'])
  })

  it('do not open the gate of the serial class for others when they are answered', () => {
    const room = opened({ parameters: { hmcClass: 'serial', reset: ms(100) }, phypServiceNs: seconds(5) })
    room.console.ask('lpar.list')
    room.pass(ms(500))
    room.fsp.reset()
    room.pass(ms(200))
    room.open(room.console)
    const second = room.console.ask('lpar.list')
    room.console.ask('lpar.list')
    room.pass(seconds(60))
    // First posting, second posting, then the second command; the third only after the second is answered.
    expect(room.console.statuses()).toEqual(['ok', 'ok'])
    const answeredNs = room.console.reply(second)!.timeNs - slots.lanOut
    const arrivedNs = room.hypervisor.commands.at(-1)!.timeNs
    expect(arrivedNs - answeredNs).toBe(slots.open + slots.forward + slots.mailboxIn)
  })
})
