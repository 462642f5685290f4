// Commands for the hypervisor: slot by slot through the service processor, pipelined and serial, and what becomes of those that find no
// room, no hypervisor, no answer or no session at the end. All laws are constant, so all times are exact.

import { minutes, ms, seconds } from '@powersim/kernel'
import { FLAG_ERROR, FLAG_REPLY, FLAG_RETRY, type Message } from '@powersim/protocol'
import { describe, expect, it } from 'vitest'
import { baseSet, ServiceRoom, slots } from './service-room.js'

const p = ms(3)
/** Processor time of a forwarded command. */
const work = slots.open + 2 * slots.forward + slots.seal
/** From sending to the reply, with nothing else inside. */
const alone = slots.lanIn + work + slots.mailboxIn + p + slots.mailboxOut + slots.lanOut

/** A room with an open session. */
function opened(options: ConstructorParameters<typeof ServiceRoom>[0] = {}): ServiceRoom {
  const room = new ServiceRoom(options)
  room.open(...room.consoles)
  return room
}

/** Times of what happens to messages, from now on, as `kind hop direction`. */
function watch(room: ServiceRoom): [number, string][] {
  const seen: [number, string][] = []
  const fromNs = room.simulation.now
  room.bus.observers.on('message', ({ kind, timeNs, hop, from, to }) => seen.push([timeNs - fromNs, `${kind} ${hop} ${from} ${to}`]))
  return seen
}

describe('a forwarded command', () => {
  it('takes the time of each slot, to the nanosecond', () => {
    const room = opened()
    const seen = watch(room)
    room.console.ask('lpar.list')
    room.pass(seconds(1))
    const fsp = 'Server-8203-E4A-SN10ACE01.fsp'
    const read = slots.lanIn + slots.open
    const posted = read + slots.forward
    const served = posted + slots.mailboxIn + p
    const back = served + slots.mailboxOut
    const given = back + slots.forward
    expect(seen).toEqual([
      [0, `offered lan1 hmc1 ${fsp}`],
      [read, `delivered lan1 hmc1 ${fsp}`],
      [posted, `offered psi ${fsp} phyp`],
      [posted + slots.mailboxIn, `delivered psi ${fsp} phyp`],
      [served, `offered psi phyp ${fsp}`],
      [back, `delivered psi phyp ${fsp}`],
      [given, `offered lan1 ${fsp} hmc1`],
      [given + slots.seal + slots.lanOut, `delivered lan1 ${fsp} hmc1`],
    ])
    expect(given + slots.seal + slots.lanOut).toBe(alone)
    // F = 10.1 ms of the capacity model, with the frames of the link
    expect(alone - p).toBe(10_114_400)
    expect(room.console.statuses()).toEqual(['ok'])
  })

  it('reaches the hypervisor and its console as it was sent and answered', () => {
    const room = opened()
    const sequence = room.console.ask('lpar.list', {}, { flags: FLAG_RETRY, attempt: 2 })
    room.pass(seconds(1))
    const key = { epoch: 1, sequence, attempt: 2, entity: 1_000_000 + sequence }
    const { address } = room.console.endpoint
    expect(room.hypervisor.commands[0]!.message).toMatchObject({ ...key, flags: FLAG_RETRY, bytes: 1024, source: address })
    expect(room.console.replies[0]!.message).toMatchObject({ ...key, flags: FLAG_REPLY, bytes: 4096, data: { partitions: [] } })
  })

  it('is not counted among what the service processor does for itself', () => {
    const room = opened()
    const before = room.fsp.statistics().ownLatencies.count
    room.console.ask('lpar.list')
    room.pass(seconds(1))
    const { ownLatencies, received, forwarded, served, answered } = room.fsp.statistics()
    expect(ownLatencies.count).toBe(before)
    expect({ received, forwarded, served, answered }).toEqual({ received: 2, forwarded: 1, served: 1, answered: 2 })
  })
})

