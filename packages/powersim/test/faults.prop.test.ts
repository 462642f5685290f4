// The whole machine under drawn faults: messages lost, doubled and delayed on every link and on the management channel, NETS stopped and
// started, the service processor reset. Every line returns, every command is accounted for, nothing happens twice, and the laws over the
// whole state hold after every line.

import fc from 'fast-check'
import type { FateRule } from '@powersim/bus'
import { ms, type RandomStream } from '@powersim/kernel'
import { type Installation, readDocument } from '@powersim/managed-system'
import { policyByName } from '@powersim/routing'
import { describe, expect, it } from 'vitest'
import { play, programOf, workloads } from '../src/index.js'

const profile =
  'profile_name=normal,lpar_env=aixlinux,min_mem=512,desired_mem=1024,max_mem=4096,proc_mode=shared,min_procs=1,desired_procs=1,' +
  'max_procs=4,min_proc_units=0.1,desired_proc_units=0.1,max_proc_units=2.0,sharing_mode=uncap,uncap_weight=128'

/** Lost, doubled and delayed messages; the draws are the run's own. */
function trouble(draws: RandomStream, share: number): FateRule {
  return () => {
    const draw = draws.next()
    if (draw < share) return { do: 'drop' }
    if (draw < 2 * share) return { do: 'duplicate', afterNs: ms(3) }
    if (draw < 3 * share) return { do: 'delay', ns: ms(40) }
    return undefined
  }
}

const name = fc.constantFrom('red', 'green', 'blue')
const line = fc.oneof(
  name.map((lpar) => `mksyscfg -r lpar -m p520 -i "name=${lpar},${profile}"`),
  name.map((lpar) => `chsysstate -r lpar -m p520 -o on -n ${lpar} -f normal`),
  name.map((lpar) => `chsysstate -r lpar -m p520 -o shutdown -n ${lpar} --immed`),
  name.map((lpar) => `chhwres -r mem -m p520 -o a -p ${lpar} -q 128`),
  name.map((lpar) => `rmsyscfg -r lpar -m p520 -n ${lpar}`),
  fc.constant('chhwres -r mem -m p520 -o a -p vios1 -q 256'),
  fc.constant('lssyscfg -r lpar -m p520 -F name,state'),
  fc.constantFrom('! nets.stop', '! nets.start', '! fsp.reset', 'sleep 200'),
)

describe('under drawn faults', () => {
  it.each(['fsp-only', 'by-target', 'nets-first'])('%s: every line returns and every law holds', (policy) => {
    let failed = 0
    let retried = 0
    const scripts = fc.record({
      lines: fc.array(line, { minLength: 5, maxLength: 12 }),
      windows: fc.integer({ min: 1, max: 3 }),
      share: fc.constantFrom(0, 0.01, 0.05),
      seed: fc.integer({ min: 0, max: 1000 }),
    })
    fc.assert(
      fc.property(scripts, ({ lines, windows, share, seed }) => {
        const document = readDocument({ hmc: { commandTimeout: '5s' } })
        const script = `parallel ${windows}\n${lines.join('\n')}\nend\nsleep 1`
        const counts = { typed: 0, issued: 0, finished: 0 }
        const installation: Installation = play({
          seed: `faults-${seed}`,
          replication: 0,
          noise: true,
          document,
          program: programOf(workloads.text(script), document),
          policy: () => policyByName(policy),
          prepared: ({ bus, simulation }) => {
            // A session needs its set-up: trouble begins when the consoles are connected.
            const begin = simulation.handler('trouble', (rule: FateRule) => {
              bus.fate = rule
            })
            if (share > 0) simulation.schedule(ms(700), begin, trouble(simulation.stream('fates', 'test'), share))
          },
          returned: (_line, result) => {
            counts.typed++
            counts.issued += result.commands
          },
          recorded: (record) => {
            counts.finished++
            if (record.status !== 'ok') failed++
            if (record.tries > 1) retried++
          },
          checked: true,
        })
        expect(counts.finished).toBe(counts.issued)
        expect(counts.typed).toBe(lines.filter((text) => !text.startsWith('!')).length * windows + 1)
        // One partition of a name, whatever was repeated.
        const names = Object.values(installation.system().phyp.configuration.snapshot.partitions).map((partition) => partition.name)
        expect(new Set(names).size).toBe(names.length)
      }),
      { numRuns: 40, seed: 20_130_603 },
    )
    // The property must have met trouble, or it has shown nothing.
    expect(failed).toBeGreaterThan(20)
    expect(retried).toBeGreaterThan(20)
  })
})
