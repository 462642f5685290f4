// The hypervisor's end of the management channel: handshake, sessions, fragments, interrupts, and what goes wrong.

import { ms } from '@powersim/kernel'
import {
  CRQ_INIT,
  CRQ_INIT_COMPLETE,
  CRQ_INIT_START,
  type CrqEntry,
  encodeMessage,
  H_FREE_CRQ,
  H_REG_CRQ,
  H_VIO_SIGNAL,
  VMC_ADD_BUFFER,
  VMC_CAPABILITIES,
  VMC_CLOSE,
  VMC_CLOSED,
  VMC_INTERFACE_FAILURE,
  VMC_INVALID_BUFFER,
  VMC_INVALID_INDEX,
  VMC_OPEN,
  VMC_REMOVE_BUFFER,
  VMC_RESPONSE,
  VMC_SIGNAL,
} from '@powersim/protocol'
import { describe, expect, it } from 'vitest'
import { REMOVE_TRIES } from '../src/index.js'
import { GuestDriver, type GuestOptions } from './guest-driver.js'
import { initial, Machine, type MachineOptions, quick } from './machine.js'

const service = { query: ms(1), configuration: ms(2), power: ms(3), dynamic: ms(40), service: ms(5) }

function withGuest(guestOptions: GuestOptions = {}, options: MachineOptions = {}): { machine: Machine; guest: GuestDriver } {
  const machine = new Machine({ partitions: [initial(1, 'nets', { devices: ['vmc'] }), initial(2, 'other')], ...options })
  return { machine, guest: new GuestDriver(machine, 1, machine.phyp.devicesOf(1, 'vmc')[0]!, guestOptions) }
}

const vmcOf = (machine: Machine) => machine.phyp.statistics().vmc[0]!
const types = (entries: readonly CrqEntry[]) => entries.map(({ header, type }) => (header === CRQ_INIT ? `init ${type}` : type))

describe('the handshake', () => {
  it('goes INIT, INIT COMPLETE, capabilities, one seed buffer per connection', () => {
    const { machine, guest } = withGuest()
    guest.register()
    machine.simulation.run()
    expect(types(guest.log)).toEqual(['init 1', VMC_CAPABILITIES | VMC_RESPONSE, VMC_ADD_BUFFER, VMC_ADD_BUFFER])
    expect(types(guest.sent)).toEqual(['init 2', VMC_CAPABILITIES, VMC_ADD_BUFFER | VMC_RESPONSE, VMC_ADD_BUFFER | VMC_RESPONSE])
    expect(guest.log.slice(2).map(({ session, hmcIndex, bufferId, value }) => [session, hmcIndex, bufferId, value])).toEqual([
      [0, 0, 0, 0x100_0000],
      [0, 1, 0, 0x200_0000],
    ])
    expect(vmcOf(machine)).toMatchObject({
      state: 'ready',
      connections: [
        { buffers: 1, guest: 1 },
        { buffers: 1, guest: 1 },
      ],
    })
  })

  it('takes a guest that sends INIT itself', () => {
    const { machine, guest } = withGuest()
    guest.register()
    guest.put({ header: CRQ_INIT, type: CRQ_INIT_START })
    machine.simulation.run()
    expect(types(guest.log).slice(0, 2).sort()).toEqual(['init 1', 'init 2'])
    expect(vmcOf(machine).state).toBe('ready')
  })

  it('drops what comes before the capabilities, and counts it', () => {
    const { machine, guest } = withGuest()
    guest.asleep = true
    guest.register()
    guest.put({ type: VMC_OPEN, session: 1 })
    guest.put({ type: VMC_SIGNAL, session: 1, value: 10 })
    guest.sendCapabilities()
    machine.simulation.run()
    expect(vmcOf(machine)).toMatchObject({ state: 'init', counters: { beforeCapabilities: 3 } })
  })

  it('takes the smaller of each capability', () => {
    const { machine, guest } = withGuest({ capabilities: { version: 0x0105, mtuBytes: 8192, poolSize: 16, maxHmcs: 1, crqEntries: 64 } })
    guest.register()
    machine.simulation.run()
    expect(guest.effective).toEqual({ version: 0x0101, mtuBytes: 4096, poolSize: 16, maxHmcs: 1, crqEntries: 64 })
  })

  it.each([
    [{ version: 0x0201 }, 2],
    [{ mtuBytes: 511 }, 1],
    [{ poolSize: 0 }, 1],
    [{ maxHmcs: 0 }, 1],
    [{ crqEntries: 1 }, 1],
  ])('fails for %o with status %i, until the guest registers again', (capabilities, status) => {
    const { machine, guest } = withGuest({ capabilities })
    guest.register()
    machine.simulation.run()
    expect(guest.log.at(-1)).toMatchObject({ type: VMC_CAPABILITIES | VMC_RESPONSE, status })
    expect(vmcOf(machine).state).toBe('failed')
    guest.sendCapabilities({ version: 0x0101, mtuBytes: 4096, poolSize: 1, maxHmcs: 1, crqEntries: 256 })
    machine.simulation.run()
    expect(vmcOf(machine).state).toBe('failed')
  })

  it('starts over with a new registration', () => {
    const { machine, guest } = withGuest()
    guest.start()
    expect(guest.free()).toBe(0)
    machine.simulation.run()
    expect(vmcOf(machine)).toMatchObject({ state: 'idle', connections: [{ state: 'idle', buffers: 0 }, { buffers: 0 }] })
    guest.start()
    guest.send(machine.request('lpar.list', {}))
    machine.simulation.run()
    expect(guest.received).toHaveLength(1)
  })
})

