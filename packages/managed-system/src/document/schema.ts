// The machine document: an installation of consoles, systems and the networks between them, with every parameter of every component.
// Strict: an unknown field is an error, so that a typing mistake never passes as a default. Fields that a document leaves out come from
// its preset (read-document.ts).

import { hptRatios, nameSchema, partitionEnvironments, procCompatModes, writeLockPlaces } from '@powersim/protocol'
import { consoleModelNames } from '@powersim/hmc'
import * as z from 'zod'
import { capabilitiesSchema, guestMemorySchema, memoryPoolSchema, pagingDeviceSchema, sharedMemorySchema } from './memory-schema.js'
import { adapterSchema, virtualSwitchSchema } from './adapter-schema.js'
import { demandSchema, ioLoadSchema } from './guest-load-schema.js'
import { managementLanSchema } from './management-lan-schema.js'
import { durationSchema, lawSchema } from './quantity.js'
import { runtimeSchema, serviceSchema } from './service-schema.js'
import { storageDeviceSchema, viosSchema } from './storage-schema.js'

const positiveDuration = durationSchema.refine((ns) => ns > 0, 'expected a duration above 0')

/** Bits or bytes per second; Infinity (`.inf` in YAML): no limit. */
const rate = z.custom<number>((given) => typeof given === 'number' && given > 0, 'expected a rate per second above 0')
const bytes = z.int().min(0).max(1_073_741_824)
const mib = z
  .int()
  .min(0)
  .max(2 ** 32)
const limit = z.int().min(1).max(1_000_000)

const tlsSchema = z.strictObject({
  fullHandshake: lawSchema,
  resumedHandshake: lawSchema,
  perRecord: lawSchema,
  /** Processor time per byte, ns: cycles per byte over clock rate. */
  perByteNs: z.number().min(0).max(1e6),
})

const linkSchema = z.strictObject({
  /** One way. */
  latency: lawSchema,
  bitsPerSecond: rate,
  mtuBytes: bytes,
  windowBytes: z
    .int()
    .min(536)
    .max(2 ** 30),
  connectTimeout: durationSchema,
})

const sessionsSchema = z.strictObject({
  mode: z.enum(['kept', 'per-command']),
  sessions: z.int().min(1).max(4096),
  pipeline: z.int().min(1).max(65_536),
  resume: z.boolean(),
})

const hmcSchema = z.strictObject({
  version: z.string().min(1).max(64),
  /** The machine that consoles run on: how much it manages, and with how many processors unless `processors` says so. */
  model: z.enum(consoleModelNames),
  processors: z.union([z.int().min(1).max(64), z.null()]),
  prepare: lawSchema,
  absorb: lawSchema,
  tls: tlsSchema,
  fspSessions: sessionsSchema,
  netsSessions: sessionsSchema,
  commandTimeout: durationSchema,
  retry: z.enum(['none', 'ibm-like']),
  reconnect: durationSchema,
  rmcTimeout: durationSchema,
  waitingLimit: limit,
  /** From the restart of a console to its first session. */
  boot: durationSchema,
  /** Of the user that every console has, hscroot. */
  userPassword: z.string().min(1).max(64),
})

const consoleSchema = z.strictObject({
  /** Its level; left out: that of `hmc`. */
  version: z.string().min(1).max(64).optional(),
  /** The access password that it enters; left out: the system's. */
  accessPassword: z.string().max(64).optional(),
  /** Whether it has been given the address of a system's second service processor. */
  secondFsp: z.boolean().default(true),
  /** Whether it has been given the address of a system's NETS. */
  nets: z.boolean().default(true),
  name: z.string().regex(/^[A-Za-z][A-Za-z0-9_-]{0,31}$/, 'expected a letter, then up to 31 letters, digits, _ or -'),
})

