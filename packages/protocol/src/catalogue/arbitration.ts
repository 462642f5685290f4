// Commands about who may change a system (opcodes 0x0c..): co-management, where one of the consoles and management partitions is the
// controller (before: master) and the others may only read, and the lock on changes where the hypervisor keeps it.

import * as z from 'zod'
import { command } from '../command.js'

const none = z.object({})

/**
 * How firmly it has the authority: `norm` until another one takes it, `keep` until it gives it up itself, `temp` until it gives it back to
 * the one that had it before, or starts again.
 */
const controlTypes = ['norm', 'temp', 'keep'] as const

const controllerSchema = z.object({
  kind: z.enum(['console', 'partition']),
  name: z.string().max(64),
  /** Type, model and serial number of a console; empty for a partition, which has those of its system. */
  mtms: z.string().max(64),
  type: z.enum(controlTypes),
})
const control = z.object({
  /** Left out: there is none, and everybody may change the system. */
  controller: controllerSchema.optional(),
  /** Whether it is the one that asks. */
  own: z.boolean(),
})

/** The lock on changes. `kept`: whoever answers keeps it. `holder`: instance number of a console, 0 for nobody. */
export const lockSchema = z.object({ kept: z.boolean(), holder: z.int().min(0).max(4095) })

export const arbitrationCommands = [
  command('comanagement.read', 0x0c01, 'phyp', 'query', { request: none, reply: control }),
  command('comanagement.set', 0x0c02, 'phyp', 'service', { request: controllerSchema.omit({ kind: true }), reply: control }),
  /** The authority goes to who had it before a `temp`, or to the management partition if there is one, or to nobody. */
  command('comanagement.release', 0x0c03, 'phyp', 'service', { request: none, reply: control }),
  command('lock.read', 0x0c10, 'phyp', 'query', { request: none, reply: lockSchema }),
  /** By force, from whoever holds it. `holder`: who did. */
  command('lock.release', 0x0c11, 'phyp', 'service', { request: none, reply: lockSchema }),
] as const
