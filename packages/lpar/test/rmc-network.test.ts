// DLPAR over the RMC network, through the bus: agent times, order, refusals, duplicates, and what consoles hear of RMC links.

import { Bus } from '@powersim/bus'
import { ms, Simulation } from '@powersim/kernel'
import {
  address,
  commandByName,
  dataBytes,
  FLAG_EVENT,
  HEADER_BYTES,
  type Message,
  PROTOCOL_VERSION,
  type RequestOf,
  statusName,
} from '@powersim/protocol'
import { describe, expect, it } from 'vitest'
import { aixGuest, type GuestParameters, RmcNetwork } from '../src/index.js'
import { partitionOf } from './guest-double.js'

const quick: GuestParameters = {
  ...aixGuest,
  firmware: 10,
  boot: 100,
  shutdown: 50,
  rmcDelay: 30,
  dlparQueueLimit: 2,
  // What the calls cost is in dlpar-agent.test.ts.
  dlpar: { ...aixGuest.dlpar, rtasCallNs: 0 },
}

function setUp(wire: 'reference' | 'encoded' = 'reference', guest = quick) {
  const simulation = new Simulation({ seed: 'rmc' })
  const bus = new Bus(simulation, { wire })
  const network = new RmcNetwork(simulation, bus, { name: 'sys.rmc', address: address('lpar', 1) })
  const consoles = [1, 2].map((number) => {
    const lines: string[] = []
    const endpoint = bus.endpoint({
      name: `hmc${number}`,
      address: address('hmc', number),
      compute: () => expect.unreachable(),
      received: ({ flags, sequence, status, data }) => {
        const what = (flags & FLAG_EVENT) === 0 ? `${sequence} ${statusName(status)}` : 'event'
        lines.push(`${simulation.now} ${what} ${JSON.stringify(data)}`)
      },
    })
    const link = bus.link(endpoint, network.endpoint, { name: `rmc${number}`, role: 'rmc', latency: 5, bitsPerSecond: Infinity })
    let sequence = 0
    const send = (change: Partial<Message>): void => {
      const data = change.data ?? {}
      bus.send(link, endpoint, {
        version: PROTOCOL_VERSION,
        flags: 0,
        opcode: commandByName('rmc.reconfigure').opcode,
        target: address('lpar', 3),
        source: endpoint.address,
        epoch: 1,
        sequence: ++sequence,
        status: 0,
        bytes: HEADER_BYTES + dataBytes(data),
        entity: 77,
        attempt: 0,
        ...change,
        data,
      })
    }
    const ask = (data: Partial<RequestOf<'rmc.reconfigure'>>, change: Partial<Message> = {}): void =>
      send({ data: { id: 3, direction: 'remove', resource: 'mem', count: 1, ...data }, ...change })
    return { lines, link, ask, send }
  })
  const [first, second] = consoles
  if (first === undefined || second === undefined) throw new Error('two consoles were made')
  const { partition } = partitionOf(simulation, guest)
  network.console(first.link)
  network.attach(partition)
  return { simulation, network, partition, first, second, bus }
}

