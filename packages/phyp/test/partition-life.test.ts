// States and reference codes: what commands and guests move, and what power does.

import { ethernetAdapter } from '@powersim/testkit'
import { describe, expect, it } from 'vitest'
import { PhypError, REFCODES_KEPT } from '../src/index.js'
import { initial, Machine, profileOf } from './machine.js'

const codes = (machine: Machine, id: number) => machine.done('lpar.refcodes', { id, count: 64 }).codes.map(({ refcode }) => refcode)

describe("a guest's reports", () => {
  it('move a partition from Starting over Open Firmware to Running, with its codes', () => {
    const machine = new Machine()
    const id = machine.create('lnx')
    machine.activate(id, 'normal')
    const { reports } = machine.phyp
    expect(machine.state(id)).toBe('Starting')
    reports.state(id, 'Open Firmware')
    reports.refcode(id, 'AA00E158')
    expect(machine.done('lpar.read', { id })).toMatchObject({ state: 'Open Firmware', refcode: 'AA00E158' })
    reports.operatingSystem(id, 'Linux/SuSE 3.0.101')
    reports.state(id, 'Running')
    reports.refcode(id, 'Linux ppc64le')
    expect(machine.done('lpar.read', { id })).toMatchObject({ state: 'Running', refcode: 'Linux ppc64le', osVersion: 'Linux/SuSE 3.0.101' })
    expect(codes(machine, id)).toEqual(['Linux ppc64le', 'AA00E158', 'C2001150', 'C2001100', 'C2001010'])
  })

  it('leave an AIX partition with a blank code', () => {
    const machine = new Machine()
    const id = machine.create('aix')
    machine.activate(id, 'normal')
    machine.phyp.reports.operatingSystem(id, 'AIX 6.1 6100-00-01-0748')
    machine.phyp.reports.refcode(id, '')
    machine.boot(id)
    expect(codes(machine, id)).toEqual(['', 'C2001150', 'C2001100', 'C2001010'])
  })

  it('that are no move of the partition are ignored and counted', () => {
    const machine = new Machine({ partitions: [initial(1, 'a')] })
    const { reports } = machine.phyp
    reports.state(1, 'Starting')
    reports.state(1, 'Running')
    reports.state(9, 'Running')
    reports.refcode(9, 'X')
    machine.done('lpar.shutdown', { id: 1, immediate: true, restart: false })
    reports.state(1, 'Running')
    reports.refcode(1, 'late')
    reports.operatingSystem(1, 'late')
    expect(machine.state(1)).toBe('Not Activated')
    expect(machine.phyp.statistics().ignoredReports).toBe(7)
  })

  it('are kept to the newest codes', () => {
    const machine = new Machine({ partitions: [initial(1, 'a')] })
    for (let n = 0; n < REFCODES_KEPT + 10; n++) machine.phyp.reports.refcode(1, `CA00E${n}`)
    const kept = machine.done('lpar.refcodes', { id: 1, count: 1024 }).codes
    expect(kept).toHaveLength(REFCODES_KEPT)
    expect(kept[0]?.refcode).toBe(`CA00E${REFCODES_KEPT + 9}`)
    expect(machine.done('lpar.refcodes', { id: 1, count: 2 }).codes).toEqual(kept.slice(0, 2))
  })
})

