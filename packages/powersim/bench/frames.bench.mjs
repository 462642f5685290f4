// Frames on the whole way to NETS behind a virtual I/O server: a console's wire, a physical adapter, the server's bridge, the hypervisor's
// switch, NETS's adapter. An operation of vios.frames is one frame of 1,514 bytes, of messages of 1,000 frames; ideal processors.

import { Simulation } from '@powersim/kernel'
import { Installation, readDocument } from '@powersim/managed-system'
import { address, commandByName, PROTOCOL_VERSION } from '@powersim/protocol'
import { policies } from 'powersim'

const FRAMES = 1000

function frames() {
  const lan = { virtual: { bridges: ['vios1'] } }
  const document = readDocument({ consoles: [{ name: 'hmc1' }], nets: { lan }, phyp: { dispatch: { processors: 'ideal' } } })
  const simulation = new Simulation({ seed: 'bench', maxEvents: Number.MAX_SAFE_INTEGER })
  const installation = new Installation(simulation, document, { policy: () => policies.byTarget() })
  const handlers = { name: 'sender', address: address('hmc', 99), compute() {}, received() {} }
  const sender = installation.bus.endpoint(handlers)
  const { paths } = installation.systems[0].attach(sender, document)
  const { link } = paths.find(({ id }) => id === 'nets')
  let came = 0
  installation.bus.observers.on('message', ({ kind, from }) => {
    if (kind === 'delivered' && from === 'sender') came++
  })
  installation.start()
  simulation.run(2_000_000_000)
  let sequence = 0
  return (operations) => {
    const goal = came + Math.ceil(operations / FRAMES)
    while (came < goal) {
      const who = { target: address('phyp'), source: address('hmc', 99), epoch: 1, sequence, entity: sequence++, attempt: 0 }
      const what = { version: PROTOCOL_VERSION, flags: 0, opcode: commandByName('lpar.read').opcode, status: 0, data: { id: 1 } }
      installation.bus.send(link, sender, { ...who, ...what, bytes: 1448 * FRAMES })
      simulation.run(simulation.now + 20_000_000)
    }
  }
}

export const benchmarks = [{ name: 'vios.frames', operations: 100_000, prepare: frames }]
