// The preset machines as a script names them: documents that say nothing but which preset they are.
// Every field can be overridden: `{ preset: 'power520', nets: { dispatchLatency: ms(5) } }`.

import type { MachineDocument } from '@powersim/managed-system'

export const presets = {
  /** The dissertation's machine: 8203-E4A, four POWER6 cores, 64 GiB, two VIOSes, a NETS partition, two consoles. */
  power520: { preset: 'power520' },
  /** A POWER8 machine: 8284-22A, twenty cores, 256 GiB, at least 0.05 of a core per virtual processor; else as power520. */
  power822: { preset: 'power822' },
} as const satisfies Record<string, MachineDocument>