describe('shutdown', () => {
  it('immediate cuts the power at once', () => {
    const machine = new Machine({ partitions: [initial(1, 'a')] })
    expect(machine.done('lpar.shutdown', { id: 1, immediate: true, restart: false })).toEqual({ state: 'Not Activated' })
    expect(machine.host.stops).toEqual([{ lparId: 1, how: 'immediate' }])
  })

  it("delayed waits for the guest's report", () => {
    const machine = new Machine({ partitions: [initial(1, 'a')] })
    expect(machine.done('lpar.shutdown', { id: 1, immediate: false, restart: false })).toEqual({ state: 'Shutting Down' })
    expect(machine.host.stops).toEqual([{ lparId: 1, how: 'delayed' }])
    machine.phyp.reports.state(1, 'Running')
    expect(machine.state(1)).toBe('Shutting Down')
    // Asking again does not ask the guest again; cutting the power still works.
    machine.done('lpar.shutdown', { id: 1, immediate: false, restart: false })
    expect(machine.host.stops).toHaveLength(1)
    machine.phyp.reports.state(1, 'Not Activated')
    expect(machine.state(1)).toBe('Not Activated')
    expect(machine.host.starts).toEqual([])
  })

  it('with restart starts the guest again with what it holds', () => {
    const machine = new Machine({ partitions: [initial(1, 'a'), initial(2, 'b')] })
    expect(machine.done('lpar.shutdown', { id: 1, immediate: true, restart: true })).toEqual({ state: 'Starting' })
    expect(machine.host.starts).toMatchObject([{ lparId: 1, memoryMiB: 1024 }])
    machine.done('lpar.shutdown', { id: 2, immediate: false, restart: true })
    expect(machine.host.starts).toHaveLength(1)
    machine.phyp.reports.state(2, 'Not Activated')
    expect(machine.state(2)).toBe('Starting')
    expect(machine.host.starts).toMatchObject([{ lparId: 1 }, { lparId: 2 }])
  })

  it.each([true, false])('that overtakes a start keeps the guest from starting (immediate: %s)', (immediate) => {
    const machine = new Machine({ partitions: [initial(1, 'a', { running: false, holdsResources: true })] })
    const { stage } = machine.done('activation.begin', { id: 1 })
    const steps = ['activation.processors', 'activation.memory', 'activation.slots', 'activation.firmware', 'activation.boot'] as const
    for (const name of steps) machine.done(name, { stage })
    machine.post(machine.request('activation.start', { stage }))
    machine.post(machine.request('lpar.shutdown', { id: 1, immediate, restart: false }))
    machine.simulation.run()
    expect(machine.state(1)).toBe('Not Activated')
    expect(machine.host.starts).toEqual([])
    expect(machine.host.stops).toEqual([])
    expect(machine.phyp.statistics().commandsByStatus).toEqual({ ok: 9 })
  })
})

describe('power of the system', () => {
  const partitions = [
    initial(1, 'vios', { environment: 'vioserver', profiles: [profileOf('normal', { autoStart: true })] }),
    initial(2, 'client'),
    initial(3, 'fresh', { running: false, profiles: [profileOf('normal', { autoStart: true, memory: [64, 128, 256] })] }),
    initial(4, 'dream', { running: false, profiles: [profileOf('normal', { autoStart: true, memory: [1 << 20, 1 << 20, 1 << 20] })] }),
  ]

  it('off stops every partition, drops the queue and makes the hypervisor deaf', () => {
    const machine = new Machine({ partitions })
    const { power } = machine.phyp
    expect(power.running).toBe(true)
    power.stop()
    power.stop()
    expect(power.running).toBe(false)
    expect(machine.host.stops).toEqual([
      { lparId: 1, how: 'immediate' },
      { lparId: 2, how: 'immediate' },
    ])
    machine.post(machine.request('lpar.list', {}))
    machine.simulation.run()
    expect(machine.received).toEqual([])
    expect(machine.phyp.hypercalls.call(1, 0x104, 1, 1, 0, 0, 0).code).toBe(-1)
  })

  it('on starts the partitions of the start policy with what they hold, or with their default profile', () => {
    const machine = new Machine({ partitions })
    const { power } = machine.phyp
    power.stop()
    power.start()
    power.startPartitions('autostart')
    machine.simulation.run()
    expect(machine.host.starts).toMatchObject([
      { lparId: 1, memoryMiB: 1024 },
      { lparId: 3, memoryMiB: 128 },
    ])
    expect([1, 2, 3, 4].map((id) => machine.state(id))).toEqual(['Starting', 'Not Activated', 'Starting', 'Error'])
    expect(machine.done('lpar.read', { id: 2 }).resourceConfig).toBe(true)
    expect(machine.done('lpar.read', { id: 4 }).refcode).toBe('B2001230 LP=00004')
  })

  it('on starts those that ran before, by the policy of recovery, though they were asked to go down first', () => {
    for (const asked of [false, true]) {
      const machine = new Machine({ partitions })
      const { power } = machine.phyp
      if (asked) power.shutDown()
      power.stop()
      power.start()
      power.startPartitions('autorecovery')
      machine.simulation.run()
      expect(machine.host.starts.map(({ lparId }) => lparId)).toEqual([1, 2])
    }
  })

  it('is asked to go down before the power goes, and every operating system hears it', () => {
    const machine = new Machine({ partitions })
    machine.phyp.power.shutDown()
    expect(machine.host.stops).toEqual([
      { lparId: 1, how: 'delayed' },
      { lparId: 2, how: 'delayed' },
    ])
  })

  it('on to standby starts none', () => {
    const machine = new Machine({ partitions, wiring: {} })
    machine.phyp.power.stop()
    machine.phyp.power.start()
    machine.simulation.run()
    expect(machine.host.starts).toEqual([])
    expect(machine.ask('lpar.list', {}).status).toBe('ok')
  })

  it('may be off from the start, and then no partition runs', () => {
    const machine = new Machine({ wiring: { running: false }, partitions: [initial(1, 'a', { running: false })] })
    expect(machine.phyp.power.running).toBe(false)
    expect(() => machine.phyp.define([initial(2, 'b')])).toThrow(PhypError)
  })
})