describe('the pipelined class', () => {
  it('has several commands at the hypervisor at once, and the processor as its only limit', () => {
    const room = opened({ phypServiceNs: ms(100) })
    const fromNs = room.simulation.now
    for (let n = 0; n < 3; n++) room.console.ask('lpar.list')
    room.pass(seconds(1))
    const arrivals = room.hypervisor.commands.map(({ timeNs }) => timeNs - fromNs)
    expect(Math.max(...arrivals)).toBeLessThan(ms(100))
    // The hypervisor serves one after the other; the service processor adds nothing between the replies.
    const [first, ...others] = room.console.replies.map(({ timeNs }) => timeNs - fromNs)
    expect(others).toEqual([first! + ms(100), first! + ms(200)])
  })
})

describe('the serial class', () => {
  it('reads the next command only when the reply to the one before is sealed, across consoles', () => {
    const room = opened({ parameters: { hmcClass: 'serial' }, consoles: 2 })
    const [one, two] = room.consoles
    const fromNs = room.simulation.now
    one!.ask('lpar.list')
    two!.ask('lpar.list')
    one!.ask('lpar.list')
    room.pass(seconds(1))
    const cycle = work + slots.mailboxIn + p + slots.mailboxOut
    expect([...one!.replies, ...two!.replies].map(({ timeNs }) => timeNs - fromNs)).toEqual([alone, alone + 2 * cycle, alone + cycle])
  })

  it('holds up its own commands behind the hypervisor too', () => {
    const room = opened({ parameters: { hmcClass: 'serial' }, phypServiceNs: ms(500) })
    const fromNs = room.simulation.now
    room.console.ask('lpar.list')
    room.console.ask('system.state')
    room.pass(seconds(1))
    const [, state] = room.console.replies
    expect(state!.timeNs - fromNs).toBe(alone - p + ms(500) + slots.open + ms(8) + slots.seal)
  })

  it('goes on when a session ends under its command', () => {
    const room = opened({ parameters: { hmcClass: 'serial' }, consoles: 2, phypServiceNs: ms(100) })
    const [leaving, staying] = room.consoles
    leaving!.ask('lpar.list')
    leaving!.ask('lpar.list')
    room.pass(ms(20))
    staying!.ask('lpar.list')
    room.pass(ms(1))
    leaving!.connection?.close()
    room.pass(seconds(1))
    expect(staying!.statuses()).toEqual(['ok'])
    // The second of the session that ended was never read.
    expect(room.fsp.statistics()).toMatchObject({ received: 4, unanswerable: 1, inside: 0 })
  })

  it('goes on when a session ends with its reply waiting behind an event', () => {
    const room = opened({ parameters: { hmcClass: 'serial', tls: { ...baseSet.tls, perRecord: ms(50) } }, consoles: 2 })
    const [leaving, staying] = room.consoles
    leaving!.ask('connection.subscribe', { events: ['system.state'] })
    room.pass(seconds(1))
    leaving!.ask('lpar.list')
    // Given to the session at 61 ms, behind an event that is being sealed until 111 ms.
    room.pass(ms(60))
    room.fsp.powerOff()
    room.pass(ms(2))
    expect(room.fsp.statistics()).toMatchObject({ received: 4, answered: 4 })
    leaving!.connection?.close()
    staying!.ask('lpar.list')
    room.pass(seconds(1))
    expect([leaving!.statuses(), staying!.statuses()]).toEqual([['ok'], ['ok']])
    expect(room.fsp.statistics()).toMatchObject({ unanswerable: 0, inside: 0 })
  })

  it('knows a reply from an event, whatever epoch the console has', () => {
    const room = opened({ parameters: { hmcClass: 'serial' } })
    room.console.ask('lpar.list', {}, { epoch: 0 })
    room.console.ask('lpar.list', {}, { epoch: 0 })
    room.pass(seconds(1))
    expect(room.console.statuses()).toEqual(['ok', 'ok'])
  })

  it('never has two commands inside, even when some records and answers take no time', () => {
    const tls = { fullHandshake: 0, resumedHandshake: 0, perRecord: { empirical: { values: [0, ms(2)] } }, perByteNs: 0 }
    const room = opened({ parameters: { hmcClass: 'serial', tls }, consoles: 2 })
    const stranger = room.consoles[1]!
    stranger.connection?.close()
    room.pass(ms(1))
    stranger.connect()
    room.pass(ms(1))
    for (let n = 0; n < 30; n++) {
      room.console.ask('lpar.list')
      stranger.ask('lpar.list')
    }
    let most = 0
    while (room.console.replies.length < 30) {
      room.pass(100_000)
      most = Math.max(most, room.fsp.statistics().inside)
    }
    expect(most).toBe(1)
    room.pass(seconds(1))
    expect(stranger.statuses()).toEqual(Array.from({ length: 30 }, () => 'not-authenticated'))
  })

  it('reads on after an answer that took no time', () => {
    const free = { fullHandshake: 0, resumedHandshake: 0, perRecord: 0, perByteNs: 0 }
    const room = opened({ parameters: { hmcClass: 'serial', tls: free, forwardIn: 0, forwardOut: 0, commandLimit: 1 }, consoles: 3 })
    for (const console of room.consoles) for (let n = 0; n < 5; n++) console.ask('lpar.list')
    room.pass(seconds(1))
    for (const console of room.consoles) expect(console.statuses()).toEqual(['ok', 'ok', 'ok', 'ok', 'ok'])
  })
})

