// Shared processor pools in the configuration: what one has reserved is nobody's, and its partitions are entitled to no more than its
// maximum, by activation or by a dynamic change.

import { describe, expect, it } from 'vitest'
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

it('tells of what is shared: what nobody owns, and what is left of it', () => {
  const { most, sharedHundredths, availableHundredths } = machine().done('processorPool.list', {})
  expect([most, sharedHundredths, availableHundredths]).toEqual([64, 400, 400 - 30 - 60])
})

it('a pool that was given a name is called so wherever a partition is in it', () => {
  const processors = { ...defaultPhypParameters.processors, pools: [{ id: 1, name: 'batch', maximum: 1 }] }
  const server = new Machine({ parameters: { processors }, partitions: [initial(1, 'p1', { profiles: [inPool(1)], running: true })] })
  expect(server.done('processors.lpar', { id: 1 }).current.poolName).toBe('batch')
  expect(server.done('profile.read', { id: 1, name: 'normal' }).poolName).toBe('batch')
  expect(machine().done('profile.read', { id: 1, name: 'normal' })).not.toHaveProperty('poolName')
})

it('a profile of a pool that is not there is refused', () => {
  const server = machine()
  const profile = inPool(7)
  const { stage } = server.done('profile.change', { id: 3, name: 'normal' })
  expect(server.ask('stage.processors', { stage, processors: profile.processors }).refusal.reason).toBe('processor-range')
})

describe('pools that change', () => {
  const poolsOf = (server: Machine) => server.done('processorPool.list', {}).pools
  const change = (server: Machine, pool: number, maximumHundredths: number, reservedHundredths = 0) =>
    server.ask('processorPool.change', { pool, maximumHundredths, reservedHundredths })

  it('tell what they are and who is in them', () => {
    expect(poolsOf(machine())).toEqual([
      { id: 0, name: 'DefaultPool', maximumHundredths: 400, reservedHundredths: 0, entitledHundredths: 0, lparIds: [] },
      { id: 1, name: 'SharedPool01', maximumHundredths: 100, reservedHundredths: 30, entitledHundredths: 60, lparIds: [1] },
    ])
  })

  it("come and go; what one reserves is nobody else's", () => {
    const server = machine()
    const available = (): number => server.done('processors.system', {}).availableHundredths
    const before = available()
    expect(change(server, 5, 200, 50).status).toBe('ok')
    expect(available()).toBe(before - 50)
    server.done('processorPool.change', { pool: 5, name: 'batch' })
    expect(poolsOf(server).at(-1)).toMatchObject({ id: 5, name: 'batch', maximumHundredths: 200 })
    expect(server.ask('processorPool.change', { pool: 6, name: 'batch' }).refusal.reason).toBe('processor-pool-name-in-use')
    server.done('processorPool.change', { pool: 5, name: 'SharedPool05', maximumHundredths: 0, reservedHundredths: 0 })
    expect(poolsOf(server).map(({ id }) => id)).toEqual([0, 1])
    expect(available()).toBe(before)
  })

  it.each([
    ['the default pool', 0, 100, 0, 'processor-pool-not-found'],
    ['more pools than there may be', 64 - 1 + 1, 100, 0, 'malformed'],
    ['half a processor', 2, 50, 0, 'processor-pool-range'],
    ['more processors than there are', 2, 500, 0, 'processor-pool-range'],
    ['more reserved than the maximum', 2, 100, 110, 'processor-pool-range'],
    ['more reserved than is free', 2, 400, 400, 'processors-insufficient'],
    ['less than its partitions have', 1, 0, 0, 'processor-pool-in-use'],
    ['less than is entitled and reserved', 1, 100, 50, 'processor-pool-range'],
  ])('%s is refused, and changes nothing', (_, pool, maximum, reserved, reason) => {
    const server = machine()
    const before = poolsOf(server)
    const { status, refusal } = change(server, pool, maximum, reserved)
    expect(status === 'refused' ? refusal.reason : status).toBe(reason)
    expect(poolsOf(server)).toEqual(before)
  })

  it('a running partition moves, with all that it is entitled to', () => {
    const server = machine()
    server.activate(3, 'normal')
    expect(server.ask('dynamic.sharing', { id: 3, poolId: 1 }).refusal.reason).toBe('processors-insufficient')
    expect(server.ask('dynamic.sharing', { id: 3, poolId: 2 }).refusal.reason).toBe('processor-pool-not-found')
    change(server, 2, 100)
    server.done('dynamic.sharing', { id: 3, poolId: 2 })
    expect(server.done('processors.lpar', { id: 3 }).current.poolId).toBe(2)
    expect(poolsOf(server).at(-1)).toMatchObject({ id: 2, entitledHundredths: 60, lparIds: [3] })
    expect(change(server, 2, 0).refusal.reason).toBe('processor-pool-in-use')
    server.done('dynamic.sharing', { id: 3, poolId: 0 })
    expect(change(server, 2, 0).status).toBe('ok')
  })

  it('what operations under way give a pool counts', () => {
    const server = machine()
    change(server, 2, 100)
    server.done('dynamic.sharing', { id: 1, poolId: 2 })
    server.activate(3, 'normal')
    const { stage } = server.done('dynamic.begin', { id: 1, direction: 'add', hundredths: 40 })
    expect(change(server, 2, 100, 10).refusal.reason).toBe('processor-pool-range')
    server.done('stage.abandon', { stage })
    expect(change(server, 2, 100, 10).status).toBe('ok')
  })
})
