// How the two routes stand up to load: commands for the hypervisor arrive at random (Poisson) at a growing rate, each of 3 ms of work
// there. Through the service processor they queue at its slow processor; bypass it, and the hypervisor's one queue is the bottleneck.

import { type Installation, play, policies, programOf, readDocument, type RoutingPolicy, workloads } from 'powersim'

const document = readDocument({
  consoles: [{ name: 'hmc1' }],
  hmc: { processors: 16, retry: 'none', commandTimeout: '1h', waitingLimit: 1_000_000, netsSessions: { sessions: 10 } },
  phyp: { query: { exponential: '3ms' } },
})
const SECONDS = 60

interface Figures {
  readonly latencyMs: number
  readonly perSecond: number
  readonly fsp: number
  readonly phyp: number
}

/** One simulated minute of Poisson arrivals. */
function under(ratePerSecond: number, policy: RoutingPolicy): Figures {
  let done = 0
  let totalMs = 0
  const installation = play({
    seed: 'mittal-2013',
    replication: 0,
    noise: true,
    document,
    program: programOf(workloads.text(`sleep ${SECONDS}`), document),
    policy: () => policy,
    recorded: ({ latencyNs }) => {
      done++
      totalMs += latencyNs / 1e6
    },
    started: (_line, _atNs, { simulation, consoles }: Installation) => {
      const draws = simulation.stream('arrivals', 'load')
      const gap = simulation.law({ exponential: 1e9 / ratePerSecond })
      const [console] = consoles
      const system = console?.systems[0]
      const arrive = simulation.handler('arrive', (entity: number) => {
        if (console === undefined || system === undefined) return
        console.send(system, 'memory.system', {}, { entity, ordinal: 0 })
        simulation.schedule(gap.sample(draws), arrive, entity + 1)
      })
      simulation.schedule(0, arrive, 1)
    },
  })
  const { fsp, phyp } = installation.system()
  const { utilization } = fsp.statistics().processor
  return { latencyMs: totalMs / done, perSecond: done / SECONDS, fsp: utilization, phyp: phyp.statistics().utilization }
}

const percent = (share: number): string => `${Math.round(100 * share)} %`.padStart(6)
const figures = ({ latencyMs, perSecond, fsp, phyp }: Figures): string =>
  `${latencyMs.toFixed(1).padStart(8)} ms ${perSecond.toFixed(0).padStart(4)}/s ${percent(fsp)} ${percent(phyp)}`

console.log('          fsp-only                          by-target')
console.log('offered   latency     done    FSP    PHYP    latency     done    FSP    PHYP')
let bottleneck: number | undefined
for (const rate of [10, 25, 50, 75, 100, 150, 200, 250, 300, 350]) {
  const direct = under(rate, policies.byTarget())
  console.log(`${String(rate).padStart(5)}/s  ${figures(under(rate, policies.fspOnly()))}  ${figures(direct)}`)
  if (direct.phyp > 0.9) bottleneck ??= rate
}
console.log(`\nPast the service processor, the hypervisor is the bottleneck from about ${bottleneck ?? 'nowhere'} commands a second on.`)
