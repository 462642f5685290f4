// The doubles: an endpoint that records and answers, a tape of the bus, an ideal processor and an ideal guest.

import { Bus, type Connection } from '@powersim/bus'
import { ms, Simulation, us } from '@powersim/kernel'
import { address, type DmaWindow, H_Function, H_SEND_CRQ, H_Success, type Message } from '@powersim/protocol'
import { describe, expect, it } from 'vitest'
import { BusRecording, ContractError, IdealGuest, IdealProcessor, RecordingEndpoint } from '../src/index.js'

const message: Message = {
  version: 1,
  flags: 0,
  opcode: 0x0201,
  target: address('phyp'),
  source: address('hmc', 1),
  epoch: 0,
  sequence: 1,
  status: 0,
  data: {},
  bytes: 100,
  entity: 5,
  attempt: 0,
}
const wire = { name: 'wire', role: 'management', latency: us(10), bitsPerSecond: Infinity }
const tls = { fullHandshake: ms(3), resumedHandshake: ms(1), perRecord: us(50), perByteNs: 1 }

function pair(server: object) {
  const simulation = new Simulation({ seed: 'testkit' })
  const bus = new Bus(simulation)
  const client = new RecordingEndpoint(simulation, bus, { name: 'client', address: address('hmc', 1) })
  const other = new RecordingEndpoint(simulation, bus, { name: 'server', address: address('fsp', 1), ...server })
  return { simulation, bus, client, server: other, link: bus.link(client.endpoint, other.endpoint, wire) }
}

describe('a recording endpoint', () => {
  it('records offers, openings, work, messages and closes, with their times, and answers', () => {
    const { simulation, bus, client, server, link } = pair({ tls, answer: (request: Message) => ({ ...request, flags: 1, bytes: 200 }) })
    const connection: Connection = bus.connect(link, client.endpoint)
    simulation.run()
    connection.send(client.endpoint, message)
    simulation.run()
    connection.close()
    simulation.run()
    expect(server.times('offered')).toEqual([us(30)])
    expect(client.times('opened')).toEqual([us(60) + ms(3)])
    expect(server.work.map(({ purpose, workNs }) => [purpose, workNs])).toEqual([
      ['handshake', ms(3)],
      ['open', us(50) + 100],
      ['seal', us(50) + 200],
    ])
    expect(server.messages).toEqual([message])
    expect(client.messages.map(({ bytes }) => bytes)).toEqual([200])
    expect(client.received[0]!.connection).toBe(connection)
    expect([client.times('done').length, server.times('done').length]).toEqual([1, 1])
  })

  it('records unsecured messages and answers none', () => {
    const { simulation, bus, client, server, link } = pair({ answer: (request: Message) => request })
    bus.send(link, client.endpoint, message)
    simulation.run()
    expect(server.received).toMatchObject([{ timeNs: us(10), message, connection: null }])
    expect(client.received).toEqual([])
  })

  it.each([
    ['refuse', 'refused'],
    ['hold', 'timed-out'],
  ])('with admission %s leaves the client %s', (admission, outcome) => {
    const { simulation, bus, client, link } = pair({ admission })
    bus.connect(link, client.endpoint)
    simulation.run()
    expect(client.connections.map(({ what }) => what)).toEqual([outcome])
  })

  it('works on its processor if it has one, else on everything at once', () => {
    const runs = [true, false].map((own) => {
      const simulation = new Simulation({ seed: 'testkit' })
      const bus = new Bus(simulation)
      const processor = own ? { processor: new IdealProcessor(simulation, { name: 'p' }) } : {}
      const server = new RecordingEndpoint(simulation, bus, { name: 'server', address: address('fsp', 1), tls, ...processor })
      const clients = [1, 2].map((i) => new RecordingEndpoint(simulation, bus, { name: `client${i}`, address: address('hmc', i) }))
      for (const [i, client] of clients.entries()) {
        bus.connect(bus.link(client.endpoint, server.endpoint, { ...wire, name: `wire${i}` }), client.endpoint)
      }
      simulation.run()
      return clients.map((client) => client.times('opened')[0]!)
    })
    expect(runs).toEqual([
      [us(60) + ms(3), us(60) + ms(6)],
      [us(60) + ms(3), us(60) + ms(3)],
    ])
  })
})

