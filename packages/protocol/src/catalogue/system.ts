// Commands for the service processor (opcodes 0x01..): power, state and recovery. Only the FSP can serve them
// (dissertation 4.2: diagnosis, recovery, status and power stay there).

import * as z from 'zod'
import { command } from '../command.js'
import { lockSchema } from './arbitration.js'
import { systemStates } from '../states.js'

const none = z.object({})
const state = z.enum(systemStates)

export const systemCommands = [
  command('system.state', 0x0101, 'fsp', 'query', {
    request: none,
    reply: z.object({
      state,
      detail: z.string(),
      hypervisorRunning: z.boolean(),
      /** Only where there are two service processors. */
      role: z.enum(['primary', 'secondary']).optional(),
    }),
  }),
  command('system.attributes', 0x0102, 'fsp', 'query', {
    request: none,
    reply: z.object({
      name: z.string(),
      typeModel: z.string(),
      serialNumber: z.string(),
      powerOffPolicy: z.int().min(0).max(1),
      /** Side of the flash that the hypervisor was loaded from. */
      powerOnSide: z.enum(['temp', 'perm']),
      /** Side that the next power-on is to load from, if that is another one. */
      pendingPowerOnSide: z.enum(['temp', 'perm']).optional(),
      powerOnSpeed: z.enum(['norm', 'fast', 'slow']),
      powerOnOption: z.enum(['standby', 'autostart']),
      lparStartPolicy: z.enum(['autostart', 'userinit', 'autorecovery']),
      keylock: z.enum(['norm', 'manual']),
      /** Nanoseconds since the installation's start: the console makes the time of day of it. */
      uptimeNs: z.number().min(0),
    }),
  }),
  command('system.refcodes', 0x0103, 'fsp', 'query', {
    request: z.object({ count: z.int().min(1).max(1024) }),
    reply: z.object({ codes: z.array(z.object({ timeNs: z.number(), refcode: z.string() })) }),
  }),
  command('system.powerOn', 0x0110, 'fsp', 'power', {
    request: z.object({ option: z.enum(['autostart', 'standby', 'policy', 'discovery']), keylock: z.enum(['norm', 'manual']).optional() }),
    reply: z.object({ state }),
  }),
  command('system.powerOff', 0x0111, 'fsp', 'power', {
    request: z.object({ immediate: z.boolean(), restart: z.boolean() }),
    reply: z.object({ state }),
  }),
  /** The console has restored the partitions' profile data. */
  command('system.recover', 0x0112, 'fsp', 'power', { request: none, reply: z.object({ state }) }),
  /** The secondary service processor is to take over. */
  command('system.failover', 0x0113, 'fsp', 'power', { request: none, reply: z.object({ state }) }),
  command('system.keylock', 0x0114, 'fsp', 'power', {
    request: z.object({ keylock: z.enum(['norm', 'manual']) }),
    reply: z.object({ keylock: z.enum(['norm', 'manual']) }),
  }),
  /** The lock on changes, if it is kept here. */
  command('system.lock', 0x0115, 'fsp', 'query', { request: none, reply: lockSchema }),
  /** Takes it away by force. `holder`: who had it. */
  command('system.releaseLock', 0x0116, 'fsp', 'service', { request: none, reply: lockSchema }),
  /** Sets what the next power-on does; what is named. */
  command('system.configure', 0x0117, 'fsp', 'power', {
    request: z.object({ lparStartPolicy: z.enum(['autostart', 'userinit', 'autorecovery']).optional() }),
    reply: z.object({}),
  }),
] as const
