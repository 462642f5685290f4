// Parameters: what a caller may not ask for is refused before anything is built, with a code and the path to the field.

import { Simulation } from '@powersim/kernel'
import { address } from '@powersim/protocol'
import { describe, expect, it } from 'vitest'
import { Bus, type BusOptions, type EndpointHandlers, type LinkParameters, MIN_WINDOW_BYTES, type TlsCosts } from '../src/index.js'
import { instant, request, twoEnds } from './two-ends.js'

const refusal = (code: string, path: string): object => expect.objectContaining({ name: 'BusError', code, path })

const badLinks: [string, Partial<Record<keyof LinkParameters, unknown>>, string][] = [
  ['an empty name', { name: '' }, 'link.name'],
  ['a name with a NUL', { name: 'a\0b' }, 'link.name'],
  ['no role', { role: '' }, "link 'bad'.role"],
  ['a NaN latency', { latency: Number.NaN }, "link 'bad'.latency"],
  ['a negative latency', { latency: { exponential: -1 } }, "link 'bad'.latency"],
  ['an unknown law', { latency: { gamma: 3 } }, "link 'bad'.latency"],
  ['a zero rate', { bitsPerSecond: 0 }, "link 'bad'.bitsPerSecond"],
  ['a NaN rate', { bitsPerSecond: Number.NaN }, "link 'bad'.bitsPerSecond"],
  ['a rate in words', { bitsPerSecond: '100e6' }, "link 'bad'.bitsPerSecond"],
  ['a negative MTU', { mtuBytes: -1 }, "link 'bad'.mtuBytes"],
  ['half a byte of MTU', { mtuBytes: 1.5 }, "link 'bad'.mtuBytes"],
  ['an MTU that headers fill', { mtuBytes: 52 }, "link 'bad'.segmentOverheadBytes"],
  ['negative frame overhead', { frameOverheadBytes: -38 }, "link 'bad'.frameOverheadBytes"],
  ['a window below one segment', { windowBytes: MIN_WINDOW_BYTES - 1 }, "link 'bad'.windowBytes"],
  ['a NaN window', { windowBytes: Number.NaN }, "link 'bad'.windowBytes"],
  ['a negative queue', { queueLimit: -1 }, "link 'bad'.queueLimit"],
  ['a negative connect time-out', { connectTimeout: -3 }, "link 'bad'.connectTimeout"],
  ['a NaN set-up time-out', { setupTimeout: { constant: Number.NaN } }, "link 'bad'.setupTimeout"],
  ['no round trip', { handshakeRoundTrips: { full: 0, resumed: 1 } }, "link 'bad'.handshakeRoundTrips.full"],
  ['nine round trips', { handshakeRoundTrips: { full: 2, resumed: 9 } }, "link 'bad'.handshakeRoundTrips.resumed"],
  ['negative handshake bytes', { handshakeBytes: { full: [1, -1], resumed: [0, 0] } }, "link 'bad'.handshakeBytes.full.1"],
  ['one number of handshake bytes', { handshakeBytes: { full: [1, 1], resumed: 5 } }, "link 'bad'.handshakeBytes.resumed"],
]

