// The hypervisor's end of the management channel: interrupts, and the end of a partner.
// The handshake and sessions are vmc-session.test.ts.

import { H_FREE_CRQ, H_REG_CRQ, H_VIO_SIGNAL, VMC_CLOSE, VMC_SIGNAL } from '@powersim/protocol'
import { describe, expect, it } from 'vitest'
import { GuestDriver } from './guest-driver.js'
import { initial, Machine, quick } from './machine.js'
import { service, withGuest, vmcOf } from './vmc-guest.js'

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