describe('a session', () => {
  it('opens with an id in the seed buffer, after the pool is added', () => {
    const { machine, guest } = withGuest()
    guest.start()
    const added = guest.log.filter(({ type, session }) => type === VMC_ADD_BUFFER && session === 1)
    expect(added.map(({ bufferId }) => bufferId)).toEqual(Array.from({ length: 31 }, (_, n) => n + 1))
    expect(guest.log.at(-1)).toMatchObject({ type: VMC_OPEN | VMC_RESPONSE, status: 0, session: 1, hmcIndex: 0 })
    expect(vmcOf(machine).connections[0]).toEqual({ state: 'open', session: 1, buffers: 32, guest: 32, phyp: 0, offered: 0, waiting: 0 })
    expect(guest.count()).toEqual({ mine: 32, free: 32, theirs: 0 })
  })

  it('may be opened in the instant in which the guest answers the offer of the seed', () => {
    const { machine, guest } = withGuest()
    guest.register()
    const put = guest.put.bind(guest)
    guest.put = (fields) => {
      const code = put(fields)
      if (fields.type === (VMC_ADD_BUFFER | VMC_RESPONSE) && fields.session === 0 && fields.hmcIndex === 0) guest.open(0)
      return code
    }
    machine.simulation.run()
    expect(guest.log.at(-1)).toMatchObject({ type: VMC_OPEN | VMC_RESPONSE, status: 0 })
    expect(vmcOf(machine)).toMatchObject({ counters: { sessionsOpened: 1 }, connections: [{ state: 'open', buffers: 32 }, {}] })
    expect(machine.phyp.statistics().hypercalls.refused).toBe(0)
  })

  it('is refused for a bad index, a bad seed, or a connection that is open', () => {
    const { machine, guest } = withGuest()
    guest.register()
    machine.simulation.run()
    const tell = (fields: Partial<CrqEntry>) => {
      guest.put(fields)
      machine.simulation.run()
      return guest.log.at(-1)
    }
    expect(tell({ type: VMC_OPEN, session: 1, hmcIndex: 2 })).toMatchObject({ type: VMC_OPEN | VMC_RESPONSE, status: VMC_INVALID_INDEX })
    expect(tell({ type: VMC_OPEN, session: 1, bufferId: 3 })).toMatchObject({ status: VMC_INVALID_BUFFER })
    // The seed holds no id.
    expect(tell({ type: VMC_OPEN, session: 1 })).toMatchObject({ status: VMC_INVALID_BUFFER })
    guest.open(0)
    machine.simulation.run()
    expect(tell({ type: VMC_OPEN, session: 2 })).toMatchObject({ status: VMC_INTERFACE_FAILURE })
    expect(tell({ type: VMC_CLOSE, session: 1, hmcIndex: 2 })).toMatchObject({ type: VMC_CLOSE | VMC_RESPONSE, status: VMC_INVALID_INDEX })
    expect(tell({ type: VMC_CLOSE, session: 9 })).toMatchObject({ status: VMC_CLOSED })
    expect(tell({ type: VMC_CLOSE, session: 1, hmcIndex: 1 })).toMatchObject({ status: VMC_CLOSED })
    expect(vmcOf(machine).counters).toMatchObject({ badIndex: 2, badBuffer: 1, sessionsOpened: 1 })
    expect(vmcOf(machine).connections.map(({ state }) => state)).toEqual(['open', 'idle'])
  })

  it('closes, gives all buffers up, and opens again under the next number', () => {
    const { machine, guest } = withGuest()
    guest.start()
    guest.close(0)
    machine.simulation.run()
    expect(guest.log.slice(-2).map(({ type, status, session }) => [type, status, session])).toEqual([
      [VMC_CLOSE | VMC_RESPONSE, 0, 1],
      [VMC_ADD_BUFFER, 0, 0],
    ])
    expect(vmcOf(machine).connections[0]).toMatchObject({ state: 'idle', session: 0, buffers: 1, guest: 1 })
    guest.open(0)
    machine.simulation.run()
    expect(vmcOf(machine).connections[0]).toMatchObject({ state: 'open', session: 2, buffers: 32 })
    guest.send(machine.request('lpar.list', {}))
    machine.simulation.run()
    expect(guest.received).toHaveLength(1)
  })

  it('that is closed drops late signals and late replies', () => {
    const { machine, guest } = withGuest({}, { parameters: { ...quick, service } })
    guest.start()
    guest.send(machine.request('lpar.create', { name: 'x', environment: 'aixlinux', profileName: 'p' }))
    machine.simulation.run(machine.simulation.now)
    guest.close(0)
    machine.simulation.run(machine.simulation.now)
    guest.open(0)
    guest.put({ type: VMC_SIGNAL, session: 1, hmcIndex: 0, bufferId: 4, value: 100 })
    machine.simulation.run()
    expect(guest.received).toEqual([])
    const { counters, connections } = vmcOf(machine)
    expect(counters).toMatchObject({ staleReplies: 1, staleSession: 1, sessionsOpened: 2, sessionsClosed: 1 })
    expect(connections[0]).toMatchObject({ state: 'open', session: 2, guest: 32 })
    // The effect was made all the same: a timeout means "unknown".
    expect(machine.phyp.statistics().stages.opened).toBe(1)
  })

  it('of each HMC is its own', () => {
    const { machine, guest } = withGuest()
    guest.start(2)
    guest.send(machine.request('lpar.list', {}, { console: 1 }), 0)
    guest.send(machine.request('memory.system', {}, { console: 2 }), 1)
    machine.simulation.run()
    expect(guest.received.map(({ hmcIndex, message }) => [hmcIndex, message.opcode])).toEqual([
      [0, 0x0201],
      [1, 0x0210],
    ])
    guest.close(1)
    machine.simulation.run()
    guest.send(machine.request('lpar.list', {}, { console: 1 }), 0)
    machine.simulation.run()
    expect(guest.received).toHaveLength(3)
  })
})

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

