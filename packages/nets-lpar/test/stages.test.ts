// The stop watch of a command and the ledger: stages without gap or overlap, times in the past, and the invariant that catches a lie.

import { InvariantError, Simulation } from '@powersim/kernel'
import { expect, it } from 'vitest'
import { BUFFER, CommandClock, HYPERVISOR, PROCESS, RECEIVE, SEND, StageLedger, stageNames, VMC_IN } from '../src/stages.js'

/** Runs until a time. */
function at(simulation: Simulation, timeNs: number): number {
  simulation.run(timeNs)
  return simulation.now
}

it('adds up to the residence, with the wait for the thread before it', () => {
  const simulation = new Simulation({ seed: 'stages' })
  const ledger = new StageLedger(simulation, 10)
  const clock = new CommandClock()
  clock.begin(at(simulation, 5))
  clock.enter(RECEIVE, at(simulation, 12))
  clock.work(3)
  clock.enter(BUFFER, at(simulation, 20))
  clock.enter(PROCESS, at(simulation, 21))
  clock.enter(HYPERVISOR, at(simulation, 30))
  // The interrupt came at 42, the driver ran at 50.
  at(simulation, 50)
  clock.enter(VMC_IN, 42)
  clock.work(6)
  clock.enter(SEND, at(simulation, 60))
  at(simulation, 64)
  ledger.finish(clock, 7, 1)
  expect(ledger.log).toEqual([
    {
      entity: 7,
      attempt: 1,
      arrivedNs: 5,
      residenceNs: 59,
      stageNs: { thread: 7, receive: 8, buffer: 1, process: 9, vmcOut: 0, hypervisor: 12, vmcIn: 18, send: 4 },
    },
  ])
  const statistics = ledger.statistics()
  expect(statistics.vmcIn).toEqual({ commands: 1, elapsedNs: 18, workNs: 6, waitNs: 12 })
  expect(statistics.vmcOut).toEqual({ commands: 0, elapsedNs: 0, workNs: 0, waitNs: 0 })
  expect(stageNames.reduce((sum, name) => sum + statistics[name].elapsedNs, 0)).toBe(ledger.residenceNs)
})

it('takes a time before the present stage for its start', () => {
  const simulation = new Simulation({ seed: 'stages' })
  const ledger = new StageLedger(simulation, 10)
  const clock = new CommandClock()
  clock.begin(at(simulation, 5))
  clock.enter(HYPERVISOR, at(simulation, 30))
  clock.enter(VMC_IN, 10)
  at(simulation, 40)
  ledger.finish(clock, 1, 0)
  expect(ledger.log[0]?.stageNs).toMatchObject({ thread: 25, hypervisor: 0, vmcIn: 10 })
})

it('trips when a stage claims more work than time, or the parts are not the whole', () => {
  const simulation = new Simulation({ seed: 'stages' })
  const ledger = new StageLedger(simulation, 10)
  const clock = new CommandClock()
  clock.begin(at(simulation, 5))
  clock.enter(RECEIVE, at(simulation, 6))
  clock.work(3)
  at(simulation, 8)
  expect(() => ledger.finish(clock, 1, 0)).toThrow(InvariantError)
  clock.begin(8)
  at(simulation, 20)
  clock.arrivedNs = 9
  expect(() => ledger.finish(clock, 1, 0)).toThrow('add up')
})
