// Passwords and the lock-out, and the oldest console that is served: verdicts, and that a refused console changes nothing.

import { minutes, seconds } from '@powersim/kernel'
import { describe, expect, it } from 'vitest'
import { isOlder } from '../src/console-version.js'
import { baseSet, dataOf, type FakeConsole, type RoomOptions, ServiceRoom } from './service-room.js'

function connected(options: RoomOptions = {}): ServiceRoom {
  const room = new ServiceRoom(options)
  for (const console of room.consoles) console.connect()
  room.pass(seconds(2))
  return room
}

/** What an attempt with this password comes to: `ok` or the reason of its refusal. */
function attempt(room: ServiceRoom, password: string, console: FakeConsole = room.console): unknown {
  return outcome(room, console, console.ask('connection.authenticate', { user: 'HMC', password }))
}

function outcome(room: ServiceRoom, console: FakeConsole, sequence: number): unknown {
  room.pass(seconds(1))
  const reply = console.reply(sequence)
  // Refusals of these commands have a reason.
  return reply?.status === 'ok' ? 'ok' : (reply?.message.data as { reason?: string } | undefined)?.reason
}

describe('the access password', () => {
  it('locks after five wrong ones in a row, for five minutes from the last that was looked at', () => {
    const room = connected()
    for (let n = 0; n < 5; n++) expect(attempt(room, 'nonsense')).toBe('wrong-password')
    const lockedNs = room.simulation.now
    while (room.simulation.now < lockedNs + minutes(5) - seconds(2)) {
      expect(attempt(room, baseSet.access.passwords.access)).toBe('password-locked')
      room.pass(seconds(9))
    }
    room.pass(seconds(10))
    expect(attempt(room, baseSet.access.passwords.access)).toBe('ok')
  })

  it('starts counting again at a right one', () => {
    const room = connected()
    for (let n = 0; n < 4; n++) attempt(room, 'nonsense')
    expect(attempt(room, baseSet.access.passwords.access)).toBe('ok')
    for (let n = 0; n < 4; n++) attempt(room, 'nonsense')
    expect(attempt(room, baseSet.access.passwords.access)).toBe('ok')
  })

  it('is locked for every console, and over a reset', () => {
    const room = connected({ consoles: 2, parameters: { access: { ...baseSet.access, threshold: 3 }, reset: seconds(1) } })
    const [one, two] = room.consoles
    for (let n = 0; n < 3; n++) attempt(room, 'nonsense', one)
    expect(attempt(room, baseSet.access.passwords.access, two)).toBe('password-locked')
    room.fsp.reset()
    room.pass(seconds(2))
    two!.connect()
    room.pass(seconds(2))
    expect(attempt(room, baseSet.access.passwords.access, two)).toBe('password-locked')
  })

  it('lets nobody do anything while one is wrong', () => {
    const room = connected()
    attempt(room, 'nonsense')
    const sequence = room.console.ask('system.powerOff', { immediate: true, restart: false })
    room.pass(seconds(1))
    expect(room.console.reply(sequence)?.status).toBe('not-authenticated')
    expect(room.fsp.state).toBe('Operating')
  })
})

describe('passwords that are yet to be set', () => {
  const unset = { access: '', admin: '', general: '' }

  it('are set one by one, and then the console gets in', () => {
    const room = connected({ parameters: { access: { ...baseSet.access, passwords: unset } } })
    expect(attempt(room, '')).toBe('passwords-not-set')
    const left = (['access', 'admin', 'general'] as const).map((kind) => {
      const sequence = room.console.ask('connection.password', { kind, before: '', after: `my ${kind}` })
      room.pass(seconds(1))
      return dataOf('connection.password', room.console.reply(sequence)).unset
    })
    expect(left).toEqual([2, 1, 0])
    expect(attempt(room, 'my admin')).toBe('wrong-password')
    expect(attempt(room, 'my access')).toBe('ok')
  })

  it('an empty one is none', () => {
    const room = connected({ parameters: { access: { ...baseSet.access, passwords: unset } } })
    expect(outcome(room, room.console, room.console.ask('connection.password', { kind: 'access', before: '', after: '' }))).toBe(
      'passwords-not-set',
    )
  })
})

describe('changing a password', () => {
  it('needs the one before, and counts towards the lock-out of its kind alone', () => {
    const room = connected()
    const change = (before: string): unknown =>
      outcome(room, room.console, room.console.ask('connection.password', { kind: 'general', before, after: 'new' }))
    for (let n = 0; n < 5; n++) expect(change('nonsense')).toBe('wrong-password')
    expect(change('general')).toBe('password-locked')
    expect(attempt(room, baseSet.access.passwords.access)).toBe('ok')
    room.pass(minutes(5))
    expect(change('general')).toBe('ok')
    expect(change('general')).toBe('wrong-password')
  })
})

describe('a console that is too old', () => {
  it('is refused when it says what it is', () => {
    const room = connected({ parameters: { oldestConsole: 'V7R3.5.0' } })
    const identify = (version: string): unknown =>
      outcome(room, room.console, room.console.ask('connection.identify', { console: 'hmc1', version }))
    expect(identify('V7R3.4.0')).toBe('version-mismatch')
    expect(identify('V7R3.5.0')).toBe('ok')
  })

  it.each([
    ['V7R7.9.0', 'V7R7.9.0', false],
    ['V7R7.9.0', 'V8R8.1.0', true],
    ['V8R8.6.0', 'V8R8.1.0', false],
    ['V7R10', 'V7R9.2', false],
    ['V7R7', 'V7R7.1', true],
    ['none', 'V7R1', true],
    ['V7R1', '', false],
  ])('%s is older than %s: %s', (version, than, older) => {
    expect(isOlder(version, than)).toBe(older)
  })
})
