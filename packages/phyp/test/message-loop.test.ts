// The message loop: one bounded queue and one server for both routes, with the cost of each class; what power-off does to it.

import { ms, us } from '@powersim/kernel'
import type { CommandName, RequestOf } from '@powersim/protocol'
import { describe, expect, it } from 'vitest'
import { defaultPhypParameters } from '../src/index.js'
import { GuestDriver } from './guest-driver.js'
import { initial, Machine, quick } from './machine.js'

const service = { query: ms(1), configuration: ms(2), power: ms(3), dynamic: ms(40), service: ms(5) }
const timed = { ...quick, service, duplicateReply: us(50) }

function latency<N extends CommandName>(machine: Machine, name: N, data: RequestOf<N>): number {
  const before = machine.simulation.now
  return machine.ask(name, data).atNs - before
}

describe('service', () => {
  it('costs what the class of the command costs; begin and finish of a dynamic change cost as configuration', () => {
    const machine = new Machine({ parameters: timed, partitions: [initial(1, 'a')] })
    expect(latency(machine, 'lpar.list', {})).toBe(ms(1))
    expect(latency(machine, 'lpar.change', { id: 1 })).toBe(ms(2))
    expect(latency(machine, 'stage.abandon', { stage: 1 })).toBe(ms(2))
    expect(latency(machine, 'dynamic.begin', { id: 1, direction: 'add', memoryMiB: 64 })).toBe(ms(2))
    expect(latency(machine, 'dynamic.step', { stage: 2, batch: 0 })).toBe(ms(40))
    expect(latency(machine, 'dynamic.finish', { stage: 2 })).toBe(ms(2))
    expect(latency(machine, 'lpar.shutdown', { id: 1, immediate: true, restart: false })).toBe(ms(3))
  })

  it('of what is refused unserved costs the small time', () => {
    const machine = new Machine({ parameters: timed })
    machine.post({ ...machine.request('lpar.read', { id: 1 }), data: {} })
    machine.simulation.run()
    expect(machine.received[0]?.atNs).toBe(us(50))
  })

  it('takes the machine\'s cores: at once while one is idle, after a while from a partition that runs', () => {
    const refill = { sameCoreNs: 0, sameNodeNs: 0, remoteNs: 0 }
    const machine = new Machine({
      parameters: {
        ...timed,
        processors: { ...defaultPhypParameters.processors, installed: 1 },
        dispatch: { fidelity: 'exact', stealAfterNs: ms(1), refill, coresPerNode: 1 },
      },
      partitions: [initial(1, 'a')],
    })
    expect(latency(machine, 'lpar.list', {})).toBe(ms(1))
    const partition = machine.phyp.processors!.of(1)
    partition.assign(machine.phyp.startOf(1)!)
    let doneNs = 0
    partition.run(ms(100), machine.simulation.handler<null>('done', () => (doneNs = machine.simulation.now)), null)
    expect(latency(machine, 'lpar.change', { id: 1 })).toBe(ms(1) + ms(2))
    const startedNs = ms(1)
    machine.simulation.run()
    // What was stolen of its only core it has later.
    expect(doneNs).toBe(startedNs + ms(100) + ms(2))
    expect(machine.phyp.processors!.statistics().hypervisorNs).toBe(ms(1) + ms(2))
  })

  it('that power-off cuts short is nobody\'s, though its cores may still be at it', () => {
    const refill = { sameCoreNs: 0, sameNodeNs: 0, remoteNs: 0 }
    const dispatch = { fidelity: 'exact', stealAfterNs: ms(1), refill, coresPerNode: 4 } as const
    const machine = new Machine({ parameters: { ...timed, dispatch }, partitions: [initial(1, 'a')] })
    machine.post(machine.request('lpar.list', {}))
    machine.simulation.run(us(500))
    machine.phyp.power.stop()
    machine.simulation.run()
    expect(machine.phyp.statistics()).toMatchObject({ received: 1, replied: 0, dropped: 1 })
  })

  it('of two routes is one after the other, in order of arrival', () => {
    const machine = new Machine({ parameters: timed, partitions: [initial(1, 'nets', { devices: ['vmc'] })] })
    const guest = new GuestDriver(machine, 1, machine.phyp.devicesOf(1, 'vmc')[0]!).start()
    machine.post(machine.request('lpar.list', {}, { console: 1 }))
    machine.simulation.run(0)
    guest.send(machine.request('lpar.list', {}, { console: 2 }))
    machine.simulation.run(0)
    machine.post(machine.request('lpar.list', {}, { console: 1 }))
    machine.simulation.run()
    expect(machine.received.map(({ atNs }) => atNs)).toEqual([ms(1), ms(3)])
    expect(guest.received.map(({ atNs }) => atNs)).toEqual([ms(2)])
    expect(machine.phyp.station.statistics().utilization).toBe(1)
  })

  it('doubled, shifts every latency by exactly the service before', () => {
    const run = (factor: number) => {
      const doubled = Object.fromEntries(Object.entries(service).map(([name, value]) => [name, value * factor])) as typeof service
      const machine = new Machine({ parameters: { ...timed, service: doubled }, partitions: [initial(1, 'a')] })
      machine.post(machine.request('lpar.list', {}))
      machine.post(machine.request('lpar.change', { id: 1 }))
      machine.post(machine.request('lpar.shutdown', { id: 1, immediate: true, restart: false }))
      machine.simulation.run()
      return machine.received.map(({ atNs }) => atNs)
    }
    expect(run(1)).toEqual([ms(1), ms(3), ms(6)])
    expect(run(2)).toEqual(run(1).map((atNs) => 2 * atNs))
  })

  it('draws by the command alone: the same for both routes, every attempt and any crowd', () => {
    const law = { exponential: ms(1) }
    const parameters = { ...timed, service: { ...service, query: law } }
    const alone = new Machine({ parameters })
    const drawn = latency(alone, 'lpar.list', {})
    expect(drawn).not.toBe(ms(1))
    const other = new Machine({ parameters, partitions: [initial(1, 'nets', { devices: ['vmc'] })] })
    const guest = new GuestDriver(other, 1, other.phyp.devicesOf(1, 'vmc')[0]!).start()
    const request = other.request('lpar.list', {}, { attempt: 3, sequence: 77, entity: 1_000_001 })
    guest.send(request)
    other.simulation.run()
    expect(guest.received[0]?.atNs).toBe(drawn)
    const quiet = new Machine({ parameters, simulation: { noise: false } })
    expect(latency(quiet, 'lpar.list', {})).toBe(ms(1))
  })
})

