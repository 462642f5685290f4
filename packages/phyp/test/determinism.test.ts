// Same seed, same run: digest, times and replies; another seed, another run. What a tap sees changes nothing.

import { ms } from '@powersim/kernel'
import { describe, expect, it } from 'vitest'
import { GuestDriver } from './guest-driver.js'
import { initial, Machine, profileOf, quick } from './machine.js'

interface Run {
  digest: string
  executed: number
  times: readonly (readonly number[])[]
  version: number
}

function run(seed: string, replication = 0, tapped = false): Run {
  const machine = new Machine({
    simulation: { seed, replication },
    parameters: {
      ...quick,
      service: {
        query: { exponential: ms(0.5) },
        configuration: { lognormal: { mean: ms(3), cv: 1 } },
        power: ms(3),
        dynamic: ms(40),
        service: 0,
      },
      duplicateReply: { exponential: ms(0.05) },
    },
    partitions: [initial(1, 'nets', { devices: ['vmc'] }), initial(2, 'b')],
  })
  if (tapped) machine.bus.observers.on('message', () => {})
  const guest = new GuestDriver(machine, 1, machine.phyp.devicesOf(1, 'vmc')[0]!, { delayNs: ms(0.01) })
  guest.register()
  machine.simulation.run(ms(5))
  guest.open(0)
  machine.simulation.run(ms(10))
  for (let n = 0; n < 40; n++) {
    const request = machine.request('lpar.create', { name: `p${n}`, environment: 'aixlinux', profileName: 'p' })
    if (n % 3 === 0) guest.send(request)
    else machine.post(request)
    if (n % 5 === 0) machine.post({ ...request, attempt: 1 })
    guest.send({ ...machine.request('lpar.read', { id: 2 }, { console: 2 }), bytes: 10_000 })
    machine.simulation.run(ms(10 + n))
  }
  machine.simulation.run()
  machine.create('new', profileOf('p'))
  const { simulation } = machine
  return {
    digest: simulation.digest.hex(),
    executed: simulation.executed,
    times: [machine.received.map(({ atNs }) => atNs), guest.received.map(({ atNs }) => atNs)],
    version: machine.phyp.configuration.version,
  }
}

describe('a run', () => {
  it('is the same for the same seed and replication', () => {
    const first = run('one')
    expect(run('one')).toEqual(first)
    expect(run('one', 0, true)).toEqual(first)
  })

  it('is another for another seed or replication', () => {
    const digests = [run('one'), run('two'), run('one', 1)].map(({ digest }) => digest)
    expect(new Set(digests).size).toBe(3)
  })

  it('shows a changed reply in its digest, though no event moves', () => {
    const digest = (id: number) => {
      const machine = new Machine({ partitions: [initial(1, 'a')] })
      machine.ask('lpar.read', { id })
      return machine.simulation.digest.hex()
    }
    expect(digest(1)).not.toBe(digest(2))
  })
})
