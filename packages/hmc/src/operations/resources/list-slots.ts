// lshwres -r io: the I/O slots of a system and whose they are, its units and buses. Slots: orders captured on V7R7.9 and V10R3; units and
// buses: domain knowledge. One command for all.
// What is plugged in is a description only: nothing drives a device.

import type { Yieldable } from '@powersim/kernel'
import type { IoSlotView } from '@powersim/protocol'
import { type FilterRule, partitionFilters } from '../../cli/filter.js'
import { type LineReply, refused } from '../../cli/line-reply.js'
import type { OptionReader } from '../../cli/option-reader.js'
import type { Attribute, AttributeTable } from '../../cli/output-form.js'
import { formatDrcIndex } from './drc-index.js'
import type { Step } from '../conversation.js'
import { converse, type LineScope } from '../line-scope.js'
import { listing } from '../listing.js'

/** What is plugged into a slot that is empty, as machine documents say it. */
const EMPTY = 'Empty slot'

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
  // An empty slot has the feature code 0 (captured).
  { name: 'feature_codes', value: (slot) => (slot.description === EMPTY ? 0 : 'none') },
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
  { name: 'interposer_present', value: () => 0 },
  { name: 'interposer_pcie', value: () => 0 },
  { name: 'lpar_assignment_capable', value: () => 1, since: 'v10r3' },
  { name: 'dynamic_lpar_assignment_capable', value: () => 1, since: 'v10r3' },
]

export const unitAttributes: AttributeTable<string> = [{ name: 'unit_phys_loc', value: (unit) => unit }]

interface Bus {
  readonly unit: string
  readonly busId: number
}

export const busAttributes: AttributeTable<Bus> = [
  { name: 'unit_phys_loc', value: (bus) => bus.unit },
  { name: 'bus_id', value: (bus) => bus.busId },
]

export const slotFilters: readonly FilterRule[] = [...partitionFilters, { name: 'units', takes: 'text' }, { name: 'buses', takes: 'text' }]

export const unitFilters: readonly FilterRule[] = [{ name: 'units', takes: 'text' }]

/** slots.system, and those that the filters let through. */
function* readSlots(scope: LineScope, options: OptionReader): Generator<Yieldable, Step<readonly IoSlotView[]>> {
  const conversation = converse(scope, options, 'lshwres io slot')
  if (!conversation.ok) return conversation
  const read = yield* conversation.value.ask('slots.system', {})
  if (!read.ok) return read
  const wanted = (name: string, value: string): boolean => options.filters.get(name)?.includes(value) ?? true
  const { slots } = read.value
  const unknown = options.filters.get('units')?.find((unit) => !slots.some((slot) => slot.unit === unit))
  if (unknown !== undefined) return { ok: false, reply: refused('missingParameter', { names: '--filter' }) }
  const chosen = slots.filter(
    (slot) =>
      wanted('units', slot.unit) &&
      wanted('buses', String(slot.busId)) &&
      wanted('lpar_names', slot.lparName) &&
      wanted('lpar_ids', String(slot.lparId)),
  )
  return { ok: true, value: chosen }
}

export function* listSlots(scope: LineScope, options: OptionReader): Generator<Yieldable, LineReply> {
  const read = yield* readSlots(scope, options)
  return read.ok ? listing(slotAttributes, read.value, options.output) : read.reply
}

export function* listUnits(scope: LineScope, options: OptionReader): Generator<Yieldable, LineReply> {
  const read = yield* readSlots(scope, options)
  if (!read.ok) return read.reply
  const units = new Set(read.value.map(({ unit }) => unit))
  return listing(unitAttributes, [...units], options.output)
}

export function* listBuses(scope: LineScope, options: OptionReader): Generator<Yieldable, LineReply> {
  const read = yield* readSlots(scope, options)
  if (!read.ok) return read.reply
  const buses = new Map(read.value.map(({ unit, busId }) => [`${unit} ${busId}`, { unit, busId }]))
  return listing(busAttributes, [...buses.values()], options.output)
}
