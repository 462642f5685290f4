// A partition's place on the dispatch wheel from start to start: modes, amounts half-way through a change, and what it has used.

import { ms, Simulation } from '@powersim/kernel'
import type { PartitionStart } from '@powersim/protocol'
import { expect, it } from 'vitest'
import { defaultPhypParameters, MachineProcessors } from '../src/index.js'

const refill = { sameCoreNs: 0, sameNodeNs: 0, remoteNs: 0 }
const dispatch = { fidelity: 'exact', stealAfterNs: ms(1), refill, coresPerNode: 4 } as const
const shared = { mode: 'shared', capped: false, weight: 128, poolId: 0, donates: false } as const

function start(amounts: Partial<PartitionStart>): PartitionStart {
  const memory = { memoryMiB: 1024, sharedMemory: null, memoryExpansionHundredths: 0 } as const
  const whole = { lparId: 1, name: 'a', environment: 'aixlinux', ...memory, bootMode: 'norm' } as const
  return { ...whole, virtualProcessors: 2, entitledHundredths: 50, processing: shared, ...amounts }
}

function wheel(): { simulation: Simulation; machine: MachineProcessors } {
  const simulation = new Simulation({ seed: 'wheel' })
  return { simulation, machine: new MachineProcessors(simulation, 'wheel', defaultPhypParameters.processors, dispatch, 254) }
}

it('counts what a partition has used from start to start, and runs nothing without power', () => {
  const { simulation, machine } = wheel()
  const processor = machine.of(1)
  let done = 0
  const then = simulation.handler<null>('done', () => done++)
  processor.run(ms(1), then, null)
  processor.assign(start({}))
  processor.run(ms(1), then, null)
  simulation.run()
  processor.halt()
  processor.run(ms(1), then, null)
  simulation.run()
  expect(done).toBe(1)
  const dedicated = { ...shared, mode: 'dedicated', donates: true } as const
  processor.assign(start({ processing: dedicated, entitledHundredths: 200 }))
  processor.run(ms(2), then, null)
  simulation.run()
  expect(done).toBe(2)
  expect(processor.partition?.terms).toMatchObject({ dedicated: true, donates: true, entitledHundredths: 200 })
  expect(processor.statistics().busyNs).toBe(ms(3))
})

it('lends idle cores as the next start says', () => {
  const { machine } = wheel()
  const processor = machine.of(1)
  const dedicated = { ...shared, mode: 'dedicated' } as const
  processor.assign(start({ processing: dedicated, entitledHundredths: 200 }))
  processor.assign(start({ processing: { ...dedicated, donates: true }, entitledHundredths: 200 }))
  expect(processor.partition?.terms.donates).toBe(false)
  processor.halt()
  processor.assign(start({ processing: { ...dedicated, donates: true }, entitledHundredths: 200 }))
  expect(processor.partition?.terms.donates).toBe(true)
})

it('gives no more virtual processors than the entitlement bears, nor more entitlement than they can use', () => {
  const { machine } = wheel()
  const processor = machine.of(1)
  processor.assign(start({ virtualProcessors: 6, entitledHundredths: 50 }))
  expect(processor.partition?.terms).toMatchObject({ virtualProcessors: 5, entitledHundredths: 50 })
  processor.assign(start({ virtualProcessors: 1, entitledHundredths: 150 }))
  expect(processor.partition?.terms).toMatchObject({ virtualProcessors: 1, entitledHundredths: 100 })
})

it('has room on the wheel for as many virtual processors as the cores can entitle', () => {
  const { machine } = wheel()
  for (let lparId = 1; lparId <= 40; lparId++) machine.of(lparId).assign(start({ lparId, virtualProcessors: 1, entitledHundredths: 10 }))
  expect(() => machine.of(41).assign(start({ lparId: 41, virtualProcessors: 1, entitledHundredths: 10 }))).toThrow(/over-committed/)
})
