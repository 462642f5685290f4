// The rules of micro-partitioning over drawn machines: every slice is checked from outside, with demand, work that comes at drawn times,
// hypervisor work and cache refill. And what must not depend on when somebody looks.

import { ms } from '@powersim/kernel'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { lottery, MicropartError, stride } from '../src/index.js'
import { build, drawnMachine } from './drawn-machine.js'
import { SliceChecker } from './slice-checker.js'

const WINDOW = ms(10)
const piece = fc.record({
  partition: fc.nat(7),
  atNs: fc.integer({ min: 0, max: 12 * WINDOW }),
  workNs: fc.oneof(fc.integer({ min: 0, max: ms(3) }), fc.constant(ms(1))),
})
const hypervisor = fc.record({ atNs: fc.integer({ min: 0, max: 12 * WINDOW }), workNs: fc.integer({ min: 0, max: ms(2) }) })

it('keeps every rule at every slice, whatever is asked and when', () => {
  const options = fc.record({
    policy: fc.constantFrom(undefined, lottery, stride),
    coresPerNode: fc.constantFrom(1, 2, 6),
    refill: fc.constantFrom({}, { sameCoreNs: 3000, sameNodeNs: 20_000, remoteNs: 50_000 }),
  })
  fc.assert(
    fc.property(
      drawnMachine,
      fc.array(piece, { maxLength: 40 }),
      fc.array(hypervisor, { maxLength: 3 }),
      options,
      (machine, pieces, stolen, { policy, ...rest }) => {
        const { simulation, wheel, partitions } = build(machine, policy === undefined ? rest : { ...rest, policy })
        const checker = new SliceChecker(machine, stolen.length > 0)
        wheel.observe(checker)
        let completed = 0
        const done = simulation.handler<null>('done', () => {
          completed++
        })
        const ask = simulation.handler<(typeof pieces)[number]>('ask', ({ partition, workNs }) => {
          partitions[partition % partitions.length]?.processor.run(workNs, done, null)
        })
        const system = simulation.handler<number>('system', (workNs) => wheel.hypervisorTime(workNs, done, null))
        for (const drawn of pieces) simulation.scheduleAt(drawn.atNs, ask, drawn)
        for (const { atNs, workNs } of stolen) simulation.scheduleAt(atNs, system, workNs)
        const windows = 14
        simulation.run(windows * WINDOW)
        const { idleNs, dedicatedIdleNs, busyNs, hypervisorNs } = wheel.statistics()
        checker.finish(windows - 1)
        expect(checker.problems).toEqual([])
        expect(busyNs + idleNs + dedicatedIdleNs + hypervisorNs).toBe(machine.cores * windows * WINDOW)
        let ran = 0
        for (const partition of partitions) {
          const { virtualProcessors, runNs, elapsedNs } = partition.statistics()
          ran += runNs
          for (const one of virtualProcessors ?? []) {
            expect(one.runNs + one.waitReadyNs + one.waitCapacityNs + one.waitCoreNs, '(j) all time is accounted for').toBe(elapsedNs)
            expect([2 * one.dispatches, 2 * one.dispatches + 1], '(f) parity').toContain(one.dispatchCount)
          }
        }
        expect(ran).toBe(busyNs)
        // All work is done once the streams are silent.
        for (const partition of partitions) partition.demand(null)
        simulation.run(simulation.now + 100 * WINDOW)
        expect(completed).toBe(pieces.length + stolen.length)
      },
    ),
    { numRuns: 4000 },
  )
})

it('treats weight 0 and capped alike, and computes the same run whoever looks at it and when', () => {
  fc.assert(
    fc.property(drawnMachine, fc.array(fc.integer({ min: 0, max: 10 * WINDOW }), { maxLength: 10 }), (machine, looks) => {
      const run = (capped: (weight: number, isCapped: boolean) => { weight: number; capped: boolean }, looksAt: readonly number[]) => {
        const partitions = machine.partitions.map((drawn) => ({ ...drawn, ...capped(drawn.weight, drawn.capped) }))
        const { simulation, wheel } = build({ ...machine, partitions })
        const look = simulation.handler<null>('look', () => {
          wheel.statistics()
          wheel.digest()
        })
        for (const atNs of looksAt) simulation.scheduleAt(atNs, look, null)
        simulation.run(10 * WINDOW)
        return wheel.digest()
      }
      const once = run((weight, isCapped) => ({ weight: isCapped ? 0 : weight, capped: isCapped }), [])
      const other = run((weight, isCapped) => ({ weight, capped: isCapped || weight === 0 }), looks)
      expect(other).toBe(once)
    }),
    { numRuns: 150 },
  )
})

it('survives any order of DLPAR, power and halts, in both fidelities, and accounts for every ns', () => {
  const step = fc.record({
    gapNs: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: ms(7) }), fc.constant(WINDOW)),
    which: fc.nat(7),
    what: fc.constantFrom('entitle', 'resize', 'off', 'on', 'halt', 'work', 'work', 'silent', 'demand'),
    amount: fc.integer({ min: 1, max: 200 }),
  })
  const refused = (ask: () => void): void => {
    try {
      ask()
    } catch (error) {
      expect(error).toBeInstanceOf(MicropartError)
    }
  }
  fc.assert(
    fc.property(drawnMachine, fc.array(step, { maxLength: 60 }), fc.constantFrom('exact', 'fluid'), (machine, steps, fidelity) => {
      const { simulation, wheel, partitions } = build(machine, { fidelity })
      let ran = 0
      // A completion that does what the next step says: whatever may be asked, may be asked from there too.
      const act = simulation.handler<number>('act', (index) => {
        const { which, what, amount } = steps[index]!
        const partition = partitions[which % partitions.length]!
        const work = () => partition.processor.run(amount * 50_000, act, (index + 7) % steps.length)
        if (what === 'entitle') refused(() => partition.setEntitlement({ entitledCapacity: amount / 100, capped: amount % 2 === 0 }))
        else if (what === 'resize') refused(() => partition.processor.resize(1 + (amount % 4)))
        else if (what === 'off') partition.deactivate()
        else if (what === 'on') refused(() => partition.activate())
        else if (what === 'halt') partition.processor.halt()
        else if (what === 'work' && ran++ < 200) refused(work)
        else if (what === 'demand') refused(() => partition.demand({ processors: amount / 50 }))
        else refused(() => partition.demand(null))
      })
      let atNs = 0
      for (const [index, { gapNs }] of steps.entries()) {
        atNs += gapNs
        simulation.scheduleAt(atNs, act, index)
      }
      let before = 0
      for (let look = 0; look < 5; look++) {
        simulation.run(simulation.now + 7 * WINDOW + 12_345)
        const { idleNs, dedicatedIdleNs, busyNs, hypervisorNs, elapsedNs } = wheel.statistics()
        expect(busyNs + idleNs + dedicatedIdleNs + hypervisorNs).toBe(machine.cores * elapsedNs)
        const runs = partitions.reduce((sum, partition) => sum + partition.statistics().runNs, 0)
        expect(runs).toBe(busyNs)
        const dispatches = partitions.reduce((sum, partition) => sum + (partition.statistics().dispatches ?? 0), 0)
        expect(dispatches).toBeGreaterThanOrEqual(before)
        before = dispatches
      }
    }),
    { numRuns: 300 },
  )
})
