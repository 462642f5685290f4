// NETS behind virtual I/O servers: its LAN is a virtual Ethernet that a server bridges, so that every record between console and NETS takes
// that server's processor time. What is left of the gain of by-target when the server is idle or busy, and what happens when it dies.

import { compareRoutes, type MachineDocument, policies, readDocument, runWorkload, workloads } from 'powersim'

const queries = (count: number) => workloads.text(`repeat ${count}\n  lshwres -r mem -m p520 --level sys\nend\n`, 'queries')
const { partitions, guests } = readDocument({}).systems[0]!
const own = 'own'
const behind = (bridges: readonly string[], more: object = {}) => ({ virtual: { bridges, ...more } })

/** Power520 with that LAN; servers want `processors` for work of their own, and may get no more than they are entitled to. */
function machine(lan: unknown, processors = 0, more: object = {}): MachineDocument {
  const vios = guests.find(({ operatingSystem }) => operatingSystem === 'VIOS')!
  const busy = { ...vios, names: 'vios*', demand: { pattern: { constant: { processors } } } }
  const capped = partitions.map((partition) => ({ ...partition, capped: partition.environment === 'vioserver' && processors > 0 }))
  return {
    consoles: [{ name: 'hmc1' }],
    nets: { lan },
    partitions: capped,
    guests: [...(processors > 0 ? [busy] : []), ...guests],
    ...more,
  }
}

const lans: readonly [name: string, machine: MachineDocument][] = [
  ['own adapter', machine(own)],
  ['behind a VIOS, idle', machine(behind(['vios1']))],
  ['  it bridges 120 Mb/s of others', machine(behind(['vios1'], { clientLoad: { framesPerSecond: 10_000, frameBytes: 1514 } }))],
  ['  it bridges 600 Mb/s of others', machine(behind(['vios1'], { clientLoad: { framesPerSecond: 50_000, frameBytes: 1514 } }))],
  ['  capped, wants 0.2 of its 0.4', machine(behind(['vios1']), 0.2)],
  ['  capped, wants 0.4 of its 0.4', machine(behind(['vios1']), 0.4)],
  ['  capped, wants all of two', machine(behind(['vios1']), 2)],
  ['own adapter, servers as above', machine(own, 2)],
]

console.log('Mean command latency, ms [95 %], and what by-target saves of fsp-only\n')
const row = (widths: readonly number[], cells: readonly string[]) =>
  cells.map((cell, n) => (n === 0 ? cell.padEnd(widths[n]!) : cell.padStart(widths[n]!))).join('')
const wide = [34, 8, 11, 30, 9]
console.log(row(wide, ['LAN of NETS', 'fsp-only', 'by-target', 'by-target minus fsp-only', 'saved']))
for (const [name, given] of lans) {
  const ways = [policies.fspOnly(), policies.byTarget()]
  const study = compareRoutes({ machine: given, workload: queries(40), policies: ways, seed: 'mittal-2013', replications: 6 })
  const [fsp, nets] = study.comparison.alternatives.map(({ metrics }) => metrics['command_latency_ms_mean']?.mean ?? NaN)
  const { mean, ci95 } = study.difference('command_latency_ms_mean', { of: 'by-target', from: 'fsp-only' })
  const difference = `${(mean ?? NaN).toFixed(2)} [${(ci95?.[0] ?? NaN).toFixed(2)}, ${(ci95?.[1] ?? NaN).toFixed(2)}]`
  const saved = `${((-100 * (mean ?? NaN)) / (fsp ?? NaN)).toFixed(0)} %`
  console.log(row(wide, [name, (fsp ?? NaN).toFixed(2), (nets ?? NaN).toFixed(2), difference, saved]))
}

console.log('\nThe server that bridges dies after 3 s of queries: 2,000 lines, one after the other\n')
const narrow = [22, 10, 10, 18, 20]
console.log(row(narrow, ['bridges', 'policy', 'failed', 'longest line, s', 'all done after, s']))
const deaths: readonly [name: string, bridges: readonly string[]][] = [
  ['vios1 alone', ['vios1']],
  ['vios1, then vios2', ['vios1', 'vios2']],
]
for (const [name, bridges] of deaths) {
  for (const policy of [policies.byTarget(), policies.netsFirst()]) {
    const dying = machine(behind(bridges), 0, { events: [{ at: '3s', do: 'bridge.stop' }] })
    const { lines, commands, simulatedNs } = runWorkload({ machine: dying, workload: queries(2000), policy, seed: 'mittal-2013' })
    const longest = Math.max(...lines.map(({ durationMs }) => durationMs)) / 1000
    console.log(row(narrow, [name, policy.name, String(commands.failed), longest.toFixed(2), (simulatedNs / 1e9).toFixed(1)]))
  }
}
