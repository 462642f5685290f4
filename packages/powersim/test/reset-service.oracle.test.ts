// Service under a reset, the loss of the primary, a forced fail-over: dumps, firmware, capacity, events, lights and power modes, met at
// moments drawn from every part of each operation. What was acknowledged is done, what failed can be done again, partitions notice nothing.

import { activationCode } from '@powersim/fsp'
import { Simulation } from '@powersim/kernel'
import { describe, expect, it } from 'vitest'
import { checkRun, type FaultName, faults, type Operation, play } from './reset-play.js'

/** Moments of an operation that each fault meets it at: one drawn from each of so many parts of its events, short ones at the beginning. */
const PARTS = 12

const firmware = (temporary: string, side: string) => ({
  fsp: { service: { firmware: { temporary, side, chunkBytes: 4_194_304 } } },
})
const levels = 'lslic -m p520 -F activated_level:installed_level:accepted_level'
const capacity = { fsp: { service: { capacity: { processors: 2 } } } }
const code = (kind: 'cuod' | 'onoff', amount: number): string =>
  `chcod -m p520 -o e -k ${activationCode('10ACE01', { kind, resource: 'proc', amount, sequence: 1 })}`
const fan = ['fsp.fail', 'part=fan'] as const
const dump = ['fsp.dump', 'type=resource'] as const
const name = 'RSCDUMP.10ACE01.00000001'
const none = /^No results were found\.$/m

const operations: readonly Operation[] = [
  {
    line: "startdump -m p520 -t resource -r 'hvlpconfigdata -affinity -domain'",
    after: 'lsdump -m p520 -F dump_type',
    done: /^resource$/,
    undone: /^(resource|No results were found\.)$/,
  },
  {
    line: `getdump -m p520 -f ${name}`,
    prepared: { action: dump },
    after: 'lsdump -h -F dump_type,size',
    done: /^resource,2490992$/,
    undone: /^(resource,2490992|No results were found\.)$/,
  },
  {
    line: `rmdump -m p520 -f ${name}`,
    prepared: { action: dump },
    after: 'lsdump -m p520 -F dump_type',
    done: none,
    undone: /^(resource|No results were found\.)$/,
  },
  {
    line: 'updlic -m p520 -o a -t sys -l 01EL350_108 -r mountpoint -d /home/hscroot/fw',
    machine: firmware('01EL350_085', 'temp'),
    after: levels,
    done: /^108:108:85$/,
    undone: /^(85:85:85|108:108:85)$/,
    // The console accepts what runs from one side only before it writes on that side again.
    doneAgain: /^108:108:(85|108)$/,
  },
  {
    line: 'updlic -m p520 -o c',
    machine: firmware('01EL350_108', 'temp'),
    after: levels,
    done: /^108:108:108$/,
    undone: /^108:108:(85|108)$/,
  },
  {
    line: 'updlic -m p520 -o r',
    machine: firmware('01EL350_108', 'perm'),
    after: levels,
    done: /^85:85:85$/,
    undone: /^85:(85|108):85$/,
  },
  {
    line: code('cuod', 1),
    machine: capacity,
    after: 'lscod -m p520 -t cap -r proc -c cuod -F perm_procs,installed,avail',
    done: /^3,4,1$/,
    undone: /^(2,4,2|3,4,1)$/,
  },
  {
    line: 'chcod -m p520 -o a -c onoff -r proc -q 1 -d 2',
    machine: capacity,
    prepared: { line: code('onoff', 10) },
    after: 'lscod -m p520 -t cap -r proc -c onoff -F perm_procs,activated_onoff,avail_resource_days_for_onoff,avail',
    done: /^2,1,9,1$/,
    undone: /^(2,0,10,2|2,1,9,1)$/,
  },
  {
    line: 'chsvcevent -o close -p 1 -h hmc1',
    prepared: { action: fan },
    after: 'lssvcevents -t hardware -F status --filter "status=open"',
    done: none,
    undone: /^(Open|No results were found\.)$/,
  },
  {
    line: 'chled -r sa -t phys -m p520 -o off',
    prepared: { action: fan },
    after: 'lsled -r sa -t phys -m p520 -F state',
    done: /^off$/,
    undone: /^(on|off)$/,
  },
  {
    line: 'chled -r ident -t phys -m p520 -o on -l U8203.E4A.10ACE01-A1',
    after: 'lsled -r ident -t phys -m p520',
    done: /location_code=U8203\.E4A\.10ACE01-A1,state=on/,
    undone: /location_code=U8203\.E4A\.10ACE01-A1,state=(on|off)/,
  },
  {
    line: 'chpwrmgmt -m p520 -r sys -o enable -t static',
    after: 'lspwrmgmt -m p520 -r sys -F curr_power_saver_mode',
    done: /^Enabled$/,
    undone: /^(Enabled|Disabled)$/,
  },
]

describe.each(operations.map((operation) => [operation.line.split(' -k')[0]!, operation] as const))('%s', (_name, operation) => {
  const undisturbed = play(operation, null)
  const { times } = undisturbed
  const draws = new Simulation({ seed: 'oracle-1' }).draws('moment', operation.line)

  it('is done when nothing comes between', () => {
    expect(undisturbed.exitStatus).toBe(0)
    checkRun(operation, undisturbed, undisturbed, 'undisturbed')
    expect(times.length).toBeGreaterThan(5)
  })

  // The keys of the table are its names.
  it.each(Object.keys(faults) as FaultName[])('loses nothing that was acknowledged, and can be done again, whenever %s comes', (fault) => {
    let failed = 0
    const startOf = (part: number): number => Math.floor(times.length * (part / PARTS) ** 3)
    for (let part = 0; part < PARTS; part++) {
      const from = startOf(part)
      const timeNs = times[from + Math.floor(draws.cursor(part).next() * (startOf(part + 1) - from))]!
      const run = play(operation, fault, timeNs)
      checkRun(operation, run, undisturbed, `${fault} at ${timeNs} ns`)
      if (run.exitStatus !== 0) failed++
    }
    expect(failed).toBeGreaterThan(0)
  })
})
