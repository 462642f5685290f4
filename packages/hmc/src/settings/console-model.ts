// The machines that a console runs on, and how much it manages: the numbers that IBM gave out for each release. A document that asks for
// more is refused before it runs.

import type { Generation } from '../generation/generation.js'

export const consoleModelNames = ['desk', 'rack'] as const

export type ConsoleModelName = (typeof consoleModelNames)[number]

export interface ConsoleModel {
  readonly name: ConsoleModelName
  /** Machine type and model. */
  readonly typeModel: string
  /** Processors that its commands are served on. */
  readonly processors: number
  readonly memoryBytes: number
}

/** Desktop and rack-mounted consoles of the POWER6 years; memory of the rack one from a capture of `lshmc -v`, the rest estimates. */
export const consoleModels: Readonly<Record<ConsoleModelName, ConsoleModel>> = {
  desk: { name: 'desk', typeModel: '7042-C08', processors: 2, memoryBytes: 2_147_483_648 },
  rack: { name: 'rack', typeModel: '7042-CR6', processors: 4, memoryBytes: 4_152_315_904 },
}

export interface ConsoleLimits {
  readonly systems: number
  /** Of all its systems together. */
  readonly partitions: number
}

/**
 * Systems and partitions of one console. V7: 48 servers, and 254 partitions on a console of the small kind (IBM, Hardware Management
 * Console V7 Handbook, SG24-7491). Later ones: 48 servers and 1,000 partitions for the V8 rack models, 2,000 from V8R8 with 7042-CR7 on and
 * after it (IBM release notes of HMC V8). What a V7 rack model manages beyond 254 is domain knowledge.
 */
const limits: Readonly<Record<Generation, Readonly<Record<ConsoleModelName, ConsoleLimits>>>> = {
  v7r7: { desk: { systems: 48, partitions: 254 }, rack: { systems: 48, partitions: 1000 } },
  v8r8: { desk: { systems: 48, partitions: 254 }, rack: { systems: 48, partitions: 2000 } },
  v10r3: { desk: { systems: 48, partitions: 1000 }, rack: { systems: 48, partitions: 2000 } },
  v11r1: { desk: { systems: 48, partitions: 1000 }, rack: { systems: 48, partitions: 2000 } },
}

/** What a console of this model and generation manages. */
export function consoleLimits(model: ConsoleModelName, generation: Generation): ConsoleLimits {
  return limits[generation][model]
}
