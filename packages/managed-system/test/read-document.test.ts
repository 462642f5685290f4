// Machine documents: what a user writes becomes a whole document, or a complaint with the path as the user wrote it.

import { ms, Simulation, us } from '@powersim/kernel'
import { netsFirst } from '@powersim/routing'
import { describe, expect, it } from 'vitest'
import { Installation, type MachineDocument, MachineError, presetSources, readDocument } from '../src/index.js'

const pool = { id: 1, maximum: 1 }
const [one] = readDocument({}).systems[0]?.partitions ?? []

/** The complaint about a document. */
function complaint(document: unknown): MachineError {
  try {
    // What a script in plain JavaScript or a YAML file could hand in.
    readDocument(document as MachineDocument)
  } catch (error) {
    if (error instanceof MachineError) return error
    throw error
  }
  throw new Error('the document was accepted')
}

describe('the preset power520', () => {
  it('is the dissertation machine: 8203-E4A, four cores, 64 GiB, two VIOSes, NETS, two consoles, operating', () => {
    const { consoles, systems, startTime } = readDocument({})
    const [system] = systems
    expect(consoles.map((console) => console.name)).toEqual(['hmc1', 'hmc2'])
    expect(startTime).toBe('2013-06-03 08:00:00')
    expect(system).toMatchObject({ typeModel: '8203-E4A', state: 'Operating', nets: { partition: 'lnxnets' } })
    expect(system?.phyp.processors.installed).toBe(4)
    expect(system?.phyp.memory.installedMiB).toBe(65_536)
    expect(system?.partitions.filter((partition) => partition.environment === 'vioserver')).toHaveLength(2)
  })

  it('names a source for every value', () => {
    const sources = presetSources('power520')
    expect(sources.length).toBeGreaterThan(150)
    for (const { path, source } of sources) expect(source, path).toMatch(/\S{4}/)
  })

  it('reads durations with their units', () => {
    const fsp = readDocument({}).systems[0]?.fsp
    expect(fsp?.tls.perRecord).toBe(us(300))
    expect(fsp?.mailbox.latency).toBe(us(250))
    expect(fsp?.forwardIn).toEqual({ lognormal: { mean: ms(3), cv: 0.5 } })
  })
})

describe('the preset power822', () => {
  it('is a POWER8 machine that says only what differs from power520', () => {
    const { hmc, systems } = readDocument({ preset: 'power822' })
    const [system] = systems
    expect(hmc.version).toBe('V8R8.6.0')
    expect(system).toMatchObject({ typeModel: '8284-22A', nets: { partition: 'lnxnets', threadsMax: 10 } })
    expect(system?.phyp.processors).toMatchObject({ installed: 20, minHundredthsPerVirtualProcessor: 5 })
    expect(system?.phyp.query).toEqual(readDocument({}).systems[0]?.phyp.query)
  })

  it('names a source for every value, the ones of power520 included', () => {
    const paths = (name: string): string[] => presetSources(name).map(({ path }) => path)
    expect(paths('power822')).toEqual(paths('power520'))
    for (const { path, source } of presetSources('power822')) expect(source, path).toMatch(/\S{4}/)
  })

  it('lets a partition have 0.05 of a core per virtual processor, which power520 refuses', () => {
    const partitions = readDocument({}).systems[0]?.partitions.map((partition) => ({
      ...partition,
      virtualProcessors: 1,
      entitledCapacity: 0.05,
      memoryMiB: 2048,
    }))
    expect(readDocument({ preset: 'power822', partitions }).systems[0]?.partitions[0]?.entitledCapacity).toBe(0.05)
    expect(complaint({ partitions }).message).toContain('0.05 is below 0.1, the minimum for 1 virtual processors')
  })
})

