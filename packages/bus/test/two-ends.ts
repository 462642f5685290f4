// The scene of most tests of the bus: a console and a server, one link between them, and messages to send.

import { Simulation, type SimulationOptions } from '@powersim/kernel'
import { address, commandByName, FLAG_ERROR, FLAG_REPLY, type Message, PROTOCOL_VERSION, statusNumber } from '@powersim/protocol'
import { RecordingEndpoint, type RecordingOptions } from '@powersim/testkit'
import { Bus, type BusOptions, type Connection, type Link, type LinkParameters } from '../src/index.js'

/** No time at all but what a test gives: no latency, no framing, infinite rate. */
export const instant: LinkParameters = { name: 'link', role: 'management', latency: 0, bitsPerSecond: Infinity, mtuBytes: 0 }

export interface Scene {
  readonly simulation: Simulation
  readonly bus: Bus
  readonly console: RecordingEndpoint
  readonly server: RecordingEndpoint
  readonly link: Link
  /** Connects, runs until idle and returns the console's end. */
  open(resume?: boolean): Connection
}

export interface SceneOptions {
  readonly simulation?: Partial<SimulationOptions>
  readonly bus?: BusOptions
  readonly link?: Partial<LinkParameters>
  readonly console?: EndOptions
  readonly server?: EndOptions
}

/** A processor must be made for the scene's own simulation: then options come from a function. */
type EndOptions = Partial<RecordingOptions> | ((simulation: Simulation) => Partial<RecordingOptions>)

export function twoEnds(options: SceneOptions = {}): Scene {
  const simulation = new Simulation({ seed: 'bus-test', ...options.simulation })
  const bus = new Bus(simulation, options.bus)
  const made = (end: EndOptions | undefined) => (typeof end === 'function' ? end(simulation) : end)
  const console = new RecordingEndpoint(simulation, bus, { name: 'hmc1', address: address('hmc', 1), ...made(options.console) })
  const server = new RecordingEndpoint(simulation, bus, { name: 'fsp', address: address('fsp', 1), ...made(options.server) })
  const link = bus.link(console.endpoint, server.endpoint, { ...instant, ...options.link })
  return {
    simulation,
    bus,
    console,
    server,
    link,
    open(resume = false) {
      const connection = bus.connect(link, console.endpoint, { resume })
      simulation.run()
      return connection
    },
  }
}

const readPartition = commandByName('lpar.read').opcode

/** A request about partition `entity`; its size is what the test says, whatever its data. */
export function request(entity: number, bytes = 1000, attempt = 0): Message {
  return {
    version: PROTOCOL_VERSION,
    flags: 0,
    opcode: readPartition,
    target: address('phyp'),
    source: address('hmc', 1),
    epoch: 1,
    sequence: entity,
    status: 0,
    data: { id: 1 + (entity % 4000) },
    bytes,
    entity,
    attempt,
  }
}

/** A refusal of `bytes` in reply to a request. */
export function reply(to: Message, bytes = 1000): Message {
  const refused = { flags: FLAG_REPLY | FLAG_ERROR, status: statusNumber('refused'), data: { detail: 'no' } }
  return { ...to, ...refused, target: to.source, source: to.target, bytes }
}

/** The entities of what an endpoint received, in order. */
export function entities(endpoint: RecordingEndpoint): number[] {
  return endpoint.messages.map((message) => message.entity)
}
