// The hypervisor's end of the management channel: signals that do not fit, content, the hop, and buffers that the hypervisor lacks.
// The handshake and sessions are vmc-session.test.ts.

import { ms } from '@powersim/kernel'
import {
  CRQ_INIT,
  CRQ_INIT_COMPLETE,
  type CrqEntry,
  encodeMessage,
  VMC_ADD_BUFFER,
  VMC_REMOVE_BUFFER,
  VMC_RESPONSE,
  VMC_SIGNAL,
} from '@powersim/protocol'
import { describe, expect, it } from 'vitest'
import { REMOVE_TRIES } from '../src/index.js'
import { quick } from './machine.js'
import { service, withGuest, vmcOf } from './vmc-guest.js'

describe('signals that do not fit', () => {
  it('are dropped and counted; a buffer that was handed over comes back', () => {
    const { machine, guest } = withGuest()
    guest.start()
    const session = 1
    const signal = (fields: Partial<CrqEntry>) => {
      const buffer = guest.connection(0).buffers.get(fields.bufferId ?? 0)
      if (buffer !== undefined) buffer.mine = false
      guest.put({ type: VMC_SIGNAL, session, ...fields })
      machine.simulation.run()
    }
    signal({ hmcIndex: 2, bufferId: 99, value: 10 })
    signal({ session: 7, bufferId: 99, value: 10 })
    signal({ bufferId: 99, value: 10 })
    expect(vmcOf(machine).counters).toMatchObject({ badIndex: 1, staleSession: 1, badBuffer: 1 })
    // Longer than its content, longer than the MTU, of a message too long, and no message at all.
    signal({ bufferId: 5, value: 10 })
    guest.connection(0).buffers.get(6)!.local.content = null
    const copy = (id: number, bytes: number) => {
      const buffer = guest.connection(0).buffers.get(id)!
      guest.call(0x110, bytes, 2 * guest.unit, buffer.local.ioba, 2 * guest.unit + 1, buffer.address)
    }
    copy(6, 100)
    signal({ bufferId: 6, value: 101 })
    copy(7, 100)
    signal({ bufferId: 7, value: 100, extra: 1 << 21 })
    copy(8, 100)
    signal({ bufferId: 8, value: 100 })
    // The second fragment does not go on where the first has ended.
    copy(9, 100)
    signal({ bufferId: 9, value: 100, extra: 200 })
    copy(10, 100)
    signal({ bufferId: 10, value: 100, extra: 99 })
    expect(vmcOf(machine).counters).toMatchObject({ badLength: 4, badMessage: 1, messagesIn: 0 })
    expect(vmcOf(machine).connections[0]).toMatchObject({ buffers: 32, guest: 32, phyp: 0 })
    expect(guest.count()).toMatchObject({ mine: 32 })
    expect(machine.phyp.statistics().received).toBe(0)
    guest.send(machine.request('lpar.list', {}))
    machine.simulation.run()
    expect(guest.received).toHaveLength(1)
  })

  it('types that nobody knows are counted', () => {
    const { machine, guest } = withGuest()
    guest.start()
    guest.put({ type: 0x42 })
    guest.put({ type: VMC_REMOVE_BUFFER | VMC_RESPONSE, session: 1, bufferId: 3 })
    guest.put({ type: VMC_ADD_BUFFER | VMC_RESPONSE, session: 1, bufferId: 3 })
    guest.put({ type: VMC_ADD_BUFFER | VMC_RESPONSE, session: 3, bufferId: 3 })
    guest.put({ header: CRQ_INIT, type: CRQ_INIT_COMPLETE })
    machine.simulation.run()
    expect(vmcOf(machine)).toMatchObject({ state: 'ready', counters: { unknownType: 1, staleSession: 2, badBuffer: 1 } })
  })

  it('a guest that answers Add Buffer with an error has fewer buffers', () => {
    const { machine, guest } = withGuest({ capabilities: { poolSize: 4, maxHmcs: 1 } })
    guest.register()
    machine.simulation.run()
    guest.asleep = true
    guest.open(0)
    machine.simulation.run()
    guest.put({ type: VMC_ADD_BUFFER | VMC_RESPONSE, session: 1, bufferId: 1, status: 2 })
    guest.put({ type: VMC_ADD_BUFFER | VMC_RESPONSE, session: 1, bufferId: 2 })
    guest.put({ type: VMC_ADD_BUFFER | VMC_RESPONSE, session: 1, bufferId: 3 })
    machine.simulation.run()
    expect(vmcOf(machine).connections[0]).toMatchObject({ state: 'open', buffers: 3, guest: 3 })
  })
})

