// A shared Ethernet adapter on the hypervisor's switch: tags of VLANs through it, either way, and the address outside that has to answer.

import { ms, seconds } from '@powersim/kernel'
import { BROADCAST_MAC } from '@powersim/protocol'
import { describe, expect, it } from 'vitest'
import { BridgeMachine } from './bridge-machine.js'

describe('tags of VLANs', () => {
  /** Clients on the trunk adapter's own VLAN, on an additional one, and on one that it has not. */
  const tagged = () => {
    const machine = new BridgeMachine({ bridges: 1, vlans: [1, 5], clients: [1, 5, 7] })
    machine.forNs(ms(100))
    expect(machine.clients.map(({ up }) => up)).toEqual([true, true, true])
    return machine
  }

  it('go out with the frames of additional VLANs, none with those of its own; a VLAN that it has not stays inside', () => {
    const machine = tagged()
    for (const client of [0, 1, 2]) {
      machine.sendOut(client)
      machine.forNs(ms(1))
    }
    expect(machine.atHost.map(({ frame }) => [frame.source, frame.vlan])).toEqual([
      [machine.clients[0]!.mac, 0],
      [machine.clients[1]!.mac, 5],
    ])
    expect(machine.clients[2]!.counts).toMatchObject({ sent: 1, dropped: 1 })
    expect(machine.bridges[0]!.sea.counts).toMatchObject({ received: 2, forwarded: 2 })
  })

  it('take their four bytes on the wire', () => {
    const machine = tagged()
    const latency = [0, 1].map((client) => {
      const startNs = machine.simulation.now
      machine.sendOut(client)
      machine.forNs(ms(1))
      return machine.atHost.at(-1)!.timeNs - startNs
    })
    expect(latency[1]! - latency[0]!).toBe(32)
  })

  it('say to which VLAN a frame from outside belongs, and are taken off at the client', () => {
    const machine = tagged()
    const [one, five, seven] = machine.clients.map(({ mac }) => mac)
    const came = (destination: number, vlan: number): readonly number[] => {
      for (const frames of machine.atClients) frames.length = 0
      machine.sendIn(destination, vlan)
      machine.forNs(ms(1))
      expect(machine.atClients.flat().every((frame) => frame.vlan === 0)).toBe(true)
      return machine.atClients.map((frames) => frames.length)
    }
    expect([came(one!, 0), came(five!, 5), came(BROADCAST_MAC, 5), came(BROADCAST_MAC, 0)]).toEqual([
      [1, 0, 0],
      [0, 1, 0],
      [0, 1, 0],
      [1, 0, 0],
    ])
    // Without its tag, with another one, and with one that the trunk adapter has not: refused, and counted.
    expect([came(five!, 0), came(one!, 5), came(seven!, 7)]).toEqual([
      [0, 0, 0],
      [0, 0, 0],
      [0, 0, 0],
    ])
    const { sea } = machine.bridges[0]!
    expect(sea.counts).toMatchObject({ received: 7, forwarded: 4, refused: 3 })
    sea.check()
  })
})

describe('an address outside that has to answer', () => {
  /** Two bridges, of which the first is at work for ten and a half seconds. */
  const two = (ping: boolean) => {
    const machine = new BridgeMachine({ bridges: 2, vlans: [1], clients: [1], ping })
    machine.forNs(seconds(10) + ms(500))
    expect(machine.bridging()).toEqual([true, false])
    return machine
  }
  /** Time until the bridges are at work like this; never both. */
  const untilBridging = (machine: BridgeMachine, wanted: readonly boolean[], limitNs: number): number => {
    const startNs = machine.simulation.now
    while (machine.bridging().join() !== wanted.join()) {
      machine.forNs(ms(10))
      expect(machine.bridging()).not.toEqual([true, true])
      expect(machine.simulation.now - startNs).toBeLessThan(limitNs)
    }
    return machine.simulation.now - startNs
  }

  it('is asked every second: after three times in vain the other server bridges, though the link is up', () => {
    const machine = two(true)
    machine.bridges[0]!.uplink.isCut = true
    const tookNs = untilBridging(machine, [false, true], seconds(4))
    expect(tookNs).toBeGreaterThan(seconds(2))
    expect(tookNs).toBeLessThan(seconds(3) + ms(200))
    expect(machine.bridges[0]!.physical.up).toBe(true)
    machine.sendOut(0)
    machine.forNs(ms(10))
    const fromClient = machine.atHost.filter(({ frame }) => frame.destination === machine.host.mac)
    expect(fromClient.map(({ frame }) => frame.source)).toEqual([machine.clients[0]!.mac])
    // It answers again: the first one comes back when it has been healthy for long, not before.
    machine.bridges[0]!.uplink.isCut = false
    const backNs = untilBridging(machine, [true, false], seconds(33))
    expect(backNs).toBeGreaterThan(seconds(30))
    for (const { sea } of machine.bridges) sea.check()
  })

  it('is not asked by default: a way that is cut behind the link goes unnoticed, and frames are lost', () => {
    const machine = two(false)
    machine.bridges[0]!.uplink.isCut = true
    machine.forNs(seconds(10))
    expect(machine.bridging()).toEqual([true, false])
    machine.sendOut(0)
    machine.forNs(ms(10))
    expect(machine.atHost).toEqual([])
  })

  it('that answers neither of them leaves nobody bridging, until it answers again', () => {
    const machine = two(true)
    machine.router.up = false
    untilBridging(machine, [false, false], seconds(4))
    machine.forNs(seconds(5))
    expect(machine.bridging()).toEqual([false, false])
    machine.router.up = true
    machine.forNs(seconds(2))
    expect(machine.bridging().filter(Boolean).length).toBe(1)
  })
})
