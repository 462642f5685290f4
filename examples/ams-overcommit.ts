// Over-commitment: NETS and two neighbours share a pool smaller than their logical memories together, and page through two Virtual I/O
// Servers. How often they fault, how long a fault takes, and what a command costs through a NETS whose pages may be away.

import { type Installation, type MachineDocument, play, policies, programOf, readDocument, workloads } from 'powersim'

const LOGICAL_MIB = 768
const queries = workloads.text('@+60s repeat 300\n  @+100ms lshwres -r mem -m p520 --level sys\nend\n', 'queries')
const [base] = readDocument({}).systems
const [vios1, vios2, nets] = base!.partitions
const linux = base!.guests.find(({ names }) => names === 'lnx*')!
const devices = [1, 2, 3].map((n) => ({ name: `hdisk${n + 3}`, sizeMiB: 2 * LOGICAL_MIB, location: `W5${n}` }))
const sharedMemory = { ioEntitledMiB: 8, primaryPagingVios: 'vios1', secondaryPagingVios: 'vios2' }
const share = { memoryMiB: LOGICAL_MIB, sharedMemory, adapters: [{ kind: 'eth', slot: 2, vlan: 1 }] }
const neighbours = [4, 5].map((id) => ({ ...nets, ...share, id, name: `lnxapp${id}` }))

/** Three partitions in a pool: each has filled 256 MiB at its start that it needs no more; neighbours use 256 MiB, NETS 64 MiB. */
function machine(poolMiB: number, loaning: string): MachineDocument {
  const guest = (names: string, use: object) => ({ ...linux, names, memory: { fileMiB: 128, freedMiB: 128, loaning, ...use } })
  const work = { references: { zipf: 0.9 }, perSecond: 5000, workingSetMiB: 256 }
  const program = { workingSetMiB: 64, pagesPerPiece: 8 }
  const paging = devices.map(({ name }) => ({ vios: 'vios1', name }))
  return {
    consoles: [{ name: 'hmc1' }],
    partitions: [{ ...vios1, pagingDevices: devices }, { ...vios2, pagingDevices: devices }, { ...nets, ...share }, ...neighbours],
    guests: [guest('lnxnets', { program }), guest('lnxapp*', work), ...base!.guests],
    phyp: { memoryPool: { sizeMiB: poolMiB, pagingVioses: ['vios1', 'vios2'], devices: paging } },
  } as MachineDocument
}

/** Faults since the first line of a run, and the latencies of its commands, ms, in order. */
function run(poolMiB: number, loaning: string, policy: ReturnType<typeof policies.byTarget>) {
  const document = readDocument(machine(poolMiB, loaning))
  const latenciesMs: number[] = []
  const faultsOf = ({ simulation, systems }: Installation) => ({ ...systems[0]!.phyp.sharedMemory!.faults, atNs: simulation.now })
  let first: ReturnType<typeof faultsOf> | undefined
  const end = play({
    ...{ seed: 'mittal-2013', replication: 0, noise: true, document, program: programOf(queries, document) },
    policy: () => policy,
    started: (_line, _atNs, installation) => (first ??= faultsOf(installation)),
    recorded: ({ latencyNs }) => latenciesMs.push(latencyNs / 1e6),
  })
  const last = faultsOf(end)
  const { count, waitNs, atNs } = first!
  const faults = last.count - count
  latenciesMs.sort((a, b) => a - b)
  return {
    filling: count,
    faultsPerSecond: (faults / (last.atNs - atNs)) * 1e9,
    faultMs: faults === 0 ? 0 : (last.waitNs - waitNs) / faults / 1e6,
    meanMs: latenciesMs.reduce((sum, ms) => sum + ms, 0) / latenciesMs.length,
    p95Ms: latenciesMs[Math.floor(0.95 * latenciesMs.length)]!,
    longestMs: latenciesMs.at(-1)!,
  }
}

const columns = (cells: readonly string[]) => cells.map((cell, n) => (n === 0 ? cell.padEnd(9) : cell.padStart(n < 4 ? 10 : 11))).join('')
console.log(`Three partitions of ${LOGICAL_MIB} MiB that share a pool; latencies are of the commands of 300 lines, ms\n`)
console.log(columns(['loaning', 'pool, MiB', 'ratio', 'filling', 'faults/s', 'fault, ms', 'by-target', 'its p95', 'longest', 'fsp-only']))
for (const poolMiB of [2560, 1152, 640, 512]) {
  const fsp = run(poolMiB, 'off', policies.fspOnly())
  for (const loaning of ['off', 'linux', 'aix']) {
    const nets = run(poolMiB, loaning, policies.byTarget())
    const cells = [
      (3 * LOGICAL_MIB) / poolMiB,
      nets.filling,
      nets.faultsPerSecond,
      nets.faultMs,
      nets.meanMs,
      nets.p95Ms,
      nets.longestMs,
      fsp.meanMs,
    ]
    console.log(columns([loaning, String(poolMiB), ...cells.map((cell, n) => cell.toFixed(n === 1 || n === 2 ? 0 : 2))]))
  }
}
