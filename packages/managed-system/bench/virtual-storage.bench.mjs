// I/Os through the whole split-driver path: application, client's stack, hypervisor, virtual I/O server, device, and back, with real
// queues, windows and interrupts. Four client partitions of two threads each, 4 KiB, seven reads in ten, anywhere in 64 MiB each; two
// servers, of which one serves. On ideal processors, and on the dispatch wheel, where all share four cores: 9.3 and 8.4 events an I/O.

import { Simulation } from '@powersim/kernel'
import { ClientStorage, defaultClientStorage, linuxGuest, Partition } from '@powersim/lpar'
import { AdapterDevices, defaultPhypParameters, MachineProcessors, PhysicalAdapters, Plic } from '@powersim/phyp'
import { defaultViosParameters, ioDisciplines, StorageDevice, Vios } from '@powersim/vios'

const MIB = 2 ** 20
const CLIENTS = [3, 4, 5, 6]
const SERVERS = [1, 2]

/** Runs so many I/Os in all; returns the events that they took. */
export function playStorage(ios, dispatched) {
  const simulation = new Simulation({ seed: 'bench', maxEvents: 1e12 })
  const plic = new Plic({ blockBytes: 256 * MIB, blocks: 16, hypercalls: defaultPhypParameters.hypercalls })
  const partitions = new Map()
  const host = {
    start: () => {},
    stop: () => {},
    resized: () => {},
    deviceChanged: () => {},
    interrupt: (lparId, unitAddress) => partitions.get(lparId)?.interrupt(unitAddress),
  }
  const dispatch = {
    fidelity: 'exact',
    stealAfterNs: 1_000_000,
    refill: { sameCoreNs: 6000, sameNodeNs: 20_000, remoteNs: 50_000 },
    coresPerNode: 2,
  }
  const machine = dispatched
    ? new MachineProcessors(simulation, 'wheel', { ...defaultPhypParameters.processors, installed: 4 }, dispatch, 16)
    : null
  const wake = simulation.handler('device', (device) => device.run())
  const adapters = new AdapterDevices(simulation, defaultPhypParameters.addresses, host, plic, wake)
  const physical = new PhysicalAdapters(plic, host)
  const device = new StorageDevice(simulation, {
    name: 'lun0',
    bytes: 1024 * MIB,
    service: { perRequestNs: 80_000, bytesPerSecond: 8e8, positioning: null },
    slots: 32,
    requestLimit: 1024,
    discipline: ioDisciplines['fair-share'],
    shareOf: () => 128,
  })
  const partition = (lparId, parts) => {
    const start = {
      lparId,
      name: `lpar${lparId}`,
      environment: 'aixlinux',
      virtualProcessors: 2,
      entitledHundredths: 60,
      processing: { mode: 'shared', capped: false, weight: 128, poolId: 0, donates: false },
      memoryMiB: 512,
      sharedMemory: null,
      memoryExpansionHundredths: 0,
      bootMode: 'norm',
    }
    const reports = { state: () => {}, refcode: () => {}, operatingSystem: () => {} }
    const processor = machine === null ? {} : { processor: machine.of(lparId) }
    partitions.set(lparId, new Partition(simulation, linuxGuest, { start, hypercalls: plic.hypercalls, reports, ...processor, ...parts }))
  }
  const scsi = (role, slot, remoteId, remoteSlot) => ({ kind: 'scsi', role, slot, remoteId, remoteSlot, required: false })
  for (const lparId of SERVERS) {
    plic.started(lparId, 2, 65_536, 2)
    const vios = new Vios(simulation, defaultViosParameters, {
      name: `vios${lparId}`,
      dma: physical.dma,
      physicalInterrupts: physical,
      physicalAdapters: [{ name: 'fcs0', ...physical.add(lparId), bytesPerSecond: Infinity }],
    })
    vios.storage.addDevice('hdisk0', 'lun', device, 'fcs0')
    vios.storage.addVolumeGroup('clientvg', 'hdisk0')
    for (const client of CLIENTS) {
      adapters.add(lparId, scsi('server', 10 + client, client, 10 + lparId))
      const { name } = vios.storage.serverAdapter('scsi', 10 + client)
      vios.storage.addVolume(`lv${client}`, 'lv', 'clientvg', 64 * MIB)
      vios.storage.makeTarget(`lv${client}`, name)
    }
    partition(lparId, { program: vios })
  }
  const storages = CLIENTS.map((lparId) => {
    plic.started(lparId, 2, 65_536, 2)
    for (const server of SERVERS) adapters.add(lparId, scsi('client', 10 + server, server, 10 + lparId))
    const load = {
      pattern: { closed: { threads: 2, think: { exponential: 50_000 } } },
      blockBytes: 4096,
      reads: 0.7,
      sequential: false,
      spanBytes: 64 * MIB,
      ios: Math.ceil(ios / CLIENTS.length),
    }
    const storage = new ClientStorage(simulation, `lpar${lparId}`, {
      parameters: { ...defaultClientStorage, healthCheckNs: 0 },
      adapters: SERVERS.map((server) => ({ name: `vscsi${server}`, slot: 10 + server })),
      disks: [{ name: 'hdisk0', paths: SERVERS.map((server) => ({ adapter: `vscsi${server}`, lun: 1, priority: server })), load }],
    })
    partition(lparId, { drivers: [storage] })
    return storage
  })
  for (const each of partitions.values()) each.alreadyRunning()
  while (storages.some(({ loads }) => loads[0].statistics().ended < Math.ceil(ios / CLIENTS.length))) {
    simulation.run(simulation.now + 100_000_000)
  }
  for (const { loads } of storages) {
    const { failed, mismatches } = loads[0].statistics()
    if (failed + mismatches > 0) throw new Error(`virtual storage: ${failed} I/Os failed, ${mismatches} read something else`)
  }
  return { events: simulation.executed, latencyNs: storages[0].loads[0].statistics().meanLatencyNs }
}

export const benchmarks = [
  { name: 'vios.ios', operations: 100_000, prepare: () => (operations) => playStorage(operations, false) },
  { name: 'vios.ios.wheel', operations: 100_000, prepare: () => (operations) => playStorage(operations, true) },
]