const fspSchema = z.strictObject({
  ipAddress: z.string().min(1).max(64),
  tls: tlsSchema,
  link: linkSchema,
  forwardIn: lawSchema,
  forwardOut: lawSchema,
  serveChannel: lawSchema,
  serveQuery: lawSchema,
  servePower: lawSchema,
  serveService: lawSchema,
  hmcClass: z.enum(['pipelined', 'serial']),
  commandLimit: limit,
  connectionLimit: z.int().min(1).max(4096),
  /** Unanswered commands are looked at every `checkEvery`; those older than `timeout` are given up. */
  mailbox: z.strictObject({ latency: lawSchema, bitsPerSecond: rate, timeout: durationSchema, checkEvery: positiveDuration }),
  /** How server and service processor watch each other. What a heartbeat costs is the background task of that name. */
  surveillance: z.strictObject({
    heartbeat: positiveDuration,
    /** An unanswered heartbeat counts as lost. */
    answer: durationSchema,
    /** The hypervisor counts as gone. */
    silence: durationSchema,
    /** Longest waits before a reset: for a critical operation, and for its being ready. */
    critical: durationSchema,
    prepare: durationSchema,
    poll: positiveDuration,
    /** A service processor that is not back is given up. */
    recovery: durationSchema,
  }),
  /** A second service processor, or none. */
  second: z.union([z.strictObject({ ipAddress: z.string().min(1).max(64) }), z.null()]),
  failover: z.strictObject({ automatic: z.boolean(), takeover: lawSchema, watch: positiveDuration }),
  background: z.array(z.strictObject({ name: z.string().min(1).max(64), every: lawSchema, work: lawSchema })).max(64),
  /** Phases of the way from power-on to a hypervisor that runs. */
  ipl: z.strictObject({
    vpd: lawSchema,
    hardwareDiscovery: lawSchema,
    objectModel: lawSchema,
    processors: lawSchema,
    memory: lawSchema,
    imageBytes: bytes,
    flashBytesPerSecond: rate,
    dataAreas: lawSchema,
    structures: lawSchema,
    startProcessors: lawSchema,
    hypervisor: lawSchema,
    /** Time of `processors` and `memory` at a slow power-on, in times of a fast one. */
    slowFactor: z.number().min(1).max(100),
    /** Tries after a failed one. */
    retries: z.int().min(0).max(10),
    /** Whether a try after a failure to load takes the other side of the flash. */
    otherSide: z.boolean(),
  }),
  /** From hypervisor standby to Operating. */
  partitionStart: lawSchema,
  powerOff: lawSchema,
  /** From a warning that power or cooling fails to the power-off. */
  epowGrace: durationSchema,
  /** Collecting a dump after the hypervisor has terminated, and whether the system starts again after it. */
  terminationDump: lawSchema,
  restartAfterTermination: z.boolean(),
  reset: lawSchema,
  access: z.strictObject({
    /** Empty: yet to be set, as is an empty `accessPassword`. */
    adminPassword: z.string().max(64),
    generalPassword: z.string().max(64),
    /** Wrong passwords, one after the other, that lock a kind of password for the time of `lockout`. */
    threshold: z.int().min(1).max(100),
    lockout: durationSchema,
  }),
  /** Oldest version of a console that it serves; empty: any. */
  oldestConsole: z.string().max(64),
  service: serviceSchema,
  runtime: runtimeSchema,
})

const netsSchema = z.strictObject({
  /** Name of the partition that it runs on; one of `partitions`. */
  partition: nameSchema,
  ipAddress: z.string().min(1).max(64),
  tls: tlsSchema,
  link: linkSchema,
  /** How its partition is on the LAN of `link`. */
  lan: managementLanSchema,
  threadsMin: z.int().min(0).max(1024),
  threadsMax: z.int().min(1).max(1024),
  threadCreation: lawSchema,
  receive: lawSchema,
  process: lawSchema,
  send: lawSchema,
  /** Without a management channel for so long, sessions are ended and none are taken. */
  channelGrace: durationSchema,
  acceptBacklog: z.int().min(0).max(65_536),
  /** A session without a command for so long is closed; null: never. */
  idleTimeout: z.union([durationSchema, z.null()]),
  vmc: z.strictObject({
    mtuBytes: z.int().min(512).max(16_384),
    buffers: z.int().min(1).max(256),
    connections: z.int().min(1).max(255),
    /** Driver work for each buffer sent or received. */
    perBuffer: durationSchema,
    whenFull: z.enum(['wait', 'busy']),
  }),
  /** Fixed latency when the partition must be dispatched; for `phyp.dispatch.processors: ideal` only. */
  dispatchLatency: durationSchema,
})

