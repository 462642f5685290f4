// Saturated throughput against closed forms. Serial: one command after the other holds the service processor and the hypervisor, but not
// the link: 1 / (open + forward + mailbox + p + mailbox + forward + seal). The capacity model's rough S_F = F + p also counts the link
// and gives 76 a second; without it the base set gives 81. Pipelined: the processor alone is the limit.

import { ms, seconds } from '@powersim/kernel'
import { expect, it } from 'vitest'
import { ServiceRoom, slots } from './service-room.js'

const p = ms(3)
const work = slots.open + 2 * slots.forward + slots.seal

interface Saturation {
  /** Time from the first reply to the last, and how many commands lie between. */
  readonly ns: number
  readonly commands: number
  readonly utilization: number
}

/** A long queue of commands, from the first to the last. */
function saturate(hmcClass: 'serial' | 'pipelined', commands: number): Saturation {
  const room = new ServiceRoom({ parameters: { hmcClass, commandLimit: 1000 } })
  room.open(room.console)
  for (let n = 0; n < commands; n++) room.console.ask('lpar.list')
  const [fromNs, busyNs] = [room.simulation.now, room.fsp.statistics().processor.busyNs]
  room.simulation.run()
  const { replies } = room.console
  expect(room.console.statuses()).toEqual(Array.from({ length: commands }, () => 'ok'))
  const elapsedNs = replies.at(-1)!.timeNs - slots.lanOut - fromNs
  const utilization = (room.fsp.statistics().processor.busyNs - busyNs) / elapsedNs
  return { ns: replies.at(-1)!.timeNs - replies[0]!.timeNs, commands: commands - 1, utilization }
}

it('serial: 81.46 commands a second, exactly', () => {
  const { ns, commands } = saturate('serial', 500)
  const cycle = work + slots.mailboxIn + p + slots.mailboxOut
  expect(ns).toBe(commands * cycle)
  expect((commands * seconds(1)) / ns).toBeCloseTo(81.4598, 4)
  // With the link, as the rough formula has it.
  expect(seconds(1) / (cycle + slots.lanIn + slots.lanOut)).toBeCloseTo(76.252, 3)
})

it('pipelined: 122.9 commands a second, the processor without a pause', () => {
  const { ns, commands, utilization } = saturate('pipelined', 500)
  expect((commands * seconds(1)) / ns).toBeGreaterThan(122.9 * 0.99)
  expect((commands * seconds(1)) / ns).toBeLessThan(122.9 * 1.01)
  expect(seconds(1) / work).toBeCloseTo(122.91, 2)
  expect(utilization).toBeGreaterThan(0.99)
})
