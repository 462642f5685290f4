// The partition's end of the management channel, against the hypervisor double: messages and their fragments, the queue, and
// everything that can go wrong. The handshake, consoles and buffers are vmc-buffers.test.ts.

import { type Connection } from '@powersim/bus'
import { ms, us } from '@powersim/kernel'
import {
  address,
  CRQ_COMMAND,
  H_Hardware,
  H_Permission,
  H_Success,
  type Message,
  replyTo,
  VMC_ADD_BUFFER,
  VMC_CLOSE,
  VMC_OPEN,
  VMC_RESPONSE,
  VMC_SIGNAL,
} from '@powersim/protocol'
import { describe, expect, it } from 'vitest'
import { type SetUpOptions, setUp } from './nets-surroundings.js'
import { ready } from './vmc-ready.js'

describe('messages', () => {
  it('of the console with the same key on two sessions are answered on both', () => {
    const { console, hypervisor, sessions, pass } = ready({}, 2)
    for (const session of sessions) console.ask(session, { sequence: 77, attempt: 3 })
    pass(ms(5))
    expect(console.replies.slice(2).map((line) => line.split(' ').slice(1).join(' '))).toEqual(['77 ok', '77 ok'])
    expect(hypervisor.requests).toHaveLength(2)
  })

  it('that answer another console are not taken for a reply', () => {
    const frames = { requestBytesMin: 0, replyBytesMin: 0 }
    const answer = (request: Message) => ({ ...replyTo(request, 0, { partitions: [] }, 17, frames), target: address('hmc', 2) })
    const { console, channel, session, pass } = ready({ hypervisor: { answer }, vmc: { replyTimeoutNs: ms(5) } })
    console.ask(session)
    pass(ms(10))
    expect(console.statuses()).toEqual(['ok', 'failed'])
    expect(channel()).toMatchObject({ unmatched: 1, expired: 1 })
  })

  it('come back in the order in which the hypervisor finishes', () => {
    const order = new Map<number, number>()
    const serviceNs = ({ sequence }: Message) => order.get(sequence) ?? ms(1)
    const { console, sessions, pass, hypervisor } = ready({ hypervisor: { serviceNs, replyBytes: 100 } }, 3)
    for (const session of sessions) console.ask(session)
    pass(ms(10))
    expect(console.replies.slice(3).map((line) => Number(line.split(' ')[1]))).toEqual([4, 5, 6])
    expect(hypervisor.violations).toEqual([])
  })

  it.each([1, 2, 32])('of 1 MiB take 256 Signals each way at MTU 4096, with %i buffers', (poolSize) => {
    const { console, hypervisor, nets, channel, session, pass } = ready({ vmc: { poolSize }, hypervisor: { replyBytes: 2 ** 20 } })
    console.ask(session, { bytes: 2 ** 20 })
    pass(ms(50))
    expect(console.statuses()).toEqual(['ok', 'ok'])
    expect(hypervisor.signalsIn).toBe(256)
    expect(channel()).toMatchObject({ signalsSent: 256, signalsReceived: 256, messagesOut: 1, messagesIn: 1 })
    expect(channel()).toMatchObject({ emptySent: 255, emptyReceived: 255 })
    expect(channel().connections[0]?.buffers).toEqual({ valid: poolSize, free: poolSize, held: 0, hypervisor: 0 })
    expect(nets.residences.at(-1)?.stageNs.hypervisor).toBe(ms(1))
    expect(hypervisor.violations).toEqual([])
  })

  it('of any length are cut to the MTU, and cost the driver one buffer each time', () => {
    for (const [bytes, fragments] of [
      [24, 1],
      [4095, 1],
      [4096, 1],
      [4097, 2],
      [8193, 3],
    ] as const) {
      const { console, hypervisor, nets, session, pass } = ready({ vmc: { perBufferNs: us(30) } })
      console.ask(session, { bytes })
      pass(ms(5))
      expect(hypervisor.signalsIn).toBe(fragments)
      expect(nets.residences.at(-1)?.stageNs).toMatchObject({ vmcOut: fragments * us(30), vmcIn: us(30), hypervisor: ms(1) })
    }
  })

  it('of several sessions do not mix their fragments', () => {
    const options = { vmc: { poolSize: 4, perBufferNs: us(3) }, hypervisor: { replyBytes: 30_000 } }
    const { console, hypervisor, sessions, pass } = ready(options, 6)
    for (const [at, session] of sessions.entries()) console.ask(session, { bytes: 20_000 + at })
    pass(ms(20))
    expect(console.statuses().slice(6)).toEqual(new Array(6).fill('ok'))
    expect(hypervisor.requests.map(({ bytes }) => bytes)).toEqual([20_000, 20_001, 20_002, 20_003, 20_004, 20_005])
    expect(hypervisor.violations).toEqual([])
  })

  it('may take longer to send than a command may wait, as long as their buffers come back in time', () => {
    const vmc = { poolSize: 1, perBufferNs: ms(6), replyTimeoutNs: ms(8) }
    const { console, channel, session, pass } = ready({ vmc })
    pass(ms(20))
    console.ask(session, { bytes: 10_000 })
    pass(ms(60))
    expect(console.statuses()).toEqual(['ok', 'ok'])
    expect(channel()).toMatchObject({ expired: 0, resets: 0, signalsSent: 3 })
  })

  it('whose buffers do not come back make the driver reset', () => {
    const { console, channel, session, pass } = ready({ vmc: { poolSize: 2, replyTimeoutNs: ms(5) }, hypervisor: { keepsFragments: true } })
    console.ask(session, { bytes: 10_000 })
    pass(ms(20))
    expect(console.statuses()).toEqual(['ok', 'busy'])
    expect(channel()).toMatchObject({ state: 'ready', expired: 1, resets: 1, connections: [{ buffers: { valid: 2, free: 2 } }, {}] })
  })

  it('that are coming in when their session closes are forgotten, whole', () => {
    const { console, nets, hypervisor, session, pass } = ready({
      vmc: { perBufferNs: ms(1), replyTimeoutNs: ms(5) },
      hypervisor: { serviceNs: ({ entity }) => (entity === 1 ? ms(9) : us(100)), replyBytes: 12_000 },
    })
    pass(ms(10))
    console.ask(session, { entity: 1 })
    pass(ms(10.5))
    expect(console.statuses()).toEqual(['ok', 'failed'])
    session.close()
    pass(ms(20))
    const again = console.session(() => pass(ms(5)))
    console.ask(again, { entity: 2 })
    pass(ms(20))
    expect(console.statuses().slice(2)).toEqual(['ok', 'ok'])
    expect(nets.residences.at(-1)?.stageNs).toMatchObject({ vmcOut: ms(1), hypervisor: us(100), vmcIn: ms(3) })
    expect(nets.statistics().channel).toMatchObject({ unmatched: 0, closed: 1, opened: 2 })
    expect(hypervisor.violations).toEqual([])
  })

  it('may lie in the buffer as bytes', () => {
    const { console, session, pass } = ready({ hypervisor: { encoded: true } })
    console.ask(session, { entity: 99, attempt: 2 })
    pass(ms(5))
    expect(console.statuses()).toEqual(['ok', 'ok'])
    expect(console.data.at(-1)).toEqual({ partitions: [] })
  })

  it('survive a bus that really encodes them', () => {
    const { console, session, pass, hypervisor } = ready({ wire: 'encoded' })
    console.ask(session)
    pass(ms(5))
    expect(console.statuses()).toEqual(['ok', 'ok'])
    expect(hypervisor.requests[0]).toMatchObject({ sequence: 2, entity: 1_000_002, data: {} })
  })
})

