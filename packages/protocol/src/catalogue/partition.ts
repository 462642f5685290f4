// Commands for the hypervisor (opcodes 0x02.. to 0x05..): queries, staged configuration, activation and dynamic resizing.
// Every change opens a stage, fills it and commits it: nothing is visible before `stage.commit`, and an abandoned stage leaves no trace.

import * as z from 'zod'
import { command } from '../command.js'
import { connectorTypes } from '../dr-connector.js'
import {
  bootModes,
  ioSlotViewSchema,
  lparIdSchema,
  mib,
  nameSchema,
  partitionAdaptersSchema,
  partitionAttributesSchema,
  partitionMemorySchema,
  partitionProcessorsSchema,
  partitionViewSchema,
  profileIoSlotSchema,
  profileMemorySchema,
  profileProcessorsSchema,
  profileSchema,
  systemMemorySchema,
  systemProcessorsSchema,
} from '../partition.js'
import { utilizationSchema } from '../utilization.js'
import { partitionEnvironments, partitionStates } from '../states.js'
import { adapterKinds, virtualAdapterSchema } from '../virtual-adapter.js'

const none = z.object({})
const byId = z.object({ id: lparIdSchema })
const stage = z.int().min(1)
const onStage = z.object({ stage })
const done = z.object({})

const queries = [
  command('lpar.list', 0x0201, 'phyp', 'query', {
    request: none,
    reply: z.object({ partitions: z.array(z.object({ id: lparIdSchema, name: z.string(), environment: z.enum(partitionEnvironments) })) }),
  }),
  command('lpar.read', 0x0202, 'phyp', 'query', { request: byId, reply: partitionViewSchema }),
  command('lpar.refcodes', 0x0203, 'phyp', 'query', {
    request: z.object({ id: lparIdSchema, count: z.int().min(1).max(1024) }),
    reply: z.object({ codes: z.array(z.object({ timeNs: z.number(), refcode: z.string() })) }),
  }),
  command('profile.list', 0x0204, 'phyp', 'query', {
    request: none,
    reply: z.object({ profiles: z.array(z.object({ id: lparIdSchema, name: z.string() })) }),
  }),
  command('profile.read', 0x0205, 'phyp', 'query', {
    request: z.object({ id: lparIdSchema, name: nameSchema }),
    /** The name of its pool is told as in `processors.lpar`. */
    reply: profileSchema.extend({ poolName: z.string().optional() }),
  }),
  command('memory.system', 0x0210, 'phyp', 'query', { request: none, reply: systemMemorySchema }),
  command('memory.lpar', 0x0211, 'phyp', 'query', { request: byId, reply: partitionMemorySchema }),
  command('processors.system', 0x0212, 'phyp', 'query', { request: none, reply: systemProcessorsSchema }),
  command('processors.lpar', 0x0213, 'phyp', 'query', { request: byId, reply: partitionProcessorsSchema }),
  command('slots.system', 0x0214, 'phyp', 'query', { request: none, reply: z.object({ slots: z.array(ioSlotViewSchema) }) }),
  /** Counters of the whole machine, all at one instant; they only grow. Rows by partition ID and by pool ID. */
  command('processors.utilization', 0x0215, 'phyp', 'query', { request: none, reply: utilizationSchema }),
  /** Virtual slots of a partition and what is in them; addresses filled in. */
  command('adapters.lpar', 0x0220, 'phyp', 'query', { request: byId, reply: partitionAdaptersSchema }),
  command('adapters.switches', 0x0221, 'phyp', 'query', {
    request: none,
    reply: z.object({ switches: z.array(z.object({ name: z.string(), vlans: z.array(z.int()) })) }),
  }),
] as const

