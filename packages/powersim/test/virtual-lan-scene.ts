// A machine whose NETS is behind virtual I/O servers, for tests: run for a while, with somebody else on the consoles' network who sends to
// NETS without a session, and the books of the passages.

import type { LinkStatistics, PassageStatistics } from '@powersim/bus'
import { Simulation } from '@powersim/kernel'
import { Installation, type MachineDocument, readDocument } from '@powersim/managed-system'
import { address, commandByName, type Message, PROTOCOL_VERSION } from '@powersim/protocol'

import { RecordingEndpoint } from '@powersim/testkit'
import { policies } from '../src/index.js'

export interface LanScene {
  readonly simulation: Simulation
  readonly installation: Installation
  /** Sends a message to NETS, not secured; its entity is `n`. */
  readonly send: (n: number, bytes: number) => void
  /** When messages of `send` came to NETS, by entity. */
  readonly came: ReadonlyMap<number, number>
  readonly passages: () => readonly PassageStatistics[]
}

/** `virtual`: fields of `nets.lan.virtual`. All has started when it returns. */
export function lanScene(virtual: object, machine: MachineDocument = {}, seed = 'virtual-lan'): LanScene {
  const document = readDocument({ consoles: [{ name: 'hmc1' }], ...machine, nets: { lan: { virtual } } })
  const simulation = new Simulation({ seed, noise: false })
  const installation = new Installation(simulation, document, { policy: () => policies.byTarget() })
  const stranger = new RecordingEndpoint(simulation, installation.bus, { name: 'stranger', address: address('hmc', 99) })
  const { paths } = installation.systems[0]!.attach(stranger.endpoint, document)
  const link = paths.find(({ id }) => id === 'nets')!.link
  const came = new Map<number, number>()
  installation.bus.observers.on('message', ({ kind, from, message, timeNs }) => {
    if (kind === 'delivered' && from === 'stranger') came.set(message.entity, timeNs)
  })
  installation.start()
  simulation.run(2_000_000_000)
  return {
    simulation,
    installation,
    came,
    send: (entity, bytes) => installation.bus.send(link, stranger.endpoint, messageOf(entity, bytes)),
    passages: () =>
      installation.bus
        .statistics()
        .links.map(({ passage }: LinkStatistics) => passage)
        .filter((passage) => passage !== null),
  }
}

function messageOf(entity: number, bytes: number): Message {
  const header = { version: PROTOCOL_VERSION, flags: 0, opcode: commandByName('lpar.read').opcode, epoch: 1, status: 0, attempt: 0 }
  return { ...header, target: address('phyp'), source: address('hmc', 99), sequence: entity, data: { id: 1 }, bytes, entity }
}