describe('limits', () => {
  it('answer busy at once when as many commands are inside', () => {
    const room = opened({ parameters: { commandLimit: 2 }, phypServiceNs: ms(500) })
    const asked = Array.from({ length: 4 }, () => room.console.ask('lpar.list'))
    room.pass(ms(100))
    expect(room.console.replies.map(({ message, status }) => [message.sequence, status])).toEqual([[asked[2], 'busy'], [asked[3], 'busy']])
    expect(room.fsp.statistics()).toMatchObject({ busy: 2, inside: 2 })
    room.pass(seconds(2))
    expect(room.console.statuses()).toEqual(['busy', 'busy', 'ok', 'ok'])
    room.console.ask('lpar.list')
    room.pass(seconds(1))
    expect(room.console.statuses().at(-1)).toBe('ok')
  })

  it('are those of the service processor, not of a console', () => {
    const room = opened({ parameters: { commandLimit: 2 }, phypServiceNs: ms(500), consoles: 2 })
    const [one, two] = room.consoles
    one!.ask('lpar.list')
    one!.ask('lpar.list')
    room.pass(ms(50))
    two!.ask('system.state')
    room.pass(ms(50))
    expect(two!.statuses()).toEqual(['busy'])
  })
})

describe('the mailbox', () => {
  it('gives a command up after its time-out, and does not know a reply that comes later', () => {
    const surveillance = { ...baseSet.surveillance, checkNs: 1 }
    const room = opened({ parameters: { mailboxTimeoutNs: seconds(2), surveillance }, phypServiceNs: seconds(3) })
    const fromNs = room.simulation.now
    room.console.ask('lpar.list')
    room.pass(seconds(5))
    expect(room.console.statuses()).toEqual(['failed'])
    const { timeNs, message } = room.console.replies[0]!
    expect(message.flags).toBe(FLAG_REPLY | FLAG_ERROR)
    expect(timeNs - fromNs).toBe(slots.lanIn + slots.open + slots.forward + seconds(2) + slots.seal + slots.lanOut)
    expect(room.fsp.statistics()).toMatchObject({ unmatched: 1, answered: 2, inside: 0 })
  })

  it('looks for such commands every 30 s', () => {
    const room = opened({ phypServiceNs: minutes(20) })
    room.pass(seconds(7))
    room.console.ask('lpar.list')
    room.pass(minutes(17))
    const latest = Math.ceil((seconds(9) + baseSet.mailboxTimeoutNs) / seconds(30)) * seconds(30)
    expect(room.console.replies.map(({ timeNs }) => timeNs - slots.seal - slots.lanOut)).toEqual([latest])
  })

  it('takes the first of two equal replies and counts the other', () => {
    const room = opened()
    room.bus.fate = ({ hop, message }) => (hop === 'psi' && isReplyTo(message) ? { do: 'duplicate', afterNs: ms(1) } : undefined)
    room.console.ask('lpar.list')
    room.pass(seconds(1))
    expect(room.console.statuses()).toEqual(['ok'])
    expect(room.fsp.statistics()).toMatchObject({ unmatched: 1, inside: 0 })
  })

  it('answers every try of a command by its own reply', () => {
    const room = opened({ phypServiceNs: ms(100) })
    const sequence = room.console.ask('lpar.list')
    room.console.ask('lpar.list', {}, { sequence, attempt: 1, flags: FLAG_RETRY })
    room.bus.fate = ({ hop, message }) => (hop === 'psi' && !isReplyTo(message) && message.attempt === 0 ? { do: 'drop' } : undefined)
    room.pass(seconds(1))
    expect(room.console.replies.map(({ message }) => message.attempt)).toEqual([1])
    room.pass(baseSet.mailboxTimeoutNs + seconds(30))
    expect(room.console.replies.map(({ message, status }) => [message.attempt, status])).toEqual([[1, 'ok'], [0, 'failed']])
  })

  it('tells the epochs of a console apart', () => {
    const room = opened()
    const sequence = room.console.ask('lpar.list')
    room.console.ask('lpar.list', {}, { sequence, epoch: 2 })
    room.bus.fate = ({ hop, message }) => (hop === 'psi' && !isReplyTo(message) && message.epoch === 1 ? { do: 'drop' } : undefined)
    room.pass(baseSet.mailboxTimeoutNs + seconds(31))
    expect(room.console.replies.map(({ message, status }) => [message.epoch, status])).toEqual([[2, 'ok'], [1, 'failed']])
  })

  it('tells consoles apart whose sequence numbers are the same', () => {
    const room = opened({ consoles: 2, phypServiceNs: ms(50) })
    const [one, two] = room.consoles
    one!.ask('memory.system', {}, { sequence: 7 })
    two!.ask('lpar.list', {}, { sequence: 7 })
    room.bus.fate = ({ hop, message }) => (hop === 'psi' && message.source === one!.endpoint.address ? { do: 'drop' } : undefined)
    room.pass(seconds(1))
    expect([one!.statuses(), two!.statuses()]).toEqual([[], ['ok']])
  })
})