const phypSchema = z.strictObject({
  queueLimit: limit,
  replyWindow: z.int().min(1).max(1_000_000),
  query: lawSchema,
  configuration: lawSchema,
  dynamic: lawSchema,
  power: lawSchema,
  service: lawSchema,
  duplicateReply: lawSchema,
  hypercalls: z.strictObject({
    H_REG_CRQ: durationSchema,
    H_FREE_CRQ: durationSchema,
    H_SEND_CRQ: durationSchema,
    H_COPY_RDMA: durationSchema,
    H_VIO_SIGNAL: durationSchema,
  }),
  rdmaBytesPerSecond: rate,
  memory: z.strictObject({
    installedMiB: mib,
    firmwareMiB: mib,
    regionMiB: z.int().min(16).max(256),
    batchRegions: z.int().min(1).max(4096),
    hptRatio: z.int().refine((ratio) => hptRatios.some((possible) => possible === ratio), `expected ${hptRatios.join(', ')}`),
    pageTables: z.boolean(),
  }),
  capabilities: capabilitiesSchema,
  /** The shared memory pool; null: there is none at time 0. */
  memoryPool: z.union([memoryPoolSchema, z.null()]),
  processors: z.strictObject({
    installed: z.int().min(1).max(256),
    /** 10 up to POWER7, 5 from POWER7+ on. */
    minHundredthsPerVirtualProcessor: z.union([z.literal(5), z.literal(10)]),
    maxVirtualProcessorsPerLpar: z.int().min(1).max(256),
    maxSharedPools: z.int().min(1).max(64),
    /** Oldest first. */
    compatModes: z.array(z.enum(procCompatModes)).min(1).max(8),
  }),
  /** Physical I/O slots. Locations are unique. */
  ioSlots: z
    .array(
      z.strictObject({
        unit: z.string().min(1).max(64),
        busId: z.int().min(0).max(65_535),
        location: z.string().regex(/^[A-Z0-9-]{1,16}$/, 'expected a location as C1 or P1-C1'),
        description: z.string().min(1).max(64),
      }),
    )
    .max(4096),
  /** Virtual Ethernet switches by name, `ETHERNET0` among them. */
  virtualSwitches: z.array(virtualSwitchSchema).min(1).max(64),
  /** Whether partitions can have virtual Fibre Channel adapters (POWER6 and later). */
  virtualFibreChannel: z.boolean(),
  /** First six digits of the MAC addresses of virtual adapters; the n-th system of an installation counts n - 1 further. */
  macPrefix: z.string().regex(/^[0-9A-F]{6}$/, 'expected six upper-case hexadecimal digits'),
  /** `idAndSlot`: then three digits each of partition ID and slot. `partitionPrefix`: four of the partition's own, two of the slot. */
  macForm: z.enum(['idAndSlot', 'partitionPrefix']),
  /** Shared processor pools besides the default pool 0. */
  pools: z
    .array(
      z.strictObject({
        id: z.int().min(1).max(63),
        name: z.string().min(1).max(31).optional(),
        /** Processors that are the pool's own, in hundredths. */
        reserved: z.number().min(0).max(256).optional(),
        /** Whole processors that its partitions may use at most. */
        maximum: z.int().min(1).max(256),
      }),
    )
    .max(63),
  dispatch: z.strictObject({
    /** `dispatched`: partitions and hypervisor share the cores in dispatch windows. `ideal`: each has cores of its own. */
    processors: z.enum(['dispatched', 'ideal']),
    fidelity: z.enum(['exact', 'fluid']),
    /** How long work of the hypervisor waits for cycles that nobody uses before it steals some. */
    stealAfter: durationSchema,
    /** Processor time of a dispatch before its work goes on: on the core it had last, on one that shares its cache, on another. */
    refillSameCore: durationSchema,
    refillSameNode: durationSchema,
    refillRemote: durationSchema,
    coresPerNode: z.int().min(1).max(256),
  }),
  maxPartitions: z.int().min(1).max(4095),
  /** Whether management channels serve while a console manages the machine through its service processor. */
  vmcPolicy: z.enum(['exclusive', 'coManaged']),
})

const partitionSchema = z.strictObject({
  name: nameSchema,
  id: z.int().min(1).max(4095),
  environment: z.enum(partitionEnvironments),
  virtualProcessors: z.int().min(1).max(256),
  entitledCapacity: z.number().positive().max(256),
  capped: z.boolean(),
  weight: z.int().min(0).max(255),
  /** `dedicated`: as many cores of its own as it has virtual processors. */
  mode: z.enum(['shared', 'dedicated']).default('shared'),
  /** Shared processor pool; 0 or one of `phyp.pools`. */
  pool: z.int().min(0).max(63).default(0),
  /** Dedicated: idle cores are lent to the shared ones while it runs. */
  donate: z.boolean().default(false),
  memoryMiB: z.int().min(16),
  /** Null: its memory is its own. */
  sharedMemory: z.union([sharedMemorySchema, z.null()]).default(null),
  /** Active Memory Expansion factor, 1 to 10; 0: none. */
  memoryExpansion: z.number().min(0).max(10).default(0),
  /** Of a Virtual I/O Server: what it can page to. */
  pagingDevices: z.array(pagingDeviceSchema).max(4095).default([]),
  maxVirtualSlots: z.int().min(2).max(65_535),
  /** Locations of I/O slots. */
  ioSlots: z.array(z.string()).max(4096).default([]),
  /** Virtual adapters of its profile, besides the two serial ones in slots 0 and 1. */
  adapters: z.array(adapterSchema).max(1024).default([]),
  /** Of a Virtual I/O Server: what it has and shows. Left out: it serves no storage. */
  vios: viosSchema.optional(),
  /** Activated when the hypervisor starts, and running at time 0 of an operating system. */
  autoStart: z.boolean(),
})

