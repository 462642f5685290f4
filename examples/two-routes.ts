// The dissertation's question on one machine and one day's work: what does it change when commands for the hypervisor go through a
// Linux partition (NETS) instead of the service processor (FSP)? Ten paired replications; run by `npm start`.

import { fileURLToPath } from 'node:url'
import { compareRoutes, policies, presets, workloads } from 'powersim'

const dayOne = fileURLToPath(new URL('../workloads/day-one.hmc', import.meta.url))

const study = compareRoutes({
  machine: presets.power520,
  workload: await workloads.script(dayOne),
  policies: [policies.fspOnly(), policies.byTarget()],
  seed: 'mittal-2013',
  replications: 10,
})

console.log(study.table())

const mean = study.difference('command_latency_ms_mean', { of: 'by-target', from: 'fsp-only' })
console.log(`\nMean command latency, by-target against fsp-only: ${mean.reductionPercent?.toFixed(1) ?? 'no'} % lower.`)
