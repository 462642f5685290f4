// Arithmetic that real captures obey (public captures of four systems), after every command of random scripts, on what the console prints:
// available memory = configurable - firmware - pool - sum of curr_mem of those with their own; available processing units = configurable -
// sum of curr units; available memory of the pool = its size - firmware - sum of what I/O is entitled to.

import fc from 'fast-check'
import { type MachineDocument, readDocument } from '@powersim/managed-system'
import { policyByName } from '@powersim/routing'
import { describe, expect, it } from 'vitest'
import { runWorkload, type RunLine, workloads } from '../src/index.js'

const names = ['red', 'green', 'blue', 'lnx1', 'cyan', 'pink']
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
/** Two of the names share memory, whenever there is a pool. */
const shared = fc
  .record({
    name: fc.constantFrom('cyan', 'pink'),
    desired: fc.integer({ min: 1, max: 64 }),
    entitled: fc.constantFrom('auto', '3', '700', '5000'),
  })
  .map(
    (one) =>
      `mksyscfg -r lpar -m p520 -i "name=${one.name},profile_name=normal,lpar_env=aixlinux,min_mem=256,desired_mem=${one.desired * 256},` +
      'max_mem=16384,mem_mode=shared,proc_mode=shared,min_procs=1,desired_procs=1,max_procs=2,min_proc_units=0.1,desired_proc_units=0.1,' +
      `max_proc_units=1.0,sharing_mode=uncap,uncap_weight=1,virtual_eth_adapters=2/0/1//0/0,desired_io_entitled_mem=${one.entitled}"`,
  )
const pool = fc
  .record({ how: fc.constantFrom('a', 's', 's'), size: fc.integer({ min: 1, max: 200 }), more: fc.integer({ min: 0, max: 100 }) })
  .map(
    ({ how, size, more }) =>
      `chhwres -r mempool -m p520 -o ${how} -a "pool_mem=${size * 128},max_pool_mem=${(size + more) * 128},paging_vios_names=vios1"`,
  )
const noPool = fc.constant('chhwres -r mempool -m p520 -o r')
const device = fc
  .record({ how: fc.constantFrom('a', 'a', 'a', 'r'), name: fc.constantFrom('hdisk1', 'hdisk2') })
  .map(({ how, name: disk }) => `chhwres -r mempool --rsubtype pgdev -m p520 -o ${how} -p vios1 --device ${disk}`)
const entitled = fc
  .record({
    name: fc.constantFrom('cyan', 'pink'),
    set: fc.constantFrom('run_io_entitled_mem=300', 'auto_io_entitled_mem=1', 'mem_weight=3'),
  })
  .map(({ name: lpar, set }) => `chhwres -r mem -m p520 -o s -p ${lpar} -a "${set}"`)
const memory = fc
  .record({ name, how: fc.constantFrom('a', 'r'), q: fc.integer({ min: 1, max: 24 }), wait: fc.constantFrom('', '', ' -w 1') })
  .map(({ name: lpar, how, q, wait }) => `chhwres -r mem -m p520 -o ${how} -p ${lpar} -q ${q * 64}${wait}`)
const moved = fc.record({ from: name, to: name }).map(({ from, to }) => `chhwres -r mem -m p520 -o m -p ${from} -t ${to} -q 256`)
const processors = fc
  .record({ name, how: fc.constantFrom('a', 'r'), units })
  .map(({ name: lpar, how, units: amount }) => `chhwres -r proc -m p520 -o ${how} -p ${lpar} --procunits ${amount}`)
const sharing = name.map((lpar) => `chhwres -r proc -m p520 -o s -p ${lpar} -a "sharing_mode=uncap,uncap_weight=9"`)
const slots = fc
  .record({ from: name, to: name, how: fc.constantFrom('a', 'a', 'r', 'm'), slot: fc.nat(2) })
  .map(({ from, to, how, slot }) => {
    const target = how === 'm' ? ` -t ${to}` : ''
    return `chhwres -r io --rsubtype slot -m p520 -o ${how} -p ${from}${target} -l 2101000${slot}`
  })
const restore = fc.constantFrom('mem', 'proc', 'io').map((resource) => `rsthwres -r ${resource} -m p520`)
const on = name.map((lpar) => `chsysstate -r lpar -m p520 -o on -n ${lpar} -f normal`)
const off = fc
  .record({ name, how: fc.constantFrom('', ' --immed') })
  .map(({ name: lpar, how }) => `chsysstate -r lpar -m p520 -o shutdown -n ${lpar}${how}`)
