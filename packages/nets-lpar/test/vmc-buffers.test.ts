// The partition's end of the management channel, against the hypervisor double: the handshake, consoles, and buffers as credits.
// Messages, the queue and what goes wrong are vmc-messages.test.ts.

import { minutes, ms, us } from '@powersim/kernel'
import { VMC_ADD_BUFFER, VMC_OPEN, VMC_REMOVE_BUFFER, VMC_RESPONSE } from '@powersim/protocol'
import { describe, expect, it } from 'vitest'
import { setUp } from './nets-surroundings.js'
import { ready } from './vmc-ready.js'

describe('the handshake', () => {
  it('answers the hypervisor, tells what it can, and agrees on the smaller of both', () => {
    const capabilities = { mtuBytes: 8192, poolSize: 20, maxHmcs: 1, crqEntries: 128 }
    const { hypervisor, channel } = ready({ hypervisor: { capabilities }, vmc: { mtuBytes: 4096, poolSize: 32, maxHmcs: 2 } })
    expect(hypervisor.effective).toEqual({ version: 0x0101, mtuBytes: 4096, poolSize: 20, maxHmcs: 1, crqEntries: 128 })
    // Init complete, capabilities, the seed's answer, open, then an answer per further buffer.
    expect(hypervisor.entries.slice(0, 4)).toEqual([2, 1, VMC_ADD_BUFFER | VMC_RESPONSE, VMC_OPEN])
    expect(hypervisor.entries.filter((type) => type === (VMC_ADD_BUFFER | VMC_RESPONSE))).toHaveLength(20)
    expect(channel()).toMatchObject({ state: 'ready', opened: 1 })
    expect(channel().connections).toMatchObject([{ state: 'ready', session: 1, buffers: { valid: 20, free: 20 } }, { state: 'free' }])
    expect(hypervisor.connections[0]?.hmcId).toEqual(new Uint8Array([104, 109, 99, 49, ...new Array<number>(28).fill(0)]))
    expect(hypervisor.violations).toEqual([])
  })

  it('fails when the major versions differ, and then answers commands as failed', () => {
    const { channel, console, session, pass, last } = ready({ hypervisor: { capabilities: { version: 0x0201 } } })
    expect(channel().state).toBe('failed')
    console.ask(session)
    pass()
    expect(last()).toBe('failed')
  })

  it('fails without a device', () => {
    const { channel, console, session, pass, last } = ready({ device: false })
    expect(channel().state).toBe('failed')
    console.ask(session)
    pass()
    expect(last()).toBe('failed')
  })

  it('frees a queue that is registered already, and registers it', () => {
    const { hypervisor, console, start, pass, nets } = setUp()
    hypervisor.window.map({ ioba: 0, bytes: 4096, page: new Uint8Array(4096), content: null, contentBytes: 0 })
    hypervisor.call(0xfc, 0x1000, 0, 4096, 0, 0)
    start()
    pass()
    const session = console.session(pass)
    console.ask(session)
    pass(ms(2))
    expect(console.statuses()).toEqual(['ok', 'ok'])
    expect(nets.statistics().channel.state).toBe('ready')
  })
})

