// Fate rules: what each fate does to a message on a link and on a hop, how often a rule is asked and what it is shown.

import { ms, us } from '@powersim/kernel'
import { FLAG_EVENT, FLAG_RETRY } from '@powersim/protocol'
import { describe, expect, it } from 'vitest'
import { type Fate, type FateView, MAX_FATE_NS } from '../src/index.js'
import { entities, reply, request, twoEnds } from './two-ends.js'

const L = us(100)
const tls = { fullHandshake: 0, resumedHandshake: 0, perRecord: us(10), perByteNs: 0 }

/** A scene whose rule gives the fates by entity; all others pass. */
function fated(fates: Record<number, Fate>, link = {}) {
  const asked: { entity: number; view: Omit<FateView, 'message'> }[] = []
  const scene = twoEnds({ link: { latency: L, ...link }, console: { tls }, server: { tls } })
  const connection = scene.open()
  const start = scene.simulation.now
  scene.bus.fate = ({ message, ...view }) => {
    asked.push({ entity: message.entity, view })
    return fates[message.entity]
  }
  const times = (): number[] => scene.server.received.map((record) => record.timeNs - start)
  return { scene, connection, start, asked, times }
}

describe('a fate rule', () => {
  it('is asked once per message, when it comes to the link, and shown where it is', () => {
    const { scene, connection, start, asked } = fated({})
    connection.send(scene.console.endpoint, request(1))
    connection.send(scene.console.endpoint, request(2))
    scene.bus.send(scene.link, scene.server.endpoint, reply(request(3)))
    scene.simulation.run()
    const forward = { hop: 'link', from: 'hmc1', to: 'fsp' }
    expect(asked).toMatchObject([
      { entity: 3, view: { hop: 'link', from: 'fsp', to: 'hmc1', nowNs: start } },
      { entity: 1, view: { ...forward, nowNs: start + us(10) } },
      { entity: 2, view: { ...forward, nowNs: start + us(20) } },
    ])
    scene.bus.fate = null
    connection.send(scene.console.endpoint, request(4))
    scene.simulation.run()
    expect(asked).toHaveLength(3)
  })

  it('drops: the sender does not notice, the wire is not used', () => {
    const slow = { bitsPerSecond: 8e6, handshakeBytes: { full: [0, 0], resumed: [0, 0] } } as const
    const { scene, connection, times } = fated({ 1: { do: 'drop' } }, slow)
    expect(connection.send(scene.console.endpoint, request(1))).toBe(true)
    connection.send(scene.console.endpoint, request(2))
    scene.simulation.run()
    expect(entities(scene.server)).toEqual([2])
    expect(times()).toEqual([us(20) + us(1000) + L + us(10)])
    expect(connection.state).toBe('open')
    expect(scene.bus.statistics().links[0]!.forward).toMatchObject({ offered: 2, dropped: 1, delivered: 1, wireBytes: 1000 })
  })

  it('delays: only what it delays is overtaken', () => {
    const { scene, connection, times } = fated({ 2: { do: 'delay', ns: ms(1) } })
    for (const entity of [1, 2, 3, 4]) connection.send(scene.console.endpoint, request(entity))
    scene.simulation.run()
    expect(entities(scene.server)).toEqual([1, 3, 4, 2])
    expect(times()).toEqual([us(120), us(140), us(150), us(120) + ms(1) + us(10)])
    // Nor does the delay stick to what is sent later.
    const later = scene.simulation.now
    for (const entity of [5, 6, 7, 8]) scene.bus.send(scene.link, scene.console.endpoint, request(entity))
    scene.simulation.run()
    expect(scene.server.received.slice(4).map((record) => record.timeNs - later)).toEqual([L, L, L, L])
  })

  it('duplicates: a second copy goes over the link, later, and is opened as well', () => {
    const { scene, connection, times } = fated({ 1: { do: 'duplicate', afterNs: us(500) } })
    for (const entity of [1, 2]) connection.send(scene.console.endpoint, request(entity))
    scene.simulation.run()
    expect(entities(scene.server)).toEqual([1, 2, 1])
    expect(times()).toEqual([us(120), us(130), us(620)])
    expect(scene.server.messages[2]).toBe(scene.server.messages[0])
    const books = { offered: 2, duplicated: 1, delivered: 3, bytes: 3000, wireBytes: 3600 }
    expect(scene.bus.statistics().links[0]!.forward).toMatchObject(books)
  })

  it('loses the second copy with its connection', () => {
    const { scene, connection } = fated({ 1: { do: 'duplicate', afterNs: ms(5) } })
    connection.send(scene.console.endpoint, request(1))
    scene.simulation.run(scene.simulation.now + ms(1))
    connection.close()
    const books = { offered: 1, duplicated: 1, delivered: 1, dropped: 1, inFlight: 0 }
    expect(scene.bus.statistics().links[0]!.forward).toMatchObject(books)
    scene.simulation.run()
    expect(entities(scene.server)).toEqual([1])
    expect(scene.bus.statistics().links[0]!.forward).toMatchObject(books)
  })

  it.each([
    [{ do: 'delay', ns: -1 }, 'fate.ns'],
    [{ do: 'delay', ns: Number.NaN }, 'fate.ns'],
    [{ do: 'delay', ns: 0.5 }, 'fate.ns'],
    [{ do: 'duplicate', afterNs: MAX_FATE_NS + 1 }, 'fate.afterNs'],
    [{ do: 'lose' }, 'fate.do'],
  ])('that answers %j is refused', (fate, path) => {
    const { scene } = fated({})
    // What a rule written without types could return.
    scene.bus.fate = () => fate as Fate
    expect(() => scene.bus.send(scene.link, scene.console.endpoint, request(1))).toThrow(
      expect.objectContaining({ name: 'BusError', code: 'bad-fate', path }),
    )
  })
})