const dlparSchema = z.strictObject({
  addRegion: lawSchema,
  removeRegion: lawSchema,
  addProcessor: lawSchema,
  removeProcessor: lawSchema,
  addSlot: lawSchema,
  removeSlot: lawSchema,
  rtasCall: durationSchema.refine((ns) => ns <= 250_000, 'expected at most 250us, the limit of an RTAS call'),
  /** Regions from address 0 on that the operating system never gives up. */
  fixedRegions: z.int().min(1).max(65_536),
  /** A request of which a part failed: what was done stays, or is undone. */
  onFailure: z.enum(['keep', 'take-back']),
})

/** What a partition boots: the first rule that fits decides. A rule without `names` and `environment` fits all. */
const guestRuleSchema = z.strictObject({
  /** Partition names, `*` at the end for any continuation. */
  names: z.string().min(1).max(32).optional(),
  environment: z.enum(partitionEnvironments).optional(),
  operatingSystem: z.enum(['AIX', 'Linux', 'VIOS', 'IBM i']),
  osVersion: z.string().max(64),
  firmware: lawSchema,
  boot: lawSchema,
  shutdown: lawSchema,
  /** From Running to an active RMC link; null: it stays inactive. */
  rmcDelay: z.union([lawSchema, z.null()]),
  dlpar: dlparSchema,
  dlparQueueLimit: z.int().min(1).max(4096),
  /** Left out: none. */
  demand: demandSchema.optional(),
  /** Left out: no I/O. */
  io: ioLoadSchema.optional(),
  memory: guestMemorySchema.optional(),
  runningRefcode: z.string().max(64),
})

const systemSchema = z.strictObject({
  name: z.string().regex(/^[\x21-\x7e]{1,31}$/, 'expected 1 to 31 printable characters without blanks'),
  typeModel: z.string().regex(/^[0-9A-Z]{4}-[0-9A-Z]{3}$/, 'expected the form 8203-E4A'),
  serialNumber: z.string().regex(/^[0-9A-Z]{7}$/, 'expected seven digits or capital letters'),
  state: z.enum(['Operating', 'Power Off']),
  accessPassword: z.string().max(64),
  /** Smallest messages on the wire: payloads stand for larger firmware structures. */
  frames: z.strictObject({ requestBytesMin: bytes, replyBytesMin: bytes }),
  fsp: fspSchema,
  nets: z.union([netsSchema, z.null()]),
  /** The lock that lets one console at a time change the system. */
  writeLock: z.strictObject({
    /** `lease`: in the hypervisor, and the operations of an overtaken holder are refused. */
    place: z.enum(writeLockPlaces),
    /** Silence of its holder after which another console may take it. */
    hold: durationSchema,
  }),
  phyp: phypSchema,
  /** Disks and LUNs that Virtual I/O Servers reach. */
  storage: z.array(storageDeviceSchema).max(4096).default([]),
  partitions: z.array(partitionSchema).max(4095),
  guests: z.array(guestRuleSchema).min(1).max(256),
})

export const installationSchema = z.strictObject({
  name: z.string().min(1).max(64),
  /** Simulated wall clock at time 0. */
  startTime: z.string().regex(/^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}$/, "expected the form '2013-06-03 08:00:00'"),
  wire: z.enum(['reference', 'encoded']),
  hmc: hmcSchema,
  consoles: z.array(consoleSchema).min(1).max(4095),
  systems: z.array(systemSchema).min(1).max(4095),
  networks: z.strictObject({
    /** Between consoles and partitions' operating systems. */
    rmc: linkSchema,
  }),
  events: z
    .array(z.strictObject({ at: durationSchema, do: z.string().min(1).max(64), with: z.array(z.string().max(64)).max(8).optional() }))
    .max(100_000),
})

/** A whole, checked document: durations are ns. */
export type InstallationDocument = z.output<typeof installationSchema>
export type SystemDocument = InstallationDocument['systems'][number]
export type GuestRule = SystemDocument['guests'][number]
export type LinkDocument = z.output<typeof linkSchema>

/** What a whole document looks like before it is read: durations may be texts. */
export type WholeDocument = z.input<typeof installationSchema>

/** Fields of a system, which the short form writes at the top. */
export const systemFields: readonly string[] = Object.keys(systemSchema.shape)
