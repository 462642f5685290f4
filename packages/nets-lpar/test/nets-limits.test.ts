// NETS through the bus: stopping, processor time, the draws of a command, and its parameters.
// Sessions and threads are nets-sessions.test.ts.

import { ms, us } from '@powersim/kernel'
import { address } from '@powersim/protocol'
import { describe, expect, it } from 'vitest'
import { defaultNetsParameters, Nets, NetsError } from '../src/index.js'
import { free, setUp } from './nets-surroundings.js'

describe('stopping', () => {
  it('frees everything in the middle of commands, resets the sessions and keeps its counts', () => {
    const { hypervisor, guest, nets, console, start, pass } = setUp({
      nets: { threads: { min: 2, max: 3 }, threadCreation: us(50) },
      hypervisor: { serviceNs: () => ms(10) },
    })
    start()
    pass()
    const sessions = Array.from({ length: 3 }, () => console.session(pass))
    const fourth = console.connect()
    for (const session of sessions) for (let command = 0; command < 2; command++) console.ask(session)
    pass(ms(1))
    expect(nets.statistics()).toMatchObject({ inside: 6, threads: { busy: 3, waiting: 1 } })
    expect(nets.statistics().channel.connections).toMatchObject([{ active: 3 }, { active: 0 }])
    nets.stop('crash')
    guest.halt()
    hypervisor.partitionEnded()
    expect(nets.statistics()).toMatchObject({
      state: 'stopped',
      sessions: 0,
      inside: 0,
      arrived: 9,
      finished: 3,
      discarded: 6,
      threads: { created: 3, destroyed: 3, alive: 0, busy: 0, idle: 0, waiting: 0 },
      channel: { state: 'initial', consoles: 0, waiting: 0 },
    })
    expect(nets.statistics().channel.connections).toMatchObject([{ state: 'free', active: 0, buffers: { valid: 0 } }, { state: 'free' }])
    pass(ms(20))
    expect(console.closes.map((line) => line.split(' ')[2])).toEqual(['reset', 'reset', 'reset', 'reset'])
    expect(fourth.state).toBe('closed')
    expect(hypervisor.window.regions.size).toBe(0)
    expect(console.connect().state).toBe('connecting')
    pass(ms(4000))
    expect(console.closes.at(-1)).toMatch(/unreachable$/)
  })

  it('gives the queue back on a shutdown, and serves again after the next start', () => {
    const { hypervisor, nets, console, start, pass } = setUp()
    start()
    pass()
    const session = console.session(pass)
    console.ask(session)
    pass(us(10))
    nets.stop('shutdown')
    nets.stop('shutdown')
    pass(ms(5))
    expect(hypervisor.window.regions.size).toBe(0)
    const before = console.statuses().length
    start()
    pass()
    const again = console.session(pass)
    console.ask(again)
    pass(ms(5))
    expect(console.statuses().slice(before)).toEqual(['ok', 'ok'])
    expect(hypervisor.violations).toEqual([])
    expect(nets.statistics()).toMatchObject({ threads: { created: 2, destroyed: 1, alive: 1 }, channel: { opened: 2 } })
    expect(hypervisor.sessions).toEqual([1, 2])
    expect(() => start()).toThrow(expect.objectContaining({ code: 'running' }))
  })

  it('can stop while its first threads are being made', () => {
    const { nets, start, pass, guest } = setUp({ nets: { threads: { min: 3, max: 3 }, threadCreation: us(50) } })
    start()
    pass(us(60))
    nets.stop('crash')
    guest.halt()
    pass()
    expect(nets.statistics()).toMatchObject({ state: 'stopped', threads: { created: 2, destroyed: 2, alive: 0 } })
    start()
    pass()
    expect(nets.statistics()).toMatchObject({ state: 'listening', threads: { created: 5, destroyed: 2, alive: 3 } })
  })
})

