// What a system has available is configurable memory without firmware and what partitions hold, and configurable processors without what
// partitions hold and pools reserve. The figures are those of four systems that public captures show: a 9131-52A under V7R7.9 (github
// ziutus/hmc_vios_aix) and three POWER8 systems under V8R8.6 (ManageIQ provider for the HMC, recorded exchanges).

import { expect, test } from 'vitest'
import { openConsole } from 'powersim'

interface Captured {
  readonly name: string
  readonly preset: 'power520' | 'power822'
  readonly regionMiB: number
  /** Configurable, firmware, partitions' memory, available: MiB. */
  readonly memory: readonly [configurable: number, firmware: number, partitions: readonly number[], available: number]
  /** Configurable, partitions' own, reserved by pools, available: processors. */
  readonly processors: readonly [configurable: number, partitions: readonly number[], reserved: number, available: number]
}

const systems: readonly Captured[] = [
  {
    name: '9131-52A',
    preset: 'power520',
    regionMiB: 128,
    memory: [32_768, 640, [6144, 6144, 6144], 13_696],
    processors: [2, [0.3, 0.3, 0.3], 0, 1.1],
  },
  {
    name: 'pollux',
    preset: 'power822',
    regionMiB: 256,
    memory: [262_144, 7168, [55_296, 55_296], 144_384],
    processors: [20, [6.5, 5], 1.5, 7],
  },
  { name: 'porthos', preset: 'power822', regionMiB: 256, memory: [720_896, 5120, [78_848], 636_928], processors: [16, [6.6], 0, 9.4] },
  {
    name: 'aramis',
    preset: 'power822',
    regionMiB: 256,
    memory: [524_288, 12_032, [262_144, 133_120], 116_992],
    processors: [16, [6.1, 7], 0, 2.9],
  },
]

const units = (amount: number): string => (Number.isInteger(amount) ? amount.toFixed(1) : String(amount))

test.each(systems)('$name', ({ preset, regionMiB, memory, processors }) => {
  const [installedMiB, firmwareMiB, sizes, availableMiB] = memory
  const [installed, entitled, reserved, available] = processors
  const partitions = sizes.map((memoryMiB, index) => ({
    name: `lpar${index + 1}`,
    id: index + 1,
    environment: 'aixlinux' as const,
    virtualProcessors: Math.ceil(entitled[index] ?? 0),
    entitledCapacity: entitled[index] ?? 0,
    capped: true,
    weight: 0,
    memoryMiB,
    maxVirtualSlots: 10,
    autoStart: true,
  }))
  const pools = reserved === 0 ? [] : [{ id: 1, reserved, maximum: 2 }]
  const phyp = { memory: { installedMiB, firmwareMiB, regionMiB, pageTables: false }, processors: { installed }, pools }
  const console = openConsole({ machine: { preset, nets: null, phyp, partitions }, seed: 'oracle-1' })
  const name = preset === 'power520' ? 'p520' : 's822'
  const of = (level: string, attributes: string): string =>
    console.type(`lshwres -m ${name} --level sys -r ${level} -F ${attributes}`).stdout
  expect(of('mem', 'configurable_sys_mem,sys_firmware_mem,curr_avail_sys_mem,pend_avail_sys_mem')).toBe(
    `${installedMiB},${firmwareMiB},${availableMiB},${availableMiB}\n`,
  )
  expect(of('proc', 'configurable_sys_proc_units,curr_avail_sys_proc_units,pend_avail_sys_proc_units')).toBe(
    `${units(installed)},${units(available)},${units(available)}\n`,
  )
})

// System serial and partition ID: a digit, then a letter for 10 to 23, two hexadecimal digits from 32 on, as on the POWER8 systems.
test.each([
  [1, '1'],
  [9, '9'],
  [10, 'A'],
  [16, 'G'],
  [23, 'N'],
  [32, '20'],
  [38, '26'],
])('the logical serial number of partition %i ends in %s', (id, end) => {
  const own = { environment: 'aixlinux' as const, virtualProcessors: 1, entitledCapacity: 0.1, capped: true, weight: 0 }
  const partition = { ...own, id, name: 'one', memoryMiB: 256, maxVirtualSlots: 10, autoStart: false }
  const console = openConsole({ machine: { preset: 'power520', nets: null, partitions: [partition] }, seed: 'oracle-1' })
  const { stdout } = console.type('lssyscfg -r lpar -m p520 -F logical_serial_num')
  expect(stdout).toMatch(new RegExp(`^[0-9A-Z]{7}${end}\n$`))
})
