// What a hypervisor counts of the use of its processors, for consoles that collect it. In cycles of the time base, which do not depend on
// the clock of the cores.

import * as z from 'zod'
import { lparIdSchema, mib, systemMemorySchema, systemProcessorsSchema } from './partition.js'
import { partitionStates } from './states.js'

/** Cycles of the time base in a second (512 MHz: `proc_cycles_per_second` of a capture of a POWER6 9117-MMA). */
export const CYCLES_PER_SECOND = 512_000_000

/** Whole cycles in so many ns. */
export function cyclesOf(ns: number): number {
  const whole = Math.floor(ns / 125)
  return whole * 64 + Math.floor(((ns - whole * 125) * 64) / 125)
}

const cycles = z.number().min(0)

export const utilizationSchema = z.object({
  /** When it was read, ns of simulated time. */
  timeNs: z.number(),
  timeCycles: cycles,
  memory: systemMemorySchema,
  processors: systemProcessorsSchema,
  lpars: z.array(
    z.object({
      id: lparIdSchema,
      name: z.string(),
      state: z.enum(partitionStates),
      mode: z.enum(['ded', 'shared']),
      hundredths: z.int(),
      procs: z.int(),
      sharingMode: z.string(),
      uncapWeight: z.int(),
      poolId: z.int(),
      memoryMode: z.enum(['ded', 'shared']),
      memoryMiB: mib,
      /** What it was entitled to while it had power. */
      entitledCycles: cycles,
      /** What it used within its entitlement, and beyond. */
      cappedCycles: cycles,
      uncappedCycles: cycles,
      /** Idle time of its dedicated processors that others have used. */
      donatedCycles: cycles,
    }),
  ),
  /** The physical pool of shared processors: total = utilized + idle. */
  pool: z.object({ totalCycles: cycles, utilizedCycles: cycles }),
  pools: z.array(z.object({ id: z.int(), name: z.string(), totalCycles: cycles, utilizedCycles: cycles })),
  memoryPool: z.object({ sizeMiB: mib, firmwareMiB: mib, ioEntitledMiB: mib, runMiB: mib }).optional(),
})
