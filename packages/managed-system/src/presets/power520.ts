// power520: the dissertation's machine, a Power 520 (8203-E4A, POWER6) with four cores and 64 GiB under an HMC of V7R7, two Virtual I/O
// Servers and a Linux partition that runs NETS. Costs are the base set of a capacity model whose figures are estimates, since no
// measurement of the service processor's path is public; each value says so.

import { runtimeTree, serviceTree } from './serviceability.js'
import { all, given, type SourcedTree } from './sourced.js'

const estimate = 'estimate'
const configuration = 'configuration of this preset'
const capacityModel = 'estimate: capacity model of figure 4.3, base set'

const toStandby = 'estimate: a part of 197 s from starting to standby (powercampus.de)'

const lognormal = (mean: string, cv = 0.5): unknown => ({ lognormal: { mean, cv } })

/** Crypto library on a server-class processor: 30 cycles a byte at 4 GHz. */
const serverTls = {
  perRecord: given('20us', capacityModel),
  perByteNs: given(7.5, `${capacityModel}: 30 cycles/byte at 4 GHz`),
}

const ethernet = all('Ethernet with TCP timestamps: 1,448 bytes of payload in 1,538', { mtuBytes: 1500 })
const tcp = all(estimate, { windowBytes: 65_535, connectTimeout: '3s' })

const sessions = (source: string, parallel: number, pipeline: number): SourcedTree => ({
  mode: given('kept', source),
  sessions: given(parallel, source),
  pipeline: given(pipeline, source),
  resume: given(true, estimate),
})

const dlpar = {
  addRegion: given('50ms', estimate),
  removeRegion: given('104ms', 'avocado-misc-tests PR 3224: 50 regions in 5.193 s'),
  addProcessor: given('100ms', estimate),
  removeProcessor: given('100ms', estimate),
  addSlot: given('27.15s', 'avocado-misc-tests PR 960: wall time of the console line, POWER9'),
  removeSlot: given('20.97s', 'avocado-misc-tests PR 960: wall time of the console line, POWER9'),
  rtasCall: given('30us', 'estimate: LoPAR, few tens of us'),
  fixedRegions: given(1, 'LoPAR: the first region is never removable'),
  onFailure: given('keep', 'powerpc-utils, AIX: partial success is normal'),
}

const bootTimes = {
  firmware: given({ uniform: { from: '10s', to: '40s' } }, estimate),
  boot: given({ uniform: { from: '60s', to: '180s' } }, estimate),
  shutdown: given({ uniform: { from: '20s', to: '90s' } }, estimate),
  dlpar,
  dlparQueueLimit: given(16, estimate),
}

const ownDisk = { seekMin: '500us', seekMax: '7ms', rotation: '4ms', blocksPerTurn: 1024 }

/** A Virtual I/O Server with a disk of its own and a LUN that both servers reach, which it shows to the partition of NETS. */
const storageServer = (disk: string): Record<'adapters' | 'vios', SourcedTree> => ({
  adapters: given([{ kind: 'scsi', slot: 11, role: 'server', remoteId: 3, remoteSlot: 'any' }], configuration),
  vios: given(
    {
      adapters: [
        { name: 'sissas0', location: 'U78A0.001.DNWGGRX-P1-T5' },
        { name: 'fcs0', location: 'U78A0.001.DNWGGRX-P1-C1-T1' },
      ],
      disks: [
        { name: 'hdisk0', device: disk, kind: 'disk', adapter: 'sissas0' },
        { name: 'hdisk1', device: 'lun1', adapter: 'fcs0' },
      ],
      volumeGroups: [{ name: 'rootvg', disk: 'hdisk0' }],
      maps: [{ slot: 11, backing: 'hdisk1' }],
    },
    configuration,
  ),
})

