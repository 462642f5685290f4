// Numbers that the channel must reproduce: F6 (field-wise minimum, 256 Signals for 1 MiB at MTU 4096, at most 128 entries outstanding) and
// B11 (buffers as the customers of a closed network: exponential 0.5 ms at the guest, 2 ms in the hypervisor).

import { type KeyedDraws, type Law, ms, us } from '@powersim/kernel'
import { type CrqEntry, type Message, negotiate, type VmcCapabilities, VMC_SIGNAL } from '@powersim/protocol'
import { describe, expect, it } from 'vitest'
import { GuestDriver } from './guest-driver.js'
import { initial, Machine, type MachineOptions, quick } from './machine.js'

function withGuest(own: Partial<VmcCapabilities>, options: MachineOptions = {}): { machine: Machine; guest: GuestDriver } {
  const capabilities: VmcCapabilities = { version: 0x0101, mtuBytes: 4096, poolSize: 32, maxHmcs: 1, crqEntries: 256, ...own }
  const machine = new Machine({
    partitions: [initial(1, 'nets', { devices: ['vmc'] })],
    ...options,
    parameters: { ...quick, vmc: capabilities, ...options.parameters },
  })
  const guest = new GuestDriver(machine, 1, machine.phyp.devicesOf(1, 'vmc')[0]!, { capabilities })
  return { machine, guest }
}

const vmcOf = (machine: Machine) => machine.phyp.statistics().vmc[0]!
const signals = (entries: readonly CrqEntry[]) => entries.filter(({ type, value }) => type === VMC_SIGNAL && value > 0)

describe('F6', () => {
  it('the effective capabilities are the field-wise minimum', () => {
    const sets: VmcCapabilities[] = [
      { version: 0x0101, mtuBytes: 4096, poolSize: 32, maxHmcs: 2, crqEntries: 256 },
      { version: 0x0103, mtuBytes: 16_384, poolSize: 16, maxHmcs: 1, crqEntries: 128 },
      { version: 0x0102, mtuBytes: 512, poolSize: 256, maxHmcs: 2, crqEntries: 2 },
    ]
    for (const own of sets) {
      for (const other of sets) {
        const { machine, guest } = withGuest(own)
        guest.register()
        guest.sendCapabilities(other)
        machine.simulation.run()
        const minimum: VmcCapabilities = {
          version: Math.min(own.version, other.version),
          mtuBytes: Math.min(own.mtuBytes, other.mtuBytes),
          poolSize: Math.min(own.poolSize, other.poolSize),
          maxHmcs: Math.min(own.maxHmcs, other.maxHmcs),
          crqEntries: Math.min(own.crqEntries, other.crqEntries),
        }
        expect(negotiate(own, other)).toEqual(minimum)
        // The guest's first offer is dropped: it came before INIT COMPLETE. Its second, its own, is the one that counts.
        expect(guest.effective).toEqual(own)
        const second = withGuest(own)
        const [driver] = [new GuestDriver(second.machine, 1, second.guest.unit, { capabilities: other })]
        driver.register()
        second.machine.simulation.run()
        expect(driver.effective).toEqual(minimum)
      }
    }
  })

  for (const poolSize of [1, 2, 3, 16, 32, 64, 256]) {
    it(`1 MiB is 256 Signals each way at MTU 4096, with a pool of ${poolSize}`, () => {
      const frames = { requestBytesMin: 0, replyBytesMin: 1 << 20 }
      const { machine, guest } = withGuest({ poolSize }, { parameters: { frames } })
      guest.start()
      guest.send({ ...machine.request('lpar.list', {}), bytes: 1 << 20 })
      machine.simulation.run()
      expect(guest.received).toHaveLength(1)
      expect(guest.received[0]?.message).toMatchObject({ bytes: 1 << 20, status: 0 })
      expect(signals(guest.sent)).toHaveLength(256)
      expect(signals(guest.log)).toHaveLength(256)
      // Every fragment but the last comes back empty.
      const counts = { signalsIn: 256, signalsOut: 256, returnsIn: 255, returnsOut: 255, messagesIn: 1, messagesOut: 1 }
      expect(vmcOf(machine).counters).toMatchObject(counts)
      expect(vmcOf(machine).connections[0]).toMatchObject({ guest: poolSize, phyp: 0 })
      expect(guest.count()).toEqual({ mine: poolSize, free: poolSize, theirs: 0 })
    })
  }

  it.each([
    [512, 2048],
    [4096, 256],
    [16_384, 64],
  ])('at MTU %i it is %i Signals', (mtuBytes, expected) => {
    const { machine, guest } = withGuest({ mtuBytes })
    guest.start()
    guest.send({ ...machine.request('lpar.list', {}), bytes: 1 << 20 })
    machine.simulation.run()
    expect(vmcOf(machine).counters.signalsIn).toBe(expected)
    expect(guest.received).toHaveLength(1)
  })

  it('a message one byte longer takes one Signal more', () => {
    for (const [bytes, expected] of [[4096, 1], [4097, 2], [8192, 2], [8193, 3]] as const) {
      const { machine, guest } = withGuest({})
      guest.start()
      guest.send({ ...machine.request('lpar.list', {}), bytes })
      machine.simulation.run()
      expect(vmcOf(machine).counters.signalsIn).toBe(expected)
    }
  })

  it.each([
    [256, 128],
    [64, 32],
    [7, 3],
    [2, 1],
  ])('of %i entries at most %i are outstanding, however many replies wait', (crqEntries, most) => {
    const { machine, guest } = withGuest({ poolSize: 256, crqEntries })
    guest.start()
    expect(vmcOf(machine).peakUnread).toBeLessThanOrEqual(most)
    guest.asleep = true
    for (let n = 0; n < 250; n++) guest.send(machine.request('memory.system', {}))
    machine.simulation.run()
    expect(vmcOf(machine).peakUnread).toBe(most)
    guest.asleep = false
    guest.drain()
    machine.simulation.run()
    expect(guest.received).toHaveLength(250)
    expect(vmcOf(machine).peakUnread).toBe(most)
    expect(vmcOf(machine).connections[0]).toMatchObject({ guest: 256, phyp: 0, waiting: 0 })
  })
})