const remove = name.map((lpar) => `rmsyscfg -r lpar -m p520 -n ${lpar}`)
const wait = fc.integer({ min: 1, max: 300 }).map((seconds) => `sleep ${seconds}`)
const line = fc.oneof(
  ...[create, create, on, on, memory, memory, moved, processors, sharing, slots, restore, off, remove, wait],
  ...[shared, pool, noPool, device, entitled],
)
/** How those begin that share memory: with a pool, a disk to page to, and a partition. */
const sharingFirst = fc.tuple(pool, device, shared, fc.constant('chsysstate -r lpar -m p520 -o on -n cyan -f normal'))

const look = [
  'lshwres -r mem -m p520 --level sys -F configurable_sys_mem,curr_avail_sys_mem,sys_firmware_mem',
  'lshwres -r mem -m p520 --level lpar -F curr_mem,run_mem,mem_mode,curr_io_entitled_mem',
  'lshwres -r proc -m p520 --level sys -F configurable_sys_proc_units,curr_avail_sys_proc_units',
  'lshwres -r proc -m p520 --level lpar -F curr_proc_mode,curr_proc_units,curr_procs,run_procs',
  'lshwres -r io --rsubtype slot -m p520 -F drc_index,lpar_name',
  'lshwres -r mempool -m p520 -F curr_pool_mem,curr_avail_pool_mem,curr_max_pool_mem,sys_firmware_pool_mem',
]

/** Three partitions that run. */
const settled = ['red', 'green', 'blue'].flatMap((lpar) => [
  `mksyscfg -r lpar -m p520 -i "name=${lpar},profile_name=normal,lpar_env=aixlinux,min_mem=256,desired_mem=4096,max_mem=16384,` +
    'proc_mode=shared,min_procs=1,desired_procs=2,max_procs=4,min_proc_units=0.1,desired_proc_units=0.6,max_proc_units=4.0,' +
    'sharing_mode=uncap,uncap_weight=128"',
  `chsysstate -r lpar -m p520 -o on -n ${lpar} -f normal`,
  'sleep 300',
])

const settledName = fc.constantFrom('red', 'green', 'blue')
const limit = fc.constantFrom('', ' -w 1', ' -w 2')
const resized = fc
  .record({ from: settledName, to: settledName, how: fc.constantFrom('a', 'r', 'm'), q: fc.integer({ min: 4, max: 16 }), limit })
  .map(({ from, to, how, q, limit }) => {
    const target = how === 'm' ? ` -t ${to}` : ''
    return `chhwres -r mem -m p520 -o ${how} -p ${from}${target} -q ${q * 128}${limit}`
  })
const processorMoves = fc
  .record({ from: settledName, to: settledName, how: fc.constantFrom('a', 'r', 'm'), procs: fc.integer({ min: 1, max: 2 }), limit })
  .map(({ from, to, how, procs, limit }) => {
    const target = how === 'm' ? ` -t ${to}` : ''
    return `chhwres -r proc -m p520 -o ${how} -p ${from}${target} --procs ${procs} --procunits 0.${procs}${limit}`
  })

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

/** Size of the pool; 0 when there is none. */
function checkPool([size = '', available, largest, firmware]: string[], lpars: string[][]): number {
  const entitledMiB = lpars.reduce((sum, [, , mode, entitlement]) => sum + (mode === 'shared' ? Number(entitlement) : 0), 0)
  if (size === 'No results were found.') {
    expect(entitledMiB).toBe(0)
    return 0
  }
  expect(Number(firmware)).toBe(Math.ceil((Number(largest) * 269) / 32_768))
  expect(Number(available)).toBe(Number(size) - Number(firmware) - entitledMiB)
  expect(Number(available)).toBeGreaterThanOrEqual(0)
  expect(Number(size)).toBeLessThanOrEqual(Number(largest))
  return Number(size)
}

