// A machine's times are nanoseconds: on a simulation that counts in microseconds every part of it refuses to be built, and says why.
// What such a simulation is for is shown in the kernel's tick.test.ts.

import { Bus } from '@powersim/bus'
import { KernelError, Simulation } from '@powersim/kernel'
import { Installation, readDocument } from '@powersim/managed-system'
import { policyByName } from '@powersim/routing'
import { playMix, playScript } from '@powersim/workload'
import { describe, expect, it } from 'vitest'
import { presets, programOf, workloads } from '../src/index.js'

describe('on a simulation of microseconds', () => {
  const document = readDocument(presets.power520)
  const script = programOf(workloads.text('ls'), document)
  const classes = [{ name: 'ls', share: 1, line: 'ls' }]
  const mix = programOf(workloads.mix({ arrivals: { poisson: { perSecond: 1 } }, operations: 1, classes }), document)
  const perform = (): never => {
    throw new Error('nothing is typed')
  }

  it.each<[string, (simulation: Simulation) => unknown]>([
    ['a bus', (simulation) => new Installation(simulation, document, { policy: () => policyByName('fsp-only') })],
    ['a bus', (simulation) => new Bus(simulation)],
    ['a script', (simulation) => 'body' in script && playScript(simulation, script, { perform, act: perform })],
    ['a mix', (simulation) => 'classes' in mix && playMix(simulation, mix, { perform })],
  ])('%s is refused (%#)', (what, build) => {
    const simulation = new Simulation({ seed: 'a', tick: 'us' })
    expect(() => build(simulation)).toThrow(KernelError)
    expect(() => build(simulation)).toThrow(`${what} counts in nanoseconds, this simulation in microseconds: make it without tick: 'us'`)
  })
})
