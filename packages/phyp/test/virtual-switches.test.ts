// Virtual switches that come and go: names, limit, and who keeps one from going.

import { ethernetAdapter } from '@powersim/testkit'
import { expect, it } from 'vitest'
import { initial, Machine, profileOf } from './machine.js'

const names = (machine: Machine): string[] => machine.done('adapters.switches', {}).switches.map(({ name }) => name)

it('there are as many names as a machine takes, and a removed one may come back', () => {
  const machine = new Machine()
  for (let number = 1; number < 64; number++) machine.done('virtualSwitch.add', { name: `S${number}` })
  expect(machine.ask('virtualSwitch.add', { name: 'more' }).refusal.reason).toBe('virtual-switch-limit')
  machine.done('virtualSwitch.remove', { name: 'S5' })
  expect(names(machine)).toHaveLength(63)
  expect(machine.ask('virtualSwitch.add', { name: 'more' }).refusal.reason).toBe('virtual-switch-limit')
  machine.done('virtualSwitch.add', { name: 'S5' })
  expect(names(machine)).toHaveLength(64)
})

it('one stays while an adapter is at it, or may come to it', () => {
  const machine = new Machine({ partitions: [initial(1, 'a')] })
  machine.done('virtualSwitch.add', { name: 'BACKUP' })
  const adapter = ethernetAdapter(4, { virtualSwitch: 'BACKUP' })
  const { stage } = machine.done('profile.change', { id: 1, name: 'normal' })
  machine.done('stage.adapter', { stage, adapter })
  expect(machine.ask('virtualSwitch.remove', { name: 'BACKUP' }).refusal.reason).toBe('resource-busy')
  machine.done('stage.commit', { stage })
  expect(machine.ask('virtualSwitch.remove', { name: 'BACKUP' }).refusal.reason).toBe('virtual-switch-in-use')
  const again = machine.done('profile.change', { id: 1, name: 'normal' }).stage
  machine.done('stage.removeAdapter', { stage: again, slot: 4 })
  machine.done('stage.commit', { stage: again })
  machine.done('virtualSwitch.remove', { name: 'BACKUP' })
  expect(machine.ask('lpar.create', { name: 'b', environment: 'aixlinux', profileName: profileOf('p').name }).status).toBe('ok')
  expect(names(machine)).toEqual(['ETHERNET0'])
})
