// Random traffic of random consoles, with closes, resets of the channel and slow commands: whatever happens, stages add up,
// credits are conserved, sessions are served in order one command at a time, and in the end nothing is left.

import type { Connection } from '@powersim/bus'
import { ms, us } from '@powersim/kernel'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { type ConsoleDouble, setUp, type Surroundings } from './nets-surroundings.js'

interface Step {
  gapUs: number
  action: 'open' | 'ask' | 'ask many' | 'close' | 'event'
  console: number
  session: number
  bytes: number
}

const step: fc.Arbitrary<Step> = fc.record({
  gapUs: fc.constantFrom(0, 10, 100, 1000, 3000),
  action: fc.constantFrom('ask', 'ask many', 'ask', 'ask many', 'ask', 'ask many', 'open', 'close', 'event'),
  console: fc.nat(2),
  session: fc.nat(5),
  bytes: fc.constantFrom(24, 100, 4096, 5000, 40_000),
})

const plan = fc.record({
  steps: fc.array(step, { minLength: 20, maxLength: 60, size: 'max' }),
  poolSize: fc.constantFrom(1, 2, 5, 32),
  threads: fc.constantFrom({ min: 1, max: 10 }, { min: 0, max: 4 }),
  whenFull: fc.constantFrom('wait' as const, 'busy' as const),
  dispatchLatencyNs: fc.constantFrom(0, us(50)),
  processors: fc.constantFrom(1, 2),
  replyTimeoutNs: fc.constantFrom(ms(1000), us(800)),
  events: fc.boolean(),
})

interface Open {
  readonly console: ConsoleDouble
  readonly connection: Connection
  /** Sequences sent on it and answered on it. */
  readonly sent: number[]
  readonly answered: number[]
}

/** Credits: each buffer has one owner, and a ready connection has as many as the hypervisor gave, whoever owns them. */
function checkCredits({ nets, hypervisor }: Surroundings): void {
  const { channel } = nets.statistics()
  for (const [index, { state, session, buffers }] of channel.connections.entries()) {
    expect(buffers.free + buffers.held + buffers.hypervisor).toBe(buffers.valid)
    const far = hypervisor.connections[index]
    if (state !== 'ready' || far?.open !== true || far.session !== session) continue
    expect(buffers.valid).toBe(far.buffers.size)
  }
}

it('keeps its books under random traffic', () => {
  const seen = { finished: 0, busy: 0, failed: 0, waits: 0, fragments: 0, drops: 0 }
  fc.assert(
    fc.property(plan, ({ steps, poolSize, threads, whenFull, dispatchLatencyNs, processors, replyTimeoutNs, events }) => {
      const surroundings = setUp({
        consoles: 3,
        dispatchLatencyNs,
        processors,
        nets: {
          threads,
          threadCreation: us(20),
          receive: { exponential: us(20) },
          process: { exponential: us(60) },
          send: { exponential: us(30) },
          backlogLimit: 4,
          inboxLimit: 8,
        },
        vmc: { poolSize, whenFull, waitLimit: 6, replyTimeoutNs, perBufferNs: us(5) },
        hypervisor: {
          serviceNs: ({ entity }) => 1000 * (entity % 1500),
          replyBytes: 5000,
          costs: { send: 700, copy: 900, perByte: 0.25, signal: 300 },
        },
      })
      const { simulation, hypervisor, guest, nets, consoles, start, pass } = surroundings
      const open: Open[] = []
      for (const console of consoles) {
        console.onReply = ({ sequence }, connection) => open.find((one) => one.connection === connection)?.answered.push(sequence)
      }
      const event = simulation.handler<null>('event', () => hypervisor.transportEvent())
      const send = ({ console, connection, sent }: Open, bytes: number): void => {
        const sequence = console.ask(connection, { bytes })
        if (sequence !== undefined) sent.push(sequence)
      }
      const connect = (console: ConsoleDouble): void => {
        const connection = console.connect()
        pass(us(120))
        console.send(connection, 'connection.authenticate', { user: 'hscroot', password: 'access' })
        open.push({ console, connection, sent: [], answered: [] })
      }
      start()
      pass(us(200))
      for (const console of [...consoles, ...consoles]) connect(console)
      for (const { gapUs, action, console: which, session, bytes } of steps) {
        const console = consoles[which]
        if (console === undefined) continue
        const mine = open.filter((one) => one.console === console)
        const one = mine[session % Math.max(1, mine.length)]
        if (action === 'open') {
          connect(console)
        } else if (action === 'event') {
          if (events && nets.statistics().channel.state === 'ready') simulation.schedule(0, event, null)
        } else if (one !== undefined) {
          if (action === 'close') one.connection.close()
          else for (let command = 0; command < (action === 'ask' ? 1 : 5); command++) send(one, bytes)
        }
        pass(us(gapUs))
        checkCredits(surroundings)
      }
      pass(ms(30_000))
      for (const { connection } of open) connection.close()
      pass(ms(10))

      const statistics = nets.statistics()
      const { channel, stages } = statistics
      seen.finished += statistics.forwarded
      seen.busy += channel.busy
      seen.failed += channel.expired
      seen.waits += stages.buffer.elapsedNs > 0 ? 1 : 0
      seen.fragments += channel.emptySent
      seen.drops += channel.transportEvents + channel.resets
      expect(hypervisor.violations).toEqual([])
      expect(statistics).toMatchObject({ inside: 0, sessions: 0, threads: { busy: 0, waiting: 0 }, channel: { consoles: 0, waiting: 0 } })
      expect(statistics.processorNs).toBe(guest.usedNs)
      expect(nets.residences).toHaveLength(statistics.finished)
      for (const { stageNs, residenceNs } of nets.residences) {
        expect(Object.values(stageNs).reduce((sum, ns) => sum + ns, 0)).toBe(residenceNs)
      }
      expect(nets.residences.reduce((sum, { residenceNs }) => sum + residenceNs, 0)).toBe(statistics.residenceNs)
      // Answers of a session come in the order of its commands: strictly one at a time.
      for (const { sent, answered } of open) {
        const ofSent = answered.filter((sequence) => sent.includes(sequence))
        expect(ofSent).toEqual(sent.slice(0, ofSent.length))
      }
      for (const { active, buffers } of statistics.channel.connections) {
        expect(active).toBe(0)
        expect(buffers.held + buffers.hypervisor).toBe(0)
      }
    }),
    { numRuns: 60 },
  )
  // The plans are no empty talk: all of this happened.
  for (const times of Object.values(seen)) expect(times).toBeGreaterThan(10)
})

it('gives the same run for the same seed, and the same draws whatever else differs', () => {
  const run = (perBufferNs: number) => {
    const surroundings = setUp({ nets: { process: { exponential: us(60) } }, vmc: { perBufferNs } })
    const { simulation, nets, console, start, pass } = surroundings
    start()
    pass()
    const session = console.session(pass)
    for (let command = 0; command < 30; command++) console.ask(session)
    pass(ms(100))
    return { digest: simulation.digest.hex(), processed: nets.residences.map(({ stageNs }) => stageNs.process) }
  }
  expect(run(0)).toEqual(run(0))
  expect(run(us(7)).processed.slice(1)).toEqual(run(0).processed.slice(1))
})
