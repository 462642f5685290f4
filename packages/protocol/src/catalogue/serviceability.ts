// Commands about service (opcodes 0x012.. to 0x016..): error logs and service events, lights, dumps, firmware, power management and
// capacity on demand. Only the service processor can serve them (dissertation 3.3.2: serviceability, power and thermal management).

import * as z from 'zod'
import { command } from '../command.js'
import { capacityKinds, capacityResources, dumpTypes, errorSeveritySchema, ledScopes, powerModes, systemParts } from '../serviceability.js'

const none = z.object({})
const done = z.object({})
const timeNs = z.number().min(0)
/** Where the next reply of a long list goes on; absent: it was the last. */
const next = z.int().min(1).optional()
const from = z.int().min(0).optional()
const onOff = z.enum(['on', 'off'])
const name = z.string().max(64)
const location = z.string().max(80)
const level = z.string().regex(/^[0-9A-Z]{2,8}_\d{3}$/)

const callout = z.object({
  /** `H` replace first, then `M`, then `L`. */
  priority: z.enum(['H', 'M', 'L']),
  location: z.string(),
  partNumber: z.string(),
  serialNumber: z.string(),
})

const serviceEvents = [
  /** Serviceable events, by number, up to 64 a reply. */
  command('service.events', 0x0120, 'fsp', 'service', {
    request: z.object({ status: z.enum(['open', 'closed']).optional(), from }),
    reply: z.object({
      events: z.array(
        z.object({
          number: z.int().min(1),
          refcode: z.string(),
          /** Words 2 to 9 of the reference code. */
          words: z.array(z.int()),
          status: z.enum(['Open', 'Closed']),
          firstTimeNs: timeNs,
          lastTimeNs: timeNs,
          createdTimeNs: timeNs,
          text: z.string(),
          severity: z.int(),
          callHome: z.boolean(),
          /** Equal ones that came while it was open. */
          duplicates: z.int().min(0),
          /** Platform log ID: the same for all logs of one event. */
          platformLogId: z.int(),
          callouts: z.array(callout),
          /** Dumps taken for it. */
          dumps: z.array(z.string()),
        }),
      ),
      next,
    }),
  }),
  command('service.leds', 0x0121, 'fsp', 'service', {
    request: z.object({ scope: z.enum(ledScopes) }),
    reply: z.object({ state: onOff, lparIdsOn: z.array(z.int()) }),
  }),
  /** Closes the events of these numbers, or all open ones. */
  command('service.closeEvents', 0x0122, 'fsp', 'service', {
    request: z.object({ numbers: z.array(z.int().min(1)).max(64).optional() }),
    reply: z.object({ closed: z.int().min(0) }),
  }),
  /** Sets an attention light; `lparId` for the one of a partition. A service processor turns its own off but not on. */
  command('service.setLed', 0x0123, 'fsp', 'service', {
    request: z.object({ scope: z.enum(ledScopes), lparId: z.int().min(1).optional(), state: onOff }),
    reply: done,
  }),
  /** The identify lights, by location. */
  command('service.identifyLeds', 0x0124, 'fsp', 'service', {
    request: none,
    reply: z.object({ leds: z.array(z.object({ location: z.string(), state: onOff })) }),
  }),
  command('service.setIdentifyLed', 0x0125, 'fsp', 'service', { request: z.object({ location, state: onOff }), reply: done }),
  /** Vital product data of the parts, as they were collected at the last IPL, up to 64 a reply. */
  command('service.vpd', 0x0126, 'fsp', 'service', {
    request: z.object({ from }),
    reply: z.object({
      parts: z.array(
        z.object({
          location: z.string(),
          kind: z.enum(systemParts),
          description: z.string(),
          partNumber: z.string(),
          serialNumber: z.string(),
          /** `deconfigured`: a guard record keeps it out. */
          state: z.enum(['configured', 'deconfigured']),
        }),
      ),
      next,
    }),
  }),
  /** Event to every managing console: an error log was made. A console answers it with `service.acknowledgeLogs`. */
  command('service.errorLogged', 0x0127, 'fsp', 'service', {
    request: none,
    reply: z.object({
      log: z.int().min(1),
      platformLogId: z.int(),
      refcode: z.string(),
      severity: errorSeveritySchema,
      bytes: z.int().min(0),
    }),
  }),
  /** A console has the logs up to this number. */
  command('service.acknowledgeLogs', 0x0128, 'fsp', 'service', {
    request: z.object({ upTo: z.int().min(1) }),
    reply: z.object({ acknowledged: z.int().min(0) }),
  }),
] as const

const dumps = [
  command('dump.list', 0x0130, 'fsp', 'service', {
    request: none,
    reply: z.object({
      dumps: z.array(
        z.object({ name: z.string(), type: z.enum(dumpTypes), bytes: z.int().min(0), startedNs: timeNs, transferred: z.boolean() }),
      ),
    }),
  }),
  /** Asks for a dump. It is taken after the reply. `selector` says what of, for a resource dump. */
  command('dump.start', 0x0131, 'fsp', 'service', {
    request: z.object({ type: z.enum(dumpTypes), selector: z.string().max(256).optional() }),
    reply: z.object({ id: z.int().min(1) }),
  }),
  /** One chunk of a dump: the reply is as long as the chunk. */
  command('dump.read', 0x0132, 'fsp', 'service', {
    request: z.object({ name, offset: z.int().min(0) }),
    reply: z.object({ offset: z.int().min(0), bytes: z.int().min(0), last: z.boolean() }),
    bulk: 'reply',
  }),
  /** The console has all of the dump: the next one of its type may be taken. */
  command('dump.acknowledge', 0x0133, 'fsp', 'service', { request: z.object({ name }), reply: done }),
  command('dump.delete', 0x0134, 'fsp', 'service', { request: z.object({ name }), reply: done }),
] as const

