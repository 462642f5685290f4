// Rules that join several fields of a document. Each complaint says the rule and what to do.
// What a single field may hold is said by schema.ts.

import { consoleLimits, generationOf } from '@powersim/hmc'
import { firmwareAmount, pageTableKiB } from '@powersim/phyp'
import { DEFAULT_VIRTUAL_SWITCH } from '@powersim/protocol'
import { MachineError } from '../errors.js'
import { lanAdapters } from '../lan-adapters.js'
import { checkAdapters } from './adapter-rules.js'
import { entitledHundredths } from './entitlement.js'
import { largestMemory } from './largest-memory.js'
import type { VirtualLanDocument } from './management-lan-schema.js'
import type { InstallationDocument, SystemDocument } from './schema.js'
import { type Complain, checkSharedMemory } from './shared-memory-rules.js'

/** Throws MachineError `bad-document` for the first rule that is broken; `written` turns a path into the user's. */
export function checkRules(document: InstallationDocument, written: (path: string) => string): void {
  const bad = (path: string, message: string): never => {
    throw new MachineError('bad-document', written(path), message)
  }
  unique(
    document.consoles.map((console) => console.name),
    'consoles',
    bad,
  )
  unique(
    document.systems.map((system) => system.name),
    'systems',
    bad,
  )
  checkConsoleLimits(document, bad)
  for (const [index, system] of document.systems.entries()) checkSystem(system, `systems.${index}`, bad)
}

/** Every console manages every system: each must be able to. */
function checkConsoleLimits({ hmc, consoles, systems }: InstallationDocument, bad: Complain): void {
  const partitions = systems.reduce((sum, system) => sum + system.partitions.length, 0)
  for (const { version = hmc.version } of consoles) {
    const limits = consoleLimits(hmc.model, generationOf(version))
    const console = `a ${hmc.model} console of ${version}`
    if (systems.length > limits.systems) bad('systems', `${console} manages at most ${limits.systems} systems, not ${systems.length}`)
    if (partitions > limits.partitions) {
      bad(
        'systems',
        `${console} manages at most ${limits.partitions} partitions, not ${partitions}: choose another hmc.model or hmc.version`,
      )
    }
  }
}

function checkSystem(system: SystemDocument, path: string, bad: Complain): void {
  unique(
    system.partitions.map((partition) => partition.name),
    `${path}.partitions`,
    bad,
  )
  unique(
    system.partitions.map((partition) => String(partition.id)),
    `${path}.partitions`,
    bad,
    'id',
  )
  unique(
    system.phyp.pools.map((pool) => String(pool.id)),
    `${path}.phyp.pools`,
    bad,
    'id',
  )
  checkPartitions(system, path, bad)
  checkSlots(system, path, bad)
  checkSharedMemory(system, path, bad)
  checkSwitches(system, path, bad)
  checkAdapters(system, path, bad)
  const { nets } = system
  if (nets === null) return
  const partition = system.partitions.find((candidate) => candidate.name === nets.partition)
  if (partition === undefined) bad(`${path}.nets.partition`, `names no partition of this system: '${nets.partition}'`)
  else if (partition.environment !== 'aixlinux')
    bad(`${path}.nets.partition`, `'${nets.partition}' is a ${partition.environment}: NETS needs aixlinux`)
  if (nets.dispatchLatency > 0 && system.phyp.dispatch.processors === 'dispatched') {
    bad(`${path}.nets.dispatchLatency`, 'the wheel says how long NETS waits: a fixed latency needs phyp.dispatch.processors: ideal')
  }
  if (nets.lan !== 'own') checkManagementLan(system, nets.lan.virtual, `${path}.nets.lan.virtual`, bad)
  if (nets.threadsMin > nets.threadsMax) bad(`${path}.nets.threadsMin`, `${nets.threadsMin} is above threadsMax, ${nets.threadsMax}`)
}

/** Servers bridge; adapters have room in the slots of their partitions; the control channel is a VLAN of its own. */
function checkManagementLan({ nets, partitions }: SystemDocument, lan: VirtualLanDocument, path: string, bad: Complain): void {
  const { bridges, slot, vlan, controlVlan } = lan
  unique(bridges, `${path}.bridges`, bad)
  for (const [index, name] of bridges.entries()) {
    const server = partitions.find((partition) => partition.name === name)
    if (server?.environment !== 'vioserver') bad(`${path}.bridges.${index}`, `'${name}' is no vioserver partition of this system`)
    else if (slot + 1 >= server.maxVirtualSlots) bad(`${path}.slot`, `${slot} and ${slot + 1} are not below maxVirtualSlots of '${name}'`)
  }
  const own = partitions.find((partition) => partition.name === nets?.partition)
  if (own !== undefined && slot >= own.maxVirtualSlots) bad(`${path}.slot`, `${slot} is not below maxVirtualSlots of '${own.name}'`)
  for (const { name, adapters } of partitions) {
    if (lanAdapters(name, nets).some((added) => adapters.some((adapter) => adapter.slot === added.slot))) {
      bad(`${path}.slot`, `'${name}' has an adapter of its own in slot ${slot} or ${slot + 1}`)
    }
  }
  if (vlan === controlVlan)
    bad(`${path}.controlVlan`, `${controlVlan} is the VLAN of the LAN itself: servers hear each other on one of their own`)
}