describe('a command whose session has ended', () => {
  it('is done all the same, and its reply thrown away', () => {
    const room = opened({ phypServiceNs: ms(100) })
    room.console.ask('lpar.list')
    room.pass(ms(50))
    room.console.connection?.close()
    room.pass(seconds(1))
    expect(room.hypervisor.commands.length).toBe(1)
    expect(room.console.replies).toEqual([])
    expect(room.fsp.statistics()).toMatchObject({ unanswerable: 1, inside: 0, unmatched: 0 })
    expect(room.books()).toEqual({ received: 2, taken: 2, known: 2 })
  })
})

describe('without a running hypervisor', () => {
  it('a command for it is taken in and answered so', () => {
    const room = opened({ initialState: 'Power Off' })
    const fromNs = room.simulation.now
    room.console.ask('lpar.list')
    room.console.ask('system.state')
    room.pass(seconds(1))
    expect(room.console.statuses()).toEqual(['hypervisor-not-running', 'ok'])
    expect(room.console.replies[0]!.message.data).toMatchObject({ detail: 'the system is in state Power Off' })
    // Behind opening the second: it came while the first was taken in.
    expect(room.console.replies[0]!.timeNs - fromNs).toBe(slots.lanIn + 2 * slots.open + slots.forward + slots.seal + slots.lanOut)
    expect(room.hypervisor.commands).toEqual([])
  })
})

function isReplyTo(message: Message): boolean {
  return (message.flags & FLAG_REPLY) !== 0
}
