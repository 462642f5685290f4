// From a checked document to the parameters of each component: names and units change hands here, nothing is decided.
// A component knows no document, and a document no component: this is where they meet.

import { bytesOnWire, type LinkParameters, RECORD_BYTES } from '@powersim/bus'
import type { FspParameters } from '@powersim/fsp'
import { consoleModels, type HmcParameters, ibmLikeRetry, noRetry } from '@powersim/hmc'
import type { LawSpec } from '@powersim/kernel'
import type { GuestParameters } from '@powersim/lpar'
import { defaultNetsParameters, type NetsParameters } from '@powersim/nets-lpar'
import { defaultPhypParameters, type DispatchParameters, type PhypParameters } from '@powersim/phyp'
import {
  CRQ_ENTRIES,
  defaultSerialAdapters,
  drcIndexOf,
  type PartitionProfile,
  type VirtualAdapter,
  type VmcCapabilities,
} from '@powersim/protocol'
import { type AdapterDocument, adapterOf } from './document/adapter-schema.js'
import { entitledHundredths } from './document/entitlement.js'
import { largestMemory } from './document/largest-memory.js'
import { lawOf } from './document/quantity.js'
import { runtimeParameters, serviceParameters } from './service-parameters.js'
import type { GuestRule, InstallationDocument, LinkDocument, SystemDocument } from './document/schema.js'
import { guestMemory, memoryUse, pagingSpaces } from './memory-parameters.js'
import { lanAdapters } from './lan-adapters.js'

type TlsDocument = SystemDocument['fsp']['tls']

function tlsOf(tls: TlsDocument): HmcParameters['tls'] {
  return {
    fullHandshake: lawOf(tls.fullHandshake),
    resumedHandshake: lawOf(tls.resumedHandshake),
    perRecord: lawOf(tls.perRecord),
    perByteNs: tls.perByteNs,
  }
}

/** A link of the management or RMC network. */
export function linkParameters(name: string, role: string, link: LinkDocument): LinkParameters {
  return {
    name,
    role,
    latency: lawOf(link.latency),
    bitsPerSecond: link.bitsPerSecond,
    mtuBytes: link.mtuBytes,
    windowBytes: link.windowBytes,
    connectTimeout: link.connectTimeout,
  }
}

/** The mailbox between service processor and hypervisor: no frames, no sessions. */
export function mailboxParameters(system: SystemDocument, name: string): LinkParameters {
  const { latency, bitsPerSecond } = system.fsp.mailbox
  return {
    name,
    role: 'mailbox',
    latency: lawOf(latency),
    bitsPerSecond,
    mtuBytes: 0,
    segmentOverheadBytes: 0,
    frameOverheadBytes: 0,
  }
}

/** Consoles enter the access password and keep the frame sizes of the first system they manage. */
export function hmcParameters(document: InstallationDocument, system: SystemDocument): HmcParameters {
  const { hmc } = document
  return {
    processors: hmc.processors ?? consoleModels[hmc.model].processors,
    model: hmc.model,
    bootNs: hmc.boot,
    prepare: lawOf(hmc.prepare),
    absorb: lawOf(hmc.absorb),
    tls: tlsOf(hmc.tls),
    fsp: hmc.fspSessions,
    nets: hmc.netsSessions,
    commandTimeoutNs: hmc.commandTimeout,
    retry: hmc.retry === 'none' ? noRetry : ibmLikeRetry,
    reconnectNs: hmc.reconnect,
    rmcTimeoutNs: hmc.rmcTimeout,
    waitingLimit: hmc.waitingLimit,
    userPassword: hmc.userPassword,
    accessPassword: system.accessPassword,
    requestBytesMin: system.frames.requestBytesMin,
    version: hmc.version,
  }
}