describe('consoles', () => {
  it('have a connection each, shared by their sessions, as long as one is authenticated', () => {
    const { consoles, hypervisor, pass, channel, sessions } = ready({ consoles: 2 }, 3)
    const other = consoles[1]?.session(pass)
    expect(channel()).toMatchObject({ consoles: 2, connections: [{ state: 'ready' }, { state: 'ready' }] })
    expect(hypervisor.connections.map(({ hmcId }) => (hmcId instanceof Uint8Array ? hmcId[3] : 0))).toEqual([49, 50])
    sessions[0]?.close()
    sessions[1]?.close()
    pass()
    expect(channel()).toMatchObject({ consoles: 2, closed: 0 })
    sessions[2]?.close()
    other?.close()
    pass()
    expect(channel()).toMatchObject({ consoles: 0, closed: 2, connections: [{ state: 'free' }, { state: 'free' }] })
    expect(hypervisor.violations).toEqual([])
  })

  it('are refused when the channel has no connection left, until another console has gone', () => {
    const { consoles, pass, sessions, nets } = ready({ consoles: 3 })
    consoles[1]?.session(pass)
    const third = consoles[2]
    const session = third?.session(pass)
    expect(third?.statuses()).toEqual(['refused'])
    expect(third?.data).toEqual([{ detail: 'too many consoles use the management channel' }])
    expect(session?.state).toBe('open')
    sessions[0]?.close()
    pass()
    if (session !== undefined) third?.send(session, 'connection.authenticate', { user: 'hscroot', password: 'access' })
    pass()
    if (session !== undefined) third?.ask(session)
    pass(ms(2))
    expect(third?.statuses()).toEqual(['refused', 'ok', 'ok'])
    expect(nets.statistics().channel).toMatchObject({ consoles: 2, opened: 3, closed: 1 })
  })

  it('wait for a connection that is being closed', () => {
    const { console, consoles, hypervisor, pass, session } = ready({ consoles: 2, vmc: { maxHmcs: 1 } })
    session.close()
    pass(100)
    // The other one authenticates at the very time at which the connection closes.
    const other = consoles[1]?.session(() => pass(us(5)))
    if (other !== undefined) consoles[1]?.ask(other)
    pass(ms(2))
    expect(consoles[1]?.statuses()).toEqual(['ok', 'ok'])
    expect(hypervisor.sessions).toEqual([1, 2])
    expect(console.statuses()).toEqual(['ok'])
  })

  it('that are too many for the hypervisor are refused as soon as it says so', () => {
    const { consoles, start, pass, nets, hypervisor } = setUp({ consoles: 2, hypervisor: { capabilities: { maxHmcs: 1 } } })
    start()
    pass()
    const [first, second] = consoles
    first?.session(pass)
    const session = second?.session(pass)
    expect(second?.statuses()).toEqual(['refused'])
    if (session !== undefined) second?.ask(session)
    pass()
    expect(second?.statuses()).toEqual(['refused', 'not-authenticated'])
    expect(nets.statistics().channel).toMatchObject({ consoles: 1, opened: 1 })
    expect(hypervisor.violations).toEqual([])
  })

  it('get session numbers from 1 to 255 and then 1 again', () => {
    const { console, hypervisor, pass, session } = ready()
    session.close()
    pass(us(10))
    for (let round = 0; round < 256; round++) {
      console.session(() => pass(us(10))).close()
      pass(us(10))
    }
    expect(hypervisor.sessions).toEqual([...Array.from({ length: 255 }, (_, at) => at + 1), 1, 2])
    expect(hypervisor.violations).toEqual([])
  })
})

