// Encoded wire mode: every hop makes real bytes and reads them again, and nobody can tell but by identity.

import { us } from '@powersim/kernel'
import { anyMessage } from '@powersim/testkit'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { entities, reply, request, type Scene, twoEnds } from './two-ends.js'

const latency = { lognormal: { mean: us(300), cv: 1 } }
const tls = { fullHandshake: us(500), resumedHandshake: us(50), perRecord: { exponential: us(30) }, perByteNs: 1 }

function conversation(wire: 'reference' | 'encoded'): Scene {
  const scene = twoEnds({
    bus: { wire },
    link: { latency, bitsPerSecond: 100e6, mtuBytes: 1500 },
    console: { tls },
    server: { tls, answer: (message) => reply(message, 3000) },
  })
  const connection = scene.open()
  for (let i = 0; i < 50; i++) connection.send(scene.console.endpoint, request(i, 500 + i * 37))
  for (let i = 50; i < 60; i++) scene.bus.send(scene.link, scene.server.endpoint, request(i))
  scene.simulation.run()
  return scene
}

it('gives the same run, event for event, with the same contents', () => {
  const [real, plain] = [conversation('encoded'), conversation('reference')]
  expect(real.simulation.digest.hex()).toBe(plain.simulation.digest.hex())
  for (const end of ['console', 'server'] as const) {
    const told = (scene: Scene) => scene[end].received.map(({ timeNs, message }) => ({ timeNs, message }))
    expect(told(real).length).toBeGreaterThan(49)
    expect(told(real)).toEqual(told(plain))
  }
  expect(real.bus.statistics()).toEqual(plain.bus.statistics())
})

it('hands over a message of its own, with what is not on the wire brought along', () => {
  const { simulation, bus, console, server, link } = twoEnds({ bus: { wire: 'encoded' } })
  const sent = request(7, 4096, 3)
  bus.send(link, console.endpoint, sent)
  simulation.run()
  expect(server.messages[0]).not.toBe(sent)
  expect(server.messages[0]).toEqual(sent)
  bus.fate = () => ({ do: 'duplicate', afterNs: 1 })
  bus.send(link, console.endpoint, sent)
  simulation.run()
  expect(server.messages).toEqual([sent, sent, sent])
  expect(server.messages.indexOf(sent)).toBe(-1)
  const hop = bus.hop('vmc')
  expect(hop.carry(sent)).not.toBe(sent)
  expect(hop.carry(sent)).toEqual(sent)
  expect(twoEnds().bus.hop('vmc').carry(sent)).toBe(sent)
})

it('survives every message of the catalogue', () => {
  fc.assert(
    fc.property(anyMessage(), (message) => {
      const { simulation, bus, console, server, link } = twoEnds({ bus: { wire: 'encoded' } })
      bus.send(link, console.endpoint, message)
      simulation.run()
      expect(server.messages).toEqual([message])
    }),
    { numRuns: 300 },
  )
})

it('stops at a message that no decoder would take: its sender broke the protocol', () => {
  const { simulation, bus, console, link } = twoEnds({ bus: { wire: 'encoded' } })
  bus.send(link, console.endpoint, { ...request(1), data: { id: 'one' } })
  expect(() => simulation.run()).toThrow(expect.objectContaining({ name: 'ProtocolError', code: 'bad-data', path: 'data.id' }))
})

it('passes messages by reference otherwise', () => {
  const { simulation, bus, console, server, link, open } = twoEnds({ console: { tls }, server: { tls } })
  const [unsecured, secured] = [request(1), request(2)]
  const connection = open()
  bus.send(link, console.endpoint, unsecured)
  connection.send(console.endpoint, secured)
  simulation.run()
  expect(entities(server)).toEqual([1, 2])
  expect(server.messages[0]).toBe(unsecured)
  expect(server.messages[1]).toBe(secured)
})
