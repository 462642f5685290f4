// Parameters are checked before time starts, and the first bad field is named.

import { Bus } from '@powersim/bus'
import { Simulation } from '@powersim/kernel'
import { address } from '@powersim/protocol'
import { describe, expect, it } from 'vitest'
import { checkPhypParameters, defaultPhypParameters as good, Phyp, PhypError, type PhypParameters } from '../src/index.js'
import { Machine, RecordingHost } from './machine.js'

const memory = (more: Partial<PhypParameters['memory']>) => ({ memory: { ...good.memory, ...more } })
const processors = (more: Partial<PhypParameters['processors']>) => ({ processors: { ...good.processors, ...more } })
const vmc = (more: Partial<PhypParameters['vmc']>) => ({ vmc: { ...good.vmc, ...more } })

const rows: [path: string, change: Partial<PhypParameters>][] = [
  ['queueLimit', { queueLimit: 0 }],
  ['replyWindow', { replyWindow: 1.5 }],
  ['maxPartitions', { maxPartitions: 4096 }],
  ['stageLimit', { stageLimit: 0 }],
  ['stageLifetimeNs', { stageLifetimeNs: 0 }],
  ['patchesKept', { patchesKept: -1 }],
  ['memory.regionMiB', memory({ regionMiB: 0 })],
  ['memory.installedMiB', memory({ installedMiB: 65_500 })],
  ['memory.installedMiB', memory({ installedMiB: 32 })],
  ['memory.firmwareMiB', memory({ firmwareMiB: 65 })],
  ['memory.firmwareMiB', memory({ firmwareMiB: 1 << 20 })],
  ['memory.batchRegions', memory({ batchRegions: 0 })],
  ['processors.installed', processors({ installed: 257 })],
  ['processors.minHundredthsPerVirtualProcessor', processors({ minHundredthsPerVirtualProcessor: 101 })],
  ['processors.maxVirtualProcessorsPerLpar', processors({ maxVirtualProcessorsPerLpar: 0 })],
  ['processors.maxSharedPools', processors({ maxSharedPools: 65 })],
  ['hypercalls.H_SEND_CRQ', { hypercalls: { ...good.hypercalls, H_SEND_CRQ: -1 } }],
  ['hypercalls.rdmaBytesPerSecond', { hypercalls: { ...good.hypercalls, rdmaBytesPerSecond: 0 } }],
  ['vmc.version', vmc({ version: 0 })],
  ['vmc.mtuBytes', vmc({ mtuBytes: 256 })],
  ['vmc.mtuBytes', vmc({ mtuBytes: 32_768 })],
  ['vmc.poolSize', vmc({ poolSize: 257 })],
  ['vmc.maxHmcs', vmc({ maxHmcs: 0 })],
  ['vmc.crqEntries', vmc({ crqEntries: 257 })],
  ['frames.replyBytesMin', { frames: { requestBytesMin: 0, replyBytesMin: Number.NaN } }],
]

describe('parameters', () => {
  it('of the default are good', () => {
    expect(() => checkPhypParameters(good)).not.toThrow()
  })

  it.each(rows)('%s out of range is refused', (path, change) => {
    const parameters = { ...good, ...change }
    try {
      checkPhypParameters(parameters)
      expect.unreachable()
    } catch (error) {
      expect(error).toBeInstanceOf(PhypError)
      expect(error).toMatchObject({ code: 'bad-parameter', path })
    }
  })

  it('are checked when the hypervisor is made', () => {
    expect(() => new Machine({ parameters: { queueLimit: 0 } })).toThrow('queueLimit')
    expect(() => new Machine({ parameters: { duplicateReply: -1 } })).toThrow('constant')
  })
})

describe('two systems on one bus', () => {
  const make = (bus: Bus, simulation: Simulation, systemName: string, hopName?: string) =>
    new Phyp(simulation, bus, good, {
      address: address('phyp'),
      host: new RecordingHost(simulation),
      systemName,
      ...(hopName === undefined ? {} : { hopName }),
    })

  it('need names of their own for the hop', () => {
    const simulation = new Simulation({ seed: 's' })
    const bus = new Bus(simulation)
    make(bus, simulation, 'a')
    expect(() => make(bus, simulation, 'b')).toThrow("'vmc' is taken")
  })

  it('share nothing', () => {
    const simulation = new Simulation({ seed: 's' })
    const bus = new Bus(simulation)
    const first = make(bus, simulation, 'a', 'vmc a')
    const second = make(bus, simulation, 'b', 'vmc b')
    first.power.stop()
    expect([first.power.running, second.power.running]).toEqual([false, true])
    expect([first.endpoint.name, second.endpoint.name]).toEqual(['a.phyp', 'b.phyp'])
  })
})

it('a command by the mailbox before the mailbox is known is a caller\'s mistake', () => {
  const simulation = new Simulation({ seed: 's' })
  const bus = new Bus(simulation)
  const phyp = new Phyp(simulation, bus, good, { address: address('phyp'), host: new RecordingHost(simulation), systemName: 'a' })
  const fsp = bus.endpoint({ name: 'fsp', address: address('fsp', 1), compute: () => {}, received: () => {} })
  const link = bus.link(fsp, phyp.endpoint, { name: 'psi', role: 'mailbox', latency: 0, bitsPerSecond: Infinity, mtuBytes: 0 })
  bus.send(link, fsp, new Machine().request('lpar.list', {}))
  expect(() => simulation.run()).toThrow('mailbox(link)')
})
