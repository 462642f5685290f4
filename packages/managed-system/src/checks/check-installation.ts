// Whole-system checks: laws that hold at every event, computed from the configuration and the counters alone, by code that shares
// nothing with what it checks. O(partitions) and O(links): for tests at every line, otherwise now and then.

import type { TrafficStatistics } from '@powersim/bus'
import type { Simulation } from '@powersim/kernel'
import type { Installation } from '../installation.js'
import type { ManagedSystem } from '../system.js'

export function checkInstallation({ simulation, systems, bus, consoles }: Installation): void {
  // Every station checks Little's law and its conservation when it is asked for its statistics.
  for (const console of consoles) console.statistics()
  const { links, hops } = bus.statistics()
  for (const { name, forward, backward } of links) {
    checkTraffic(simulation, name, forward)
    checkTraffic(simulation, name, backward)
  }
  for (const hop of hops) checkTraffic(simulation, hop.name, hop)
  for (const system of systems) {
    for (const fsp of system.fsps) fsp.statistics()
    checkMessageLoop(simulation, system)
    checkAccounting(simulation, system)
    // Frames of the pool: those of pages, free ones and those on their way are all; pages and frames name each other.
    system.phyp.sharedMemory?.check()
  }
}

/** Buffers of the management channel are credits: each has one owner. Time of the message loop: U = X S. */
function checkMessageLoop(simulation: Simulation, { phyp, name }: ManagedSystem): void {
  const { vmc, queue } = phyp.statistics()
  simulation.invariant(
    queue.arrivals === queue.completed + queue.rejected + queue.withdrawn + queue.inside,
    `${name}: every request is somewhere`,
  )
  for (const { connections } of vmc) {
    for (const { buffers, guest, phyp: owned, offered } of connections) {
      simulation.invariant(buffers === guest + owned + offered, `${name}: every buffer has one owner`)
    }
  }
}

function checkTraffic(
  simulation: Simulation,
  name: string,
  { offered, duplicated, delivered, dropped, inFlight }: TrafficStatistics,
): void {
  simulation.invariant(offered + duplicated === delivered + dropped + inFlight, `${name}: every message ends in a counter`)
}

/**
 * Partitions hold whole memory regions and whole hundredths, within their own bounds, and together no more than there is. That queries
 * show exactly the rest as available is checked from outside, on what consoles print.
 */
function checkAccounting(simulation: Simulation, { phyp, name, document }: ManagedSystem): void {
  const { memory, processors } = document.phyp
  const pool = phyp.configuration.snapshot.memoryPool
  let heldMiB = pool?.sizeMiB ?? 0
  let entitledMiB = 0
  let tableBytes = 0
  let heldHundredths = 0
  for (const partition of Object.values(phyp.configuration.snapshot.partitions)) {
    const { current } = partition
    if (current === null) continue
    const who = `${name}: ${partition.name}`
    const { mode, hundredths, procs, minProcs, maxProcs } = current.processors
    if (current.sharing === null) heldMiB += current.memoryMiB
    else {
      entitledMiB += current.sharing.ioEntitledMiB
      simulation.invariant(
        mode === 'shared' && current.ioSlots.length === 0,
        `${who} shares memory: it shares processors, and has no slots`,
      )
    }
    // At least half a page table of the largest size that its maximum allows.
    tableBytes += (current.maxMiB * 2 ** 20) / current.hptRatio / 2
    heldHundredths += mode === 'shared' ? hundredths : procs * 100
    simulation.invariant(current.memoryMiB % memory.regionMiB === 0, `${who} holds whole memory regions`)
    simulation.invariant(
      current.minMiB <= current.memoryMiB && current.memoryMiB <= current.maxMiB,
      `${who} holds memory within its bounds`,
    )
    simulation.invariant(minProcs <= procs && procs <= maxProcs, `${who} holds processors within its bounds`)
    if (mode === 'shared') {
      const least = procs * processors.minHundredthsPerVirtualProcessor
      simulation.invariant(least <= hundredths && hundredths <= procs * 100, `${who} is entitled within what its virtual processors allow`)
    }
  }
  simulation.invariant(entitledMiB <= (pool?.sizeMiB ?? 0), `${name}: what I/O is entitled to fits into the shared memory pool`)
  const devices = pool?.devices.filter(({ lparId }) => lparId !== null).map(({ lparId }) => lparId) ?? []
  simulation.invariant(new Set(devices).size === devices.length, `${name}: a partition has one paging space device`)
  heldMiB += memory.firmwareMiB + (memory.pageTables ? tableBytes / 2 ** 20 : 0)
  simulation.invariant(heldMiB <= memory.installedMiB, `${name}: ${heldMiB} MiB are held of ${memory.installedMiB}`)
  simulation.invariant(
    heldHundredths <= processors.installed * 100,
    `${name}: ${heldHundredths} hundredths are held of ${processors.installed * 100}`,
  )
}
