// A reset or a fail-over of the service processor at every event of an operation, from the console's first message to its last reply:
// no command that was acknowledged is lost, each effect is made at most once per key in the hypervisor, the service processor's own
// commands keep what they were acknowledged for, and whoever runs on the machine notices nothing. A ledger of its own counts.

import { describe, expect, it } from 'vitest'
import { checkRun, type FaultName, faults, type Operation, play } from './reset-play.js'

const profile =
  'name=new,profile_name=normal,lpar_env=aixlinux,min_mem=512,desired_mem=1024,max_mem=4096,proc_mode=shared,min_procs=1,' +
  'desired_procs=1,max_procs=4,min_proc_units=0.1,desired_proc_units=0.1,max_proc_units=2.0,sharing_mode=uncap,uncap_weight=128'

const operations: readonly Operation[] = [
  { line: `mksyscfg -r lpar -m p520 -i "${profile}"`, after: 'lssyscfg -r lpar -m p520 -F name', done: /^new$/m, undone: /^(?!new$)/m },
  {
    line: 'chhwres -r mem -m p520 -o a -p vios1 -q 512',
    after: 'lshwres -r mem -m p520 --level lpar --filter "lpar_names=vios1" -F curr_mem',
    done: /^2560$/m,
    undone: /^(2048|2560)$/m,
    // What the lost reply has told nobody of was added, and is again.
    doneAgain: /^(2560|3072)$/m,
  },
  { line: 'lssyscfg -r lpar -m p520 -F name', after: 'lssyscfg -r sys -F state', done: /Operating/, undone: /Operating/ },
  { line: 'lsled -r sa -t phys -m p520', after: 'lssyscfg -r sys -F state', done: /Operating/, undone: /Operating/ },
  {
    line: 'chsysstate -r sys -m p520 -o chkey -k manual',
    after: 'lssyscfg -r sys -F curr_sys_keylock',
    done: /^manual$/m,
    undone: /^(norm|manual)$/m,
  },
  {
    line: 'chsyspwd -m p520 -t access --passwd abc123 --newpasswd changed',
    after: 'lssyscfg -r sys -F state',
    done: /Operating/,
    undone: /Operating|Failed Authentication/,
  },
]

describe.each(operations.map((operation) => [operation.line.split(' -i')[0]!, operation] as const))('%s', (_name, operation) => {
  const undisturbed = play(operation, null)

  it('is done when nothing comes between', () => {
    expect(undisturbed.exitStatus).toBe(0)
    expect(undisturbed.after).toMatch(operation.done)
    expect(undisturbed.times.length).toBeGreaterThan(5)
  })

  // The keys of the table are its names.
  it.each(Object.keys(faults) as FaultName[])('loses nothing that was acknowledged, whenever %s comes', (fault) => {
    let failed = 0
    let again = 0
    // Every event; every other one where there are two service processors, since that costs time.
    for (const timeNs of undisturbed.times.filter((_, place) => fault === 'a reset' || place % 2 === 0)) {
      const run = play(operation, fault, timeNs)
      checkRun(operation, run, undisturbed, `${fault} at ${timeNs} ns`)
      if (run.exitStatus !== 0) failed++
      again += run.again
    }
    // It did come between: some lines failed, and what a reset has caught in the mailbox has come to the hypervisor again.
    expect(failed).toBeGreaterThan(0)
    if (fault === 'a reset' && undisturbed.served.size > 0) expect(again).toBeGreaterThan(0)
  })
})
