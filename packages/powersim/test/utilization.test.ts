// Utilization of a whole machine as a console lists it, against what the wheel itself counts, and the sums that must hold in every sample.

import { minutes } from '@powersim/kernel'
import { CYCLES_PER_SECOND, cyclesOf } from '@powersim/protocol'
import { describe, expect, test } from 'vitest'
import { openConsole, type OpenConsole, policies } from '../src/index.js'

const NEW =
  'name=lpar1,profile_name=normal,lpar_env=aixlinux,min_mem=512,desired_mem=1024,max_mem=2048,proc_mode=shared,min_procs=1,' +
  'desired_procs=1,max_procs=2,min_proc_units=0.1,desired_proc_units=0.5,max_proc_units=1.0,sharing_mode=uncap,uncap_weight=128'

function numbers(console: OpenConsole, line: string): number[][] {
  return console
    .type(line)
    .stdout.trimEnd()
    .split('\n')
    .map((row) => row.split(',').map(Number))
}

describe('utilization of a machine', () => {
  const console = openConsole({ machine: {}, seed: 'utilization', policy: policies.byTarget(), between: 0 })
  const { simulation, systems } = console.installation
  console.type(`mksyscfg -r lpar -m p520 -i "${NEW}"`)
  console.type('chlparutil -r config -s 60 -m p520')
  console.wait(minutes(10))
  console.type('chsysstate -m p520 -r lpar -o on -n lpar1 -f normal')
  console.wait(minutes(10))
  console.type('chhwres -r proc -m p520 -o a -p lpar1 --procunits 0.25')
  console.wait(minutes(10))
  console.type('chsysstate -m p520 -r lpar -o shutdown --immed -n lpar1')
  console.wait(minutes(5))

  test('is sampled at its rate by one command a sample', () => {
    const samples = numbers(console, 'lslparutil -r sys -m p520 -F proc_cycles_per_second')
    expect(samples.length).toBeGreaterThanOrEqual(30)
    expect(new Set(samples.flat())).toEqual(new Set([CYCLES_PER_SECOND]))
  })

  test('never shrinks, and what is within entitlement stays within it', () => {
    const rows = numbers(console, 'lslparutil -r lpar -m p520 -F lpar_id,time_cycles,entitled_cycles,capped_cycles,uncapped_cycles')
    const before = new Map<number, number[]>()
    for (const [id = 0, ...counters] of rows.toReversed()) {
      const [time = 0, entitled = 0, capped = 0] = counters
      const last = before.get(id) ?? [0, 0, 0, 0]
      for (const [at, counter] of counters.entries()) expect(counter).toBeGreaterThanOrEqual(last[at] ?? 0)
      expect(capped).toBeLessThanOrEqual(entitled)
      expect(entitled).toBeLessThanOrEqual(4 * time)
      before.set(id, counters)
    }
    expect(before.size).toBe(4)
  })

  test("is entitled as its configuration was over time, and used what the wheel's own books say", () => {
    const { processors } = systems[0]!.phyp
    const used = processors!.usedBy(4)
    const place = processors!.placeOf(4)!.statistics()
    expect(used).toMatchObject({ cappedNs: place.utilizedCappedNs, uncappedNs: place.utilizedUncappedNs })
    const [first, last] = [21, 29].map((minute) => minute * 60)
    // From the 21st to the 29th minute it has 0.75 of a processor.
    const rows = numbers(console, 'lslparutil -r lpar -m p520 --filter "lpar_ids=4" -F time_cycles,entitled_cycles').toReversed()
    const inside = rows.filter(([time = 0]) => time > first! * CYCLES_PER_SECOND && time < last! * CYCLES_PER_SECOND)
    expect(inside.length).toBeGreaterThan(5)
    const [from, to] = [inside[0]!, inside.at(-1)!]
    expect((to[1]! - from[1]!) / (to[0]! - from[0]!)).toBeCloseTo(0.75, 6)
    // Without power it is entitled to nothing.
    const [last1, last2] = [rows.at(-1)!, rows.at(-3)!]
    expect(last1[0]).toBeGreaterThan(last2[0]!)
    expect(last1[1]).toBe(last2[1])
  })

  test('adds up: the pool is what its partitions used and what nobody did', () => {
    const { processors } = systems[0]!.phyp
    const wheel = processors!.statistics()
    const sum = [1, 2, 3, 4].reduce((total, id) => total + processors!.usedBy(id)!.cappedNs + processors!.usedBy(id)!.uncappedNs, 0)
    expect(processors!.usedInPool(0)).toBe(sum)
    expect(wheel.busyNs).toBe(sum)
    // Four cores: partitions, the hypervisor itself and idle time are all there is.
    expect(wheel.busyNs + wheel.hypervisorNs + wheel.idleNs).toBe(4 * wheel.elapsedNs)
    const [total = 0, utilized = 0] = numbers(console, 'lslparutil -r pool -m p520 -n 1 -F total_pool_cycles,utilized_pool_cycles')[0]!
    expect(utilized).toBeLessThan(total)
    expect(total).toBeLessThanOrEqual(4 * cyclesOf(simulation.now))
    expect(numbers(console, 'lslparutil -r procpool -m p520 -n 1 -F total_pool_cycles,utilized_pool_cycles')[0]).toEqual([total, utilized])
  })
})