describe('RmcNetwork', () => {
  it('tells every console when a link comes up and goes down, and a new one how things stand', () => {
    const { simulation, network, partition, first, second } = setUp()
    partition.boot()
    simulation.run(200)
    network.console(second.link)
    simulation.run(300)
    partition.stop('immediate')
    simulation.run()
    expect(first.lines).toEqual(['145 event {"id":3,"state":"active"}', '305 event {"id":3,"state":"inactive"}'])
    expect(second.lines).toEqual(['205 event {"id":3,"state":"active"}', '305 event {"id":3,"state":"inactive"}'])
    expect(network.statistics().announced).toBe(4)
  })

  it('says of a partition that is detached that it has no RMC', () => {
    const { simulation, network, partition, first } = setUp()
    partition.alreadyRunning()
    simulation.run(100)
    network.detach(partition)
    network.detach(partition)
    simulation.run()
    expect(first.lines).toEqual(['5 event {"id":3,"state":"active"}', '105 event {"id":3,"state":"none"}'])
    expect(partition.rmcState).toBe('none')
  })

  it('takes its time per unit and kind, one request after the other', () => {
    const { simulation, partition, first } = setUp()
    partition.alreadyRunning()
    simulation.run(1000)
    first.ask({ direction: 'add', resource: 'mem', count: 3 })
    simulation.run(ms(60))
    first.ask({ direction: 'add', resource: 'proc', count: 2 })
    first.ask({ direction: 'remove', resource: 'proc', count: 1 })
    simulation.run()
    expect(first.lines.slice(1)).toEqual([
      `${1010 + ms(150)} 1 ok {"done":3}`,
      `${1010 + ms(350)} 2 ok {"done":2}`,
      `${1010 + ms(450)} 3 ok {"done":1}`,
    ])
    expect(partition.agent.statistics()).toMatchObject({ arrived: 3, done: 3, busyNs: ms(450) })
  })

  it('answers busy when too many wait', () => {
    const { simulation, partition, first } = setUp()
    partition.alreadyRunning()
    simulation.run(1000)
    for (let request = 0; request < 5; request++) first.ask({})
    simulation.run()
    expect(first.lines.slice(1).map((line) => line.split(' ').slice(1, 3).join(' '))).toEqual(['4 busy', '5 busy', '1 ok', '2 ok', '3 ok'])
    expect(partition.agent.statistics()).toMatchObject({ arrived: 5, done: 3, busy: 2 })
  })

  it('does a request once, however often it comes under its key', () => {
    const { simulation, partition, first } = setUp()
    partition.alreadyRunning()
    simulation.run(1000)
    first.ask({ count: 2 }, { sequence: 9 })
    first.ask({ count: 2 }, { sequence: 9, attempt: 1 })
    simulation.run()
    first.ask({ count: 2 }, { sequence: 9, attempt: 2 })
    simulation.run()
    expect(first.lines.slice(1)).toEqual([`${1010 + ms(208)} 9 ok {"done":2}`, `${1020 + ms(208)} 9 ok {"done":2}`])
    expect(partition.agent.statistics()).toMatchObject({ arrived: 3, done: 1, repeated: 2, busyNs: ms(208) })
  })

  it('refuses without RMC, without the partition, without sense', () => {
    const { simulation, network, partition, first } = setUp()
    first.ask({})
    simulation.run(100)
    partition.boot()
    simulation.run(220)
    first.ask({})
    first.ask({ id: 4 })
    first.ask({ id: 4 }, { target: address('lpar', 4) })
    first.ask({ count: -1 })
    first.ask({ count: 70_000 })
    first.send({ opcode: commandByName('lpar.list').opcode })
    simulation.run(300)
    const refusals = first.lines.filter((line) => !line.includes('event')).map((line) => line.replace(/^\d+ /, ''))
    expect(refusals).toEqual([
      '1 refused {"reason":"partition-not-active","detail":"the partition does not run","values":{"id":3,"rmcState":"inactive"}}',
      '2 refused {"detail":"RMC is not active","values":{"id":3,"rmcState":"inactive"}}',
      '3 wrong-target {"detail":"asks agent 3 for partition 4"}',
      '4 refused {"reason":"partition-not-found","detail":"no such partition on this network","values":{"id":4}}',
      '5 malformed {"detail":"the payload does not fit rmc.reconfigure"}',
      '6 refused {"detail":"RMC is not active","values":{"id":3,"rmcState":"inactive"}}',
      '7 unknown-command {"detail":"an RMC agent serves rmc.reconfigure, rmc.shutdown and rmc.vios only"}',
    ])
    simulation.run(1000)
    first.ask({ count: 70_000 })
    first.send({ flags: FLAG_EVENT })
    simulation.run(2000)
    expect(first.lines.at(-1)).toContain('8 refused {"detail":"at most 65536 units in one request"')
    expect(network.statistics()).toMatchObject({ received: 8, answered: 8, unexpected: 1 })
  })

  it('loses what the agent had in hand when the guest goes down, and is well again after the next boot', () => {
    const { simulation, partition, first } = setUp()
    partition.alreadyRunning()
    simulation.run(1000)
    first.ask({ count: 1 })
    first.ask({ count: 1 })
    simulation.run(ms(50))
    partition.stop('delayed')
    partition.stop('immediate')
    partition.boot()
    simulation.run(ms(150))
    first.ask({ count: 1 })
    simulation.run()
    expect(first.lines.filter((line) => line.includes(' ok '))).toEqual([`${ms(150) + 10 + ms(104)} 3 ok {"done":1}`])
    expect(partition.agent.statistics()).toMatchObject({ arrived: 3, done: 1, lost: 2, inside: 0 })
  })

  it('is silent to a console that has no link here', () => {
    const { simulation, network, partition, second } = setUp()
    partition.alreadyRunning()
    simulation.run(10)
    second.ask({ count: 0 })
    simulation.run()
    expect(second.lines).toEqual([])
    expect(network.statistics()).toMatchObject({ unanswerable: 1 })
  })

  it('says the same when every message is really encoded', () => {
    const { simulation, partition, first } = setUp('encoded')
    partition.alreadyRunning()
    simulation.run(1000)
    first.ask({ count: 2 })
    simulation.run()
    expect(first.lines).toEqual(['5 event {"id":3,"state":"active"}', `${1010 + ms(208)} 1 ok {"done":2}`])
  })

  it('takes a partition and a console once, and only an address of kind lpar', () => {
    const { network, partition, first, bus, simulation } = setUp()
    expect(() => network.attach(partition)).toThrow(expect.objectContaining({ code: 'attached-twice' }))
    expect(() => network.console(first.link)).toThrow(expect.objectContaining({ code: 'attached-twice' }))
    const other = new RmcNetwork(simulation, bus, { name: 'other', address: address('lpar', 2) })
    expect(() => other.attach(partition)).toThrow('detach it from the other network first')
    const wrong = { name: 'wrong', address: address('hmc', 1) }
    expect(() => new RmcNetwork(simulation, bus, wrong)).toThrow(expect.objectContaining({ code: 'bad-option', path: 'rmc.address' }))
  })
})
