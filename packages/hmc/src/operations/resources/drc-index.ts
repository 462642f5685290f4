// DRC indexes as a console writes them: eight upper-case hexadecimal digits, also inside the I/O slots of a profile.
// What they stand for is the protocol's.

import type { ProfileIoSlot } from '@powersim/protocol'

export function formatDrcIndex(drcIndex: number): string {
  return drcIndex.toString(16).toUpperCase().padStart(8, '0')
}

/** `21010002/none/1`: index, I/O pool, whether it is required. */
export function formatIoSlot({ drcIndex, required }: ProfileIoSlot): string {
  return `${formatDrcIndex(drcIndex)}/none/${required ? 1 : 0}`
}

/** Undefined for a text that is no I/O slot of a profile. */
export function parseIoSlot(text: string): ProfileIoSlot | undefined {
  const match = /^([0-9A-Fa-f]{8})\/(?:none)?\/([01])$/.exec(text)
  if (match === null) return undefined
  const [, drcIndex = '', required] = match
  return { drcIndex: Number.parseInt(drcIndex, 16), required: required === '1' }
}