describe('the queue', () => {
  it('holds at most half of its entries per instant, even when many more are to be sent', () => {
    const large = { poolSize: 256, maxHmcs: 3 }
    const { hypervisor, consoles, pass } = ready({ vmc: large, hypervisor: { capabilities: large }, consoles: 3 })
    consoles[1]?.session(pass)
    consoles[2]?.session(pass)
    expect(hypervisor.connections.map(({ buffers }) => buffers.size)).toEqual([256, 256, 256])
    expect(hypervisor.peakPerInstant).toBeGreaterThan(0)
    expect(hypervisor.peakPerInstant).toBeLessThanOrEqual(128)
    expect(hypervisor.violations).toEqual([])
  })

  it('keeps the limit that both ends agreed on', () => {
    const { hypervisor, channel, console, session, pass } = ready({ vmc: { crqEntries: 8 } })
    console.ask(session)
    pass(ms(5))
    expect(hypervisor.peakPerInstant).toBeLessThanOrEqual(4)
    expect(console.statuses()).toEqual(['ok', 'ok'])
    expect(channel().entriesDropped).toBe(0)
  })

  it("keeps entries in order while the hypervisor's is full", () => {
    let fullUntilNs = 0
    const options: SetUpOptions = { hypervisor: { full: () => surroundings.simulation.now < fullUntilNs } }
    const surroundings = setUp(options)
    const { simulation, console, hypervisor, nets, start, pass } = surroundings
    start()
    pass()
    fullUntilNs = simulation.now + us(500)
    const session = console.session(() => pass(us(50)))
    console.ask(session)
    pass(ms(10))
    expect(console.statuses()).toEqual(['ok', 'ok'])
    expect(nets.statistics().channel).toMatchObject({ state: 'ready', resets: 0 })
    expect(nets.statistics().channel.entriesDropped).toBeGreaterThan(10)
    expect(hypervisor.violations).toEqual([])
  })

  it('loses no interrupt: whatever comes while the driver works is taken too', () => {
    const { console, hypervisor, sessions, pass } = ready({ vmc: { perBufferNs: us(100) }, hypervisor: { serviceNs: () => us(30) } }, 8)
    for (let round = 0; round < 20; round++) {
      for (const session of sessions) console.ask(session)
      pass(ms(5))
    }
    expect(console.statuses()).toHaveLength(8 + 160)
    expect(hypervisor.interrupts).toBeGreaterThan(20)
    expect(hypervisor.violations).toEqual([])
  })
})