describe('a full queue', () => {
  it('is told busy, as many at a time as it is long, and the command may come again', () => {
    const machine = new Machine({ parameters: { ...timed, queueLimit: 3 } })
    const create = { name: 'new', environment: 'aixlinux', profileName: 'p' } as const
    const requests = Array.from({ length: 9 }, () => machine.post(machine.request('lpar.create', create)))
    machine.simulation.run()
    const statuses = machine.received.map(({ message, atNs }) => [message.sequence, message.status, atNs])
    expect(statuses).toEqual([
      [4, 4, us(50)],
      [5, 4, us(50)],
      [6, 4, us(50)],
      [1, 0, ms(2)],
      [2, 8, ms(4)],
      [3, 8, ms(6)],
    ])
    expect(machine.phyp.statistics()).toMatchObject({ received: 9, replied: 6, busy: 6, dropped: 3, stages: { opened: 1 } })
    // What was told busy was not done: the same key is served now.
    machine.post({ ...requests[4]!, attempt: 1 })
    machine.simulation.run()
    expect(machine.received.at(-1)?.message).toMatchObject({ sequence: 5, status: 8, attempt: 1 })
    expect(machine.phyp.statistics().duplicates).toBe(0)
  })

  it('also refuses a duplicate of what is finished', () => {
    const machine = new Machine({ parameters: { ...timed, queueLimit: 1 } })
    const first = machine.request('lpar.list', {})
    machine.post(first)
    machine.simulation.run()
    machine.post(machine.request('lpar.list', {}))
    machine.post(first)
    machine.simulation.run()
    expect(machine.received.map(({ message }) => message.status)).toEqual([0, 4, 0])
  })
})

describe('power-off', () => {
  it('drops what waits and what is served, and counts it; later commands hear nothing', () => {
    const machine = new Machine({ parameters: timed })
    for (let n = 0; n < 5; n++) machine.post(machine.request('lpar.list', {}))
    const again = machine.post(machine.request('lpar.list', {}, { sequence: 5 }))
    machine.simulation.run(ms(1.5))
    expect(machine.received).toHaveLength(1)
    machine.phyp.power.stop()
    expect(machine.phyp.station.inside).toBe(0)
    machine.post(again)
    machine.simulation.run(ms(50))
    expect(machine.received).toHaveLength(1)
    const queue = { withdrawn: 4, completed: 1 }
    expect(machine.phyp.statistics()).toMatchObject({ received: 7, replied: 1, joined: 1, dropped: 6, queue })
  })

  it('forgets replies, not epochs and not what is too old', () => {
    const machine = new Machine({ parameters: { ...timed, replyWindow: 4 } })
    machine.ask('lpar.list', {}, { epoch: 7, sequence: 20 })
    machine.phyp.power.stop()
    machine.phyp.power.start()
    expect(machine.ask('lpar.list', {}, { epoch: 6, sequence: 99 }).status).toBe('too-old')
    expect(machine.ask('lpar.list', {}, { epoch: 7, sequence: 16 }).status).toBe('too-old')
    const repeated = machine.ask('lpar.list', {}, { epoch: 7, sequence: 20 })
    expect(repeated.status).toBe('ok')
    expect(machine.phyp.statistics().duplicates).toBe(0)
  })

  it('ends the stages, and their numbers do not come again', () => {
    const machine = new Machine({ partitions: [initial(1, 'a')] })
    const { stage } = machine.done('lpar.change', { id: 1 })
    machine.phyp.power.stop()
    machine.phyp.power.start()
    expect(machine.ask('stage.commit', { stage }).refusal.reason).toBe('stage-not-found')
    expect(machine.done('lpar.change', { id: 1 }).stage).toBe(stage + 1)
  })
})

it('has defaults that its own check accepts, with the classes in the order of the facts', () => {
  const { query, configuration, dynamic } = defaultPhypParameters.service
  expect([query, configuration, dynamic]).toEqual([ms(0.5), ms(3), ms(40)])
})
