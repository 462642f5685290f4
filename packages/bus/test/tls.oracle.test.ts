// Oracle F7: with a full handshake of h and c per command, a session of n commands costs (h + n c) / n per command.
// Closed-form set-up: no latency, infinite rate, and only the server's processor takes time.

import { ms, Simulation } from '@powersim/kernel'
import { address, type Message } from '@powersim/protocol'
import { IdealProcessor, RecordingEndpoint } from '@powersim/testkit'
import { describe, expect, it } from 'vitest'
import { Bus, type Connection } from '../src/index.js'
import { instant, reply, request } from './two-ends.js'

const HANDSHAKE = ms(300)
const PER_COMMAND = ms(8)

/** Runs one session of n commands, one after the other, and returns how long it all took. */
function sessionNs(commands: number): number {
  const simulation = new Simulation({ seed: 'oracle-1' })
  const bus = new Bus(simulation)
  // Half of a command's cost opens its record, half seals its reply's.
  const tls = { fullHandshake: HANDSHAKE, resumedHandshake: ms(1), perRecord: PER_COMMAND / 2, perByteNs: 0 }
  const processor = new IdealProcessor(simulation, { name: 'fsp' })
  const answer = (message: Message): Message => reply(message)
  const server = new RecordingEndpoint(simulation, bus, { name: 'fsp', address: address('fsp', 1), tls, processor, answer })
  let sent = 0
  const next = (connection: Connection): void => {
    if (sent === commands) connection.close()
    else connection.send(connection.client, request(++sent))
  }
  const console = bus.endpoint({
    name: 'hmc1',
    address: address('hmc', 1),
    compute: () => {
      throw new Error('an end without TLS costs computes nothing')
    },
    opened: next,
    received: (_message, connection) => {
      if (connection !== null) next(connection)
    },
  })
  bus.connect(bus.link(console, server.endpoint, instant), console)
  simulation.run()
  expect(server.messages).toHaveLength(commands)
  expect(processor.statistics().busyNs).toBe(HANDSHAKE + commands * PER_COMMAND)
  return simulation.now
}

describe('F7', () => {
  it.each([
    [1, 308],
    [10, 38],
    [100, 11],
  ])('a session of %i commands costs %i ms per command', (commands, expectedMs) => {
    expect(sessionNs(commands) / commands).toBe(ms(expectedMs))
  })

  it.each([2, 3, 7, 1000])('a session of %i commands is the formula exactly', (commands) => {
    expect(sessionNs(commands)).toBe(HANDSHAKE + commands * PER_COMMAND)
  })
})