describe('content', () => {
  it('may be the bytes of a message', () => {
    const { machine, guest } = withGuest()
    guest.start()
    const message = machine.request('lpar.list', {})
    const bytes = encodeMessage(message)
    const buffer = guest.connection(0).buffers.get(0)!
    buffer.local.content = bytes
    guest.call(0x110, bytes.length, 2 * guest.unit, buffer.local.ioba, 2 * guest.unit + 1, buffer.address)
    buffer.mine = false
    guest.put({ type: VMC_SIGNAL, session: 1, bufferId: 0, value: bytes.length })
    machine.simulation.run()
    expect(guest.received[0]?.message).toMatchObject({ flags: 1, opcode: 0x0201, sequence: message.sequence })
    // Bytes that are no message are dropped.
    buffer.local.content = bytes.slice(1)
    guest.call(0x110, bytes.length - 1, 2 * guest.unit, buffer.local.ioba, 2 * guest.unit + 1, buffer.address)
    buffer.mine = false
    guest.put({ type: VMC_SIGNAL, session: 1, bufferId: 0, value: bytes.length - 1 })
    machine.simulation.run()
    expect(vmcOf(machine).counters.badMessage).toBe(1)
  })

  it('crosses an encoding bus unchanged', () => {
    const { machine, guest } = withGuest({}, { bus: { wire: 'encoded' } })
    guest.start()
    const request = machine.request('lpar.read', { id: 2 }, { attempt: 2 })
    guest.send(request)
    machine.simulation.run()
    expect(guest.received[0]?.message).toMatchObject({ entity: request.entity, attempt: 2, status: 0, data: { id: 2, name: 'other' } })
    const { machine: plain, guest: other } = withGuest()
    other.start()
    other.send(plain.request('lpar.read', { id: 2 }, { attempt: 2 }))
    plain.simulation.run()
    expect(guest.received[0]?.message).toEqual(other.received[0]?.message)
    // A payload that the codec refuses never arrives.
    guest.send({ ...machine.request('lpar.read', { id: 2 }), data: { id: 'x' } })
    machine.simulation.run()
    expect(machine.bus.statistics().hops[0]).toMatchObject({ offered: 3, delivered: 2, dropped: 1, inFlight: 0 })
    expect(vmcOf(machine).connections[0]).toMatchObject({ guest: 32, phyp: 0 })
  })
})

describe('the hop', () => {
  it('books every message in both directions', () => {
    const { machine, guest } = withGuest()
    guest.start()
    const seen: string[] = []
    machine.bus.observers.on('message', ({ kind, hop, from, to }) => {
      if (hop === 'vmc') seen.push(`${kind} ${from} ${to}`)
    })
    guest.send(machine.request('lpar.list', {}))
    machine.simulation.run()
    expect(seen).toEqual([
      'offered sys.vmc sys.phyp',
      'delivered sys.vmc sys.phyp',
      'offered sys.phyp sys.vmc',
      'delivered sys.phyp sys.vmc',
    ])
  })

  it.each([
    ['drop', 'requests', { do: 'drop' } as const, 0],
    ['drop', 'replies', { do: 'drop' } as const, 0],
    ['delay', 'requests', { do: 'delay', ns: ms(7) } as const, 1],
    ['delay', 'replies', { do: 'delay', ns: ms(7) } as const, 1],
    ['duplicate', 'requests', { do: 'duplicate', afterNs: ms(7) } as const, 2],
    ['duplicate', 'replies', { do: 'duplicate', afterNs: ms(7) } as const, 2],
  ])('fate %s of %s, for any pool', (_, which, fate, replies) => {
    for (const poolSize of [1, 2, 3]) {
      const { machine, guest } = withGuest({ capabilities: { poolSize } })
      guest.start()
      const start = machine.simulation.now
      machine.bus.fate = ({ hop, message }) => (hop === 'vmc' && ((message.flags & 1) === 1) === (which === 'replies') ? fate : undefined)
      guest.send(machine.request('lpar.create', { name: 'x', environment: 'aixlinux', profileName: 'p' }))
      machine.simulation.run()
      // With one buffer there is none for a second copy: it is dropped, for the guest keeps its last one.
      const expected = poolSize === 1 ? Math.min(replies, 1) : replies
      expect(guest.received).toHaveLength(expected)
      if (fate.do === 'delay') expect(guest.received[0]?.atNs).toBe(start + ms(7))
      expect(machine.phyp.statistics().stages.opened).toBe(which === 'requests' && fate.do === 'drop' ? 0 : 1)
      const { offered, delivered, dropped, duplicated, inFlight } = machine.bus.statistics().hops[0]!
      expect(offered + duplicated).toBe(delivered + dropped + inFlight)
      expect(inFlight).toBe(0)
      expect(guest.count()).toMatchObject({ mine: poolSize, free: poolSize })
      machine.bus.fate = null
      guest.send(machine.request('lpar.list', {}))
      machine.simulation.run()
      expect(guest.received).toHaveLength(expected + 1)
      expect(vmcOf(machine).connections[0]).toMatchObject({ guest: poolSize, phyp: 0, waiting: 0 })
    }
  })

  it('drops delayed copies of a session that is closed meanwhile', () => {
    const { machine, guest } = withGuest()
    guest.start()
    machine.bus.fate = ({ hop }) => (hop === 'vmc' ? { do: 'delay', ns: ms(5) } : undefined)
    guest.send(machine.request('lpar.list', {}))
    machine.simulation.run(machine.simulation.now + ms(1))
    guest.close(0)
    machine.simulation.run()
    expect(machine.bus.statistics().hops[0]).toMatchObject({ offered: 1, delivered: 0, dropped: 1 })
    expect(machine.phyp.statistics().received).toBe(0)
  })
})

