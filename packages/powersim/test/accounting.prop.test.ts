// Arithmetic that real captures obey (public captures of four systems), after every command of random scripts, on what the console prints:
// available memory = configurable - firmware - sum of curr_mem; available processing units = configurable - sum of curr units.

import fc from 'fast-check'
import type { MachineDocument } from '@powersim/managed-system'
import { policyByName } from '@powersim/routing'
import { describe, expect, it } from 'vitest'
import { runWorkload, type RunLine, workloads } from '../src/index.js'

const names = ['red', 'green', 'blue', 'lnx1']
const name = fc.constantFrom(...names)
const units = fc.integer({ min: 1, max: 12 }).map((tenths) => (tenths / 10).toFixed(1))

const create = fc
  .record({ name, desired: fc.integer({ min: 0, max: 40 }), units, procs: fc.integer({ min: 1, max: 3 }) })
  .map(
    (lpar) =>
      `mksyscfg -r lpar -m p520 -i "name=${lpar.name},profile_name=normal,lpar_env=aixlinux,min_mem=256,` +
      `desired_mem=${lpar.desired * 256},` +
      `max_mem=16384,proc_mode=shared,min_procs=1,desired_procs=${lpar.procs},max_procs=4,` +
      `min_proc_units=0.1,desired_proc_units=${lpar.units},` +
      `max_proc_units=4.0,sharing_mode=uncap,uncap_weight=128"`,
  )
const memory = fc
  .record({ name, how: fc.constantFrom('a', 'r'), q: fc.integer({ min: 1, max: 24 }) })
  .map(({ name: lpar, how, q }) => `chhwres -r mem -m p520 -o ${how} -p ${lpar} -q ${q * 64}`)
const moved = fc.record({ from: name, to: name }).map(({ from, to }) => `chhwres -r mem -m p520 -o m -p ${from} -t ${to} -q 256`)
const processors = fc
  .record({ name, how: fc.constantFrom('a', 'r'), units })
  .map(({ name: lpar, how, units: amount }) => `chhwres -r proc -m p520 -o ${how} -p ${lpar} --procunits ${amount}`)
const on = name.map((lpar) => `chsysstate -r lpar -m p520 -o on -n ${lpar} -f normal`)
const off = fc
  .record({ name, how: fc.constantFrom('', ' --immed') })
  .map(({ name: lpar, how }) => `chsysstate -r lpar -m p520 -o shutdown -n ${lpar}${how}`)
const remove = name.map((lpar) => `rmsyscfg -r lpar -m p520 -n ${lpar}`)
const wait = fc.integer({ min: 1, max: 300 }).map((seconds) => `sleep ${seconds}`)
const line = fc.oneof(create, create, on, on, memory, moved, processors, off, remove, wait)

const look = [
  'lshwres -r mem -m p520 --level sys -F configurable_sys_mem,curr_avail_sys_mem,sys_firmware_mem',
  'lshwres -r mem -m p520 --level lpar -F curr_mem',
  'lshwres -r proc -m p520 --level sys -F configurable_sys_proc_units,curr_avail_sys_proc_units',
  'lshwres -r proc -m p520 --level lpar -F curr_proc_mode,curr_proc_units,curr_procs',
]

function rows(printed: RunLine | undefined): string[][] {
  return (printed?.stdout ?? '')
    .trim()
    .split('\n')
    .map((row) => row.split(','))
}

/** Hundredths of a printed amount, without floating point. */
function hundredths(printed: string): number {
  const [whole = '0', part = ''] = printed.split('.')
  return Number(whole) * 100 + Number(part.padEnd(2, '0'))
}

function checkIdentities(lines: readonly RunLine[]): void {
  const [system, lpars, processorSystem, processorLpars] = lines
  const [[configurable, available, firmware] = []] = rows(system)
  const heldMiB = rows(lpars).reduce((sum, [held]) => sum + Number(held), 0)
  expect(Number(available)).toBe(Number(configurable) - Number(firmware) - heldMiB)
  const [[units = '', free = ''] = []] = rows(processorSystem)
  const held = rows(processorLpars).reduce(
    (sum, [mode, shared = '', procs = '']) => sum + (mode === 'ded' ? Number(procs) * 100 : hundredths(shared)),
    0,
  )
  expect(hundredths(free)).toBe(hundredths(units) - held)
}

describe('the sums on the console', () => {
  it.each(['by-target', 'fsp-only'])('are exact after every line of random scripts (%s)', (policy) => {
    const machine: MachineDocument = { consoles: [{ name: 'hmc1' }] }
    let changed = 0
    fc.assert(
      fc.property(fc.array(line, { minLength: 4, maxLength: 14 }), (lines) => {
        const script = lines.flatMap((text) => [text, ...look]).join('\n')
        const result = runWorkload({ machine, workload: workloads.text(script), policy: policyByName(policy), seed: 'accounting' })
        for (let at = 0; at < result.lines.length; at += 1 + look.length) {
          if (result.lines[at]?.exitStatus === 0) changed++
          checkIdentities(result.lines.slice(at + 1, at + 1 + look.length))
        }
        expect(result.commands.lost).toBe(0)
      }),
      { numRuns: 60, seed: 20_130_603 },
    )
    // The property must have been put to work: most drawn lines are refused, but not nearly all.
    expect(changed).toBeGreaterThan(100)
  })
})