describe('interrupts', () => {
  it('come one for an empty queue, armed, and not again before it is armed again', () => {
    const { machine, guest } = withGuest()
    guest.start()
    guest.asleep = true
    const count = () => machine.host.interrupts.length
    const before = count()
    const ask = () => {
      guest.send(machine.request('lpar.list', {}))
      machine.simulation.run()
    }
    ask()
    expect(count()).toBe(before + 1)
    ask()
    ask()
    expect(count()).toBe(before + 1)
    // Arming presents nothing for what is there: the guest has to look.
    guest.call(H_VIO_SIGNAL, guest.unit, 1)
    machine.simulation.run()
    expect(count()).toBe(before + 1)
    ask()
    expect(count()).toBe(before + 1)
    guest.asleep = false
    guest.drain()
    expect(guest.received).toHaveLength(4)
    guest.asleep = true
    ask()
    expect(count()).toBe(before + 2)
  })

  it('disarm: a guest that reads without arming again hears no more', () => {
    const { machine, guest } = withGuest()
    guest.start()
    guest.asleep = true
    const before = machine.host.interrupts.length
    for (let n = 0; n < 3; n++) {
      guest.send(machine.request('lpar.list', {}))
      machine.simulation.run()
      expect(machine.host.interrupts).toHaveLength(before + 1)
      // What it has read leaves the queue empty.
      for (let at = 0; at < guest.page.length; at += 16) guest.page[at] = 0
    }
  })

  it('do not come while they are disarmed', () => {
    const { machine, guest } = withGuest()
    guest.start()
    guest.call(H_VIO_SIGNAL, guest.unit, 0)
    const before = machine.host.interrupts.length
    guest.send(machine.request('lpar.list', {}))
    machine.simulation.run()
    expect(machine.host.interrupts).toHaveLength(before)
    guest.drain()
    expect(guest.received).toHaveLength(1)
  })

  it('never come inside of a hypercall', () => {
    const { machine, guest } = withGuest()
    let inside = false
    machine.host.onInterrupt = ((next) => (lparId: number, unit: number) => {
      expect(inside).toBe(false)
      next(lparId, unit)
    })(machine.host.onInterrupt)
    const call = guest.call.bind(guest)
    guest.call = (...rest) => {
      inside = true
      const page = guest.page.slice()
      const code = call(...rest)
      expect(guest.page.every((byte, at) => byte === page[at])).toBe(true)
      inside = false
      return code
    }
    guest.start()
    guest.send(machine.request('lpar.list', {}))
    machine.simulation.run()
    expect(guest.received).toHaveLength(1)
  })
})

