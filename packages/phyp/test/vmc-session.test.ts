// The hypervisor's end of the management channel: the handshake and sessions.
// Signals, buffers and what goes wrong are vmc-signals.test.ts and vmc-interrupts.test.ts.

import {
  CRQ_INIT,
  CRQ_INIT_START,
  type CrqEntry,
  VMC_ADD_BUFFER,
  VMC_CAPABILITIES,
  VMC_CLOSE,
  VMC_CLOSED,
  VMC_INTERFACE_FAILURE,
  VMC_INVALID_BUFFER,
  VMC_INVALID_INDEX,
  VMC_OPEN,
  VMC_RESPONSE,
  VMC_SIGNAL,
} from '@powersim/protocol'
import { describe, expect, it } from 'vitest'
import { quick } from './machine.js'
import { service, withGuest, vmcOf, types } from './vmc-guest.js'

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
