// Messages over one link within a session: the console sends a request of 1,000 bytes, sealed, carried, opened and delivered, and
// the next follows 10 us later. An operation is one message delivered.

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
  })
  const connection = bus.connect(link, console)
  simulation.run()
  const { opcode } = commandByName('lpar.read')
  const parts = { version: 1, flags: 0, opcode, target: address('phyp'), source: address('hmc', 1), status: 0, epoch: 1, attempt: 0 }
  const send = simulation.handler('send', (sequence) => {
    connection.send(console, { ...parts, sequence, entity: sequence, data: { id: 1 }, bytes: 1000 })
    simulation.schedule(us(10), send, sequence + 1)
  })
  simulation.schedule(0, send, 1)
  return (operations) => {
    left = operations
    simulation.run()
  }
}

export const benchmarks = [{ name: 'bus.messages', operations: 200_000, prepare: messages }]