describe('B11', () => {
  // MVA of a closed network of two stations with demands 0.5 and 2 ms.
  function mva(customers: number): number {
    let lengths = [0, 0]
    let throughput = 0
    for (let n = 1; n <= customers; n++) {
      const residence = [0.0005 * (1 + lengths[0]!), 0.002 * (1 + lengths[1]!)]
      throughput = n / (residence[0]! + residence[1]!)
      lengths = residence.map((time) => throughput * time)
    }
    return throughput
  }

  it('has the numbers of the formula', () => {
    expect([1, 2, 4].map((n) => Number(mva(n).toFixed(2)))).toEqual([400, 476.19, 498.53])
  })

  for (const poolSize of [1, 2, 4]) {
    it(`${poolSize} buffers carry ${mva(poolSize).toFixed(2)} commands a second within 2 %`, () => {
      const seed = `oracle-${poolSize}`
      const parameters = { service: { query: { exponential: ms(2) }, configuration: 0, power: 0, dynamic: 0, service: 0 }, replyWindow: 64 }
      const { machine, guest } = withGuest({ poolSize }, { parameters, simulation: { seed } })
      guest.start()
      const closed = new ClosedGuest(machine, guest)
      for (let n = 0; n < poolSize; n++) closed.prepare()
      const horizon = 70 // seconds: 28,000 departures or more, standard error under 0.5 %
      machine.simulation.run(horizon * 1e9)
      const perSecond = closed.done / horizon
      expect(Math.abs(perSecond / mva(poolSize) - 1)).toBeLessThan(0.02)
      expect(vmcOf(machine).counters.removesAsked).toBe(0)
    })
  }
})

/** A guest whose one thread works 0.5 ms, exponential, on every message before it hands it over; a message begins when a buffer is back. */
class ClosedGuest {
  done = 0
  private readonly machine: Machine
  private readonly guest: GuestDriver
  private readonly law: Law
  private readonly draws: KeyedDraws
  private readonly prepared
  private sequence = 0
  private waiting = 0
  private busy = false

  constructor(machine: Machine, guest: GuestDriver) {
    this.machine = machine
    this.guest = guest
    this.law = machine.simulation.law({ exponential: us(500) })
    this.draws = machine.simulation.draws('guest.work', 'command')
    this.prepared = machine.simulation.handler('guest.prepared', (message: Message) => {
      this.busy = false
      this.guest.send(message)
      this.next()
    })
    const { received } = guest
    received.push = (...messages) => {
      this.done += messages.length
      this.prepare()
      return 0
    }
    // The logs of so long a run are of no use.
    guest.log.push = () => 0
    guest.sent.push = () => 0
  }

  prepare(): void {
    this.waiting++
    this.next()
  }

  private next(): void {
    if (this.busy || this.waiting === 0) return
    this.busy = true
    this.waiting--
    const sequence = ++this.sequence
    const message = this.machine.request('lpar.list', {}, { sequence, entity: sequence })
    this.machine.simulation.schedule(this.law.sample(this.draws.cursor(sequence)), this.prepared, message)
  }
}