describe('a buffer that PHYP lacks', () => {
  it('is asked back; a guest that never gives one loses the message in the end', () => {
    const { machine, guest } = withGuest({ capabilities: { poolSize: 4 }, stingy: true })
    guest.start()
    machine.bus.fate = ({ hop, message }) => (hop === 'vmc' && (message.flags & 1) === 1 ? { do: 'duplicate', afterNs: 0 } : undefined)
    guest.send(machine.request('lpar.list', {}))
    machine.simulation.run()
    expect(guest.received).toHaveLength(1)
    expect(vmcOf(machine).counters).toMatchObject({ removesAsked: REMOVE_TRIES, removesRefused: REMOVE_TRIES, withoutBuffer: 1 })
    machine.bus.fate = null
    guest.send(machine.request('lpar.list', {}))
    machine.simulation.run()
    expect(guest.received).toHaveLength(2)
  })

  it('is not taken from the fragments of a request: those come back at once, the same and empty', () => {
    const { machine, guest } = withGuest({ capabilities: { poolSize: 4 }, stingy: true })
    guest.start()
    machine.bus.fate = ({ hop, message }) => (hop === 'vmc' && (message.flags & 1) === 1 ? { do: 'duplicate', afterNs: 0 } : undefined)
    guest.send(machine.request('lpar.list', {}))
    machine.simulation.run(machine.simulation.now)
    expect(vmcOf(machine).connections[0]).toMatchObject({ waiting: 1, guest: 4, phyp: 0 })
    guest.log.length = 0
    guest.sent.length = 0
    guest.send({ ...machine.request('lpar.list', {}), bytes: 3 * 4096 })
    machine.simulation.run(machine.simulation.now)
    const fragments = guest.sent.filter(({ type, value, extra }) => type === VMC_SIGNAL && value > 0 && extra > 0)
    const returns = guest.log.filter(({ type, value }) => type === VMC_SIGNAL && value === 0)
    expect(returns.map(({ bufferId }) => bufferId)).toEqual(fragments.map(({ bufferId }) => bufferId))
    expect(fragments).toHaveLength(2)
  })

  it('comes with the next request, too', () => {
    const { machine, guest } = withGuest({ capabilities: { poolSize: 4 }, stingy: true }, { parameters: { ...quick, service } })
    guest.start()
    machine.bus.fate = ({ hop, message: { sequence, flags } }) => {
      return hop === 'vmc' && sequence === 1 && (flags & 1) === 1 ? { do: 'duplicate', afterNs: 0 } : undefined
    }
    guest.send(machine.request('lpar.list', {}))
    machine.simulation.run(machine.simulation.now + ms(1.2))
    expect(guest.received).toHaveLength(1)
    guest.send(machine.request('lpar.list', {}))
    machine.simulation.run(machine.simulation.now + 1)
    // The waiting copy took the second request's buffer; the second reply asks in its turn.
    expect(guest.received.map(({ message }) => message.sequence)).toEqual([1, 1])
  })
})