describe('a document', () => {
  it('says only what differs: system fields may stand at the top', () => {
    const document = readDocument({ fsp: { hmcClass: 'serial', link: { bitsPerSecond: 10_000_000 } }, hmc: { retry: 'none' } })
    expect(document.systems[0]?.fsp.hmcClass).toBe('serial')
    expect(document.systems[0]?.fsp.link.bitsPerSecond).toBe(10_000_000)
    expect(document.systems[0]?.fsp.link.mtuBytes).toBe(1500)
    expect(document.hmc.retry).toBe('none')
  })

  it('replaces a law whole, whatever kind it was', () => {
    const { systems } = readDocument({ fsp: { forwardIn: { exponential: '8ms' }, forwardOut: 0 } })
    expect(systems[0]?.fsp.forwardIn).toEqual({ exponential: ms(8) })
    expect(systems[0]?.fsp.forwardOut).toBe(0)
  })

  it('may list systems in the long form, each on top of the preset', () => {
    const document = readDocument({ systems: [{ name: 'a' }, { name: 'b', nets: null }] })
    expect(document.systems.map((system) => system.name)).toEqual(['a', 'b'])
    expect(document.systems[0]?.nets?.threadsMax).toBe(10)
    expect(document.systems[1]?.nets).toBeNull()
  })

  it('does not change the preset for the next reader', () => {
    readDocument({ fsp: { hmcClass: 'serial' } })
    expect(readDocument({}).systems[0]?.fsp.hmcClass).toBe('pipelined')
  })

  it.each([
    ['an unknown field', { fsp: { forwadIn: '3ms' } }, 'fsp.forwadIn', 'is no field of a machine document'],
    ['an unknown field at the top', { cores: 4 }, 'cores', 'is no field of a machine document'],
    ['an unknown field in the long form', { systems: [{ fsp: { x: 1 } }] }, 'systems.0.fsp.x', 'is no field of a machine document'],
    ['a negative time', { nets: { dispatchLatency: -5 } }, 'nets.dispatchLatency', 'expected whole nanoseconds from 0'],
    ['NaN', { phyp: { queueLimit: Number.NaN } }, 'phyp.queueLimit', 'NaN'],
    ['a duration without a unit', { nets: { dispatchLatency: '5' } }, 'nets.dispatchLatency', ''],
    ['a law that is none', { fsp: { ipl: { gaussian: '5s' } } }, 'fsp.ipl.gaussian', 'is no field of a machine document'],
    ['a negative mean inside a law', { fsp: { forwardIn: { exponential: -1 } } }, 'fsp.forwardIn.exponential', 'whole nanoseconds from 0'],
    ['a wrong word', { fsp: { hmcClass: 'parallel' } }, 'fsp.hmcClass', 'pipelined'],
    ['a wrong type-model', { typeModel: '8203' }, 'typeModel', '8203-E4A'],
    ['a rate of zero', { nets: { link: { bitsPerSecond: 0 } } }, 'nets.link.bitsPerSecond', 'expected a rate per second above 0'],
    [
      'NETS on a partition that is not there',
      { nets: { partition: 'gone' } },
      'nets.partition',
      "names no partition of this system: 'gone'",
    ],
    ['two consoles of one name', { consoles: [{ name: 'a' }, { name: 'a' }] }, 'consoles.1.name', 'taken already'],
    ['a fixed wait where the wheel decides', { nets: { dispatchLatency: '5ms' } }, 'nets.dispatchLatency', 'processors: ideal'],
    ['two pools of one id', { phyp: { pools: [pool, pool] } }, 'phyp.pools.1.id', 'taken already'],
    ['a pool with too small a maximum', { phyp: { pools: [{ ...pool, reserved: 1.5 }] } }, 'phyp.pools.0.maximum', 'its maximum of 1'],
    ['a partition in a pool that is not there', { partitions: [{ ...one, pool: 2 }] }, 'partitions.0.pool', 'there is no pool 2'],
    ['a pool too many', { phyp: { processors: { maxSharedPools: 1 }, pools: [pool] } }, 'phyp.pools.0.id', 'not below 1'],
    ['a shared partition that lends', { partitions: [{ ...one, donate: true }] }, 'partitions.0.donate', 'only a partition with dedicated'],
    ['a part of a dedicated core', { partitions: [{ ...one, mode: 'dedicated' }] }, 'partitions.0.entitledCapacity', 'are whole'],
    ['more threads at least than at most', { nets: { threadsMin: 11 } }, 'nets.threadsMin', '11 is above threadsMax, 10'],
  ])('with %s is refused, with the path', (_what, document, path, message) => {
    const error = complaint(document)
    expect(error.path).toBe(path)
    expect(error.message).toContain(message)
    expect(error.code).toBe('bad-document')
  })

  it('is refused with the path of the component, if only that can tell', () => {
    const document = readDocument({ phyp: { dispatch: { refillRemote: '11ms' } } })
    const build = (): Installation => new Installation(new Simulation({ seed: 'refused' }), document, { policy: netsFirst })
    expect(build).toThrow(MachineError)
    expect(build).toThrow(/system 'p520': refill\.remoteNs/)
  })

  it('may not over-commit entitlement, nor starve a virtual processor', () => {
    const partition = {
      name: 'lnxnets',
      id: 3,
      environment: 'aixlinux',
      virtualProcessors: 1,
      entitledCapacity: 0.03,
      capped: false,
      weight: 128,
      memoryMiB: 1024,
      maxVirtualSlots: 10,
      autoStart: true,
    }
    const starved = complaint({ partitions: [partition] })
    expect(starved.message).toBe('partitions.0.entitledCapacity: 0.03 is below 0.1, the minimum for 1 virtual processors')
    const two = { ...partition, entitledCapacity: 3, virtualProcessors: 4 }
    const full = complaint({ partitions: [two, { ...two, name: 'other', id: 4 }] })
    expect(full.message).toContain('entitlement is never over-committed')
  })

  it('with an unknown preset is refused with the known ones', () => {
    expect(complaint({ preset: 'power999' }).message).toBe("preset: unknown machine 'power999': expected one of power520, power822")
  })

  it.each([['a text'], [null], [[1, 2]], [42]])('that is %j is refused', (given) => {
    expect(complaint(given).code).toBe('bad-document')
  })
})
