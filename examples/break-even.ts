// Where does it stop paying to send commands through NETS? Its partition waits for a processor at every wake-up. Here that wait is the same
// each time (`nets.dispatchLatency`, on ideal processors); where it comes from is nets-entitlement.ts. Three policies over a range of
// waits, ten paired replications each; mean and median, since the day is too short for higher quantiles.

import { fileURLToPath } from 'node:url'
import { compareRoutes, policies, type RouteStudy, workloads } from 'powersim'

const workload = await workloads.script(fileURLToPath(new URL('../workloads/day-one.hmc', import.meta.url)))
const challengers = ['by-target', 'shortest-expected-delay']

/** The same day on a machine whose NETS partition waits that long. */
function waiting(dispatchLatency: string): RouteStudy {
  return compareRoutes({
    machine: {
      preset: 'power520',
      name: `nets-${dispatchLatency}`,
      phyp: { dispatch: { processors: 'ideal' } },
      nets: { dispatchLatency },
    },
    workload,
    policies: [policies.fspOnly(), policies.byTarget(), policies.shortestExpectedDelay()],
    seed: 'mittal-2013',
    replications: 10,
  })
}

/** How a policy differs from fsp-only in a metric of all commands together, judged with the other policy (Holm). */
function against(study: RouteStudy, metric: string, of: string): { text: string; lower: boolean } {
  const found = study.comparison.differences.find((each) => each.metric === metric && each.of === of && each.group === undefined)
  const { mean = null, ci95 = null, significant = null } = found ?? {}
  if (mean === null || ci95 === null) return { text: '–', lower: false }
  const [from, to] = ci95.map((bound) => bound.toFixed(2))
  return { text: `${mean.toFixed(2)} [${from}, ${to}]${significant === true ? ' ' : '§'}`, lower: significant === true && mean < 0 }
}

const metrics = ['command_latency_ms_mean', 'command_latency_ms_p50']
const paysUpTo = new Map<string, string>()

console.log(`${'wait'.padStart(5)}  ${'metric'.padEnd(23)}${challengers.map((name) => name.padStart(26)).join('')}`)
for (const wait of ['500us', '4ms', '6ms', '8ms', '16ms']) {
  const study = waiting(wait)
  for (const metric of metrics) {
    const differences = challengers.map((of) => against(study, metric, of))
    const cells = differences.map(({ text }) => text.padStart(26))
    console.log(`${wait.padStart(5)}  ${metric.padEnd(23)}${cells.join('')}`.trimEnd())
    if (differences[0]?.lower === true) paysUpTo.set(metric, wait)
  }
}

console.log('\nDifference from fsp-only [95 % interval], ms; § not significant. The longest of these waits at which by-target is lower:')
for (const metric of metrics) console.log(`  ${metric.padEnd(23)} ${paysUpTo.get(metric) ?? 'none'}`)
