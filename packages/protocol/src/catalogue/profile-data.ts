// Commands about profile data (opcodes 0x0b..): all that is configured of partitions, without what they hold, for consoles to keep in files
// and to restore. A restoration is a stage like any other: nothing is visible before its commit.

import * as z from 'zod'
import { command } from '../command.js'
import { lparIdSchema, partitionDataSchema } from '../partition.js'
import { systemProfileSchema } from './system-profile.js'

const stage = z.int().min(1)
const done = z.object({})

/**
 * `full`: only what is put is there afterwards; `favorBackup`, `favorSystem`: what is put comes in addition, and of two profiles of a name
 * that one stays; `initialize`: nothing is there afterwards. Levels 1 to 4 of consoles.
 */
export const restoreKinds = ['full', 'favorBackup', 'favorSystem', 'initialize'] as const
export type RestoreKind = (typeof restoreKinds)[number]

export const profileDataCommands = [
  command('profileData.read', 0x0b01, 'phyp', 'query', {
    request: z.object({ id: lparIdSchema }),
    reply: z.object({ partition: partitionDataSchema }),
  }),
  /** Opens the stage of a restoration, which has all partitions for itself. */
  command('profileData.begin', 0x0b10, 'phyp', 'configuration', {
    request: z.object({ kind: z.enum(restoreKinds) }),
    reply: z.object({ stage }),
  }),
  command('profileData.put', 0x0b11, 'phyp', 'configuration', {
    request: z.object({ stage, partition: partitionDataSchema }),
    reply: done,
  }),
  command('profileData.putSystemProfiles', 0x0b12, 'phyp', 'configuration', {
    request: z.object({ stage, profiles: z.array(systemProfileSchema) }),
    reply: done,
  }),
] as const
