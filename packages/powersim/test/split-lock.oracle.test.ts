// Where the lock on changes lives, and what two consoles can do to each other: with it in the hypervisor every history is strictly
// serialisable, whatever the ways; with it in the service processor only while nobody goes past that. The checker is checked first.

import type { FateRule } from '@powersim/bus'
import type { Installation } from '@powersim/managed-system'
import { address, commandByName, isReply } from '@powersim/protocol'
import { describe, expect, it } from 'vitest'
import { machineSpecification, type Machine, type Operation, type Result } from './machine-specification.js'
import { before, rival, type Rivalry } from './rival-consoles.js'
import { type Event, strictlySerialisable } from './strict-serialisability.js'

const specification = machineSpecification(before)
const seeds = Array.from({ length: 12 }, (_, place) => `oracle-${place + 1}`)
const bothWays = { hmc1: 'fsp-only', hmc2: 'by-target' }
const load = { operators: 2, lines: 25 }
/** Operations of one console meet in the hypervisor alone. */
const alone = { operators: 1, lines: 50 }

describe('the checker', () => {
  const event = (client: number, invoked: number, returned: number, operation: Operation, result: Result): Event<Operation, Result> => ({
    ...{ client, invoked, returned, operation, result },
  })
  const max = (client: number, from: number, to: number, mem: number) =>
    event(client, from, to, { do: 'amount', name: 'p', amount: 'max', mem }, { is: 'done' })
  const desired = (client: number, from: number, to: number, mem: number) =>
    event(client, from, to, { do: 'amount', name: 'p', amount: 'desired', mem }, { is: 'done' })
  const read = (client: number, from: number, to: number, text: string) =>
    event(client, from, to, { do: 'read-profile', name: 'p' }, { is: 'read', text })
  const verdict = (...history: Event<Operation, Result>[]): boolean =>
    strictlySerialisable<Machine, Operation, Result>(history, specification).serialisable

  it('finds the lost update, the stale read, the read from the future, and what is refused without a reason', () => {
    expect(verdict(max(0, 0, 10, 4096), desired(1, 5, 15, 1536), read(0, 20, 30, '128,1536,4096'))).toBe(true)
    expect(verdict(max(0, 0, 10, 4096), desired(1, 5, 15, 1536), read(0, 20, 30, '128,1536,2048'))).toBe(false)
    // While it is under way it may or may not be seen; but not first seen and then not.
    expect(verdict(max(0, 0, 30, 4096), read(1, 5, 10, '128,1024,2048'), read(1, 15, 20, '128,1024,4096'))).toBe(true)
    expect(verdict(max(0, 0, 30, 4096), read(1, 5, 10, '128,1024,4096'), read(1, 15, 20, '128,1024,2048'))).toBe(false)
    expect(verdict(read(1, 0, 10, '128,1024,4096'), max(0, 11, 30, 4096))).toBe(false)
    expect(verdict(event(0, 0, 1, { do: 'delete', name: 'p' }, { is: 'refused' }))).toBe(false)
    expect(verdict(event(0, 0, 1, { do: 'create', name: 'p', id: 9 }, { is: 'refused' }))).toBe(true)
    expect(verdict(event(0, 0, 1, { do: 'delete', name: 'p' }, { is: 'busy' }), read(0, 2, 3, '128,1024,2048'))).toBe(true)
  })

  it('conserves memory over moves', () => {
    const move = event(0, 0, 10, { do: 'move', name: 'p', to: 'q', mem: 512 }, { is: 'done' })
    const memory = (name: string, text: string, from: number) => event(1, from, from + 1, { do: 'read-memory', name }, { is: 'read', text })
    expect(verdict(move, memory('p', '512', 11), memory('q', '1536', 13))).toBe(true)
    expect(verdict(move, memory('p', '512', 2), memory('q', '1024', 4))).toBe(false)
  })
})

function verdicts(given: Omit<Rivalry, 'seed' | 'operators' | 'lines'>, { operators, lines } = load) {
  const counts = { broken: 0, done: 0, refused: 0, busy: 0, read: 0 }
  for (const seed of seeds) {
    const { history } = rival({ ...given, operators, lines, seed })
    expect(history.length).toBe(2 * operators * lines)
    for (const { result } of history) counts[result.is]++
    if (!strictlySerialisable<Machine, Operation, Result>(history, specification).serialisable) counts.broken++
  }
  return counts
}