describe('the end of a partner', () => {
  it('the partition is stopped in the middle of a message: the session dies, its reply too, and it may come again', () => {
    const { machine, guest } = withGuest({}, { parameters: { ...quick, service } })
    guest.start()
    machine.post(machine.request('lpar.shutdown', { id: 1, immediate: true, restart: false }, { console: 5 }))
    machine.simulation.run(machine.simulation.now)
    const other = machine.request('lpar.create', { name: 'x', environment: 'aixlinux', profileName: 'p' })
    guest.send({ ...other, bytes: 3000 })
    guest.copying = false
    // The first of two fragments of another message is in.
    const buffer = guest.connection(0).buffers.get(9)!
    buffer.local.content = null
    guest.call(0x110, 4096, 2 * guest.unit, buffer.local.ioba, 2 * guest.unit + 1, buffer.address)
    buffer.mine = false
    guest.put({ type: VMC_SIGNAL, session: 1, bufferId: 9, value: 4096, extra: 100 })
    machine.simulation.run()
    expect(machine.received.map(({ message }) => message.status)).toEqual([0])
    expect(vmcOf(machine)).toMatchObject({
      state: 'idle',
      counters: { sessionsClosed: 1, staleReplies: 1 },
      connections: [{ state: 'idle', buffers: 0, waiting: 0 }, { buffers: 0 }],
    })
    expect(machine.phyp.hypercalls.window(1, guest.unit)?.at(0)).toBeUndefined()
    expect(guest.call(H_FREE_CRQ, guest.unit)).toBe(2)
    const hop = machine.bus.statistics().hops[0]!
    expect(hop.inFlight).toBe(0)
    // The partition comes up again and finds a fresh device.
    machine.activate(1)
    machine.boot(1)
    const again = new GuestDriver(machine, 1, guest.unit).start()
    again.send({ ...other, attempt: 1 })
    machine.simulation.run()
    expect(again.received[0]?.message).toMatchObject({ status: 0, attempt: 1 })
    expect(machine.phyp.statistics()).toMatchObject({ duplicates: 1 })
  })

  it('messages that the guest has not copied are dropped with its session', () => {
    const { machine, guest } = withGuest()
    guest.start()
    guest.copying = false
    for (let n = 0; n < 3; n++) guest.send(machine.request('lpar.list', {}))
    machine.simulation.run()
    expect(machine.bus.statistics().hops[0]).toMatchObject({ offered: 6, delivered: 3, inFlight: 3 })
    machine.phyp.power.stop()
    expect(machine.bus.statistics().hops[0]).toMatchObject({ delivered: 3, dropped: 3, inFlight: 0 })
  })

  it('a message that the guest hands back unread is dropped', () => {
    const { machine, guest } = withGuest()
    guest.start()
    guest.copying = false
    guest.send(machine.request('lpar.list', {}))
    machine.simulation.run()
    const { bufferId } = guest.log.at(-1)!
    guest.connection(0).buffers.get(bufferId)!.mine = false
    guest.put({ type: VMC_SIGNAL, session: 1, bufferId })
    guest.copying = true
    machine.simulation.run()
    expect(machine.bus.statistics().hops[0]).toMatchObject({ offered: 2, delivered: 1, dropped: 1, inFlight: 0 })
    expect(guest.count()).toMatchObject({ mine: 32, free: 32 })
  })

  it("the hypervisor's end fails: the guest hears it and shakes hands again", () => {
    const { machine, guest } = withGuest()
    guest.start()
    machine.phyp.resetVmc(guest.unit)
    machine.phyp.resetVmc(12345)
    machine.simulation.run()
    expect(guest.transportEvents).toBe(1)
    expect(vmcOf(machine)).toMatchObject({ state: 'ready', counters: { resets: 1, sessionsClosed: 1 } })
    guest.open(0)
    machine.simulation.run()
    guest.send(machine.request('lpar.list', {}))
    machine.simulation.run()
    expect(guest.received).toHaveLength(1)
  })

  it("a deleted partition's unit is gone for good", () => {
    const machine = new Machine({ partitions: [initial(1, 'nets', { devices: ['vmc'], running: false })] })
    const unit = machine.phyp.devicesOf(1, 'vmc')[0]!
    const { stage } = machine.done('lpar.delete', { id: 1 })
    machine.done('stage.commit', { stage })
    expect(machine.phyp.hypercalls.window(1, unit)).toBeUndefined()
    expect(machine.phyp.hypercalls.call(1, H_REG_CRQ, unit, 0, 4096, 0, 0).code).toBe(-4)
    expect(machine.phyp.devicesOf(1, 'vmc')).toEqual([])
    expect(() => machine.phyp.addDevice(1, 'vmc')).toThrow('no partition 1')
    machine.create('b')
    expect(machine.phyp.addDevice(1, 'vmc')).toBe(unit + 1)
    expect(machine.phyp.devicesOf(1, 'l-lan')).toEqual([])
  })
})

it('a guest that stops reading for good makes this end start over', () => {
  const { machine, guest } = withGuest()
  guest.start()
  guest.asleep = true
  // Close requests of no session are each answered, and the answers pile up.
  for (let round = 0; round < 20; round++) {
    for (let n = 0; n < 256; n++) guest.put({ type: VMC_CLOSE, session: 77 })
    machine.simulation.run()
  }
  expect(vmcOf(machine).counters.resets).toBe(1)
  expect(vmcOf(machine).peakUnread).toBe(128)
})
