// Messages over one link within a session: the console sends a request of 1,000 bytes, sealed, carried, opened and delivered, and
// the next follows 10 us later. The link is busy for 87 % of the time and takes all: its window is scaled, since with 65,535 bytes a
// latency that is drawn long holds it up. An operation is one message delivered.

import { Bus } from '@powersim/bus'
import { ms, Simulation, us } from '@powersim/kernel'
import { address, commandByName } from '@powersim/protocol'

function messages() {
  const simulation = new Simulation({ seed: 'bench', maxEvents: Number.MAX_SAFE_INTEGER })
  const bus = new Bus(simulation)
  const tls = { fullHandshake: ms(2), resumedHandshake: ms(1), perRecord: us(1), perByteNs: 0 }
  let left = 0
  const compute = (_purpose, _message, _connection, workNs, then, argument) => simulation.schedule(workNs, then, argument)
  const server = bus.endpoint({
    name: 'fsp',
    address: address('fsp', 1),
    tls,
    compute,
    received: () => {
      if (--left === 0) simulation.stop()
    },
  })
  const console = bus.endpoint({ name: 'hmc1', address: address('hmc', 1), tls, compute, received: () => undefined })
  const link = bus.link(console, server, {
    name: 'hmc1-fsp',
    role: 'management',
    latency: { exponential: us(100) },
    bitsPerSecond: 1e9,
    windowBytes: 2 ** 20,
  })
  const connection = bus.connect(link, console)
  simulation.run()
  const { opcode } = commandByName('lpar.read')
  const target = address('phyp')
  const source = address('hmc', 1)
  // As components make theirs: written out, since the engine makes slow objects of a spread with more fields behind it.
  const request = (sequence) => ({
    version: 1,
    flags: 0,
    opcode,
    target,
    source,
    epoch: 1,
    sequence,
    status: 0,
    data: { id: 1 },
    bytes: 1000,
    entity: sequence,
    attempt: 0,
  })
  const send = simulation.handler('send', (sequence) => {
    connection.send(console, request(sequence))
    simulation.schedule(us(10), send, sequence + 1)
  })
  simulation.schedule(0, send, 1)
  return (operations) => {
    left = operations
    simulation.run()
    const { dropped } = bus.statistics().links[0].forward
    if (dropped > 0) throw new Error(`${dropped} messages were dropped: the link is overloaded`)
  }
}

export const benchmarks = [{ name: 'bus.messages', operations: 1_000_000, prepare: messages }]