describe('histories of two consoles that go by both ways', () => {
  it.each(['phyp', 'lease'] as const)('are strictly serialisable with the lock in place %s', (place) => {
    const { broken, ...counts } = verdicts({ place, policies: bothWays })
    expect(broken).toBe(0)
    for (const count of Object.values(counts)) expect(count).toBeGreaterThan(100)
  })

  it.each(['phyp', 'lease'] as const)('are also when both change one profile all the time, %s', (place) => {
    expect(verdicts({ place, policies: bothWays, mix: 'profile' }).broken).toBe(0)
  })

  it.each(['fsp', 'none'] as const)('are not then with the lock in place %s: updates are lost', (place) => {
    expect(verdicts({ place, policies: bothWays, mix: 'profile' }).broken).toBeGreaterThan(seeds.length / 2)
  })

  it('are with the lock in the service processor while both go by it', () => {
    for (const mix of ['everything', 'profile'] as const) {
      expect(verdicts({ place: 'fsp', policies: { hmc1: 'fsp-only', hmc2: 'fsp-only' }, mix }, alone).broken).toBe(0)
    }
  })
})

describe('two operations of two consoles, however they meet', () => {
  const pairs: [Operation, Operation][] = [
    [
      { do: 'on', name: 'p' },
      { do: 'off', name: 'p' },
    ],
    [
      { do: 'on', name: 'p' },
      { do: 'move', name: 'p', to: 'q', mem: 256 },
    ],
    [
      { do: 'move', name: 'p', to: 'q', mem: 512 },
      { do: 'delete', name: 'q' },
    ],
    [
      { do: 'amount', name: 'p', amount: 'max', mem: 4096 },
      { do: 'amount', name: 'p', amount: 'desired', mem: 1536 },
    ],
    [
      { do: 'rename', name: 'p', to: 'x' },
      { do: 'create', name: 'x', id: 6 },
    ],
  ]

  it.each(pairs)('%j and %j', (one, other) => {
    let met = 0
    for (let offset = -60; offset <= 60; offset += 10) {
      const meetings = [
        { console: 'hmc1', atNs: 100e6, operation: one },
        { console: 'hmc2', atNs: (100 + offset) * 1e6, operation: other },
        // What has become of it, asked afterwards.
        { console: 'hmc1', atNs: 900e6, operation: { do: 'read-free' } },
        { console: 'hmc1', atNs: 901e6, operation: { do: 'read-profile', name: 'p' } },
        { console: 'hmc2', atNs: 902e6, operation: { do: 'read-memory', name: 'q' } },
      ] as const
      const { history } = rival({ seed: 'meeting', place: 'phyp', policies: bothWays, meetings })
      expect(history.length).toBe(meetings.length)
      expect(strictlySerialisable<Machine, Operation, Result>(history, specification).serialisable).toBe(true)
      if (history.some(({ result }) => result.is === 'busy')) met++
    }
    expect(met).toBeGreaterThan(0)
  })
})

describe('a console that pauses longer than its hold lasts', () => {
  const commit = commandByName('stage.commit').opcode
  const meetings = [
    { console: 'hmc1', atNs: 0, operation: { do: 'amount', name: 'p', amount: 'max', mem: 4096 } },
    { console: 'hmc2', atNs: 6e9, operation: { do: 'weight', name: 'q', weight: 9 } },
    { console: 'hmc2', atNs: 25e9, operation: { do: 'read-profile', name: 'p' } },
  ] as const

  it.each([
    ['lease', 'busy', '128,1024,2048'],
    ['phyp', 'done', '128,1024,4096'],
  ] as const)('with the lock in place %s, is told %s', (place, told, after) => {
    const pause: FateRule = ({ message }) =>
      message.opcode === commit && message.source === address('hmc', 1) && !isReply(message) ? { do: 'delay', ns: 8e9 } : undefined
    // On both hops to the hypervisor: 16 s.
    const prepared = ({ bus }: Installation): void => void (bus.fate = pause)
    const { history } = rival({ seed: 'pause', place, policies: bothWays, meetings, hold: '5s', prepared })
    const results = meetings.map(({ operation }) => history.find((event) => event.operation === operation)?.result)
    expect(results).toEqual([{ is: told }, { is: 'done' }, { is: 'read', text: after }])
  })
})