export function fspParameters(system: SystemDocument): FspParameters {
  const { fsp, accessPassword, frames, writeLock } = system
  const { adminPassword, generalPassword, threshold, lockout } = fsp.access
  return {
    tls: tlsOf(fsp.tls),
    forwardIn: lawOf(fsp.forwardIn),
    forwardOut: lawOf(fsp.forwardOut),
    serve: {
      channel: lawOf(fsp.serveChannel),
      query: lawOf(fsp.serveQuery),
      power: lawOf(fsp.servePower),
      service: lawOf(fsp.serveService),
    },
    hmcClass: fsp.hmcClass,
    commandLimit: fsp.commandLimit,
    connectionLimit: fsp.connectionLimit,
    mailboxTimeoutNs: fsp.mailbox.timeout,
    surveillance: surveillanceParameters(fsp),
    failover: { automatic: fsp.failover.automatic, takeover: lawOf(fsp.failover.takeover), watchNs: fsp.failover.watch },
    background: fsp.background.map(({ name, every, work }) => ({ name, every: lawOf(every), work: lawOf(work) })),
    power: powerParameters(fsp),
    reset: lawOf(fsp.reset),
    access: {
      passwords: { access: accessPassword, admin: adminPassword, general: generalPassword },
      threshold,
      lockoutNs: lockout,
    },
    oldestConsole: fsp.oldestConsole,
    writeLock: writeLock.place === 'fsp' ? { holdNs: writeLock.hold, fencing: false } : null,
    frames,
    service: serviceParameters(system),
    runtime: runtimeParameters(fsp.runtime),
  }
}

function powerParameters(fsp: SystemDocument['fsp']): FspParameters['power'] {
  const { ipl } = fsp
  return {
    ipl: {
      ...ipl,
      vpd: lawOf(ipl.vpd),
      hardwareDiscovery: lawOf(ipl.hardwareDiscovery),
      objectModel: lawOf(ipl.objectModel),
      processors: lawOf(ipl.processors),
      memory: lawOf(ipl.memory),
      dataAreas: lawOf(ipl.dataAreas),
      structures: lawOf(ipl.structures),
      startProcessors: lawOf(ipl.startProcessors),
      hypervisor: lawOf(ipl.hypervisor),
    },
    partitionStart: lawOf(fsp.partitionStart),
    powerOff: lawOf(fsp.powerOff),
    epowGraceNs: fsp.epowGrace,
    terminationDump: lawOf(fsp.terminationDump),
    restartAfterTermination: fsp.restartAfterTermination,
  }
}

function surveillanceParameters({ surveillance, mailbox }: SystemDocument['fsp']): FspParameters['surveillance'] {
  const { heartbeat, answer, silence, critical, prepare, poll, recovery } = surveillance
  return {
    heartbeatNs: heartbeat,
    answerNs: answer,
    silenceNs: silence,
    criticalNs: critical,
    prepareNs: prepare,
    pollNs: poll,
    recoveryNs: recovery,
    checkNs: mailbox.checkEvery,
  }
}

/** What both ends of the management channel say they can do: the same, so that it is what they agree on. */
function vmcCapabilities({ nets }: SystemDocument): VmcCapabilities {
  const { version, mtuBytes, poolSize, maxHmcs } = defaultPhypParameters.vmc
  if (nets === null) return { version, mtuBytes, poolSize, maxHmcs, crqEntries: CRQ_ENTRIES }
  return { version, mtuBytes: nets.vmc.mtuBytes, poolSize: nets.vmc.buffers, maxHmcs: nets.vmc.connections, crqEntries: CRQ_ENTRIES }
}

/** `number`: of the system in the installation, from 1; addresses of its adapters differ from those of others. */
export function phypParameters(system: SystemDocument, number: number): PhypParameters {
  const { phyp, frames, writeLock } = system
  const { place, hold } = writeLock
  return {
    ...defaultPhypParameters,
    queueLimit: phyp.queueLimit,
    replyWindow: phyp.replyWindow,
    service: {
      query: lawOf(phyp.query),
      configuration: lawOf(phyp.configuration),
      dynamic: lawOf(phyp.dynamic),
      power: lawOf(phyp.power),
      service: lawOf(phyp.service),
    },
    duplicateReply: lawOf(phyp.duplicateReply),
    hypercalls: { ...phyp.hypercalls, rdmaBytesPerSecond: phyp.rdmaBytesPerSecond },
    memory: phyp.memory,
    capabilities: phyp.capabilities,
    pagingSpaces: pagingSpaces(system),
    processors: { ...phyp.processors, pools: phyp.pools.map(withoutUndefined) },
    dispatch: dispatchParameters(phyp.dispatch),
    ioSlots: phyp.ioSlots,
    virtualSwitches: phyp.virtualSwitches,
    virtualFibreChannel: phyp.virtualFibreChannel,
    addresses: {
      macPrefix: (Number.parseInt(phyp.macPrefix, 16) + number - 1) & 0xffffff,
      macForm: phyp.macForm,
      portNamePrefix: number & 0xfff,
    },
    maxPartitions: phyp.maxPartitions,
    vmc: vmcCapabilities(system),
    writeLock: place === 'phyp' || place === 'lease' ? { holdNs: hold, fencing: place === 'lease' } : null,
    vmcPolicy: phyp.vmcPolicy,
    frames,
  }
}

