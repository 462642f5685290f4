// A console's requests to a Virtual I/O Server over the RMC network: they take the server's processor time, and one that goes down
// meanwhile never answers.

import { Bus } from '@powersim/bus'
import { ms, Simulation } from '@powersim/kernel'
import { address, commandByName, dataBytes, HEADER_BYTES, PROTOCOL_VERSION, statusName, type ViosCommandPort } from '@powersim/protocol'
import { describe, expect, it } from 'vitest'
import { RmcNetwork } from '../src/index.js'
import { partitionOf, quick } from './guest-double.js'

function setUp(viosCommands?: ViosCommandPort) {
  const simulation = new Simulation({ seed: 'vios' })
  const bus = new Bus(simulation, { wire: 'encoded' })
  const network = new RmcNetwork(simulation, bus, { name: 'sys.rmc', address: address('lpar', 1) })
  const answers: unknown[] = []
  const endpoint = bus.endpoint({
    name: 'hmc1',
    address: address('hmc', 1),
    compute: () => expect.unreachable(),
    received: ({ opcode, status, data }) => {
      if (opcode === commandByName('rmc.vios').opcode) answers.push([simulation.now, statusName(status), data])
    },
  })
  const link = bus.link(endpoint, network.endpoint, { name: 'rmc1', role: 'rmc', latency: 5, bitsPerSecond: Infinity })
  const { partition } = partitionOf(simulation, quick, viosCommands === undefined ? {} : { viosCommands })
  network.console(link)
  network.attach(partition)
  partition.alreadyRunning()
  simulation.run(100)
  let sequence = 0
  const ask = (data: object): void => {
    const request = { id: 3, ...data }
    bus.send(link, endpoint, {
      version: PROTOCOL_VERSION,
      flags: 0,
      opcode: commandByName('rmc.vios').opcode,
      target: address('lpar', 3),
      source: endpoint.address,
      epoch: 1,
      sequence: ++sequence,
      status: 0,
      data: request,
      bytes: HEADER_BYTES + dataBytes(request),
      entity: 77,
      attempt: 0,
    })
  }
  return { simulation, partition, ask, answers }
}

const port: ViosCommandPort = {
  level: '2.2.4.10',
  adapters: () => [{ name: 'vhost0', unitAddress: 0x1000, slot: 2, clientId: 5, targets: [] }],
  fibreAdapters: () => [],
  disks: () => [{ name: 'hdisk0', bytes: 512, volumeGroup: null }],
  volumeGroups: () => [],
  fibrePorts: () => [],
  makeTarget: (backing, adapter, name = 'vtscsi0') => (adapter === 'vhost0' ? { name, lun: 1, backing, kind: 'disk' } : 'no-adapter'),
  removeTarget: (name) => (name === 'vtscsi0' ? null : 'no-device'),
  mapFibre: () => 'no-adapter',
}

describe('requests to a Virtual I/O Server', () => {
  it('are answered from its command port, after its own processor time', () => {
    const { simulation, ask, answers } = setUp(port)
    ask({ what: 'inventory' })
    simulation.run()
    const inventory = {
      level: '2.2.4.10',
      adapters: [{ name: 'vhost0', unitAddress: 0x1000, slot: 2, clientId: 5, targets: [] }],
      fibreAdapters: [],
      disks: [{ name: 'hdisk0', bytes: 512, volumeGroup: null }],
      volumeGroups: [],
      fibrePorts: [],
    }
    expect(answers).toEqual([[100 + 5 + ms(200) + 5, 'ok', { inventory }]])
    expect(commandByName('rmc.vios').reply.safeParse({ inventory }).success).toBe(true)
  })

  it('make and remove mappings; refusals are values', () => {
    const { simulation, ask, answers } = setUp(port)
    ask({ what: 'makeTarget', backing: 'hdisk0', adapter: 'vhost0' })
    ask({ what: 'makeTarget', backing: 'hdisk0', adapter: 'vhost1' })
    ask({ what: 'removeTarget', name: 'vtscsi0' })
    ask({ what: 'mapFibre', adapter: 'vfchost0', port: 'fcs0' })
    simulation.run()
    expect(answers).toMatchObject([
      [expect.anything(), 'ok', { target: { name: 'vtscsi0', lun: 1, backing: 'hdisk0', kind: 'disk' } }],
      [expect.anything(), 'ok', { refusal: 'no-adapter' }],
      [expect.anything(), 'ok', {}],
      [expect.anything(), 'ok', { refusal: 'no-adapter' }],
    ])
  })

  it('are refused by who is none, and not answered by one that has gone down', () => {
    const client = setUp()
    client.ask({ what: 'inventory' })
    client.simulation.run()
    expect(client.answers).toMatchObject([[110, 'refused', { detail: 'the partition is no Virtual I/O Server' }]])
    const server = setUp(port)
    server.ask({ what: 'inventory' })
    server.simulation.run(ms(100))
    server.partition.stop('immediate')
    server.simulation.run()
    expect(server.answers).toEqual([])
  })
})