describe('when something goes wrong', () => {
  /** Three sessions: one command at the hypervisor, one being processed, one waiting for a buffer. */
  function underWay(options: SetUpOptions = {}) {
    const surroundings = ready({ nets: { process: us(40) }, vmc: { poolSize: 2 }, hypervisor: { serviceNs: () => ms(5) }, ...options }, 3)
    const { console, sessions, pass } = surroundings
    const [first, second, third] = sessions
    if (first === undefined || second === undefined || third === undefined) throw new Error('expected three sessions')
    console.ask(first)
    pass(us(100))
    console.ask(second)
    console.ask(third)
    pass(us(20))
    const answers = () => console.replies.slice(3).map((line) => line.split(' ').slice(1).join(' '))
    return { ...surroundings, answers }
  }

  it('a transport event closes all: what the hypervisor had is failed, who waits for a buffer waits on, and all is well again', () => {
    const { simulation, hypervisor, channel, pass, answers, console, sessions } = underWay()
    pass(us(100))
    expect(channel()).toMatchObject({ waiting: 1, connections: [{ active: 2 }, {}] })
    simulation.schedule(
      0,
      simulation.handler('event', () => hypervisor.transportEvent()),
      null,
    )
    pass(us(100))
    expect(answers()).toEqual(['4 failed', '5 failed'])
    expect(channel()).toMatchObject({ state: 'ready', transportEvents: 1, resets: 0, opened: 2, waiting: 0 })
    pass(ms(20))
    expect(answers()).toEqual(['4 failed', '5 failed', '6 ok'])
    for (const session of sessions) console.ask(session)
    pass(ms(20))
    expect(answers().slice(3)).toEqual(['7 ok', '8 ok', '9 ok'])
    expect(hypervisor.sessions).toEqual([1, 2])
    expect(hypervisor.violations).toEqual([])
    expect(channel().connections[0]?.buffers).toEqual({ valid: 2, free: 2, held: 0, hypervisor: 0 })
  })

  it('a buffer that is gone before the news of it makes the driver reset: what was not sent is busy', () => {
    const { simulation, hypervisor, channel, pass, answers } = underWay({ vmc: { poolSize: 3 } })
    simulation.schedule(
      0,
      simulation.handler('event', () => hypervisor.transportEvent()),
      null,
    )
    pass(us(200))
    // The second was about to be sent, the third was being processed with a buffer in its hand.
    expect(answers()).toEqual(['4 failed', '5 busy', '6 busy'])
    expect(channel()).toMatchObject({ state: 'ready', resets: 1, opened: 2, connections: [{ active: 0, buffers: { free: 3 } }, {}] })
    expect(hypervisor.violations).toEqual([])
  })

  it('a half-sent message is given up as busy, and the next goes through', () => {
    const { simulation, hypervisor, pass, console, session } = ready({ vmc: { poolSize: 1, perBufferNs: us(10) } })
    console.ask(session, { bytes: 40_000 })
    pass(us(55))
    simulation.schedule(
      0,
      simulation.handler('event', () => hypervisor.transportEvent()),
      null,
    )
    pass(ms(1))
    expect(console.statuses()).toEqual(['ok', 'busy'])
    console.ask(session, { bytes: 40_000 })
    pass(ms(10))
    expect(console.statuses()).toEqual(['ok', 'busy', 'ok'])
    expect(hypervisor.violations).toEqual([])
  })

  it('a close that fails makes the driver reset, and the channel is ready again', () => {
    const { channel, hypervisor, pass, session } = ready({ hypervisor: { closeStatus: 3 } })
    session.close()
    pass()
    expect(channel()).toMatchObject({ state: 'ready', resets: 1, closed: 0, consoles: 0, connections: [{ state: 'free' }, {}] })
    expect(hypervisor.violations).toEqual([])
  })

  it('an open that is refused fails the connection and its commands, until the console comes anew', () => {
    const { channel, console, hypervisor, pass, session } = ready({ hypervisor: { openStatus: 4 } })
    console.ask(session)
    pass()
    expect(console.statuses()).toEqual(['ok', 'failed'])
    expect(channel()).toMatchObject({ state: 'ready', opened: 0, connections: [{ state: 'failed' }, {}] })
    session.close()
    pass()
    expect(channel()).toMatchObject({ consoles: 0, connections: [{ state: 'free' }, {}] })
    console.session(pass)
    expect(hypervisor.sessions).toEqual([1, 2])
  })

  it('a response for an index that was never agreed on makes the driver reset, as often as it comes', () => {
    const { simulation, hypervisor, channel, pass, answers, console, sessions } = underWay()
    const wrong = simulation.handler('wrong', () => hypervisor.inject({ type: VMC_CLOSE | VMC_RESPONSE, hmcIndex: 7 }))
    simulation.schedule(0, wrong, null)
    pass(ms(20))
    expect(answers()).toEqual(['4 failed', '5 busy', '6 ok'])
    expect(channel()).toMatchObject({ state: 'ready', resets: 1, unexpected: 1 })
    for (let round = 0; round < 40; round++) {
      simulation.schedule(0, wrong, null)
      pass(us(100))
    }
    // Each of them led to a ready channel again, so that it never gave up.
    expect(channel()).toMatchObject({ state: 'ready', resets: 41 })
    for (const session of sessions) console.ask(session)
    pass(ms(20))
    expect(answers().slice(3)).toEqual(['7 ok', '8 ok', '9 ok'])
  })

  it("a console's id that the hypervisor does not take yet is copied again, 16 times; then the driver resets", () => {
    let refusals = 3
    const { console, channel, pass, session } = ready({ hypervisor: { copyCode: () => (refusals-- > 0 ? H_Permission : H_Success) } })
    console.ask(session)
    pass(ms(2))
    expect(console.statuses()).toEqual(['ok', 'ok'])
    expect(channel()).toMatchObject({ opened: 1, resets: 0 })
    session.close()
    pass()
    refusals = 20
    console.session(pass)
    pass()
    expect(channel()).toMatchObject({ opened: 2, resets: 1 })
    refusals = 1e6
    console.session(pass).close()
    pass(ms(5))
    expect(channel()).toMatchObject({ state: 'ready', opened: 2, resets: 1 })
  })

  it('resets after which nothing can be opened end after 16 in a row', () => {
    let refusals = 0
    const { console, channel, pass, session } = ready({ hypervisor: { copyCode: () => (refusals-- > 0 ? H_Permission : H_Success) } })
    refusals = 1e6
    console.ask(session)
    pass(ms(20))
    expect(channel()).toMatchObject({ state: 'failed', resets: 17 })
    expect(console.statuses()).toEqual(['ok', 'busy'])
    console.ask(session)
    pass()
    expect(console.statuses()).toEqual(['ok', 'busy', 'failed'])
  })

  it('resets that never lead to a ready channel end after 16 in a row', () => {
    let code = H_Hardware
    const { nets, console, start, pass } = setUp({ hypervisor: { sendCode: () => code } })
    start()
    pass(ms(5))
    expect(nets.statistics().channel).toMatchObject({ state: 'failed', resets: 17 })
    const session = console.session(pass)
    console.ask(session)
    pass()
    expect(console.statuses()).toEqual(['ok', 'failed'])
    // The next start of the partition tries again.
    nets.stop('shutdown')
    code = H_Success
    start()
    pass()
    expect(nets.statistics().channel.state).toBe('ready')
  })

  it('entries that make no sense are dropped and counted', () => {
    const { simulation, hypervisor, channel, console, session, pass } = ready()
    const inject = simulation.handler('inject', () => {
      hypervisor.inject({ type: VMC_SIGNAL, session: 9, bufferId: 1, value: 100 })
      hypervisor.inject({ type: VMC_SIGNAL, session: 1, bufferId: 1, value: 100 })
      hypervisor.inject({ type: VMC_SIGNAL, session: 1, bufferId: 200, value: 100 })
      hypervisor.inject({ type: VMC_SIGNAL, session: 1, hmcIndex: 9 })
      hypervisor.inject({ type: 0x44 })
      hypervisor.inject({ type: VMC_OPEN | VMC_RESPONSE, session: 1 })
      hypervisor.inject({ header: 0xa0 })
      hypervisor.inject({ header: 0xc0, type: 1 })
      hypervisor.inject({ header: CRQ_COMMAND, type: 0x81 })
    })
    simulation.schedule(0, inject, null)
    pass()
    expect(channel()).toMatchObject({ state: 'ready', stale: 3, unexpected: 6, resets: 0 })
    console.ask(session)
    pass(ms(2))
    expect(console.statuses()).toEqual(['ok', 'ok'])
  })

  it('an Add Buffer that cannot be is answered with its status', () => {
    const { simulation, hypervisor, pass } = ready()
    const inject = simulation.handler('inject', () => {
      hypervisor.inject({ type: VMC_ADD_BUFFER, session: 1, bufferId: 3 })
      hypervisor.inject({ type: VMC_ADD_BUFFER, session: 1, bufferId: 77 })
      hypervisor.inject({ type: VMC_ADD_BUFFER, session: 0, hmcIndex: 5, bufferId: 0 })
    })
    simulation.schedule(0, inject, null)
    pass()
    expect(hypervisor.violations.map((line) => line.replace(/^\d+: /, ''))).toEqual([
      'add buffer 0.3: status 2',
      'add buffer 0.77: status 2',
      'add buffer 5.0: status 1',
    ])
  })

  it('a reply with a refusal passes through as it is', () => {
    const frames = { requestBytesMin: 0, replyBytesMin: 0 }
    const answer = (request: Message) => replyTo(request, 4, { detail: 'the message loop is full' }, 40, frames)
    const { console, session, pass, nets } = ready({ hypervisor: { answer } })
    console.ask(session)
    pass(ms(2))
    expect(console.statuses()).toEqual(['ok', 'busy'])
    expect(nets.statistics()).toMatchObject({ forwarded: 1, refused: 1 })
  })

  it('a session that closes while its command is on its way leaves no buffer behind', () => {
    const { channel, pass, sessions, hypervisor, nets } = underWay()
    for (const session of sessions) (session satisfies Connection).close()
    pass(ms(30))
    expect(channel()).toMatchObject({ consoles: 0, closed: 1, waiting: 0, connections: [{ state: 'free', active: 0 }, {}] })
    expect(nets.statistics()).toMatchObject({ sessions: 0, unanswerable: 3, threads: { busy: 0 } })
    expect(hypervisor.requests).toHaveLength(3)
    expect(hypervisor.violations).toEqual([])
  })
})