/** Period of a load that names none: the dispatch window of the processors (estimate). */
const DEMAND_PERIOD_NS = 10_000_000

function demandOf({ demand }: GuestRule): GuestParameters['demand'] {
  if (demand === undefined) return null
  const { pattern, period = DEMAND_PERIOD_NS } = demand
  if ('constant' in pattern) return { pattern, periodNs: period }
  if ('bursty' in pattern) {
    const { processors, busy, idle } = pattern.bursty
    return { pattern: { bursty: { processors, busy: lawOf(busy), idle: lawOf(idle) } }, periodNs: period }
  }
  const { steps, repeat } = pattern.trace
  return {
    pattern: { trace: { steps: steps.map((step) => ({ forNs: step.for, processors: step.processors })), repeat } },
    periodNs: period,
  }
}

function dispatchParameters({ processors, ...dispatch }: SystemDocument['phyp']['dispatch']): DispatchParameters | null {
  if (processors === 'ideal') return null
  const { fidelity, stealAfter, refillSameCore, refillSameNode, refillRemote, coresPerNode } = dispatch
  const refill = { sameCoreNs: refillSameCore, sameNodeNs: refillSameNode, remoteNs: refillRemote }
  return { fidelity, stealAfterNs: stealAfter, refill, coresPerNode }
}

type PoolParameters = PhypParameters['processors']['pools'][number]

/** A document's optional fields are left out or there, never undefined. */
function withoutUndefined({ id, name, reserved, maximum }: SystemDocument['phyp']['pools'][number]): PoolParameters {
  return { id, maximum, ...(name === undefined ? {} : { name }), ...(reserved === undefined ? {} : { reserved }) }
}

export function guestParameters(rule: GuestRule): GuestParameters {
  const { operatingSystem, osVersion, firmware, boot, shutdown, rmcDelay, dlpar, dlparQueueLimit, runningRefcode } = rule
  return {
    operatingSystem,
    osVersion,
    firmware: lawOf(firmware),
    boot: lawOf(boot),
    shutdown: lawOf(shutdown),
    rmcDelay: rmcDelay === null ? null : lawOf(rmcDelay),
    dlpar: {
      addRegion: lawOf(dlpar.addRegion),
      removeRegion: lawOf(dlpar.removeRegion),
      addProcessor: lawOf(dlpar.addProcessor),
      removeProcessor: lawOf(dlpar.removeProcessor),
      addSlot: lawOf(dlpar.addSlot),
      removeSlot: lawOf(dlpar.removeSlot),
      rtasCallNs: dlpar.rtasCall,
      fixedRegions: dlpar.fixedRegions,
      onFailure: dlpar.onFailure,
    },
    dlparQueueLimit,
    demand: demandOf(rule),
    memory: guestMemory(rule),
    runningRefcode,
  }
}

/** The two serial adapters, unless others are in their slots, and those of the document, by slot. */
function profileAdapters(adapters: readonly AdapterDocument[]): VirtualAdapter[] {
  const serial = defaultSerialAdapters.filter(({ slot }) => !adapters.some((adapter) => adapter.slot === slot))
  return [...serial, ...adapters.map(adapterOf)].sort((a, b) => a.slot - b.slot)
}