const guests: readonly SourcedTree[] = [
  {
    environment: given('vioserver', 'the environment decides'),
    ...all(estimate, { operatingSystem: 'VIOS', osVersion: 'VIOS 2.2.2.1', runningRefcode: '' }),
    ...bootTimes,
    rmcDelay: given('60s', 'estimate; active on all running VIOSes of public captures'),
  },
  {
    names: given('lnx*', 'convention of this preset'),
    operatingSystem: given('Linux', 'convention of this preset'),
    osVersion: given('Linux/Red Hat 2.6.18 5.5', estimate),
    runningRefcode: given('Linux ppc64', 'public captures of running Linux partitions'),
    ...bootTimes,
    dlpar: { ...dlpar, onFailure: given('take-back', 'Linux hotplug-memory.c: a removal by count is whole or undone') },
    rmcDelay: given(null, 'inactive on 12 of 13 running Linux partitions of public captures'),
  },
  {
    environment: given('os400', 'the environment decides'),
    ...all(estimate, { operatingSystem: 'IBM i', osVersion: 'IBM i 6.1.0', runningRefcode: '' }),
    ...bootTimes,
    rmcDelay: given(null, 'captures of consoles: IBM i has no RMC agent'),
  },
  {
    ...all('ziu capture of an AIX 6.1 partition', { operatingSystem: 'AIX', osVersion: 'AIX 6.1 6100-00-01-0748', runningRefcode: '' }),
    ...bootTimes,
    rmcDelay: given('60s', estimate),
  },
]

/** The PCI slots of an 8203-E4A system unit, two with an adapter. */
const ioSlots = ['P1-C1', 'P1-C2', 'P1-C3', 'P1-C4', 'P1-C5'].map((location, number) =>
  all('estimate: five PCI slots, as an 8203-E4A has', {
    unit: 'U78A0.001.DNWGGRX',
    busId: 512 + number,
    location,
    description: number < 2 ? 'PCI-E 4-port 1 Gb Ethernet' : 'Empty slot',
  }),
)

const partition = (id: number, name: string, environment: string, hundredths: number, processors: number, memoryMiB: number): SourcedTree =>
  all(configuration, {
    name,
    id,
    environment,
    virtualProcessors: processors,
    entitledCapacity: hundredths / 100,
    capped: false,
    weight: 128,
    memoryMiB,
    maxVirtualSlots: environment === 'vioserver' ? 200 : 10,
    ioSlots: [],
    adapters: [],
    autoStart: true,
  })

