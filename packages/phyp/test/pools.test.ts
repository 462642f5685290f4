// Shared processor pools in the configuration: what one has reserved is nobody's, and its partitions are entitled to no more than its
// maximum, by activation or by a dynamic change.

import { expect, it } from 'vitest'
import { defaultPhypParameters } from '../src/index.js'
import { initial, Machine, profileOf } from './machine.js'

const inPool = (poolId: number) => {
  const profile = profileOf('normal')
  const processors = { ...profile.processors, poolId, minProcs: 1, desiredProcs: 1, minHundredths: 60, desiredHundredths: 60 }
  return { ...profile, processors }
}

function machine(): Machine {
  const processors = { ...defaultPhypParameters.processors, pools: [{ id: 1, reserved: 0.3, maximum: 1 }] }
  const partitions = [1, 2].map((id) => initial(id, `p${id}`, { profiles: [inPool(1)], running: id === 1 }))
  const other = initial(3, 'other', { profiles: [inPool(0)], running: false })
  return new Machine({ parameters: { processors }, partitions: [...partitions, other] })
}

it('what a pool has reserved is not available', () => {
  expect(machine().done('processors.system', {}).availableHundredths).toBe(400 - 30 - 60)
})

it('an activation beyond the maximum of its pool is refused, one in another pool is not', () => {
  const server = machine()
  expect(server.activate(2, 'normal').refusal.reason).toBe('processors-insufficient')
  expect(server.activate(3, 'normal').status).toBe('ok')
})

it('so is a dynamic change, which has changed nothing', () => {
  const server = machine()
  const refused = server.ask('dynamic.begin', { id: 1, direction: 'add', hundredths: 20 })
  expect(refused.refusal).toMatchObject({ reason: 'processors-insufficient', values: { wanted: 20, available: 10 } })
  expect(server.ask('dynamic.begin', { id: 1, direction: 'add', hundredths: 10 }).status).toBe('ok')
})

it('a profile of a pool that is not there is refused', () => {
  const server = machine()
  const profile = inPool(7)
  const { stage } = server.done('profile.change', { id: 3, name: 'normal' })
  expect(server.ask('stage.processors', { stage, processors: profile.processors }).refusal.reason).toBe('processor-range')
})