/** The profile that an initial partition was made with: it can be resized to twice what it has, within the machine. */
export function initialProfile(partition: SystemDocument['partitions'][number], system: SystemDocument): PartitionProfile {
  const { memory, processors } = system.phyp
  const entitled = entitledHundredths(partition.entitledCapacity)
  const dedicated = partition.mode === 'dedicated'
  const maxProcs = Math.min(partition.virtualProcessors * 2, processors.maxVirtualProcessorsPerLpar)
  return {
    name: 'normal',
    memory: {
      minMiB: memory.regionMiB,
      desiredMiB: partition.memoryMiB,
      maxMiB: largestMemory(partition, system.phyp),
      ...memoryUse(partition, system),
    },
    processors: {
      mode: dedicated ? 'ded' : 'shared',
      minProcs: 1,
      desiredProcs: partition.virtualProcessors,
      maxProcs,
      minHundredths: processors.minHundredthsPerVirtualProcessor,
      desiredHundredths: entitled,
      maxHundredths: Math.min(maxProcs * 100, processors.installed * 100),
      sharingMode: dedicated ? (partition.donate ? 'share_idle_procs_always' : 'keep_idle_procs') : partition.capped ? 'cap' : 'uncap',
      uncapWeight: partition.weight,
      poolId: partition.pool,
    },
    maxVirtualSlots: partition.maxVirtualSlots,
    adapters: [...profileAdapters(partition.adapters), ...lanAdapters(partition.name, system.nets)],
    ioSlots: partition.ioSlots.map((location) => ({
      drcIndex: drcIndexOf(
        'slot',
        system.phyp.ioSlots.findIndex((slot) => slot.location === location),
      ),
      required: false,
    })),
    bootMode: 'norm',
    procCompatMode: 'default',
    autoStart: partition.autoStart,
    connectionMonitoring: false,
  }
}

/**
 * Mean time of one query on an idle path with an open session, ns: what a policy that looks at service means is told. Messages of the
 * smallest sizes, without the console's own work and hypercalls.
 */
export function meanServiceNs(system: SystemDocument, kind: 'fsp' | 'nets', meanOf: (law: LawSpec) => number): number {
  const { frames, fsp, nets, phyp } = system
  const bytes = frames.requestBytesMin + frames.replyBytesMin
  /** Pieces of the request and of the reply. */
  const pieces = (size: number): number => Math.ceil(frames.requestBytesMin / size) + Math.ceil(frames.replyBytesMin / size)
  const query = meanOf(lawOf(phyp.query))
  const link = (document: LinkDocument): number => {
    const onWire = bytesOnWire(document, frames.requestBytesMin) + bytesOnWire(document, frames.replyBytesMin)
    return 2 * meanOf(lawOf(document.latency)) + (onWire * 8e9) / document.bitsPerSecond
  }
  const tls = (document: TlsDocument): number => pieces(RECORD_BYTES) * meanOf(lawOf(document.perRecord)) + bytes * document.perByteNs
  if (kind === 'nets' && nets !== null) {
    const stages = meanOf(lawOf(nets.receive)) + meanOf(lawOf(nets.process)) + meanOf(lawOf(nets.send))
    const channel = pieces(nets.vmc.mtuBytes) * nets.vmc.perBuffer
    const { dispatch } = phyp
    const wakeUp = dispatch.processors === 'ideal' ? nets.dispatchLatency : dispatch.refillSameCore
    return link(nets.link) + tls(nets.tls) + stages + 2 * wakeUp + channel + query
  }
  const mailbox = 2 * meanOf(lawOf(fsp.mailbox.latency)) + (bytes * 8e9) / fsp.mailbox.bitsPerSecond
  return link(fsp.link) + tls(fsp.tls) + meanOf(lawOf(fsp.forwardIn)) + meanOf(lawOf(fsp.forwardOut)) + mailbox + query
}

export function netsParameters(system: SystemDocument): NetsParameters | null {
  const { nets, accessPassword, frames } = system
  if (nets === null) return null
  const { vmc } = defaultNetsParameters
  return {
    ...defaultNetsParameters,
    tls: tlsOf(nets.tls),
    threads: { min: nets.threadsMin, max: nets.threadsMax },
    threadCreation: lawOf(nets.threadCreation),
    receive: lawOf(nets.receive),
    process: lawOf(nets.process),
    send: lawOf(nets.send),
    vmc: { ...vmc, ...vmcCapabilities(system), perBufferNs: nets.vmc.perBuffer, whenFull: nets.vmc.whenFull },
    channelGraceNs: nets.channelGrace,
    backlogLimit: nets.acceptBacklog,
    idleTimeoutNs: nets.idleTimeout,
    accessPassword,
    frames,
  }
}