const configuration = [
  /** Opens the stage of a new partition; without `id` it takes the lowest free one. */
  command('lpar.create', 0x0301, 'phyp', 'configuration', {
    request: z.object({
      name: nameSchema,
      environment: z.enum(partitionEnvironments),
      profileName: nameSchema,
      id: lparIdSchema.optional(),
    }),
    reply: z.object({ stage, id: lparIdSchema }),
  }),
  command('lpar.change', 0x0302, 'phyp', 'configuration', { request: byId, reply: onStage }),
  command('lpar.delete', 0x0303, 'phyp', 'configuration', { request: byId, reply: onStage }),
  command('profile.change', 0x0304, 'phyp', 'configuration', {
    request: z.object({ id: lparIdSchema, name: nameSchema }),
    reply: onStage,
  }),
  /** Opens the stage of a new profile: without processors and memory it is not committed. */
  command('profile.create', 0x0305, 'phyp', 'configuration', {
    request: z.object({ id: lparIdSchema, name: nameSchema }),
    reply: onStage,
  }),
  command('profile.remove', 0x0306, 'phyp', 'configuration', {
    request: z.object({ id: lparIdSchema, name: nameSchema }),
    reply: onStage,
  }),
  /** Opens the stage of a profile that is what the partition holds; `overwrite`: one of that name may be there. */
  command('profile.save', 0x0307, 'phyp', 'configuration', {
    request: z.object({ id: lparIdSchema, name: nameSchema, overwrite: z.boolean() }),
    reply: onStage,
  }),
  /** Opens the stage in which a partition that is off comes to hold what a profile says; it is not started. */
  command('lpar.apply', 0x0308, 'phyp', 'configuration', {
    request: z.object({ id: lparIdSchema, profile: nameSchema }),
    reply: onStage,
  }),
  command('stage.attributes', 0x0310, 'phyp', 'configuration', {
    request: z.object({ stage, attributes: partitionAttributesSchema }),
    reply: done,
  }),
  command('stage.processors', 0x0311, 'phyp', 'configuration', {
    request: z.object({ stage, processors: profileProcessorsSchema }),
    reply: done,
  }),
  command('stage.memory', 0x0312, 'phyp', 'configuration', { request: z.object({ stage, memory: profileMemorySchema }), reply: done }),
  command('stage.slots', 0x0313, 'phyp', 'configuration', {
    request: z.object({ stage, maxVirtualSlots: profileSchema.shape.maxVirtualSlots }),
    reply: done,
  }),
  command('stage.adapter', 0x0314, 'phyp', 'configuration', { request: z.object({ stage, adapter: virtualAdapterSchema }), reply: done }),
  /** Makes the stage's effect: all of it or, refused, none of it. `version` is the configuration's new number. */
  command('stage.commit', 0x0315, 'phyp', 'configuration', {
    request: onStage,
    /** ID 0: of no one partition. */
    reply: z.object({ id: z.int().min(0).max(4095), version: z.int() }),
  }),
  command('stage.abandon', 0x0316, 'phyp', 'configuration', { request: onStage, reply: done }),
  command('stage.ioSlots', 0x0317, 'phyp', 'configuration', {
    request: z.object({ stage, ioSlots: z.array(profileIoSlotSchema).max(1024) }),
    reply: done,
  }),
  /** Takes the adapter of a slot out of a profile. */
  command('stage.removeAdapter', 0x0318, 'phyp', 'configuration', {
    request: z.object({ stage, slot: z.int().min(0).max(65_535) }),
    reply: done,
  }),
] as const

const power = [
  /** Checks that the partition can be activated and opens the stage; without `profile` its current configuration is used. */
  command('activation.begin', 0x0401, 'phyp', 'power', {
    request: z.object({ id: lparIdSchema, profile: nameSchema.optional() }),
    reply: z.object({ stage, profile: z.string(), adapterSlots: z.array(z.int()) }),
  }),
  command('activation.processors', 0x0402, 'phyp', 'power', {
    request: onStage,
    reply: z.object({ procs: z.int(), hundredths: z.int() }),
  }),
  command('activation.memory', 0x0403, 'phyp', 'power', { request: onStage, reply: z.object({ memoryMiB: z.int() }) }),
  command('activation.slots', 0x0404, 'phyp', 'power', { request: onStage, reply: done }),
  command('activation.adapter', 0x0405, 'phyp', 'power', { request: z.object({ stage, slot: z.int().min(0) }), reply: done }),
  command('activation.firmware', 0x0406, 'phyp', 'power', { request: onStage, reply: done }),
  command('activation.boot', 0x0407, 'phyp', 'power', {
    request: z.object({ stage, bootMode: z.enum(bootModes).optional(), keylock: z.enum(['norm', 'manual']).optional() }),
    reply: done,
  }),
  /** Starts the partition: all that the stage holds, or nothing. The boot itself goes on after the reply. */
  command('activation.start', 0x0408, 'phyp', 'power', {
    request: onStage,
    reply: z.object({ id: lparIdSchema, version: z.int() }),
  }),
  command('lpar.shutdown', 0x0410, 'phyp', 'power', {
    request: z.object({ id: lparIdSchema, immediate: z.boolean(), restart: z.boolean() }),
    reply: z.object({ state: z.enum(partitionStates) }),
  }),
] as const

