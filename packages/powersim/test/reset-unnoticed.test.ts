// What partitions notice of a service processor that is reset or fails over: nothing. Their processors, states and records are the same
// as in the run where nothing happens. And no policy is ever asked about what only the service processor can do.

import { type MachineDocument, readDocument } from '@powersim/managed-system'
import { builtInPolicies } from '@powersim/routing'
import { watchedPolicy } from '@powersim/testkit'
import { describe, expect, it } from 'vitest'
import { play, programOf, workloads } from '../src/index.js'

const busyGuests = {
  guests: [
    {
      operatingSystem: 'AIX',
      osVersion: 'AIX 6.1',
      firmware: '10s',
      boot: '60s',
      shutdown: '20s',
      rmcDelay: '1s',
      dlpar: readDocument({}).systems[0]!.guests[0]!.dlpar,
      dlparQueueLimit: 16,
      runningRefcode: '',
      demand: { pattern: { bursty: { processors: 1, busy: { exponential: '30ms' }, idle: { exponential: '70ms' } } }, period: '10ms' },
    },
  ],
}

/** All that partitions have to show after a script. */
function partitionsAfter(script: string, machine: MachineDocument, touched: readonly string[] = []): string[] {
  const document = readDocument(machine)
  const told: string[] = []
  const installation = play({
    seed: 'unnoticed',
    replication: 0,
    noise: true,
    document,
    program: programOf(workloads.text(script), document),
    policy: () => builtInPolicies[0].make(),
    prepared: ({ simulation, systems }) => {
      const ignore = (): void => undefined
      const partition = (_id: number, name: string) => ({
        state: (state: string) => void (touched.includes(name) || told.push(`${name} ${state} at ${simulation.now}`)),
        dlpar: (what: string) => void (touched.includes(name) || told.push(`${name} ${what} at ${simulation.now}`)),
      })
      for (const system of systems)
        system.observe({ fsp: ignore, phyp: ignore, nets: { began: ignore, stage: ignore, ended: ignore }, partition })
    },
  })
  const { phyp } = installation.system()
  for (const record of Object.values(phyp.configuration.snapshot.partitions)) {
    if (touched.includes(record.name)) continue
    told.push(JSON.stringify(record), JSON.stringify(phyp.processors?.of(record.id).statistics()))
  }
  return told
}

const two = { fsp: { second: { ipAddress: '169.254.3.146' } } }

describe('partitions', () => {
  it.each([
    ['a reset', '! fsp.reset', {}],
    ['a service processor that hangs', '! fsp.hang', {}],
    ['a forced fail-over', '! fsp.failover', two],
    ['the loss of the primary', '! fsp.reset', two],
  ] as const)('notice nothing of %s while no command comes', (_what, action, machine) => {
    const quiet = partitionsAfter('sleep 420', { ...busyGuests, nets: null, ...machine })
    expect(quiet.length).toBeGreaterThan(5)
    expect(partitionsAfter(`sleep 20\n${action}\nsleep 400`, { ...busyGuests, nets: null, ...machine })).toEqual(quiet)
  })

  it('that no command touches notice nothing while others are worked on', () => {
    const cores = { ...busyGuests, nets: null, phyp: { dispatch: { processors: 'ideal' } } }
    const work = 'chhwres -r mem -m p520 -o a -p vios1 -q 256\nlssyscfg -r lpar -m p520'
    const calm = partitionsAfter(`${work}\n${work}\nsleep 600`, cores, ['vios1'])
    expect(partitionsAfter(`${work}\n! fsp.reset\n${work}\nsleep 570`, cores, ['vios1'])).toEqual(calm)
  })
})

describe('policies', () => {
  it.each(builtInPolicies)('$name is never asked about what only the service processor can do', ({ make }) => {
    const script = `lssyscfg -r sys -F state
lssyscfg -r lpar -m p520 -F name
lsled -r sa -t phys -m p520
lsrefcode -r sys -m p520
lssvcevents -t hardware -m p520
chsysstate -r sys -m p520 -o chkey -k manual
chsyspwd -m p520 -t general --passwd general1 --newpasswd new
lshwres -r mem -m p520 --level sys
! fsp.reset
@+30s lsled -r sa -t phys -m p520
lshwres -r mem -m p520 --level sys
@+6min chsysstate -r sys -m p520 -o off --immed
lshwres -r mem -m p520 --level sys
chsysstate -r sys -m p520 -o on
lshwres -r mem -m p520 --level sys`
    const document = readDocument({})
    let asked = 0
    const counted = (): ReturnType<typeof make> => {
      const policy = make()
      const { choose } = policy
      policy.choose = (...choice) => {
        asked++
        return choose.apply(policy, choice)
      }
      return watchedPolicy(policy)
    }
    play({ seed: 'watched', replication: 0, noise: false, document, program: programOf(workloads.text(script), document), policy: counted })
    expect(asked).toBeGreaterThan(0)
  })
})
