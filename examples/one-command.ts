// One command, hop by hop, on both paths: where its time goes. Noise is off, so every step takes its mean; the bus is observed, which
// changes nothing of the run.

import { play, policies, presets, programOf, readDocument, workloads } from 'powersim'

const document = readDocument(presets.power520)
const line = 'lshwres -r mem -m p520 --level sys -F curr_avail_sys_mem'

for (const policy of [policies.fspOnly(), policies.byTarget()]) {
  console.log(`\n${line}   (${policy.name})`)
  let startNs = 0
  play({
    seed: 'mittal-2013',
    replication: 0,
    noise: false,
    document,
    program: programOf(workloads.text(line), document),
    policy: () => policy,
    prepared: ({ bus, simulation }) => {
      bus.observers.on('message', ({ kind, hop, from, to, message }) => {
        if (message.sequence === 0 || startNs === 0) return
        console.log(`${ms(simulation.now - startNs)}  ${kind.padEnd(9)} ${hop}: ${from} -> ${to}, ${message.bytes} bytes`)
      })
    },
    started: (_line, atNs) => {
      startNs = atNs
      console.log(`${ms(0)}  asked     the operator presses Enter`)
    },
    returned: (_line, result) => console.log(`${ms(result.durationNs)}  returned  ${result.stdout.trim()}`),
  })
}

function ms(ns: number): string {
  return `${(ns / 1e6).toFixed(3).padStart(9)} ms`
}