describe('buffers are credits', () => {
  const slow = { serviceNs: () => ms(1) }

  it('a command has one from before it is processed until its reply is there', () => {
    const { console, channel, session, pass } = ready({ nets: { process: us(40) }, vmc: { poolSize: 4 }, hypervisor: slow })
    const buffers = () => channel().connections[0]?.buffers
    expect(buffers()).toEqual({ valid: 4, free: 4, held: 0, hypervisor: 0 })
    console.ask(session)
    pass(us(20))
    expect(buffers()).toEqual({ valid: 4, free: 3, held: 1, hypervisor: 0 })
    pass(us(100))
    expect(buffers()).toEqual({ valid: 4, free: 3, held: 0, hypervisor: 1 })
    pass(ms(2))
    expect(buffers()).toEqual({ valid: 4, free: 4, held: 0, hypervisor: 0 })
  })

  it('commands without one wait in order, and are served as buffers come back', () => {
    const { console, nets, channel, sessions, pass } = ready({ vmc: { poolSize: 2 }, hypervisor: slow }, 5)
    for (const session of sessions) console.ask(session)
    pass(us(100))
    expect(channel()).toMatchObject({ waiting: 3, withoutBuffer: 3, busy: 0 })
    pass(ms(10))
    expect(console.statuses().slice(5)).toEqual(['ok', 'ok', 'ok', 'ok', 'ok'])
    expect(console.replies.slice(5).map((line) => Number(line.split(' ')[1]))).toEqual([6, 7, 8, 9, 10])
    expect(nets.residences.slice(-5).map(({ stageNs }) => stageNs.buffer)).toEqual([0, 0, ms(1), ms(2), ms(3)])
  })

  it('or are answered busy at once', () => {
    const { console, hypervisor, channel, sessions, pass } = ready({ vmc: { poolSize: 2, whenFull: 'busy' }, hypervisor: slow }, 5)
    for (const session of sessions) console.ask(session)
    pass(us(100))
    expect(console.statuses().slice(5)).toEqual(['busy', 'busy', 'busy'])
    pass(ms(10))
    expect(console.statuses().slice(8)).toEqual(['ok', 'ok'])
    expect(hypervisor.requests).toHaveLength(2)
    expect(channel()).toMatchObject({ withoutBuffer: 3, busy: 3 })
  })

  it('the line for them has an end, then commands are busy too', () => {
    const { console, channel, sessions, pass } = ready({ vmc: { poolSize: 1, waitLimit: 2 }, hypervisor: slow }, 5)
    for (const session of sessions) console.ask(session)
    pass(us(100))
    expect(console.statuses().slice(5)).toEqual(['busy', 'busy'])
    expect(channel()).toMatchObject({ waiting: 2, busy: 2 })
  })

  it('and so has the patience of a command that waits', () => {
    const vmc = { poolSize: 1, replyTimeoutNs: ms(5) }
    const { console, channel, sessions, pass } = ready({ vmc, hypervisor: { serviceNs: () => ms(4) } }, 3)
    for (const session of sessions) console.ask(session)
    pass(ms(20))
    expect(console.replies.slice(3).map((line) => line.split(' ').slice(1).join(' '))).toEqual(['4 ok', '6 busy', '5 ok'])
    expect(channel()).toMatchObject({ expired: 1, waiting: 0, connections: [{ active: 0, buffers: { free: 1 } }, {}] })
  })

  it('one is given up when the hypervisor asks for it, if one is free', () => {
    const { console, hypervisor, channel, sessions, simulation, pass } = ready({ vmc: { poolSize: 3 }, hypervisor: slow }, 3)
    const ask = simulation.handler('ask', () => hypervisor.askRemove(0))
    simulation.schedule(0, ask, null)
    pass()
    expect(channel().connections[0]?.buffers).toEqual({ valid: 3, free: 2, held: 0, hypervisor: 1 })
    for (const session of sessions) console.ask(session)
    pass(us(100))
    expect(channel()).toMatchObject({ waiting: 1 })
    simulation.schedule(0, ask, null)
    pass(us(100))
    expect(hypervisor.entries.at(-1)).toBe(VMC_REMOVE_BUFFER | VMC_RESPONSE)
    pass(ms(10))
    expect(console.statuses().slice(3)).toEqual(['ok', 'ok', 'ok'])
    expect(hypervisor.violations).toEqual([])
  })

  it('one may come back without a reply: it is free, and the command waits on until it gives up', () => {
    const { console, channel, nets, session, pass, last } = ready({ hypervisor: { ...slow, answer: () => undefined } })
    console.ask(session)
    pass(ms(100))
    expect(channel()).toMatchObject({ emptyReceived: 1, connections: [{ active: 1, buffers: { valid: 32, free: 32 } }, {}] })
    expect(nets.statistics()).toMatchObject({ inside: 1, threads: { busy: 1 } })
    pass(minutes(16))
    expect(last()).toBe('failed')
    expect(nets.statistics()).toMatchObject({ inside: 0, channel: { expired: 1 } })
  })

  it('a reply that comes too late is dropped, its buffer is not', () => {
    const { console, channel, session, pass, last } = ready({ vmc: { replyTimeoutNs: ms(2) }, hypervisor: { serviceNs: () => ms(5) } })
    console.ask(session)
    pass(ms(3))
    expect(last()).toBe('failed')
    pass(ms(3))
    expect(channel()).toMatchObject({ unmatched: 1, connections: [{ active: 0, buffers: { free: 32 } }, {}] })
    console.ask(session)
    pass(ms(20))
    expect(console.statuses()).toEqual(['ok', 'failed', 'failed'])
  })
})
