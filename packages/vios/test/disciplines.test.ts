// The built-in disciplines: the contract that all keep, and what each one is for.

import { type IoDisciplineName, ioDisciplineNames, ioDisciplines } from '../src/index.js'
import { assertIoDiscipline } from '@powersim/testkit'
import { describe, expect, it } from 'vitest'

/** Two clients that always have requests waiting: bytes that each was served in so many turns. */
function served(name: IoDisciplineName, bytes: readonly [number, number], shares: readonly [number, number], turns: number) {
  const discipline = ioDisciplines[name](64, (client) => shares[client - 1]!)
  const total = [0, 0]
  // Even requests are the first client's.
  for (let request = 0; request < 16; request++) discipline.add(request, 1 + (request % 2), bytes[request % 2]!)
  for (let turn = 0; turn < turns; turn++) {
    const request = discipline.take()
    total[request % 2]! += bytes[request % 2]!
    discipline.add(request, 1 + (request % 2), bytes[request % 2]!)
  }
  return total
}

describe('a discipline', () => {
  it.each(ioDisciplineNames)('%s keeps the contract', (name) => {
    assertIoDiscipline(ioDisciplines[name])
  })

  it('fifo serves in order of coming, whatever the sizes', () => {
    expect(served('fifo', [4096, 131_072], [128, 128], 1600)).toEqual([800 * 4096, 800 * 131_072])
  })

  it('fair share gives clients bytes in proportion to their weights, whatever the sizes', () => {
    const [small, large] = served('fair-share', [4096, 131_072], [100, 100], 33_000) as [number, number] // There are two.
    expect(small / large).toBeCloseTo(1, 1)
    const [heavy, light] = served('fair-share', [8192, 8192], [192, 64], 4000) as [number, number] // There are two.
    expect(heavy / light).toBeCloseTo(3, 1)
  })

  it('fair share owes nothing to a client that was idle', () => {
    const discipline = ioDisciplines['fair-share'](64, () => 128)
    for (let turn = 0; turn < 1000; turn++) {
      discipline.add(0, 1, 4096)
      expect(discipline.take()).toBe(0)
    }
    for (const request of [2, 4, 6]) discipline.add(request, 2, 4096)
    for (const request of [1, 3, 5]) discipline.add(request, 1, 4096)
    const order = Array.from({ length: 6 }, () => discipline.take())
    expect(order.map((request) => request % 2)).not.toEqual([0, 0, 0, 1, 1, 1])
  })

  it('priority serves the highest first, and in order of coming within one', () => {
    const discipline = ioDisciplines.priority(64, (client) => (client === 1 ? 10 : 200))
    discipline.add(0, 1, 4096)
    discipline.add(1, 2, 4096)
    discipline.add(2, 1, 4096)
    discipline.add(3, 2, 4096)
    expect(Array.from({ length: 5 }, () => discipline.take())).toEqual([1, 3, 0, 2, -1])
  })
})