it('a tape holds what the bus reports, until it is stopped', () => {
  const { simulation, bus, client, link } = pair({})
  const tape = new BusRecording(bus)
  bus.send(link, client.endpoint, message)
  bus.connect(link, client.endpoint)
  simulation.run()
  expect(tape.messages.map(({ kind }) => kind)).toEqual(['offered', 'delivered'])
  expect([tape.count('offered'), tape.count('offered', 'wire'), tape.count('offered', 'elsewhere')]).toEqual([1, 1, 0])
  expect(tape.connections.filter(({ state }) => state === 'open')).toHaveLength(2)
  tape.stop()
  bus.send(link, client.endpoint, message)
  simulation.run()
  expect(tape.messages).toHaveLength(2)
})

describe('an ideal processor', () => {
  it('runs work in the order of asking on as many processors as it has', () => {
    const simulation = new Simulation({ seed: 'testkit' })
    const processor = new IdealProcessor(simulation, { name: 'two', processors: 2 })
    const done: [string, number][] = []
    const note = simulation.handler('note', (what: string) => done.push([what, simulation.now]))
    for (const [what, workNs] of [
      ['a', 100],
      ['b', 50],
      ['c', 30],
      ['d', 30],
    ] as const)
      processor.run(workNs, note, what)
    simulation.run()
    expect(done).toEqual([
      ['b', 50],
      ['c', 80],
      ['a', 100],
      ['d', 110],
    ])
    const busy = { busyNs: 210, elapsedNs: 110, processors: 2, utilization: 210 / 220 }
    expect(processor.statistics()).toEqual({ ...busy, dispatches: 0, dispatchWaitNs: 0 })
    const { areaNs, residenceNs, completed } = processor.stationStatistics()
    expect([completed, areaNs]).toEqual([4, residenceNs])
  })

  it('says when a test asks too much of it', () => {
    const simulation = new Simulation({ seed: 'testkit' })
    const processor = new IdealProcessor(simulation, { name: 'small', workLimit: 1 })
    const note = simulation.handler('note', () => undefined)
    processor.run(1, note, undefined)
    expect(() => processor.run(1, note, undefined)).toThrow(ContractError)
  })
})

describe('an ideal guest', () => {
  const window: DmaWindow = { liobn: 1, map: () => undefined, unmap: () => undefined, at: () => undefined }

  it('runs work, shows its devices and records hypercalls', () => {
    const simulation = new Simulation({ seed: 'testkit' })
    const guest = new IdealGuest(simulation, {
      lparId: 3,
      devices: [
        { unitAddress: 0x30000005, kind: 'vmc', window },
        { unitAddress: 0x30000006, kind: 'v-scsi', slot: 4 },
      ],
      hypercall: (token, [unitAddress], into) => {
        if (token === H_SEND_CRQ && unitAddress === 0x30000005) Object.assign(into, { code: H_Success, costNs: 1000, r4: 7 })
        return into
      },
    })
    expect([guest.name, guest.lparId, guest.devices('vmc'), guest.devices('v-scsi'), guest.devices('l-lan')]).toEqual([
      'guest-3',
      3,
      [0x30000005],
      [0x30000006],
      [],
    ])
    expect([guest.slotOf(0x30000005), guest.slotOf(0x30000006), guest.node(0x30000007)]).toEqual([undefined, 4, undefined])
    expect(guest.node(0x30000006)).toEqual({ unitAddress: 0x30000006, kind: 'v-scsi', slot: 4, mac: null, wwpns: null })
    expect([guest.window(0x30000005), guest.window(0x30000006)]).toEqual([window, undefined])
    expect(guest.hypercall(H_SEND_CRQ, 0x30000005, 1, 2)).toEqual({ code: H_Success, costNs: 1000, r4: 7 })
    expect(guest.hypercall(0x999)).toEqual({ code: H_Function, costNs: 0, r4: 0 })
    expect(guest.hypercalls.map(({ token, args, code }) => [token, args, code])).toEqual([
      [H_SEND_CRQ, [0x30000005, 1, 2, 0, 0], H_Success],
      [0x999, [0, 0, 0, 0, 0], H_Function],
    ])
    const done: number[] = []
    const note = simulation.handler('note', () => done.push(simulation.now))
    guest.run(us(5), note, undefined)
    guest.run(us(5), note, undefined)
    simulation.run()
    expect([done, guest.processor.statistics().busyNs]).toEqual([[us(5), us(10)], us(10)])
  })

  it('without a hypervisor answers H_Function, at no cost', () => {
    const guest = new IdealGuest(new Simulation({ seed: 'testkit' }))
    expect(guest.hypercall(H_SEND_CRQ, 1)).toEqual({ code: H_Function, costNs: 0, r4: 0 })
    expect([guest.name, guest.window(1), guest.devices('vmc')]).toEqual(['guest-1', undefined, []])
  })
})