describe('processor time', () => {
  it('is used as asked for, TLS and driver included, and utilisation follows', () => {
    const { guest, nets, console, start, pass } = setUp({
      nets: {
        tls: { fullHandshake: us(700), resumedHandshake: us(70), perRecord: us(20), perByteNs: 1 },
        receive: us(30),
        process: us(40),
        send: us(50),
      },
      vmc: { perBufferNs: us(10) },
      hypervisor: { costs: { send: 1000, copy: 1000, perByte: 0.25, signal: 500 } },
    })
    start()
    pass()
    const session = console.session(() => pass(ms(2)))
    console.onReply = ({ sequence }) => void (sequence < 21 && console.ask(session))
    console.ask(session)
    pass(ms(60))
    const statistics = nets.statistics()
    expect(console.statuses()).toHaveLength(21)
    expect(statistics.processorNs).toBe(guest.usedNs)
    expect(statistics.utilization).toBe(guest.usedNs / statistics.upNs)
    const { stages } = statistics
    // Handshake, and per command: open and seal of a record, the stages' work; what the driver did for itself comes on top.
    const stageWork = Object.values(stages).reduce((sum, { workNs }) => sum + workNs, 0)
    expect(statistics.processorNs).toBeGreaterThan(us(700) + 21 * 2 * us(20) + stageWork)
    expect(statistics.processorNs).toBeLessThan(us(700) + 21 * 2 * us(20) + stageWork + us(200))
    expect(stages.receive.workNs).toBeGreaterThanOrEqual(21 * us(30))
    // A command out: copy of its 26 bytes and the driver's work for a buffer; its Signal is paid with what comes next.
    const copyNs = 1000 + Math.round(26 * 0.25)
    expect(stages.vmcOut).toEqual({ commands: 20, elapsedNs: 20 * (us(10) + copyNs), workNs: 20 * (us(10) + copyNs), waitNs: 0 })
    expect(stages.vmcIn.workNs).toBeGreaterThan(20 * (us(10) + copyNs))
  })

  it('waits for one dispatch when the command comes and one when the reply does', () => {
    const costs = { nets: { receive: us(30), process: us(40), send: us(50) }, hypervisor: { serviceNs: () => ms(1) } }
    const latency = (dispatchLatencyNs: number) => {
      const { guest, nets, console, start, pass } = setUp({ ...costs, dispatchLatencyNs })
      start()
      pass(ms(20))
      const session = console.session(() => pass(ms(20)))
      const dispatches = guest.dispatches
      console.ask(session)
      pass(ms(20))
      return { dispatches: guest.dispatches - dispatches, residence: nets.residences.at(-1) }
    }
    const ideal = latency(0)
    const slow = latency(us(300))
    expect(ideal.residence?.residenceNs).toBe(us(30 + 40 + 50) + ms(1))
    // The first dispatch is the opening of the record, before the command is in NETS.
    expect(slow.residence?.residenceNs).toBe(us(30 + 40 + 50) + ms(1) + us(300))
    expect(slow.residence?.stageNs).toMatchObject({ hypervisor: ms(1), vmcIn: us(300) })
    expect(slow.dispatches).toBe(2)
  })
})

describe('the draws of a command', () => {
  it('belong to it alone: processing takes the index that the service processor takes, attempts follow 16 apart', () => {
    const laws = { receive: { exponential: us(20) }, process: { exponential: us(60) }, send: { exponential: us(30) } }
    const { simulation, console, nets, start, pass } = setUp({ nets: laws })
    start()
    pass()
    const session = console.session(pass)
    console.ask(session, { entity: 4711, attempt: 2 })
    pass(ms(5))
    const inbound = simulation.draws('forward.in', 'command')
    const outbound = simulation.draws('forward.out', 'command')
    const sample = (name: keyof typeof laws, draws: typeof inbound, k: number) => simulation.law(laws[name]).sample(draws.cursor(4711, k))
    expect(nets.residences.at(-1)?.stageNs).toMatchObject({
      process: sample('process', inbound, 32),
      receive: sample('receive', inbound, 33),
      send: sample('send', outbound, 32),
    })
  })
})

describe('parameters', () => {
  it('are checked before time starts, with the path of the bad one', () => {
    const { simulation, bus } = setUp()
    const identity = { name: 's', typeModel: 't', serialNumber: 'n' }
    const make = (change: object) => () => new Nets(simulation, bus, { ...free, ...change }, { address: address('nets', 9), identity })
    expect(make({ threads: { min: 2, max: 1 } })).toThrow(expect.objectContaining({ code: 'bad-parameter', path: 'nets.threads.min' }))
    expect(make({ threads: { min: 0, max: 0 } })).toThrow('nets.threads.max: expected an integer from 1 to 1024, got 0')
    expect(make({ vmc: { ...free.vmc, mtuBytes: 100 } })).toThrow('nets.vmc.mtuBytes')
    expect(make({ vmc: { ...free.vmc, poolSize: 256, maxHmcs: 255 } })).toThrow('nets.vmc.poolSize * vmc.maxHmcs')
    expect(make({ receive: -1 })).toThrow(expect.objectContaining({ path: 'nets.receive' }))
    expect(make({ idleTimeoutNs: 0 })).toThrow(NetsError)
    expect(() => new Nets(simulation, bus, free, { address: address('lpar', 3), identity })).toThrow('expected an address of kind nets')
    expect(defaultNetsParameters.threads).toEqual({ min: 1, max: 10 })
  })
})
