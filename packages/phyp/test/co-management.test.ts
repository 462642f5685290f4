// The controller of a system, in the hypervisor: what others may not, what is begun and what is ended, and a console that starts again.

import { describe, expect, it } from 'vitest'
import { initial, Machine } from './machine.js'

const request = (type: 'norm' | 'temp' | 'keep', name = 'one') => ({ name, mtms: '7042-CR6*1000001', type })

describe('the controller', () => {
  it('loses nothing that it has begun but what needs the authority, and leaves no stage behind', () => {
    const machine = new Machine({ partitions: [initial(1, 'a')] })
    const { stage } = machine.done('lpar.change', { id: 1 }, { console: 1, sequence: 1 })
    machine.done('comanagement.set', request('norm', 'two'), { console: 2, sequence: 1 })
    expect(machine.ask('stage.commit', { stage }, { console: 1, sequence: 2 }).refusal.reason).toBe('not-controller')
    machine.done('stage.abandon', { stage }, { console: 1, sequence: 3 })
    expect(machine.ask('lpar.change', { id: 1 }, { console: 1, sequence: 4 }).refusal.reason).toBe('not-controller')
    expect(machine.ask('lpar.read', { id: 1 }, { console: 1, sequence: 5 }).status).toBe('ok')
    expect(machine.ask('lpar.change', { id: 1 }, { console: 2, sequence: 2 }).status).toBe('ok')
  })

  it('for a time has the authority no more when it starts again, and for good has', () => {
    for (const type of ['temp', 'norm'] as const) {
      const machine = new Machine({ partitions: [initial(1, 'a')] })
      machine.done('comanagement.set', request('norm'), { console: 1, sequence: 1 })
      machine.done('comanagement.set', request(type, 'two'), { console: 2, sequence: 1 })
      const { own } = machine.done('comanagement.read', {}, { console: 2, epoch: 2, sequence: 1 })
      expect(own).toBe(type === 'norm')
      expect(machine.done('comanagement.read', {}, { console: 1, sequence: 2 }).own).toBe(type === 'temp')
    }
  })

  it('a temp upon a temp goes back to the first', () => {
    const machine = new Machine({ partitions: [initial(1, 'a')] })
    machine.done('comanagement.set', request('norm'), { console: 1, sequence: 1 })
    for (const sequence of [1, 2]) machine.done('comanagement.set', request('temp', 'two'), { console: 2, sequence })
    expect(machine.done('comanagement.release', {}, { console: 2, sequence: 3 }).controller?.name).toBe('one')
    expect(machine.ask('comanagement.release', {}, { console: 2, sequence: 4 }).refusal.reason).toBe('not-controller')
  })

  it('keeps each console once, however often they take it from each other for a time', () => {
    const machine = new Machine({ partitions: [initial(1, 'a')] })
    machine.done('comanagement.set', request('norm', 'three'), { console: 3, sequence: 1 })
    for (let sequence = 1; sequence <= 20; sequence++) {
      for (const console of [1, 2]) machine.done('comanagement.set', request('temp', `console ${console}`), { console, sequence })
    }
    expect(machine.done('comanagement.release', {}, { console: 2, sequence: 21 }).controller?.name).toBe('console 1')
    expect(machine.done('comanagement.release', {}, { console: 1, sequence: 21 }).controller?.name).toBe('three')
    expect(machine.ask('comanagement.release', {}, { console: 1, sequence: 22 }).status).toBe('refused')
  })
})
