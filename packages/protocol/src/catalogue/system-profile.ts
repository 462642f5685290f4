// Commands about system profiles (opcodes 0x0a..): ordered lists of partitions and the profile that each is to be activated with. The
// console activates them; the hypervisor keeps them with the partitions' profiles.

import * as z from 'zod'
import { command } from '../command.js'
import { lparIdSchema, nameSchema } from '../partition.js'

/** Each partition is there once. */
const members = z
  .array(z.object({ id: lparIdSchema, profile: nameSchema }))
  .min(1)
  .max(1024)
export const systemProfileSchema = z.object({ name: nameSchema, members })
export type SystemProfile = z.infer<typeof systemProfileSchema>

export const systemProfileCommands = [
  command('systemProfile.list', 0x0a01, 'phyp', 'query', {
    request: z.object({}),
    reply: z.object({ profiles: z.array(systemProfileSchema) }),
  }),
  /** Makes one, or puts it in the place of another one, whose name it may keep. */
  command('systemProfile.set', 0x0a10, 'phyp', 'configuration', {
    request: systemProfileSchema.extend({ replaces: nameSchema.optional() }),
    reply: z.object({ version: z.int() }),
  }),
  command('systemProfile.remove', 0x0a11, 'phyp', 'configuration', {
    request: z.object({ name: nameSchema }),
    reply: z.object({ version: z.int() }),
  }),
] as const
