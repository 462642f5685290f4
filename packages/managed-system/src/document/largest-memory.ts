// The memory that a partition of a document can be resized to: twice what it has, within the machine.
// It decides the size of its hardware page table too.

import type { SystemDocument } from './schema.js'

/** MiB. */
export function largestMemory({ memoryMiB }: SystemDocument['partitions'][number], { memory }: SystemDocument['phyp']): number {
  return Math.min(memoryMiB * 2, memory.installedMiB)
}