export const power520Tree: SourcedTree = {
  name: given('power520', 'this preset'),
  startTime: given('2013-06-03 08:00:00', 'the year of the dissertation'),
  wire: given('reference', 'a run passes messages by reference'),
  hmc: {
    version: given('V7R7.9.0', 'ziu capture of an HMC of the POWER6 years'),
    model: given('rack', 'estimate: rack-mounted HMC (7042-CR6)'),
    processors: given(null, "the model's: 4 of a 7042-CR6 (estimate)"),
    prepare: given(lognormal('1.5ms'), `${capacityModel}: 3 ms of console work a command, half before and half after`),
    absorb: given(lognormal('1.5ms'), `${capacityModel}: 3 ms of console work a command, half before and half after`),
    tls: {
      fullHandshake: given('8ms', capacityModel),
      resumedHandshake: given('1ms', estimate),
      perRecord: given('0ms', 'estimate: within prepare and absorb'),
      perByteNs: given(0, 'estimate: within prepare and absorb'),
    },
    fspSessions: sessions('estimate: one session to a service processor, commands overlap on it', 1, 16),
    netsSessions: sessions('estimate: NETS serves one command at a time on a session (dissertation 4.2)', 4, 1),
    commandTimeout: given('30s', estimate),
    retry: given('ibm-like', 'pypowervm utils/retry.py: 3 tries, stepped delay'),
    reconnect: given('10s', estimate),
    rmcTimeout: given('300s', estimate),
    waitingLimit: given(4096, estimate),
    boot: given('300s', estimate),
    userPassword: given('abc123', 'IBM, Hardware Management Console: default password of hscroot'),
  },
  consoles: [{ name: given('hmc1', 'two consoles may manage a system') }, { name: given('hmc2', 'two consoles may manage a system') }],
  systems: [
    {
      name: given('p520', 'configuration of this preset: a user-defined name'),
      typeModel: given('8203-E4A', 'dissertation snapshot 4.2'),
      serialNumber: given('10ACE01', 'dissertation snapshot 4.2, completed to seven characters'),
      state: given('Operating', 'the study starts on a running system'),
      accessPassword: given('abc123', configuration),
      frames: {
        requestBytesMin: given(1024, `${capacityModel}: 1 KiB request`),
        replyBytesMin: given(4096, `${capacityModel}: 4 KiB reply`),
      },
      fsp: {
        ipAddress: given('169.254.2.147', 'OpenPower 720 redbook: default address of the first port'),
        tls: {
          fullHandshake: given(lognormal('250ms', 0.2), `${capacityModel}: RSA on a PowerPC 405`),
          resumedHandshake: given('20ms', 'estimate: 1.6 ms on a 200 MHz Pentium Pro (openssl test/times), embedded system around it'),
          perRecord: given('300us', capacityModel),
          perByteNs: given(300, `${capacityModel}: 80 cycles/byte at 266 MHz`),
        },
        link: {
          latency: given({ uniform: { from: '150us', to: '250us' } }, `${capacityModel}: round trip 0.4 ms`),
          bitsPerSecond: given(100_000_000, 'OpenPower 720 redbook: two 10/100 Mb/s ports'),
          ...ethernet,
          ...tcp,
        },
        forwardIn: given(lognormal('3ms'), `${capacityModel}: 6 ms of forwarding, half each way`),
        forwardOut: given(lognormal('3ms'), `${capacityModel}: 6 ms of forwarding, half each way`),
        serveChannel: given(lognormal('2ms'), estimate),
        serveQuery: given(lognormal('8ms'), estimate),
        servePower: given(lognormal('20ms'), estimate),
        serveService: given(lognormal('30ms'), estimate),
        hmcClass: given('pipelined', 'skiboot hw/fsp/fsp.c: HMC classes are exempt from one outstanding message'),
        commandLimit: given(256, estimate),
        connectionLimit: given(16, estimate),
        mailbox: {
          latency: given('250us', `${capacityModel}: 0.5 ms both ways`),
          bitsPerSecond: given(64_000_000, `${capacityModel}: 8 MB/s`),
          timeout: given('16min', 'skiboot: time-out of most mailbox classes'),
          checkEvery: given('30s', 'skiboot hw/fsp/fsp.c'),
        },
        surveillance: {
          heartbeat: given('60s', 'skiboot hw/fsp/fsp-surveillance.c'),
          answer: given('120s', 'skiboot hw/fsp/fsp-surveillance.c'),
          silence: given('120s', 'skiboot hw/fsp/fsp-surveillance.c: the interval that the host promises'),
          critical: given('128s', 'skiboot hw/fsp/fsp.c'),
          prepare: given('128s', 'skiboot hw/fsp/fsp.c'),
          poll: given('10s', 'skiboot hw/psi.c'),
          recovery: given('30min', 'skiboot hw/fsp/fsp.c'),
        },
        second: given(null, 'estimate: a Power 520 has one'),
        failover: {
          automatic: given(true, 'IBM Power 770 and 780 redbooks: redundant service processors'),
          takeover: given('295s', 'powercampus.de: Service Processor Failover lasted 295 s'),
          watch: given('60s', 'estimate: as often as the hypervisor sends heartbeats'),
        },
        background: [
          {
            name: given('sensors', 'estimate: environment and hardware polling'),
            every: given('500ms', estimate),
            work: given({ exponential: '60ms' }, estimate),
          },
          {
            name: given('error-logs', 'estimate: collecting and passing on error logs'),
            every: given({ exponential: '5s' }, estimate),
            work: given({ hyperExponential: { mean: '150ms', cv: 2 } }, estimate),
          },
          {
            name: given('heartbeat', 'skiboot hw/fsp/fsp-surveillance.c'),
            every: given('60s', 'skiboot hw/fsp/fsp-surveillance.c'),
            work: given('5ms', estimate),
          },
        ],
        ipl: {
          vpd: given('20s', `${toStandby}; up to 15 min on the largest systems (IBM, C1001F0D)`),
          hardwareDiscovery: given('2min', estimate),
          objectModel: given('15s', toStandby),
          processors: given(lognormal('40s', 0.2), toStandby),
          memory: given(lognormal('45s', 0.2), toStandby),
          imageBytes: given(67_108_864, "estimate: the hypervisor's image in the flash"),
          flashBytesPerSecond: given(2_097_152, 'estimate: 32 s for the image'),
          dataAreas: given('5s', toStandby),
          structures: given('5s', toStandby),
          startProcessors: given('5s', toStandby),
          hypervisor: given(lognormal('30s', 0.2), toStandby),
          slowFactor: given(3, 'estimate: 7026-H80 guide, 3 to 6 min of hardware initialisation'),
          retries: given(1, 'estimate: LoPAR, the boot is tried again after a power cycle'),
          otherSide: given(true, 'IBM POWER6 documents: the permanent side is the fallback'),
        },
        partitionStart: given(lognormal('145s', 0.1), 'powercampus.de: standby to started 145 s'),
        powerOff: given(lognormal('60s', 0.2), estimate),
        epowGrace: given('20s', 'LoPAR, EPOW: 20 s for an orderly shutdown'),
        terminationDump: given(lognormal('120s', 0.2), estimate),
        restartAfterTermination: given(true, 'estimate: IBM POWER6 documents, automatic restart after a failure'),
        reset: given({ uniform: { from: '120s', to: '300s' } }, 'estimate; 295 s in a failover state of powercampus.de'),
        access: {
          adminPassword: given('admin1', configuration),
          generalPassword: given('general1', configuration),
          threshold: given(5, 'IBM support 6843863 (eBMC ASMI); 3 on service processors of POWER4'),
          lockout: given('5min', 'IBM support 6843863 (eBMC ASMI)'),
        },
        oldestConsole: given('', configuration),
        service: serviceTree,
        runtime: runtimeTree,
      },
      writeLock: {
        place: given('none', 'estimate: not to blur comparisons of routes; fsp is what machines have (Power 750 and 770 redbooks)'),
        hold: given('10min', 'estimate: as the life of an untouched stage'),
      },
      nets: {
        partition: given('lnxnets', 'dissertation 4.2: a Linux partition for NETS'),
        ipAddress: given('9.124.62.24', 'dissertation snapshot 4.2'),
        tls: { fullHandshake: given(lognormal('8ms', 0.2), capacityModel), resumedHandshake: given('1ms', estimate), ...serverTls },
        link: {
          latency: given({ uniform: { from: '100us', to: '200us' } }, `${capacityModel}: round trip 0.3 ms through a VIOS`),
          bitsPerSecond: given(1_000_000_000, capacityModel),
          ...ethernet,
          ...tcp,
        },
        lan: given('own', "dissertation 4.2: the partition has an address of its own on the consoles' network"),
        threadsMin: given(1, 'dissertation snapshot 4.1: i_min[1]'),
        threadsMax: given(10, 'dissertation snapshot 4.1: i_max[10]'),
        threadCreation: given('100us', estimate),
        receive: given(lognormal('100us'), `${capacityModel}: 0.3 ms of C++ code on the way`),
        process: given(lognormal('150us'), `${capacityModel}: 0.3 ms of C++ code on the way`),
        send: given(lognormal('50us'), `${capacityModel}: 0.3 ms of C++ code on the way`),
        channelGrace: given('10s', estimate),
        acceptBacklog: given(64, estimate),
        idleTimeout: given(null, 'dissertation 4.2: a session lives until its end closes it'),
        vmc: {
          mtuBytes: given(4096, 'Linux ibmvmc.h: default message size'),
          buffers: given(32, 'Linux ibmvmc.h: default buffers per HMC connection'),
          connections: given(2, 'Linux ibmvmc.h: at most two HMCs'),
          perBuffer: given('25us', `${capacityModel}: 0.03 ms per 4 KiB buffer, hypercalls included`),
          whenFull: given('wait', 'a blocked writer waits for a credit'),
        },
        dispatchLatency: given(0, 'the dispatch wheel says how long'),
      },
      phyp: {
        queueLimit: given(256, estimate),
        replyWindow: given(4096, 'estimate: replies kept per console'),
        query: given(lognormal('500us'), capacityModel),
        configuration: given(lognormal('3ms'), capacityModel),
        dynamic: given(lognormal('40ms'), `${capacityModel}: one DLPAR step`),
        power: given(lognormal('3ms'), 'estimate: as configuration'),
        service: given(lognormal('3ms'), 'estimate: as configuration'),
        duplicateReply: given('50us', estimate),
        hypercalls: all(estimate, { H_REG_CRQ: '2us', H_FREE_CRQ: '2us', H_SEND_CRQ: '1us', H_COPY_RDMA: '1us', H_VIO_SIGNAL: '500ns' }),
        rdmaBytesPerSecond: given(4_000_000_000, estimate),
        memory: {
          ...all(configuration, { installedMiB: 65_536, firmwareMiB: 1536, regionMiB: 128, batchRegions: 8 }),
          hptRatio: given(64, 'LoPAR: four page table entries per 4 KiB page'),
          pageTables: given(true, "QueryReservedMemoryRequiredForPartition (pypowervm): page tables are the firmware's memory"),
        },
        capabilities: {
          activeMemorySharing: given(true, 'IBM, Configuration requirements for shared memory: POWER6 or later'),
          activeMemoryExpansion: given(false, 'Power 770 and 780 redbook: from POWER7 on'),
          activeMemoryDeduplication: given(false, 'IBM, Active Memory Deduplication: from POWER7 on'),
        },
        memoryPool: given(null, configuration),
        processors: {
          installed: given(4, 'Power 520 with four cores'),
          minHundredthsPerVirtualProcessor: given(10, 'p5-570 redbook: 0.10 up to POWER7'),
          maxVirtualProcessorsPerLpar: given(64, 'ziu capture: max_virtual_procs_per_lpar=64'),
          compatModes: given(['POWER6'], 'estimate: a POWER6 machine in its own mode'),
          maxSharedPools: given(64, 'PS703 redbook: 64 shared processor pools'),
        },
        ioSlots,
        virtualSwitches: given(['ETHERNET0'], 'captures of consoles: the switch that every machine has'),
        virtualFibreChannel: given(true, 'POWER6 machines have N_Port ID virtualization'),
        macPrefix: given('26E6B0', 'ziu capture of V7R7.9: eight of eight adapters'),
        macForm: given('idAndSlot', 'ziu capture of V7R7.9: eight of eight adapters'),
        pools: given([], configuration),
        dispatch: {
          processors: given('dispatched', 'dissertation 3.4.1: partitions share the cores'),
          fidelity: given('exact', configuration),
          stealAfter: given('1ms', estimate),
          refillSameCore: given('6us', 'linuxppc issue 370: waking from H_CEDE on POWER9, 2.6 to 9.3 us, median 5.7'),
          refillSameNode: given('20us', 'estimate: 20 to 50 us to fill a cache'),
          refillRemote: given('50us', 'estimate: 20 to 50 us to fill a cache'),
          coresPerNode: given(2, 'POWER6: two cores a chip'),
        },
        maxPartitions: given(40, 'ten micro-partitions a core'),
        vmcPolicy: given('coManaged', 'dissertation 4.2: two ways at once; LoPAR app_vmc_comm has exclusive'),
      },
      partitions: [
        { ...partition(1, 'vios1', 'vioserver', 40, 2, 2048), ...storageServer('sas1') },
        { ...partition(2, 'vios2', 'vioserver', 40, 2, 2048), ...storageServer('sas2') },
        {
          ...partition(3, 'lnxnets', 'aixlinux', 30, 1, 1024),
          adapters: given(
            [1, 2].map((remoteId) => ({ kind: 'scsi', slot: 4 + remoteId, role: 'client', remoteId, remoteSlot: 11 })),
            `${configuration}: a path to its disk by each server`,
          ),
        },
      ],
      storage: given(
        [
          { name: 'sas1', sizeMiB: 69_632, bytesPerSecond: 80_000_000, positioning: ownDisk, slots: 1 },
          { name: 'sas2', sizeMiB: 69_632, bytesPerSecond: 80_000_000, positioning: ownDisk, slots: 1 },
          { name: 'lun1', sizeMiB: 32_768 },
        ],
        'estimate: a disk of 15,000 rpm for each server, a LUN behind the cache of a SAN for both',
      ),
      guests,
    },
  ],
  networks: {
    rmc: {
      latency: given('200us', estimate),
      bitsPerSecond: given(1_000_000_000, estimate),
      ...ethernet,
      ...tcp,
    },
  },
  events: given([], 'nothing happens by itself'),
}
