// What the service processor does beside carrying commands, and what that costs those who wait for it: an error-log storm, the transfer of
// a system dump and a firmware update load it, the latter two by the other console. Meanwhile a console asks the hypervisor twice a second;
// the first minute of each load counts, in three replications with the same draws for both routes.

import { type Installation, play, policies, programOf, readDocument, type RoutingPolicy, workloads } from 'powersim'

const document = readDocument({ consoles: [{ name: 'hmc1' }, { name: 'hmc2' }] })
const SECONDS = 60
const REPLICATIONS = 3

const loads = [
  { name: 'nothing more', script: 'sleep 1' },
  { name: 'error logs, 5/s', script: '! fsp.error-logs logs=300 every=200ms' },
  { name: 'error logs, 15/s', script: '! fsp.error-logs logs=900 every=66ms' },
  { name: 'system dump', script: '! fsp.dump type=sys\nconsole hmc2  getdump -m p520 -f SYSDUMP.10ACE01.00000001' },
  { name: 'firmware update', script: 'console hmc2  updlic -m p520 -o a -l 01EL350_108' },
]

interface Figures {
  readonly meanMs: number
  readonly p95Ms: number
  /** Share of the service processor's time. */
  readonly fsp: number
}

function under(script: string, policy: RoutingPolicy): Figures {
  const latenciesMs: number[] = []
  let busyNs = 0
  for (let replication = 0; replication < REPLICATIONS; replication++) {
    let asked = 0
    play({
      seed: 'mittal-2013',
      replication,
      noise: true,
      document,
      program: programOf(workloads.text(`${script}\nsleep ${SECONDS}`), document),
      policy: () => policy,
      recorded: ({ name, latencyNs }) => {
        if (name === 'memory.system') latenciesMs.push(latencyNs / 1e6)
      },
      started: (_line, _atNs, { simulation, consoles, systems }: Installation) => {
        const [console, system] = [consoles[0], systems[0]]
        const view = console?.systems[0]
        if (asked > 0 || console === undefined || system === undefined || view === undefined) return
        const busyBeforeNs = system.fsp.statistics().processor.busyNs
        const ask = simulation.handler('ask', (entity: number) => {
          if (asked++ < 2 * SECONDS) {
            console.send(view, 'memory.system', {}, { entity, ordinal: 0 })
            simulation.schedule(500_000_000, ask, entity + 1)
          } else busyNs += system.fsp.statistics().processor.busyNs - busyBeforeNs
        })
        simulation.schedule(0, ask, 1)
      },
    })
  }
  latenciesMs.sort((one, other) => one - other)
  const total = latenciesMs.reduce((sum, latency) => sum + latency, 0)
  return {
    meanMs: total / latenciesMs.length,
    p95Ms: latenciesMs[Math.floor(0.95 * latenciesMs.length)] ?? 0,
    fsp: busyNs / (REPLICATIONS * SECONDS * 1e9),
  }
}

const ms = (value: number): string => value.toFixed(1).padStart(8)
console.log('                         fsp-only                          by-target')
console.log('load                 mean ms  p95 ms    FSP  times    mean ms  p95 ms    FSP')
let quietMs: number | undefined
for (const { name, script } of loads) {
  const [fspOnly, direct] = [under(script, policies.fspOnly()), under(script, policies.byTarget())]
  quietMs ??= fspOnly.meanMs
  const figures = ({ meanMs, p95Ms, fsp }: Figures): string => `${ms(meanMs)}${ms(p95Ms)}${`${Math.round(100 * fsp)} %`.padStart(7)}`
  console.log(`${name.padEnd(20)}${figures(fspOnly)}${(fspOnly.meanMs / quietMs).toFixed(1).padStart(7)}   ${figures(direct)}`)
}