const firmware = [
  command('firmware.levels', 0x0140, 'fsp', 'service', {
    request: none,
    reply: z.object({
      /** EC number, `01EL350`. */
      ecNumber: z.string(),
      temporary: z.string(),
      permanent: z.string(),
      /** The side that the service processor runs from. */
      side: z.enum(['temp', 'perm']),
      /** What runs now; a concurrent update has changed it, a deferred one not yet. */
      activated: z.string(),
      /** What the server was last started with. */
      platformIpl: z.string(),
      updating: z.boolean(),
    }),
  }),
  /** Opens an update: the image goes to the temporary side. */
  command('firmware.begin', 0x0141, 'fsp', 'service', {
    request: z.object({ level, bytes: z.int().min(1), concurrent: z.boolean() }),
    reply: z.object({ chunkBytes: z.int().min(1) }),
  }),
  /** One chunk of the image: the request is as long as the chunk. */
  command('firmware.write', 0x0142, 'fsp', 'service', {
    request: z.object({ offset: z.int().min(0), bytes: z.int().min(1) }),
    reply: z.object({ written: z.int().min(0) }),
    bulk: 'request',
  }),
  /** The image is complete: checks it, and activates it when that can be done concurrently. */
  command('firmware.finish', 0x0143, 'fsp', 'service', { request: none, reply: z.object({ activated: z.boolean() }) }),
  command('firmware.abandon', 0x0144, 'fsp', 'service', { request: none, reply: done }),
  /** Copies the temporary side onto the permanent one. */
  command('firmware.accept', 0x0145, 'fsp', 'service', { request: none, reply: done }),
  /** Copies the permanent side onto the temporary one. */
  command('firmware.reject', 0x0146, 'fsp', 'service', { request: none, reply: done }),
] as const

const powerManagement = [
  command('energy.read', 0x0150, 'fsp', 'query', {
    request: none,
    reply: z.object({
      mode: z.enum(powerModes),
      desiredMode: z.enum(powerModes),
      supported: z.array(z.enum(powerModes)),
      /** Absent: no cap. */
      capWatts: z.int().min(1).optional(),
      capKind: z.enum(['hard', 'soft']),
      capMinWatts: z.int().min(0),
      capMaxWatts: z.int().min(0),
      inletCelsius: z.number(),
      powerWatts: z.number(),
      /** Processor clock, percent of nominal. */
      frequencyPercent: z.number(),
    }),
  }),
  command('energy.mode', 0x0151, 'fsp', 'service', { request: z.object({ mode: z.enum(powerModes) }), reply: done }),
  command('energy.cap', 0x0152, 'fsp', 'service', {
    /** Without watts: no cap. */
    request: z.object({ watts: z.int().min(1).optional(), kind: z.enum(['hard', 'soft']) }),
    reply: done,
  }),
] as const

const capacity = [
  command('capacity.read', 0x0160, 'fsp', 'query', {
    request: z.object({ resource: z.enum(capacityResources) }),
    reply: z.object({
      installed: z.int().min(0),
      permanent: z.int().min(0),
      /** Installed and not activated, of those that are good. */
      available: z.int().min(0),
      trial: z.object({ state: z.enum(['available', 'running', 'used']), amount: z.int().min(0), endNs: timeNs }),
      onOff: z.object({
        state: z.enum(['not-enabled', 'available', 'running']),
        amount: z.int().min(0),
        daysLeft: z.int().min(0),
        requestEndNs: timeNs,
      }),
      utility: z.object({ enabled: z.boolean(), minutesLeft: z.int().min(0), minutesUsed: z.int().min(0) }),
      sequence: z.int().min(0),
    }),
  }),
  /** Enters an activation code. */
  command('capacity.enter', 0x0161, 'fsp', 'service', {
    request: z.object({ code: z.string().max(64) }),
    reply: z.object({ kind: z.enum(capacityKinds), resource: z.enum(capacityResources), amount: z.int().min(0) }),
  }),
  /** Asks for On/Off capacity, 0 for none. */
  command('capacity.request', 0x0162, 'fsp', 'service', {
    request: z.object({ resource: z.enum(capacityResources), amount: z.int().min(0).max(1_000_000), days: z.int().min(0).max(999) }),
    reply: done,
  }),
  /** Ends what was activated for a time. */
  command('capacity.stop', 0x0163, 'fsp', 'service', {
    request: z.object({ kind: z.enum(capacityKinds), resource: z.enum(capacityResources) }),
    reply: done,
  }),
  command('capacity.history', 0x0164, 'fsp', 'query', {
    request: none,
    reply: z.object({ entries: z.array(z.object({ timeNs, code: z.string(), text: z.string() })) }),
  }),
] as const

export const serviceCommands = [...serviceEvents, ...dumps, ...firmware, ...powerManagement, ...capacity] as const
