// What an operating system is like to a console: how long it takes to come up, go down and to take resources in or give
// them up, and what it calls itself. All times are LawSpecs in ns. Times marked `estimate` have no published figure.

import { ms, seconds, us } from '@powersim/kernel'
import type { LawSpec } from '@powersim/kernel'
import type { DemandParameters } from './demand.js'
import type { GuestMemoryParameters } from './memory/guest-paging.js'

/** How the operating system's resource manager (`drmgr`) works, and how long it takes for one unit. */
export interface DlparParameters {
  /** One memory region (logical memory block) taken in. Default 50 ms (estimate). */
  readonly addRegion: LawSpec
  /** One memory region given up. Default 104 ms: 50 of them in 5.193 s (avocado-misc-tests PR 3224, derived). */
  readonly removeRegion: LawSpec
  /** One virtual processor taken in. Default 100 ms (estimate). */
  readonly addProcessor: LawSpec
  /** One virtual processor given up. Default 100 ms (estimate). */
  readonly removeProcessor: LawSpec
  /** An I/O slot with its drivers taken in: 27.15 s, the wall time of the console's line (avocado-misc-tests PR 960). */
  readonly addSlot: LawSpec
  /** An I/O slot given up: 20.97 s (as above). */
  readonly removeSlot: LawSpec
  /** One RTAS call, ns, at most 250,000. Default 30 us: `few tens of us` (LoPAR). */
  readonly rtasCallNs: number
  /** Regions from address 0 on that are never given up, at least 1: the first holds what cannot move (LoPAR). Default 1. */
  readonly fixedRegions: number
  /**
   * What becomes of the units of a request of which not all could be done. `keep`: they stay done (AIX: partial success). `take-back`:
   * they are undone (Linux, dlpar_memory_remove_by_count).
   */
  readonly onFailure: 'keep' | 'take-back'
}

export interface GuestParameters {
  readonly operatingSystem: 'AIX' | 'Linux' | 'VIOS' | 'IBM i'
  /** `os_version` of a running partition, as the console shows it. */
  readonly osVersion: string
  /** From power on to partition firmware (Starting -> Open Firmware). Default uniform 10 to 40 s (estimate). */
  readonly firmware: LawSpec
  /** From Open Firmware to Running. Default uniform 60 to 180 s (estimate). */
  readonly boot: LawSpec
  /** From the request to go down to Not Activated. Default uniform 20 to 90 s (estimate). */
  readonly shutdown: LawSpec
  /** From Running to an active RMC link: 60 s (estimate). null: never, as on 12 of 13 Linux guests seen (captures of consoles). */
  readonly rmcDelay: LawSpec | null
  readonly dlpar: DlparParameters
  /** DLPAR requests that may wait behind the one in work; one more is answered `busy`. Default 16 (estimate). */
  readonly dlparQueueLimit: number
  /** Processor time that its own work wants; null: none, and no events. Default null. */
  readonly demand: DemandParameters | null
  /** What it does with memory that it shares; null: it touches none, and no events. Default null. */
  readonly memory: GuestMemoryParameters | null
  /** Reference code while running: Linux shows `Linux ppc64le` or alike, AIX and VIOS nothing (captures of consoles). */
  readonly runningRefcode: string
}

/**
 * Reference codes of the way up: the virtual service processor has taken its slot locks (IBM C2xx progress codes); partition firmware
 * loads; it is there, then boots or shows its prompt (captures of healthy activations); power off.
 */
export const refcodes = {
  starting: 'C20023FF',
  firmware: 'CA000000',
  openFirmware: ['CA00E131', 'CA00D008'],
  booting: 'CA00E1DC',
  prompt: 'AA00E158',
  off: '00000000',
} as const

const estimated = {
  firmware: { uniform: { from: seconds(10), to: seconds(40) } },
  boot: { uniform: { from: seconds(60), to: seconds(180) } },
  shutdown: { uniform: { from: seconds(20), to: seconds(90) } },
  dlpar: {
    addRegion: ms(50),
    removeRegion: ms(104),
    addProcessor: ms(100),
    removeProcessor: ms(100),
    addSlot: seconds(27.15),
    removeSlot: seconds(20.97),
    rtasCallNs: us(30),
    fixedRegions: 1,
    onFailure: 'keep',
  },
  dlparQueueLimit: 16,
  demand: null,
  memory: null,
} as const

/** AIX 6.1 with RMC. */
export const aixGuest: GuestParameters = {
  ...estimated,
  operatingSystem: 'AIX',
  osVersion: 'AIX 6.1 6100-00-01-0748',
  rmcDelay: seconds(60),
  runningRefcode: '',
}

/** A Linux of the POWER6 years, without the RMC packages. The version is an estimate. */
export const linuxGuest: GuestParameters = {
  ...estimated,
  dlpar: { ...estimated.dlpar, onFailure: 'take-back' },
  operatingSystem: 'Linux',
  osVersion: 'Linux/Red Hat 2.6.18 5.5',
  rmcDelay: null,
  runningRefcode: 'Linux ppc64',
}

/** An IBM i of the POWER6 years: it has no RMC agent (captures of consoles: rmc_state none). The version is an estimate. */
export const ibmiGuest: GuestParameters = {
  ...estimated,
  operatingSystem: 'IBM i',
  osVersion: 'IBM i 6.1.0',
  rmcDelay: null,
  runningRefcode: '',
}

/** A Virtual I/O Server: RMC was active on all that were seen. The version is an estimate. */
export const viosGuest: GuestParameters = {
  ...estimated,
  operatingSystem: 'VIOS',
  osVersion: 'VIOS 2.2.0.0',
  rmcDelay: seconds(60),
  runningRefcode: '',
}