function checkPartitions({ partitions, phyp }: SystemDocument, path: string, bad: Complain): void {
  const minimum = phyp.processors.minHundredthsPerVirtualProcessor
  let hundredths = 0
  const { maxSharedPools } = phyp.processors
  for (const [index, { id, reserved = 0, maximum }] of phyp.pools.entries()) {
    if (id >= maxSharedPools) {
      bad(`${path}.phyp.pools.${index}.id`, `${id} is not below ${maxSharedPools}, the shared processor pools that the machine can have`)
    }
    const members = partitions.filter((partition) => partition.autoStart && partition.pool === id && partition.mode === 'shared')
    const promised = members.reduce((sum, { entitledCapacity }) => sum + entitledHundredths(entitledCapacity), entitledHundredths(reserved))
    hundredths += entitledHundredths(reserved)
    if (promised > maximum * 100) {
      const message = `pool ${id} has ${promised / 100} processors entitled and reserved, more than its maximum of ${maximum}`
      bad(`${path}.phyp.pools.${index}.maximum`, message)
    }
  }
  let memoryMiB = phyp.memoryPool?.sizeMiB ?? 0
  let tablesKiB = 0
  for (const [index, partition] of partitions.entries()) {
    const at = `${path}.partitions.${index}`
    const { entitledCapacity: capacity, virtualProcessors } = partition
    const entitled = entitledHundredths(capacity)
    if (entitled < minimum * virtualProcessors) {
      const least = (minimum * virtualProcessors) / 100
      bad(`${at}.entitledCapacity`, `${capacity} is below ${least}, the minimum for ${virtualProcessors} virtual processors`)
    }
    if (entitled > 100 * virtualProcessors) {
      bad(`${at}.entitledCapacity`, `${capacity} is above one processor for each of ${virtualProcessors} virtual processors`)
    }
    if (partition.memoryMiB % phyp.memory.regionMiB !== 0) {
      bad(`${at}.memoryMiB`, `${partition.memoryMiB} is no multiple of the memory region, ${phyp.memory.regionMiB} MiB`)
    }
    if (partition.mode === 'dedicated' && entitled !== 100 * virtualProcessors) {
      bad(`${at}.entitledCapacity`, `${capacity} is not ${virtualProcessors}: dedicated processors are whole, one for each virtual one`)
    }
    if (partition.mode !== 'dedicated' && partition.donate) {
      bad(`${at}.donate`, 'only a partition with dedicated processors has some to lend')
    }
    if (partition.pool !== 0 && !phyp.pools.some(({ id }) => id === partition.pool)) {
      bad(`${at}.pool`, `there is no pool ${partition.pool}: expected 0 or one of phyp.pools`)
    }
    if (partition.autoStart) {
      hundredths += entitled
      if (partition.sharedMemory === null) memoryMiB += partition.memoryMiB
      tablesKiB += pageTableKiB(largestMemory(partition, phyp), phyp.memory.hptRatio)
    }
  }
  if (hundredths > phyp.processors.installed * 100) {
    const cores = phyp.processors.installed
    const message = `those started together are entitled to ${hundredths / 100} of ${cores} processors: entitlement is never over-committed`
    bad(`${path}.partitions`, message)
  }
  const needed = memoryMiB + firmwareAmount(phyp.memory, tablesKiB)
  if (needed > phyp.memory.installedMiB) {
    bad(`${path}.partitions`, `firmware, memory pool and those started together need ${needed} MiB of ${phyp.memory.installedMiB}`)
  }
}

/** Slots have locations of their own, and those of partitions that start together are each one's alone. */
function checkSlots({ partitions, phyp }: SystemDocument, path: string, bad: Complain): void {
  unique(
    phyp.ioSlots.map((slot) => slot.location),
    `${path}.phyp.ioSlots`,
    bad,
    'location',
  )
  const owners = new Map<string, string>()
  for (const [index, partition] of partitions.entries()) {
    for (const [place, location] of partition.ioSlots.entries()) {
      const at = `${path}.partitions.${index}.ioSlots.${place}`
      if (!phyp.ioSlots.some((slot) => slot.location === location)) bad(at, `there is no I/O slot '${location}' in phyp.ioSlots`)
      const owner = owners.get(location)
      if (owner !== undefined) bad(at, `'${location}' is the slot of partition '${owner}' already`)
      owners.set(location, partition.name)
    }
  }
}

function checkSwitches({ partitions, phyp }: SystemDocument, path: string, bad: Complain): void {
  const { virtualSwitches, virtualFibreChannel } = phyp
  unique(virtualSwitches, `${path}.phyp.virtualSwitches`, bad, '')
  if (!virtualSwitches.includes(DEFAULT_VIRTUAL_SWITCH)) {
    bad(`${path}.phyp.virtualSwitches`, `expected ${DEFAULT_VIRTUAL_SWITCH}, which every machine has, among them`)
  }
  if (virtualFibreChannel) return
  for (const [index, { adapters }] of partitions.entries()) {
    const place = adapters.findIndex(({ kind }) => kind === 'fc')
    if (place >= 0)
      bad(`${path}.partitions.${index}.adapters.${place}.kind`, 'the machine has no virtual Fibre Channel (phyp.virtualFibreChannel)')
  }
}

function unique(names: readonly string[], path: string, bad: Complain, field = 'name'): void {
  const seen = new Set<string>()
  for (const [index, name] of names.entries()) {
    if (seen.has(name))
      bad(field === '' ? `${path}.${index}` : `${path}.${index}.${field}`, `'${name}' is taken already: each needs its own`)
    seen.add(name)
  }
}