describe('partitions before time 0', () => {
  const define =
    (...more: Parameters<Machine['phyp']['define']>[0]) =>
    () =>
      new Machine({ partitions: more })

  it('are checked', () => {
    expect(define(initial(0, 'a'))).toThrow('partition 0.id')
    expect(define(initial(1, 'a'), initial(1, 'b'))).toThrow('the ID is taken')
    expect(define(initial(1, 'a'), initial(2, 'a'))).toThrow('partition 2.name')
    expect(define(initial(1, 'a', { profiles: [] }))).toThrow('partition 1.profiles')
    expect(define(initial(1, 'a', { defaultProfile: 'x' }))).toThrow('partition 1.profiles')
    expect(define(initial(1, 'a', { profiles: [profileOf('p'), profileOf('p')] }))).toThrow('unique')
    expect(define(initial(1, 'a', { profiles: [profileOf('p', { memory: [1, 2, 3] })] }))).toThrow('profiles.p.memory')
    expect(define(initial(1, 'a', { profiles: [profileOf('p', { procs: [3, 2, 1] })] }))).toThrow('profiles.p.processors')
    expect(define(initial(1, 'ä'))).toThrow('printable ASCII')
    const adapters = [ethernetAdapter(20)]
    expect(define(initial(1, 'a', { profiles: [profileOf('p', { adapters })] }))).toThrow('slot 20')
    expect(define(initial(1, 'a', { profiles: [profileOf('p', { memory: [1 << 20, 1 << 20, 1 << 20] })] }))).toThrow('does not fit')
  })

  it('are refused once commands have come', () => {
    const machine = new Machine()
    machine.done('lpar.list', {})
    expect(() => machine.phyp.define([initial(1, 'a')])).toThrow('before the first command')
  })

  it('hold what they run with; one that does not run holds only if it says so', () => {
    const machine = new Machine({
      partitions: [initial(1, 'a'), initial(2, 'b', { running: false }), initial(3, 'c', { running: false, holdsResources: true })],
    })
    expect([1, 2, 3].map((id) => machine.done('lpar.read', { id }).resourceConfig)).toEqual([true, false, true])
    expect([1, 2, 3].map((id) => machine.state(id))).toEqual(['Running', 'Not Activated', 'Not Activated'])
    expect(machine.done('memory.system', {}).availableMiB).toBe(64_256 - 2048)
  })
})