describe('a hop', () => {
  it('keeps books, asks the rule and tells requests from replies; its owner applies the fate', () => {
    const { bus } = twoEnds()
    const hop = bus.hop('vmc', 'nets', 'phyp')
    const shown: string[] = []
    bus.fate = ({ hop: name, from, to, message }) => {
      shown.push(`${name}: ${from} -> ${to}`)
      return message.entity === 2 ? { do: 'duplicate', afterNs: 5 } : message.entity === 3 ? { do: 'drop' } : undefined
    }
    expect(hop.offer(request(1, 100))).toEqual({ do: 'pass' })
    expect(hop.offer(reply(request(2), 100))).toEqual({ do: 'duplicate', afterNs: 5 })
    expect(hop.offer(request(3, 100))).toEqual({ do: 'drop' })
    expect(shown).toEqual(['vmc: nets -> phyp', 'vmc: phyp -> nets', 'vmc: nets -> phyp'])
    expect(hop.counters).toEqual({ name: 'vmc', offered: 3, duplicated: 1, delivered: 0, dropped: 0, inFlight: 4, bytes: 400 })
    hop.delivered(request(1, 100))
    hop.delivered(reply(request(2), 100))
    hop.delivered(reply(request(2), 100))
    hop.dropped(request(3, 100))
    expect(bus.statistics().hops).toEqual([{ name: 'vmc', offered: 3, duplicated: 1, delivered: 3, dropped: 1, inFlight: 0, bytes: 400 }])
  })

  it('takes events for what comes back', () => {
    const { bus } = twoEnds()
    const hop = bus.hop('vmc', 'nets', 'phyp')
    const ways: string[] = []
    bus.fate = ({ from, to }) => void ways.push(`${from} -> ${to}`)
    hop.offer({ ...request(1), flags: FLAG_EVENT })
    hop.offer({ ...request(1), flags: FLAG_RETRY })
    expect(ways).toEqual(['phyp -> nets', 'nets -> phyp'])
  })

  it('trips an invariant when more comes out than went in', () => {
    const { bus } = twoEnds()
    const hop = bus.hop('vmc')
    hop.offer(request(1))
    hop.delivered(request(1))
    expect(() => hop.delivered(request(1))).toThrow(expect.objectContaining({ name: 'InvariantError' }))
  })
})
