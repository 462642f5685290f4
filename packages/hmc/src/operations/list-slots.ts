// lshwres -r io --rsubtype slot: the I/O slots of a system and whose they are. Order captured on V7R7.9; one command for all.
// What is plugged in is a description only: nothing drives a device.

import type { Yieldable } from '@powersim/kernel'
import type { IoSlotView } from '@powersim/protocol'
import { type FilterRule, partitionFilters } from '../cli/filter.js'
import { type LineReply, refused } from '../cli/line-reply.js'
import type { OptionReader } from '../cli/option-reader.js'
import type { Attribute, AttributeTable } from '../cli/output-form.js'
import { formatDrcIndex } from './drc-index.js'
import { converse, type LineScope } from './line-scope.js'
import { listing } from './listing.js'

/** What an empty slot says of its device (captured); a device here has no identity either. */
const noDevice = (name: string): Attribute<IoSlotView> => ({ name, value: () => 'FFFF' })

export const slotAttributes: AttributeTable<IoSlotView> = [
  { name: 'unit_phys_loc', value: (slot) => slot.unit },
  { name: 'bus_id', value: (slot) => slot.busId },
  { name: 'phys_loc', value: (slot) => slot.location },
  { name: 'drc_index', value: (slot) => formatDrcIndex(slot.drcIndex) },
  { name: 'lpar_name', value: (slot) => slot.lparName, when: (slot) => slot.lparId !== 0 },
  { name: 'lpar_id', value: (slot) => (slot.lparId === 0 ? 'none' : slot.lparId) },
  { name: 'slot_io_pool_id', value: () => 'none' },
  { name: 'description', value: (slot) => slot.description },
  { name: 'feature_codes', value: () => 'none' },
  noDevice('pci_vendor_id'),
  noDevice('pci_device_id'),
  noDevice('pci_subs_vendor_id'),
  noDevice('pci_subs_device_id'),
  noDevice('pci_class'),
  { name: 'pci_revision_id', value: () => 'FF' },
  { name: 'bus_grouping', value: () => 0 },
  { name: 'iop', value: () => 0 },
  { name: 'parent_slot_drc_index', value: () => 'none' },
  { name: 'drc_name', value: (slot) => `${slot.unit}-${slot.location}` },
]

export const slotFilters: readonly FilterRule[] = [...partitionFilters, { name: 'units', takes: 'text' }, { name: 'buses', takes: 'text' }]

export function* listSlots(scope: LineScope, options: OptionReader): Generator<Yieldable, LineReply> {
  const conversation = converse(scope, options, 'lshwres io slot')
  if (!conversation.ok) return conversation.reply
  const read = yield* conversation.value.ask('slots.system', {})
  if (!read.ok) return read.reply
  const wanted = (name: string, value: string): boolean => options.filters.get(name)?.includes(value) ?? true
  const { slots } = read.value
  const unknown = options.filters.get('units')?.find((unit) => !slots.some((slot) => slot.unit === unit))
  if (unknown !== undefined) return refused('missingParameter', { names: '--filter' })
  const shown = slots.filter(
    (slot) =>
      wanted('units', slot.unit) &&
      wanted('buses', String(slot.busId)) &&
      wanted('lpar_names', slot.lparName) &&
      wanted('lpar_ids', String(slot.lparId)),
  )
  return listing(slotAttributes, shown, options.output)
}
