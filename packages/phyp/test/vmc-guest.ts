// A machine with a partition that has a management channel, and what the tests of the channel read of it.
// No test stands here.

import { ms } from '@powersim/kernel'
import { CRQ_INIT, type CrqEntry } from '@powersim/protocol'
import { GuestDriver, type GuestOptions } from './guest-driver.js'
import { initial, Machine, type MachineOptions } from './machine.js'

export const service = { query: ms(1), configuration: ms(2), power: ms(3), dynamic: ms(40), service: ms(5) }

export function withGuest(guestOptions: GuestOptions = {}, options: MachineOptions = {}): { machine: Machine; guest: GuestDriver } {
  const machine = new Machine({ partitions: [initial(1, 'nets', { devices: ['vmc'] }), initial(2, 'other')], ...options })
  return { machine, guest: new GuestDriver(machine, 1, machine.phyp.devicesOf(1, 'vmc')[0]!, guestOptions) }
}

export const vmcOf = (machine: Machine) => machine.phyp.statistics().vmc[0]!
export const types = (entries: readonly CrqEntry[]) => entries.map(({ header, type }) => (header === CRQ_INIT ? `init ${type}` : type))