function checkIdentities(lines: readonly RunLine[]): void {
  const [system, lpars, processorSystem, processorLpars, ioSlots, memoryPool] = lines
  const [[configurable, available, firmware] = []] = rows(system)
  const poolMiB = checkPool(rows(memoryPool)[0] ?? [], rows(lpars))
  const heldMiB = rows(lpars).reduce((sum, [held, , mode]) => sum + (mode === 'ded' ? Number(held) : 0), 0)
  expect(Number(available)).toBe(Number(configurable) - Number(firmware) - poolMiB - heldMiB)
  // No operating system has more than its partition is assigned.
  for (const [held, run] of rows(lpars)) expect(Number(run)).toBeLessThanOrEqual(Number(held))
  for (const [, , procs, run] of rows(processorLpars)) expect(Number(run)).toBeLessThanOrEqual(Number(procs))
  expect(rows(ioSlots).length).toBe(5)
  const [[units = '', free = ''] = []] = rows(processorSystem)
  const held = rows(processorLpars).reduce(
    (sum, [mode, shared = '', procs = '']) => sum + (mode === 'ded' ? Number(procs) * 100 : hundredths(shared)),
    0,
  )
  expect(hundredths(free)).toBe(hundredths(units) - held)
}

/** Operating systems that take so long, and keep so much, that changes end half-way: at their time limit, or without an answer. */
function slowGuests(): unknown[] {
  const [system] = readDocument({}).systems
  const slow = { addRegion: '9s', removeRegion: '14s', addProcessor: '40s', removeProcessor: '70s', fixedRegions: 3 }
  return (system?.guests ?? []).map((rule) => ({ ...rule, rmcDelay: '1s', dlpar: { ...rule.dlpar, ...slow } }))
}

/** Lines, and how often what is assigned was more than what an operating system has. */
function differences(lines: readonly RunLine[]): number {
  return rows(lines[1]).filter(([held, run]) => Number(run) > 0 && held !== run).length
}

/** The partitions of power520, with two disks that vios1 can page to. */
function withDisks(): unknown[] {
  const [system] = readDocument({}).systems
  const pagingDevices = ['hdisk1', 'hdisk2'].map((disk) => ({ name: disk, sizeMiB: 16_384 }))
  return (system?.partitions ?? []).map((partition) => (partition.name === 'vios1' ? { ...partition, pagingDevices } : partition))
}

describe('the sums on the console', () => {
  it.each(['by-target', 'fsp-only'])('are exact after every line of random scripts (%s)', (policy) => {
    const machine: MachineDocument = { consoles: [{ name: 'hmc1' }], partitions: withDisks() }
    let changed = 0
    let sharing = 0
    fc.assert(
      fc.property(sharingFirst, fc.array(line, { minLength: 4, maxLength: 14 }), (first, drawn) => {
        const lines = [...first, ...drawn]
        const script = lines.flatMap((text) => [text, ...look]).join('\n')
        const result = runWorkload({ machine, workload: workloads.text(script), policy: policyByName(policy), seed: 'accounting' })
        for (let at = 0; at < result.lines.length; at += 1 + look.length) {
          if (result.lines[at]?.exitStatus === 0) changed++
          if (/shared,[1-9]/.test(result.lines[at + 2]?.stdout ?? '')) sharing++
          checkIdentities(result.lines.slice(at + 1, at + 1 + look.length))
        }
        expect(result.commands.lost).toBe(0)
      }),
      { numRuns: 60, seed: 20_130_603 },
    )
    // The property must have been put to work: most drawn lines are refused, but not nearly all.
    expect(changed).toBeGreaterThan(100)
    expect(sharing).toBeGreaterThan(50)
  })

  it('are exact when operating systems do a part of what they are asked, or answer too late', () => {
    // Documents are plain data: the rules that were read are rules again.
    const machine = { consoles: [{ name: 'hmc1' }], hmc: { rmcTimeout: '75s' }, guests: slowGuests() } as MachineDocument
    let partial = 0
    let differing = 0
    fc.assert(
      fc.property(fc.array(fc.oneof(resized, resized, processorMoves, restore, wait), { minLength: 4, maxLength: 8 }), (lines) => {
        const script = [...settled, ...lines.flatMap((text) => [text, ...look])].join('\n')
        const result = runWorkload({ machine, workload: workloads.text(script), policy: policyByName('by-target'), seed: 'accounting' })
        for (let at = settled.length; at < result.lines.length; at += 1 + look.length) {
          if (/completed \d+ of|did not answer/.test(result.lines[at]?.stderr ?? '')) partial++
          checkIdentities(result.lines.slice(at + 1, at + 1 + look.length))
          differing += differences(result.lines.slice(at + 1, at + 1 + look.length))
        }
      }),
      { numRuns: 20, seed: 20_130_604 },
    )
    expect(partial).toBeGreaterThan(20)
    expect(differing).toBeGreaterThan(5)
  })
})
