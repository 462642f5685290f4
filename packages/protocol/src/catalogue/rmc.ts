// Messages between a console and a partition's operating system over the RMC network (opcodes 0x06..): neither FSP nor NETS is on
// that way (LoPAR dynamic reconfiguration: the console reserves in PHYP, then asks the partition's resource manager).

import * as z from 'zod'
import { command } from '../command.js'
import { connectorTypes } from '../dr-connector.js'
import { lparIdSchema } from '../partition.js'
import { backEndKinds, viosRefusals } from '../ports/vios.js'
import { rmcStates } from '../states.js'

/** Why an operating system did less than it was asked for. */
const reconfigureReasons = [
  'timed-out', // the time for the operation was over
  'none-left', // nothing more that it could take in or give up
  'in-use', // what it tried to give up is still mapped or needed
  'refused', // the hypervisor did not let it have, or free, a unit
] as const
export type ReconfigureReason = (typeof reconfigureReasons)[number]

const name = z.string().max(64)
const bytes = z.int().min(0)
const target = z.object({ name: z.string(), lun: z.int(), backing: z.string(), kind: z.enum(backEndKinds) })
const serverAdapter = z.object({
  name: z.string(),
  unitAddress: z.int(),
  slot: z.int(),
  clientId: z.int(),
  targets: z.array(target),
})

/** What a virtual I/O server tells of itself, in the words of its command port. */
const viosInventorySchema = z.object({
  level: z.string(),
  adapters: z.array(serverAdapter),
  fibreAdapters: z.array(
    serverAdapter.extend({
      port: z.string().nullable(),
      status: z.enum(['LOGGED_IN', 'NOT_LOGGED_IN']),
      wwpn: z.string().nullable(),
    }),
  ),
  disks: z.array(z.object({ name: z.string(), bytes, volumeGroup: z.string().nullable() })),
  volumeGroups: z.array(z.object({ name: z.string(), bytes, freeBytes: bytes, volumes: z.array(z.object({ name: z.string(), bytes })) })),
  fibrePorts: z.array(
    z.object({
      name: z.string(),
      physicalLocation: z.string(),
      fabric: z.boolean(),
      targetPorts: z.int(),
      availablePorts: z.int(),
      wwpns: z.int(),
      availableWwpns: z.int(),
    }),
  ),
})
export type ViosInventory = z.infer<typeof viosInventorySchema>

export const rmcCommands = [
  /** Event from a partition's agent: its RMC link came up or went down. */
  command('rmc.announce', 0x0601, 'lpar', 'query', {
    request: z.object({ id: lparIdSchema, state: z.enum(rmcStates) }),
    reply: z.object({}),
  }),
  /** Asks the operating system to take resources in or to give them up (`drmgr`). */
  command('rmc.reconfigure', 0x0602, 'lpar', 'dynamic', {
    request: z.object({
      id: lparIdSchema,
      direction: z.enum(['add', 'remove']),
      resource: z.enum(connectorTypes),
      /** Memory regions, virtual processors, or one slot. */
      count: z.int().min(0),
      /** The slot, physical or virtual. */
      drcIndex: z.int().min(0).optional(),
      /** No unit is begun that long after the request has come, ns; without it there is no limit. */
      timeoutNs: z.int().min(0).optional(),
    }),
    /** `done` units; `reason` says why not all. */
    reply: z.object({ done: z.int(), reason: z.enum(reconfigureReasons).optional() }),
  }),
  /** Asks a virtual I/O server what it has, or to make or remove a mapping (`viosrvcmd`); names as that needs. */
  command('rmc.vios', 0x0603, 'lpar', 'configuration', {
    request: z.object({
      id: lparIdSchema,
      what: z.enum(['inventory', 'makeTarget', 'removeTarget', 'mapFibre']),
      backing: name.optional(),
      adapter: name.optional(),
      name: name.optional(),
      port: name.optional(),
    }),
    reply: z.object({ inventory: viosInventorySchema.optional(), target: target.optional(), refusal: z.enum(viosRefusals).optional() }),
  }),
  /** Asks the operating system to go down; `restart`: it asks the hypervisor to be started again. It answers before it goes. */
  command('rmc.shutdown', 0x0604, 'lpar', 'power', {
    request: z.object({ id: lparIdSchema, restart: z.boolean() }),
    reply: z.object({}),
  }),
] as const
