// Drawn scenarios: consoles that ask, leave and come back, resets, power on and off, a mailbox that loses, delays and doubles, and both
// classes. Every command that was read is accounted for at every moment, and at the end nothing is left inside. Same seed, same run.

import { ms, seconds } from '@powersim/kernel'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { baseSet, type FakeConsole, quickPower, ServiceRoom } from './service-room.js'

const move = fc.record({
  afterNs: fc.oneof(fc.integer({ min: 0, max: ms(20) }), fc.integer({ min: 0, max: seconds(3) })),
  console: fc.nat(2),
  what: fc.oneof(
    { weight: 12, arbitrary: fc.constantFrom('list', 'list', 'state', 'leds', 'authenticate', 'subscribe', 'nonsense') },
    { weight: 3, arbitrary: fc.constantFrom('connect', 'connect', 'close', 'reset', 'on', 'off', 'cut') },
  ),
})

const scenario = fc.record({
  moves: fc.array(move, { minLength: 5, maxLength: 60 }),
  hmcClass: fc.constantFrom('serial', 'pipelined'),
  commandLimit: fc.constantFrom(1, 3, 256),
  connectionLimit: fc.constantFrom(1, 16),
  phypServiceNs: fc.constantFrom(ms(3), ms(400)),
  resetNs: fc.constantFrom(ms(1), seconds(2)),
  tls: fc.constantFrom(baseSet.tls, { fullHandshake: 0, resumedHandshake: 0, perRecord: 0, perByteNs: 0 }),
  fates: fc.array(fc.constantFrom('pass', 'pass', 'pass', 'drop', 'double', 'delay'), { minLength: 1, maxLength: 10 }),
})
/** Longest that the mailbox keeps a command without a reply: its time-out, and up to one look at such later. */
const mailboxNs = seconds(10) + baseSet.surveillance.checkNs
type Scenario = typeof scenario extends fc.Arbitrary<infer S> ? S : never

function act(room: ServiceRoom, console: FakeConsole, what: Scenario['moves'][number]['what']): void {
  const { fsp } = room
  switch (what) {
    case 'connect':
      if (console.connection === null || console.connection.state === 'closed') console.connect()
      return
    case 'close':
      return console.connection?.close()
    case 'reset':
      return fsp.reset()
    case 'on':
      return void fsp.powerOn()
    case 'off':
      return void fsp.powerOff()
    case 'cut':
      return void fsp.powerOff(true)
  }
  if (console.connection?.state !== 'open') return
  if (what === 'list') console.ask('lpar.list')
  else if (what === 'state') console.ask('system.state')
  else if (what === 'leds') console.ask('service.leds', { scope: 'phys' })
  else if (what === 'subscribe') console.ask('connection.subscribe', { events: [] })
  else if (what === 'nonsense') console.ask('system.refcodes', { count: 0 })
  else console.ask('connection.authenticate', { user: 'HMC', password: 'abc123' })
}

/** Plays a scenario; gives the room when all is over. `check` is called after every move. */
function play(drawn: Scenario, check: (room: ServiceRoom) => void = () => undefined): ServiceRoom {
  const { hmcClass, commandLimit, connectionLimit, tls, phypServiceNs, resetNs, fates } = drawn
  const room = new ServiceRoom({
    wire: 'reference',
    consoles: 3,
    phypServiceNs,
    parameters: {
      hmcClass,
      commandLimit,
      connectionLimit,
      tls,
      reset: resetNs,
      power: quickPower,
      mailboxTimeoutNs: seconds(10),
      forwardIn: { exponential: ms(3) },
      forwardOut: { exponential: ms(3) },
    },
  })
  let asked = 0
  room.bus.fate = ({ hop }) => {
    if (hop !== 'psi') return undefined
    const fate = fates[asked++ % fates.length]
    if (fate === 'drop') return { do: 'drop' }
    if (fate === 'delay') return { do: 'delay', ns: ms(700) }
    return fate === 'double' ? { do: 'duplicate', afterNs: ms(5) } : { do: 'pass' }
  }
  for (const console of room.consoles) console.connect()
  room.pass(seconds(1))
  for (const console of room.consoles) act(room, console, 'authenticate')
  room.pass(ms(100))
  for (const { afterNs, console, what } of drawn.moves) {
    room.pass(afterNs)
    act(room, room.consoles[console]!, what)
    check(room)
  }
  // In the serial class commands wait for each other: every one may be lost in the mailbox, and holds the next for that time.
  room.pass(seconds(100) + drawn.moves.length * mailboxNs)
  return room
}

describe('in any scenario', () => {
  it('every command is accounted for, none is stuck, and the processor keeps to Little', () => {
    fc.assert(
      fc.property(scenario, (drawn) => {
        const balanced = (room: ServiceRoom): void => {
          const { received, taken, known } = room.books()
          expect([taken, known]).toEqual([received, received])
        }
        const room = play(drawn, balanced)
        balanced(room)
        const { inside, processor } = room.fsp.statistics()
        expect(inside).toBe(0)
        expect(processor.inside).toBe(0)
        expect(processor.areaNs).toBe(processor.residenceNs)
        room.bus.statistics()
      }),
      { numRuns: 150 },
    )
  })

  it('the interface process still serves a console afterwards', () => {
    fc.assert(
      fc.property(scenario, (drawn) => {
        const room = play({ ...drawn, connectionLimit: 16 })
        const console = room.consoles[0]!
        act(room, console, 'close')
        room.pass(seconds(1))
        console.connect()
        room.pass(seconds(2))
        console.replies.length = 0
        act(room, console, 'authenticate')
        room.pass(seconds(1))
        act(room, console, 'state')
        room.pass(seconds(1))
        expect(console.statuses()).toEqual(['ok', 'ok'])
      }),
      { numRuns: 100 },
    )
  })

  it('the same seed gives the same run', () => {
    fc.assert(
      fc.property(scenario, (drawn) => {
        const digests = [1, 2].map(() => play(drawn).simulation.digest.hex())
        expect(digests[0]).toBe(digests[1])
      }),
      { numRuns: 20 },
    )
  })
})
