// The partition's states: the way up, at the firmware's prompt, the way down, power cuts; program, interrupts, draws.

import { seconds, Simulation } from '@powersim/kernel'
import { IdealMemory } from '@powersim/testkit'
import { describe, expect, it } from 'vitest'
import { aixGuest, IdealProcessor, viosGuest } from '../src/index.js'
import { partitionOf, quick, start } from './guest-double.js'

const seed = { seed: 'partition' }

describe('Partition', () => {
  it('boots by way of firmware and Open Firmware and reports every move, the state last', () => {
    const simulation = new Simulation(seed)
    const { partition, reports, program } = partitionOf(simulation)
    partition.boot()
    expect(partition.state).toBe('starting')
    simulation.run()
    expect(partition.state).toBe('running')
    expect(reports.lines).toEqual([
      '0 3 refcode C20023FF',
      '0 3 state Starting',
      '10 3 refcode CA000000',
      '10 3 state Running',
      '10 3 refcode CA00E131',
      '10 3 refcode CA00D008',
      '10 3 refcode CA00E1DC',
      '10 3 state Open Firmware',
      '110 3 os Linux/Red Hat 2.6.18 5.5',
      '110 3 refcode Linux ppc64',
      '110 3 state Running',
    ])
    expect(program.lines).toEqual(['110 start'])
  })

  it('shows Starting for half a second, then Running until Open Firmware, as captures do', () => {
    const simulation = new Simulation(seed)
    const { partition, reports } = partitionOf(simulation, { ...quick, firmware: seconds(10) })
    partition.boot()
    simulation.run()
    const states = reports.lines.filter((line) => line.includes(' state ')).map((line) => line.replace(' 3 state', ''))
    expect(states).toEqual(['0 Starting', '500000000 Running', '10000000000 Open Firmware', '10000000100 Running'])
  })

  it('stays at the prompt of its firmware with boot mode sms or of', () => {
    for (const bootMode of ['sms', 'of']) {
      const simulation = new Simulation(seed)
      const { partition, reports, program } = partitionOf(simulation, quick, { start: { ...start, bootMode } })
      partition.boot()
      simulation.run(1e9)
      expect(partition.state).toBe('booting')
      expect(reports.lines).toContain('10 3 refcode AA00E158')
      expect(program.lines).toEqual([])
      partition.stop('delayed')
      expect(partition.state).toBe('off')
    }
  })

  it('goes down in its own time when asked to, the program first', () => {
    const simulation = new Simulation(seed)
    const { partition, reports, program } = partitionOf(simulation)
    partition.boot()
    simulation.run(200)
    partition.stop('delayed')
    partition.stop('delayed')
    expect(partition.state).toBe('shutting-down')
    simulation.run()
    expect(program.lines).toEqual(['110 start', '200 stop shutdown'])
    expect(reports.lines.slice(-3)).toEqual(['250 3 os Unknown', '250 3 refcode 00000000', '250 3 state Not Activated'])
    expect(reports.states()).toEqual(['Starting', 'Running', 'Open Firmware', 'Running', 'Shutting Down', 'Not Activated'])
  })

  it.each([5, 50, 150, 220])('is off at once when power is cut at %i ns, and nothing of it is left', (cutNs) => {
    const simulation = new Simulation(seed)
    const { partition, reports } = partitionOf(simulation)
    partition.boot()
    simulation.run(Math.min(cutNs, 200))
    if (cutNs === 220) partition.stop('delayed')
    simulation.run(cutNs)
    partition.stop('immediate')
    expect(partition.state).toBe('off')
    expect(simulation.pending).toBe(0)
    expect(reports.states().at(-1)).toBe('Not Activated')
    expect(partition.rmcState).toBe('none')
    const { length } = reports.lines
    partition.stop('immediate')
    simulation.run()
    expect(reports.lines).toHaveLength(length)
  })

  it('loses the work of its program with its power', () => {
    const simulation = new Simulation(seed)
    const { partition, program } = partitionOf(simulation)
    const heard: number[] = []
    const done = simulation.handler<number>('done', (what) => heard.push(what))
    partition.boot()
    simulation.run(200)
    program.guest?.run(10, done, 1)
    program.guest?.run(100, done, 2)
    simulation.run(250)
    partition.stop('immediate')
    simulation.run()
    expect(heard).toEqual([1])
    expect(partition.processor.statistics().busyNs).toBe(50)
  })

  it('forgets work on a processor that cannot be halted', () => {
    const simulation = new Simulation(seed)
    const inner = new IdealProcessor(simulation, { name: 'plain', processors: 1 })
    const processor = { run: inner.run.bind(inner), statistics: () => inner.statistics() }
    const { partition, program } = partitionOf(simulation, quick, { processor })
    const heard: number[] = []
    const done = simulation.handler<number>('done', (what) => heard.push(what))
    partition.alreadyRunning()
    program.guest?.run(100, done, 1)
    simulation.run(50)
    partition.stop('immediate')
    partition.boot()
    simulation.run()
    expect(heard).toEqual([])
    expect(partition.port.forgotten).toBe(1)
    partition.port.run(5, done, 2)
    simulation.run()
    expect(heard).toEqual([2])
  })

  it('is up at time 0 when it has been running, with RMC if its guest has it', () => {
    const simulation = new Simulation(seed)
    const { partition, reports, program } = partitionOf(simulation, { ...aixGuest, rmcDelay: 1000 })
    const told: string[] = []
    partition.watchRmc(simulation.handler('told', () => told.push(`${simulation.now} ${partition.rmcState}`)))
    partition.alreadyRunning()
    expect(reports.lines).toEqual([`0 3 os ${aixGuest.osVersion}`, '0 3 refcode ', '0 3 state Running'])
    expect(program.lines).toEqual(['0 start'])
    expect(partition.starts).toBe(1)
    simulation.run()
    expect(told).toEqual(['0 active'])
  })

  it('has RMC after its delay, loses it on the way down, and has none without a network', () => {
    const simulation = new Simulation(seed)
    const { partition } = partitionOf(simulation)
    expect(partition.rmcState).toBe('none')
    const told: string[] = []
    partition.watchRmc(simulation.handler('told', () => told.push(`${simulation.now} ${partition.rmcState}`)))
    expect(partition.rmcState).toBe('inactive')
    partition.boot()
    simulation.run(200)
    partition.stop('delayed')
    simulation.run()
    expect(told).toEqual(['140 active', '200 inactive'])
  })

  it('never has RMC when its guest has no agent, nor when it goes down before the delay is over', () => {
    const simulation = new Simulation(seed)
    const told: string[] = []
    const withoutAgent = partitionOf(simulation, { ...quick, rmcDelay: null }).partition
    const early = partitionOf(simulation, quick, { start: { ...start, lparId: 4 } }).partition
    for (const partition of [withoutAgent, early]) {
      partition.watchRmc(simulation.handler('told', () => told.push(`${partition.lparId}`)))
      partition.boot()
    }
    simulation.run(120)
    early.stop('immediate')
    simulation.run(1e6)
    expect(told).toEqual([])
  })

  it('presents interrupts to a running program only', () => {
    const simulation = new Simulation(seed)
    const { partition, program } = partitionOf(simulation)
    partition.interrupt(7)
    partition.boot()
    simulation.run(50)
    partition.interrupt(7)
    simulation.run(120)
    partition.interrupt(7)
    partition.stop('delayed')
    partition.interrupt(7)
    expect(program.lines).toEqual(['110 start', '120 interrupt 7', '120 stop shutdown'])
    expect(partition.interruptsDropped).toBe(3)
  })

  it('can be started again by whoever hears that it is off, with other resources', () => {
    const simulation = new Simulation(seed)
    const { partition, reports } = partitionOf(simulation)
    reports.state = (_lparId, state) => {
      if (state === 'Not Activated' && partition.starts === 1) partition.boot({ ...start, memoryMiB: 4096, virtualProcessors: 2 })
    }
    partition.boot()
    simulation.run(60)
    partition.stop('immediate')
    expect(partition.state).toBe('starting')
    expect(partition.resources.memoryMiB).toBe(4096)
    expect(partition.processor.statistics().processors).toBe(2)
    expect(() => partition.boot()).toThrow(expect.objectContaining({ code: 'not-off' }))
  })

  it('tells its processor of another number of virtual processors', () => {
    const simulation = new Simulation(seed)
    const { partition } = partitionOf(simulation)
    partition.alreadyRunning()
    partition.resized({ ...partition.resources, memoryMiB: 4096, virtualProcessors: 3, entitledHundredths: 150 })
    expect(partition.processor.statistics().processors).toBe(3)
    expect(partition.resources).toMatchObject({ memoryMiB: 4096, virtualProcessors: 3, entitledHundredths: 150 })
  })

  it('draws its times by partition and start, whatever others draw', () => {
    const times = (others: number) => {
      const simulation = new Simulation(seed)
      for (let other = 0; other < others; other++) {
        partitionOf(simulation, viosGuest, { start: { ...start, lparId: 10 + other } }).partition.boot()
      }
      const { partition, reports } = partitionOf(simulation, viosGuest, { start: { ...start, environment: 'vioserver' } })
      partition.boot()
      simulation.run(seconds(1000))
      partition.stop('delayed')
      simulation.run(seconds(2000))
      const first = reports.lines.filter((line) => line.includes(' state '))
      expect(reports.lines.at(-3)).toMatch(/ os VIOS$/)
      partition.boot()
      simulation.run()
      return { first, second: reports.lines.filter((line) => line.includes(' state ')).slice(first.length) }
    }
    const alone = times(0)
    expect(times(5).first).toEqual(alone.first)
    // Another start is another draw.
    const bootNs = (lines: string[]) => Number.parseInt(lines[2] ?? '') - Number.parseInt(lines[0] ?? '')
    expect(bootNs(alone.second)).not.toBe(bootNs(alone.first))
    expect(bootNs(alone.first)).toBeGreaterThanOrEqual(10e9)
    expect(bootNs(alone.first)).toBeLessThanOrEqual(40e9)
  })

  it('refuses times that are none, with the path of the bad one', () => {
    const make = (change: object) => () => partitionOf(new Simulation(seed), { ...quick, ...change })
    expect(make({ boot: -1 })).toThrow(expect.objectContaining({ code: 'bad-option', path: 'lpar3.boot' }))
    expect(make({ dlpar: { ...quick.dlpar, addRegion: { exponential: -5 } } })).toThrow('lpar3.dlpar.addRegion')
    expect(make({ dlparQueueLimit: 1.5 })).toThrow('lpar3.dlparQueueLimit: expected an integer from 0 to 65536, got 1.5')
  })

  it('passes hypercalls and devices through its port', () => {
    const simulation = new Simulation(seed)
    const node = { slot: null, mac: null, wwpns: null }
    const nodes = [
      { ...node, kind: 'vmc', unitAddress: 0x1000 },
      { ...node, kind: 'l-lan', unitAddress: 0x1001, slot: 6, mac: '26E6B0003006' },
    ] as const
    const calls: number[][] = []
    const hypercalls = {
      call: (...of: number[]) => (calls.push(of), { code: 0, costNs: 5, r4: 9 }),
      window: () => undefined,
      devices: () => nodes,
      memory: () => new IdealMemory(16),
    }
    const { partition } = partitionOf(simulation, quick, { hypercalls })
    expect(partition.port.devices('vmc')).toEqual([0x1000])
    expect([0x1000, 0x1001, 0x1002].map((unit) => partition.port.slotOf(unit))).toEqual([undefined, 6, undefined])
    expect(partition.port.node(0x1001)).toBe(nodes[1])
    expect(partition.port.hypercall(0x108, 1, 2).r4).toBe(9)
    expect(calls).toEqual([[3, 0x108, 1, 2, 0, 0, 0, 0, 0, 0]])
  })
})