describe('a link', () => {
  it.each(badLinks)('with %s is refused', (_what, parameters, path) => {
    const { bus, console, server, simulation } = twoEnds()
    // Documents arrive unchecked: the types are what they should be, the values are not.
    const given = { ...instant, name: 'bad', ...parameters } as LinkParameters
    expect(() => bus.link(console.endpoint, server.endpoint, given)).toThrow(refusal('bad-parameter', path))
    // Nothing was built: the name is free, and there is still one link.
    bus.link(console.endpoint, server.endpoint, { ...instant, name: 'bad' })
    expect(bus.statistics().links).toHaveLength(2)
    expect(simulation.pending).toBe(0)
  })

  it('takes infinite rates and windows', () => {
    const { bus, console, server } = twoEnds()
    expect(() => bus.link(console.endpoint, server.endpoint, { ...instant, name: 'wide', windowBytes: Infinity })).not.toThrow()
  })

  it('joins two endpoints of its own bus, under a name of its own', () => {
    const { bus, console, server, link } = twoEnds()
    const other = twoEnds()
    const free = { ...instant, name: 'free' }
    expect(() => bus.link(console.endpoint, console.endpoint, free)).toThrow(refusal('wrong-end', "link 'free'"))
    expect(() => bus.link(console.endpoint, other.server.endpoint, free)).toThrow(refusal('foreign', 'endpoint'))
    expect(() => bus.link(console.endpoint, server.endpoint, instant)).toThrow(refusal('name-taken', 'link.name'))
    expect(() => bus.hop('link')).toThrow(refusal('name-taken', 'hop.name'))
    expect(() => bus.send(other.link, console.endpoint, request(1))).toThrow(refusal('foreign', 'link'))
    expect(() => bus.connect(other.link, console.endpoint)).toThrow(refusal('foreign', 'link'))
    const third = bus.endpoint({ name: 'third', address: address('nets', 2), compute: () => undefined, received: () => undefined })
    expect(() => bus.send(link, third, request(1))).toThrow(refusal('wrong-end', 'link'))
    expect(() => bus.connect(link, third)).toThrow(refusal('wrong-end', 'link'))
    expect(() => link.other(third)).toThrow(refusal('wrong-end', 'link'))
    expect([link.other(console.endpoint), link.other(server.endpoint)]).toEqual([server.endpoint, console.endpoint])
  })
})

describe('an endpoint', () => {
  const costs: TlsCosts = { fullHandshake: 0, resumedHandshake: 0, perRecord: 0, perByteNs: 0 }
  it.each<[string, Partial<EndpointHandlers>, string]>([
    ['an empty name', { name: '' }, 'endpoint.name'],
    ['a NaN address', { address: Number.NaN }, "endpoint 'bad'.address"],
    ['an address of 17 bits', { address: 0x10000 }, "endpoint 'bad'.address"],
    ['negative bytes', { tls: { ...costs, perByteNs: -1 } }, "endpoint 'bad'.tls.perByteNs"],
    ['NaN bytes', { tls: { ...costs, perByteNs: Number.NaN } }, "endpoint 'bad'.tls.perByteNs"],
    ['a negative handshake', { tls: { ...costs, fullHandshake: -1 } }, "endpoint 'bad'.tls.fullHandshake"],
    ['a NaN resumption', { tls: { ...costs, resumedHandshake: Number.NaN } }, "endpoint 'bad'.tls.resumedHandshake"],
    ['an infinite record', { tls: { ...costs, perRecord: Infinity } }, "endpoint 'bad'.tls.perRecord"],
  ])('with %s is refused', (_what, handlers, path) => {
    const { bus } = twoEnds()
    const good = { name: 'bad', address: address('nets', 1), compute: () => undefined, received: () => undefined }
    expect(() => bus.endpoint({ ...good, ...handlers })).toThrow(refusal('bad-parameter', path))
    expect(bus.endpoint(good).name).toBe('bad')
    expect(() => bus.endpoint(good)).toThrow(refusal('name-taken', 'endpoint.name'))
  })
})

describe('a bus', () => {
  it.each<[unknown, string]>([
    [{ wire: 'bytes' }, 'bus.wire'],
    [{ maxConnections: Number.NaN }, 'bus.maxConnections'],
    [{ maxConnections: -1 }, 'bus.maxConnections'],
    [{ resumptionLimit: 0.5 }, 'bus.resumptionLimit'],
  ])('with %j is refused', (options, path) => {
    // As a document would give it.
    expect(() => new Bus(new Simulation({ seed: 's' }), options as BusOptions)).toThrow(refusal('bad-parameter', path))
  })

  it.each([0, -5, Number.NaN, 1.5, Infinity])('refuses a message of %d bytes', (bytes) => {
    const { bus, console, link } = twoEnds()
    expect(() => bus.send(link, console.endpoint, request(1, bytes))).toThrow(refusal('bad-message', 'message.bytes'))
    expect(bus.statistics().links[0]!.forward.offered).toBe(0)
  })
})
