// The lock that lets one console at a time change a system lives in the service processor. Send commands past that, and they pass the lock:
// two operators at two consoles change different numbers of one profile, think for a tenth of a second, and change another. A change that
// was acknowledged and is gone, though nobody has typed anything else for its number, is a lost update. (`lease` is as `phyp` here.)

import { play, policies, programOf, readDocument, workloads } from 'powersim'

const REPLICATIONS = 10
const STUDENT = 2.262 // 97.5 % point of Student's t with 9 degrees of freedom
const fields = { min_mem: 'minMiB', desired_mem: 'desiredMiB', max_mem: 'maxMiB' } as const
type Amount = keyof typeof fields
const amounts = { min_mem: [256, 384, 512], desired_mem: [1024, 1536, 2048], max_mem: [4096, 6144, 8192] }
const changes = Object.entries(amounts).flatMap(([amount, values]) => values.map((value) => `${amount}=${value}`))
const mix = workloads.mix({
  arrivals: { closed: { sessions: 2, think: { exponential: '100ms' } } },
  consoles: ['hmc1', 'hmc2'],
  operations: 70,
  classes: changes.map((name) => ({ name, share: 1, line: `chsyscfg -r prof -m p520 -i "name=normal,lpar_name=vios1,${name}"` })),
})
const ways = {
  'both by the service processor': { hmc1: policies.fspOnly, hmc2: policies.fspOnly },
  'one by each': { hmc1: policies.fspOnly, hmc2: policies.byTarget },
  'both by NETS': { hmc1: policies.byTarget, hmc2: policies.byTarget },
}
const parsed = (text: string): [Amount, number] => {
  const [, amount, value] = /(\w+_mem)=(\d+)/.exec(text)!
  return [amount as Amount, Number(value)] // the lines above name nothing else
}

/** Acknowledged, lost and refused changes of a run, and the mean time of a line. */
function run(place: 'none' | 'fsp' | 'phyp', way: Record<string, typeof policies.fspOnly>, replication: number) {
  const document = readDocument({ writeLock: { place } })
  const [counts, known] = [{ done: 0, lost: 0, refused: 0, ms: 0 }, new Map<Amount, number>()]
  const underWay = new Map<string, Set<Amount>>() // and the amounts of the lines that they have met
  let there: (amount: Amount) => number = () => 0
  play({
    ...{ seed: 'mittal-2013', replication, noise: true, document, program: programOf(mix, document) },
    policy: (console) => way[console]!(),
    prepared: (installation) => {
      const { configuration } = installation.system().phyp
      there = (amount) => configuration.snapshot.partitions[1]!.profiles[0]!.memory[fields[amount]]
    },
    started: ({ text, ordinal }) => {
      const met = [...underWay].map(([other, meets]) => (meets.add(parsed(text)[0]), parsed(other)[0]))
      underWay.set(`${ordinal} ${text}`, new Set(met))
    },
    returned: ({ text, ordinal }, { exitStatus, durationNs }) => {
      const [own, value] = parsed(text)
      const met = underWay.get(`${ordinal} ${text}`)!
      underWay.delete(`${ordinal} ${text}`)
      counts.ms += durationNs / 1e6
      counts[exitStatus === 0 ? 'done' : 'refused']++
      // Of two that were typed at once for one number either may be the last.
      if (exitStatus === 0) known.set(own, met.has(own) ? there(own) : value)
      const disputed = [...underWay.keys()].map((other) => parsed(other)[0])
      for (const [amount, last] of known) {
        if (there(amount) === last || disputed.includes(amount)) continue
        counts.lost++
        known.set(amount, there(amount))
      }
    },
  })
  const typed = counts.done + counts.refused
  return [(100 * counts.lost) / counts.done, (100 * counts.refused) / typed, counts.ms / typed]
}

console.log(`lock   ways                            lost of 100 done   refused of 100   line, ms   [95 %, ${REPLICATIONS} replications]`)
for (const place of ['none', 'fsp', 'phyp'] as const) {
  for (const [name, way] of Object.entries(ways)) {
    const runs = Array.from({ length: REPLICATIONS }, (_, replication) => run(place, way, replication))
    const cells = [0, 1, 2].map((column) => {
      const values = runs.map((values) => values[column]!)
      const mean = values.reduce((sum, value) => sum + value, 0) / REPLICATIONS
      const spread = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (REPLICATIONS - 1) / REPLICATIONS)
      return `${mean.toFixed(1)} ± ${(STUDENT * spread).toFixed(1)}`.padStart(14)
    })
    console.log(`${place.padEnd(7)}${name.padEnd(31)}${cells.join('  ')}`)
  }
}
