// What consoles read of processors (lshwres -r proc: the run_ attributes), what the configuration says, and what the wheel gives, after
// every line of random scripts: dynamic changes that guests do in part, H_SET_PPP in between, sharing modes, starts and stops.

import { H_Constrained, H_Function, H_GET_PPP, H_Parameter, H_SET_PPP, H_Success, type RequestOf } from '@powersim/protocol'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { DispatchedMachine } from './dispatched-machine.js'
import { initial, profileOf } from './machine.js'

const RESERVED = 20
const INSTALLED = 400

const line = fc.record({
  kind: fc.constantFrom('portion', 'portion', 'change', 'change', 'change', 'sharing', 'power'),
  id: fc.integer({ min: 1, max: 4 }),
  to: fc.integer({ min: 1, max: 4 }),
  direction: fc.constantFrom('add', 'remove', 'move'),
  procs: fc.nat(2),
  hundredths: fc.nat(150),
  weight: fc.nat(300),
  /** Units of each batch that guests fail to do. */
  missed: fc.constantFrom(0, 0, 1),
  end: fc.constantFrom('finish', 'finish', 'hold', 'abandon'),
  capped: fc.boolean(),
})
type Line = typeof line extends fc.Arbitrary<infer T> ? T : never

function machineOf(): DispatchedMachine {
  const inPool = profileOf('p', { hundredths: [10, 40, 300] })
  return new DispatchedMachine([
    initial(1, 'a', { profiles: [profileOf('p')] }),
    initial(2, 'b', { profiles: [profileOf('p', { procs: [1, 3, 6], hundredths: [10, 90, 400] })] }),
    initial(3, 'c', { profiles: [{ ...inPool, processors: { ...inPool.processors, poolId: 2 } }] }),
    initial(4, 'd', { profiles: [profileOf('p', { dedicated: true, procs: [1, 1, 2] })], running: false, holdsResources: true }),
  ])
}

let set = 0
let constrained = 0
let changed = 0

function portion(m: DispatchedMachine, { id, hundredths, weight }: Line): void {
  const before = m.phyp.configuration.snapshot.partitions[id]!.current!.processors
  const code = m.call(id, H_SET_PPP, hundredths, weight)
  const after = m.phyp.configuration.snapshot.partitions[id]!.current!.processors
  if (code === H_Success) {
    expect([after.hundredths, after.uncapWeight]).toEqual([hundredths, weight])
    set++
  } else if (code === H_Constrained) constrained++
  // Without power it is nobody's call; with dedicated processors there is nothing to set.
  else {
    expect(before).toBe(after)
    expect(code).toBe(m.machine.state(id) === 'Running' ? H_Function : H_Parameter)
  }
}

function change(m: DispatchedMachine, wanted: Line): void {
  const { id, to, direction, procs, hundredths, missed, end } = wanted
  const data: RequestOf<'dynamic.begin'> = { id, direction, procs, hundredths, ...(direction === 'move' ? { to } : {}) }
  const begun = m.machine.ask('dynamic.begin', data)
  if (begun.status !== 'ok') return
  const { stage, batches } = begun.data
  const count = procs === 0 ? 0 : 1
  for (let batch = 0; batch < batches; batch++) {
    if (direction !== 'add') m.machine.guestGives(id, 'proc', count - missed)
    m.machine.done('dynamic.step', { stage, batch })
    if (direction !== 'remove') m.machine.guestTakes(direction === 'add' ? id : to, 'proc', count - missed)
    const { version } = m.phyp.configuration
    portion(m, wanted)
    expect(m.phyp.configuration.version).toBe(version)
  }
  if (end === 'abandon') m.machine.ask('stage.abandon', { stage })
  else m.machine.done('dynamic.finish', { stage, hold: end === 'hold' })
  changed++
}

function perform(m: DispatchedMachine, wanted: Line): void {
  const { id, capped, weight } = wanted
  if (wanted.kind === 'portion') portion(m, wanted)
  else if (wanted.kind === 'change') change(m, wanted)
  else if (wanted.kind === 'sharing') {
    m.machine.ask('dynamic.sharing', { id, sharingMode: capped ? 'cap' : 'uncap', ...(capped ? {} : { uncapWeight: weight % 256 }) })
  } else if (m.machine.state(id) === 'Not Activated') {
    m.machine.activate(id, capped ? 'p' : undefined)
    m.machine.boot(id)
  } else m.machine.done('lpar.shutdown', { id, immediate: true, restart: false })
}

function check(m: DispatchedMachine): void {
  let held = 0
  for (const id of [1, 2, 3, 4]) {
    const { current, runHundredths, runProcs } = m.machine.done('processors.lpar', { id })
    const shared = current.mode === 'shared'
    held += shared ? current.hundredths : current.procs * 100
    const place = m.processors.placeOf(id)
    if (m.machine.state(id) !== 'Running') {
      expect([runHundredths, runProcs, place?.active ?? false]).toEqual([0, 0, false])
      continue
    }
    const { entitledHundredths, virtualProcessors, weight, capped, pool, dedicated } = place!.terms
    expect(place!.active).toBe(true)
    expect([virtualProcessors, dedicated]).toEqual([runProcs, !shared])
    expect(entitledHundredths).toBe(shared ? runHundredths : runProcs * 100)
    expect(m.call(id, H_GET_PPP)).toBe(H_Success)
    expect(m.plic.hypercalls.registers.low[4]).toBe(entitledHundredths)
    if (shared) expect([weight, capped, pool]).toEqual([current.uncapWeight, current.sharingMode === 'cap', current.poolId])
  }
  expect(m.machine.done('processors.system', {}).availableHundredths).toBe(INSTALLED - RESERVED - held)
}

it('the wheel, the configuration and run_ attributes agree at every line, and sums are exact', () => {
  fc.assert(
    fc.property(fc.array(line, { minLength: 5, maxLength: 25 }), (script) => {
      const m = machineOf()
      check(m)
      for (const wanted of script) {
        perform(m, wanted)
        check(m)
      }
    }),
    { numRuns: 150, seed: 1 },
  )
  expect(Math.min(set, constrained, changed)).toBeGreaterThan(100)
})
