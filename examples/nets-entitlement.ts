// With how little of a processor does NETS pay? Its partition shares the cores with neighbours that are entitled to all the rest: by-target
// against fsp-only over its entitlement, all capped or all uncapped or NETS with a core of its own, and by bisection where they are equal.

import { compareRoutes, type MachineDocument, policies, readDocument, workloads } from 'powersim'

const workload = workloads.text('repeat 30\n  lshwres -r mem -m server --level sys\nend\n', 'queries')
const lognormal = (mean: string) => ({ lognormal: { mean, cv: 0.5 } })
const work = (mean: string) => ({ prepare: lognormal(mean), absorb: lognormal(mean) })
const forwarding = (mean: string, perByteNs: number) => ({ forwardIn: lognormal(mean), forwardOut: lognormal(mean), tls: { perByteNs } })
/** The capacity model's sets, estimates: the console's work, forwarding by the service processor, its cycles per byte. */
const high = { hmc: work('0.5ms'), fsp: forwarding('7.5ms', 752) }
const costs = { base: {}, low: { hmc: work('4ms'), fsp: forwarding('1ms', 200) }, high }
interface Case {
  readonly preset: 'power520' | 'power822'
  readonly set: keyof typeof costs
  readonly mode: 'capped' | 'uncapped' | 'dedicated'
  readonly load: number // of what each neighbour's virtual processor could use
}
type Bounds = Readonly<Record<'low' | 'mean' | 'high', number>>
function machine({ preset, set, mode, load }: Case, hundredths: number): MachineDocument {
  const { phyp, guests } = readDocument({ preset }).systems[0]!
  const capped = mode === 'capped'
  const alike = { environment: 'aixlinux', virtualProcessors: 1, weight: 128, capped, memoryMiB: 1024, maxVirtualSlots: 9, autoStart: true }
  const own = { mode: mode === 'dedicated' ? 'dedicated' : 'shared', entitledCapacity: hundredths / 100 }
  const whole = Array.from({ length: phyp.processors.installed - 1 }, () => 100)
  const rest = [...whole, 100 - hundredths].filter((each) => each >= phyp.processors.minHundredthsPerVirtualProcessor)
  const neighbours = rest.map((each, index) => ({ ...alike, id: 2 + index, name: `busy${index + 1}`, entitledCapacity: each / 100 }))
  const linux = guests.find(({ names }) => names === 'lnx*')
  const busy = { ...linux, names: 'busy*', demand: { pattern: { constant: { processors: load } } } }
  const { hmc = {}, fsp = {} }: { hmc?: object; fsp?: object } = costs[set]
  const partitions = [{ ...alike, ...own, id: 1, name: 'lnxnets' }, ...neighbours]
  const systems = [{ name: 'server', fsp, partitions, guests: [busy, ...guests] }]
  return { preset, name: 'nets-entitlement', consoles: [{ name: 'hmc1' }], hmc, systems }
}
const ways = [policies.fspOnly(), policies.byTarget()]
const known = new Map<string, Bounds>()
/** Mean command latency of by-target minus that of fsp-only, ms, with its paired 95 % interval. */
function difference(given: Case, hundredths: number): Bounds {
  const key = `${JSON.stringify(given)} ${hundredths}`
  const before = known.get(key)
  if (before !== undefined) return before
  const study = compareRoutes({ machine: machine(given, hundredths), workload, policies: ways, seed: 'mittal-2013', replications: 6 })
  const { mean, ci95 } = study.difference('command_latency_ms_mean', { of: 'by-target', from: 'fsp-only' })
  const found = { mean: mean ?? NaN, low: ci95?.[0] ?? NaN, high: ci95?.[1] ?? NaN }
  return known.set(key, found) && found
}
/** The fewest hundredths from which the bound is below 0; the differences fall with the entitlement. */
function crossing(given: Case, bound: keyof Bounds, least: number): number {
  let [above, below] = [least - 1, 100]
  while (below - above > 1) {
    const middle = Math.floor((above + below) / 2)
    ;[above, below] = difference(given, middle)[bound] < 0 ? [above, middle] : [middle, below]
  }
  return below / 100
}
function breakEven(given: Case): string {
  const least = given.preset === 'power822' ? 5 : 10
  if (difference(given, least).high < 0) return `none: pays from ${(least / 100).toFixed(2)} on`
  const [low, mean, high] = (['low', 'mean', 'high'] as const).map((bound) => crossing(given, bound, least).toFixed(2))
  return difference(given, 100).high < 0 ? `${mean} [${low}, ${high}]` : 'not shown to pay with a whole processor'
}
const shares = [10, 15, 20, 30, 50, 100]
const cell = ({ mean, low, high }: Bounds): string => `${mean.toFixed(1)} [${low.toFixed(1)}, ${high.toFixed(1)}]`.padStart(22)
console.log('Mean command latency, by-target minus fsp-only, ms [95 %], over the entitlement of NETS: power520, base costs\n')
console.log(`mode       load  ${shares.map((share) => (share / 100).toFixed(2).padStart(22)).join('')}`)
for (const mode of ['capped', 'uncapped', 'dedicated'] as const) {
  for (const load of [0, 0.5, 1]) {
    const at = (share: number) => difference({ preset: 'power520', set: 'base', mode, load }, mode === 'dedicated' ? 100 : share)
    console.log(`${mode.padEnd(9)}${`${load * 100} %`.padStart(6)}  ${shares.map((share) => cell(at(share))).join('')}`)
  }
}
console.log('\nBreak-even entitlement of NETS [from where by-target is not shown slower, from where it is shown faster]\n')
console.log('machine   costs  mode      50 % load                   90 %                        100 %')
const rows = ['power520 base capped', 'power520 base uncapped', 'power520 low capped', 'power520 high capped', 'power822 base capped']
for (const [preset, set, mode] of rows.map((row) => row.split(' ') as [Case['preset'], Case['set'], Case['mode']])) {
  const cells = [0.5, 0.9, 1].map((load) => breakEven({ preset, set, mode, load }).padEnd(28))
  console.log(`${preset.padEnd(10)}${set.padEnd(7)}${mode.padEnd(10)}${cells.join('')}`.trimEnd())
}