const dynamic = [
  /**
   * Opens a dynamic (DLPAR) change of a partition's memory (MiB), processors (virtual processors and hundredths), of one I/O slot or one
   * virtual adapter, with the number of batches that it takes. `to` names the receiver of a move.
   */
  command('dynamic.begin', 0x0501, 'phyp', 'dynamic', {
    request: z.object({
      id: lparIdSchema,
      to: lparIdSchema.optional(),
      direction: z.enum(['add', 'remove', 'move']),
      memoryMiB: z.int().min(0).optional(),
      procs: z.int().min(0).optional(),
      hundredths: z.int().min(0).optional(),
      drcIndex: z.int().min(0).optional(),
      /** A virtual adapter to add. */
      adapter: virtualAdapterSchema.optional(),
      /** The slot whose virtual adapter is removed, and its kind. */
      virtualSlot: z.object({ slot: z.int().min(0).max(65_535), kind: z.enum(adapterKinds) }).optional(),
    }),
    reply: z.object({ stage, batches: z.int() }),
  }),
  /** One batch: up to `batchRegions` memory regions, or one virtual processor. */
  command('dynamic.step', 0x0502, 'phyp', 'dynamic', { request: z.object({ stage, batch: z.int().min(0) }), reply: done }),
  /**
   * Makes the partitions' configuration what has become of the change: of what was stepped, the part that the operating systems did.
   * `hold`: one did not answer and may still be at it, so that what it was given stays assigned to it.
   */
  command('dynamic.finish', 0x0503, 'phyp', 'dynamic', {
    request: z.object({ stage, hold: z.boolean().optional() }),
    reply: z.object({ id: lparIdSchema, version: z.int(), units: z.int() }),
  }),
  /** Makes the configuration of an active partition what its operating system has; `changed`: it had differed. */
  command('dynamic.restore', 0x0504, 'phyp', 'dynamic', {
    request: z.object({ id: lparIdSchema, resource: z.enum(connectorTypes) }),
    reply: z.object({ changed: z.boolean() }),
  }),
  /** Changes how a shared partition uses more than it is entitled to. */
  command('dynamic.sharing', 0x0505, 'phyp', 'dynamic', {
    request: z.object({
      id: lparIdSchema,
      sharingMode: profileProcessorsSchema.shape.sharingMode.optional(),
      uncapWeight: profileProcessorsSchema.shape.uncapWeight.optional(),
      /** Its shared processor pool. */
      poolId: profileProcessorsSchema.shape.poolId.optional(),
    }),
    reply: z.object({ id: lparIdSchema, version: z.int() }),
  }),
  /** Changes how a partition shares memory, at once; `auto`: the entitlement follows its virtual adapters. */
  command('dynamic.sharedMemory', 0x0506, 'phyp', 'dynamic', {
    request: z.object({
      id: lparIdSchema,
      weight: profileMemorySchema.shape.weight,
      ioEntitledMiB: z.union([z.literal('auto'), mib]).optional(),
    }),
    reply: z.object({ id: lparIdSchema, version: z.int() }),
  }),
  /** Puts another adapter of the same kind in the place of the one in its slot, of a partition that does not run. */
  command('dynamic.adapter', 0x0507, 'phyp', 'dynamic', {
    request: z.object({ id: lparIdSchema, adapter: virtualAdapterSchema }),
    reply: z.object({ id: lparIdSchema, version: z.int() }),
  }),
] as const

export const partitionCommands = [...queries, ...configuration, ...power, ...dynamic] as const
