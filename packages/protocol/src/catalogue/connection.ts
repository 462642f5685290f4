// Commands that set a connection up (opcodes 0x00..): dissertation 3.2, "a series of configuration information and validating the
// response". They are served by whoever ends the secure session, FSP or NETS. Four of them: the low end of 4 to 8 (estimate).

import * as z from 'zod'
import { command } from '../command.js'

/** Passwords of a service processor: of the console, and of its users admin and general. */
export const passwordKinds = ['access', 'admin', 'general'] as const
export type PasswordKind = (typeof passwordKinds)[number]

export const connectionCommands = [
  command('connection.identify', 0x0001, 'channel', 'query', {
    request: z.object({ console: z.string().max(64), version: z.string().max(64) }),
    reply: z.object({ typeModel: z.string(), serialNumber: z.string(), systemName: z.string(), endpoint: z.enum(['fsp', 'nets']) }),
  }),
  command('connection.authenticate', 0x0002, 'channel', 'query', {
    request: z.object({ user: z.string().max(64), password: z.string().max(64) }),
    reply: z.object({ accepted: z.literal(true) }),
  }),
  command('connection.capabilities', 0x0003, 'channel', 'query', {
    request: z.object({
      mtuBytes: z
        .int()
        .min(512)
        .max(1 << 20),
      window: z.int().min(1).max(65_536),
    }),
    reply: z.object({ mtuBytes: z.int(), window: z.int(), commands: z.int() }),
  }),
  command('connection.subscribe', 0x0004, 'channel', 'query', {
    request: z.object({ events: z.array(z.string().max(64)).max(64) }),
    reply: z.object({ subscribed: z.int() }),
  }),
  /** Sets or changes a password; needs no authentication, since it brings the password before along. */
  command('connection.password', 0x0005, 'channel', 'query', {
    request: z.object({ kind: z.enum(passwordKinds), before: z.string().max(64), after: z.string().max(64) }),
    /** Passwords that are yet to be set. */
    reply: z.object({ unset: z.int().min(0).max(3) }),
  }),
] as const
