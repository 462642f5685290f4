// Lines of configuration typed on a whole machine, for the tests of what they change.
// No test stands here.

import type { MachineDocument } from '@powersim/managed-system'
import { policyByName } from '@powersim/routing'
import { type RunLine, runWorkload, workloads } from '../src/index.js'

function run(script: string, machine: MachineDocument = {}, policy = 'by-target'): readonly RunLine[] {
  return runWorkload({ machine, workload: workloads.text(script), policy: policyByName(policy), seed: 'configuration' }).lines
}

/** What every line printed, in order; of a refused one what it said. */
export function printed(script: string, policy = 'by-target'): string[] {
  return run(script, {}, policy).map(({ stdout, stderr, exitStatus }) => `${exitStatus} ${stdout}${stderr}`.trim())
}

export const AMOUNTS =
  'min_mem=256,desired_mem=1024,max_mem=4096,proc_mode=shared,min_proc_units=0.1,desired_proc_units=0.2,max_proc_units=1.0,' +
  'min_procs=1,desired_procs=1,max_procs=2'
